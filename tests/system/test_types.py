"""The type checks are live: code that a board could not run, or that the ground leaves untyped, is refused."""

import subprocess
import sys

import pytest

from tests.ports import ROOT

BOARD = ("--config-file", "mypy-board.ini")


def mypy(folder, source, *options):
    (folder / "snippet.py").write_text(source + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", *options, str(folder / "snippet.py")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("from machine import Pin\nPin(2).nonsense()", "has no attribute"),
        ("import time\ntime.perf_counter()", "has no attribute"),
        ("import gc\ngc.freeze()", "has no attribute"),
        ("def f(self):\n    x = None\n    return x + 1", "Unsupported"),
    ],
)
def test_what_a_board_lacks_is_an_error_in_firmware(tmp_path, source, complaint):
    assert complaint in mypy(tmp_path, source, *BOARD)


def test_what_a_board_has_is_accepted_in_firmware(tmp_path):
    source = "import time\nfrom machine import Pin\nprint(time.ticks_diff(time.ticks_ms(), 5), Pin(2).value())"
    assert "Success" in mypy(tmp_path, source, *BOARD)


def test_the_ground_may_leave_nothing_untyped(tmp_path):
    assert "missing a type annotation" in mypy(tmp_path, "def f(x):\n    return x")
    assert "Success" in mypy(tmp_path, "def f(x: int) -> int:\n    return x")
