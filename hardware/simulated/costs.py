"""What each activity of the loop costs on an RP2040, in us: charged to virtual time, so that overruns can happen.

Estimated by `make bench`, which times the same calls on this machine and scales them by the operations that
were timed on both (a hundred times the mean here is not a bug: flash, I2C and UART charge their own time).
"""

COSTS_US = {}
_OTHER_US = 100


def charge(clock, loop):
    """Let `loop` charge every pass: the costs of the activities in its slot."""
    advance = clock.advance
    slots = [sum([COSTS_US.get(one.name, _OTHER_US) for one in activities]) for activities in loop.slots]

    def spend(slot):
        advance(slots[slot])

    loop.spend = spend
