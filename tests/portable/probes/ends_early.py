"""Ends the interpreter without an error and without running a test: a port must not take that for a pass."""

import sys

sys.exit(0)


def test_never_reached():
    pass
