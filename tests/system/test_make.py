"""One make word per habit, each with its line in `make help`."""

import re
import shutil
import subprocess

import pytest

from tests.ports import ROOT

WORDS = ["help", "setup", "fly", "test", "check", "ground", "bench", "flash", "docs", "lock", "clean"]


def make(*words):
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    return subprocess.run(
        ["make", "--no-print-directory", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_help_lists_every_word_with_a_line():
    lines = make("help").stdout.splitlines()
    assert [re.match(r"  make (\w+) +\S", line)[1] for line in lines] == WORDS


def test_help_is_what_make_alone_says():
    assert make().stdout == make("help").stdout


@pytest.mark.parametrize(("word", "asked"), [("ground", "URL="), ("flash", "PORT=")])
def test_a_word_that_needs_a_value_asks_for_it(word, asked):
    done = make(word)
    assert done.returncode != 0
    assert asked in done.stdout


def test_setting_up_twice_does_nothing_the_second_time():
    assert make("--dry-run", "setup").stdout.strip() in ("", ":")
