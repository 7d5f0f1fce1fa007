"""The crew's way to an armed balloon: plug out, GO, plug in, two minutes of beeping, at rest, armed.

Both keys count before launch: the plug's sense line and the volts of the rail behind it.
"""

from micropython import const

from firmware.protocol.drops import NEVER_ARM, NOT_AT_REST

_RAIL_MV = const(2500)
_UNPLUGGED_MS = const(5000)
_INHIBIT_MS = const(120000)
_LAPSES_MS = const(3600000)
_LEAVING_MS = const(120000)

OUT = 0  # the plug is out
REFUSED = 1  # the plug is in, and something forbids arming
INHIBIT = 2  # beeping: whoever is near has time to step back
RESTING = 3  # waits for 60 s at rest
ARMED = 4


class Arming:
    """`stage` is one of the above; `armed` stays true in flight. The pad reference is in the state: a reset while armed
    or aloft goes on armed.
    """

    def __init__(self, measurements, state, pad):
        self._measurements = measurements
        self._state = state
        self._pad = pad
        self.armed = state.pad_taken_ms is not None
        self.stage = ARMED if self.armed else OUT
        self.booted_with_plug = False
        self._looked = False
        self._in_ms = state.steady_ms() if self.armed else None  # the last moment at which both keys said in
        self._not_out_ms = state.steady_ms()  # the last moment at which one of them did
        self._since_ms = None  # the inhibit began
        self._lapsing_ms = None

    def update(self, reasons):
        """Once a second, after the altitude vote. `reasons` are readiness bits. True when `armed` has changed."""
        self._pad.update()
        state = self._state
        if state.launch_ms is not None:
            return False
        was_armed = self.armed
        now_ms = state.steady_ms()
        if self._unplugged(now_ms):
            self._void()
            self._since_ms = None
            self.stage = OUT
        elif self.armed:
            self._keep(now_ms)
        else:
            self._go_on(reasons, now_ms)
        return self.armed != was_armed

    def rest_again(self):
        """The launch was none: the rest on the pad begins again, and with it the reference."""
        self._void()
        self.stage = RESTING

    def _unplugged(self, now_ms):
        """Out for five seconds: a bounce is none."""
        rail_mv = self._measurements.cutter_mv
        rail = rail_mv is not None and rail_mv >= _RAIL_MV
        sensed = self._measurements.plug_in
        if not self._looked:
            self._looked = True
            self.booted_with_plug = (sensed or rail) and not self.armed
        away = self.armed and self._pad.speaks and not self._pad.near
        if rail and (sensed or away):
            # Aloft the rail decides, also before the launch is recognised.
            self._in_ms = now_ms
        if sensed or rail:
            self._not_out_ms = now_ms
        elif now_ms - self._not_out_ms >= _UNPLUGGED_MS:
            self.booted_with_plug = False
        return self._in_ms is None or now_ms - self._in_ms >= _UNPLUGGED_MS

    def _go_on(self, reasons, now_ms):
        if self.booted_with_plug or reasons & NEVER_ARM & ~NOT_AT_REST:
            self._since_ms = None
            self.stage = REFUSED
            return
        if self._since_ms is None:
            self._since_ms = now_ms
        if now_ms - self._since_ms < _INHIBIT_MS:
            self.stage = INHIBIT
        elif not self._pad.rests or reasons & NEVER_ARM or self._in_ms != now_ms:
            self.stage = RESTING
        else:
            self._pad.take()
            self._state.pad_taken_ms = self._state.near_pad_ms = self._state.elapsed_ms
            self.armed = True
            self.stage = ARMED

    def _keep(self, now_ms):
        """A source that comes to rest later gives its own height; after an hour all of them do so again."""
        pad = self._pad
        state = self._state
        away = (pad.speaks and not pad.near) or state.break_wire_ms is not None
        if away or state.elapsed_ms - state.pad_taken_ms < _LAPSES_MS:
            self._lapsing_ms = None
            if pad.near:
                pad.take(True)
        elif pad.near and pad.rests:
            self._lapsing_ms = None
            pad.take()
            state.pad_taken_ms = state.elapsed_ms
        elif self._lapsing_ms is None:
            # What moves may be about to leave: a balloon let go in this very second must not lose its flight.
            self._lapsing_ms = now_ms
        elif now_ms - self._lapsing_ms >= _LEAVING_MS:
            self.rest_again()

    def _void(self):
        state = self._state
        self.armed = False
        self._lapsing_ms = None
        if state.pad_taken_ms is not None:
            self._pad.forget()
        state.pad_taken_ms = state.near_pad_ms = state.break_wire_ms = None
        state.break_wire_seen = False
