"""Passes only where machine words have 32 bits."""

import sys


def test_words_have_32_bits():
    assert sys.maxsize == 2**31 - 1
