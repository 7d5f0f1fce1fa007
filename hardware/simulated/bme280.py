"""A BME280 by its register map: what the world's air does to its raw registers, and how the chip can fail.

Source: Bosch BST-BME280-DS001, revision 1.24 (modes 3.3, measurement time 9.1, memory map 5.3). The calibration words
are those of the worked example in BST-BMP280-DS001, 3.12: real words of a real chip, with the same formulas.
"""

import struct

from hardware.simulated.bme280_air import RawWords

_EIO = 5

# T1 T2 T3 P1 ... P9
DATASHEET_WORDS = (27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
# H1 at 0xA1; H2 to H6 from 0xE1 on, packed as the data sheet packs them
_HUMIDITY_WORDS = (75, bytes((0x6B, 0x01, 0x00, 0x13, 0x29, 0x03, 0x1E)))

_ID = 0xD0
_RESET = 0xE0
_CTRL_HUM = 0xF2
_STATUS = 0xF3
_CTRL_MEAS = 0xF4
_CONFIG = 0xF5
_PRESSURE = 0xF7
_TOP = 0xFFFFF
_SKIPPED = 0x80000
_STANDBY_US = (500, 62500, 125000, 250000, 500000, 1000000, 10000, 20000)
_OVERSCAN = (0, 1, 2, 4, 8, 16, 16, 16)
_FILTER = (1, 2, 4, 8, 16, 16, 16, 16)
_RESOLUTION = (-1, -16, -8, -4, -2, -1, -1, -1)  # 16 bits, and one more for each doubling, without the filter (3.4.4)
_STARTUP_US = 2000


class Bme280Chip:
    """An I2C chip for `wiring.i2c[bus][address]`. Faults are attributes, set and cleared at any time:

    vanished (no answer; loses its settings, as without supply), stuck_high, stuck_low (reads all ones, all zeros),
    skipped (pressure register 0x80000), frozen (registers stand still), offset_pa (added to the world's pressure),
    noise (True: a few counts, as the real one; False: exact), raw ((temperature, pressure) in place of the world's).
    """

    def __init__(self, clock, world, words=DATASHEET_WORDS, chip_id=0x60):
        self.vanished = False
        self.stuck_high = False
        self.stuck_low = False
        self.skipped = False
        self.frozen = False
        self.offset_pa = 0.0
        self.noise = True
        self.raw = None
        self._clock = clock
        self._world = world
        self._words = words
        self._air = RawWords(words)
        self._chip_id = chip_id
        self._registers = bytearray(256)
        self._at = 0
        self._lost_power = False
        self._random = 0xACE1
        self._reset()

    # The wires --------------------------------------------------------------------------------------------------

    def on_write(self, data):
        """A register number, or pairs of register number and value; refused by OSError(EIO) when vanished."""
        self._answer()
        length = len(data)
        if length == 1:
            self._at = data[0]
        for place in range(0, length - 1, 2):
            self._write(data[place], data[place + 1])

    def on_read(self, buffer):
        """Registers from the one last named on."""
        self._answer()
        if self.stuck_high or self.stuck_low:
            for place in range(len(buffer)):
                buffer[place] = 0xFF if self.stuck_high else 0
            return
        at = self._at
        registers = self._registers
        self._update()
        for place in range(len(buffer)):
            buffer[place] = registers[(at + place) & 0xFF]

    def _answer(self):
        if self.vanished:
            self._lost_power = True
            raise OSError(_EIO)
        if self._lost_power:
            self._lost_power = False
            self._reset()

    # Registers --------------------------------------------------------------------------------------------------

    def _reset(self):
        registers = self._registers
        sample = registers[_PRESSURE : _PRESSURE + 8] if self.frozen else b"\x80\0\0\x80\0\0\x80\0"
        for place in range(256):
            registers[place] = 0
        registers[_ID] = self._chip_id
        registers[_STATUS] = 1
        registers[_PRESSURE : _PRESSURE + 8] = sample
        self._active_hum = 0
        self._cycles = 0
        self._start_us = self._clock.now_us
        self._loading = True
        self._filtered = None

    def _write(self, register, value):
        if register == _RESET:
            if value == 0xB6:
                self._reset()
            return
        self._update()
        registers = self._registers
        if register == _CTRL_HUM:
            registers[_CTRL_HUM] = value & 0x07
        elif register == _CTRL_MEAS:
            self._active_hum = registers[_CTRL_HUM]  # takes effect only now (5.4.3)
            registers[_CTRL_MEAS] = value
            self._start_us = self._clock.now_us
            self._cycles = 0
        elif register == _CONFIG and registers[_CTRL_MEAS] & 3 != 3:  # may be ignored in normal mode (5.4.6)
            registers[_CONFIG] = value & 0xFD
            self._filtered = None

    def _measure_us(self):
        control = self._registers[_CTRL_MEAS]
        pressure = _OVERSCAN[control >> 2 & 7]
        humidity = _OVERSCAN[self._active_hum]
        us = 1000 + 2000 * _OVERSCAN[control >> 5]
        if pressure:
            us += 2000 * pressure + 500
        if humidity:
            us += 2000 * humidity + 500
        return us

    def _update(self):
        """Let the chip have done what it has done by now."""
        registers = self._registers
        elapsed_us = self._clock.now_us - self._start_us
        if self._loading:
            if elapsed_us < _STARTUP_US:
                return
            self._loading = False
            registers[_STATUS] = 0
            registers[0x88:0xA0] = struct.pack("<HhhHhhhhhhhh", *self._words)
            registers[0xA1] = _HUMIDITY_WORDS[0]
            registers[0xE1:0xE8] = _HUMIDITY_WORDS[1]
        mode = registers[_CTRL_MEAS] & 3
        if not mode or self.frozen:
            return
        measure_us = self._measure_us()
        if mode != 3:
            registers[_STATUS] = 8
            if elapsed_us < measure_us:
                return
            registers[_CTRL_MEAS] &= 0xFC
            registers[_STATUS] = 0
            self._sample(1)
            return
        cycle_us = measure_us + _STANDBY_US[registers[_CONFIG] >> 5]
        # A cycle is over when its measurement is, so the standby time counts for the next one.
        cycles = (elapsed_us + cycle_us - measure_us) // cycle_us
        registers[_STATUS] = 8 if (elapsed_us + cycle_us - measure_us) % cycle_us >= cycle_us - measure_us else 0
        if cycles != self._cycles:
            self._sample(cycles - self._cycles)
            self._cycles = cycles

    def _sample(self, cycles):
        """Put what the last of `cycles` measurements saw into the registers.

        The air is that of now, not of up to a cycle ago: a world need not be able to go back.
        """
        registers = self._registers
        oversample_temperature = registers[_CTRL_MEAS] >> 5
        oversample_pressure = registers[_CTRL_MEAS] >> 2 & 7
        filter_setting = registers[_CONFIG] >> 2 & 7
        if self.raw:
            raw_temperature, raw_pressure = self.raw
        else:
            air = self._world.at(self._clock.now_us)
            raw_temperature = self._air.temperature(air.temperature_c)
            if self.noise:
                # xorshift: the numbers stay small integers on every interpreter
                noise = self._random
                noise ^= noise << 7 & 0xFFFF
                noise ^= noise >> 9
                noise ^= noise << 8 & 0xFFFF
                self._random = noise
                raw_temperature += (noise >> 4 & 15) + (noise >> 8 & 15) - 15
            if not filter_setting:
                raw_temperature &= _RESOLUTION[oversample_temperature]
            raw_temperature = _clamp(raw_temperature)
            raw_pressure = self._air.pressure(raw_temperature, air.pressure_pa + self.offset_pa)
            if self.noise:
                raw_pressure += (noise & 3) + (noise >> 2 & 3) - 3
            if not filter_setting:
                raw_pressure &= _RESOLUTION[oversample_pressure]
            raw_pressure = _clamp(raw_pressure)
        if filter_setting:
            raw_temperature, raw_pressure = self._filter(raw_temperature, raw_pressure, _FILTER[filter_setting], cycles)
        if not oversample_temperature:
            raw_temperature = _SKIPPED
        if not oversample_pressure or self.skipped:
            raw_pressure = _SKIPPED
        registers[_PRESSURE] = raw_pressure >> 12
        registers[_PRESSURE + 1] = raw_pressure >> 4 & 0xFF
        registers[_PRESSURE + 2] = raw_pressure << 4 & 0xF0
        registers[_PRESSURE + 3] = raw_temperature >> 12
        registers[_PRESSURE + 4] = raw_temperature >> 4 & 0xFF
        registers[_PRESSURE + 5] = raw_temperature << 4 & 0xF0

    def _filter(self, raw_temperature, raw_pressure, weight, cycles):
        # Old samples count less than a part in a thousand after 16 weights of cycles.
        if self._filtered is None:
            self._filtered = raw_temperature, raw_pressure
        temperature, pressure = self._filtered
        for _ in range(min(cycles, 8 * weight)):
            temperature = (temperature * (weight - 1) + raw_temperature) // weight
            pressure = (pressure * (weight - 1) + raw_pressure) // weight
        self._filtered = temperature, pressure
        return self._filtered


def _clamp(raw):
    return 0 if raw < 0 else _TOP if raw > _TOP else raw
