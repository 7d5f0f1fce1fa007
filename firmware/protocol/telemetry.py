"""Every downlink frame, as tables: the board packs by them, the ground unpacks; words.py says what they mean."""

from firmware.protocol.fields import LOG2, RAW, Layout

FIX = 1
EVENT = 2
FIX_2 = 3  # a FIX and the places of two moments before it (history.py)
FIX_3 = 4  # and of three
META = 5
CHAL = 6
ACK = 7
HIST = 8

FIX_WORDS = (
    ("I", (("latitude_e7", 32, -0x80000000, 1),)),
    ("I", (("longitude_e7", 32, -0x80000000, 1),)),
    ("H", (("altitude_m", 16, -1000, 1),)),
    (
        "I",
        (
            ("ground_speed_cm_s", 8, 0, 50),
            ("course_cdeg", 8, 0, 150),
            ("vertical_cm_s", 12, -20470, 10),
            ("gps_age_s", 4, 0, LOG2),
        ),
    ),
    (
        "H",
        (
            ("fix_type", 2, 0, RAW),
            ("satellites", 5, 0, 1),
            ("accuracy_m", 4, 0, LOG2),
            ("dynamic_model", 4, 0, 1),
            ("utc_known", 1, 0, RAW),
        ),
    ),
    ("H", (("pressure_pa", 16, 0, 2),)),
    ("B", (("logic_mv", 8, 0, 30),)),
    ("B", (("cutter_mv", 8, 0, 50),)),
    (
        "H",
        (
            ("phase", 3, 0, RAW),
            ("armed", 1, 0, RAW),
            ("safe", 1, 0, RAW),
            ("hold", 1, 0, RAW),
            ("journal_ok", 1, 0, RAW),
            ("mission_ok", 1, 0, RAW),
            ("command_counter", 4, 0, RAW),
            ("command_result", 4, 0, RAW),
        ),
    ),
    ("H", (("drop_summary", 16, 0, RAW),)),
    (
        "I",
        (
            ("reasons", 21, 0, RAW),
            ("backup_state", 3, 0, RAW),
            ("inside_c", 8, -100, 1),
        ),
    ),
    (
        "H",
        (
            ("next_drop_s", 14, 0, 1),
            ("attempts", 2, 0, RAW),
        ),
    ),
    (
        "H",
        (
            ("drop", 3, 0, RAW),
            ("drop_state", 4, 0, RAW),
            ("drop_step", 5, 0, RAW),
            ("reset_count", 4, 0, RAW),
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
LAUNCH_CANCELLED = 10
REASONS_CHANGED = 11
CUTDOWN_DUE = 12
READINESS = 13
BACKUP_CHANGED = 14
SAFE_CHANGED = 15
HOLD_CHANGED = 16
STEP_LAPSED = 17
HANDED_OVER = 18
POSITION_SUSPECT = 19
WIRE_PARTED_EARLY = 20
BREAK_WIRE_ALONE = 21

EVENT_WORDS = (
    ("B", (("event_id", 8, 0, RAW),)),
    ("B", (("code", 8, 0, RAW),)),
    ("B", (("subject", 8, 0, RAW),)),
    ("B", (("detail", 8, 0, RAW),)),
    ("I", (("argument", 32, -0x80000000, 1),)),
)

META_WORDS = (
    ("I", (("firmware_hash", 32, 0, RAW),)),
    ("I", (("mission_hash", 32, 0, RAW),)),
    ("I", (("session", 32, 0, RAW),)),
    ("I", (("command_counter", 32, 0, RAW),)),
    ("H", (("key_id", 16, 0, RAW),)),
    ("H", (("free_heap_bytes", 16, 0, 16),)),
    ("H", (("loop_lag_ms", 12, 0, 1), ("profile", 4, 0, RAW))),
    ("B", (("rate_s", 8, 0, RAW),)),
    ("B", (("past_fixes", 2, 0, RAW), ("uplink_age_s", 4, 0, LOG2), ("reset_cause", 2, 0, RAW))),
    ("H", (("commands_heard", 16, 0, RAW),)),
    ("H", (("tags_bad", 16, 0, RAW),)),
    ("H", (("overruns", 16, 0, RAW),)),
    ("H", (("faults_counted", 16, 0, RAW),)),
)

META_FORMAT = "<IIIIHHHBBHHHH"  # the same at once

# The answers to commands. Each ends with a tag (authentication.py), which no layout holds: 8 bytes after it.
CHAL_WORDS = (
    ("I", (("nonce", 32, 0, RAW),)),
    ("I", (("counter", 32, 0, RAW),)),
    ("B", (("op", 8, 0, RAW),)),
    ("B", (("why", 8, 0, RAW),)),
)

ACK_WORDS = (
    ("I", (("counter", 32, 0, RAW),)),
    ("B", (("op", 8, 0, RAW),)),
    ("B", (("result", 8, 0, RAW),)),
    ("I", (("argument", 32, 0, RAW),)),
)

FIX_LAYOUT = Layout(FIX_WORDS)
EVENT_LAYOUT = Layout(EVENT_WORDS)
META_LAYOUT = Layout(META_WORDS)
CHAL_LAYOUT = Layout(CHAL_WORDS)
ACK_LAYOUT = Layout(ACK_WORDS)
# Frames whose payload is one layout and no more; FIX_2, FIX_3 and HIST also hold past places (history.py).
LAYOUTS = ((FIX, FIX_LAYOUT), (EVENT, EVENT_LAYOUT), (META, META_LAYOUT))
TAGGED_LAYOUTS = ((CHAL, CHAL_LAYOUT), (ACK, ACK_LAYOUT))
