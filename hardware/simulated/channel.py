"""The air between the board's modem and the ground's: what is lost, spoilt, late, twice, and who talks over whom.

Deterministic by seed, in virtual time, in whole numbers. Frames of both directions share the weather; each direction
has its own dice, so what the crew says changes nothing in what the balloon's frames meet, collisions apart.
"""

from firmware.protocol.profiles import profile as profile_of
from hardware.simulated import trace as traces
from hardware.simulated.channel_weather import Distance, Spells
from hardware.simulated.random_source import RandomSource

DOWN = 0
UP = 1
ATTACKER = 2  # aims at the balloon: the board alone hears him, and undamaged
NEIGHBOUR = 3  # somebody else on the frequency, whom both hear

# What becomes of a frame; the first that holds is counted.
FATES = ("collided", "jammed", "outage", "out_of_reach", "burst", "faded", "damaged", "whole")
COLLIDED, JAMMED, OUTAGE, OUT_OF_REACH, BURST, FADED, DAMAGED, WHOLE = range(8)

_REMEMBERED_US = 5000000  # longer than any frame is in the air
_BUFFER_BYTES = 1024  # of a modem; what comes when it is full is lost
_BITS = 10  # of a byte on a UART


class _Frame:
    def __init__(self, who, data, start_us, end_us):
        self.who = who
        self.data = data
        self.start_us = start_us
        self.end_us = end_us


class Channel:
    """`down(data)` and `up(data)` put a frame on the air; `to_ground(data)` and `to_board(data)` hear what arrives.

    row: of channels.py. world and pad: for a row with a reach. `jammed` and the numbers of `row` may change on the
    way. `on_air(who, data)`: a third one who listens, None where there is none; he speaks by `send(ATTACKER, data)`.
    `counts[who]` has a number for each of FATES; `twice`, `late`, `refused` count by direction too.
    """

    def __init__(self, clock, trace, row, seed, world=None, pad=None, profile=0):
        self.row = dict(row)
        self._clock = clock
        self._trace = trace
        self.profile = profile_of(profile if row["profile"] is None else row["profile"])
        self.jammed = False
        self.to_ground = None
        self.to_board = None
        self.on_air = None
        self._dice = tuple([RandomSource(seed * 8 + 3000 + who) for who in (DOWN, UP, ATTACKER, NEIGHBOUR)])
        self._bursts = Spells(seed * 8 + 3004, row["burst_every_ms"], 0, row["burst_ms"])
        least_s, most_s = row["outage_s"]
        self._outages = Spells(
            seed * 8 + 3005,
            row["outage_every_s"] * 1000,
            least_s * 1000,
            (least_s + most_s) * 500,
            most_s * 1000,
        )
        self._distance = Distance(world, pad, row["reach_km"]) if row["reach_km"] else None
        self._free_us = [0, 0, 0, 0]
        self._on_air = []
        self.counts = tuple([[0] * len(FATES) for _ in range(4)])
        self.sent = [0, 0, 0, 0]
        self.refused = [0, 0, 0, 0]
        self.twice = [0, 0, 0, 0]
        self.late = [0, 0, 0, 0]
        self.bytes_arrived = 0  # at the ground

    def air_us(self, size):
        """How long so many bytes are in the air."""
        return size * 8000000 // self.profile.air_bps + self.profile.overhead_ms * 1000

    def down(self, data):
        """The board's modem has a frame."""
        self.send(DOWN, data)

    def up(self, data):
        """The ground writes a frame: its modem has it when its last byte is in."""
        data = bytes(data)
        wire_us = len(data) * _BITS * 1000000 // self.profile.baud
        self._clock.call_at(self._clock.now_us + wire_us, lambda: self.send(UP, data))

    def send(self, who, data):
        """A transmitter has a frame: on the air now, or after what it has still to send."""
        now_us = self._clock.now_us
        start_us = self._free_us[who] if self._free_us[who] > now_us else now_us
        self.sent[who] += 1
        if (start_us - now_us) * self.profile.air_bps > _BUFFER_BYTES * 8000000:
            self.refused[who] += 1
            return
        frame = _Frame(who, bytes(data), start_us, start_us + self.air_us(len(data)))
        self._free_us[who] = frame.end_us
        self._on_air.append(frame)
        if self._on_air[0].end_us < now_us - _REMEMBERED_US:
            self._on_air.pop(0)
        self._clock.call_at(frame.end_us, lambda: self._arrive(frame))

    # At the end of a frame -------------------------------------------------------------------------------------

    def _arrive(self, frame):
        who = frame.who
        if self.on_air is not None and who <= UP:
            self.on_air(who, frame.data)
        dice = self._dice[who]
        data = frame.data
        fate = self._lost(frame, dice)
        if fate == WHOLE:
            data = self._damaged(data, dice)
            if data != frame.data:
                fate = DAMAGED
        elif fate == COLLIDED:
            data = self._spoilt(frame, dice)
        else:
            data = b""
        self.counts[who][fate] += 1
        if data:
            self._deliver_in_time(who, data, dice)

    def _lost(self, frame, dice):
        row = self.row
        now_us = frame.end_us
        if row["half_duplex"] and self._overlap(frame) is not None:
            return COLLIDED
        jam_from_s, jam_s = row["jam_s"]
        if self.jammed or 0 <= now_us // 1000000 - jam_from_s < jam_s:
            return JAMMED
        outage = self._outages.bad(now_us)
        burst = self._bursts.bad(now_us)
        if frame.who >= ATTACKER:
            return WHOLE
        if outage:
            return OUTAGE
        if self._distance is not None and dice.below(1000) < self._distance.loss(now_us):
            return OUT_OF_REACH
        if burst and dice.below(1000) < row["burst_loss"]:
            return BURST
        if row["loss"] and dice.below(1000) < row["loss"]:
            return FADED
        return WHOLE

    def _overlap(self, frame):
        """(start_us, end_us) of the first frame of another that was on the air at the same time, or None."""
        for other in self._on_air:
            if other.start_us < frame.end_us and other.end_us > frame.start_us and _spoils(other.who, frame.who):
                return other.start_us, other.end_us
        return None

    def _spoilt(self, frame, dice):
        """What a receiver makes of two at a time: nothing, or rubbish where they overlap."""
        if dice.below(2):
            return b""
        start_us, end_us = self._overlap(frame)
        span_us = frame.end_us - frame.start_us
        size = len(frame.data)
        first = (start_us - frame.start_us) * size // span_us
        after = (end_us - frame.start_us) * size // span_us + 1
        spoilt = bytearray(frame.data)
        for at in range(first if first > 0 else 0, after if after < size else size):
            spoilt[at] = dice.below(256)
        return bytes(spoilt)

    def _damaged(self, data, dice):
        row = self.row
        if not (row["bit_errors"] or row["byte_losses"] or row["byte_extras"]):
            return data
        made = bytearray()
        for byte in data:
            draw = dice.below(1000000)
            if draw < row["bit_errors"]:
                byte ^= 1 << draw % 8
            elif draw < row["bit_errors"] + row["byte_losses"]:
                continue
            made.append(byte)
            if draw >= 1000000 - row["byte_extras"]:
                made.append(dice.below(256))
        return bytes(made)

    # Into the receivers ----------------------------------------------------------------------------------------

    def _deliver_in_time(self, who, data, dice):
        row = self.row
        draw = dice.below(1000) if row["late"] or row["twice"] else 1000
        if draw < row["late"]:
            self.late[who] += 1
            self._clock.call_at(self._later_us(dice), lambda: self._deliver(who, data))
            return
        self._deliver(who, data)
        if draw < row["late"] + row["twice"]:
            self.twice[who] += 1
            self._clock.call_at(self._later_us(dice), lambda: self._deliver(who, data))

    def _later_us(self, dice):
        return self._clock.now_us + (1 + dice.below(self.row["late_ms"] or 1)) * 1000

    def _deliver(self, who, data):
        if who != DOWN:
            if self.to_board is not None:
                self.to_board(data)
            if who != NEIGHBOUR:
                return
        # Through the ground's UART, as on the board's side.
        wire_us = len(data) * _BITS * 1000000 // self.profile.baud
        self._clock.call_at(self._clock.now_us + wire_us, lambda: self._tell_ground(data))

    def _tell_ground(self, data):
        self.bytes_arrived += len(data)
        self._trace.add(traces.ARRIVED, data)
        if self.to_ground is not None:
            self.to_ground(data)

    def figures(self):
        """What became of it all, for the summary: a dict a direction."""
        found = {}
        for who, name in ((DOWN, "down"), (UP, "up"), (ATTACKER, "attacker"), (NEIGHBOUR, "neighbour")):
            one = {
                "sent": self.sent[who],
                "refused": self.refused[who],
                "twice": self.twice[who],
                "late": self.late[who],
            }
            for fate, word in enumerate(FATES):
                one[word] = self.counts[who][fate]
            found[name] = one
        return found


def _spoils(who, whose):
    """Whether one transmitter is in the way of another's frames where these are to be heard."""
    if who == whose:
        return False
    return {who, whose} != {ATTACKER, DOWN} or whose == ATTACKER
