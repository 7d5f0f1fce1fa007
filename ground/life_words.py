"""What happens in a drop's life and in a channel's, in words, and where each state stands in the drawing of it."""

from firmware.protocol import drops, words
from firmware.release import channel_life as channel
from firmware.release import life

Place = tuple[int, int]

# what happens: a few words for the drawing, a sentence for the table
DROP_EVENTS = {
    life.TIME_CAME: ("its time", "its moment has come"),
    life.TOO_LATE: ("too late", "its `latest`, or the end of the flight, has come with something in the way"),
    life.CALLED_OFF: ("called off", "the flight is being ended, or falls, or has landed"),
    life.INTENDED: ("all open", "every gate and condition is open: the attempt is counted and goes to flash"),
    life.TAKEN_BACK: ("taken back", "something closed before the pulse began: no attempt after all"),
    life.PULSE_OVER: ("pulse over", "the current is off again, or a reset has ended it"),
    life.LET_GO: ("evidence for", "the wire has parted, the dispenser has turned, or the balloon climbs faster"),
    life.STILL_HOLDS: ("evidence against, again", "it still hangs, and an attempt is left"),
    life.HOLDS_FOR_GOOD: ("no attempt left", "it still hangs, and no attempt is left"),
    life.NO_EVIDENCE: ("no evidence", "nothing speaks for it or against it"),
    life.GONE_BEFORE: ("gone before", "no evidence, and its wire had been seen to part before its time"),
    life.STOPPED: ("stopped", "SAFE, the landing or the end of the flight cut the current off"),
    life.NEXT_OCCASION: ("next occasion", "a drop that repeats has another occasion to come"),
}
CHANNEL_EVENTS = {
    channel.BEGUN: ("begun", "a drop has its turn, its intent is on flash, every gate is open"),
    channel.TIME_OVER: ("time over", "the pulse has lasted as long as it should"),
    channel.LIMIT_HIT: ("limit hit", "the hardware timer has ended it: the loop came too late"),
    channel.STOPPED: ("stopped", "SAFE, the landing or the end of the flight"),
    channel.SETTLED: ("settled", "0.3 s later: the evidence has been looked at"),
}

DROP_STATES = {number: name for number, name, _ in words.DROP_STATES}
CHANNEL_STATES = {channel.IDLE: "idle", channel.PULSE: "pulse", channel.SETTLE: "settle", channel.DONE: "done"}

# state: column and row of the drawing
DROP_PLACES: dict[int, Place] = {
    drops.WAITING: (0, 1),
    drops.DUE: (1, 1),
    drops.FIRING: (2, 1),
    drops.FIRED: (3, 1),
    drops.CANCELLED: (0, 3),
    drops.SKIPPED: (1, 3),
    drops.FAILED: (2, 3),
    drops.ABORTED: (3, 3),
    drops.CONFIRMED: (4, 0),
    drops.UNCONFIRMED: (4, 1),
    drops.PARTED_EARLY: (4, 2),
}
CHANNEL_PLACES: dict[int, Place] = {
    channel.IDLE: (0, 0),
    channel.PULSE: (1, 0),
    channel.SETTLE: (2, 0),
    channel.DONE: (3, 0),
}
