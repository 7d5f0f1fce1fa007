"""The firmware's own share of the heap: live bytes with it less live bytes without it, over a flight.

    micropython -m hardware.simulated.firmware_heap SETUP.json

Everything is imported from .mpy. Prints a JSON list: live bytes of the firmware at the end of each ten minutes, GROUP
samples 10 s apart: what collects in memory until it is written, a minute's worth of the log, comes and goes.
What the simulated chips take during the flight counts as the firmware's: the figure can only be too high.
The WebAssembly port collects only between calls from outside, so the flight is cut into steps (tests/wasm/heap.mjs).
"""

import binascii  # noqa: F401 - part of MicroPython itself, in one port as a module that takes heap
import gc
import hashlib  # noqa: F401
import json
import os  # noqa: F401
import struct  # noqa: F401
import sys

GROUP = 6
_PASSES = 5500
_FEW_PASSES = 100
_MOST_SAMPLES = 1000


class Steps:
    """`step()` does the next thing; False when the flight is over. Measure the live bytes before and after each."""

    def __init__(self, setup):
        self._setup = setup
        self._at = 0
        self._bench = None
        self._machine = None
        self._storage = None
        self._loop = None
        with open(setup["mission_bin"], "rb") as file:
            self._mission = file.read()

    def step(self):
        self._at += 1
        if self._at == 1:
            from hardware.boards import pico  # noqa: F401 - the board file is part of the firmware
        elif self._at == 2:
            from hardware.simulated.bench import Bench

            self._bench = Bench(self._setup, _ignore, _ignore)
            self._bench.flash.use_all()
            self._machine, self._storage = self._bench.machine()
            # What stands for a board's own peripherals and its mounted file system is not the firmware's.
            for number in range(30):
                pin = self._machine.Pin(number)
                if number >= 26:
                    self._machine.ADC(pin)
            for number in (0, 1):
                self._machine.UART(number)
            for gpio, _, function, _, _ in sys.modules["hardware.simulated.bench"].pins.PINS:
                if function.startswith("PWM"):
                    self._machine.PWM(self._machine.Pin(gpio))
            self._warm_up()
        elif self._at == 3:
            self._loop = _loop(self._machine, self._bench.clock, self._storage, self._mission)
            from firmware.main import forget_what_built_it

            # The simulation, too, lets go of the pins that it has wired.
            forget_what_built_it()
            sys.modules["hardware.simulated.bench"].pins = None
        else:
            self._loop.run(_FEW_PASSES if (self._at - 4) % GROUP else _PASSES)
            return self._bench.clock.now_us < self._setup["longest_s"] * 1000000
        return True

    def _warm_up(self):
        """Chips that have been used for a while have made all that they will ever make."""
        bench = self._bench
        i2c = self._machine.I2C(0)
        conversion = bytearray(3)
        for _ in range(40):
            bench.clock.advance(250000)
            self._machine.UART(0).read()
            bench.logic_battery.millivolts()
            bench.cutter_battery.millivolts()
            i2c.writeto_mem(0x76, 0xF4, bytes((0x57,)))
            i2c.readfrom_mem(0x76, 0xF7, 6)
            for command in (0x48, 0x58):
                i2c.writeto(0x77, bytes((command,)))
                bench.clock.advance(11000)
                i2c.writeto(0x77, bytes(1))
                i2c.readfrom_into(0x77, conversion)


def _loop(machine, clock, storage, mission):
    from hardware.boards.pico import build

    board = build(machine, clock, storage)
    with storage.open("mission.bin", "wb") as file:
        file.write(mission)
    from firmware.flight_computer import FlightComputer

    return FlightComputer(board).loop


def _ignore(*_):
    pass


def shares(live):
    """The firmware's live bytes from the live bytes before and after each step."""
    board_file = live[1] - live[0]
    return [bytes_ - live[2] + board_file for bytes_ in live[4:]]


def live_bytes():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        steps = Steps(json.load(file))
    # As long as it will ever be, from the start: a list that grows would be measured with the rest.
    found = [0] * _MOST_SAMPLES
    found[0] = live_bytes()
    count = 1
    while steps.step():
        found[count] = live_bytes()
        count += 1
    found[count] = live_bytes()
    print(json.dumps(shares(found[: count + 1])))
