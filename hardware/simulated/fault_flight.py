"""Faults of the flight itself: F27. Slow ascent, float and a late launch are figures of a scenario's envelope."""

from hardware.simulated.fault_row import row

_SHORTEST_US = 30000000


def _carry(bench, size, length_us):
    now_us = bench.clock.now_us
    bench.world.at(now_us).carry(now_us, now_us + max(length_us, _SHORTEST_US), size)


def _burst(bench, size, length_us):
    bench.world.at(bench.clock.now_us).cut_down()


def _leak(bench, size, length_us):
    bench.world.at(bench.clock.now_us).leak(size)


def _pull(bench, size, length_us):
    bench.break_wire_out = True


ROWS = (
    row("carried", "F27", "on the ground: up a hill of size m, and back", _carry),
    row("burst", "F27", "the envelope bursts", _burst),
    row("leak", "F27", "the film tube loses size per mille an hour", _leak),
    row("break_wire_pulled", "F27", "somebody pulls the break wire", _pull),
)
