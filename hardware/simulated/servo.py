"""A dispenser that a servo turns: it moves only while it has power and a signal, and lets go at every new position.

Power comes through both keys of its output (docs/boards.md). Figures: small servos are sold as 0.1 to 0.2 s for 60
degrees at 4.8 V unloaded; 0.3 s with a drum, twice that in the cold, and the currents, are assumptions of this model.
"""

from hardware.pins import pico as pins
from hardware.simulated.cutter_supply import Output

# 500 to 2500 us are 180 degrees.
_NS_PER_MS = 2222
_ADAPTER_DUTY = 32768  # its gate is slow: below half of the time it stays off
_ADAPTER_MV = 2500
_COLD_C = -20.0
_MOVING_MA = 250
_STALL_MA = 800
_HOLDING_MA = 10
_SHORTEST_NS = 400000
_LONGEST_NS = 2600000
_SWITCH_NS = 15000


class ServoDispenser(Output):
    """positions_us: pulse widths, the closed one first, where it stands at the start. `on_released(output, number)`.

    A release is the first time that it comes by a position, in their order. Faults are attributes: jammed (stands
    still and draws its stall current), slow (times slower), switch_fitted, switch (of FIRE). After a change, `look`.
    """

    def __init__(self, clock, trace, wiring, supply, output, positions_us, world, on_released, on_edge):
        Output.__init__(self, trace, wiring, supply, output, on_edge)
        self.jammed = False
        self.slow = 1
        self.switch_fitted = True
        self.released = 0
        self._clock = clock
        self._world = world
        self._positions_ns = tuple([one * 1000 for one in positions_us])
        self._on_released = on_released
        self.at_ns = self._positions_ns[0]
        self._signal_ns = 0
        self._to_ns = None  # where it is turning to
        self._ns_per_ms = _NS_PER_MS
        self._since_us = 0
        self._event = None
        wiring.pulses[pins.number("SERVO")] = self._set_signal

    def continuity_level(self):
        """The position switch: closed to ground in every second position, beginning with the closed one."""
        if self.switch_fitted:
            at_ns = self.at_ns_now()
            for place in range(0, len(self._positions_ns), 2):
                if -_SWITCH_NS <= at_ns - self._positions_ns[place] <= _SWITCH_NS:
                    return 0
        return 1

    def at_ns_now(self):
        """Where it stands, as the width of the pulse that would hold it there."""
        self._settle()
        return self.at_ns

    def powered(self):
        return self._supply.live() and self.duty() >= _ADAPTER_DUTY and self._supply.battery.millivolts() >= _ADAPTER_MV

    def _set_signal(self, width_ns):
        self._signal_ns = width_ns
        self.look()

    def _settle(self):
        """Turn by as much as the time since then allows."""
        now_us = self._clock.now_us
        if self._to_ns is not None:
            step_ns = (now_us - self._since_us) * self._ns_per_ms // 1000
            way_ns = self._to_ns - self.at_ns
            if step_ns >= abs(way_ns):
                self.at_ns = self._to_ns
                self._to_ns = None
            else:
                # What is less than a nanosecond is kept for the next time.
                now_us = self._since_us + step_ns * 1000 // self._ns_per_ms
                self.at_ns += step_ns if way_ns > 0 else -step_ns
        self._since_us = now_us

    def look(self):
        """Go by what is switched on and commanded now."""
        self._settle()
        if self._event is not None:
            self._clock.cancel(self._event)
            self._event = None
        self._to_ns = None
        if not self.powered():
            self._draw(0)
            return
        signal_ns = self._signal_ns
        if signal_ns == self.at_ns or not _SHORTEST_NS <= signal_ns <= _LONGEST_NS:
            self._draw(_HOLDING_MA)
            return
        if self.jammed:
            self._draw(_STALL_MA)
            return
        self._to_ns = self._stop_before(signal_ns)
        self._since_us = self._clock.now_us
        cold = 2 if self._world.at(self._clock.now_us).temperature_c < _COLD_C else 1
        self._ns_per_ms = max(1, _NS_PER_MS // (cold * self.slow))
        way_us = -(-abs(self._to_ns - self.at_ns) * 1000 // self._ns_per_ms)
        self._event = self._clock.call_at(self._clock.now_us + way_us, self._arrived)
        self._draw(_MOVING_MA)

    def _stop_before(self, signal_ns):
        """The next place where something happens: a position never reached before, or the end of the way."""
        next_one = self.released + 1
        if next_one < len(self._positions_ns):
            position_ns = self._positions_ns[next_one]
            if self.at_ns < position_ns <= signal_ns or self.at_ns > position_ns >= signal_ns:
                return position_ns
        return signal_ns

    def _arrived(self):
        self._event = None
        self._settle()
        next_one = self.released + 1
        if next_one < len(self._positions_ns) and self.at_ns == self._positions_ns[next_one]:
            self.released = next_one
            self._on_released(self.output, next_one)
        self.look()
