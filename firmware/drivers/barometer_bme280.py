"""BME280 barometer through Adafruit's unmodified driver, which computes only from registers that were checked first.

Source: Bosch BST-BME280-DS001, revision 1.24 (memory map 5.3, modes 3.3, compensation 4.2.3).
"""

import struct

from adafruit_bme280 import basic
from busio import I2C
from micropython import const

from firmware.protocol.faults import (
    BAROMETER_CALIBRATION,
    BAROMETER_FROZEN,
    BAROMETER_RANGE,
    BAROMETER_SKIPPED_SAMPLE,
    BAROMETER_STUCK_BUS,
    BAROMETER_WRONG_CHIP,
    DeviceFault,
)

_CHIP_ID = const(0x60)
_REG_CALIBRATION = const(0x88)
_REG_ID = const(0xD0)
_REG_RESET = const(0xE0)
_REG_CALIBRATION_HUMIDITY = const(0xE1)
_REG_STATUS = const(0xF3)
_REG_CONFIG = const(0xF5)
_REG_PRESSURE = const(0xF7)
_RESET_WORD = const(0xB6)
_IM_UPDATE = const(0x01)
_SKIPPED = const(0x80000)
_HIGHEST_RAW = const(0xFFFFF)

# A reading every second; the chip measures by itself about six times a second, so a value is at most 0.17 s old.
# No IIR filter: at 5 m/s its lag would be worth more metres than the 0.2 Pa of noise left by 16 samples.
_PERIOD_MS = const(1000)
_RESET_MS = const(10)  # start-up takes 2 ms
_FIRST_VALUE_MS = const(250)
_OVERSCAN_OFF = const(0)
_OVERSCAN_X2 = const(2)
_OVERSCAN_X16 = const(5)
_CONFIG = const(0x40)  # standby 125 ms, filter off, no 3-wire SPI

# Full accuracy 300 to 1100 hPa. A chip pushed beyond clamps at an end and goes on answering, so the ends are not
# believed either.
_LOWEST_PA = const(30010)
_HIGHEST_PA = const(109990)
_LOWEST_CC = const(-4000)
_HIGHEST_CC = const(8500)
# Noise alone moves a working chip: two equal readings in a row happen, ten do not.
_FROZEN_AFTER = const(10)

_DOWN = const(0)
_RESET = const(1)
_UP = const(2)


class _CheckedRegisters(I2C):
    """The bus as Adafruit's driver sees it: reads come from `registers`, writes go to the chip."""

    def __init__(self, bus):
        I2C.__init__(self, bus)
        self.registers = bytearray(256)
        self._at = 0

    def writeto(self, address, buffer):
        if len(buffer) == 1:
            self._at = buffer[0]
        else:
            self._bus.writeto(address, buffer)

    def readfrom_into(self, address, buffer):
        at = self._at
        registers = self.registers
        for place in range(len(buffer)):
            buffer[place] = registers[at + place]


class Bme280:
    """One value a second: `pressure_pa` (30,010 to 109,990) and `temperature_cc` (-4,000 to 8,500 hundredths of a
    degree), None where not valid; `value_ms` are the ticks of the newest valid pressure.
    """

    _driver: "_Driver"  # made anew at each start of the chip

    def __init__(self, i2c, address, clock):
        self.pressure_pa = None
        self.temperature_cc = None
        self.value_ms = None
        self._i2c = i2c
        self._address = address
        self._diff = clock.ticks_diff
        self._add = clock.ticks_add
        self._due_ms = clock.ticks_ms()
        self._state = _DOWN
        self._checked = _CheckedRegisters(i2c)
        image = memoryview(self._checked.registers)
        self._id = image[_REG_ID : _REG_ID + 1]
        self._status = image[_REG_STATUS : _REG_STATUS + 1]
        self._calibration = image[_REG_CALIBRATION : _REG_CALIBRATION + 26]
        self._calibration_humidity = image[_REG_CALIBRATION_HUMIDITY : _REG_CALIBRATION_HUMIDITY + 7]
        self._sample = image[_REG_PRESSURE : _REG_PRESSURE + 6]
        self._reset_word = bytes((_RESET_WORD,))
        self._config_word = bytes((_CONFIG,))
        self._raw_pressure = self._raw_temperature = self._repeats = 0
        self._in_range = True
        # Normal mode never sleeps; should the driver ever come to it, the board's time passes, not the laptop's.
        sleep_ms = clock.sleep_ms
        basic.sleep = lambda seconds: sleep_ms(int(seconds * 1000) + 1)

    def poll(self, now_ms):
        """Do what is due; True when there is a new pressure.

        Raises OSError when the bus refuses, DeviceFault when the chip talks nonsense: both leave the values None, and
        the chip is started afresh a second later.
        """
        late_ms = self._diff(now_ms, self._due_ms)
        if late_ms < 0:
            return False
        self.pressure_pa = None
        self.temperature_cc = None
        self._due_ms = self._add(now_ms, _PERIOD_MS - late_ms % _PERIOD_MS)
        state = self._state
        self._state = _DOWN
        if state == _UP:
            return self._read(now_ms)
        if state == _DOWN:
            self._restart()
            self._due_ms = self._add(now_ms, _RESET_MS)
            self._state = _RESET
        else:
            self._start()
            self._due_ms = self._add(now_ms, _FIRST_VALUE_MS)
            self._state = _UP
        return False

    def _restart(self):
        self._i2c.readfrom_mem_into(self._address, _REG_ID, self._id)
        chip_id = self._id[0]
        if chip_id == 0xFF or chip_id == 0:
            raise DeviceFault(BAROMETER_STUCK_BUS)
        if chip_id != _CHIP_ID:
            raise DeviceFault(BAROMETER_WRONG_CHIP)
        self._i2c.writeto_mem(self._address, _REG_RESET, self._reset_word)

    def _start(self):
        i2c = self._i2c
        i2c.readfrom_mem_into(self._address, _REG_STATUS, self._status)
        i2c.readfrom_mem_into(self._address, _REG_CALIBRATION, self._calibration)
        i2c.readfrom_mem_into(self._address, _REG_CALIBRATION_HUMIDITY, self._calibration_humidity)
        if self._status[0] & _IM_UPDATE or not plausible(self._calibration):
            raise DeviceFault(BAROMETER_CALIBRATION)
        driver = _Driver(self._checked, self._address)
        driver.overscan_temperature = _OVERSCAN_X2
        driver.overscan_pressure = _OVERSCAN_X16
        driver.overscan_humidity = _OVERSCAN_OFF
        # The chip ignores its config register in normal mode, and the driver writes it only when it is made.
        i2c.writeto_mem(self._address, _REG_CONFIG, self._config_word)
        driver.mode = basic.MODE_NORMAL
        self._driver = driver

    def _read(self, now_ms):
        sample = self._sample
        self._i2c.readfrom_mem_into(self._address, _REG_PRESSURE, sample)
        raw_pressure = sample[0] << 12 | sample[1] << 4 | sample[2] >> 4
        raw_temperature = sample[3] << 12 | sample[4] << 4 | sample[5] >> 4
        # The four lowest bits are always 0 in a chip that speaks; 0 in every bit is a line held low.
        if (sample[2] | sample[5]) & 0x0F or not (raw_pressure or raw_temperature):
            raise DeviceFault(BAROMETER_STUCK_BUS)
        if raw_pressure == _SKIPPED or raw_temperature == _SKIPPED:
            raise DeviceFault(BAROMETER_SKIPPED_SAMPLE)
        if raw_pressure == self._raw_pressure and raw_temperature == self._raw_temperature:
            self._repeats += 1
        else:
            self._repeats = 0
            self._raw_pressure = raw_pressure
            self._raw_temperature = raw_temperature
        try:
            pressure_pa = int(self._driver.pressure * 100 + 0.5)
        except ArithmeticError:
            raise DeviceFault(BAROMETER_CALIBRATION)
        # A pressure outside the range is the balloon's, not the chip's: it need not be started afresh, and counts once.
        was_in_range = self._in_range
        self._in_range = (
            _LOWEST_PA <= pressure_pa <= _HIGHEST_PA
            and 0 < raw_pressure < _HIGHEST_RAW
            and 0 < raw_temperature < _HIGHEST_RAW
        )
        if self._in_range and self._repeats >= _FROZEN_AFTER - 1:
            raise DeviceFault(BAROMETER_FROZEN)
        self._state = _UP
        if not self._in_range:
            if was_in_range:
                raise DeviceFault(BAROMETER_RANGE)
            return False
        temperature_cc = int(self._driver.temperature * 100 + 100000.5) - 100000
        if _LOWEST_CC <= temperature_cc <= _HIGHEST_CC:
            self.temperature_cc = temperature_cc
        self.pressure_pa = pressure_pa
        self.value_ms = now_ms
        return True


class _Driver(basic.Adafruit_BME280_I2C):
    """Adafruit's driver without its 4 ms of sleep: the chip was reset one poll earlier."""

    def _reset(self):
        pass


def plausible(calibration):
    """Can these be the words from 0x88 on (T1 T2 T3 P1 P2 ...)? Chips differ, none is far from the data sheet's."""
    t1, t2, _, p1, p2 = struct.unpack_from("<HhhHh", calibration)
    return 16384 < t1 < 49152 and t2 > 8192 and 16384 < p1 < 65535 and p2 < 0
