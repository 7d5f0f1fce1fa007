"""Where the balloon has been: a place a second for the last ten minutes, and one every 30 s for the last three hours.

A place takes 6 bytes: the lowest 17 bits of latitude and 19 of longitude, in steps, and 12 bits of altitude in 10 m
as in protocol/history.py. It is resolved by the nearest to the newest place; that is right as long as nothing moves
faster than 120 m/s for ten minutes or 65 m/s for three hours.
"""

import struct

from micropython import const

from firmware.protocol import history

FINE_S = const(610)
COARSE_EVERY_S = const(30)
_COARSE_PLACES = const(360)
_FINE_STEP_E7 = const(200)
_COARSE_STEP_E7 = const(1000)
_LATITUDE_BITS = const(17)
_LONGITUDE_BITS = const(19)
_PLACE_BYTES = const(6)
_FORMAT = "<HHH"
_HALF_TURN_E7 = 1800000000
# A loop that beats at the half of a second shall neither leave a second out nor name one twice.
_SLACK_MS = const(700)


class Way:
    """`note` once a second with a fresh fix; `at` gives what was noted for a second of mission time, or None."""

    def __init__(self):
        self.newest_s = None
        self._latitude_e7 = 0
        self._longitude_e7 = 0  # goes on over the date line
        self._fine = _Ring(FINE_S, _FINE_STEP_E7)
        self._coarse = _Ring(_COARSE_PLACES, _COARSE_STEP_E7)

    def note(self, mission_ms, latitude_e7, longitude_e7, altitude_m):
        second = (mission_ms + 500) // 1000
        if self.newest_s is not None:
            if abs(mission_ms - (self.newest_s + 1) * 1000) <= _SLACK_MS:
                second = self.newest_s + 1
            while abs(longitude_e7 - self._longitude_e7) > _HALF_TURN_E7:
                longitude_e7 = history.near_by(longitude_e7, self._longitude_e7)
        self.newest_s = second
        self._latitude_e7 = latitude_e7
        self._longitude_e7 = longitude_e7
        self._fine.note(second, latitude_e7, longitude_e7, altitude_m)
        if second % COARSE_EVERY_S == 0:
            self._coarse.note(second // COARSE_EVERY_S, latitude_e7, longitude_e7, altitude_m)

    def at(self, second):
        """(latitude_e7, longitude_e7, altitude_m) in that second, to the middle of a step; None: not known any more."""
        place = self._fine.at(second, self._latitude_e7, self._longitude_e7)
        if place is None and second % COARSE_EVERY_S == 0:
            place = self._coarse.at(second // COARSE_EVERY_S, self._latitude_e7, self._longitude_e7)
        if place is None:
            return None
        latitude_e7, longitude_e7, altitude_m = place
        while abs(longitude_e7) > _HALF_TURN_E7:
            longitude_e7 = history.near_by(longitude_e7, 0)
        return latitude_e7, longitude_e7, altitude_m

    def oldest_s(self):
        """Before this second nothing is known."""
        return max(((self.newest_s or 0) // COARSE_EVERY_S - _COARSE_PLACES + 1) * COARSE_EVERY_S, 0)


class _Ring:
    """The places of the last `count` numbers up to the newest: what was skipped is blank, so no old lap shows."""

    def __init__(self, count, step_e7):
        self._count = count
        self._step_e7 = step_e7
        self._places = bytearray(count * _PLACE_BYTES)
        self._newest = None

    def note(self, number, latitude_e7, longitude_e7, altitude_m):
        newest = self._newest
        if newest is None or not 0 <= number - newest < self._count:
            newest = number - self._count
        for skipped in range(newest + 1, number):
            self._put(skipped, 0, 0, history.UNKNOWN_ALTITUDE)
        self._newest = number
        x = latitude_e7 // self._step_e7 & (1 << _LATITUDE_BITS) - 1
        y = longitude_e7 // self._step_e7 & (1 << _LONGITUDE_BITS) - 1
        self._put(number, x, y, history.altitude_code(altitude_m))

    def _put(self, number, x, y, altitude):
        at = number % self._count * _PLACE_BYTES
        struct.pack_into(_FORMAT, self._places, at, x & 0xFFFF, x >> 16 | (y & 0x7FFF) << 1, y >> 15 | altitude << 4)

    def at(self, number, near_latitude_e7, near_longitude_e7):
        if self._newest is None or not self._newest - self._count < number <= self._newest:
            return None
        low, middle, high = struct.unpack_from(_FORMAT, self._places, number % self._count * _PLACE_BYTES)
        if high >> 4 == history.UNKNOWN_ALTITUDE:
            return None
        return (
            self._nearest(low | (middle & 1) << 16, _LATITUDE_BITS, near_latitude_e7),
            self._nearest(middle >> 1 | (high & 15) << 15, _LONGITUDE_BITS, near_longitude_e7),
            history.LOWEST_M + (high >> 4) * history.STEP_M,
        )

    def _nearest(self, code, bits, near_e7):
        step_e7 = self._step_e7
        near = near_e7 // step_e7
        half = 1 << bits - 1
        return (near + ((code - near + half) & 2 * half - 1) - half) * step_e7 + step_e7 // 2
