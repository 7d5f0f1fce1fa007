"""Air to BME280 raw words: the data sheet's compensation the other way round, in + - * / only (same bits everywhere).

Source: Bosch BST-BMP280-DS001, revision 1.14, 8.1 (double precision formulas). They are three polynomials: fine
temperature of the temperature word, offset and scale of the fine temperature, and a small bend of the pressure itself.
"""

# The pressures at which the sensor itself clamps.
_LOWEST_PA = 30000.0
_HIGHEST_PA = 110000.0


class RawWords:
    """The 20-bit words that a chip with these calibration words (T1 T2 T3 P1 ... P9) would show."""

    def __init__(self, words):
        t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9 = words
        self._fine = t1 / 1024.0, float(t2), t3 / 64.0
        # In words of the converter, on half the fine temperature less 64000. No literal beyond 2**31: the interpreters
        # do not read all of those alike.
        self._offset = 1048576.5 - p4 * 16.0, p5 / 8192.0, p6 / 16384.0 / 32768.0
        # words for a Pa
        scale = p1 / 6250.0
        self._scale = scale, scale * p2 / 32768.0 / 524288.0, scale * p3 / 32768.0 / 524288.0 / 524288.0
        # Pa that the last step adds
        self._bend = p7 / 16.0, p8 / 524288.0, p9 / 1048576.0 / 32768.0
        self._temperature_c = self._raw_temperature = None

    def temperature(self, temperature_c):
        """The word nearest to a temperature."""
        if temperature_c == self._temperature_c:
            return self._raw_temperature
        zero, linear, square = self._fine
        fine = temperature_c * 5120.0
        first = fine / linear
        # The square's part is small, so putting the result in again gains a factor of fifty each time.
        for _ in range(4):
            first = (fine - first * first * square) / linear
        self._temperature_c = temperature_c
        self._raw_temperature = int((first + zero) * 16384.0 + 0.5)
        return self._raw_temperature

    def pressure(self, raw_temperature, pressure_pa):
        """The word nearest to a pressure, beside this temperature word; beyond the sensor's range, that of its end."""
        if pressure_pa < _LOWEST_PA:
            pressure_pa = _LOWEST_PA
        elif pressure_pa > _HIGHEST_PA:
            pressure_pa = _HIGHEST_PA
        warmth = self._warmth(raw_temperature)
        zero, linear, square = self._offset
        offset = zero - (linear + square * warmth) * warmth
        zero, linear, square = self._scale
        return int(offset - self._unbent(pressure_pa) * (zero + (linear + square * warmth) * warmth))

    def _warmth(self, raw_temperature):
        zero, linear, square = self._fine
        first = raw_temperature / 16384.0 - zero
        return int((linear + first * square) * first) / 2.0 - 64000.0

    def _unbent(self, pressure_pa):
        # At most 2 % are to be taken off: after two of Newton's steps less than a thousandth of a word is wrong.
        zero, linear, square = self._bend
        slope = 1.0 + linear + 2.0 * square * pressure_pa
        unbent = pressure_pa - (zero + (linear + square * pressure_pa) * pressure_pa) / slope
        return unbent - (zero + (linear + 1.0 + square * unbent) * unbent - pressure_pa) / slope
