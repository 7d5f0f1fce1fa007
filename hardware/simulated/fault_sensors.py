"""Faults of receiver and barometers: F19 to F22."""

from hardware.simulated.fault_row import nothing, row, setting, sizing

_E7_PER_M = 90
_SPIKE_EVERY = 7
_GONE_EVERY = 3


def _no_jump(bench, size):
    bench.gps.jump = None


def _jump(bench, size, length_us):
    bench.gps.jump = (size * _E7_PER_M, 0, 0)


def _jump_up(bench, size, length_us):
    bench.gps.jump = (0, 0, size * 1000)


def _wander(bench, size, count):
    bench.gps.jump = (size * _E7_PER_M * count, 0, 0)


def _fix_again(bench, size):
    bench.gps.no_fix = False


def _lose_high(bench, size, count):
    bench.gps.no_fix = bench.world.at(bench.clock.now_us).altitude_mm > size * 1000


def _restart(bench, size, length_us):
    bench.gps.reset(bool(size))


def _barometer(prefix, part, chip):
    """What either of them can have."""

    def spike(bench, size, count):
        sign = 1 if count // _SPIKE_EVERY % 2 else -1
        getattr(bench, part).offset_pa = 0.0 if count % _SPIKE_EVERY else float(sign * size)

    def vanish(bench, size, count):
        getattr(bench, part).vanished = count % _GONE_EVERY == 0

    right = setting(part, "offset_pa", 0.0, 0.0)[1]
    there = setting(part, "vanished", False, False)[1]
    return (
        row(prefix + "_stuck", "F20", chip + " says the same for ever", *setting(part, "frozen", True, False)),
        row(prefix + "_high", "F20", chip + " reads all ones", *setting(part, "stuck_high", True, False)),
        row(prefix + "_low", "F20", chip + " reads all zeros", *setting(part, "stuck_low", True, False)),
        row(prefix + "_skipped", "F20", chip + " makes no conversion", *setting(part, "skipped", True, False)),
        row(prefix + "_offset", "F20", chip + " is off by size Pa", *sizing(part, "offset_pa", 0.0, 1.0)),
        row(prefix + "_spikes", "F20", chip + " is off by size Pa one second in 7", nothing, right, spike, 1000),
        row(prefix + "_flaky", "F20", chip + " does not answer one second in 3", nothing, there, vanish, 1000),
        row(prefix + "_missing", "F20 F21", chip + " does not answer", *setting(part, "vanished", True, False)),
    )


ROWS = (
    (
        row("gps_no_fix", "F19", "the receiver sees no satellites", *setting("gps", "no_fix", True, False)),
        row("gps_lost_high", "F19", "no fix above size m", nothing, _fix_again, _lose_high, 1000),
        row("gps_rollover", "F19", "the date is 1024 weeks early", *setting("gps", "rollover", True, False)),
        row("gps_time_jump", "F19", "the time is size s late", *sizing("gps", "late_s", 0)),
        row("gps_jump", "F19", "the place is size m too far north", _jump, _no_jump),
        row("gps_jump_up", "F19", "the height is size m too high", _jump_up, _no_jump),
        row("gps_spoof", "F19", "the place wanders off north by size m/s", nothing, _no_jump, _wander, 1000),
        row("gps_frozen", "F19", "time goes on, the place does not", *setting("gps", "frozen", True, False)),
        row("gps_stale", "F19", "the same epoch again and again", *setting("gps", "stuck", True, False)),
        row("gps_reset", "F19", "the receiver starts again, 0: warm, 1: cold", _restart),
        row("gps_garbage", "F19 F22", "the receiver says nonsense", *setting("gps", "garbage", True, False)),
        row("gps_noise", "F22", "size of 1000 messages are damaged", *sizing("gps", "noise_per_mille", 0)),
        row("gps_silent", "F19 F21", "the receiver says nothing", *setting("gps", "silent", True, False)),
    )
    + _barometer("wide", "wide_barometer", "the MS5611")
    + _barometer("low", "low_barometer", "the BME280")
    + (row("bus_held", "F20", "a chip holds SDA low", *setting("wiring", "i2c_held", True, False)),)
)
