"""A dispenser turned by a servo: one absolute position a release, held by its own friction, powered only to move.

Signal: 50 Hz, 500 to 2500 us. Power comes through ENABLE and the channel's FIRE output, so a boot, a reset or a pulse
of another channel moves nothing. The dispenser's switch, on the continuity input, is closed in every second position,
beginning with the closed one: each release changes it. While the output is on it cannot be read (docs/boards.md).
"""

from micropython import const

_CLOSED_U16 = const(0x2000)
_FULL = const(65535)
_READS = const(4)
_STALL_MA = const(500)  # of a small servo, which draws less than half of it while it turns

_RELEASED = const(1)  # as in release/channel.py
_HOLDING = const(2)
_NO_EVIDENCE = const(3)


class ServoDropper:
    """The interface of BurnWire. positions_us: pulse widths, the closed position first. current: an ADC, or None."""

    def __init__(self, cutter, one_shot, signal, positions_us, current=None, reference_mv=3300, ma_per_mv=(1, 1)):
        self.one_way = False  # its switch says where it stands, not what is gone
        self._enable = cutter.enable
        self._fire = cutter.fire
        self._switch = cutter.continuity
        self._timer = one_shot
        self._signal = signal
        self._positions_us = positions_us
        self._on_limit = self._limit
        self._current = current
        self._stall_code = _STALL_MA * ma_per_mv[1] * 4096 // ma_per_mv[0] * 16 // reference_mv
        self._stalled = False
        self._fitted = False  # the switch has been seen closed: without one there is no evidence
        self._closed_before = False
        self._closes = 0
        self._to_even = False
        self._reads = 0
        self.current_seen = None
        self.limit_hit = False
        self.firing = False

    def closed(self):
        """What the switch says now."""
        closed = self._switch.read_u16() >= _CLOSED_U16
        if closed:
            self._fitted = True
        return closed

    def look_before(self):
        """Where it stands before the move."""
        self._closed_before = self.closed()
        self.current_seen = None if self._current is None else False
        self._stalled = False
        self._closes = self._reads = 0

    def begin(self, limit_ms, position=0, _softer=False):
        """Command `position` first, power second: the servo never moves anywhere else."""
        self.limit_hit = False
        self.firing = True
        last = len(self._positions_us) - 1
        if position > last:
            position = last
        self._to_even = position & 1 == 0
        self._signal.duty_ns(self._positions_us[position] * 1000)
        self._timer.init(mode=0, period=limit_ms, callback=self._on_limit)
        self._enable.value(1)
        self._fire.duty_u16(_FULL)

    def tend(self, _passed_ms):
        """Every pass of the move: what it draws now. A jam shows by it to the end."""
        if self._current is None or self.limit_hit:
            return
        self._stalled = self._current.read_u16() >= self._stall_code
        if self._stalled:
            self.current_seen = True

    def end(self):
        """Power off first, signal second."""
        self._fire.duty_u16(0)
        self._enable.value(0)
        self._signal.duty_ns(0)
        if self.firing:
            self.firing = False
            self._timer.deinit()

    def look_after(self):
        for _ in range(_READS):
            self._reads += 1
            if self.closed():
                self._closes += 1

    def verdict(self):
        """The switch has changed to what it is in the new position: a release. It has not: none.

        Without a switch, or with one that was right before the move already, nothing is known.
        """
        if self._stalled:
            return _HOLDING
        if not self._fitted:
            return _NO_EVIDENCE
        closed = self._closes * 2 > self._reads
        if closed != self._to_even:
            return _HOLDING
        return _RELEASED if self._closed_before != closed else _NO_EVIDENCE

    def _limit(self, _timer):
        # Interrupt context: pins only.
        self._fire.duty_u16(0)
        self._enable.value(0)
        self.limit_hit = True
