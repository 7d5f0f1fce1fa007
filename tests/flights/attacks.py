"""An attacker who hears everything, keeps everything and sends whatever he likes; and a crew that goes on commanding.

He never has the key. Whatever he sends must move nothing: no counter, no state, no order.
"""

import random
import struct

from firmware.protocol import commands, framing, phases, telemetry
from firmware.protocol.deframing import Deframer
from tests.portable.uplink_rig import KEYS, NET, OTHER_KEYS, CommandedRig

_KEPT = 400  # recordings of each kind
_CREW_EVERY = 200  # attacks
_RESET_EVERY = 5000
_BODY = 22


class Attack:
    """`count` attacks; `tried` and `executed` by kind, `failures` says which went through."""

    def __init__(self, count, seed=0, progress=None):
        self.random = random.Random(seed)
        self.tried = {}
        self.executed = {}
        self.failures = []
        self.done_for_the_crew = 0
        self._progress = progress
        self._here = []  # packets of commands of this flight, whatever start they were of
        self._before = []  # of before the journal was lost
        self._answers = []
        self._attacks = tuple(
            getattr(self, name)
            for name in sorted(dir(self))
            if name.startswith("by_") and callable(getattr(self, name))
        )
        self._new_flight()
        for number in range(count):
            if number % _CREW_EVERY == 0:
                self._crew()
            if number and number % _RESET_EVERY == 0:
                self._reset(number)
            self._attack(number)

    @property
    def total(self):
        return sum(self.tried.values())

    # The flight and its crew -----------------------------------------------------------------------------------

    def _new_flight(self):
        self.rig = CommandedRig()
        self.rig.at(self.rig.mission.drops[0].after_ms - 900_000)
        self.rig.run(1000)

    def _reset(self, number):
        rig = self.rig
        lost = number // _RESET_EVERY % 2 == 0
        if lost:
            self._before = (self._before + self._here)[-_KEPT:]
            self._here = []
        elapsed_ms = rig.state.elapsed_ms
        rig.run(1000)
        rig.reset(lose_journal=lost)
        if lost:
            # As bad as it can be: the board believes that it is where the recordings were made.
            rig.state.elapsed_ms = elapsed_ms
            rig.state.launch_ms = elapsed_ms - 600_000
            rig.state.phase = phases.ASCENT
        if self._progress is not None:
            self._progress(number)

    def _crew(self):
        """Something true now and then: it is done, and the attacker keeps it and its answer."""
        rig = self.rig
        op, argument = self.random.choice(
            (
                (commands.NOOP, 0),
                (commands.SET_RATE, self.random.randrange(1, 60)),
                (commands.HOLD, 1),
                (commands.SAFE, 0),
                (commands.ARM, commands.RESUME),
                (commands.ARM, commands.RELEASE | 1 << 8),
            )
        )
        counter = rig.state.command_counter + 1
        frame = rig.frame(op, argument)
        answers = rig.send(frame)
        assert rig.state.command_counter == counter, "the crew itself was not obeyed"
        self._keep(frame, answers)
        if op == commands.ARM and argument == commands.RESUME:
            frame = rig.frame(commands.EXECUTE, argument, nonce=answers[-1]["nonce"])
            self._keep(frame, rig.send(frame))
            assert not rig.state.safe
        self.done_for_the_crew += 1
        # Holds are used up: the crew of a test may have as many as it likes.
        rig.state.hold_used_ms = 0

    def _keep(self, frame, answers):
        self._here.append(Deframer().feed(frame)[0])
        del self._here[:-_KEPT]
        for one in answers:
            if one["type"] == telemetry.ACK:
                payload = struct.pack(commands.ACK_FORMAT, one["counter"], one["op"], one["result"], one["argument"])
            else:
                payload = struct.pack(commands.CHAL_FORMAT, one["nonce"], one["counter"], one["op"], one["why"])
            body = framing.header(one["type"], NET, 1, self.rig.state.elapsed_ms) + payload
            self._answers.append(body + KEYS.tag_down(body))
        del self._answers[:-_KEPT]

    # The attacker ----------------------------------------------------------------------------------------------

    def _attack(self, number):
        by = self._attacks[number % len(self._attacks)]
        packet = by()
        if packet is None:
            return
        kind = by.__name__[3:]
        rig = self.rig
        before = self._all_that_may_move()
        rig.ear.hear(framing.encode(packet))
        rig.uplink.poll(rig.clock.ticks_ms())
        self.tried[kind] = self.tried.get(kind, 0) + 1
        if self._all_that_may_move() != before or rig.uplink._waiting is not None:
            self.executed[kind] = self.executed.get(kind, 0) + 1
            self.failures.append((number, kind, packet.hex()))

    def _all_that_may_move(self):
        rig = self.rig
        state = rig.state
        return (
            state.command_counter,
            state.command_result,
            state.safe,
            state.hold_until_ms,
            state.hold_used_ms,
            state.cutdown_by,
            bytes(state.drop_states),
            rig.desk.rate_s,
            len(rig.desk.asked),
            rig.termination.link_heard_ms,
            rig.uplink.heard_ms,
            rig.uplink._armed,
        )

    def _fresh(self, **how):
        """A command that would be right now, as the key's holder would make it."""
        return Deframer().feed(self.rig.frame(self.random.choice((commands.SAFE, commands.HOLD)), 60, **how))[0]

    def _recorded(self):
        return self.random.choice(self._here + self._before)

    def by_forging_a_tag(self):
        return self._fresh()[:_BODY] + self.random.randbytes(8)

    def by_forging_everything(self):
        return framing.header(commands.CMD, NET, 1, self.rig.state.elapsed_ms) + self.random.randbytes(21)

    def by_flipping_bits(self):
        packet = bytearray(self._recorded() if self.random.random() < 0.5 else self._fresh())
        for _ in range(self.random.randrange(1, 4)):
            packet[self.random.randrange(len(packet))] ^= 1 << self.random.randrange(8)
        good = self._recorded_or_right(bytes(packet))
        return None if good else bytes(packet)

    def _recorded_or_right(self, packet):
        """Flips that undo one another leave a true command."""
        return packet[_BODY:] == KEYS.tag_up(packet[:_BODY])

    def by_replaying(self):
        return self._recorded()

    def by_duplicating_the_newest(self):
        return self._here[-1] if self._here else None

    def by_replaying_from_before_the_journal_was_lost(self):
        return self.random.choice(self._before) if self._before else None

    def by_replaying_another_flight(self):
        return self._fresh(keys=OTHER_KEYS)

    def by_delaying(self):
        """True and never heard before, held back for longer than half a minute."""
        late_ms = self.random.randrange(commands.WINDOW_MS + 200, 3_600_000)
        return self._fresh(mission_ms=max(0, self.rig.state.elapsed_ms - late_ms))

    def by_keeping_it_over_a_reset(self):
        """True for another start of the board."""
        return self._fresh(nonce=self.random.getrandbits(32) ^ self.rig.uplink.session | 1)

    def by_reflecting(self):
        answer = self.random.choice(self._answers)
        if self.random.random() < 0.5:
            return answer
        # The tag of an answer under a command's own bytes.
        body = self._fresh()[:_BODY]
        return body + self.random.choice((KEYS.tag_down(body), answer[-8:]))

    def by_splicing(self):
        one, other = self._recorded(), self._fresh()
        at = self.random.randrange(1, 30)
        packet = one[:at] + other[at:] if self.random.random() < 0.5 else other[:at] + one[at:]
        return None if self._recorded_or_right(packet) else packet

    def by_executing_without_an_arm(self):
        """Made by the key's holder, and still nothing: the nonce is not that of a challenge."""
        argument = commands.RELEASE | 1 << 8
        frame = self.rig.frame(commands.EXECUTE, argument, nonce=self.random.getrandbits(32))
        armed = self.rig.uplink._armed
        packet = Deframer().feed(frame)[0]
        if armed is not None and struct.unpack(commands.CMD_FORMAT, packet[9:_BODY])[1] == armed[0]:
            return None
        return packet
