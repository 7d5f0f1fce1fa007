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

_COPY = "256s"  # CHUNK bytes
_HEXADECIMAL = b"0123456789abcdef"
_BEYOND = 40  # bytes that a reader may look past the end of a short sentence


class GpsStream:
    """Bytes in by `take`, sentences out by `find`.

    After `find` has returned UBX or NMEA, the sentence lies in `data` from `at` on until the next call: UBX with
    `length` bytes of payload from at + 6; NMEA with its dollar at `at` and its star at `star`.
    While `start` is not `end`, the start of a sentence waits for the rest.
    """

    def __init__(self):
        self.data = bytearray(LONGEST_FRAME + CHUNK + _BEYOND)
        self.at = 0
        self.length = 0
        self.star = 0
        self.sentences_ok = 0
        self.sentences_bad = 0
        # Reads go to `_chunk`, and by copies at the speed of C behind what is left over and into 16-bit words.
        self._chunk = bytearray(CHUNK)
        self._words = array("H", [0] * (CHUNK // 2 + 1))
        self._base = 0  # even: where in `data` the words begin
        self._first = 0  # even: from here on they are right
        self.start = 0
        self.end = 0
        self._looked = 0  # bytes of the open line that have been summed
        self._sum = 0

    def take(self, uart, count):
        """Read up to `count` bytes (at most CHUNK) that are waiting; call `find` until it returns 0 before the next."""
        if self.start == self.end:
            self.start = self.end = 0
        elif self.end > LONGEST_FRAME:
            self._move()
        # Asking for more than has arrived would wait for the rest of the burst (timeout_char is at least 2 ms).
        count = uart.readinto(self._chunk, count)
        end = self.end
        struct.pack_into(_COPY, self.data, end, self._chunk)
        struct.pack_into(_COPY, self._words, end & 1, self._chunk)
        self._base = end - (end & 1)
        self._first = end + (end & 1)
        self.end = end + (count or 0)

    def _move(self):
        """Make room for a chunk. Seldom: when a whole buffer has come without a pause between two sentences."""
        data = self.data
        start = self.start
        self.start = 0
        self.end -= start
        for i in range(self.end):
            data[i] = data[start + i]

    def give_up(self):
        """The line is silent: what looked like the start of a sentence was none."""
        self.start += 1
        self._looked = self._sum = 0

    # A function that needs more than 11 words is given them from the heap at each call. None below does, which is why
    # they are this short, and why some keep between calls what could be a variable.

    def find(self):
        """The next valid sentence: UBX, NMEA, or 0 when more bytes are needed."""
        data = self.data
        end = self.end
        at = self.start
        while at < end:
            c = data[at]
            if c == 0x24:
                c = self._line(at, end)
            elif c == 0xB5:
                c = self._frame(at, end)
            else:
                at += 1
                continue
            if c > 0:
                self.at = at
                self.sentences_ok += 1
                return c
            if c == 0:
                break
            at = -c  # a false start: nothing before can be one
            self._looked = self._sum = 0
        self.start = at
        return 0

    def _frame(self, start, end):
        """The UBX frame at `start`: UBX, 0 when it may go on, else less than 0: minus the place to go on at."""
        data = self.data
        if start + 1 == end:
            return 0
        if data[start + 1] != 0x62:
            return -1 - start
        if end - start < 6:
            return 0
        length = data[start + 4] | data[start + 5] << 8
        if length <= LONGEST_FRAME - 8:
            last = start + 6 + length
            if end < last + 2:
                return 0
            if fletcher(data, start + 2, last) == data[last] | data[last + 1] << 8:
                self.length = length
                self.start = last + 2
                return UBX
        self.sentences_bad += 1
        return -1 - start

    def _line(self, start, end):
        """The line at `start`: NMEA, 0 when it may go on, else less than 0: minus the place to go on at."""
        data = self.data
        at = start + (self._looked or 1)
        stop = data.find(b"*", at, end)
        if stop < 0:
            stop = end
        if not self._add(at, stop) or data.find(b"$", at, stop) >= 0:
            while 31 < data[at] < 127 and data[at] != 36:
                at += 1
        elif stop - start > LONGEST_LINE:
            at = stop
        elif end - stop < 3:
            self._looked = stop - start
            return 0
        elif self._says(stop):
            self.star = stop
            self._looked = self._sum = 0
            self.start = stop + 3
            return NMEA
        else:
            at = stop + 1
        self.sentences_bad += 1
        return -at

    def _says(self, star):
        """Whether the checksum behind the star, in capitals or small letters, is the sum."""
        a = self.data[star + 1]
        b = self.data[star + 2]
        # With bit 5 set small letters are left, but so are digits of characters below 32.
        return a | 32 == _HEXADECIMAL[self._sum >> 4] and b | 32 == _HEXADECIMAL[self._sum & 15] and a > 31 and b > 31

    def _add(self, at, end):
        """Add the characters from `at` to `end` to the sum; False when one is below 32 or above 126."""
        data = self.data
        total = self._sum
        while at < end and (at & 1 or at < self._first):
            if not 31 < data[at] < 127:
                return False
            total ^= data[at]
            at += 1
        if at < end:
            if end & 1:
                end -= 1
                if not 31 < data[end] < 127:
                    return False
                total ^= data[end]
            words = sum_of_words(self._words, at - self._base >> 1, end - self._base >> 1)
            if words < 0:
                while at < end:  # small letters, or worse?
                    if not 31 < data[at] < 127:
                        return False
                    at += 1
                words = ~words
            total ^= words
        self._sum = total
        return True


def sum_of_words(words, at, end):
    """The exclusive or of all bytes in words[at:end]; its complement when one of them is not within 32 to 95.

    Eight characters a pass: on a board each pass of a loop costs 3 us, and each step in it 1 us.
    """
    total = strange = 0
    while end - at & 3:
        end -= 1
        a = words[end]
        total ^= a
        strange |= a - 0x2020
    while at < end:
        a = words[at]
        total ^= a
        strange |= a - 0x2020  # bits 6, 7, 14, 15: of bytes from 96 on, and of those below 32 by the borrow
        a = words[at + 1]
        total ^= a
        strange |= a - 0x2020
        a = words[at + 2]
        total ^= a
        strange |= a - 0x2020
        a = words[at + 3]
        total ^= a
        strange |= a - 0x2020
        at += 4
    total = (total ^ total >> 8) & 0xFF
    return ~total if strange & 0xC0C0 else total


def fletcher(data, at, end):
    """The two sums of a UBX frame over data[at:end], the second in the upper byte."""
    a = b = 0
    if end - at & 1:
        a = b = data[at]
        at += 1
    while at < end:  # unmasked sums stay below 2**28 for the longest frame, and masking twice a byte costs time
        a += data[at]
        b += a
        a += data[at + 1]
        b += a
        at += 2
    return a & 0xFF | (b & 0xFF) << 8
