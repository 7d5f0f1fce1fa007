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
        # A block is made when it is first erased: small pieces of heap, and only as many as are used.
        self._image = [None] * blocks
        self.erases = 0
        self.programs = 0
        self._blank = b"\xff" * BLOCK_BYTES

    def readblocks(self, block, buffer, offset=0):
        image = self._image[block]
        if image is None:
            buffer[:] = self._blank[: len(buffer)]
        else:
            buffer[:] = image[offset : offset + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        self._block(block)[offset : offset + len(buffer)] = buffer
        self.programs += 1
        if self.live:
            self._trace.add(traces.FLASH, struct.pack("<BHHH", _PROGRAM, block, offset, len(buffer)))
            self._clock.stall(PROGRAM_US_PER_PAGE * ((len(buffer) + 255) // 256))

    def erase(self, block):
        self._block(block)[:] = self._blank
        self.erases += 1
        if self.live:
            self._trace.add(traces.FLASH, struct.pack("<BHHH", _ERASE, block, 0, 0))
            self._clock.stall(ERASE_US)

    def use_all(self):
        """Make every block now, so that the heap does not grow by flash."""
        for block in range(self.blocks):
            self._block(block)

    def _block(self, block):
        image = self._image[block]
        if image is None:
            image = self._image[block] = bytearray(self._blank)
        return image

    def ioctl(self, operation, argument):
        if operation == 4:
            return self.blocks
        if operation == 5:
            return BLOCK_BYTES
        if operation == 6:
            self.erase(argument)
        return 0
