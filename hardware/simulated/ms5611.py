"""An MS5611 by its commands: conversions that take their time, a PROM with its CRC, and how the chip can fail.

Source: TE Connectivity ENG_DS_MS5611-01BA03 B3 (commands, conversion times, figures 2 and 3).
"""

_EIO = 5

# C1 to C6 of the data sheet's worked example (figure 2)
DATASHEET_WORDS = (40127, 36924, 23317, 23282, 33464, 28312)

_ADC_READ = 0x00
_RESET = 0x1E
_PROM_READ = 0xA0
_CONVERSION_US = (600, 1170, 2280, 4540, 9040)  # the slowest chip that is still good
_RELOAD_US = 2800
_TOP = 0xFFFFFF


class Ms5611Chip:
    """An I2C chip for `wiring.i2c[bus][address]`. Faults are attributes, set and cleared at any time:

    vanished (no answer; forgets a conversion, as without supply), stuck_high, stuck_low (reads all ones, all zeros),
    skipped (conversions are not made), frozen (the last two words again), offset_pa (added to the world's pressure),
    noise (True: about 1 Pa, as the real one; False: exact), raw ((D1, D2) instead of the world's).
    """

    def __init__(self, clock, world, words=DATASHEET_WORDS, serial=0x5A1):
        self.vanished = False
        self.stuck_high = False
        self.stuck_low = False
        self.skipped = False
        self.frozen = False
        self.offset_pa = 0.0
        self.noise = True
        self.raw = None
        self.prom = [0] + list(words) + [serial << 4]
        self.prom[7] |= _crc4(self.prom)
        self._clock = clock
        self._world = world
        self._random = 0xACE1
        self._temperature_c = self._d2 = None
        self._last = [0, 0]
        self._lost_power = False
        self._forget()
        self._deaf_until_us = 0  # the chip had its supply long before the board could speak

    def _forget(self):
        self._answer = bytearray(3)
        self._result = 0
        self._ready_us = 0
        self._deaf_until_us = self._clock.now_us + _RELOAD_US

    # The wires --------------------------------------------------------------------------------------------------

    def on_write(self, data):
        """One command byte; refused by OSError(EIO) when vanished or reloading after a reset."""
        self._listen()
        command = data[0]
        if command == _ADC_READ:
            self._load(self._adc())
        elif command == _RESET:
            self._forget()
        elif command & 0xF0 == _PROM_READ:
            self._load(self.prom[command >> 1 & 7] << 8)
        elif 0x40 <= command <= 0x58 and command & 0x0F <= 8:
            self._result = self._convert(command >> 4 & 1)
            self._ready_us = self._clock.now_us + _CONVERSION_US[command >> 1 & 7]

    def on_read(self, buffer):
        """The answer to the last command, high byte first."""
        self._listen()
        answer = self._answer
        for place in range(len(buffer)):
            buffer[place] = 0xFF if self.stuck_high else 0 if self.stuck_low or place > 2 else answer[place]

    def _listen(self):
        if self.vanished:
            self._lost_power = True
            raise OSError(_EIO)
        if self._lost_power:
            self._lost_power = False
            self._forget()
            self._deaf_until_us = 0
        if self._clock.now_us < self._deaf_until_us:
            raise OSError(_EIO)

    def _load(self, value):
        self._answer[0] = value >> 16
        self._answer[1] = value >> 8 & 0xFF
        self._answer[2] = value & 0xFF

    def _adc(self):
        # Read too early the answer is 0, and the conversion is spoiled; a result can be read once.
        result = self._result if self._clock.now_us >= self._ready_us else 0
        self._result = 0
        return result

    # Air to words -----------------------------------------------------------------------------------------------

    def _convert(self, which):
        if self.skipped:
            return 0
        if self.raw:
            return self.raw[which]
        if self.frozen:
            return self._last[which]
        air = self._world.at(self._clock.now_us)
        d2 = self._temperature_word(air.temperature_c)
        word = d2 if which else self._pressure_word(d2, air.pressure_pa + self.offset_pa)
        if self.noise:
            noise = self._random
            noise ^= noise << 7 & 0xFFFF
            noise ^= noise >> 9
            noise ^= noise << 8 & 0xFFFF
            self._random = noise
            # About 1 Pa and 0.002 degree, one standard deviation, as the data sheet has for 4096 samples.
            word += (noise & 127) + (noise >> 7 & 127) - 127
        word = 1 if word < 1 else _TOP - 1 if word >= _TOP else word
        self._last[which] = word
        return word

    def _temperature_word(self, temperature_c):
        """The D2 whose second-order temperature is `temperature_c`."""
        if temperature_c == self._temperature_c:
            return self._d2
        # 256ths of a hundredth of a degree above 20 degrees
        target = int(temperature_c * 25600.0) - 512000
        dt = (target << 15) // self.prom[6]
        if target < 0:
            # Below 20 degrees dt * dt / 2**31 is taken off: a parabola, solved by Newton's steps.
            for _ in range(5):
                excess = (dt * self.prom[6] << 8) - dt * dt - (target << 23)
                dt -= excess // ((self.prom[6] << 8) - 2 * dt)
        self._temperature_c = temperature_c
        self._d2 = (self.prom[5] << 8) + dt
        return self._d2

    def _pressure_word(self, d2, pressure_pa):
        """The D1 whose second-order pressure is `pressure_pa` at D2."""
        prom = self.prom
        dt = d2 - (prom[5] << 8)
        below20 = dt * prom[6] >> 23
        offset = (prom[2] << 16) + (prom[4] * dt >> 7)
        sensitivity = (prom[1] << 15) + (prom[3] * dt >> 8)
        if below20 < 0:
            offset -= 5 * below20 * below20 >> 1
            sensitivity -= 5 * below20 * below20 >> 2
            if below20 < -3500:
                offset -= 7 * (below20 + 3500) * (below20 + 3500)
                sensitivity -= 11 * (below20 + 3500) * (below20 + 3500) >> 1
        return ((int(pressure_pa * 32768.0) + 16384 + offset) << 21) // sensitivity


def _crc4(words):
    """The last four bits of the PROM (AN520): the fifteen bytes before them, divided by x4 + x + 1 nibble by nibble."""
    remainder = 0
    for place in range(30):
        nibble = words[place >> 2] >> (12 - 4 * (place & 3)) & 0x0F
        remainder = _TIMES_X4[remainder ^ nibble]
    return remainder


# Each nibble times x4, modulo x4 + x + 1
_TIMES_X4 = (0, 3, 6, 5, 12, 15, 10, 9, 11, 8, 13, 14, 7, 4, 1, 2)
