"""One burn-wire cutter: an enable pin, a fire pin with soft start, the continuity of the wire and the current in it.

The wire hangs between the cutter rail and the fire transistor; a small current through it makes the continuity input
read high while the wire is whole, and nothing once it has parted (docs/boards.md).
"""

from micropython import const

_CLOSED_U16 = const(0x2000)
_FULL = const(65535)
_FIRST = const(16384)  # a quarter of the power at first: a cold cell and its leads are not hit by all of it at once
_RAMP_MS = const(300)
_SOFT_PERCENT = const(60)
_CURRENT_MA = const(200)
_BEFORE_READS = const(5)
_AFTER_READS = const(4)  # in each pass of the settling time

_RELEASED = const(1)  # as in release/channel.py
_HOLDING = const(2)
_NO_EVIDENCE = const(3)


class BurnWire:
    """Outputs are safe (low) from the board file on. `begin` and `end` are idempotent and allocate nothing.

    one_shot: a hardware timer, it ends the pulse even when the loop does not come back in time. current: an ADC, or
    None; ma_per_mv: mA in the wire for each mV at it. `current_seen` is None where there is no ADC.
    """

    def __init__(self, cutter, one_shot, current=None, reference_mv=3300, ma_per_mv=(1, 1)):
        self.one_way = True  # once open, it has let go
        self._enable = cutter.enable
        self._fire = cutter.fire
        self._continuity = cutter.continuity
        self._timer = one_shot
        self._current = current
        self._code_for_current = _CURRENT_MA * ma_per_mv[1] * 4096 // ma_per_mv[0] * 16 // reference_mv
        self._on_limit = self._limit
        self._top = _FULL
        self._whole_before = False
        self._opens = 0
        self._reads = 0
        self.current_seen = None
        self.limit_hit = False
        self.firing = False

    def closed(self):
        """True while the wire conducts: most of five readings."""
        closed = 0
        for _ in range(_BEFORE_READS):
            if self._continuity.read_u16() >= _CLOSED_U16:
                closed += 1
        return closed * 2 > _BEFORE_READS

    def look_before(self):
        """What the wire is like before the pulse."""
        self._whole_before = self.closed()
        self.current_seen = None if self._current is None else False
        self._opens = self._reads = 0

    def begin(self, limit_ms, _position=0, softer=False):
        """Current on, for limit_ms at the longest whatever the software does."""
        self.limit_hit = False
        self.firing = True
        self._top = _FULL * _SOFT_PERCENT // 100 if softer else _FULL
        self._timer.init(mode=0, period=limit_ms, callback=self._on_limit)
        self._enable.value(1)
        self._fire.duty_u16(_FIRST)

    def tend(self, passed_ms):
        """Every pass of the pulse: more power by and by, and a look at the current."""
        if self.limit_hit:
            return
        duty = self._top
        if passed_ms < _RAMP_MS:
            duty = _FIRST + (self._top - _FIRST) * passed_ms // _RAMP_MS
        self._fire.duty_u16(duty)
        if self._current is not None and self._current.read_u16() >= self._code_for_current:
            self.current_seen = True

    def end(self):
        """Current off."""
        self._fire.duty_u16(0)
        self._enable.value(0)
        if self.firing:
            self.firing = False
            self._timer.deinit()

    def look_after(self):
        """Every pass of the settling time: the wire again."""
        for _ in range(_AFTER_READS):
            self._reads += 1
            if self._continuity.read_u16() < _CLOSED_U16:
                self._opens += 1

    def verdict(self):
        """Whole before and open after, with current between, is a release; whole after is none; the rest says nothing.

        One reading in eight may be wrong.
        """
        if not self._whole_before:
            return _NO_EVIDENCE
        if self._opens * 8 <= self._reads:
            return _HOLDING
        if self._opens * 8 >= self._reads * 7 and self.current_seen is not False:
            return _RELEASED
        return _NO_EVIDENCE

    def _limit(self, _timer):
        # Interrupt context: pins only.
        self._fire.duty_u16(0)
        self._enable.value(0)
        self.limit_hit = True
