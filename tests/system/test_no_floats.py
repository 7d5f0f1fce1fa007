"""Time and position are integers, and a float in their modules is found."""

from fnmatch import fnmatch

import pytest

from tests.checks import floats


def test_time_and_position_are_worked_out_in_integers():
    assert floats.check() == []


@pytest.mark.parametrize(
    "source",
    [
        "altitude_m = altitude_mm * 0.001",
        "elapsed_s = elapsed_ms / 1000",
        "elapsed_ms /= 1000",
        "latitude = float(text)",
        "convert = float",
        "import math",
        "from math import sqrt",
        "scale = 10 ** -7",
        "import struct\nstruct.pack_into('<If', buffer, 0, 1, 2)",
        "import time\nnow_s = time.time()",
        "LIMIT = 1e3",
    ],
)
def test_a_float_is_found(source):
    assert len(list(floats.check_source("firmware/mission.py", source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        "altitude_m = altitude_mm // 1000",
        "import struct\nstruct.pack_into('<IhH', buffer, 0, 1, 2, 3)",
        "text = '1.5 / 2'",
        "LIMIT = 10**7",
    ],
)
def test_integer_work_is_let_through(source):
    assert list(floats.check_source("firmware/mission.py", source)) == []


@pytest.mark.parametrize(
    "path",
    ["firmware/release/plan.py", "firmware/protocol/telemetry.py", "firmware/drivers/gps_ublox.py", "firmware/loop.py"],
)
def test_the_modules_of_time_and_position_are_covered(path):
    assert any(fnmatch(path, pattern) for pattern in floats.INTEGER_ONLY)
