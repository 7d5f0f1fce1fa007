"""Payloads -> values: the other half of fields.py, for whoever receives. A board that only sends does not load it."""

import struct

from firmware.protocol.fields import RAW


def unpack(layout, data):
    """A dict by field name of a payload of exactly `size` bytes; ValueError when the length is another."""
    if len(data) != layout.size:
        raise ValueError("expected %d bytes, got %d" % (layout.size, len(data)))
    codes = struct.unpack(layout.format, data)
    numbers = layout.numbers
    values = {}
    place = left = at = word = 0
    for name in layout.names:
        if not left:
            word = codes[place]
            left = layout.word_bits[place]
            place += 1
        bits = numbers[at]
        step = numbers[at + 2]
        top = (1 << bits) - 1
        code = word & top
        word >>= bits
        left -= bits
        if step == RAW:
            values[name] = code
        elif code == top:
            values[name] = None
        elif step > 0:
            values[name] = numbers[at + 1] + code * step
        else:
            values[name] = 1 << (code - 1) if code else 0
        at += 3
    return values
