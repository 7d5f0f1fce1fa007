"""The firmware fits a board: its own heap over a whole flight, built from .mpy, on 64 and on 32 bits."""

import json
import os
import subprocess

import pytest

from ground.firmware_heap import compile_tree
from ground.simulation import micropython
from tests.benchmarks import heap
from tests.benchmarks.setups import first_flight

FLIGHT_S = 9600
# What the last bits of the state take (a number beyond 30 bits, an event that waits) comes and goes.
_STIR_BYTES = 256


def check(samples, limit, capsys):
    with capsys.disabled():
        print(f"\nheap of the firmware: {max(samples):,} bytes at its largest, {limit:,} allowed")
    assert len(samples) >= 90 and 50_000 < max(samples) <= limit
    assert heap.growth(samples) <= _STIR_BYTES


def test_growth_is_seen_and_what_comes_and_goes_is_none():
    steady = [1000, 1700, 1000, 1400, 1000, 1000] * 16
    assert heap.growth(steady) == 0
    leaking = [value + at for at, value in enumerate(steady)]
    assert heap.growth(leaking) >= 50


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


def test_every_version_stays_below_what_all_of_the_product_may_take():
    assert heap.LIMIT_32 <= heap.CEILING_32


FORGETTING = """
import json, sys
from firmware import once
forgotten = []
forget = once.forget
def listen(*names):
    forgotten.append([(name, name in sys.modules) for name in names])
    forget(*names)
once.forget = listen
from hardware.simulated.firmware_heap import Steps
with open(sys.argv[1]) as file:
    steps = Steps(json.load(file))
for _ in range(4):
    steps.step()
print(json.dumps([forgotten, list(sys.modules)]))
"""


def test_all_that_is_forgotten_was_there_and_does_not_come_back_in_flight(tmp_path):
    if micropython() is None:
        pytest.skip("there is no MicroPython for this machine")
    compile_tree(tmp_path)
    (tmp_path / "setup.json").write_text(json.dumps(first_flight(tmp_path, 1200).setup))
    (tmp_path / "listen.py").write_text(FORGETTING)
    done = subprocess.run(
        [micropython(), "-X", "heapsize=4M", "listen.py", "setup.json"],
        cwd=tmp_path,
        env=dict(os.environ, MICROPYPATH=f".frozen:{tmp_path}"),
        capture_output=True,
        timeout=60,
        check=True,
    )
    forgotten, left = json.loads(done.stdout)
    times = [dict(names) for names in forgotten]
    assert [("firmware.protocol.mission" in names, "firmware.flight_computer" in names) for names in times] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert all(there for names in times for there in names.values()), times
    assert not {name for names in times for name in names} & set(left)
