"""The world around the board: where it is, how it moves, what the air is; one step a second, asked by the chips."""

import math

from hardware.simulated.air import Air
from hardware.simulated.random_source import RandomSource

_E7_PER_M = 89.83204953368922  # 1e7 degrees of latitude over 111,318.85 m
_STEP_US = 1000000


class World:
    """What every world has. `at(now_us)` brings it to the last whole second and returns itself.

    latitude_e7 longitude_e7 altitude_mm north_mm_s east_mm_s down_mm_s unix_ms are integers;
    pressure_pa and temperature_c are floats. `aloft` is true between lift-off and landing.
    """

    def __init__(self, start_unix_ms):
        self._air = Air()
        self._start_unix_ms = start_unix_ms
        self._next_us = 0
        self.latitude_e7 = 0
        self.longitude_e7 = 0
        self.altitude_mm = 0
        self.north_mm_s = 0
        self.east_mm_s = 0
        self.down_mm_s = 0
        self.pressure_pa = 0.0
        self.temperature_c = 0.0
        self.unix_ms = start_unix_ms
        self.launched_us = None
        self.apex_mm = -1000000
        self.apex_us = 0
        self.descending_us = None  # burst, ripped or cut down
        self.landed_us = None
        self.aloft = False

    def at(self, now_us):
        while now_us >= self._next_us:
            self._step(self._next_us)
            self._next_us += _STEP_US
        return self

    def _step(self, at_us):
        self.unix_ms = self._start_unix_ms + at_us // 1000
        self.move(at_us)
        if self.altitude_mm > self.apex_mm:
            self.apex_mm = self.altitude_mm
            self.apex_us = at_us
        air = self._air
        air.look(self.altitude_mm / 1000.0)
        self.pressure_pa = air.pressure_pa
        self.temperature_c = air.temperature_k - 273.15

    def move(self, at_us):
        """One second's motion; each world its own."""

    def let_go(self, mass_kg):
        """Something of this mass no longer hangs on the balloon."""

    def cut_down(self):
        """The flight line or the rip line is cut."""

    def leak(self, per_mille_h):
        """The envelope loses so much of its gas in an hour from now on."""
        raise ValueError("this world has no envelope that leaks: give the scenario a film tube")

    def carry(self, start_us, end_us, up_m):
        """Somebody drives the payload up a hill of up_m and back, in thirds: up, there, down."""
        raise ValueError("a recorded world goes its own way: nobody can carry the payload in it")


class BalloonWorld(World):
    """A balloon released from a pad into a table of winds.

    winds: rows of (altitude m, east m/s, north m/s), rising; between rows linear, beyond the ends constant.
    """

    def __init__(self, envelope, pad, ground_m, winds, launch_us, start_unix_ms, seed):
        World.__init__(self, start_unix_ms)
        self._envelope = envelope
        self._pad_latitude_e7, self._pad_longitude_e7, self._altitude_m = pad
        self._ground_m = ground_m
        self._winds = winds
        self._wind_row = 0
        self._launch_us = launch_us
        self._random = RandomSource(seed)
        self._bob_m = 0.0
        self._gust_east = 0.0
        self._gust_north = 0.0
        self._east_m = 0.0
        self._north_m = 0.0
        self._vertical_m_s = 0.0
        self._carried = None
        self._e7_per_m_east = _E7_PER_M / math.cos(self._pad_latitude_e7 * 1.7453292519943295e-09)
        self.latitude_e7 = self._pad_latitude_e7
        self.longitude_e7 = self._pad_longitude_e7
        self.altitude_mm = int(self._altitude_m * 1000.0)

    def let_go(self, mass_kg):
        self._envelope.let_go(mass_kg)

    def cut_down(self):
        self._envelope.end(self._altitude_m)

    def leak(self, per_mille_h):
        self._envelope.leak(per_mille_h / 1000.0)

    def carry(self, start_us, end_us, up_m):
        self._carried = (start_us, end_us, up_m)

    def _be_carried(self, at_us):
        """On a road that rises by one in eight, to the east."""
        start_us, end_us, up_m = self._carried
        passed_s = (at_us - start_us) // _STEP_US
        third_s = (end_us - start_us) // 3 // _STEP_US
        up_mm_s = up_m * 1000 // third_s
        if passed_s < third_s:
            up_mm = up_mm_s * passed_s
        elif passed_s < 2 * third_s:
            up_mm = up_mm_s * third_s
            up_mm_s = 0
        else:
            up_mm = up_mm_s * (3 * third_s - passed_s)
            up_mm_s = -up_mm_s
        if up_mm <= 0 and passed_s > 0:
            up_mm = up_mm_s = 0
            self._carried = None
        self.altitude_mm = int(self._altitude_m * 1000.0) + up_mm
        self.down_mm_s = -up_mm_s
        self.east_mm_s = 8 * up_mm_s
        self.longitude_e7 = self._pad_longitude_e7 + int(up_mm * 8 * self._e7_per_m_east) // 1000

    def move(self, at_us):
        if not self.aloft:
            if at_us < self._launch_us or self.landed_us is not None:
                if self._carried is not None and at_us >= self._carried[0]:
                    self._be_carried(at_us)
                return
            self.aloft = True
            self.launched_us = at_us
        altitude_m = self._altitude_m
        self._vertical_m_s = self._envelope.vertical_m_s(altitude_m, self._air.density, self._vertical_m_s)
        if self.descending_us is None and self._envelope.ended_at_m is not None:
            self.descending_us = at_us
        # One draw a second makes three numbers from -512 to 511.
        noise = self._random.bits32()
        # Up and down by half a metre, not further and further: a tube that is full would vent by it.
        bob_m = ((noise & 1023) - 512) / 1000.0
        vertical_m_s = self._vertical_m_s + bob_m - self._bob_m
        self._bob_m = bob_m
        altitude_m += vertical_m_s
        east, north = self._wind(altitude_m)
        self._gust_east += ((noise >> 10 & 1023) - 512) / 1200.0 - self._gust_east * 0.05
        self._gust_north += ((noise >> 20 & 1023) - 512) / 1200.0 - self._gust_north * 0.05
        east += self._gust_east
        north += self._gust_north
        if altitude_m <= self._ground_m and self._vertical_m_s < 0.0:
            altitude_m = float(self._ground_m)
            east = north = vertical_m_s = 0.0
            self.aloft = False
            self.landed_us = at_us
        self._altitude_m = altitude_m
        self._east_m += east
        self._north_m += north
        self.altitude_mm = int(altitude_m * 1000.0)
        self.north_mm_s = int(north * 1000.0)
        self.east_mm_s = int(east * 1000.0)
        self.down_mm_s = int(vertical_m_s * -1000.0)
        self.latitude_e7 = self._pad_latitude_e7 + int(self._north_m * _E7_PER_M)
        longitude_e7 = self._pad_longitude_e7 + int(self._east_m * self._e7_per_m_east)
        if longitude_e7 > 1800000000:
            longitude_e7 -= 3600000000
        elif longitude_e7 < -1800000000:
            longitude_e7 += 3600000000
        self.longitude_e7 = longitude_e7

    def _wind(self, altitude_m):
        winds = self._winds
        row = self._wind_row
        while row + 2 < len(winds) and altitude_m >= winds[row + 1][0]:
            row += 1
        while row > 0 and altitude_m < winds[row][0]:
            row -= 1
        self._wind_row = row
        low_m, low_east, low_north = winds[row]
        high_m, high_east, high_north = winds[row + 1]
        part = (altitude_m - low_m) / (high_m - low_m)
        if part < 0.0:
            part = 0.0
        elif part > 1.0:
            part = 1.0
        return low_east + (high_east - low_east) * part, low_north + (high_north - low_north) * part
