"""A good mission for tests, with one of everything, and what is said when it is changed."""

from firmware.protocol import mission as m
from firmware.protocol.mission_plan import BURN_WIRE, IN_ASCENT, IN_FLOAT, KEEP_IN, KEEP_OUT, RELEASE, SERVO, SIK
from firmware.protocol.mission_writer import build

SQUARE = ((521000000, 205000000), (521000000, 207000000), (522000000, 207000000), (522000000, 205000000))


def description():
    return {
        "flight_id": "first-flight",
        "callsign": "N0CALL",
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "min_agl_m": 1000,
        "not_before_ms": 600000,
        "end_ms": 4 * 3600000,
        "channels": [
            {"name": "a", "output": 1, "pulse_ms": 4000, "attempts": 2},
            {"name": "b", "output": 2, "pulse_ms": 500, "attempts": 1},
        ],
        "drops": [
            {"name": "late", "channel": "a", "after_ms": 3300000},
            {"name": "early", "channel": "b", "after_ms": 1800000},
        ],
    }


def full():
    """One with every key that there is."""
    given = description()
    given["net"] = 4711
    given["min_gap_ms"] = 20000
    given["blind_from_ms"] = 700000
    given["blind_until_ms"] = 4500000
    given["slowest_cm_s"] = 400
    given["fastest_cm_s"] = 650
    given["break_wire"] = True
    given["backup_ms"] = 7200000 + 1800000 + 300000
    given["channels"][0]["kind"] = BURN_WIRE
    given["channels"][0]["same_load"] = "b"
    given["channels"].append(
        {
            "name": "drum",
            "kind": SERVO,
            "output": 3,
            "pulse_ms": 800,
            "attempts": 2,
            "positions_us": [1000, 1100, 1200, 1300],
        }
    )
    given["channels"].append({"name": "rip", "output": 4, "pulse_ms": 6000, "attempts": 3})
    given["areas"] = [
        {"name": "home", "kind": KEEP_IN, "points": SQUARE},
        {"name": "town", "kind": KEEP_OUT, "points": ((-10, -20), (1800000000 // 2, 1800000000), (-30, -1800000000))},
    ]
    given["drops"] = [
        {
            "name": "by-clock",
            "channel": "drum",
            "at_unix_s": 1780304400,
            "patience_ms": 0,
        },
        {
            "name": "batches",
            "channel": "drum",
            "after_ms": 1800000,
            "patience_ms": 30000,
            "late": RELEASE,
            "min_altitude_m": -200,
            "max_altitude_m": 9000,
            "inside": "home",
            "phases": IN_ASCENT | IN_FLOAT,
            "hold_ms": 5000,
            "in_descent": True,
            "every_ms": 60000,
            "count": 2,
            "keep_outs": ["town"],
            "motion_cm_s": -51,
        },
        {"name": "plain", "channel": "a", "after_ms": 3300000},
    ]
    given["cutdown"] = {
        "channel": "rip",
        "latest_ms": 7200000,
        "ceiling_m": 31000,
        "outside": "home",
        "battery_mv": 3600,
        "lost_link_ms": 1800000,
        "min_agl_m": 600,
        "motion_cm_s": -950,
    }
    given.update({"modem": SIK, "sentences": True, "radio_channel": 25, "radio_dbm": 20})
    return given


def changed(given, *path_and_value):
    """`given` with the value at a path replaced."""
    step_into = given
    for step in path_and_value[:-2]:
        step_into = step_into[step]
    step_into[path_and_value[-2]] = path_and_value[-1]
    return given


def problems_of(given):
    """(path, sentence) of all that is wrong; an empty list when it flies."""
    try:
        m.load(build(given))
    except m.MissionError as error:
        assert str(error)
        assert error.problems, str(error)
        return list(error.problems)
    return []


def refused(given):
    """The paths of all that is wrong."""
    return [path for path, _ in problems_of(given)]


def refused_with(*path_and_value):
    return refused(changed(description(), *path_and_value))


def full_refused_with(*path_and_value):
    return refused(changed(full(), *path_and_value))
