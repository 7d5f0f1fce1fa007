"""The board's entry point on a simulated machine: it flies, and nothing ends a flight but its end."""

import sys

import pytest

import hardware.boards.pico as board_file
from firmware import main
from firmware.loop import Loop
from hardware.simulated.bench import Bench
from hardware.simulated.machine import BoardReset
from tests.flights.short_flight import mission_data, setup


@pytest.fixture
def bench(monkeypatch):
    bench = Bench(setup(plug_in_s=None), lambda data: None, lambda *_: None)
    machine, storage = bench.machine()
    with storage.open("mission.bin", "wb") as file:
        file.write(mission_data())
    build = board_file.build
    monkeypatch.setitem(sys.modules, "machine", machine)
    monkeypatch.setattr(board_file, "build", lambda machine, clock: build(machine, bench.clock, storage))
    return bench


def fail_after(passes):
    def run(loop):
        loop.run(passes)
        raise ValueError("a bug that nothing caught")

    return run


def test_with_the_plug_in_what_nothing_caught_starts_the_board_again(bench, monkeypatch):
    monkeypatch.setattr(Loop, "run_for_ever", fail_after(100))
    with pytest.raises(BoardReset):
        main.run()
    assert bench.modem.writes >= 9


def test_once_the_plug_goes_in_what_nothing_caught_starts_the_board_again_and_usb_cannot_stop_it(bench, monkeypatch):
    heard = []
    monkeypatch.setattr("micropython.kbd_intr", heard.append)
    bench.plug_in = False

    def run(loop):
        loop.run(100)
        assert heard == []
        bench.plug_in = True
        loop.run(100)
        raise ValueError("a bug that nothing caught")

    monkeypatch.setattr(Loop, "run_for_ever", run)
    with pytest.raises(BoardReset):
        main.run()
    assert heard == [-1]


def test_with_the_plug_out_a_person_sees_the_error(bench, monkeypatch):
    bench.plug_in = False
    monkeypatch.setattr(Loop, "run_for_ever", fail_after(100))
    with pytest.raises(ValueError, match="nothing caught"):
        main.run()
    assert bench.modem.writes >= 9
