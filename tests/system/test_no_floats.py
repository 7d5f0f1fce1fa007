"""What flies counts in integers, and a float is found."""

import pytest

from tests.checks import floats
from tests.checks.finding import ROOT


def test_what_flies_counts_in_integers():
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


def test_the_exceptions_are_files_that_need_to_be_ones():
    for path, reason in floats.EXCEPTIONS:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert list(floats.check_source(path, text)), f"{path} has no floats: take it off the list ({reason})"
