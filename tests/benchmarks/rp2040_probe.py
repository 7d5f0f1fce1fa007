"""Runs in MicroPython: times what the firmware does, and the operations of the table that were timed on an RP2040.

    micropython -m tests.benchmarks.rp2040_probe SETUP.json        prints one JSON object, microseconds

The table (stock MicroPython 1.28 at 125 MHz, a cycle-counting emulator) is in docs/decisions/0003-cost-on-the-board.md.
"""

import binascii
import gc
import hashlib
import json
import struct
import sys
import time

from hardware.simulated.bench import Bench


def clock_us(call, repeats, rounds=9):
    """The least time of one call in several rounds: what else the machine does can only add."""
    best = None
    for _ in range(rounds):
        gc.collect()
        start = time.ticks_us()
        for _ in range(repeats):
            call()
        spent = time.ticks_diff(time.ticks_us(), start)
        if best is None or spent < best:
            best = spent
    return best / repeats


class _Subject:
    def method(self, argument):
        pass


def _loop_passes():
    for _ in range(1000):
        pass


def _integers():
    x = 1
    for _ in range(1000):
        x = x * 3 + 7 & 1023


def _floats():
    x = 1.5
    for _ in range(1000):
        x = x * 0.5 + 1.25


def _methods():
    call = _Subject().method
    for _ in range(1000):
        call(1)


def operations():
    """name -> us on this machine, for every row of the table."""
    buffer = bytearray(64)

    def pack():
        struct.pack_into(
            "<iihHhBBHHbbBBHHHHHBBB",
            buffer,
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
            16,
            17,
            18,
            19,
            20,
            21,
        )

    empty = clock_us(_loop_passes, 3) / 1000
    return {
        "for_range": empty,
        "integer": clock_us(_integers, 3) / 1000 - empty,
        "float": clock_us(_floats, 3) / 1000 - empty,
        "method": clock_us(_methods, 3) / 1000 - empty,
        "pack_into": clock_us(pack, 500) - empty,
        "crc32": clock_us(lambda: binascii.crc32(buffer), 500) - empty,
        "sha256": clock_us(lambda: hashlib.sha256(buffer).digest(), 200) - empty,
    }


def _ignore(*_):
    pass


class _Wire:
    """A UART that gives one burst at a time."""

    def __init__(self):
        self.waiting = b""

    def init(self, *_, **__):
        pass

    def any(self):
        return len(self.waiting)

    def readinto(self, buffer, count):
        buffer[:count] = self.waiting[:count]
        self.waiting = self.waiting[count:]
        return count

    def write(self, data):
        return len(data)


def _sentence(body):
    check = 0
    for byte in body:
        check ^= byte
    return b"$" + body + b"*%02X\r\n" % check


def firmware(setup):
    """name -> us on this machine, for what the firmware does in flight (simulated pins and clock included)."""
    bench = Bench(setup, _ignore, _ignore)
    board = bench.power_on()
    with open(setup["mission_bin"], "rb") as file:
        mission = file.read()
    with board.storage.open("mission.bin", "wb") as file:
        file.write(mission)
    from firmware.drivers.gps_ublox import UbloxGps
    from firmware.flight_computer import FlightComputer

    computer = FlightComputer(board)
    computer.loop.run(9000)
    bench.flash.live = False

    captured = []
    receive = board.gps_uart.receive

    def listen(data, start_us, baud):
        captured.append(data)
        receive(data, start_us, baud)

    board.gps_uart.receive = listen
    computer.loop.run(30)
    board.gps_uart.receive = receive
    pvt = next(data for data in captured if data[2:4] == b"\x01\x07")

    wire = _Wire()
    gps = UbloxGps(wire, bench.clock)

    def fix(data=pvt):
        wire.waiting = data
        gps.poll(bench.clock.ticks_ms())

    nmea = _sentence(b"GNRMC,104113.00,A,5327.03557,N,00214.42234,W,1.046,124.50,250421,,,A,V")
    nmea += _sentence(b"GNGGA,104113.00,5327.03557,N,00214.42234,W,1,05,8.68,65.4,M,48.5,M,,")

    def nothing():
        gps.poll(bench.clock.ticks_ms())

    def one_pass():
        computer.loop.run(1)

    spent = {}
    now_ms = bench.clock.ticks_ms()
    spent["gps_fix_pvt"] = clock_us(fix, 200) - clock_us(nothing, 200)
    fixes = gps.sentences_ok
    gps.poll(bench.clock.ticks_add(bench.clock.ticks_ms(), 0))
    spent["gps_fix_nmea"] = clock_us(lambda: fix(nmea), 200) - clock_us(nothing, 200)
    assert gps.sentences_ok - fixes == 9 * 200 * 2

    def report():
        computer.activities._report(now_ms)

    spent["frame"] = clock_us(report, 100)
    spent["journal_write"] = clock_us(lambda: computer.journal.write(now_ms), 50)
    passes = [0.0] * 10
    for slot in range(10):
        computer.loop.run((slot - computer.loop._slot) % 10)
        for _ in range(12):
            gc.collect()
            start = time.ticks_us()
            one_pass()
            took = time.ticks_diff(time.ticks_us(), start)
            passes[slot] = took if not passes[slot] else min(took, passes[slot])
            computer.loop.run(9)
    spent["pass_idle"] = min(passes)
    spent["pass_mean"] = sum(passes) / 10
    spent["pass_longest"] = max(passes)
    return spent


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        flight = json.load(file)
    print(json.dumps({"operations": operations(), "firmware": firmware(flight)}))
