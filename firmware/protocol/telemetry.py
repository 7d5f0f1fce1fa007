"""Every downlink frame, as tables. The board packs by them, the ground unpacks by them, docs/protocol.md is made from them."""

from firmware.protocol.fields import LOG2, RAW, Layout

FIX = 1
EVENT = 2

_FIX_WORDS = (
    ("I", (("latitude_e7", 32, -0x80000000, 1, "1e-7 deg", "north positive"),)),
    ("I", (("longitude_e7", 32, -0x80000000, 1, "1e-7 deg", "east positive"),)),
    ("H", (("altitude_m", 16, -1000, 1, "m", "above mean sea level, by GPS"),)),
    (
        "I",
        (
            ("ground_speed_cm_s", 8, 0, 50, "cm/s", "over ground"),
            ("course_cdeg", 8, 0, 150, "0.01 deg", "over ground, clockwise from north"),
            ("vertical_cm_s", 12, -20470, 10, "cm/s", "up positive, from the altitude vote"),
            ("gps_age_s", 4, 0, LOG2, "s", "age of the position, by powers of two"),
        ),
    ),
    (
        "H",
        (
            ("fix_type", 2, 0, RAW, "", "0 none, 2 plane, 3 space"),
            ("satellites", 5, 0, 1, "", "used in the fix"),
            ("accuracy_m", 4, 0, LOG2, "m", "horizontal, by powers of two"),
            ("dynamic_model", 4, 0, 1, "", "as the receiver reads back, u-blox numbers: 6 is airborne <1g"),
            ("utc_known", 1, 0, RAW, "", "the board's clock is set from GPS"),
        ),
    ),
    ("H", (("pressure_pa", 16, 0, 2, "Pa", "static pressure"),)),
    ("B", (("inside_c", 8, -100, 1, "deg C", "temperature at the barometer"),)),
    ("B", (("outside_c", 8, -100, 1, "deg C", "temperature outside"),)),
    ("B", (("logic_mv", 8, 0, 20, "mV", "supply of the logic"),)),
    ("B", (("cutter_mv", 8, 0, 50, "mV", "cutter rail behind the arming plug"),)),
    (
        "H",
        (
            ("phase", 3, 0, RAW, "", "flight phase"),
            ("armed", 1, 0, RAW, "", "plug in and pad reference taken"),
            ("safe", 1, 0, RAW, "", "the crew said SAFE"),
            ("hold", 1, 0, RAW, "", "the crew said HOLD"),
            ("journal_ok", 1, 0, RAW, "", "the last journal write went well"),
            ("mission_ok", 1, 0, RAW, "", "a checked mission is loaded"),
            ("command_counter", 4, 0, RAW, "", "lowest bits of the last command's counter"),
            ("command_result", 4, 0, RAW, "", "what became of the last command"),
        ),
    ),
    ("H", (("drop_summary", 16, 0, RAW, "", "two bits a drop, first drop lowest: pending, active, released, over"),)),
    ("H", (("gates", 16, 0, RAW, "", "why the drop in focus is not firing, a bit a reason"),)),
    (
        "H",
        (
            ("next_drop_s", 14, 0, 1, "s", "until the next drop is due"),
            ("attempts", 2, 0, RAW, "", "pulses spent on the drop in focus, this step"),
        ),
    ),
    (
        "H",
        (
            ("drop", 3, 0, RAW, "", "the drop in focus: the next or active one, in every fourth frame one that is over"),
            ("drop_state", 4, 0, RAW, "", "its state"),
            ("drop_step", 5, 0, RAW, "", "its step, for a drop that repeats"),
            ("reset_count", 4, 0, RAW, "", "resets in this flight, stays at 15"),
        ),
    ),
)

BOOTED = 1
MISSION_LOADED = 2
ARMED = 3
DISARMED = 4
LAUNCHED = 5
PHASE_CHANGED = 6
DROP_CHANGED = 7
FLIGHT_ENDED = 8
FAULT_SEEN = 9

# number, name, subject, detail, argument, what a person reads
EVENTS = (
    (BOOTED, "booted", "reset cause", "reset count", "", "the flight computer started"),
    (MISSION_LOADED, "mission_loaded", "number of drops", "1 accepted, 0 refused", "first hash bytes", "a mission was read"),
    (ARMED, "armed", "", "", "pad altitude, m", "plug in and pad reference taken"),
    (DISARMED, "disarmed", "", "", "", "plug out: the pad reference is void"),
    (LAUNCHED, "launched", "source", "", "mission time of launch, ms", "the balloon left the pad"),
    (PHASE_CHANGED, "phase_changed", "phase", "phase before", "altitude, m", "a new phase of flight"),
    (DROP_CHANGED, "drop_changed", "drop", "state", "step | attempts << 8", "a drop changed its state"),
    (FLIGHT_ENDED, "flight_ended", "", "", "", "the end time came: nothing fires any more"),
    (FAULT_SEEN, "fault_seen", "fault", "", "count", "a fault was counted for the first time"),
)

_EVENT_WORDS = (
    ("B", (("event_id", 8, 0, RAW, "", "counts events; tells repetitions from new ones"),)),
    ("B", (("code", 8, 0, RAW, "", "which event"),)),
    ("B", (("subject", 8, 0, RAW, "", "see the table of events"),)),
    ("B", (("detail", 8, 0, RAW, "", "see the table of events"),)),
    ("I", (("argument", 32, -0x80000000, 1, "", "see the table of events"),)),
)

# number, name, words, what it is for
FRAMES = (
    (FIX, "FIX", _FIX_WORDS, "where the balloon is and what it is about to do"),
    (EVENT, "EVENT", _EVENT_WORDS, "something happened"),
)

FIX_LAYOUT = Layout(_FIX_WORDS)
EVENT_LAYOUT = Layout(_EVENT_WORDS)
LAYOUTS = ((FIX, FIX_LAYOUT), (EVENT, EVENT_LAYOUT))
