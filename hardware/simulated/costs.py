"""What each activity of the loop costs on an RP2040, in us: charged to virtual time, so that overruns can happen.

Estimated by `make bench`, which times the same calls on this machine and scales them by the operations that
were timed on both (a hundred times the mean here is not a bug: flash, I2C and UART charge their own time).
"""

COSTS_US = {}
_OTHER_US = 100


def charge(clock):
    """The function a loop's `spend` is set to."""
    costs = COSTS_US
    advance = clock.advance

    def spend(activity):
        advance(costs.get(activity.name, _OTHER_US))

    return spend
