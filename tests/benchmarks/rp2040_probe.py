"""Runs in MicroPython under callgrind: does each thing some times, a marker before and after it.

    micropython -m tests.benchmarks.rp2040_probe SETUP.json

The marker is `micropython.mem_total`, which nothing else here calls: callgrind writes a count of instructions at each.
Prints a JSON list of [name, repetitions] in their order. tests/benchmarks/rp2040.py reads both.
"""

import binascii
import gc
import hashlib
import json
import struct
import sys

import micropython

from hardware.simulated.bench import Bench
from hardware.simulated.clock import Clock

_mark = micropython.mem_total
sections = []


def section(name, call, repeats):
    """Count `call` without the loop around it: a loop of nothing is the first section."""
    call()
    gc.collect()
    _mark()
    for _ in range(repeats):
        call()
    _mark()
    sections.append([name, repeats])


class _Subject:
    def method(self, argument):
        pass


def _nothing():
    pass


def _for_range():
    for _ in range(1000):
        pass


def _integer():
    x = 1
    for _ in range(1000):
        x = x * 3 + 7 & 1023


def _float():
    x = 1.5
    for _ in range(1000):
        x = x * 0.5 + 1.25


def _method():
    subject = _Subject()
    for _ in range(1000):
        subject.method(1)


def operations():
    """The rows of the table that were timed on an RP2040."""
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

    section("nothing", _nothing, 1000)
    for name, call in (("for_range", _for_range), ("integer", _integer), ("float", _float), ("method", _method)):
        section(name, call, 1)
    section("pack_into", pack, 200)
    section("crc32", lambda: binascii.crc32(buffer), 200)
    section("sha256", lambda: hashlib.sha256(buffer).digest(), 100)


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


def _nmea(second):
    """RMC and GGA of one epoch."""
    return _sentence(b"GNRMC,1041%02d.00,A,5327.03557,N,00214.42234,W,1.046,124.50,250421,,,A,V" % second) + _sentence(
        b"GNGGA,1041%02d.00,5327.03557,N,00214.42234,W,1,05,8.68,65.4,M,48.5,M,,," % second
    )


def gps_fixes(clock, pvts):
    """Fixes of new epochs each, by NAV-PVT and by a receiver that speaks NMEA only."""
    from firmware.drivers.gps_ublox import UbloxGps

    # What the probe's own wire costs is counted too, to be taken off.
    wire = _Wire()
    window = memoryview(bytearray(256))

    def burst():
        wire.waiting = pvts[0]
        wire.readinto(window, wire.any())
        wire.any()

    section("wire", burst, 10)
    for name, bursts in (("gps_fix_pvt", pvts), ("gps_fix_nmea", [_nmea(second) for second in range(20)])):
        wire = _Wire()
        gps = UbloxGps(wire, clock)
        for warm in bursts[:10]:
            wire.waiting = warm
            gps.poll(clock.ticks_ms())
            clock.advance(1000000)
        read = 0
        gc.collect()
        _mark()
        for burst in bursts[10:20]:
            wire.waiting = burst
            read += gps.poll(clock.ticks_ms())
            clock.advance(1000000)
        _mark()
        if read != 10 or gps.latitude_e7 is None:
            raise ValueError("the fixes were not read")
        sections.append([name, 10])

        # The same polls with nothing to read, the clock's second included: what would be done without a fix as well.
        def poll(gps=gps):
            gps.poll(clock.ticks_ms())
            clock.advance(1000000)

        # Few enough that the receiver is not yet taken for lost.
        section(name + "_nothing", poll, 2)


def firmware(setup):
    """What the firmware does in flight."""
    bench = Bench(setup, _ignore, _ignore)
    board = bench.power_on()
    with open(setup["mission_bin"], "rb") as file:
        mission = file.read()
    with board.storage.open("mission.bin", "wb") as file:
        file.write(mission)
    from firmware.flight_computer import FlightComputer

    computer = FlightComputer(board)
    computer.loop.run(600)
    pvts = []
    receive = board.gps_uart.receive

    def listen(data, start_us, baud):
        if data[2:4] == b"\x01\x07":
            pvts.append(bytes(data))
        receive(data, start_us, baud)

    board.gps_uart.receive = listen
    computer.loop.run(220)
    board.gps_uart.receive = receive
    clock = bench.clock
    gps_fixes(Clock(), pvts)
    bench.flash.live = False
    activities = computer.activities
    now_ms = clock.ticks_ms()
    section("frame", lambda: activities._report(now_ms), 20)
    section("journal_write", lambda: computer.journal.write(now_ms), 10)
    # A whole second of passes, simulated chips and all: what they cost is counted with it.
    section("pass_mean", lambda: computer.loop.run(1), 100)
    for one in computer.loop.activities:
        if len(one.slots) == 10 and one.name != "gps":
            section("idle " + one.name, lambda one=one: one.run(now_ms), 50)
    gps = computer.gps
    section("idle gps", lambda: gps.poll(now_ms), 50)
    section("estimate", lambda: activities.estimate(clock.ticks_ms()), 20)


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        flight = json.load(file)
    operations()
    firmware(flight)
    print(json.dumps(sections))
