"""Finds UBX frames and NMEA sentences in a stream of bytes, however it is cut, in one bounded buffer.

Every byte of a line is looked at once, however many reads it takes to arrive. A frame that turns out false gives up
only its first byte, so that a sentence hidden behind a false start is never lost.
"""

import struct
from array import array

UBX = 1
NMEA = 2

LONGEST_FRAME = 1024  # bytes; anything claiming more is noise to us
LONGEST_LINE = 512
CHUNK = 256  # most bytes read at once
COMMAS = 12  # places noted

_COPY = "256s"  # CHUNK bytes
_HEXADECIMAL = b"0123456789ABCDEF"
_FRONT = LONGEST_FRAME


class GpsStream:
    """Bytes in by `take`, sentences out by `find`.

    After `find` has returned UBX or NMEA, the sentence lies in `data` from `at` on until the next call: UBX with
    `length` bytes of payload from at + 6; NMEA with its dollar at `at` and `fields` fields behind the address,
    the first of them behind the comma at at + commas[0]; the other commas are the reader's to find.
    """

    def __init__(self):
        self.data = bytearray(_FRONT + CHUNK)
        self.commas = array("H", [0] * COMMAS)
        self.at = 0
        self.length = 0
        self.fields = 0
        self.sentences_ok = 0
        self.sentences_bad = 0
        # Reads go to `_chunk`, and by copies at the speed of C behind what is left over and into 16-bit words.
        self._chunk = bytearray(CHUNK)
        self._words = array("H", [0] * (CHUNK // 2))
        self._start = _FRONT
        self._end = _FRONT
        self._looked = 0  # bytes of the open line that have been summed
        self._sum = 0

    def take(self, uart, count):
        """Read up to `count` bytes (at most CHUNK) that are waiting; call `find` until it returns 0 before the next."""
        data = self.data
        start = self._start
        end = self._end
        if start == end:
            self._start = _FRONT
        elif end < _FRONT:
            shift = _FRONT - end
            for i in range(end - 1, start - 1, -1):
                data[i + shift] = data[i]
            self._start = start + shift
        elif end > _FRONT:
            shift = end - _FRONT
            for i in range(start, end):
                data[i - shift] = data[i]
            self._start = start - shift
        # Asking for more than has arrived would wait for the rest of the burst (timeout_char is at least 2 ms).
        got = uart.readinto(self._chunk, count)
        struct.pack_into(_COPY, data, _FRONT, self._chunk)
        struct.pack_into(_COPY, self._words, 0, self._chunk)
        self._end = _FRONT + (got or 0)

    @property
    def waiting(self):
        """True while the start of a sentence waits for the rest."""
        return self._start != self._end

    def give_up(self):
        """The line is silent: what looked like the start of a sentence was none."""
        self._start += 1
        self._looked = 0

    def find(self):
        """The next valid sentence: UBX, NMEA, or 0 when more bytes are needed."""
        data = self.data
        end = self._end
        start = self._start
        while start < end:
            first = data[start]
            if first == 0x24:
                at = self._line(start, end)
                if at > 0:  # false: nothing before `at` can start a sentence
                    start = at
                    self._looked = 0
                    continue
                if at == 0:  # complete
                    self.sentences_ok += 1
                    return NMEA
                break
            if first == 0xB5:
                have = end - start
                if have < 2:
                    break
                if data[start + 1] == 0x62:
                    if have < 6:
                        break
                    length = data[start + 4] | data[start + 5] << 8
                    if length <= LONGEST_FRAME - 8:
                        last = start + 6 + length
                        if have < length + 8:
                            break
                        # Unmasked sums stay below 2**28 for the longest frame, and masking twice a byte costs time.
                        a = b = 0
                        for i in range(start + 2, last - 1, 2):
                            a += data[i]
                            b += a
                            a += data[i + 1]
                            b += a
                        if length & 1:
                            a += data[last - 1]
                            b += a
                        if a & 0xFF == data[last] and b & 0xFF == data[last + 1]:
                            self.at = start
                            self.length = length
                            self._start = last + 2
                            self.sentences_ok += 1
                            return UBX
                    self.sentences_bad += 1
            start += 1
        self._start = start
        return 0

    def _line(self, start, end):
        """Go on with the line at `start`: 0 when it is complete and right, -1 when it goes on, else where to go on."""
        data = self.data
        looked = self._looked
        at = start + (looked or 1)
        star = data.find(b"*", at, end)
        stop = end if star < 0 else star
        total = self._sum_of(at, stop)
        if total < 0 or data.find(b"$", at, stop) >= 0 or data.find(b"\x7f", at, stop) >= 0:
            self.sentences_bad += 1
            while 31 < data[at] < 127 and data[at] != 36:
                at += 1
            return at
        if looked:
            total ^= self._sum
        if stop - start > LONGEST_LINE:
            self.sentences_bad += 1
            return stop
        if end - stop < 3:
            self._looked = stop - start
            self._sum = total
            self._start = start
            return -1
        # All receivers write capitals; the general comparison is for the others.
        if (
            data[star + 1] != _HEXADECIMAL[total >> 4] or data[star + 2] != _HEXADECIMAL[total & 15]
        ) and total != hexadecimal(data[star + 1]) << 4 | hexadecimal(data[star + 2]):
            self.sentences_bad += 1
            return star + 1
        fields = data.count(b",", start, star)
        if fields:
            self.commas[0] = data.find(b",", start, star) - start
        self.fields = fields
        self.at = start
        if looked:
            self._looked = 0
        self._start = star + 3
        return 0

    def _sum_of(self, at, end):
        """The exclusive or of the characters from `at` to `end`; -1 when one is below 32 or above 127.

        In the window eight characters a pass: on a board each pass of a loop costs 3 us, and each step in it 1 us.
        """
        data = self.data
        total = strange = 0  # bits 7 and 15 of `strange` tell of characters that cannot be in a line
        last = at + (at & 1) if at >= _FRONT else _FRONT
        if last > end:
            last = end
        for i in range(at, last):
            total ^= data[i]
            strange |= data[i] | data[i] - 32
        if last < end:
            words = self._words
            at = last - _FRONT >> 1
            last = end - _FRONT >> 1
            last -= last - at & 3
            for i in range(at, last, 4):
                a = words[i]
                b = words[i + 1]
                c = words[i + 2]
                d = words[i + 3]
                total ^= a ^ b ^ c ^ d
                # Of the differences only the borrows count: from a byte below 32.
                strange |= a | b | c | d | a - 0x2020 | b - 0x2020 | c - 0x2020 | d - 0x2020
            for i in range((last << 1) + _FRONT, end):
                total ^= data[i]
                strange |= data[i] | data[i] - 32
        if strange & 0x8080:
            return -1
        return (total ^ total >> 8) & 0xFF


def hexadecimal(c):
    """The value of a hexadecimal digit's character code; 256 for anything else, which no checksum equals."""
    if 48 <= c <= 57:
        return c - 48
    if 65 <= c <= 70:
        return c - 55
    if 97 <= c <= 102:
        return c - 87
    return 256
