"""What carries the payload: a latex balloon that bursts, or a film tube that vents when full and floats.

A tube of lay-flat width w has diameter 2w/pi; it floats where the weight of the
displaced air equals film, payload and gas. Parachutes fall with v0 sqrt(rho0/rho).
"""

import math

from hardware.simulated.air import SEA_LEVEL_DENSITY

_G = 9.80665
_HYDROGEN = 0.0696  # its density relative to air


class Latex:
    """Climbs at a given rate (m/s at the first payload mass) and bursts at a given height; then the parachute.

    Every kilogram let go adds its weight to the free lift; the rate follows the square root of that.
    """

    def __init__(self, ascent_m_s, burst_m, descent_m_s, payload_kg, free_lift_kg):
        self._ascent_m_s = ascent_m_s
        self._burst_m = burst_m
        self._descent_m_s = descent_m_s
        self._payload_kg = payload_kg
        self._mass_kg = payload_kg
        self._free_lift_kg = free_lift_kg
        self._first_lift_kg = free_lift_kg
        self.ended_at_m = None  # the height of burst

    def let_go(self, mass_kg):
        if self.ended_at_m is None:
            self._free_lift_kg += mass_kg
        self._mass_kg -= mass_kg

    def end(self, altitude_m):
        """Cut down or burst."""
        if self.ended_at_m is None:
            self.ended_at_m = altitude_m

    def leak(self, _per_h):
        raise ValueError("a latex balloon does not leak, it bursts: give the scenario a film tube")

    def vertical_m_s(self, altitude_m, density, _before_m_s):
        if self.ended_at_m is None:
            if altitude_m < self._burst_m:
                return self._ascent_m_s * math.sqrt(self._free_lift_kg / self._first_lift_kg)
            self.end(altitude_m)
        fall = self._descent_m_s * math.sqrt(SEA_LEVEL_DENSITY / density * self._mass_kg / self._payload_kg)
        below = self.ended_at_m - altitude_m
        if below < 2500.0:
            # The wreck and the lines tangle at first: up to a third faster than the canopy alone.
            fall = fall * (1.33 - 0.33 * below / 2500.0)
        return -fall


class FilmTube:
    """A tube of polyethylene film, hydrogen inside, open when full: it vents, floats, leaks, climbs again."""

    def __init__(self, length_m, lay_flat_m, film_kg, payload_kg, free_lift_kg, leak_per_h, torn_descent_m_s):
        diameter_m = 2.0 * lay_flat_m / 3.141592653589793
        self._area_m2 = 0.7853981633974483 * diameter_m * diameter_m
        # The gathered ends hold little: four fifths of a diameter of the length are lost to them.
        self._volume_m3 = self._area_m2 * (length_m - 0.8 * diameter_m)
        self._solid_kg = film_kg + payload_kg
        self._gas_kg = (self._solid_kg + free_lift_kg) * _HYDROGEN / (1.0 - _HYDROGEN)
        self._leak_per_s = leak_per_h / 3600.0
        self._torn_descent_m_s = torn_descent_m_s
        self.ended_at_m = None

    def let_go(self, mass_kg):
        self._solid_kg -= mass_kg

    def end(self, altitude_m):
        """The rip line opens the tube."""
        if self.ended_at_m is None:
            self.ended_at_m = altitude_m

    def leak(self, per_h):
        """From now on it loses so much of its gas in an hour."""
        self._leak_per_s = per_h / 3600.0

    def vertical_m_s(self, _altitude_m, density, before_m_s):
        if self.ended_at_m is not None:
            return -self._torn_descent_m_s * math.sqrt(SEA_LEVEL_DENSITY / density)
        self._gas_kg -= self._gas_kg * self._leak_per_s
        full_kg = self._volume_m3 * density * _HYDROGEN
        if self._gas_kg > full_kg:
            self._gas_kg = full_kg
        displaced_kg = self._gas_kg / _HYDROGEN
        lift_kg = displaced_kg - self._gas_kg - self._solid_kg
        if lift_kg >= 0.0:
            speed = math.sqrt(2.0 * lift_kg * _G / (density * 0.8 * self._area_m2))
        else:
            speed = -math.sqrt(-2.0 * lift_kg * _G / (density * 0.8 * self._area_m2))
        # The mass of the air that moves along makes it slow to answer.
        return before_m_s + (speed - before_m_s) * 0.2
