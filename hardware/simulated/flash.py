"""Flash under littlefs: a block device in RAM whose erases and programs stop the processor and both UARTs.

RP2040: a 4 kB sector erase takes 45 ms typically, 400 ms at most (W25Q16JV datasheet rev. G, 9.6); a 256-byte page
0.4 ms typically. Erased bytes are 0xFF; programming can only clear bits.
"""

import struct

from hardware.simulated import trace as traces
from hardware.simulated.machine import BoardReset

BLOCK_BYTES = 4096
READ_BYTES = 32
PROGRAM_BYTES = 32
CACHE_BYTES = 128
LOOKAHEAD_BYTES = 32
BLOCK_CYCLES = 100

ERASE_US = 45000
PROGRAM_US_PER_PAGE = 400
_EIO = 5
_ERASE = 1
_PROGRAM = 2


class Flash:
    """MicroPython's extended block device protocol (library/vfs). Time passes only while `live`.

    A reset in the middle of an operation leaves half of it done, and takes the flash away from whoever had mounted it:
    see `attach`. Faults are attributes: erase_us (slow erases), failing (erases and programs give EIO).
    """

    def __init__(self, clock, trace, blocks=64):
        self._clock = clock
        self._trace = trace
        self.blocks = blocks
        self.live = False
        self.busy = False
        self.erase_us = None
        self.failing = False
        # A block is made when it is first erased: small pieces of heap, and only as many as are used.
        self._image = [None] * blocks
        self.erases = 0
        self.programs = 0
        self._blank = b"\xff" * BLOCK_BYTES
        self.mounted = None

    def attach(self):
        """What the next mount works on; whatever was mounted before it reaches nothing any more."""
        if self.mounted is not None:
            self.mounted.reset = None
        self.mounted = Mounted(self)
        return self.mounted

    def power_off(self, reset):
        """The board has stopped: what it still tries in unwinding raises `reset` again."""
        if self.mounted is not None:
            self.mounted.stop(reset)

    def readblocks(self, block, buffer, offset=0):
        image = self._image[block]
        if image is None:
            buffer[:] = self._blank[: len(buffer)]
        else:
            buffer[:] = image[offset : offset + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        self.programs += 1
        size = len(buffer)
        if self.live:
            if self.failing:
                return -_EIO
            self._trace.add(traces.FLASH, struct.pack("<BHHH", _PROGRAM, block, offset, size))
            try:
                self._stall(PROGRAM_US_PER_PAGE * ((size + 255) // 256))
            except BoardReset as reset:
                self._block(block)[offset : offset + size // 2] = buffer[: size // 2]
                raise reset  # the machine code of MicroPython knows no raise by itself
        self._block(block)[offset : offset + size] = buffer
        return 0

    def erase(self, block):
        self.erases += 1
        if self.live:
            if self.failing:
                return -_EIO
            self._trace.add(traces.FLASH, struct.pack("<BHHH", _ERASE, block, 0, 0))
            try:
                self._stall(ERASE_US if self.erase_us is None else self.erase_us)
            except BoardReset as reset:
                self._block(block)[: BLOCK_BYTES // 2] = self._blank[: BLOCK_BYTES // 2]
                raise reset  # the machine code of MicroPython knows no raise by itself
        self._block(block)[:] = self._blank
        return 0

    def _stall(self, us):
        self.busy = True
        try:
            self._clock.stall(us)
        finally:
            self.busy = False

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
            return self.erase(argument) or 0
        return 0


class Mounted:
    """The flash as one mount has it. After a reset it works no more, so that no file of before is written after it."""

    def __init__(self, flash):
        self._flash = flash
        self._stopped = False
        self.reset = None

    def stop(self, reset):
        self._stopped = True
        self.reset = reset

    def _refuse(self):
        if self.reset is not None:
            raise self.reset
        return -_EIO

    def readblocks(self, block, buffer, offset=0):
        if self._stopped:
            return self._refuse()
        return self._flash.readblocks(block, buffer, offset)

    def writeblocks(self, block, buffer, offset=0):
        if self._stopped:
            return self._refuse()
        return self._flash.writeblocks(block, buffer, offset)

    def erase(self, block):
        if self._stopped:
            return self._refuse()
        return self._flash.erase(block)

    def ioctl(self, operation, argument):
        if operation == 6:
            return self.erase(argument) or 0
        return self._flash.ioctl(operation, argument)
