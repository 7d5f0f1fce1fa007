"""The moment of launch: two witnesses of three, or a lone one for ten minutes; and a launch that proves to be none."""

from micropython import const

from firmware.protocol import phases

_UP_M = const(150)
_UP_MS = const(5000)
_LONE_UP_M = const(300)
_LONE_MS = const(600000)
_LONE_MOVED_M = const(30)
_CLIMB_MS = const(20000)
_CLIMB_M = const(5)
_WIRE_WHOLE_MS = const(5000)
_WIRE_TOO_SOON_MS = const(120000)
_FLOWN_M = const(1000)
_BACK_MS = const(120000)
_UTC_OLD_MS = const(3600000)

BY_BREAK_WIRE = 1
BY_PRESSURE = 2
BY_GPS = 4


class Launch:
    """T0 is the opening of the break wire where there is one, else the last moment within 20 m of the pad.

    `wire_alone`: only the break wire says so, which is believed after ten minutes. `back`: at pad height again, as if
    it had been no launch. `cancelled`: that has been so for two minutes; true for one update. `source`: the witnesses.
    """

    def __init__(self, measurements, state, pad, arming, break_wire):
        """break_wire: whether the mission has one; without, its input says nothing."""
        self._measurements = measurements
        self._state = state
        self._pad = pad
        self._arming = arming
        self._break_wire = break_wire
        self.source = 0
        self._whole_since_ms = None
        if state.near_pad_ms is not None and state.launch_ms is None:
            # Lift-off may have been while the board was off: what was seen before it does not say when. Rather late.
            state.near_pad_ms = state.elapsed_ms
        self._forget()

    def _forget(self):
        self.wire_alone = False
        self.back = False
        self.cancelled = False
        self._pressure_since_ms = None  # mission time that never jumps, like every time here
        self._climb_since_ms = None
        self._climb_from_m = 0
        self._up_since_ms = None  # of a lone source
        self._up_low_m = 0
        self._up_high_m = 0
        self._back_since_ms = None

    def update(self):
        """Once a second, after arming. True in the second in which launch is recognised."""
        state = self._state
        self.cancelled = False
        if state.launch_ms is not None:
            self.wire_alone = False
            self._look_back(state.steady_ms())
            return False
        self._look_at_wire(state.steady_ms())
        if not self._arming.armed:
            self._forget()
            return False
        return self._watch(state.steady_ms())

    def _watch(self, now_ms):
        state = self._state
        pad = self._pad
        if pad.near:
            state.near_pad_ms = state.elapsed_ms
        witnesses = 0 if state.break_wire_ms is None else BY_BREAK_WIRE
        if self._high(pad.pressure_up_m, now_ms):
            witnesses |= BY_PRESSURE
        if pad.gps_up_m is not None and self._climbs(pad.gps_up_m, now_ms):
            witnesses |= BY_GPS
        self.wire_alone = witnesses == BY_BREAK_WIRE
        lone = self._lone(pad.pressure_up_m, pad.gps_up_m, now_ms)
        if not (witnesses & (witnesses - 1) or lone):
            return False
        self.source = witnesses
        state.flown = False
        state.launch_ms = self._lift_off_ms()
        state.launch_unix_s = self._lift_off_unix_s(state.launch_ms)
        return True

    def _lift_off_ms(self):
        near_ms = self._state.near_pad_ms
        wire_ms = self._state.break_wire_ms
        if wire_ms is None or near_ms - wire_ms > _WIRE_TOO_SOON_MS:
            # A wire that came out long before the pad was left was pulled by hand: earlier than planned is never right.
            return near_ms
        return wire_ms

    def _lift_off_unix_s(self, launch_ms):
        """By the clock as it was set on the pad; kept from then on, however GPS time may jump."""
        state = self._state
        if state.unix_s is None or launch_ms - state.unix_elapsed_ms > _UTC_OLD_MS or state.behind:
            return None
        return state.unix_s + (launch_ms - state.unix_elapsed_ms) // 1000

    # Witnesses -------------------------------------------------------------------------------------------------

    def _look_at_wire(self, now_ms):
        """Its opening counts only after it has been whole for 5 s; whole for less than that is a loose end."""
        state = self._state
        is_open = self._measurements.break_wire_open
        if not self._break_wire or is_open is None:
            return
        if is_open:
            self._whole_since_ms = None
            if not self._arming.armed:
                state.break_wire_seen = False
            elif state.break_wire_seen and state.break_wire_ms is None:
                state.break_wire_ms = state.elapsed_ms
        elif self._whole_since_ms is None:
            self._whole_since_ms = now_ms
        elif now_ms - self._whole_since_ms >= _WIRE_WHOLE_MS:
            state.break_wire_seen = True
            state.break_wire_ms = None

    def _high(self, up_m, now_ms):
        if up_m is None or up_m < _UP_M:
            self._pressure_since_ms = None
            return False
        if self._pressure_since_ms is None:
            self._pressure_since_ms = now_ms
        return now_ms - self._pressure_since_ms >= _UP_MS

    def _climbs(self, up_m, now_ms):
        """High enough, for 20 s never lower than when that began, and higher than then by more than noise."""
        if up_m < _UP_M or self._climb_since_ms is None or up_m < self._climb_from_m:
            self._climb_since_ms = now_ms if up_m >= _UP_M else None
            self._climb_from_m = up_m
            return False
        return now_ms - self._climb_since_ms >= _CLIMB_MS and up_m >= self._climb_from_m + _CLIMB_M

    def _lone(self, pressure_up_m, gps_up_m, now_ms):
        """One source alone is believed after ten minutes, if it moved meanwhile and the other does not contradict."""
        wire_ms = self._state.break_wire_ms
        if wire_ms is not None and self._state.elapsed_ms - wire_ms >= _LONE_MS and not self._pad.near:
            return True
        up_m = gps_up_m if pressure_up_m is None else pressure_up_m
        if (pressure_up_m is not None and gps_up_m is not None) or up_m is None or up_m < _LONE_UP_M:
            self._up_since_ms = None
            return False
        if self._up_since_ms is None:
            self._up_since_ms = now_ms
            self._up_low_m = self._up_high_m = up_m
        self._up_low_m = min(self._up_low_m, up_m)
        self._up_high_m = max(self._up_high_m, up_m)
        return now_ms - self._up_since_ms >= _LONE_MS and self._up_high_m - self._up_low_m >= _LONE_MOVED_M

    # A launch that was none ------------------------------------------------------------------------------------

    def _look_back(self, now_ms):
        state = self._state
        up_m = self._pad.lowest_up_m
        if up_m is not None and up_m > _FLOWN_M:
            # So high goes no car and no lift: what comes back from there has landed.
            state.flown = True
        over = state.flown or state.ended or state.phase == phases.LANDED or self._dropped()
        self.back = self._pad.back and not over
        if not self.back:
            self._back_since_ms = None
        elif self._back_since_ms is None:
            self._back_since_ms = now_ms
        elif now_ms - self._back_since_ms >= _BACK_MS:
            state.cancel_launch()
            self._arming.rest_again()
            self._forget()
            self.cancelled = True

    def _dropped(self):
        return sum(self._state.drop_attempts) + sum(self._state.drop_steps) > 0
