"""What must survive a reset: one object, which the journal writes and reads whole."""

from firmware.protocol import phases
from firmware.protocol.drops import PLACES

MOST_CHANNELS = 4


class FlightState:
    """Mission time, launch, phase and every drop's life. Times are ms of mission time; None: not yet.

    Drops stand at their places from 0, the cutdown at drops.CUTDOWN.
    """

    def __init__(self):
        self.elapsed_ms = 0  # mission time: runs from the first start of this flight, over every reset
        self.made_up_ms = 0  # of it, what GPS time has made up for
        self.doubt_ms = None  # since then it may be behind: a reset that GPS time has not made up for
        self.launch_ms = None  # mission time of lift-off
        self.launch_unix_s = None  # UTC of lift-off, by a clock that GPS had set before it
        self.phase = phases.GROUND
        self.ended = False
        self.safe = False  # the crew said SAFE
        self.hold_until_ms = None  # the crew's HOLD ends here by itself
        self.hold_used_ms = 0  # of the longest HOLD that a flight may have, all together
        self.hold_in_doubt = False  # it was given since doubt_ms
        self.reset_count = 0
        self.sequence_limit = 0  # no frame has ever used a number from here on
        self.pad_gps_m = None
        self.pad_pressure_altitude_m = None
        self.pad_taken_ms = None  # when the pad reference was taken; None: not armed
        self.near_pad_ms = None  # the last moment near the pad
        self.break_wire_seen = False  # it has been whole: only then does its opening say anything
        self.break_wire_ms = None  # when it opened
        self.drop_states = bytearray(PLACES)
        self.drop_attempts = bytearray(PLACES)  # of the step under way
        self.drop_steps = bytearray(PLACES)  # occasions that are over
        self.drop_worst = bytearray(PLACES)  # the worst state in which an occasion before this one ended, or WAITING
        self.intent_rail_50mv = 0  # the cutters' rail when the newest pulse was intended
        self.behind = False  # it is behind by an outage of unknown length: what ends by the clock alone may be over
        self.flown = False  # has been where no car and no lift goes
        self.wires_whole = 0  # a bit for each place whose wire was whole when its pulse was intended
        self.parted_early = 0  # a bit for each place whose wire was seen to open before its time
        self.positions = bytearray(MOST_CHANNELS)  # of servos: which of its positions a channel holds
        self.brown_outs = bytearray(MOST_CHANNELS)  # pulses of a channel in which the power failed
        self.over_ms = None  # when the last drop was over
        self.reasons = 0  # why the drop in focus does not fire
        self.cutdown_by = 0  # why the cutdown became due; 0: it has not
        self.command_counter = 0  # of the newest command that was taken
        self.command_result = 0  # what became of it
        self.unix_s = None  # UTC of a fix: on the pad of the newest one, in flight the last one before it, or the first
        self.unix_elapsed_ms = 0  # mission time at unix_s

    def steady_ms(self):
        """Mission time that never jumps: for whatever has to last a while."""
        return self.elapsed_ms - self.made_up_ms

    def utc_s(self):
        """UTC now by the newest fix and mission time since; None when there never was one."""
        if self.unix_s is None:
            return None
        return self.unix_s + (self.elapsed_ms - self.unix_elapsed_ms) // 1000

    def since_launch_ms(self):
        """ms since lift-off, or None before it."""
        if self.launch_ms is None:
            return None
        return self.elapsed_ms - self.launch_ms

    def cancel_launch(self):
        """It was none: nothing has been let go, and everything is as it was on the pad."""
        self.launch_ms = self.launch_unix_s = None
        self.phase = phases.GROUND
        self.cutdown_by = 0
        self.parted_early = 0
        self.flown = False
        for place in range(PLACES):
            self.drop_states[place] = 0
