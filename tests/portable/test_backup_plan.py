"""The backup's plan: what is built is loaded, nonsense never is, and a mission says when it ends the flight."""

import hashlib

from firmware.protocol import backup_plan
from firmware.protocol.backup_plan import BackupPlan, load
from firmware.protocol.backup_writer import backup_of, build
from firmware.protocol.mission import load as load_mission
from firmware.protocol.mission_plan import BACKUP_AFTER_MS, LONGEST_HOLD_MS, MissionError
from firmware.protocol.mission_writer import build as build_mission
from tests.portable.backup_rig import DUE_S, END_S, plan_bytes

LATEST_MS = 5400000


def refused(call, *arguments):
    """The sentence of the MissionError."""
    try:
        call(*arguments)
    except MissionError as error:
        return str(error)
    raise AssertionError("it was accepted")


def mission(latest_ms=LATEST_MS, backup_ms=None, end_ms=14400000, cutdown=True, **changes):
    description = {
        "flight_id": "backup-test",
        "callsign": "N0CALL",
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "end_ms": end_ms,
        "backup_ms": latest_ms + LONGEST_HOLD_MS + BACKUP_AFTER_MS if backup_ms is None else backup_ms,
        "channels": [{"name": "end", "output": 3, "pulse_ms": 6000, "attempts": 2}],
        "cutdown": {"channel": "end", "latest_ms": latest_ms, "min_agl_m": 600},
    }
    if not cutdown:
        description["backup_ms"] = 0
        del description["cutdown"]
    description.update(changes)
    return load_mission(build_mission(description))


def test_its_time_is_cutdown_latest_plus_longest_hold_plus_300_s():
    plan = load(backup_of(mission()))
    assert plan.end_flight_ms == LATEST_MS + 1800000 + 300000


def test_the_rest_of_the_plan_is_the_missions():
    made = mission(blind_from_ms=1200000, blind_until_ms=5000000, fastest_cm_s=600, slowest_cm_s=300)
    plan = load(backup_of(made))
    assert plan.flight == made.hash[:4]
    assert (plan.end_ms, plan.blind_from_ms, plan.blind_until_ms) == (14400000, 1200000, 5000000)
    assert (plan.pad_altitude_m, plan.highest_ground_m, plan.min_agl_m) == (120, 350, 600)
    assert (plan.pulse_ms, plan.attempts) == (6000, 3)
    assert plan.lowest_m() == 950


def test_it_never_fires_within_the_landing_band_whatever_the_mission_says():
    made = mission()
    made.cutdown.min_agl_m = 0
    assert load(backup_of(made)).min_agl_m == 300


def test_where_the_primary_ends_the_flight_with_a_dispenser_the_backup_has_a_pulse_of_its_own():
    made = mission()
    made.channels[0].kind = 2
    made.channels[0].pulse_ms = 600
    assert load(backup_of(made)).pulse_ms == 8000


def test_a_mission_that_gives_no_backup_says_why():
    assert "no [cutdown]" in refused(backup_of, mission(cutdown=False))
    assert "backup_ms is 0" in refused(backup_of, mission(backup_ms=0))
    made = mission()
    made.backup_ms -= 1
    assert "it must be 7500000" in refused(backup_of, made)
    made = mission(end_ms=7530000)
    said = refused(backup_of, made)
    assert "it fires at 7500 s and needs until" in said and "end of the flight on, 7530 s: move `end`" in said


def test_what_is_built_is_loaded_again_and_marked_by_its_hash():
    data = plan_bytes()
    plan = load(data)
    assert len(data) == backup_plan.BYTES
    assert (plan.end_flight_ms, plan.end_ms) == (DUE_S * 1000, END_S * 1000)
    assert plan.mark == hashlib.sha256(data[:-32]).digest()[:4]
    assert load(plan_bytes(pulse_ms=4001)).mark != plan.mark


def test_a_plan_with_any_byte_changed_or_missing_is_refused_by_a_sentence():
    data = plan_bytes()
    for place in range(len(data)):
        spoilt = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        assert "this is not" in refused(load, spoilt) if place < 4 else "damaged" in refused(load, spoilt)
    for size in range(len(data)):
        refused(load, data[:size])
    assert "damaged" in refused(load, data + b"\0")


def sealed(content):
    return content + hashlib.sha256(content).digest()


def test_another_format_and_another_length_are_told_from_damage():
    body = plan_bytes()[:-32]
    assert "has format 2, this firmware reads format 1" in refused(load, sealed(body[:4] + b"\2" + body[5:]))
    assert "has %d bytes, not %d" % (backup_plan.BYTES + 1, backup_plan.BYTES) in refused(load, sealed(body + b"\0"))


def test_every_number_out_of_its_range_is_refused_by_name_on_both_sides():
    for name, least, most, _ in backup_plan.LIMITS:
        for value in (least - 1, most + 1):
            plan = load(plan_bytes())
            setattr(plan, name, value)
            assert "%s is %d, outside %d to %d" % (name, value, least, most) in refused(build, plan)
    plan = load(plan_bytes())
    plan.pulse_ms = None
    assert "pulse_ms must be a whole number" in refused(build, plan)
    # On the board it is the same check: a file that never went through `build`.
    data = plan_bytes()[:-32]
    assert "attempts is 4" in refused(load, sealed(data[:-1] + b"\4"))


def test_minutes_for_seconds_are_refused():
    assert "end_flight_ms is 125000, outside 2160000" in refused(build, changed(end_flight_ms=125000))


def changed(**changes):
    plan = load(plan_bytes())
    for name in changes:
        setattr(plan, name, changes[name])
    return plan


def test_what_does_not_fit_together_is_refused():
    assert "below the pad" in refused(build, changed(highest_ground_m=119))
    assert "blind window" in refused(build, changed(blind_from_ms=5, blind_until_ms=5))
    assert "blind window" in refused(build, changed(blind_until_ms=END_S * 1000 + 1))
    assert "belongs to no mission" in refused(build, changed(flight=b"\0\0\0\0"))
    assert "move `end`" in refused(build, changed(end_ms=DUE_S * 1000 + 4000 + 6000 + 9000 + 44999))
    assert load(build(changed(end_ms=DUE_S * 1000 + 4000 + 6000 + 9000 + 45000))).attempts == 3


def test_an_empty_plan_has_no_mark():
    assert BackupPlan().mark == b""
