"""Once warm, reading a fix allocates nothing, whatever the protocol."""

import sys

import micropython

from firmware.drivers.gps_ublox import UbloxGps
from tests.portable.gps_rig import Wire, nmea, pvt, ubx
from tests.skip import SkipTest

# On 32 bits an integer from 2**30 on lives on the heap: longitudes beyond 107 degrees do, these do not.
LONGITUDE_E7 = 1070000000


def locked_polls(streams, step_ms=100):
    """Poll once for each stream with the heap locked. Returns how many polls were fresh."""
    clock = StillClock()
    wire = Wire()
    gps = UbloxGps(wire, clock)
    fresh = 0
    # Warm: names looked up once, the rate set, and the set-up has changed to its other plan, which it makes on the heap
    # when the first plan goes unanswered for 3 s. From then on it is idle or sends, and allocates nothing either.
    for _ in range(2):
        for data in streams:
            wire.put(data)
            gps.poll(clock.ms)
            clock.ms = (clock.ms + step_ms) & 0x3FFFFFFF
    gps.epoch = gps.rmc_epoch = gps.gga_epoch = -1
    wire.write = len
    for data in streams:
        wire.put(data)
        micropython.heap_lock()
        try:
            result = gps.poll(clock.ms)
            gps.quiet_ms(clock.ms)
        finally:
            micropython.heap_unlock()
        fresh += result
        clock.ms = (clock.ms + step_ms) & 0x3FFFFFFF
    return fresh, gps


class StillClock:
    """Board ticks without the big integers of the simulated clock. They wrap in the course of the test."""

    def __init__(self):
        self.ms = (1 << 30) - 700

    def ticks_diff(self, a, b):
        # Kept inside 31 bits, as a board's own does it in C.
        difference = a - b
        if difference >= 0x20000000:
            return difference - 0x3FFFFFFF - 1
        if difference < -0x20000000:
            return difference + 0x3FFFFFFF + 1
        return difference

    def ticks_add(self, a, delta):
        total = a - 0x3FFFFFFF - 1 + delta
        return total + 0x3FFFFFFF + 1 if total < 0 else total


def test_the_lock_would_notice_an_allocation():
    if sys.implementation.name != "micropython":
        raise SkipTest("only MicroPython can lock its heap")
    numbers = (1, 2)
    noticed = False
    micropython.heap_lock()
    try:
        numbers = [numbers]
    except MemoryError:
        noticed = True
    finally:
        micropython.heap_unlock()
    assert noticed


def test_nav_pvt_allocates_nothing():
    streams = [pvt(itow=119300000 + i * 1000, second=i, longitude=LONGITUDE_E7, nano=-1000 * i) for i in range(20)]
    fresh, gps = locked_polls(streams)
    assert fresh == 20 and gps.longitude_e7 == LONGITUDE_E7 and gps.time_valid


def test_nmea_allocates_nothing():
    streams = []
    for i in range(20):
        clock = "0908%02d.00" % i
        place = "3750.12345,S,10654.54321,W"
        data = nmea("GNRMC,%s,A,%s,022.4,084.4,220221,,,A" % (clock, place))
        data += nmea("GNGGA,%s,%s,1,08,0.9,31545.4,M,46.9,M,," % (clock, place))
        data += nmea("GNGSA,A,3,80,71,73,79,69,,,,,,,,1.83,1.09,1.47")
        data += nmea("GPGSV,3,3,11,22,42,067,42,24,14,311,43,27,05,244,00")
        streams.append(data)
    fresh, gps = locked_polls(streams)
    assert fresh == 20 and gps.longitude_e7 == -1069090535 and gps.altitude_mm == 31545400


def test_cut_damaged_and_foreign_sentences_allocate_nothing():
    whole = b"".join([pvt(itow=i, longitude=LONGITUDE_E7) + ubx(5, 1, b"\x06\x24") for i in range(10)])
    whole = whole[:400] + b"\xb5\x62\x01\x07\x60\x00$GP" + whole[405:]
    streams = [whole[i : i + 37] for i in range(0, len(whole), 37)]
    fresh, gps = locked_polls(streams)
    assert fresh >= 8 and gps.sentences_bad > 0


def test_an_invalid_solution_allocates_nothing():
    streams = [pvt(itow=i, flags=0, fix=0, valid=0, horizontal=0xFFFFFFFF) for i in range(20)]
    fresh, gps = locked_polls(streams)
    assert fresh == 20 and gps.fix_type == 0
