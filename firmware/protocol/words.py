"""What the numbers of the protocol are called and what a person should know: for the ground and the documents.

Apart from the numbers because a board has no room for words. tests/portable/test_words.py holds the two together.
"""

from firmware.protocol import drops, faults, phases, telemetry

# number, name, what a person should know
FAULTS = (
    (
        faults.ACTIVITY_EXCEPTION,
        "activity_exception",
        "a part of the firmware raised an unexpected error and was called again",
    ),
    (faults.LOOP_OVERRUN, "loop_overrun", "the control loop started a pass late"),
    (faults.BUS_ERROR, "bus_error", "a device did not answer on its bus"),
    (faults.BAROMETER_WRONG_CHIP, "barometer_wrong_chip", "another chip answers at the barometer's address"),
    (faults.BAROMETER_CALIBRATION, "barometer_calibration", "the barometer's calibration words are impossible"),
    (faults.BAROMETER_STUCK_BUS, "barometer_stuck_bus", "the barometer's bus reads all ones or all zeros"),
    (faults.BAROMETER_SKIPPED_SAMPLE, "barometer_skipped_sample", "the barometer did not measure"),
    (faults.BAROMETER_RANGE, "barometer_range", "the pressure is outside what the barometer can measure"),
    (faults.BAROMETER_FROZEN, "barometer_frozen", "the barometer repeats one value"),
    (faults.JOURNAL_SLOT_DAMAGED, "journal_slot_damaged", "one of the two journal slots was unreadable"),
    (faults.JOURNAL_WRITE_FAILED, "journal_write_failed", "the journal could not be written"),
    (faults.FLIGHT_LOG_WRITE_FAILED, "flight_log_write_failed", "the flight log could not be written"),
    (faults.MISSION_MISSING, "mission_missing", "there is no mission on the board"),
    (faults.MISSION_REFUSED, "mission_refused", "the mission on the board is damaged or impossible"),
    (faults.RADIO_FULL, "radio_full", "a frame did not fit into the radio's buffer"),
    (faults.PULSE_LIMIT_HIT, "pulse_limit_hit", "the hardware timer ended a pulse before the software did"),
)

# number, name, what it means
PHASES = (
    (phases.GROUND, "ground", "not launched"),
    (phases.ASCENT, "ascent", "climbing"),
    (phases.FLOAT, "float", "neither climbing nor falling"),
    (phases.DESCENT, "descent", "falling"),
    (phases.LANDED, "landed", "at rest after a flight; nothing fires any more"),
)

# number, name, what it means
DROP_STATES = (
    (drops.WAITING, "waiting", "not yet due"),
    (drops.DUE, "due", "due, and held back by the gates that are named"),
    (drops.FIRING, "firing", "the pulse is on"),
    (drops.FIRED, "fired", "the pulse is over, the evidence is being looked at"),
    (drops.CONFIRMED, "confirmed", "let go, and there is evidence for it"),
    (drops.UNCONFIRMED, "unconfirmed", "fired, with no evidence for or against"),
    (drops.FAILED, "failed", "fired as often as allowed, with evidence that it still hangs"),
    (drops.SKIPPED, "skipped", "its last moment passed while a hard gate was closed"),
    (drops.CANCELLED, "cancelled", "taken back before its time"),
    (drops.ABORTED, "aborted", "stopped in a pulse; it may have let go"),
    (drops.PARTED_EARLY, "parted_early", "the wire was found open before its time"),
)

# bit, name, what it means
GATES = (
    (drops.NOT_LAUNCHED, "not_launched", "the balloon has not been seen to leave the pad"),
    (drops.LANDED, "landed", "the balloon is down"),
    (drops.ENDED, "ended", "the flight is over by its end time"),
    (drops.SAFE, "safe", "the crew said SAFE"),
    (drops.HOLD, "hold", "the crew said HOLD"),
    (drops.PLUG_OUT, "plug_out", "the arming plug is out: the cutter has no supply"),
    (drops.TOO_EARLY, "too_early", "earlier after launch than the mission allows"),
    (drops.TOO_LOW, "too_low", "lower above the highest ground than the mission allows"),
    (drops.ALTITUDE_UNKNOWN, "altitude_unknown", "no altitude to be trusted, outside the blind window"),
    (drops.KEEP_OUT, "keep_out", "over a keep-out area"),
    (drops.POSITION_UNKNOWN, "position_unknown", "no position to be trusted"),
    (drops.CONDITION, "condition", "the drop's own conditions do not hold"),
    (drops.CHANNEL_BUSY, "channel_busy", "another channel is firing"),
    (drops.MIN_GAP, "min_gap", "too soon after the drop before"),
    (drops.COOLING, "cooling", "the cutter cools after a reset in a pulse"),
    (drops.MISSION, "mission", "there is no checked mission"),
)

# number, name, subject, detail, argument, what a person reads
EVENTS = (
    (telemetry.BOOTED, "booted", "reset cause", "reset count", "", "the flight computer started"),
    (
        telemetry.MISSION_LOADED,
        "mission_loaded",
        "number of drops",
        "1 accepted, 0 refused",
        "first hash bytes",
        "a mission was read",
    ),
    (telemetry.ARMED, "armed", "", "", "pad altitude, m", "plug in and pad reference taken"),
    (telemetry.DISARMED, "disarmed", "", "", "", "plug out: the pad reference is void"),
    (telemetry.LAUNCHED, "launched", "source", "", "mission time of launch, ms", "the balloon left the pad"),
    (telemetry.PHASE_CHANGED, "phase_changed", "phase", "phase before", "altitude, m", "a new phase of flight"),
    (telemetry.DROP_CHANGED, "drop_changed", "drop", "state", "step | attempts << 8", "a drop changed its state"),
    (telemetry.FLIGHT_ENDED, "flight_ended", "", "", "", "the end time came: nothing fires any more"),
    (telemetry.FAULT_SEEN, "fault_seen", "fault", "", "count", "a fault was counted for the first time"),
)

# number, name, words of the layout, what it is for
FRAMES = (
    (telemetry.FIX, "FIX", telemetry.FIX_WORDS, "where the balloon is and what it is about to do"),
    (telemetry.EVENT, "EVENT", telemetry.EVENT_WORDS, "something happened"),
)

# field, unit, what it says
FIELDS = (
    ("latitude_e7", "1e-7 deg", "north positive"),
    ("longitude_e7", "1e-7 deg", "east positive"),
    ("altitude_m", "m", "above mean sea level, by GPS"),
    ("ground_speed_cm_s", "cm/s", "over ground"),
    ("course_cdeg", "0.01 deg", "over ground, clockwise from north"),
    ("vertical_cm_s", "cm/s", "up positive, from the altitude vote"),
    ("gps_age_s", "s", "age of the position, by powers of two"),
    ("fix_type", "", "0 none, 2 plane, 3 space"),
    ("satellites", "", "used in the fix"),
    ("accuracy_m", "m", "horizontal, by powers of two"),
    ("dynamic_model", "", "as the receiver reads back, u-blox numbers: 6 is airborne <1g"),
    ("utc_known", "", "the board's clock is set from GPS"),
    ("pressure_pa", "Pa", "static pressure"),
    ("inside_c", "deg C", "temperature at the barometer"),
    ("outside_c", "deg C", "temperature outside"),
    ("logic_mv", "mV", "supply of the logic"),
    ("cutter_mv", "mV", "cutter rail behind the arming plug"),
    ("phase", "", "flight phase"),
    ("armed", "", "plug in and pad reference taken"),
    ("safe", "", "the crew said SAFE"),
    ("hold", "", "the crew said HOLD"),
    ("journal_ok", "", "the last journal write went well"),
    ("mission_ok", "", "a checked mission is loaded"),
    ("command_counter", "", "lowest bits of the last command's counter"),
    ("command_result", "", "what became of the last command"),
    ("drop_summary", "", "two bits a drop, first drop lowest: pending, active, released, over"),
    ("gates", "", "why the drop in focus is not firing, a bit a reason"),
    ("next_drop_s", "s", "until the next drop is due"),
    ("attempts", "", "pulses spent on the drop in focus, this step"),
    ("drop", "", "the drop in focus: the next or active one, in every fourth frame one that is over"),
    ("drop_state", "", "its state"),
    ("drop_step", "", "its step, for a drop that repeats"),
    ("reset_count", "", "resets in this flight, stays at 15"),
    ("event_id", "", "counts events; tells repetitions from new ones"),
    ("code", "", "which event"),
    ("subject", "", "see the table of events"),
    ("detail", "", "see the table of events"),
    ("argument", "", "see the table of events"),
)
