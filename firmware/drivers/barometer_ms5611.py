"""MS5611 barometer: 24-bit readings in two steps, integers throughout.

Source: TE Connectivity ENG_DS_MS5611-01BA03 B3 (commands, figures 2 and 3); AN520 (CRC-4 of the PROM).
"""

from micropython import const

from firmware.protocol.faults import (
    BAROMETER_CALIBRATION,
    BAROMETER_FROZEN,
    BAROMETER_RANGE,
    BAROMETER_SKIPPED_SAMPLE,
    BAROMETER_STUCK_BUS,
    DeviceFault,
)

_CMD_RESET = b"\x1e"
_CMD_ADC_READ = b"\x00"
_CMD_CONVERT_D1 = b"\x48"  # pressure, oversampling 4096
_CMD_CONVERT_D2 = b"\x58"  # temperature, oversampling 4096
_CMD_PROM_READ = const(0xA0)

_PERIOD_MS = const(1000)
_RESET_MS = const(10)  # the PROM reloads in 2.8 ms
_CONVERSION_MS = const(11)  # at most 9.04 ms, and two ticks may be almost a millisecond less apart than they say
_LOWEST_PA = const(1000)
_HIGHEST_PA = const(120000)
_LOWEST_CC = const(-4000)
_HIGHEST_CC = const(8500)
# The last bits of 24 are noise: a working chip does not repeat both words even twice.
_FROZEN_AFTER = const(10)

_DOWN = const(0)
_RESET = const(1)
_IDLE = const(2)
_CONVERTING_D1 = const(3)
_CONVERTING_D2 = const(4)


class Ms5611:
    """One value a second: `pressure_pa` (1,000 to 120,000) and `temperature_cc` (-4,000 to 8,500 hundredths of a
    degree), None where not valid; `value_ms` are the ticks of the newest valid pressure.
    """

    def __init__(self, i2c, address, clock):
        self.pressure_pa = None
        self.temperature_cc = None
        self.value_ms = None
        self._i2c = i2c
        self._address = address
        self._diff = clock.ticks_diff
        self._add = clock.ticks_add
        self._due_ms = clock.ticks_ms()
        self._next_ms = self._due_ms
        self._state = _DOWN
        self._command = bytearray(1)
        self._word = bytearray(2)
        self._adc = bytearray(3)
        self._prom = [0] * 8
        self._d1 = self._last_d1 = self._last_d2 = self._repeats = 0
        self._in_range = True

    def poll(self, now_ms):
        """Do the step that is due; True when there is a new pressure.

        Raises OSError when the bus refuses, DeviceFault when the chip talks nonsense: both leave the values None, and
        the chip is started afresh a second later.
        """
        late_ms = self._diff(now_ms, self._due_ms)
        if late_ms < 0:
            return False
        return self._guard(now_ms, late_ms)

    def _guard(self, now_ms, late_ms):
        # Apart from poll: a function with a try takes its frame from the heap, and most polls end before this.
        state = self._state
        self._state = _DOWN
        try:
            return self._step(state, now_ms, late_ms)
        except (OSError, DeviceFault) as fault:
            self.pressure_pa = None
            self.temperature_cc = None
            raise fault

    def _step(self, state, now_ms, late_ms):
        if state == _CONVERTING_D1:
            self._due_ms = self._next_ms
            self._d1 = self._read_adc()
            self._send(_CMD_CONVERT_D2, now_ms, _CONVERSION_MS, _CONVERTING_D2)
        elif state == _CONVERTING_D2:
            self._due_ms = self._next_ms
            return self._finish(self._read_adc(), now_ms)
        elif state == _DOWN:
            self._due_ms = self._add(now_ms, _PERIOD_MS)
            self._send(_CMD_RESET, now_ms, _RESET_MS, _RESET)
        else:
            if state == _RESET:
                late_ms = 0
            self._due_ms = self._next_ms = self._add(now_ms, _PERIOD_MS - late_ms % _PERIOD_MS)
            if state == _RESET:
                self._read_prom()
            self._send(_CMD_CONVERT_D1, now_ms, _CONVERSION_MS, _CONVERTING_D1)
        return False

    def _send(self, command, now_ms, wait_ms, state):
        self._i2c.writeto(self._address, command)
        self._due_ms = self._add(now_ms, wait_ms)
        self._state = state

    def _read_adc(self):
        adc = self._adc
        self._i2c.writeto(self._address, _CMD_ADC_READ)
        self._i2c.readfrom_into(self._address, adc)
        value = adc[0] << 16 | adc[1] << 8 | adc[2]
        if value == 0xFFFFFF:
            raise DeviceFault(BAROMETER_STUCK_BUS)
        # What the chip answers when it was not converting, and also what a line held low reads.
        if value == 0:
            raise DeviceFault(BAROMETER_SKIPPED_SAMPLE)
        return value

    def _read_prom(self):
        for place in range(8):
            self._command[0] = _CMD_PROM_READ + 2 * place
            self._i2c.writeto(self._address, self._command)
            self._i2c.readfrom_into(self._address, self._word)
            self._prom[place] = self._word[0] << 8 | self._word[1]
        check_prom(self._prom)

    def _finish(self, d2, now_ms):
        d1 = self._d1
        if d1 == self._last_d1 and d2 == self._last_d2:
            self._repeats += 1
            if self._repeats >= _FROZEN_AFTER - 1:
                raise DeviceFault(BAROMETER_FROZEN)
        else:
            self._repeats = 0
            self._last_d1 = d1
            self._last_d2 = d2
        pressure_pa, temperature_cc = compensate(self._prom, d1, d2)
        # A pressure outside the range is the balloon's, not the chip's: it need not be started afresh, and counts once.
        self._state = _IDLE
        was_in_range = self._in_range
        self._in_range = _LOWEST_PA <= pressure_pa <= _HIGHEST_PA
        if not self._in_range:
            self.pressure_pa = None
            self.temperature_cc = None
            if was_in_range:
                raise DeviceFault(BAROMETER_RANGE)
            return False
        self.pressure_pa = pressure_pa
        self.temperature_cc = temperature_cc if _LOWEST_CC <= temperature_cc <= _HIGHEST_CC else None
        self.value_ms = now_ms
        return True


def check_prom(prom):
    """Raise DeviceFault unless the eight words of the PROM belong together."""
    if min(prom) == 0xFFFF or max(prom) == 0:
        raise DeviceFault(BAROMETER_STUCK_BUS)
    # All zeros have a right CRC too, so every coefficient is looked at as well.
    if crc4(prom) != prom[7] & 0x0F or not min(prom[1:7]) or max(prom[1:7]) == 0xFFFF:
        raise DeviceFault(BAROMETER_CALIBRATION)


def crc4(prom):
    """CRC-4 (polynomial x4 + x + 1) over eight 16-bit words, the low byte of the last one taken as 0."""
    remainder = 0
    for place in range(16):
        word = prom[place >> 1] if place < 15 else 0
        remainder ^= word & 0xFF if place & 1 else word >> 8
        for _ in range(8):
            remainder = remainder << 1 ^ (0x3000 if remainder & 0x8000 else 0)
        remainder &= 0xFFFF
    return remainder >> 12


def compensate(prom, d1, d2):
    """(pressure in Pa, temperature in hundredths of a degree) of two 24-bit readings, second order.

    The products need up to 58 bits: on a 32-bit board they are big integers and allocate.
    """
    dt = d2 - (prom[5] << 8)
    temperature = 2000 + (dt * prom[6] >> 23)
    offset = (prom[2] << 16) + (prom[4] * dt >> 7)
    sensitivity = (prom[1] << 15) + (prom[3] * dt >> 8)
    if temperature < 2000:
        cold = (temperature - 2000) * (temperature - 2000)
        offset2 = 5 * cold >> 1
        sensitivity2 = 5 * cold >> 2
        if temperature < -1500:
            colder = (temperature + 1500) * (temperature + 1500)
            offset2 += 7 * colder
            sensitivity2 += 11 * colder >> 1
        temperature -= dt * dt >> 31
        offset -= offset2
        sensitivity -= sensitivity2
    return (d1 * sensitivity >> 21) - offset >> 15, temperature
