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
    """One payload. `size` is its length in bytes; `words` its table."""

    def __init__(self, words):
        self.words = words
        self.format = "<" + "".join([letter for letter, _ in words])
        self.size = struct.calcsize(self.format)
        self._codes = [0] * len(words)
        for letter, row in words:
            if sum([field[1] for field in row]) != _WORD_BITS[letter]:
                raise ValueError("the fields of a word must fill it: " + row[0][0])

    @property
    def names(self):
        """The names of the fields, in their order."""
        return tuple([field[0] for _, row in self.words for field in row])

    def pack_into(self, buffer, offset, values):
        """Write `values` (a dict by field name, None where unknown) into buffer; saturates, never wraps."""
        codes = self._codes
        for place in range(len(codes)):
            word = shift = 0
            for name, bits, minimum, step in self.words[place][1]:
                value = values[name]
                top = (1 << bits) - 1
                if value is None:
                    code = top
                elif step > 0:
                    code = (value - minimum + (step >> 1)) // step
                    if code < 0:
                        code = 0
                    elif code >= top:
                        code = top - 1
                elif step == RAW:
                    code = value & top
                else:
                    code = _digits(value)
                    if code >= top:
                        code = top - 1
                word |= code << shift
                shift += bits
            codes[place] = word
        struct.pack_into(self.format, buffer, offset, *codes)

    def unpack(self, data):
        """A dict by field name of a payload of exactly `size` bytes; ValueError when the length is another."""
        if len(data) != self.size:
            raise ValueError("expected %d bytes, got %d" % (self.size, len(data)))
        codes = struct.unpack(self.format, data)
        values = {}
        for place in range(len(codes)):
            word = codes[place]
            for name, bits, minimum, step in self.words[place][1]:
                top = (1 << bits) - 1
                code = word & top
                word >>= bits
                if step == RAW:
                    values[name] = code
                elif code == top:
                    values[name] = None
                elif step > 0:
                    values[name] = minimum + code * step
                else:
                    values[name] = 1 << (code - 1) if code else 0
        return values


def _digits(value):
    """How many binary digits a number has; 0 for 0 and below."""
    digits = 0
    while value > 0:
        value >>= 1
        digits += 1
    return digits
