"""The release path on a whole simulated board: real pins, timer, wires, cells and flash; measurements set by hand."""

from firmware.altitude import Altitude
from firmware.drivers.burn_wire import BurnWire
from firmware.drivers.servo_dropper import ServoDropper
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.measurements import Measurements
from firmware.mission_time import MissionTime
from firmware.protocol import phases
from firmware.protocol.mission import load
from firmware.protocol.mission_plan import SERVO
from firmware.protocol.mission_writer import build
from firmware.release.channel import Channel
from firmware.release.conditions import Conditions
from firmware.release.controller import ReleaseController
from firmware.release.gates import Gates
from firmware.release.motion import Motion
from firmware.release.news import News
from firmware.release.orders import Orders
from firmware.release.plan import Plan
from firmware.release.termination import Termination
from hardware.simulated.bench import Bench
from hardware.simulated.machine import BoardReset, SimulatedMachine
from hardware.simulated.scenarios import FIRST_FLIGHT
from tests.portable.core_rig import mission, unmount

LAUNCH_MS = 123456
DUE_MS = 1800000


def plan_of(drops, channels=(("a", 1), ("b", 2), ("c", 3)), **flight):
    """A mission, as plan_bytes has it."""
    return load(plan_bytes(drops, channels, **flight))


def plan_bytes(drops, channels=(("a", 1), ("b", 2), ("c", 3)), **flight):
    """A mission file. drops: dicts of a Drop; channels: rows of (name, output) or dicts of a Channel."""
    rows = []
    for one in channels:
        row = {"pulse_ms": 4000, "attempts": 2}
        row.update(one if type(one) is dict else {"name": one[0], "output": one[1]})
        rows.append(row)
    description = {
        "flight_id": "release-test",
        "callsign": "N0CALL",
        "net": 0x1234,
        "pad_altitude_m": 120,
        "highest_ground_m": 350,
        "end_ms": 14400000,
        "channels": rows,
        "drops": [dict([("name", "d%d" % place)] + list(drops[place].items())) for place in range(len(drops))],
    }
    description.update(flight)
    return build(description)


SQUARE = ((520000000, 200000000), (520000000, 210000000), (530000000, 210000000), (530000000, 200000000))


class Place:
    """A position set by hand: `inside` has a bit for each area."""

    def __init__(self):
        self.inside = 0
        self.is_known = True

    def known(self, now_ms):
        return self.is_known


class Rig:
    """`run` polls ten times a second and looks once. `edges` are (ms since launch, output, level) of every FIRE edge.

    wires: rows of (output, g, ms of current that part it or None). `told`: what the release path said, as rows of
    (code, subject, detail, argument).
    """

    def __init__(
        self, wires=((1, 150, 1400), (2, 150, 2100), (3, 150, 1700)), plan=None, launched=True, settings=None, **what
    ):
        setup = dict(FIRST_FLIGHT)
        setup["launch_s"] = 1000000
        setup["plug_in_s"] = None  # in from the start
        setup["wires"] = wires
        setup.update(settings or {})
        unmount()
        self.edges = []
        self.parted = []
        self.told = []
        self.on_edge = None
        self.controller = None
        self.vertical_cm_s = None
        self.bench = Bench(setup, len, self._event)
        self.clock = self.bench.clock
        self.mission = mission(**what) if plan is None else plan
        self.state = FlightState()
        if launched:
            self.state.launch_ms = LAUNCH_MS
            self.state.phase = phases.ASCENT
        self.position = Place()
        self.board = self.bench.power_on()
        self.start()
        self.settle()

    def start(self):
        """Build the release path on the board, as after every reset."""
        board = self.board
        mission = self.mission
        self.health = Health(self.clock)
        self.time = MissionTime(self.clock, self.state)
        self.measured = Measurements(self.clock)
        self.measured.cutter_mv = 4500
        self.measured.rail_ms = self.clock.ticks_ms()
        self.altitude = Altitude(self.clock, self.measured, self.state)
        self.altitude.altitude_m = self.altitude.lowest_m = self.altitude.highest_m = 8000
        self.altitude.seconds_known = 60
        self.phase = FlightPhase(self.measured, self.altitude, self.state, mission.highest_ground_m)
        self.gates = Gates(mission, self.state, self.measured, self.altitude, self.phase, self.position)
        self.plan = Plan(mission, self.state)
        self.journal = Journal(self.clock, board.storage, self.state, mission.hash, self.health)
        self.conditions = Conditions(mission, self.state, self.altitude, self.position)
        self.motion = Motion()
        self.news = News()
        self.channels = tuple([Channel(self.clock, self._device(board, one), one) for one in mission.channels])
        self.controller = ReleaseController(
            mission,
            self.plan,
            self.gates,
            self.conditions,
            self.motion,
            self.channels,
            self.state,
            self.journal,
            self.news,
        )
        self.termination = Termination(mission, self.state, self.measured, self.altitude, None)
        self.orders = Orders(self.state, self.controller, self.termination, self.journal, self.news, mission)
        self._passes = 0

    def _device(self, board, one):
        cutter = board.cutters[one.output - 1]
        current = (board.cutter_current, board.adc_reference_mv, board.cutter_ma_per_mv)
        if one.kind == SERVO:
            return ServoDropper(cutter, board.one_shot(), board.servo, one.positions_us, *current)
        return BurnWire(cutter, board.one_shot(), *current)

    def settle(self):
        """The rail has been up for long, and every sensor has spoken."""
        self.gates._rail_since_ms = -1000000
        self.controller._passes = 1000

    def reset(self, cause=SimulatedMachine.WDT_RESET, off_ms=0, ready=True):
        """The board starts again: every output drops, and the state is what the journal gives."""
        try:
            self.board.machine.restart(cause)
        except BoardReset:
            pass
        self.clock.advance(off_ms * 1000)
        self.board = self.bench.power_on(cause)
        self.state = FlightState()
        self.start()
        if ready:
            self.settle()
        assert self.journal.load()
        self.controller.resume(cause == SimulatedMachine.PWRON_RESET)

    def _event(self, what, output=0, level=0):
        if what == "edge":
            self.edges.append((self.since_ms(), output, level))
            if self.on_edge is not None:
                self.on_edge(output, level)
        else:
            self.parted.append(output)

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
        self._passes += 1
        assert self._passes < 100000, "what the test waits for never comes"
        if self._passes % 10 == 0:
            if not self.controller.pulse_on():
                self.measured.rail_ms = now_ms
                if self.gates.watch_rail(now_ms):
                    self.conditions.restart()
            self.conditions.update(now_ms)
            self.motion.note(self.vertical_cm_s)
            if self.termination.update(now_ms):
                self.controller.cutdown_is_due()
            self.controller.look(now_ms)
        self.news.take(self._tell)
        if self.journal.wanted:
            self.journal.write(now_ms)

    def _tell(self, code, subject, detail, argument):
        self.told.append((code, subject, detail, argument))

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

    def states(self, place=0):
        """Every state that a drop went through, as it was told."""
        from firmware.protocol.telemetry import DROP_CHANGED

        return [detail for code, subject, detail, _ in self.told if code == DROP_CHANGED and subject == place]

    def all_low(self):
        return all(one.enable.value() == 0 and one.fire.duty_u16() == 0 for one in self.board.cutters)


def due_soon(before_ms=5000, **settings):
    """A rig so many ms before its first drop is due."""
    rig = Rig(**settings)
    rig.at(rig.mission.drops[0].after_ms - before_ms)
    return rig
