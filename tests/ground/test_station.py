"""The station: log first, keep up, survive its disk, continue an old log."""

import os
import sqlite3
import threading
import time
import tty

import pytest

from firmware.protocol import framing
from ground.flight_store import FlightStore
from ground.raw_log import RECEIVED, RawLog, RawLogReader
from ground.station import Station, StationError
from ground.uptime import uptime_ns
from tests.ground import prepared_flight as prepared
from tests.ground.scripted_link import SECOND, ScriptedLink


def finish(station, link):
    link.end()
    assert station.wait_until(lambda station: station.ended, 20)
    station.close()


def received(folder):
    return b"".join(chunk.data for chunk in RawLogReader(folder / "raw.log") if chunk.kind == RECEIVED)


def test_every_byte_is_in_the_raw_log_and_every_record_in_the_store(tmp_path):
    packets = prepared.flight_packets(until_ms=300_000)
    data = prepared.random_bytes(1, 500) + prepared.wire(packets) + b"unfinished"
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    for at in range(0, len(data), 100):
        link.push(data[at : at + 100])
    finish(station, link)
    assert received(tmp_path) == data
    store = FlightStore(tmp_path / "flight.sqlite")
    assert sum(store.count().values()) == len(packets)
    store.close()
    assert station.receiver.frames == len(packets)
    assert station.last_stored_ns is not None
    assert link.closed


def test_flush_returns_when_all_that_was_read_is_stored(tmp_path):
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    link.push(prepared.wire(prepared.flight_packets(until_ms=5000)))
    assert station.wait_until(lambda station: station.receiver.frames == 11, 10)
    assert station.flush()
    other = sqlite3.connect(tmp_path / "flight.sqlite")
    assert other.execute("SELECT count(*) FROM fixes").fetchone() == (5,)
    assert other.execute("SELECT count(*) FROM events").fetchone() == (6,)
    other.close()
    finish(station, link)


def test_wait_until_gives_up_in_time():
    link = ScriptedLink()
    station = Station(link).start()
    begin = time.monotonic()
    assert not station.wait_until(lambda station: station.receiver.frames > 0, 0.2)
    assert 0.2 <= time.monotonic() - begin < 5
    finish(station, link)


def test_a_continued_log_knows_what_it_knew_and_loses_nothing(tmp_path):
    packets = prepared.flight_packets(until_ms=600_000)
    data = prepared.wire(packets)
    cut = len(data) * 2 // 3 + 7  # inside a frame
    for start, end in ((0, cut), (cut, len(data))):
        link = ScriptedLink()
        station = Station(link, tmp_path).start()
        if start:
            assert station.track is not None
            assert station.track.launch_ms == prepared.LAUNCH_MS
            # The link's clock began elsewhere: the age comes from the wall clock and cannot be negative.
            assert station.track.age_s(uptime_ns()) >= 0
        link.push(data[start:end])
        finish(station, link)
    assert received(tmp_path) == data
    assert station.receiver.frames == len(packets)
    assert station.receiver.bytes_discarded == 0
    store = FlightStore(tmp_path / "flight.sqlite")
    assert sum(store.count().values()) == len(packets)
    store.close()


def test_a_damaged_store_is_set_aside_and_built_again_from_the_raw_log(tmp_path):
    packets = prepared.flight_packets(until_ms=60_000)
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    link.push(prepared.wire(packets))
    finish(station, link)
    (tmp_path / "flight.sqlite").write_bytes(b"not a database at all" * 100)
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    finish(station, link)
    store = FlightStore(tmp_path / "flight.sqlite")
    assert sum(store.count().values()) == len(packets)
    store.close()
    assert [path.name for path in tmp_path.glob("*set-aside*")]


def test_a_log_that_another_station_writes_is_refused(tmp_path):
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    with pytest.raises(StationError, match="another samara"):
        Station(ScriptedLink(), tmp_path)
    finish(station, link)


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StationError, match="cannot be used"):
        Station(ScriptedLink(), tmp_path / "file" / "log")
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "flight.sqlite").mkdir()
    with pytest.raises(StationError, match="cannot be used"):
        Station(ScriptedLink(), tmp_path / "log")
    RawLog(tmp_path / "log" / "raw.log").close()  # the failed station let go of it


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_is_said_and_the_view_goes_on(tmp_path):
    link = ScriptedLink()
    station = Station(link, tmp_path)
    good, full = os.dup(station._log._file), os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, station._log._file)
    station.start()
    data = prepared.wire(prepared.flight_packets(until_ms=5000))
    link.push(data)
    assert station.wait_until(lambda station: station.receiver.frames == 11, 10)
    assert "cannot be written" in station.log_trouble
    os.dup2(good, station._log._file)  # somebody made room
    link.push(b"\0")
    assert station.wait_until(lambda station: station.receiver.bytes == len(data) + 1, 10)
    assert station.log_trouble is None
    assert station.bytes_unlogged == len(data)
    os.close(full)
    os.close(good)
    finish(station, link)
    assert received(tmp_path) == b"\0"


def test_the_raw_log_reaches_the_disk_within_a_second_or_so(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (real(file), synced.append((file, time.monotonic())))[0])
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    file = station._log._file
    for n in range(3):
        link.push(prepared.wire([prepared.fix_packet(n, n * 1000)]))
        pushed = time.monotonic()
        assert station.wait_until(lambda _: any(one == file and at > pushed for one, at in synced), 10)
        assert (
            next(at for one, at in synced if one == file and at > pushed) - pushed < 3.0
        )  # one second, and a busy machine
    finish(station, link)


def test_what_is_told_of_new_records_may_fail_without_stopping_the_station(tmp_path):
    def broken(_station, _records):
        raise RuntimeError("a bug in a view")

    link = ScriptedLink()
    station = Station(link, tmp_path, on_update=broken).start()
    for n in range(3):
        link.push(prepared.wire([prepared.fix_packet(n, n * 1000)]))
        assert station.wait_until(lambda station: station.receiver.frames == n + 1, 10)
    finish(station, link)
    assert "a bug in a view" in station.failure


def test_another_flight_is_followed_only_when_ours_is_silent():
    link = ScriptedLink()
    station = Station(link).start()

    def hear(net, sequence):
        count = station.receiver.frames
        link.push(prepared.wire([prepared.fix_packet(sequence, sequence * 1000, net=net)]))
        assert station.wait_until(lambda station: station.receiver.frames > count, 10)

    hear(1, 1)
    hear(2, 1)
    assert station.track.net == 1
    link.clock_ns += 61 * SECOND
    hear(2, 2)
    assert station.track.net == 2
    hear(1, 2)
    assert station.track.net == 2
    finish(station, link)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
def test_a_whole_flight_through_a_pty_as_fast_as_it_goes_loses_no_byte(tmp_path):
    packets = prepared.flight_packets()
    data = prepared.wire(packets)
    master, slave = os.openpty()
    tty.setraw(slave)
    station = Station(os.ttyname(slave), tmp_path).start()
    assert station.link.trouble is None  # start() comes back when the port is open: what is sent from now on counts

    def send():
        for packet in packets:
            frame = framing.encode(packet)
            while frame:
                frame = frame[os.write(master, frame) :]

    begin = time.monotonic()
    sender = threading.Thread(target=send)
    sender.start()
    assert station.wait_until(lambda station: station.receiver.frames >= len(packets), 30)
    assert station.flush()
    took_s = time.monotonic() - begin
    sender.join()
    station.close()
    os.close(master)
    os.close(slave)
    assert received(tmp_path) == data
    assert (station.receiver.frames_missing, station.receiver.bytes_discarded) == (0, 0)
    print(f"{len(packets)} frames through a pty in {took_s:.2f} s, {len(data) / took_s / 1e6:.2f} MB/s")
