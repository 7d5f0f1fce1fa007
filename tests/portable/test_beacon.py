"""The rhythm of a payload that lies somewhere and is to be found."""

from firmware.beacon import Beacon

MINUTE_MS = 60000
DAY_MS = 24 * 60 * MINUTE_MS


def reports(beacon, from_ms, until_ms):
    return [now_ms for now_ms in range(from_ms, until_ms, 1000) if beacon.due(now_ms)]


def test_beacon_every_60_s_for_24_h_then_every_10_min():
    beacon = Beacon()
    start_ms = 7654321
    found = reports(beacon, start_ms, start_ms + 10 * MINUTE_MS)
    assert found == list(range(start_ms, start_ms + 10 * MINUTE_MS, MINUTE_MS))
    found = reports(beacon, start_ms + 10 * MINUTE_MS, start_ms + DAY_MS)
    assert len(found) == 24 * 60 - 10
    found = reports(beacon, start_ms + DAY_MS, start_ms + DAY_MS + 61 * MINUTE_MS)
    assert len(found) == 6 and found[1] - found[0] == 10 * MINUTE_MS


def test_a_missed_second_delays_a_report_and_loses_none():
    beacon = Beacon()
    assert beacon.due(0)
    assert not beacon.due(59000) and beacon.due(63000)
    assert not beacon.due(122000) and beacon.due(123000)
