"""One test of each outcome: what tests/system/test_ports.py expects every port to report."""

from tests.skip import SkipTest


def test_a_pass():
    assert 1 + 1 == 2


def test_b_failure():
    assert 1 + 1 == 3, "found the planted failure"


def test_c_skip():
    raise SkipTest("planted reason")
