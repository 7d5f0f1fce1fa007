"""A number that lives through a watchdog reset, in scratch registers of the watchdog, and not through a power cut.

Raspberry Pi, "RP2040 Datasheet" (build 2024-10-15), 4.7.4 and 4.7.6; "RP2350 Datasheet" (build 2024-10-16), 12.9.5 and
12.9.7. The boot ROM and MicroPython's reset use SCRATCH4 to 7; SCRATCH0 to 2 are ours.
"""

import sys

from micropython import const

_RP2040_BASE = 0x40058000
_RP2350_BASE = 0x400D8000
_SCRATCH = 0x0C
_MARK = const(0x1EAF1E75)
_LARGEST = const(0x3FFFFFFF)


class Survivor:
    """`write` allocates nothing. A reset between its stores costs the number, and never gives a wrong one."""

    def __init__(self, memory):
        base = _RP2350_BASE if "RP2350" in getattr(sys.implementation, "_machine", "") else _RP2040_BASE
        self._memory = memory
        # Kept whole: on a board an address is too large to be made anew without taking heap.
        self._mark_at = base + _SCRATCH
        self._value_at = base + _SCRATCH + 4
        self._check_at = base + _SCRATCH + 8

    def write(self, value):
        """Keep `value`, from 0 to 2**30 - 1."""
        memory = self._memory
        memory[self._value_at] = value
        memory[self._check_at] = value ^ _LARGEST
        memory[self._mark_at] = _MARK

    def read(self):
        """What was written last since the power came; None when there is nothing, or when it is damaged."""
        memory = self._memory
        value = memory[self._value_at]
        if memory[self._mark_at] != _MARK or not 0 <= value <= _LARGEST or memory[self._check_at] != value ^ _LARGEST:
            return None
        return value
