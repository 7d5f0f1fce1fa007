"""Faults of a scenario, as a table: (name, start in s, length in s, size) begins and ends one on the bench.

Everything is on the bench's clock and outlives the board's resets. A length of 0 is for good, or once.
"""

from hardware.simulated import fault_flash, fault_flight, fault_link, fault_outputs, fault_program, fault_sensors

CATALOGUE = (
    fault_program.ROWS
    + fault_flash.ROWS
    + fault_outputs.ROWS
    + fault_sensors.ROWS
    + fault_flight.ROWS
    + fault_link.ROWS
)


class BadFault(BaseException):
    """A fault that cannot happen in this scenario. Not an Exception: the firmware would count it and fly on."""


def row_of(name):
    """The catalogue's row; ValueError where there is none."""
    for row in CATALOGUE:
        if row[0] == name:
            return row
    raise ValueError("no fault is called %s; there are: %s" % (name, ", ".join([row[0] for row in CATALOGUE])))


class Faults:
    """The faults of one flight on its bench. rows: as in the scenario, whole numbers and a name."""

    def __init__(self, bench, rows=()):
        self._bench = bench
        self.begun = []  # (us, name)
        for name, start_s, length_s, size in rows:
            self.add(name, start_s * 1000000, length_s * 1000000, size)

    def add(self, name, start_us, length_us=0, size=0):
        """Plan one, to the microsecond."""
        _Fault(self.begun, self._bench, row_of(name), length_us, size).plan(start_us)


class _Fault:
    """One of them, from its planning to its end."""

    def __init__(self, begun, bench, row, length_us, size):
        self._begun = begun
        self._bench = bench
        self._clock = bench.clock
        self._name, _, _, self._to_begin, self._to_end, self._step, self._every_ms = row
        self._length_us = length_us
        self._size = size
        self._count = 0
        self._over = False

    def plan(self, start_us):
        self._clock.call_at(start_us, self._begin)

    def _begin(self):
        # What comes later is planned first: what happens now may well reset the board, and is left by that.
        now_us = self._clock.now_us
        if self._to_end is not None and self._length_us:
            self._clock.call_at(now_us + self._length_us, self._end)
        if self._step is not None:
            self._clock.call_at(now_us, self._again)
        self._begun.append((now_us, self._name))
        self._try(self._to_begin, self._length_us)

    def _again(self):
        if not self._over:
            self._clock.call_at(self._clock.now_us + (self._every_ms or self._size) * 1000, self._again)
            self._count += 1
            self._try(self._step, self._count - 1)

    def _end(self):
        self._over = True
        self._try(self._to_end)

    def _try(self, change, *arguments):
        try:
            change(self._bench, self._size, *arguments)
        except Exception as error:
            raise BadFault("%s, size %s: %s" % (self._name, self._size, error))
