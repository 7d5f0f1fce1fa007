"""The simulated sensors give the same bits on CPython and MicroPython: else two flights of one seed would differ."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ports import ROOT

MICROPYTHON = Path(sys.executable).parent / "micropython"

# Fifty hours of air that moves through every pressure and temperature: one line of digests for each chip.
SCRIPT = """
import sys
sys.path[:0] = PATHS
import binascii
from hardware.simulated.battery import SimulatedBattery
from hardware.simulated.bme280 import Bme280Chip
from hardware.simulated.clock import Clock
from hardware.simulated.ms5611 import Ms5611Chip

class Air:
    pressure_pa = 101325.0
    temperature_c = 15.0
    def at(self, now_us):
        return self

clock = Clock()
air = Air()
bme280 = Bme280Chip(clock, air)
ms5611 = Ms5611Chip(clock, air)
battery = SimulatedBattery(clock, air)
battery.warmer_c = 0.0
battery.set_load("board", 60)
volts = battery.pin_volts(57, 10)
clock.advance(5000)
bme280.on_write(bytes((0xF4, 0x57)))
sample = bytearray(8)
word = bytearray(3)
digests = [0, 0, 0]
state = 1
for _ in range(20000):
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    air.pressure_pa = 1000.0 + (state >> 8) / 77.0
    air.temperature_c = (state >> 3) % 14000 / 97.0 - 60.0
    clock.advance(9000000)
    bme280.on_write(bytes((0xF7,)))
    bme280.on_read(sample)
    digests[0] = binascii.crc32(sample, digests[0])
    for command in (0x48, 0x58):
        ms5611.on_write(bytes((command,)))
        clock.advance(10000)
        ms5611.on_write(bytes((0,)))
        ms5611.on_read(word)
        digests[1] = binascii.crc32(word, digests[1])
    digests[2] = binascii.crc32(int(volts() * 1e12).to_bytes(8, "little"), digests[2])
print("%08x %08x %08x" % tuple(digests))
"""


@pytest.mark.skipif(not MICROPYTHON.exists(), reason="there is no MicroPython for this kind of machine on PyPI")
def test_the_simulated_sensors_give_the_same_bits_on_both_interpreters(tmp_path):
    script = tmp_path / "sensor_bits.py"
    paths = [str(ROOT), str(ROOT / "hardware" / "simulated" / "on_cpython")]
    script.write_text(SCRIPT.replace("PATHS", repr(paths)), encoding="utf-8")
    printed = [
        subprocess.run([interpreter, script], capture_output=True, text=True, check=True, timeout=120).stdout
        for interpreter in (sys.executable, MICROPYTHON)
    ]
    assert printed[0] == printed[1]
    assert len(set(printed[0].split())) == 3
