"""What the numbers of the protocol are called and what a person should know: for the ground and the documents.

Apart from the numbers because a board has no room for words. tests/ground/test_words.py holds the two together.
"""

from firmware.protocol import commands, drops, faults, phases, profiles, signals, telemetry

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
    (faults.MODEM_SILENT, "modem_silent", "the radio modem did not answer its set-up: it is used as it is"),
    (faults.MODEM_REFUSED, "modem_refused", "the radio modem was set up and does not have what it was told"),
    (faults.PULSE_LIMIT_HIT, "pulse_limit_hit", "the hardware timer ended a pulse before the software did"),
    (
        faults.PLUG_SENSE_LOST,
        "plug_sense_lost",
        "aloft the plug's sense line says out while the rail has its volts: the rail decides",
    ),
)

# number, name, what it is for
PROFILES = (
    (profiles.SIK_57600, "sik_57600", "a report a second; SiK radios, and whatever carries 57,600 Bd as it comes"),
    (profiles.PACKET_9600, "packet_9600", "a report a second; packet modems at 9600 Bd: HC-12, fast LoRa"),
    (profiles.LORA_2400, "lora_2400", "a report every 5 s; LoRa of 2.4 kbit/s, a tenth of the time on the air"),
    (profiles.LORA_300, "lora_300", "a report every 25 s; LoRa of 0.3 kbit/s, a tenth of the time on the air"),
    (profiles.RAW_300, "raw_300", "a report every 5 s; raw frequency keying at 300 Bd"),
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
    (drops.DUE, "due", "due, and held back by the reasons that are named"),
    (drops.FIRING, "firing", "the pulse is on"),
    (drops.FIRED, "fired", "the pulse is over, the evidence is being looked at"),
    (drops.CONFIRMED, "confirmed", "let go, and there is evidence for it"),
    (drops.UNCONFIRMED, "unconfirmed", "fired, with no evidence for or against"),
    (drops.FAILED, "failed", "fired as often as allowed, with evidence that it still hangs"),
    (drops.SKIPPED, "skipped", "its latest time came while it could not be let go"),
    (drops.CANCELLED, "cancelled", "taken back before its time"),
    (drops.ABORTED, "aborted", "stopped in a pulse; it may have let go"),
    (drops.PARTED_EARLY, "parted_early", "the wire was found open before its time"),
)

# bit, name, what it means
REASONS = (
    (drops.NOT_LAUNCHED, "not_launched", "the balloon has not been seen to leave the pad"),
    (drops.LANDED, "landed", "the balloon is down, or at rest low down"),
    (drops.ENDED, "ended", "the flight is over by its end time"),
    (drops.SAFE, "safe", "the crew said SAFE"),
    (drops.HOLD, "hold", "the crew said HOLD"),
    (drops.PLUG_OUT, "plug_out", "no volts on the cutters' rail: the arming plug is out, or their cell is flat"),
    (drops.TOO_EARLY, "too_early", "earlier after launch than not_before allows"),
    (drops.TOO_LOW, "too_low", "lower above the highest ground than min_agl_m allows"),
    (drops.ALTITUDE_UNKNOWN, "altitude_unknown", "no height to be trusted, and outside the blind window"),
    (drops.KEEP_OUT, "keep_out", "inside a keep-out area"),
    (drops.POSITION_UNKNOWN, "position_unknown", "no position to be trusted: it counts as inside every keep-out"),
    (drops.DESCENT, "descent", "the balloon falls, and the drop does not ask for that"),
    (drops.CHANNEL_BUSY, "channel_busy", "another channel is firing: one at a time"),
    (drops.MIN_GAP, "min_gap", "less than min_gap since the drop before it was over"),
    (drops.COOLING, "cooling", "the cutter cools for 10 s after a reset in a pulse"),
    (drops.MISSION, "mission", "there is no checked mission"),
    (drops.RAIL_SETTLING, "rail_settling", "the cutters' rail has its volts back, and not yet for 5 s"),
    (drops.OUT_OF_ALTITUDE, "out_of_altitude", "not within the heights that it asks for"),
    (drops.OUT_OF_AREA, "out_of_area", "not inside the area that it asks for"),
    (drops.OUT_OF_PHASE, "out_of_phase", "not in the ascent, float or descent that it asks for"),
    (drops.HOLDING_FOR, "holding_for", "all that it asks for is so, and not yet for as long as it asks"),
)

# number, name, what it means
BACKUP_STATES = (
    (drops.BACKUP_SILENT, "silent", "nothing is heard on its heartbeat line"),
    (drops.BACKUP_SAFE, "safe", "its plug is out: it ends nothing"),
    (drops.BACKUP_READY, "ready", "it waits for its pull pin"),
    (drops.BACKUP_RUNNING, "running", "its pin is out and its time runs: it is deaf to everything else"),
    (drops.BACKUP_FIRING, "firing", "it is ending the flight now"),
    (drops.BACKUP_DONE, "done", "it has fired, or its own end has passed"),
    (drops.BACKUP_REFUSED, "refused", "it has found something that forbids it to arm"),
)

# number, name, what it means
CUTDOWN_CAUSES = (
    (drops.BY_TIME, "time", "its latest time has come"),
    (drops.BY_CEILING, "ceiling", "higher than its ceiling"),
    (drops.BY_AREA, "area", "it has left its area: three fixes in a row say so"),
    (drops.BY_BATTERY, "battery", "the logic's cell was low under load for 10 min"),
    (drops.BY_COMMAND, "command", "the crew said so"),
    (drops.BY_LOST_LINK, "lost_link", "no authenticated word from the ground for too long"),
)

# bit, name, what it means, what to do about it
READINESS = (
    (drops.NO_MISSION, "no_mission", "there is no checked mission", "flash one"),
    (
        drops.JOURNAL_NOT_FRESH,
        "journal_not_fresh",
        "the journal is that of a flight that has begun",
        "`samara board new-flight`",
    ),
    (
        drops.BOOTED_WITH_PLUG,
        "booted_with_plug",
        "it was switched on with the plug in",
        "plug out, switch off and on, then the plug",
    ),
    (drops.NO_ALTITUDE, "no_altitude", "no height to be trusted", "look at barometer and GPS"),
    (drops.NO_GPS, "no_gps", "no GPS position", "wait, with the antenna under the open sky"),
    (
        drops.NOT_AIRBORNE_MODEL,
        "not_airborne_model",
        "the GPS receiver does not say that it flies an airborne model",
        "wait 20 s, then switch off and on",
    ),
    (drops.WIRE_OPEN, "wire_open", "a cutter's wire is open", "look at wires and connectors"),
    (drops.CUTTER_WEAK, "cutter_weak", "the cutters' cell is low", "a fresh, warm cell"),
    (drops.LOGIC_WEAK, "logic_weak", "the logic's cell is low", "a fresh, warm cell"),
    (drops.BACKUP_NOT_READY, "backup_not_ready", "the independent backup is not ready", "look at its own lamp"),
    (drops.NO_CLOCK, "no_clock", "a drop has a time of day, and the clock is not set from GPS", "wait for GPS"),
    (
        drops.OVERDUE_AT_LAUNCH,
        "overdue_at_launch",
        "a drop's latest time would be past before it may fire",
        "another mission",
    ),
    (drops.NOT_AT_REST, "not_at_rest", "not 60 s at rest yet, or the reference is an hour old", "leave it at rest"),
    (drops.FLASH_BAD, "flash_bad", "journal or log cannot be written", "copy the log off, make room"),
    (drops.BREAK_WIRE_OPEN, "break_wire_open", "the break wire is open, and the mission has one", "put it in"),
)

# bit, name, what it means; one or more of them saw a launch
LAUNCH_WITNESSES = (
    (1, "break_wire", "the break wire was pulled out"),
    (2, "pressure", "the pressure fell"),
    (4, "gps", "GPS climbed"),
)

# number, name, subject, detail, argument, what a person reads. A place: drops from 0, the cutdown at drops.CUTDOWN.
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
    (telemetry.LAUNCHED, "launched", "witnesses", "", "mission time of launch, ms", "the balloon left the pad"),
    (telemetry.PHASE_CHANGED, "phase_changed", "phase", "phase before", "altitude, m", "a new phase of flight"),
    (telemetry.DROP_CHANGED, "drop_changed", "place", "state", "step | attempts << 8", "a drop changed its state"),
    (telemetry.FLIGHT_ENDED, "flight_ended", "", "", "", "the end time came: nothing fires any more"),
    (telemetry.FAULT_SEEN, "fault_seen", "fault", "", "count", "a fault was counted for the first time"),
    (
        telemetry.LAUNCH_CANCELLED,
        "launch_cancelled",
        "",
        "",
        "",
        "it was none: back at pad height for 120 s before any drop",
    ),
    (
        telemetry.REASONS_CHANGED,
        "reasons_changed",
        "place",
        "",
        "reasons",
        "what holds a due drop back is not what it was",
    ),
    (telemetry.CUTDOWN_DUE, "cutdown_due", "cause", "", "altitude, m", "the flight is to be ended"),
    (
        telemetry.READINESS,
        "readiness",
        "1 GO, 0 NO GO",
        "",
        "readiness",
        "what on the pad speaks against a launch is not what it was",
    ),
    (
        telemetry.BACKUP_CHANGED,
        "backup_changed",
        "backup state",
        "backup state before",
        "",
        "the independent backup says something else of itself",
    ),
    (telemetry.SAFE_CHANGED, "safe_changed", "1 SAFE, 0 undone", "", "", "the crew said SAFE, or undid it"),
    (
        telemetry.HOLD_CHANGED,
        "hold_changed",
        "1 HOLD, 0 over",
        "",
        "seconds it lasts",
        "the crew said HOLD, or it is over",
    ),
    (
        telemetry.STEP_LAPSED,
        "step_lapsed",
        "place",
        "how many occasions",
        "step that is next",
        "occasions of a repeated drop were missed and lapse",
    ),
    (telemetry.HANDED_OVER, "handed_over", "place", "channel", "", "the channel with the same load takes over"),
    (
        telemetry.POSITION_SUSPECT,
        "position_suspect",
        "1 suspect, 0 trusted",
        "",
        "",
        "the position contradicts itself or the barometer, or does so no longer",
    ),
    (
        telemetry.WIRE_PARTED_EARLY,
        "wire_parted_early",
        "place",
        "channel",
        "",
        "a wire opened before its time, in the air",
    ),
    (
        telemetry.BREAK_WIRE_ALONE,
        "break_wire_alone",
        "1 alone, 0 no longer",
        "",
        "",
        "only the break wire says launch: the alarm sounds for 10 minutes",
    ),
)

# What the LED and the buzzer say: number, name, what it means, what to do
SIGNALS = (
    (signals.DARK, "dark", "no power, or no firmware", "look at the cells"),
    (
        signals.NO_GO,
        "no_go",
        "plug out: the self-test is under way, or something speaks against a flight",
        "wait a minute; then `readiness` in the view says what it is",
    ),
    (signals.GO, "go", "plug out: nothing speaks against a flight", "the plug may go in"),
    (
        signals.MISSION_REFUSED,
        "mission_refused",
        "the mission is missing, damaged or impossible: it never arms",
        "plug out; `samara board mission` says what lies on the board; put a checked one on it",
    ),
    (
        signals.PLUG_REFUSED,
        "plug_refused",
        "the plug is in and it does not arm: it was in at the start, or the journal is of another flight",
        "plug out; when the LED says GO, in again; for a new flight `samara board new-flight` first",
    ),
    (signals.INHIBIT, "inhibit", "the plug is in: 120 s until it may arm", "everybody steps back"),
    (
        signals.RESTING,
        "resting",
        "waits until it has been at rest for 60 s, for the pad's height",
        "put it down; wait for a height by GPS or pressure",
    ),
    (signals.ARMED, "armed", "ready for launch, with the pad's height", "let go of the balloon within the hour"),
    (signals.FLIGHT, "flight", "launch was recognised: the countdown runs", "still on the ground: plug out at once"),
    (
        signals.WIRE_ALONE,
        "wire_alone",
        "the break wire is out and nothing else says launch: in 10 minutes it is believed",
        "put the wire back, or plug out",
    ),
    (
        signals.LAUNCH_CANCELLED,
        "launch_cancelled",
        "for a minute: the launch was none, the pad's height is taken afresh",
        "leave it at rest until it is armed again, or plug out",
    ),
    (signals.PULSE, "pulse", "a cutter has current now", "hands off"),
    (
        signals.DROP_LOST,
        "drop_lost",
        "for a minute: a drop was skipped, stopped, or failed, or its wire parted early",
        "the view says which and why",
    ),
    (signals.DOWN, "down", "landed, or at the end of the flight: nothing fires any more", "plug out, then the cells"),
    (signals.REHEARSAL, "rehearsal", "a rehearsal: nothing can fire", "watch it; it ends by itself"),
    (signals.TEST_FIRE, "test_fire", "the countdown of a test: a cutter fires within 10 s", "hands off, or plug out"),
)

# number, name, words of the layout, what it is for
FRAMES = (
    (telemetry.FIX, "FIX", telemetry.FIX_WORDS, "where the balloon is and what it is about to do"),
    (telemetry.EVENT, "EVENT", telemetry.EVENT_WORDS, "something happened"),
    (telemetry.FIX_2, "FIX_2", telemetry.FIX_WORDS, "a FIX, and where it was at two moments before"),
    (telemetry.FIX_3, "FIX_3", telemetry.FIX_WORDS, "a FIX, and where it was at three moments before"),
    (telemetry.META, "META", telemetry.META_WORDS, "what flies, and how it does: once a minute"),
    (telemetry.CHAL, "CHAL", telemetry.CHAL_WORDS, "an answer to a command: the nonce that the next one must carry"),
    (telemetry.ACK, "ACK", telemetry.ACK_WORDS, "an answer to a command: what became of it"),
    (telemetry.HIST, "HIST", None, "where it was, asked for or unasked"),
    (commands.CMD, "CMD", commands.CMD_WORDS, "up: what the crew asks for"),
)

# number, name, argument, steps, what it does
COMMANDS = (
    (commands.NOOP, "noop", "", 1, "nothing, but it is answered, and shows that the ground is heard"),
    (commands.HOLD, "hold", "seconds", 1, "no pulse begins for so long; 30 min in a flight at the most"),
    (commands.SAFE, "safe", "", 1, "ends a pulse, and blocks every drop until it is undone; not the end of the flight"),
    (
        commands.REQUEST_HISTORY,
        "request_history",
        "mission second | step s << 20 | frames << 26",
        1,
        "HIST frames of a part of the way that was missed",
    ),
    (commands.SET_RATE, "set_rate", "seconds, 0: as the profile says", 1, "so long from report to report"),
    (commands.ARM, "arm", "what, place << 8", 1, "asks for the nonce without which the named thing is not done"),
    (commands.EXECUTE, "execute", "what, place << 8", 1, "the second step"),
    (commands.RESUME, "resume", "", 2, "undoes SAFE and HOLD"),
    (commands.RELEASE, "release", "place", 2, "a drop now instead of later"),
    (commands.CUTDOWN, "cutdown", "", 2, "ends the flight"),
)

# number, name, what it means
COMMAND_RESULTS = (
    (commands.NONE, "none", "no command has been heard"),
    (commands.DONE, "done", "it was done"),
    (commands.REFUSED, "refused", "something forbids it: the argument has the reasons"),
    (commands.TOO_LATE, "too_late", "a pulse is on, or the thing is over"),
    (commands.CHALLENGED, "challenged", "the first of two steps was heard"),
    (commands.NOT_ARMED, "not_armed", "a second step without its first, or too long after it"),
    (commands.STALE, "stale", "it was said too long ago"),
    (commands.UNKNOWN, "unknown", "there is no such command, or it cannot have that argument"),
    (commands.INTERRUPTED, "interrupted", "a reset came in between: look at what became of the drop"),
)

# field, unit, what it says
FIELDS = (
    ("firmware_hash", "", "first bytes of the firmware's hash; 0 where there is none, as in a simulation"),
    ("mission_hash", "", "first bytes of the mission's hash"),
    ("session", "", "random number of this start of the board: what a command of one step must carry"),
    ("key_id", "", "which key the board has; 0: none, and commands are off"),
    ("free_heap_bytes", "B", "free memory"),
    ("loop_lag_ms", "ms", "how late a pass of the loop was at the most, since the META before"),
    ("profile", "", "how the radio is used"),
    ("rate_s", "s", "from report to report"),
    ("past_fixes", "", "past places in a report"),
    ("uplink_age_s", "s", "since the newest command with a good tag"),
    ("reset_cause", "", "why the board started: 1 power, 3 watchdog"),
    ("commands_heard", "", "commands with a good tag since the start, repetitions included"),
    ("tags_bad", "", "commands with a bad tag since the start"),
    ("overruns", "", "passes of the loop that began late, since the start"),
    ("faults_counted", "", "all faults since the start"),
    ("nonce", "", "what the next command must carry"),
    ("counter", "", "counts the commands of a flight; of the command that this answers"),
    ("op", "", "which command"),
    ("why", "", "0: for the second step; 1: the command carried another session, and this is the right one"),
    ("result", "", "what became of it"),
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
    ("logic_mv", "mV", "supply of the logic"),
    ("cutter_mv", "mV", "cutter rail behind the arming plug"),
    ("phase", "", "flight phase"),
    ("armed", "", "plug in and pad reference taken"),
    ("safe", "", "the crew said SAFE"),
    ("hold", "", "the crew said HOLD"),
    ("journal_ok", "", "the last journal write went well"),
    ("mission_ok", "", "a checked mission is loaded"),
    ("command_counter", "", "of the newest command that was heard; in a FIX its lowest bits"),
    ("command_result", "", "what became of the last command"),
    ("drop_summary", "", "two bits a place, first drop lowest, cutdown highest: pending, active, released, over"),
    ("reasons", "", "why the drop in focus is not firing, a bit a reason"),
    ("backup_state", "", "what the independent backup says of itself"),
    ("next_drop_s", "s", "until the next drop is due"),
    ("attempts", "", "pulses spent on the drop in focus, this step"),
    ("drop", "", "the place in focus: the next or active drop, 7 the cutdown; in every fourth frame one that is over"),
    ("drop_state", "", "its state"),
    ("drop_step", "", "for a drop that repeats: how many of its occasions are over"),
    ("reset_count", "", "resets in this flight, stays at 15"),
    ("event_id", "", "counts events; tells repetitions from new ones"),
    ("code", "", "which event"),
    ("subject", "", "see the table of events"),
    ("detail", "", "see the table of events"),
    ("argument", "", "see the tables of events, commands and results"),
)
