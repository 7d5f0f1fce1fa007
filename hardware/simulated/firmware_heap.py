"""The firmware's own share of the heap: live bytes with it less live bytes without it, over a flight.

    micropython -m hardware.simulated.firmware_heap SETUP.json

Everything is imported from .mpy. Prints a JSON list: live bytes of the firmware after each ten minutes and at the end.
What the simulated chips take during the flight counts as the firmware's: the figure can only be too high.
"""

import gc
import json
import sys


def live_bytes():
    gc.collect()
    gc.collect()
    return gc.mem_alloc()


def measure(setup, say=None):
    """Fly `setup` for its longest_s; the list of live bytes."""
    nothing = live_bytes()
    from hardware.boards import pico  # noqa: F401 - the board file is part of the firmware

    board_file = live_bytes() - nothing
    from hardware.simulated.bench import Bench

    def ignore(*_):
        pass

    bench = Bench(setup, ignore, ignore)
    bench.flash.use_all()
    with open(setup["mission_bin"], "rb") as file:
        mission = file.read()
    clock = bench.clock
    before = live_bytes()
    board = bench.power_on()
    with board.storage.open("mission.bin", "wb") as file:
        file.write(mission)
    from firmware.flight_computer import FlightComputer

    computer = FlightComputer(board)
    samples = []
    end_us = setup["longest_s"] * 1000000
    while clock.now_us < end_us:
        computer.loop.run(6000)
        samples.append(live_bytes() - before + board_file)
        if say is not None:
            say(samples[-1])
    return samples


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        found = measure(json.load(file))
    print(json.dumps(found))
