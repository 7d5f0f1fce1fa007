"""A payload and its commander in virtual time: real release path, uplink, procedure, slots; a half-duplex channel."""

from types import SimpleNamespace

from firmware.downlink import Downlink
from firmware.drivers.serial_radio import SerialRadio
from firmware.flight_log import FlightLog
from firmware.meta import Meta
from firmware.protocol import profiles, provisioning
from firmware.report import Report
from firmware.uplink import Uplink
from firmware.way import Way
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
KEYS = provisioning.derive(MASTER, b"salt of a flight")
OTHER_KEYS = provisioning.derive(MASTER, b"salt of another.")
PLAN = [{"channel": "a", "after_ms": DUE_MS}, {"channel": "b", "after_ms": 2 * DUE_MS}]


class Payload(Rig):
    """The board's side, of the firmware's own parts. `keys`: what is on it. `loss`: permille lost, each way."""

    def __init__(self, seed=1, loss=0, keys=KEYS, profile=profiles.PACKET_9600, half_duplex=1, plan=None, **how):
        self.keys = keys
        self.profile = profile
        self._row = channel("rig", "", half_duplex=half_duplex, loss=loss, profile=profile, **how)
        self._seed = seed
        self.channel = None
        self.counts = [0]  # of faults: what Meta asks health for
        if plan is None:
            plan = plan_of(PLAN, cutdown={"channel": "c", "latest_ms": 3 * DUE_MS})
        super().__init__(plan=plan)
        self.at(600_000)

    def start(self):
        super().start()
        radio = profiles.profile(self.profile)
        if self.channel is None:
            self.channel = Channel(self.clock, Trace(self.clock), self._row, self._seed)
            self.channel.to_board = self.bench.modem.on_air
            self.bench.modem.sink = self.channel.down
        self.board.radio_uart.init(baudrate=radio.baud, rxbuf=512)
        self.radio = SerialRadio(self.board.radio_uart, self.clock, radio.baud)
        self.voice = None
        self.waits_since_us = None

    def speak(self):
        """Downlink and uplink, on what the journal gave."""
        radio = profiles.profile(self.profile)
        way = Way()
        crew = SimpleNamespace(armed=True, state=0)
        report = Report(
            self.state,
            self.journal,
            self.measured,
            self.altitude,
            crew,
            self.plan,
            self.controller,
            crew,
            True,
            way,
            radio.past,
        )
        log = FlightLog(self.clock, self.board.storage, self.health)
        self.voice = Downlink(
            self.clock,
            self.radio,
            log,
            self.journal,
            self.state,
            NET,
            self.health,
            radio,
            report,
            way,
            self.keys,
        )
        self.uplink = Uplink(
            self.clock,
            self.radio,
            self.voice,
            self.orders,
            self.state,
            self.journal,
            self.termination,
            NET,
            self.keys,
            self.board.random_bytes,
        )
        self.loop = SimpleNamespace(longest_lag_ms=0, overruns=0)
        self.voice.meta = Meta(self, self.board, self.profile, radio.past, 0)
        self.write = self.journal.write
        self.journal.write = self.write_when_quiet

    def write_when_quiet(self, now_ms):
        """As the loop does: no flash in a pulse, none in a frame, and half a second's patience for a quiet receiver."""
        if not self.radio.idle(now_ms) or self.controller.pulse_on():
            return
        if self.waits_since_us is None:
            self.waits_since_us = self.clock.now_us
        # It speaks from 65 to 169 ms after the second, and an erase takes 450.
        quiet = 170_000 <= self.clock.now_us % 1_000_000 <= 615_000
        if quiet or self.clock.now_us - self.waits_since_us >= 500_000:
            self.waits_since_us = None
            self.write(now_ms)

    def reset(self, *arguments, **how):
        super().reset(*arguments, **how)
        self.speak()

    def pass_(self):
        if self.voice is None:
            self.speak()
        self.uplink.poll(self.clock.ticks_ms())
        super().pass_()
        if self._passes % 10 == 9:
            self.voice.tick(True)
        self.voice.poll(self.clock.ticks_ms(), self.controller.pulse_on())

    def _tell(self, code, subject, detail, argument):
        super()._tell(code, subject, detail, argument)
        self.voice.event(code, subject, detail, argument)

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
        self._turn += 1
        procedure = speaking[self._turn % len(speaking)] if speaking else None
        if procedure is not None and self.slots.open(now_ms, procedure.wish.name == "safe"):
            self.say(procedure.standing)
            procedure.said()
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
