"""Where the balloon is, as far as that is to be trusted, and in which of the mission's areas: one is judged a pass."""

from array import array

from micropython import const

from firmware.areas import INSIDE, ON_EDGE, Shape
from firmware.protocol.mission_plan import KEEP_OUT

_FRESH_MS = const(5000)
# What comes sooner is the other sentence of the same second, or was read late: it says nothing of a speed.
_SPACING_MS = const(700)
# Fixes must have agreed with each other for so long before one is believed: at first, after an outage, after a jump.
_SETTLE_MS = const(3000)
_SUSPECT_MS = const(60000)
_REMEMBERED_MS = const(3600000)  # after an outage of an hour any place is as likely as another
_FASTEST_M_S = const(100)
_NOISE_M = const(30)

_NEAR_E7 = const(6000)  # less than 95 m anywhere: in 700 ms that is slow enough
_METRE_E7 = const(90)  # 1e-7 degree of latitude
# cos 0, cos 5, ... cos 90 degrees, in parts of 255
_COSINES = b"\xff\xfe\xfb\xf6\xf0\xe7\xdd\xd1\xc3\xb4\xa4\x92\x80\x6c\x57\x42\x2c\x16\x00"
_small = array("i", [0])  # see firmware/areas.py


class Position:
    """`inside`: a bit for each area of the mission, all of them of the place latitude_e7, longitude_e7 at the tick
    place_ms. A place on an edge is inside a keep-out and outside a keep-in.

    `suspect`: a fix was where no balloon could have flown to; true until fixes have agreed with each other for 60 s.
    """

    def __init__(self, clock, measurements, areas=()):
        """areas: the mission's. Their corners are copied: `points` may be let go of."""
        self._ticks_diff = clock.ticks_diff
        self._measurements = measurements
        self._shapes = tuple([Shape(area.points) for area in areas])
        self._keep_outs = 0
        for index in range(len(areas)):
            if areas[index].kind == KEEP_OUT:
                self._keep_outs |= 1 << index
        self.inside = 0
        self.latitude_e7 = None
        self.longitude_e7 = None
        self.place_ms = None
        self.suspect = False
        # The newest fix; the fixes since `since` each agree with the one before.
        self._new_latitude_e7 = 0
        self._new_longitude_e7 = 0
        self._new_ms = None
        self._since_ms = 0
        self._believed = False
        # The newest fix that was believed.
        self._last_latitude_e7 = 0
        self._last_longitude_e7 = 0
        self._last_ms = None
        # The fix that is being judged, and the next area's index; -1: none.
        self._judged_latitude_e7 = 0
        self._judged_longitude_e7 = 0
        self._judged_ms = None
        self._judged_inside = 0
        self._at = -1

    def known(self, now_ms):
        """Whether `inside` may be built upon: of a place at most 5 s old that is neither suspect nor frozen."""
        if not self._believed or self.place_ms is None:
            return False
        return 0 <= self._ticks_diff(now_ms, self.place_ms) <= _FRESH_MS

    def take(self, now_ms):
        """On every new fix, after measurements.take_fix."""
        measured = self._measurements
        fix_ms = measured.fix_ms
        if fix_ms is None or measured.fix_type < 2 or not 0 <= self._ticks_diff(now_ms, fix_ms) <= _FRESH_MS:
            return
        if measured.frozen(now_ms):
            self._believed = False
            self._new_ms = None
            return
        new_ms = self._new_ms
        if new_ms is None or not 0 <= self._ticks_diff(fix_ms, new_ms) < _SPACING_MS:
            self._weigh(measured.latitude_e7, measured.longitude_e7, fix_ms)

    def _weigh(self, latitude_e7, longitude_e7, fix_ms):
        if not self._goes_on(latitude_e7, longitude_e7, fix_ms):
            self._believed = False
            self._since_ms = fix_ms
            if not self._reachable(latitude_e7, longitude_e7, fix_ms):
                self.suspect = True
        self._new_latitude_e7 = latitude_e7
        self._new_longitude_e7 = longitude_e7
        self._new_ms = fix_ms
        if not self._believed:
            if self._ticks_diff(fix_ms, self._since_ms) < (_SUSPECT_MS if self.suspect else _SETTLE_MS):
                return
            self._believed = True
            self.suspect = False
        self._last_latitude_e7 = latitude_e7
        self._last_longitude_e7 = longitude_e7
        self._last_ms = fix_ms
        if self._at < 0:
            self._begin()

    def _goes_on(self, latitude_e7, longitude_e7, fix_ms):
        """Whether a fix agrees with the one before it."""
        if self._new_ms is None:
            return False
        passed_ms = self._ticks_diff(fix_ms, self._new_ms)
        if not 0 <= passed_ms <= _FRESH_MS:
            return False
        if (
            -_NEAR_E7 <= latitude_e7 - self._new_latitude_e7 <= _NEAR_E7
            and -_NEAR_E7 <= longitude_e7 - self._new_longitude_e7 <= _NEAR_E7
        ):
            return True
        return within(
            self._new_latitude_e7, self._new_longitude_e7, latitude_e7, longitude_e7, _reach_m(passed_ms) + _NOISE_M
        )

    def _reachable(self, latitude_e7, longitude_e7, fix_ms):
        """Whether a balloon could have come here from the last place that was believed."""
        if self._last_ms is None:
            return True
        passed_ms = self._ticks_diff(fix_ms, self._last_ms)
        if not 0 <= passed_ms <= _REMEMBERED_MS:
            return True
        return within(
            self._last_latitude_e7, self._last_longitude_e7, latitude_e7, longitude_e7, _reach_m(passed_ms) + _NOISE_M
        )

    def work(self, now_ms):
        """Ten times a second: judge one area; the verdicts of all of them become known together."""
        at = self._at
        if at < 0:
            return
        verdict = self._shapes[at].look(self._judged_latitude_e7, self._judged_longitude_e7)
        if verdict == INSIDE or (verdict == ON_EDGE and self._keep_outs >> at & 1):
            self._judged_inside |= 1 << at
        at += 1
        self._at = at
        if at == len(self._shapes):
            self._publish()
            if self._believed and self._last_ms != self._judged_ms:
                self._begin()

    def _begin(self):
        self._judged_latitude_e7 = self._last_latitude_e7
        self._judged_longitude_e7 = self._last_longitude_e7
        self._judged_ms = self._last_ms
        self._judged_inside = 0
        self._at = 0
        if not self._shapes:
            self._publish()

    def _publish(self):
        self._at = -1
        self.inside = self._judged_inside
        self.latitude_e7 = self._judged_latitude_e7
        self.longitude_e7 = self._judged_longitude_e7
        self.place_ms = self._judged_ms


def _reach_m(passed_ms):
    return passed_ms * _FASTEST_M_S // 1000


def within(latitude_a, longitude_a, latitude_b, longitude_b, most_m):
    """Whether two places (1e-7 degree) are at most this far apart, at most 400 km; right to a few parts in a hundred.

    North of 80 degrees, and south of it, places more than 19 degrees of longitude apart are never within anything.
    """
    north_m = abs(latitude_b - latitude_a) // _METRE_E7
    east = abs(longitude_b - longitude_a)
    if east > 1800000000:
        east = 3600000000 - east
    _small[0] = east
    east_m = _small[0] // _METRE_E7
    if north_m > most_m or east_m > 2097151:
        return False
    latitude_cdeg = abs(latitude_a) // 100000
    row = latitude_cdeg // 500
    cosine = _COSINES[row]
    if row < 18:
        cosine -= (cosine - _COSINES[row + 1]) * (latitude_cdeg % 500) // 500
    east_m = east_m * cosine // 255
    if east_m > most_m:
        return False
    while most_m > 16383:  # the squares below must stay small integers
        most_m >>= 1
        north_m >>= 1
        east_m >>= 1
    return north_m * north_m + east_m * east_m <= most_m * most_m
