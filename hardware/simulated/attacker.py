"""Somebody with a radio who hears everything, has no key, and says what could do harm. F25.

He knows the frame format, the net, the counters and the sessions: all of that is on the air. He aims at the balloon:
what he sends reaches the board undamaged, unless two talk at a time.
"""

from firmware.protocol import commands, framing, telemetry
from firmware.protocol.authentication import TAG_BYTES
from hardware.simulated.channel import ATTACKER, DOWN, UP
from hardware.simulated.random_source import RandomSource

_MOST_KEPT = 200
_FLIP_AFTER_US = 300000


class Attacker:
    """One on a bench's channel, by its seed. `said` counts his frames by what they are."""

    def __init__(self, clock, channel, seed):
        self._clock = clock
        self._channel = channel
        self._random = RandomSource(seed + 6000)
        # In here: a tree as it lies on a board has no such module, and nobody attacks there.
        from firmware.protocol.deframing import Deframer

        self._new_deframer = Deframer
        self._deframer = Deframer()
        self.commands = []  # frames of the ground, as heard
        self.net = 0
        self.mission_ms = 0
        self.counter = 0
        self.session = 0
        self.reflecting = False
        self.flipping = False
        self.replay_after_us = ()  # everything heard is said again after each of these
        self.said = {}
        channel.on_air = self._hear

    def say(self, what, data):
        self.said[what] = self.said.get(what, 0) + 1
        self._channel.send(ATTACKER, data)

    def say_later(self, what, data, after_us):
        self._clock.call_at(self._clock.now_us + after_us, lambda: self.say(what, data))

    # What he hears ---------------------------------------------------------------------------------------------

    def _hear(self, who, data):
        if who == UP:
            self.commands.append(data)
            if len(self.commands) > _MOST_KEPT:
                self.commands.pop(0)
        if who == DOWN and self.reflecting:
            self.say("reflected", data)
        if who == UP and self.flipping:
            self.say_later("flipped", self._flipped(data), _FLIP_AFTER_US)
        for after_us in self.replay_after_us:
            self.say_later("replayed", data, after_us)
        for packet in self._deframer.feed(data):
            self._learn(packet)

    def _learn(self, packet):
        _, kind, net, _, mission_ms = framing.read_header(packet)
        payload = packet[framing.HEADER_BYTES :]
        if kind == commands.CMD:
            if len(payload) >= 4:
                self.counter = int.from_bytes(payload[:4], "little")
            return
        self.net = net
        self.mission_ms = mission_ms
        if kind == telemetry.META and len(payload) >= 12:
            self.session = int.from_bytes(payload[8:12], "little")

    # What he makes of it ---------------------------------------------------------------------------------------

    def _flipped(self, data):
        """A command with a bit of its content changed and its CRC made right again."""
        for packet in self._new_deframer().feed(data):
            changed = bytearray(packet)
            bit = self._random.below(len(packet) * 8)
            changed[bit // 8] ^= 1 << bit % 8
            return framing.encode(bytes(changed))
        return data

    def forge(self):
        """A command that would be true if its tag were: right net, time, session and counter, some op, a random tag."""
        op = self._random.below(7)
        argument = (commands.RESUME + self._random.below(3)) | self._random.below(3) << 8
        counter = self.counter + 1 + self._random.below(3)
        packet = framing.header(commands.CMD, self.net, counter & 0xFFFFFF, self.mission_ms)
        packet += counter.to_bytes(4, "little") + self.session.to_bytes(4, "little")
        packet += bytes((op,)) + argument.to_bytes(4, "little")
        packet += bytes([self._random.below(256) for _ in range(TAG_BYTES)])
        self.say("forged", framing.encode(packet))

    def replay_all(self, first=0):
        """Every command that was ever heard, one after the other."""
        for data in self.commands[first:]:
            self.say("replayed", data)

    def replay_other_flight(self, count):
        """Commands of another flight of this crew: tags by the keys of then, with the net, time and session of now."""
        from hardware.simulated.ground_crew import command_frame, keys_of

        keys = keys_of({"seed": 987654})
        for number in range(count):
            op = (commands.SAFE, commands.HOLD, commands.ARM, commands.EXECUTE)[number % 4]
            argument = 1000 if op == commands.HOLD else commands.CUTDOWN
            data = command_frame(keys, self.net, self.mission_ms, self.counter + 1 + number, self.session, op, argument)
            self.say("other flight", data)
