"""The firmware fits a board: its own heap over a whole flight, built from .mpy, on 64 and on 32 bits."""

import os

import pytest

from ground.simulation import micropython
from tests.benchmarks import heap

FLIGHT_S = 9600
_HOUR = 6  # samples of ten minutes
# What the last bits of the state take (a number beyond 30 bits, an event that waits) comes and goes.
_STIR_BYTES = 256


def check(samples, limit, capsys):
    with capsys.disabled():
        print(f"\nheap of the firmware: {max(samples):,} bytes at its largest, {limit:,} allowed")
    assert len(samples) >= 15 and 50_000 < max(samples) <= limit
    assert max(samples[-_HOUR:]) - max(samples[:_HOUR]) <= _STIR_BYTES


def test_on_64_bits_it_stays_within_its_share_and_does_not_grow(capsys):
    if micropython() is None:
        pytest.skip("there is no MicroPython for this machine")
    check(heap.on_64_bits(FLIGHT_S), heap.LIMIT_64, capsys)


def test_on_32_bits_it_stays_within_its_share_and_does_not_grow(capsys):
    samples = heap.on_32_bits(FLIGHT_S)
    if samples is None:
        assert os.environ.get("CI") != "true", "Node.js is needed in CI"
        pytest.skip("Node.js is not installed: the 32-bit port cannot be asked")
    check(samples, heap.LIMIT_32, capsys)
