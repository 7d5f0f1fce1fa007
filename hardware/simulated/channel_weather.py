"""When a channel is good and when bad, from a seed and the time alone: whoever sends and how often changes nothing."""

from hardware.simulated.random_source import RandomSource

_EIGHTHS = 8


def drawn_ms(random, mean_ms):
    """A length of about mean_ms, as often short as long, in eighths of the mean (geometric: what was is forgotten)."""
    eighth_ms = mean_ms // _EIGHTHS or 1
    length_ms = random.below(eighth_ms) + 1
    while random.below(_EIGHTHS):
        length_ms += eighth_ms
    return length_ms


class Spells:
    """Good and bad spells in turn, the first a good one. `bad(now_us)` is asked with times that never run back."""

    def __init__(self, seed, good_ms, least_ms, mean_ms, most_ms=None):
        """good_ms: mean of the good ones, 0: all is good. A bad one: least_ms and so much more that mean_ms is mean."""
        self._random = RandomSource(seed)
        self._good_ms = good_ms
        self._least_ms = least_ms
        self._more_ms = mean_ms - least_ms
        self._most_ms = most_ms
        self._bad = False
        self._until_us = drawn_ms(self._random, good_ms) * 1000 if good_ms else None

    def bad(self, now_us):
        if self._until_us is None:
            return False
        while now_us >= self._until_us:
            self._bad = not self._bad
            self._until_us += self._length_ms() * 1000
        return self._bad

    def _length_ms(self):
        if not self._bad:
            return drawn_ms(self._random, self._good_ms)
        length_ms = self._least_ms + drawn_ms(self._random, self._more_ms)
        if self._most_ms is not None and length_ms > self._most_ms:
            # As likely anywhere: a heap at the longest would be a length of its own.
            length_ms = self._least_ms + self._random.below(self._most_ms - self._least_ms)
        return length_ms


class Distance:
    """How much of 1000 frames is lost by distance and horizon. pad: (latitude e7, longitude e7, m), where we listen."""

    _E7_PER_KM = 89932

    def __init__(self, world, pad, reach_km):
        self._world = world
        self._latitude_e7, self._longitude_e7 = pad[0], pad[1]
        self._ground_mm = pad[2] * 1000
        self._reach_km = reach_km
        degrees = abs(pad[0]) // 10000000
        # Bhaskara's cosine, in thousandths; right within 0.2 per cent.
        self._cosine = (32400 - 4 * degrees * degrees) * 1000 // (32400 + degrees * degrees)

    def loss(self, now_us):
        place = self._world.at(now_us)
        north_km = (place.latitude_e7 - self._latitude_e7) // self._E7_PER_KM
        east_km = (place.longitude_e7 - self._longitude_e7) * self._cosine // (self._E7_PER_KM * 1000)
        square = north_km * north_km + east_km * east_km
        if square >= self._reach_km * self._reach_km or self._below_horizon(square, place.altitude_mm):
            return 1000
        half = self._reach_km // 2
        if square <= half * half:
            return 0
        return (square - half * half) * 1000 // (self._reach_km * self._reach_km - half * half)

    def _below_horizon(self, square, altitude_mm):
        """An antenna 5 m high sees 9 km, one at h m 4.12 km times the root of h; the air bends a little (4/3 earth)."""
        distance_km = 0
        while (distance_km + 1) * (distance_km + 1) <= square:
            distance_km += 1
        beyond_km = distance_km - 9
        height_m = (altitude_mm - self._ground_mm) // 1000
        return beyond_km > 0 and beyond_km * beyond_km > 17 * (height_m if height_m > 0 else 0)
