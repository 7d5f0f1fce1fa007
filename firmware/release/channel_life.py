"""A channel's life: the one table of what may become of it, and what its device may say in the end."""

IDLE = 0
PULSE = 1
SETTLE = 2
DONE = 3

BEGUN = 1  # a drop has its turn, its intent is on flash and every gate is open
TIME_OVER = 2  # the pulse has lasted as long as it should
LIMIT_HIT = 3  # the hardware timer has ended it: the loop came too late
STOPPED = 4  # SAFE, landing or the end of the flight
SETTLED = 5  # the evidence has been looked at

# from, what happens, to
TRANSITIONS = (
    (IDLE, BEGUN, PULSE),
    (DONE, BEGUN, PULSE),
    (PULSE, TIME_OVER, SETTLE),
    (PULSE, LIMIT_HIT, SETTLE),
    (PULSE, STOPPED, DONE),
    (SETTLE, STOPPED, DONE),
    (SETTLE, SETTLED, DONE),
)

RELEASED = 1  # there is evidence that it let go
HOLDING = 2  # there is evidence that it did not
NO_EVIDENCE = 3  # neither
