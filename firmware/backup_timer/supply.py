"""The cutter's supply behind the arming plug: there, and for how long."""

from micropython import const

_RAIL_MV = const(2500)
_SETTLED = const(5)  # readings in a row, one a second


class Supply:
    """`poll` once a second. A reading at the end of the scale is none."""

    def __init__(self, battery):
        self._battery = battery
        self._count = 0

    def poll(self, now_ms):
        if self._battery.poll(now_ms):
            rail_mv = self._battery.cutter_mv
            if rail_mv is None or rail_mv < _RAIL_MV:
                self._count = 0
            elif self._count < _SETTLED:
                self._count += 1

    def present(self):
        """The newest reading is high enough."""
        return self._count > 0

    def settled(self):
        """So were the five newest."""
        return self._count >= _SETTLED
