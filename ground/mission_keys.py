"""Every key a mission.toml may hold: how it is written, what it is unless given, what it means."""

from dataclasses import dataclass

from firmware.protocol import mission_plan as plan
from firmware.protocol import mission_rules as rules
from firmware.protocol import words as protocol_words
from firmware.protocol.mission_radio import MODEMS
from ground.mission_cell import CELLS, CELLS_IN_SERIES, WIRE_OHM
from ground.mission_load import DEFAULT_PAPER_G_M2, KINDS
from ground.mission_value import (
    Flag,
    Latest,
    Mask,
    Moment,
    Names,
    Number,
    Place,
    Places,
    Range,
    Reader,
    Seconds,
    Span,
    Text,
    Whole,
    Wholes,
    Word,
    words,
)
from ground.prediction.float_height import GASES

WIDEST_M_S = 50.0
WORST_LEAK_PER_H = 0.3

_NAME = f"{rules.LONGEST_NAME} characters: letters, digits, `_`, `-`"
_PHASES = (("ascent", plan.IN_ASCENT), ("float", plan.IN_FLOAT), ("descent", plan.IN_DESCENT))


@dataclass(frozen=True)
class Key:
    """One key, or, with `inner`, a table in braces. `ground`: it stays on the ground, the board never sees it."""

    name: str
    attribute: str
    reader: Reader
    what: str
    unless: str = ""
    ground: bool = False
    inner: "tuple[Key, ...]" = ()


@dataclass(frozen=True)
class Table:
    """[name], or with `plural` [[name]], a row of that list. `count`: how often it may stand in a file."""

    name: str
    plural: str | None
    count: str
    keys: tuple[Key, ...]


def _limits(limits: tuple[tuple[object, ...], ...], name: str) -> str:
    _, least, most, unit = next(row for row in limits if row[0] == name)[:4]
    if unit == "ms":
        return f"{rules.seconds_text(least)} to {rules.seconds_text(most)}"
    return f"{least} to {most} {unit}".strip()


def _span(
    limits: tuple[tuple[object, ...], ...], attribute: str, name: str, what: str, unless: str = ""
) -> tuple[Key, Key]:
    """A time, in quotes with its unit, or in seconds under a name that says so."""
    text = _limits(limits, attribute)
    return Key(name, attribute, Span(text), what, unless), Key(f"{name}_s", attribute, Seconds(text), what, unless)


def _whole(limits: tuple[tuple[object, ...], ...], name: str, what: str, unless: str = "") -> Key:
    return Key(name, name, Whole(_limits(limits, name)), what, unless)


_FLIGHT = (
    Key("id", "flight_id", Text(_NAME), "a new flight needs a new id: a board resumes only the flight it knows"),
    Key("callsign", "callsign", Text("16 characters: capitals, digits, `-`, `/`"), "as your licence says it"),
    Key(
        "net",
        "net",
        Whole("1 to 65535"),
        "tells this flight's frames from others'",
        "from the mission's hash",
    ),
    Key("pad", "pad", Place(), "where the balloon is let go; for what the check can say of the way", "not known", True),
    _whole(rules.FLIGHT_LIMITS, "pad_altitude_m", "of the launch site, above mean sea level"),
    _whole(
        rules.FLIGHT_LIMITS,
        "highest_ground_m",
        "highest ground anywhere the balloon may drift over; not below the pad",
    ),
    _whole(
        rules.FLIGHT_LIMITS,
        "min_agl_m",
        "nothing is let go lower than this above the highest ground",
        str(plan.MIN_AGL_M),
    ),
    *_span(
        rules.FLIGHT_LIMITS,
        "not_before_ms",
        "not_before",
        "nothing is let go earlier after launch",
        rules.seconds_text(plan.NOT_BEFORE_MS),
    ),
    *_span(rules.FLIGHT_LIMITS, "end_ms", "end", "nothing is let go later after launch, whatever happens"),
    *_span(
        rules.FLIGHT_LIMITS,
        "min_gap_ms",
        "min_gap",
        "after an outage at most one drop in this time",
        rules.seconds_text(plan.MIN_GAP_MS),
    ),
    Key("break_wire", "break_wire", Flag(), "a wire to the ground that parts at lift-off is fitted", "`false`"),
    Key("launch_from", "launch_from", Moment(), "the launch slot begins, UTC", "not known", True),
    Key("launch_until", "launch_until", Moment(), "the launch slot ends, UTC", "not known", True),
)
_BALLOON = (
    Key(
        "kind",
        "kind",
        words("latex", "film_tube"),
        "bursts; or vents when full, floats, and must be ended",
        ground=True,
    ),
    Key("climb_m_s", "climb_m_s", Range(0.5, 15, "m/s"), "slowest and fastest climb with everything on", ground=True),
    Key("burst_m", "burst_m", Range(1000, 45000, "m"), "latex: lowest and highest burst, above sea level", ground=True),
    Key("length_m", "length_m", Number(1, 100, "m"), "tube: length", ground=True),
    Key("lay_flat_m", "lay_flat_m", Number(0.1, 20, "m"), "tube: width when flat", ground=True),
    Key("film_g", "film_g", Number(10, 100000, "g"), "tube: mass of the film", ground=True),
    Key("gas", "gas", words(*(gas for gas, _ in GASES)), "tube: what it is filled with", ground=True),
    Key(
        "free_lift_g",
        "free_lift_g",
        Number(50, 50000, "g"),
        "lift beyond all mass; says how much faster it climbs after each drop",
        "not known",
        True,
    ),
    Key(
        "leak_per_h",
        "leak_per_h",
        Number(0, 1, "of the gas"),
        "tube: the worst leak to reckon with",
        f"{WORST_LEAK_PER_H}",
        True,
    ),
    Key(
        "payload_g",
        "payload_g",
        Number(10, 100000, "g"),
        "all that hangs below the envelope, with all loads",
        ground=True,
    ),
    Key("descent_m_s", "descent_m_s", Range(0.5, 60, "m/s"), "coming down, at sea level", ground=True),
    Key("parachute", "parachute", Flag(), "it comes down on a parachute", "`true`", True),
    Key("packages", "packages", Number(1, 50), "how many packages the payload is", "1", True),
    Key("largest_package_g", "largest_package_g", Number(1, 100000, "g"), "the heaviest of them", "`payload_g`", True),
    Key(
        "density_g_cm2",
        "density_g_cm2",
        Number(0.01, 1000, "g/cm2"),
        "its mass over the area of its smallest face",
        "taken as too dense",
        True,
    ),
    Key("rope_n", "rope_n", Number(1, 100000, "N"), "force that parts the line to the payload", "not known", True),
)
_CHANNEL = (
    Key("name", "name", Text("as `id`, used once"), "how drops speak of it"),
    Key(
        "kind",
        "kind",
        Word(tuple((word, number) for number, word, _ in rules.KINDS)),
        "a wire that is heated and parts; or a dispenser that a servo turns",
        "`burn_wire`",
    ),
    Key("output", "output", Whole("1 to what the board has, used once"), "the number printed on the board"),
    *_span(
        rules.CHANNEL_LIMITS,
        "pulse_ms",
        "pulse",
        f"length of the first pulse; each further one is {plan.LONGER_PERCENT} % of the one before",
    ),
    _whole(rules.CHANNEL_LIMITS, "attempts", "further pulses only on evidence that it still holds", "1"),
    Key("same_load", "same_load", Text("name of a channel"), "the wire on the same load, which takes over", "none"),
    Key(
        "positions_us",
        "positions_us",
        Wholes(f"2 to {rules.MOST_POSITIONS} of {rules.POSITION_LIMITS_US[0]} to {rules.POSITION_LIMITS_US[1]} us"),
        "servo: its positions, the closed one first, one further for each release",
        "none",
    ),
)
_AREA = (
    Key("name", "name", Text("as `id`, used once"), "how drops speak of it"),
    Key(
        "kind",
        "kind",
        Word(tuple((word, number) for number, word in rules.AREA_KINDS)),
        "a place for the balloon to be; or one where nothing may land",
    ),
    Key(
        "points",
        "points",
        Places(f"3 to {rules.MOST_CORNERS} of `[latitude, longitude]`, degrees"),
        "its corners, in order",
    ),
)
_LOAD = (
    Key("kind", "kind", words(*(row.kind for row in KINDS)), "what falls", ground=True),
    Key("piece_g", "piece_g", Number(0.1, 50000, "g"), "the mass of one piece", "by its kind", True),
    Key("paper_g_m2", "paper_g_m2", Number(20, 500, "g/m2"), "leaflet: its paper", f"{DEFAULT_PAPER_G_M2:g}", True),
    Key("area_cm2", "area_cm2", Number(0.5, 100000, "cm2"), "of its largest face", "by its kind", True),
    Key("cd", "cd", Number(0.1, 5), "drag coefficient on that area", "by its kind", True),
    Key("terminal_m_s", "terminal_m_s", Range(0.2, 150, "m/s"), "how it falls at sea level", "from the above", True),
)
_REPEAT = (
    *_span(rules.DROP_LIMITS, "every_ms", "every", "from one occasion to the next"),
    Key("times", "count", Whole(_limits(rules.DROP_LIMITS, "count")), "how many occasions"),
)
_DROP = (
    Key("name", "name", Text("as `id`, used once, not `cutdown`"), "how people speak of it"),
    Key("channel", "channel", Text("name of a channel"), "what lets it go"),
    Key("after", "after_ms", Span("`not_before` to `end`"), "due so long after launch, not after switching on"),
    Key("after_s", "after_ms", Seconds("`not_before` to `end`"), "due so long after launch, not after switching on"),
    Key("at", "at_unix_s", Moment(), "due at this moment instead, UTC"),
    Key(
        "latest",
        "patience_ms",
        Latest("as `after` or `at`, not earlier"),
        "the last moment; of the first occasion where it is repeated",
        "waits until `end`",
    ),
    Key("latest_s", "patience_ms", Seconds("as `after`, not earlier"), "the last moment", "waits until `end`"),
    Key(
        "late",
        "late",
        Word((("release", plan.RELEASE), ("skip", plan.SKIP))),
        "at `latest`: let go whatever its own conditions say, or not at all",
        "needed with `latest`",
    ),
    _whole(rules.DROP_LIMITS, "min_altitude_m", "condition: not lower, above sea level", "none"),
    _whole(rules.DROP_LIMITS, "max_altitude_m", "condition: not higher, above sea level", "none"),
    Key("inside", "inside", Text("name of a keep-in area"), "condition: the balloon is inside", "none"),
    Key("phases", "phases", Mask(_PHASES), "condition: in one of these phases", "none"),
    *_span(rules.DROP_LIMITS, "hold_ms", "hold", "all conditions together for so long", "0 s"),
    Key("descent", "in_descent", Word((("release", True),)), "is let go in a descent as well", "not in a descent"),
    Key("repeat", "repeat", Text("table"), "many occasions of the same", "once", inner=_REPEAT),
    Key("keep_outs", "heeds", Names(), "heeds only these", "all keep-out areas", True),
    Key("load_g", "load_g", Number(0.1, 50000, "g"), "mass that is let go, on each occasion", "not known", True),
    Key("load", "load", Text("table"), "what it is, for its fall and its landing", "not known", True, _LOAD),
)
_CUTDOWN = (
    Key("channel", "channel", Text("name of a channel, its own"), "what ends the flight"),
    *_span(rules.CUTDOWN_LIMITS, "latest_ms", "latest", "the flight is ended at this time, if not sooner"),
    _whole(rules.CUTDOWN_LIMITS, "ceiling_m", "sooner: above this, over sea level", "none"),
    Key(
        "outside",
        "outside",
        Text("name of a keep-in area"),
        "sooner: outside of it at three fixes, a minute apart",
        "none",
    ),
    _whole(rules.CUTDOWN_LIMITS, "battery_mv", "sooner: the logic's volts below this for 10 min", "none"),
    *_span(
        rules.CUTDOWN_LIMITS, "lost_link_ms", "lost_link", "sooner: so long without a command from the ground", "none"
    ),
    _whole(
        rules.CUTDOWN_LIMITS,
        "min_agl_m",
        "not below this over the highest ground: what the parachute needs to open",
        str(plan.CUTDOWN_MIN_AGL_M),
    ),
)
_BACKUP = (
    Key(
        "fitted",
        "fitted",
        Flag(),
        "a second controller with its own cutter ends the flight "
        f"{rules.seconds_text(plan.LONGEST_HOLD_MS + plan.BACKUP_AFTER_MS)} after the cutdown's `latest`",
        ground=True,
    ),
)
_RADIO = (
    Key(
        "profile",
        "profile",
        Word(tuple((name, number) for number, name, _ in protocol_words.PROFILES)),
        "how the radio is used, by both sides",
        f"`{protocol_words.PROFILES[0][1]}`",
    ),
    Key(
        "modem",
        "modem",
        Word(tuple((row[1], row[0]) for row in MODEMS)),
        "which modem is set up and checked before the flight",
        "`none`",
    ),
    Key(
        "format",
        "sentences",
        Word((("frames", False), ("ukhas", True))),
        "what reports are: frames, or UKHAS sentences for people who already receive those",
        "`frames`",
    ),
    Key(
        "channel",
        "radio_channel",
        Whole("`hc12` 1 to 127, `e22` 0 to 83, `e32` 0 to 31, `sik` 0 to 499"),
        "HC-12 433.4 MHz + 0.4 MHz for each above 1; E22-400 410.125 MHz, E32-433 410 MHz, + 1 MHz for each; "
        "SiK: its net id",
        "as the modem has it",
    ),
    Key(
        "power_dbm",
        "radio_dbm",
        Whole("the steps of the modem"),
        "what it sends with",
        "as the modem has it",
    ),
)
_WIND = (
    Key(
        "file",
        "file",
        Text("path, from the mission's folder"),
        "University of Wyoming text or CSV, or `altitude_m,direction_deg,speed_m_s`",
        "no wind known",
        True,
    ),
    Key("valid", "valid", Moment(), "for when it was given, UTC", "as the file says", True),
    Key(
        "widest_m_s",
        "widest_m_s",
        Number(1, 150, "m/s"),
        "fastest wind to reckon with where none is known",
        f"{WIDEST_M_S:g}",
        True,
    ),
)
_CUTTER = (
    Key(
        "cell", "cell", words(*(row.name for row in CELLS)), "the cells that heat the wires", f"`{CELLS[0].name}`", True
    ),
    Key("cells", "cells", Number(1, 12), "how many in series", str(CELLS_IN_SERIES), True),
    Key("wire_ohm", "wire_ohm", Number(0.2, 50, "Ohm"), "resistance of a wire with its leads", f"{WIRE_OHM:g}", True),
)

TABLES = (
    Table("flight", None, "once", _FLIGHT),
    Table("balloon", None, "once or not at all", _BALLOON),
    Table("channel", "channels", f"at most {rules.MOST_CHANNELS}", _CHANNEL),
    Table("area", "areas", f"at most {rules.MOST_AREAS}", _AREA),
    Table("drop", "drops", f"at most {rules.MOST_DROPS}", _DROP),
    Table("cutdown", None, "once or not at all", _CUTDOWN),
    Table("backup", None, "once or not at all", _BACKUP),
    Table("radio", None, "once or not at all", _RADIO),
    Table("wind", None, "once or not at all", _WIND),
    Table("cutter", None, "once or not at all", _CUTTER),
)
