"""The single-precision port really rounds: else a pass there would say nothing about a board."""

import math
import subprocess
import sys

import pytest

from tests import single_precision


def run(source):
    namespace = {**single_precision.names(), "math": math}
    exec(single_precision.compile_rounded(source, "snippet.py"), namespace)
    return namespace["result"]


def test_a_minute_added_to_a_unix_time_is_lost():
    assert run("result = 1.7e9 + 63.0 == 1.7e9") is True
    assert 1.7e9 + 63.0 != 1.7e9


@pytest.mark.parametrize(
    ("source", "single"),
    [
        ("result = 0.1", 13421773 / 2**27),
        ("result = 1 / 3", 11184811 / 2**25),
        ("result = 16777217 + 0.0", 16777216.0),
        ("result = 16777217 / 1", 16777216.0),
        ("result = float(16777217)", 16777216.0),
        ("result = math.sqrt(2.0)", 11863283 / 2**23),
        ("result = 2 ** -0.5", 11863283 / 2**24),
        ("result = 1e38 * 10.0", math.inf),
        ("import struct\nresult = struct.unpack('<d', struct.pack('<d', 0.1))[0]", 13421773 / 2**27),
        ("result = 16777216.0\nresult += 1.0", 16777216.0),
        ("a = [16777216.0]\na[0] += 1.0\nresult = a[0]", 16777216.0),
        ("class A: pass\na = A()\na.x = 16777216.0\na.x += 1\nresult = a.x", 16777216.0),
        ("result = (lambda x=0.1: x)()", 13421773 / 2**27),
    ],
)
def test_literals_operators_and_calls_are_rounded(source, single):
    assert run(source) == single


def test_an_integer_beside_a_float_is_rounded_before_they_are_compared():
    assert run("result = 16777217 == 16777216.0") is True
    assert run("result = 0 < 16777217 <= 16777216.0") is True
    assert run("result = [x for x in range(9) if 2 < x < 5.0]") == [3, 4]


def test_integers_text_and_bytes_are_left_alone():
    assert run("result = (16777217 + 1, 7 // 2, -7 % 5, 2 ** 40, '%d m' % 5, b'a' + b'b', [1] * 3)") == (
        16777218,
        3,
        3,
        2**40,
        "5 m",
        b"ab",
        [1, 1, 1],
    )
    assert run("a = [1]\nb = a\na += [2]\nresult = b") == [1, 2]


def test_a_target_and_the_third_operand_of_a_chain_are_evaluated_as_often_as_written():
    source = "calls = []\ndef f(x):\n    calls.append(x)\n    return x\n"
    assert run(source + "a = [0, 1]\na[f(1)] += 2\nresult = (a, calls)") == ([0, 3], [1])
    assert run(source + "5 < f(3) < f(9)\nresult = calls") == [3]


def test_the_import_hook_covers_the_firmware_and_the_adafruit_driver_and_not_the_simulated_world():
    program = """
import sys
sys.path[:0] = ["firmware/shims", "hardware/simulated/on_cpython"]
from tests import single_precision
single_precision.install()
import adafruit_bme280.basic, firmware.protocol, hardware.simulated
for module in (adafruit_bme280.basic, firmware.protocol, hardware.simulated):
    print(hasattr(module, "__single__"))
print(adafruit_bme280.basic.__dict__["__binary__"](__import__("operator").add, 1.7e9, 63.0) == 1.7e9)
print(b"__binary__" in str(adafruit_bme280.basic.Adafruit_BME280._read_temperature.__code__.co_names).encode())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True", "True", "False", "True", "True"], done.stderr


def test_modules_imported_too_early_are_an_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "firmware.early", sys)
    with pytest.raises(RuntimeError, match=r"firmware\.early"):
        single_precision.install()
