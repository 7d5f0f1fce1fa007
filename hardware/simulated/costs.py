"""What each activity of the loop costs on an RP2040: charged to virtual time, so that overruns and lag can happen.

Mean microseconds of one run, by the method of docs/decisions/0003 (counted instructions, 19 us a thousand), rounded up;
what comes once a second in an activity that runs in every pass, a GPS fix or a frame, is spread over its ten runs.
Flash, I2C and UART charge their own time.
"""

COSTS_US = {
    "time": 60,
    "gps": 700,
    "areas": 60,
    "uplink": 60,
    "release": 90,
    "send": 700,
    "crew": 150,
    "supplies": 900,
    "wide_barometer": 1500,
    "low_barometer": 5000,
    "estimate": 2000,
    "judge": 3000,
    "write": 60,
}
PASS_US = 300  # the loop's own


def charge(clock, loop):
    """Let `loop` charge every pass what the activities in its slot cost. KeyError for one that is not in the table."""
    advance = clock.advance
    slots = [PASS_US + sum([COSTS_US[one.name] for one in activities]) for activities in loop.slots]

    def spend(slot):
        advance(slots[slot])

    loop.spend = spend
