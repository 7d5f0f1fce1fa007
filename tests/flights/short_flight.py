"""Half an hour in the air: a bench, the unmodified firmware, and what a test does to them on the way."""

from firmware.flight_computer import FlightComputer
from firmware.protocol import framing, telemetry
from firmware.protocol.deframing import Deframer, read_header
from firmware.protocol.mission import load
from firmware.protocol.mission_radio import modem_row
from firmware.protocol.unpacking import unpack
from hardware.simulated import scenarios
from hardware.simulated.bench import Bench
from hardware.simulated.costs import charge
from hardware.simulated.machine import BoardReset, SimulatedMachine
from tests.flights.invariants import Invariants
from tests.portable.core_rig import mission_bytes

FIXES = (telemetry.FIX, telemetry.FIX_2, telemetry.FIX_3)
DROPS = ((1, 300_000), (2, 420_000), (3, 540_000))
LAUNCH_S = 300


def mission_data(drops=DROPS, **plan):
    return mission_bytes(drops=drops, not_before_ms=60_000, **plan)


def setup(**changes):
    """A latex balloon that bursts at 3.5 km, twelve minutes after launch."""
    given = dict(scenarios.FIRST_FLIGHT, burst_m=3500, speed=0, after_landing_s=150, longest_s=4000, launch_s=LAUNCH_S)
    given.update(changes)
    return given


class Flight:
    """Flies at once. actions: rows of (second of the simulation, function(flight)), in their order.

    prepare(flight) is called for every flight computer, begin(flight) once, before the power comes. until(flight): True
    when there is nothing more to see, asked once a second. `breaches`: what invariants.py has to say; unless
    `judged` is false none is allowed.
    """

    def __init__(self, actions=(), data=None, prepare=None, begin=None, until=None, judged=True, **changes):
        self.judged = judged
        self.setup = setup(**changes)
        self.data = data or mission_data()
        self.edges = []  # (s after true launch, output, level)
        self.parted = []
        self.released = []  # (s after true launch, output, number) of a dispenser's releases
        self.boots = 0
        self.deframer = Deframer()
        self.packets = []
        self.antenna = Deframer()
        mission = load(self.data)
        self.setup["profile"] = mission.profile
        self.setup["fitted_modem"] = modem_row(mission.modem)[1] if mission.modem else None
        self.bench = Bench(self.setup, self._heard, self._event)
        self.bench.modem.on_leave = self._left
        self.clock = self.bench.clock
        self.computer = None
        self.invariants = Invariants(self.bench, self.data)
        self.board = self.bench.power_on()
        with self.board.storage.open("mission.bin", "wb") as file:
            file.write(self.data)
        self._actions = list(actions)
        self._prepare = prepare
        self._until = until
        self.gps_bytes_lost = 0
        if begin is not None:
            begin(self)
        self._fly()

    @property
    def breaches(self):
        return self.invariants.breaches

    def _left(self, data):
        """At the antenna."""
        for packet in self.antenna.feed(bytes(data)):
            self.invariants.heard(packet)

    def _heard(self, data):
        """At the ground."""
        packets = self.deframer.feed(bytes(data))
        self.packets += packets
        for packet in packets:
            self.invariants.link.received(packet)

    def _event(self, what, output=0, level=0):
        at_s = self.clock.now_us / 1e6 - LAUNCH_S
        if what == "edge":
            self.edges.append((at_s, output, level))
            self.invariants.edge(output, level)
        elif what == "released":
            self.released.append((at_s, output, level))
            self.invariants.released(output)
        else:
            self.parted.append((at_s, output))

    def _fly(self):
        cause = None
        over = False
        while not over:
            try:
                if self.board is None:
                    self.board = self.bench.power_on(cause)
                self.boots += 1
                self.invariants.boot(self.board)
                self.computer = FlightComputer(self.board)
                self.bench.on_computer(self.computer)
                self.invariants.built(self.computer)
                if self._prepare is not None:
                    self._prepare(self)
                loop = self.computer.loop
                charge(self.clock, loop)
                while not over:
                    loop.run(10)
                    self.invariants.look()
                    over = self._act()
            except BoardReset as reset:
                cause = reset.args[0]
                self.invariants.stopped()
            if self.board is not None:
                self.gps_bytes_lost += self.board.gps_uart.bytes_lost
                if not over:
                    self.board = None
        self.gps_lost = self.gps_bytes_lost
        self.invariants.link.close()
        if self.judged:
            assert not self.breaches, self.breaches

    def _act(self):
        """What is to be done now; True when the flight is over."""
        while self._actions and self.clock.now_us >= self._actions[0][0] * 1_000_000:
            self._actions.pop(0)[1](self)
        landed_us = self.bench.world.landed_us
        if landed_us is not None and self.clock.now_us - landed_us >= 150_000_000:
            return True
        if self.clock.now_us >= self.setup["longest_s"] * 1_000_000:
            return True
        return self._until is not None and self._until(self)

    def hang(self, seconds):
        """The next reading of the BME280 does not come back for so long."""
        chip = self.bench.low_barometer
        read = type(chip).on_read

        def stuck(buffer):
            del chip.on_read
            self.clock.advance(seconds * 1_000_000)
            read(chip, buffer)

        chip.on_read = stuck

    def off(self, seconds):
        """The power fails for so long."""
        self.bench.restart(SimulatedMachine.PWRON_RESET, seconds * 1_000_000)

    def fired(self):
        """(s after launch of the first edge) for each output that was fired, by output."""
        first = {}
        for at_s, output, level in self.edges:
            if level and output not in first:
                first[output] = at_s
        return first

    def drop_states(self):
        return [self.computer.state.drop_states[place] for place in range(self.computer.plan.count)]

    def launch_error_s(self):
        """T0 of the firmware less true lift-off, as mission time began at the first boot."""
        return self.computer.state.launch_ms / 1000 - LAUNCH_S

    def reports(self):
        size = framing.HEADER_BYTES + telemetry.FIX_LAYOUT.size
        return [
            (read_header(packet), unpack(telemetry.FIX_LAYOUT, packet[framing.HEADER_BYTES : size]))
            for packet in self.packets
            if read_header(packet)[1] in FIXES
        ]

    def events(self):
        """Each once, as it was first heard: a repetition has its moment and its content."""
        found = {}
        for packet in self.packets:
            header = read_header(packet)
            if header[1] == telemetry.EVENT:
                found.setdefault((header[4], packet[framing.HEADER_BYTES :]), header)
        return [(header, unpack(telemetry.EVENT_LAYOUT, payload)) for (_, payload), header in found.items()]
