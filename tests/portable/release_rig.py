"""The release path on a whole simulated board: real pins, timer, wires, cells and flash; measurements set by hand."""

from firmware.altitude import Altitude
from firmware.drivers.burn_wire import BurnWire
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.measurements import Measurements
from firmware.mission_time import MissionTime
from firmware.protocol import phases
from firmware.release.channel import Channel
from firmware.release.controller import ReleaseController
from firmware.release.gates import Gates
from firmware.release.plan import Plan
from hardware.simulated.bench import Bench
from hardware.simulated.scenarios import FIRST_FLIGHT
from tests.portable.core_rig import mission, unmount

LAUNCH_MS = 123456
DUE_MS = 1800000


class Rig:
    """`run` polls ten times a second. `edges` are (ms since launch, output, level) of every FIRE edge.

    wires: rows of (output, g, ms of current that part it or None).
    """

    def __init__(self, wires=((1, 150, 1400), (2, 150, 2100), (3, 150, 1700)), **plan):
        setup = dict(FIRST_FLIGHT)
        setup["launch_s"] = 1000000
        setup["wires"] = wires
        unmount()
        self.edges = []
        self.parted = []
        self.on_edge = None
        self.controller = None
        self.bench = Bench(setup, len, self._event)
        self.clock = self.bench.clock
        self.mission = mission(**plan)
        self.state = FlightState()
        self.state.launch_ms = LAUNCH_MS
        self.state.phase = phases.ASCENT
        self.board = self.bench.power_on()
        self.start()

    def start(self):
        """Build the release path on the board, as after every reset."""
        board = self.board
        self.health = Health(self.clock)
        self.time = MissionTime(self.clock, self.state)
        self.measured = Measurements(self.clock)
        self.measured.cutter_mv = 4500
        self.altitude = Altitude(self.clock, self.measured, self.state)
        self.altitude.altitude_m = self.altitude.lowest_m = self.altitude.highest_m = 8000
        self.phase = FlightPhase(self.measured, self.altitude, self.state, self.mission.highest_ground_m)
        self.gates = Gates(self.mission, self.state, self.measured, self.altitude, self.phase)
        self.plan = Plan(self.mission, self.state)
        self.journal = Journal(self.clock, board.storage, self.state, self.mission.hash, self.health)
        self.channels = tuple(
            [
                Channel(
                    self.clock, BurnWire(board.cutters[one.output - 1], board.one_shot()), one.pulse_ms, one.attempts
                )
                for one in self.mission.channels
            ]
        )
        self.controller = ReleaseController(self.clock, self.plan, self.gates, self.channels, self.state, self.journal)

    def reset(self):
        """A watchdog reset: every output drops, and the state is what the journal gives."""
        from hardware.simulated.machine import BoardReset, SimulatedMachine

        try:
            self.board.machine.restart(SimulatedMachine.WDT_RESET)
        except BoardReset:
            pass
        self.board = self.bench.power_on(SimulatedMachine.WDT_RESET)
        self.state = FlightState()
        self.start()
        assert self.journal.load()
        self.controller.resume()

    def _event(self, what, output=0, level=0):
        if what == "parted":
            self.parted.append(output)
            return
        self.edges.append((self.since_ms(), output, level))
        if self.on_edge is not None:
            self.on_edge(output, level)

    def since_ms(self):
        """True ms since launch, by the clock and not by the passes."""
        return self._zero_ms + self.clock.now_us // 1000 if self.controller is not None else None

    def at(self, since_ms):
        """It is now so many ms after launch."""
        self.state.elapsed_ms = LAUNCH_MS + since_ms
        self._zero_ms = since_ms - self.clock.now_us // 1000

    _zero_ms = 0

    def pass_(self):
        self.clock.advance(100000)
        now_ms = self.clock.ticks_ms()
        self.time.advance(now_ms)
        self.controller.poll(now_ms)
        if self.journal.wanted:
            self.journal.write(now_ms)

    def run(self, ms):
        for _ in range(ms // 100):
            self.pass_()

    def pulses(self, output=None):
        """(start ms since launch, length ms, output) of every finished pulse."""
        found = []
        started = {}
        for at_ms, which, level in self.edges:
            if level:
                started[which] = at_ms
            elif which in started:
                if output is None or which == output:
                    found.append((started[which], at_ms - started[which], which))
        return found

    def all_low(self):
        return all(one.enable.value() == 0 and one.fire.value() == 0 for one in self.board.cutters)


def due_soon(before_ms=5000, **settings):
    """A rig so many ms before its first drop is due."""
    rig = Rig(**settings)
    rig.at(rig.mission.drops[0].after_ms - before_ms)
    return rig
