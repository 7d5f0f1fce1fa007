"""Faults of power, processor and program: F1 to F4, F10, F11, F28 and F29."""

from hardware.simulated.fault_row import nothing, row
from hardware.simulated.machine import SimulatedMachine

_POWER = SimulatedMachine.PWRON_RESET
_WATCHDOG = SimulatedMachine.WDT_RESET

# Bit flips hit one of these: 32 times its place here, and the bit, is the size.
STATE_FIELDS = (
    "elapsed_ms",
    "launch_ms",
    "phase",
    "ended",
    "safe",
    "hold_until_ms",
    "sequence_limit",
    "pad_gps_m",
    "pad_pressure_altitude_m",
    "drop_states",
    "drop_attempts",
    "drop_steps",
    "positions",
    "over_ms",
    "unix_s",
)


def _power_cut(bench, size, length_us):
    if size:
        # The receiver hangs on the same supply.
        bench.clock.call_at(bench.clock.now_us + length_us, lambda: bench.gps.reset(size > 1))
    bench.restart(_POWER, length_us)


def _reset(bench, size, length_us):
    bench.restart(_POWER if size else _WATCHDOG)


def _reset_again(bench, size, count):
    bench.restart(_WATCHDOG)


def _hang(bench, size, length_us):
    # Whatever the processor was at does not come back before this.
    if bench.running():
        bench.clock.advance(length_us)


def _pause(bench, size, count):
    if bench.running():
        bench.clock.advance(size * 1000)


def _pulses_pull_down(bench, size, length_us):
    bench.brown_out_ma = size


def _pulses_pull_nothing(bench, size):
    bench.brown_out_ma = None


def _drift(bench, size, length_us):
    bench.clock.set_drift(size)


def _no_drift(bench, size):
    bench.clock.set_drift(0)


def _flip(bench, size, length_us):
    if bench.computer is None:
        return
    state = bench.computer.state
    name = STATE_FIELDS[size // 32]
    bit = size % 32
    value = getattr(state, name)
    if isinstance(value, bytearray):
        value[bit // 8] ^= 1 << bit % 8
    elif isinstance(value, bool):
        setattr(state, name, not value)
    else:
        setattr(state, name, (value or 0) ^ 1 << bit)


class _Raising:
    """Stands in for an activity's function."""

    def __init__(self, run, error):
        self.run = run
        self._error = error

    def __call__(self, now_ms):
        raise self._error("made by a fault of the scenario")


class _Change:
    """Puts that into a flight computer, and takes it out again."""

    def __init__(self, name, error):
        self.name = name
        self._error = error

    def __call__(self, computer):
        one = self._activity(computer)
        one.run = _Raising(one.run, self._error)

    def undo(self, computer):
        one = self._activity(computer)
        if isinstance(one.run, _Raising):
            one.run = one.run.run

    def _activity(self, computer):
        for one in computer.loop.activities:
            if one.name == self.name:
                return one
        raise ValueError("the loop has no activity called %s" % self.name)


def _raising(error):
    """(begin, end): the activity raises at every run, in whatever flight computer is built meanwhile."""

    def begin(bench, size, length_us):
        change = _Change(size, error)
        bench.when_built.append(change)
        if bench.computer is not None:
            change(bench.computer)

    def end(bench, size):
        for change in bench.when_built:
            if isinstance(change, _Change) and change.name == size:
                bench.when_built.remove(change)
                change.undo(bench.computer)
                return

    return begin, end


ROWS = (
    row("power_cut", "F1", "no power; the receiver: 0 keeps it, 1 starts warm, 2 cold", _power_cut),
    row("reset", "F2", "a reset, 0: by the watchdog, 1: by the supply", _reset),
    row("hang", "F2", "the processor does not come back", _hang),
    row("brown_out", "F3", "a pulse of size mA pulls the logic down", _pulses_pull_down, _pulses_pull_nothing),
    row("reset_loop", "F4", "a watchdog reset every size ms", nothing, nothing, _reset_again),
    row("bit_flip", "F10", "a bit of the state in memory, by field and bit", _flip),
    row("clock_drift", "F11", "the crystal is size ppm fast", _drift, _no_drift),
    row("exception", "F28", "the activity called size raises at every run", *_raising(ValueError)),
    row("memory_error", "F28", "the activity called size finds no memory", *_raising(MemoryError)),
    row("gc_pause", "F29", "the processor pauses for size ms in every second", nothing, nothing, _pause, 1000),
)
