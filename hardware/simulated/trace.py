"""The trace of a flight: every byte on the air, output edge and flash operation with its virtual microsecond, hashed.

Same seed, same trace, on every interpreter. A record is time u64, kind u8, length u16, data; little-endian.
"""

import hashlib
import struct

DOWNLINK = 1
EDGE = 2
FLASH = 3
UPLINK = 4  # into the board's radio
ARRIVED = 5  # at the ground, where there is a channel


class Trace:
    """Hashes as it goes, keeps nothing; `file` keeps the records too, to find where two traces part."""

    def __init__(self, clock, file=None):
        self._clock = clock
        self._hash = hashlib.sha256()
        self._file = file
        self.records = 0

    def add(self, kind, data):
        record = struct.pack("<QBH", self._clock.now_us, kind, len(data)) + data
        self._hash.update(record)
        self.records += 1
        if self._file is not None:
            self._file.write(record)

    def sha256(self):
        """Hexadecimal digest. Ends the trace."""
        return "".join(["%02x" % byte for byte in self._hash.digest()])
