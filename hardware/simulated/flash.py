"""Flash under littlefs: a block device in RAM whose erases and programs stop the processor and both UARTs.

RP2040: a 4 kB sector erase takes 45 ms typically, 400 ms at most (W25Q16JV datasheet rev. G, 9.6); a 256-byte page
0.4 ms typically. Erased bytes are 0xFF; programming can only clear bits.
"""

import struct

from hardware.simulated import trace as traces

BLOCK_BYTES = 4096
READ_BYTES = 32
PROGRAM_BYTES = 32
CACHE_BYTES = 128
LOOKAHEAD_BYTES = 32
BLOCK_CYCLES = 100

ERASE_US = 45000
PROGRAM_US_PER_PAGE = 400
_ERASE = 1
_PROGRAM = 2


class Flash:
    """MicroPython's extended block device protocol (library/vfs). Time passes only while `live`."""

    def __init__(self, clock, trace, blocks=64):
        self._clock = clock
        self._trace = trace
        self.blocks = blocks
        self.live = False
        self.image = bytearray(b"\xff" * (blocks * BLOCK_BYTES))
        self.erases = 0
        self.programs = 0
        self._blank = b"\xff" * BLOCK_BYTES

    def readblocks(self, block, buffer, offset=0):
        start = block * BLOCK_BYTES + offset
        buffer[:] = self.image[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        start = block * BLOCK_BYTES + offset
        self.image[start : start + len(buffer)] = buffer
        self.programs += 1
        if self.live:
            self._trace.add(traces.FLASH, struct.pack("<BHHH", _PROGRAM, block, offset, len(buffer)))
            self._clock.stall(PROGRAM_US_PER_PAGE * ((len(buffer) + 255) // 256))

    def erase(self, block):
        start = block * BLOCK_BYTES
        self.image[start : start + BLOCK_BYTES] = self._blank
        self.erases += 1
        if self.live:
            self._trace.add(traces.FLASH, struct.pack("<BHHH", _ERASE, block, 0, 0))
            self._clock.stall(ERASE_US)

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.blocks
        if operation == 5:
            return BLOCK_BYTES
        if operation == 6:
            self.erase(argument)
        return 0
