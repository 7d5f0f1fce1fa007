"""Air to BME280 raw words: the data sheet's compensation the other way round, in + - * / only (same bits everywhere).

Source: Bosch BST-BMP280-DS001, revision 1.14, 8.1 (double precision formulas).
"""

# The pressures at which the sensor itself clamps.
_LOWEST_PA = 30000.0
_HIGHEST_PA = 110000.0


class RawWords:
    """The 20-bit words that a chip with these calibration words (T1 T2 T3 P1 ... P9) would show."""

    def __init__(self, words):
        self._words = words
        self._temperature_c = self._raw_temperature = None

    def temperature(self, temperature_c):
        """The word nearest to a temperature."""
        if temperature_c == self._temperature_c:
            return self._raw_temperature
        t1, t2, t3 = self._words[:3]
        fine = temperature_c * 5120.0
        first = fine / t2
        # The square's part is small, so putting the result in again gains a factor of fifty each time.
        for _ in range(4):
            first = (fine - first * first * t3 / 64.0) / t2
        self._temperature_c = temperature_c
        self._raw_temperature = int((first + t1 / 1024.0) * 16384.0 + 0.5)
        return self._raw_temperature

    def pressure(self, raw_temperature, pressure_pa):
        """The word nearest to a pressure, beside this temperature word; beyond the sensor's range, that of its end."""
        if pressure_pa < _LOWEST_PA:
            pressure_pa = _LOWEST_PA
        elif pressure_pa > _HIGHEST_PA:
            pressure_pa = _HIGHEST_PA
        t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9 = self._words
        first = raw_temperature / 16384.0 - t1 / 1024.0
        fine = int(first * t2 + first * first * t3 / 64.0)
        var1 = fine / 2.0 - 64000.0
        offset = var1 * var1 * p6 / 131072.0 + var1 * p5 / 2.0 + p4 * 65536.0
        scale = (1.0 + (p3 * var1 * var1 / 524288.0 + p2 * var1) / 524288.0 / 32768.0) * p1
        # The last step of the compensation adds a few hundredths; five rounds leave less than a hundredth of a count.
        linear = pressure_pa
        for _ in range(5):
            linear = pressure_pa - (linear * linear * p9 / 2147483648.0 + linear * p8 / 32768.0 + p7) / 16.0
        return int(1048576.0 - offset / 4096.0 - linear * scale / 6250.0 + 0.5)
