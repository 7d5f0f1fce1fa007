"""A payload and its commander in virtual time: real release path, uplink, procedure and slots, a half-duplex channel."""

from firmware.protocol import authentication, profiles, telemetry
from firmware.protocol.drops import CUTDOWN
from firmware.protocol.framing import encode, header
from firmware.uplink import Uplink
from ground.commander.procedure import Procedure
from ground.commander.slots import Slots
from ground.raw_log import Chunk
from ground.receiver import Receiver
from hardware.simulated.channel import Channel
from hardware.simulated.channels import channel
from hardware.simulated.trace import Trace
from tests.portable.release_rig import DUE_MS, Rig, plan_of

NET = 0x1234
MASTER = bytes(range(32))
KEYS = authentication.derive(MASTER, b"salt of a flight")
OTHER_KEYS = authentication.derive(MASTER, b"salt of another.")
PLAN = [{"channel": "a", "after_ms": DUE_MS}, {"channel": "b", "after_ms": 2 * DUE_MS}]


class Ear:
    """What the air brings to the board."""

    def __init__(self):
        self._waiting = b""

    def hear(self, data):
        self._waiting += data

    def receive(self, now_ms):
        data, self._waiting = self._waiting, b""
        return data or None


class Voice:
    """A downlink as the contract has it: a report a second, answers at once and behind the slots of two more."""

    def __init__(self, rig):
        self._rig = rig
        self.sequence = 0
        self.answering = False
        self._answer = None
        self._left = 0
        self._passes = 0
        self._busy_until_us = 0

    def say(self, frame_type, payload, tagged=False):
        rig = self._rig
        packet = header(frame_type, NET, self.sequence, rig.state.elapsed_ms) + payload
        self.sequence += 1
        data = encode(packet + (rig.keys.tag_down(packet) if tagged else b""))
        # One UART: what comes second waits.
        now_us = max(rig.clock.now_us, self._busy_until_us)
        self._busy_until_us = now_us + len(data) * 10_000_000 // rig.channel.profile.baud
        rig.clock.call_at(self._busy_until_us, lambda: rig.channel.down(data))

    def answer(self, frame_type, payload):
        self._answer = (frame_type, payload)
        self._left = 2
        self.answering = True
        self.say(frame_type, payload, True)

    def set_rate(self, seconds):
        pass

    def request_history(self, start_s, step_s, frames):
        return frames

    def pass_(self):
        self._passes += 1
        if self._rig.controller.pulse_on():
            return
        turn = self._passes % 10
        if turn == 0:
            self.say(telemetry.FIX, self._rig.fix())
        elif turn == 5 and self._left:
            self._left -= 1
            self.answering = self._left > 0
            self.say(*self._answer, tagged=True)
        elif turn == 6 and self._passes % 600 == 6:
            self.say(telemetry.META, self._rig.meta())


class Payload(Rig):
    """The board side. `keys`: what is on it. `loss`: permille of the frames of each direction."""

    def __init__(self, seed=1, loss=0, keys=KEYS, profile=profiles.PACKET_9600, half_duplex=1, plan=None, **how):
        self.keys = keys
        self._row = channel("rig", "", half_duplex=half_duplex, loss=loss, profile=profile, **how)
        self._seed = seed
        self.profile = profile
        self.channel = None
        self.voice = None
        if plan is None:
            plan = plan_of(PLAN, cutdown={"channel": "c", "latest_ms": 3 * DUE_MS})
        super().__init__(plan=plan)
        self.at(600_000)

    def start(self):
        super().start()
        if self.channel is None:
            self.channel = Channel(self.clock, Trace(self.clock), self._row, self._seed)
            self.ear = Ear()
            self.channel.to_board = self.ear.hear
        if self.voice is None:
            self.voice = Voice(self)
        else:
            sequence = self.voice.sequence
            self.voice = Voice(self)
            self.voice.sequence = sequence + 256
        self.listen()

    def listen(self):
        self.uplink = Uplink(
            self.clock,
            self.ear,
            self.voice,
            self.orders,
            self.state,
            self.journal,
            self.termination,
            NET,
            self.keys,
            self.board.random_bytes,
        )

    def reset(self, *arguments, **how):
        super().reset(*arguments, **how)
        self.listen()  # on what the journal gave

    def pass_(self):
        self.uplink.poll(self.clock.ticks_ms())
        super().pass_()
        self.voice.pass_()

    def _tell(self, code, subject, detail, argument):
        super()._tell(code, subject, detail, argument)
        values = {"event_id": len(self.told) & 255, "code": code, "subject": subject, "detail": detail}
        payload = bytearray(telemetry.EVENT_LAYOUT.size)
        telemetry.EVENT_LAYOUT.pack_into(payload, 0, {**values, "argument": argument})
        self.voice.say(telemetry.EVENT, bytes(payload))

    def fix(self):
        state = self.state
        values = {name: None for name in telemetry.FIX_LAYOUT.names}
        for raw in ("fix_type", "utc_known", "backup_state", "drop_state", "attempts"):
            values[raw] = 0
        place = self.controller.active
        if place is None:
            place = self.plan.focus or 0
        for place_over in (0, 1, CUTDOWN):
            if state.drop_states[place_over] > 3 and self.clock.now_us // 1_000_000 % 4 == 3:
                place = place_over
        values.update(
            phase=state.phase,
            armed=1,
            safe=int(state.safe),
            hold=int(state.hold_until_ms is not None),
            journal_ok=1,
            mission_ok=1,
            command_counter=state.command_counter,
            command_result=state.command_result,
            drop_summary=self.plan.summary(),
            reasons=state.reasons,
            drop=place,
            drop_state=state.drop_states[place],
            drop_step=state.drop_steps[place],
            reset_count=0,
        )
        payload = bytearray(telemetry.FIX_LAYOUT.size)
        telemetry.FIX_LAYOUT.pack_into(payload, 0, values)
        return bytes(payload)

    def meta(self):
        values = {name: 0 for name in telemetry.META_LAYOUT.names}
        values.update(
            session=self.uplink.session,
            command_counter=self.state.command_counter,
            key_id=self.uplink.key_id,
            profile=self.profile,
            rate_s=self.channel.profile.rate_s,
            past_fixes=2,
        )
        payload = bytearray(telemetry.META_LAYOUT.size)
        telemetry.META_LAYOUT.pack_into(payload, 0, values)
        return bytes(payload)

    def rises(self):
        return [output for _, output, level in self.edges if level]


class Counting:
    """Numbers in memory."""

    def __init__(self, first=1):
        self.next = first
        self.given = []

    def take(self, count=1):
        first, self.next = self.next, self.next + count
        self.given += range(first, self.next)
        return first

    def raise_above(self, heard):
        self.next = max(self.next, heard + 1)
        return True


class Crew:
    """The ground's radio and whoever commands over it. `begin` gives a procedure; several share the one radio."""

    def __init__(self, payload, numbers=None, net=NET, profile=None):
        self.payload = payload
        self.clock = payload.clock
        self.net = net
        self.numbers = numbers or Counting()
        self.receiver = Receiver()
        self.slots = Slots(payload.profile if profile is None else profile)
        self.procedures = []
        self.records = []
        self.said = []
        self._turn = 0
        payload.channel.to_ground = self.hear
        self._poll()

    @property
    def now_ms(self):
        return self.clock.now_us // 1000

    def hear(self, data):
        for record in self.receiver.feed(Chunk(bytes(data), 0, self.clock.now_us * 1000)):
            self.records.append(record)
            if record.net == self.net:
                self.slots.hear(record, self.now_ms)
            for procedure in self.procedures:
                procedure.hear(record, self.now_ms)

    def begin(self, wish, keys=KEYS, numbers=None, **how):
        procedure = Procedure(wish, keys, numbers or self.numbers, self.net, self.now_ms, **how)
        for record in self.records[-200:]:
            if record.kind in ("FIX", "META"):
                procedure.hear(record, record.monotonic_ns // 1_000_000)
        self.procedures.append(procedure)
        return procedure

    def _poll(self):
        now_ms = self.now_ms
        for procedure in self.procedures:
            procedure.tick(now_ms)
        speaking = [procedure for procedure in self.procedures if procedure.standing]
        if speaking and self.slots.open(now_ms):
            self._turn += 1
            self.say(speaking[self._turn % len(speaking)].standing)
        self.clock.call_at(self.clock.now_us + 10_000, self._poll)

    def say(self, data):
        self.slots.sent(self.now_ms)
        self.said.append((self.now_ms, data))
        self.payload.channel.up(data)

    def run(self, procedure, most_ms=300_000):
        """Until it is over; the stages that it went through."""
        end_ms = self.now_ms + most_ms
        while not procedure.over and self.now_ms < end_ms:
            self.payload.pass_()
        assert procedure.over, "it never comes to an end"
        stages = []
        for one in procedure.news:
            if not stages or stages[-1] != one.stage:
                stages.append(one.stage)
        return stages


def set_up(warm_ms=3000, **how):
    """A payload aloft that has been heard for a while, and its crew."""
    payload = Payload(**how)
    crew = Crew(payload)
    payload.run(warm_ms)
    return payload, crew
