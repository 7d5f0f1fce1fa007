"""For the GPS tests: a wire filled by hand, a simulated receiver with its driver, and an independent framing."""

import struct

from firmware.drivers.gps_ublox import UbloxGps
from hardware.simulated.clock import Clock
from hardware.simulated.uart import Uart
from hardware.simulated.ublox import Ublox

RECORDINGS = "../shared/data/gnss"
RMC = b"$GNRMC,090802.00,A,5327.03976,N,00214.41006,W,0.144,,220221,,,A,V*09\r\n"
GGA = b"$GNGGA,103607.00,5327.03942,N,00214.42462,W,1,06,5.88,56.0,M,48.5,M,,*64\r\n"


class Wire:
    """A UART that gives what the test put there, without allocating, and keeps what was written."""

    def __init__(self):
        self._data = bytearray(8192)
        self._at = 0
        self._end = 0
        self.written = b""
        self.rates = []

    def put(self, data):
        self._at = 0
        self._end = len(data)
        for i in range(len(data)):
            self._data[i] = data[i]

    def any(self):
        return self._end - self._at

    def readinto(self, buffer, count=None):
        size = len(buffer) if count is None else count
        assert size <= len(buffer)
        if size > self._end - self._at:
            size = self._end - self._at
        at = self._at
        data = self._data
        for i in range(size):
            buffer[i] = data[at + i]
        self._at = at + size
        return size

    def write(self, data):
        self.written += data
        return len(data)

    def init(self, baudrate=0, rxbuf=256):
        self.rates.append((baudrate, rxbuf))


def heard(pieces, settle=True):
    """A driver that has been given these pieces, one poll each, and then silence."""
    clock = Clock(wrap_in_ms=500)
    wire = Wire()
    gps = UbloxGps(wire, clock)
    for piece in pieces:
        for start in range(0, len(piece), 2048):
            wire.put(piece[start : start + 2048])
            gps.poll(clock.ticks_ms())
    if settle:
        for _ in range(12):
            clock.advance(100000)
            gps.poll(clock.ticks_ms())
    return gps


def values(gps):
    """Everything that a driver says of place and time."""
    return (
        gps.fix_type,
        gps.satellites,
        gps.latitude_e7,
        gps.longitude_e7,
        gps.altitude_mm,
        gps.north_mm_s,
        gps.east_mm_s,
        gps.down_mm_s,
        gps.ground_speed_mm_s,
        gps.course_e5,
        gps.horizontal_accuracy_mm,
        gps.vertical_accuracy_mm,
        gps.unix_s,
        gps.unix_ms_part,
    )


def ubx(message_class, message_id, payload):
    """A UBX frame, summed independently of the firmware."""
    body = bytes([message_class, message_id, len(payload) & 255, len(payload) >> 8]) + bytes(payload)
    a = sum(body) & 255
    b = sum([(len(body) - i) * body[i] for i in range(len(body))]) & 255
    return b"\xb5\x62" + body + bytes([a, b])


def pvt(length=92, **changes):
    """A NAV-PVT frame: over the Pacific at 30 km on 22 February 2021, 09:08:02.499, unless changed."""
    f = {
        "itow": 119300000,
        "year": 2021,
        "month": 2,
        "day": 22,
        "hour": 9,
        "minute": 8,
        "second": 2,
        "valid": 7,
        "nano": 499000000,
        "fix": 3,
        "flags": 1,
        "satellites": 9,
        "longitude": -1279999999,
        "latitude": -334506627,
        "height": 30056000,
        "altitude": 30012345,
        "horizontal": 2500,
        "vertical": 4100,
        "north": -12345,
        "east": 23456,
        "down": -5021,
        "speed": 26506,
        "course": 11776000,
        "invalid": 0,
    }
    for name in changes:
        assert name in f
        f[name] = changes[name]
    data = struct.pack("<IHBBB", f["itow"], f["year"], f["month"], f["day"], f["hour"])
    data += struct.pack("<BBBIi", f["minute"], f["second"], f["valid"], 25, f["nano"])
    data += struct.pack("<BBBB", f["fix"], f["flags"], 0, f["satellites"])
    data += struct.pack("<iiii", f["longitude"], f["latitude"], f["height"], f["altitude"])
    data += struct.pack("<IIiii", f["horizontal"], f["vertical"], f["north"], f["east"], f["down"])
    data += struct.pack("<iiII", f["speed"], f["course"], 300, 500000)
    data += struct.pack("<HBB", 150, f["invalid"], 0) + bytes(12)
    return ubx(1, 7, data[:length])


def nmea(body):
    """An NMEA sentence around this text."""
    total = 0
    for c in body.encode():
        total ^= c
    return b"$" + body.encode() + b"*%02X\r\n" % total


def sentences(data):
    """All valid sentences in a stream, as the standards frame them: (protocol, bytes without line end).

    Written apart from the firmware: at every byte, is there a whole sentence with a right checksum?
    """
    found = []
    at = 0
    while at < len(data):
        size = _ubx_size(data, at)
        if size:
            found.append(("ubx", data[at : at + size]))
            at += size
            continue
        size = _nmea_size(data, at)
        if size:
            found.append(("nmea", data[at : at + size]))
            at += size
            continue
        at += 1
    return found


def _ubx_size(data, at):
    if data[at : at + 2] != b"\xb5\x62" or len(data) < at + 8:
        return 0
    length = data[at + 4] + 256 * data[at + 5]
    end = at + length + 8
    if length > 1016 or end > len(data):
        return 0
    return length + 8 if ubx(data[at + 2], data[at + 3], data[at + 6 : end - 2]) == data[at:end] else 0


def _nmea_size(data, at):
    if data[at] != 36:
        return 0
    star = data.find(b"*", at)
    if star < 0 or star - at > 512 or star + 3 > len(data):
        return 0
    total = 0
    for c in data[at + 1 : star]:
        if c < 32 or c > 126 or c == 36:
            return 0
        total ^= c
    try:
        return star + 3 - at if int(data[star + 1 : star + 3], 16) == total else 0
    except ValueError:
        return 0


class State:
    pass


class World:
    """A balloon that hangs where the test says, and drifts north-east."""

    def __init__(self, altitude_m=100):
        self.altitude_m = altitude_m
        self.down_mm_s = -5000

    def at(self, now_us):
        state = State()
        state.latitude_e7 = 374216000 + now_us // 1000000 * 449
        state.longitude_e7 = 1270000000 + now_us // 1000000 * 400
        state.altitude_mm = self.altitude_m * 1000
        state.north_mm_s = 5000
        state.east_mm_s = 3500
        state.down_mm_s = self.down_mm_s
        state.unix_ms = 1790000000000 + now_us // 1000
        return state


class Rig:
    """A simulated receiver, a simulated UART, and the driver; ticks wrap half a minute after the start."""

    def __init__(self, generation=8, baud=None, altitude_m=100, **settings):
        self.clock = Clock(wrap_in_ms=30000)
        self.world = World(altitude_m)
        self.chip = Ublox(self.clock, self.world, generation, baud, **settings)
        self.uart = Uart(self.clock, self.chip)
        self.gps = UbloxGps(self.uart, self.clock)
        self.fresh = 0

    def run(self, seconds):
        """Poll at 10 Hz."""
        for _ in range(seconds * 10):
            self.clock.advance(100000)
            if self.gps.poll(self.clock.ticks_ms()):
                self.fresh += 1

    def seconds_until(self, condition, limit_s):
        """Tenths of a second until condition(gps), as seconds; None when it did not come true in time."""
        for tenth in range(limit_s * 10):
            self.clock.advance(100000)
            self.gps.poll(self.clock.ticks_ms())
            if condition(self.gps):
                return (tenth + 1) / 10
        return None
