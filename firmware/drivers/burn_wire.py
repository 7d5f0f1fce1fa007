"""One burn-wire cutter: an enable pin, a fire pin, and the continuity of the wire.

The wire hangs between the cutter rail and the fire transistor; a small current through it makes the continuity input
read about half of full scale while the wire is whole, and nothing once it has parted (docs/boards.md).
"""

from micropython import const

_CLOSED_U16 = const(0x2000)


class BurnWire:
    """Outputs are safe (low) from the board file on. `start` and `stop` are idempotent and allocate nothing.

    `one_shot` is a hardware timer: it ends the pulse even when the loop does not come back in time.
    """

    def __init__(self, cutter, one_shot):
        self._enable = cutter.enable
        self._fire = cutter.fire
        self._continuity = cutter.continuity
        self._timer = one_shot
        self._on_limit = self._limit
        self.limit_hit = False
        self.firing = False

    def whole(self):
        """True while the wire conducts."""
        return self._continuity.read_u16() >= _CLOSED_U16

    def start(self, limit_ms):
        """Current on, for limit_ms at the longest whatever the software does."""
        self.limit_hit = False
        self.firing = True
        self._timer.init(mode=0, period=limit_ms, callback=self._on_limit)
        self._enable.value(1)
        self._fire.value(1)

    def stop(self):
        """Current off."""
        self._fire.value(0)
        self._enable.value(0)
        if self.firing:
            self.firing = False
            self._timer.deinit()

    def _limit(self, _timer):
        # Interrupt context: pins only.
        self._fire.value(0)
        self._enable.value(0)
        self.limit_hit = True
