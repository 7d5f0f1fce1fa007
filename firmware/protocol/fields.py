"""How numbers become bits: a layout is a table of words and fields, packed and unpacked by the one class here.

A layout is a tuple of words, first on the wire first, little-endian:
    (struct letter, (field, ...))        the fields of a word fill it from its lowest bit
A field is
    (name, bits, minimum, step, unit, text)
        step > 0   linear: code = (value - minimum) / step, rounded; all ones means "no value"; saturates
        RAW        the code is the value; there is no "no value"
        LOG2       code = number of binary digits of the value (0, 1, 2-3, 4-7, ...); all ones means "no value"
"""

import struct

RAW = 0
LOG2 = -1

_WORD_BITS = {"B": 8, "H": 16, "I": 32}


class Layout:
    """One payload. `size` is its length in bytes; `names` its fields in order."""

    def __init__(self, words):
        self.format = "<" + "".join([letter for letter, _ in words])
        self.size = struct.calcsize(self.format)
        self._words = [0] * len(words)
        fields = []
        for word in range(len(words)):
            letter, row = words[word]
            shift = 0
            for name, bits, minimum, step, _unit, _text in row:
                fields.append((name, word, shift, (1 << bits) - 1, minimum, step))
                shift += bits
            if shift != _WORD_BITS[letter]:
                raise ValueError("the fields of a word must fill it: " + row[0][0])
        self._fields = tuple(fields)
        self.names = tuple([field[0] for field in fields])

    def pack_into(self, buffer, offset, values):
        """Write `values` (a dict by field name, None where unknown) into buffer; saturates, never wraps."""
        words = self._words
        for word in range(len(words)):
            words[word] = 0
        for name, word, shift, top, minimum, step in self._fields:
            value = values[name]
            if value is None:
                code = top
            elif step > 0:
                code = (value - minimum + (step >> 1)) // step
                if code < 0:
                    code = 0
                elif code >= top:
                    code = top - 1
            elif step == 0:
                code = value & top
            else:
                code = 0
                while value > 0:
                    value >>= 1
                    code += 1
                if code >= top:
                    code = top - 1
            words[word] |= code << shift
        struct.pack_into(self.format, buffer, offset, *words)

    def unpack(self, data):
        """A dict by field name of a payload of exactly `size` bytes; ValueError when the length is another."""
        if len(data) != self.size:
            raise ValueError("expected %d bytes, got %d" % (self.size, len(data)))
        words = struct.unpack(self.format, data)
        values = {}
        for name, word, shift, top, minimum, step in self._fields:
            code = words[word] >> shift & top
            if step == 0:
                values[name] = code
            elif code == top:
                values[name] = None
            elif step > 0:
                values[name] = minimum + code * step
            else:
                values[name] = 1 << (code - 1) if code else 0
        return values
