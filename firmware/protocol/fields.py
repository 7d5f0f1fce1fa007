"""How numbers become bits: a layout is a table of words and fields, packed and unpacked by the one class here.

A layout is a tuple of words, first on the wire first, little-endian:
    (struct letter, (field, ...))        the fields of a word fill it from its lowest bit
A field is
    (name, bits, minimum, step)
        step > 0   linear: code = (value - minimum) / step, rounded; all ones means "no value"; saturates
        RAW        the code is the value; there is no "no value"
        LOG2       code = number of binary digits of the value (0, 1, 2-3, 4-7, ...); all ones means "no value"
"""

import struct

RAW = 0
LOG2 = -1

_WORD_BITS = {"B": 8, "H": 16, "I": 32}


class Layout:
    """One payload: `size` bytes, `names` of its fields in their order, three `numbers` a field: bits, minimum, step.

    It keeps nothing of the table it is made from: a board forgets that.
    """

    def __init__(self, words):
        self.format = "<" + "".join([letter for letter, _ in words])
        self.size = struct.calcsize(self.format)
        self.word_bits = tuple([_WORD_BITS[letter] for letter, _ in words])
        for letter, row in words:
            if sum([field[1] for field in row]) != _WORD_BITS[letter]:
                raise ValueError("the fields of a word must fill it: " + row[0][0])
        self.names = tuple([field[0] for _, row in words for field in row])
        self.numbers = tuple([number for _, row in words for field in row for number in field[1:]])
        self._codes = [0] * len(words)

    def pack_into(self, buffer, offset, values):
        """Write `values` (a dict by field name, None where unknown) into buffer; saturates, never wraps."""
        codes = self._codes
        numbers = self.numbers
        place = word = shift = at = 0
        for name in self.names:
            bits = numbers[at]
            value = values[name]
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
            if shift == self.word_bits[place]:
                codes[place] = word
                place += 1
                word = shift = 0
        struct.pack_into(self.format, buffer, offset, *codes)


def _code(value, top, minimum, step):
    code = (value - minimum + (step >> 1)) // step if step > 0 else digits(value)
    if code < 0:
        return 0
    return code if code < top else top - 1


def digits(value):
    """How many binary digits a number has; 0 for 0 and below."""
    digits = 0
    while value > 0:
        value >>= 1
        digits += 1
    return digits
