"""Every alarm as a row: what it is called, how loud it is, when it may sound at all, what is read and what is said."""

from typing import NamedTuple

INFO = "info"
WARN = "warn"
ALARM = "alarm"

# What happens to it by itself: it stays until somebody acknowledges it, or goes when its time or its cause is over.
LATCHED = "latched"
PASSING = "passing"
PASSING_S = 60


class Row(NamedTuple):
    """words and speech: with {places} that what happened fills in."""

    name: str
    level: str
    stays: str
    armed: str
    words: str
    speech: str


ROWS = (
    Row("launch", INFO, LATCHED, "the pad was seen, or the launch was told", "launched{height}", "Launch."),
    Row(
        "launch_cancelled",
        WARN,
        LATCHED,
        "after a launch",
        "the launch was none: back at the pad before any drop",
        "The launch was none.",
    ),
    Row("float", INFO, LATCHED, "in flight", "floats{height}", "The balloon floats."),
    Row("burst", WARN, LATCHED, "in flight", "falls{height}", "The balloon falls."),
    Row("landing", INFO, LATCHED, "after a flight was heard", "landed{height}", "The payload has landed."),
    Row(
        "drop_accepted",
        INFO,
        LATCHED,
        "before the end of that drop",
        "{place}{occasion} is being let go",
        "{Place} accepted.",
    ),
    Row("drop_confirmed", INFO, LATCHED, "always", "{place}{occasion} is let go: confirmed", "{Place} confirmed."),
    Row(
        "drop_unconfirmed",
        WARN,
        LATCHED,
        "always",
        "{place}{occasion} was fired, with no evidence for or against: look at the climb rate",
        "{Place} is not confirmed.",
    ),
    Row("drop_failed", ALARM, LATCHED, "always", "{place}{occasion} failed: it still hangs", "{Place} failed."),
    Row(
        "drop_skipped",
        ALARM,
        LATCHED,
        "always",
        "{place}{occasion} is skipped: its latest time came while something forbade it",
        "{Place} is skipped.",
    ),
    Row("drop_lapsed", WARN, LATCHED, "always", "{place}: {count} missed", "{Place} has missed an occasion."),
    Row("drop_cancelled", WARN, LATCHED, "always", "{place}{occasion} is cancelled", "{Place} is cancelled."),
    Row(
        "drop_aborted",
        ALARM,
        LATCHED,
        "always",
        "{place}{occasion} was stopped in a pulse: it may have let go",
        "{Place} was stopped.",
    ),
    Row(
        "drop_parted_early",
        ALARM,
        LATCHED,
        "always",
        "the wire of {place} opened before its time: it may be gone",
        "{Place} parted early.",
    ),
    Row("cutdown_due", ALARM, LATCHED, "always", "the flight is to be ended{cause}", "Cutdown is due."),
    Row("flight_ended", WARN, LATCHED, "always", "the end time came: nothing fires any more", "The flight is over."),
    Row("safe", WARN, LATCHED, "always", "SAFE: nothing is let go", "Safe."),
    Row("safe_over", INFO, PASSING, "after SAFE", "SAFE is undone", "Safe is undone."),
    Row("hold", WARN, LATCHED, "always", "HOLD: nothing is let go for now", "Hold."),
    Row("hold_over", INFO, PASSING, "after HOLD", "HOLD is over", "Hold is over."),
    Row("no_signal", WARN, LATCHED, "after a frame was heard", "nothing heard for {limit}", "No signal."),
    Row(
        "no_signal_long",
        ALARM,
        LATCHED,
        "after a frame was heard",
        "nothing heard for {limit}",
        "No signal for {limit}.",
    ),
    Row("signal_back", INFO, PASSING, "after no signal", "heard again after {silence}", "Signal is back."),
    Row(
        "clock_frozen",
        ALARM,
        LATCHED,
        "while frames come",
        "the payload's clock stands still: it repeats itself, and nothing shown is new",
        "The payload's clock stands still.",
    ),
    Row(
        "clock_off",
        WARN,
        LATCHED,
        "where both clocks are known",
        "the laptop's clock is off: {how}",
        "The laptop's clock is off.",
    ),
    Row("payload_reset", WARN, LATCHED, "always", "the flight computer restarted: {cause}", "The payload restarted."),
    Row(
        "cutter_low",
        ALARM,
        LATCHED,
        "plug in, not landed",
        "the cutters' rail has only {volts} V",
        "The cutter battery is low.",
    ),
    Row("logic_low", ALARM, LATCHED, "always", "the logic has only {volts} V", "The logic battery is low."),
    Row(
        "backup_silent",
        ALARM,
        LATCHED,
        "after the backup was heard, until landing",
        "the independent backup says nothing any more",
        "The backup is silent.",
    ),
    Row(
        "tags_bad",
        WARN,
        LATCHED,
        "after a first count",
        "the payload hears commands with a bad tag: {count} in all; a wrong key, or somebody tries",
        "Bad commands are heard.",
    ),
    Row(
        "break_wire_alone",
        ALARM,
        LATCHED,
        "before launch",
        "only the break wire says launch: in 10 minutes it is believed",
        "Only the break wire says launch.",
    ),
    Row(
        "laptop_battery_low",
        ALARM,
        LATCHED,
        "on its battery",
        "the laptop has {percent} % left: put it on power",
        "The laptop battery is low.",
    ),
    Row(
        "disk_low", ALARM, LATCHED, "always", "the log's disk has {room} MB left: make room", "The disk is nearly full."
    ),
    Row("test", ALARM, LATCHED, "always", "a test of the alarm", "This is a test."),
)
BY_NAME = {row.name: row for row in ROWS}
