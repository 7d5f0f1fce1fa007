"""The backup in a flight that a test draws by hand: a world of straight lines, the whole simulated board in it."""

from firmware.protocol.backup_plan import BackupPlan
from firmware.protocol.backup_writer import build
from firmware.protocol.drops import BACKUP_RUNNING
from hardware.simulated.backup_bench import BackupBench
from hardware.simulated.clock import Clock
from hardware.simulated.trace import Trace
from hardware.simulated.world import World

PAD_M = 120
HIGHEST_M = 400
LOWEST_M = 900
DUE_S = 2400
END_S = 4200
LAUNCH_S = 240
FLOAT_M = 8000


def plan_bytes(**changes):
    """A plan that ends the flight 40 minutes after the pin; no blind window."""
    plan = BackupPlan()
    plan.flight = b"\x12\x34\x56\x78"
    plan.end_flight_ms = DUE_S * 1000
    plan.end_ms = END_S * 1000
    plan.pad_altitude_m = PAD_M
    plan.highest_ground_m = HIGHEST_M
    plan.min_agl_m = LOWEST_M - HIGHEST_M
    plan.pulse_ms = 4000
    plan.attempts = 3
    for name in changes:
        setattr(plan, name, changes[name])
    return build(plan)


class DrawnWorld(World):
    """On the pad until launch_s; then through `points`, rows of (s after launch, m), straight between them. Once cut
    down it falls at `fall_m_s` to the ground.
    """

    def __init__(self, points, launch_s=LAUNCH_S, ground_m=PAD_M, fall_m_s=5.0):
        World.__init__(self, 1780300800000)
        self.points = points
        self.ground_m = ground_m
        self.fall_m_s = fall_m_s
        self.cut_us = None
        self._launch_us = launch_s * 1000000
        self._height_m = float(PAD_M)
        self.altitude_mm = PAD_M * 1000

    def cut_down(self):
        if self.cut_us is None:
            self.cut_us = self._next_us

    def move(self, at_us):
        if at_us < self._launch_us:
            return
        if self.launched_us is None:
            self.launched_us = at_us
            self.aloft = True
        if self.cut_us is not None:
            height_m = max(float(self.ground_m), self._height_m - self.fall_m_s)
        else:
            height_m = self._drawn_m((at_us - self._launch_us) / 1000000.0)
        self.down_mm_s = int((self._height_m - height_m) * 1000.0)
        self._height_m = height_m
        self.altitude_mm = int(height_m * 1000.0)

    def _drawn_m(self, since_s):
        before = (0, PAD_M)
        for point in self.points:
            if since_s < point[0]:
                return before[1] + (point[1] - before[1]) * (since_s - before[0]) / float(point[0] - before[0])
            before = point
        return float(before[1])


class Stage:
    """What of a bench the backup needs."""

    def __init__(self, world):
        self.clock = Clock()
        self.trace = Trace(self.clock)
        self.world = world


# Up to the float in half an hour, and there for ever.
FLOAT = ((1800, FLOAT_M), (1000000, FLOAT_M))


class Rig:
    """`edges` are (s since lift-off, level) of FIRE, `states` what the backup was, without repetition.

    setup: see hardware/simulated/backup_bench.py.
    """

    def __init__(self, points=FLOAT, plan=None, world=None, launch_s=LAUNCH_S, **setup):
        unmount()
        self.world = world or DrawnWorld(points, launch_s)
        self.launch_s = launch_s
        self.stage = Stage(self.world)
        self.clock = self.stage.clock
        self.edges = []
        self.states = []
        self.parted_s = None
        self.backup = BackupBench(
            self.stage, {"seed": 1, "backup": setup}, plan_bytes() if plan is None else plan, self._event
        )

    def _event(self, what, output=0, level=0):
        if what == "edge":
            self.edges.append((self.since_s(), level))
        else:
            self.parted_s = self.since_s()

    def since_s(self):
        """True seconds since lift-off."""
        return self.clock.now_us / 1000000.0 - self.launch_s

    @property
    def state(self):
        return self.backup.computer.state

    def run(self, seconds):
        """Let true time pass, a pass at a time; long times five passes."""
        step = 1 if seconds < 60 else 5
        for _ in range(int(seconds * 10) // step):
            self.clock.advance(100000 * step)
            computer = self.backup.computer
            if computer is not None and (not self.states or self.states[-1] != computer.state.state):
                self.states.append(computer.state.state)

    def run_to(self, since_s):
        self.run(since_s - self.since_s())

    def run_until(self, condition, most_s=60):
        """A pass at a time, until it is so."""
        for _ in range(most_s * 10):
            if condition():
                return
            self.run(0.1)
        raise AssertionError("it has not come to it in %d s" % most_s)

    def at(self, since_s):
        """From now on it has been running for so long."""
        state = self.state
        state.state = BACKUP_RUNNING
        state.flown = True
        state.pad_pressure_altitude_m = PAD_M
        state.since_ms = int(since_s * 1000)
        state.changed = True
        self.states = []
        self.launch_s = self.clock.now_us / 1000000.0 - since_s

    def pulses(self):
        """(start s, length s) of every pulse."""
        ups = [at_s for at_s, level in self.edges if level]
        downs = [at_s for at_s, level in self.edges if not level]
        return [(ups[place], downs[place] - ups[place]) for place in range(len(downs))]


def aloft(points=((0, FLOAT_M),), before_s=40, plan=None, **setup):
    """A rig so long before it is due. points: rows of (s after that, m); until the first it is there already."""
    due_s = before_s + 10
    rows = [(2, points[0][1])] + [(due_s + row[0], row[1]) for row in points]
    rig = Rig(rows, plan, launch_s=2, plug_in_s=0, **setup)
    rig.run(12)
    rig.at(DUE_S - before_s)
    return rig


def unmount():
    """Forget the file system of the test before."""
    try:
        import vfs

        vfs.umount("/backup")
    except (ImportError, OSError):
        pass
