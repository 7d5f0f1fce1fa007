"""Battery volts: the supply of the logic and the supply of the cutter, each behind a divider on an ADC pin.

Source: RP2040 datasheet 4.9 (12-bit ADC; `read_u16` spreads its codes over 0 to 65535).
"""

from micropython import const

_PERIOD_MS = const(1000)
_SAMPLES = const(8)
# At the end of the scale the volts are "this or more": a number would be wrong.
_CLIPPED = const(65520)


class Battery:
    """Once a second `logic_mv` and `cutter_mv`, None where the ADC is absent or at the end of its scale; `value_ms` are
    the ticks of the newest values.

    Each divider is (numerator, denominator): pin volts * numerator / denominator = battery volts, numerator at most
    20,000 so that no step exceeds 30 bits. `reference_mv` is the ADC's full scale, 1,000 to 3,600.
    """

    def __init__(self, logic_adc, cutter_adc, clock, reference_mv, logic_divider, cutter_divider):
        for part in logic_divider + cutter_divider:
            if not 1 <= part <= 20000:
                raise ValueError("a divider is (numerator, denominator), each from 1 to 20000, not %s" % part)
        if not 1000 <= reference_mv <= 3600:
            raise ValueError("reference_mv is from 1000 to 3600, not %s" % reference_mv)
        self.logic_mv = None
        self.cutter_mv = None
        self.value_ms = None
        self._logic_adc = logic_adc
        self._cutter_adc = cutter_adc
        self._reference_mv = reference_mv
        self._logic_divider = logic_divider
        self._cutter_divider = cutter_divider
        self._diff = clock.ticks_diff
        self._add = clock.ticks_add
        self._due_ms = clock.ticks_ms()

    def poll(self, now_ms):
        """Measure when a second is over; True when there are new values."""
        late_ms = self._diff(now_ms, self._due_ms)
        if late_ms < 0:
            return False
        self._due_ms = self._add(now_ms, _PERIOD_MS - late_ms % _PERIOD_MS)
        self.measure(now_ms)
        return True

    def measure(self, now_ms):
        """Measure now, whatever the time: what volts are worth under load shows only while the load is on."""
        self.logic_mv = self._millivolts(self._logic_adc, self._logic_divider)
        self.cutter_mv = self._millivolts(self._cutter_adc, self._cutter_divider)
        self.value_ms = now_ms

    def _millivolts(self, adc, divider):
        if adc is None:
            return None
        total = 0
        for _ in range(_SAMPLES):
            code = adc.read_u16()
            if code >= _CLIPPED:
                return None
            total += code
        # Sixteenths of a millivolt at the pin: at most 57,600, so the product stays a small integer on a board.
        sixteenths = (total // _SAMPLES) * self._reference_mv >> 12
        return (sixteenths * divider[0] // divider[1] + 8) >> 4
