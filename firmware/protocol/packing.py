"""Values -> bytes by the numbers of a layout: the part of fields.py that a board keeps in flight."""

import struct

RAW = 0
LOG2 = -1


class Packing:
    """Packs rows of values, one for each field in the order of the layout; it knows no names."""

    def __init__(self, form, size, word_bits, numbers):
        self.size = size
        self._form = form
        self._word_bits = word_bits
        self._numbers = numbers
        self._codes = [0] * len(word_bits)

    def pack_into(self, buffer, offset, row):
        """Write `row` (None where unknown) into buffer; saturates, never wraps."""
        codes = self._codes
        numbers = self._numbers
        place = word = shift = at = 0
        for value in row:
            bits = numbers[at]
            top = (1 << bits) - 1
            if value is None:
                value = top
            elif numbers[at + 2] == RAW:
                value &= top
            else:
                value = _code(value, top, numbers[at + 1], numbers[at + 2])
            word |= value << shift
            shift += bits
            at += 3
            if shift == self._word_bits[place]:
                codes[place] = word
                place += 1
                word = shift = 0
        struct.pack_into(self._form, buffer, offset, *codes)


def _code(value, top, minimum, step):
    code = (value - minimum + (step >> 1)) // step if step > 0 else digits(value)
    if code < 0:
        return 0
    return code if code < top else top - 1


def digits(value):
    """How many binary digits a number has; 0 for 0 and below."""
    count = 0
    while value > 0:
        value >>= 1
        count += 1
    return count
