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

from firmware.protocol.packing import LOG2, RAW, Packing

__all__ = ("LOG2", "RAW", "Layout")

_WORD_BITS = {"B": 8, "H": 16, "I": 32}


class Layout:
    """One payload: `size` bytes, `names` of its fields in their order, three `numbers` a field: bits, minimum, step.

    A board keeps only its `packing`, and packs rows of values in the order of the fields.
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
        self.packing = Packing(self.format, self.size, self.word_bits, self.numbers)

    def pack_into(self, buffer, offset, values):
        """Write `values` (a dict by field name, None where unknown) into buffer; saturates, never wraps."""
        self.packing.pack_into(buffer, offset, [values[name] for name in self.names])
