"""A burn wire under tension: heat parts it, and what hung on it falls.

Figures: 30 AWG nichrome of about 2 Ohm parts in up to 4 s at 1.6 to 3 A; about 75 J (hardware/circuit will say more).
"""

from hardware.simulated import trace as traces

_LOAD_MA = 2200


class BurnWire:
    """Wired to ENABLE, one FIRE pin and one CONTINUITY pin. `parts_after_ms` of current part it; None: it never parts.

    `on_parted(wire)` is called once. Edges of FIRE go into the trace and to `on_edge(wire, level)`.
    """

    def __init__(
        self, clock, trace, wiring, output, fire_pin, continuity_pin, parts_after_ms, battery, on_parted, on_edge
    ):
        self._clock = clock
        self._trace = trace
        self.output = output
        self._heat_us = 0
        self._parts_after_us = None if parts_after_ms is None else parts_after_ms * 1000
        self._battery = battery
        self._on_parted = on_parted
        self._on_edge = on_edge
        self._enabled = False
        self._fire = False
        self._hot_since_us = None
        self._event = None
        self.whole = True
        wiring.outputs[fire_pin] = self._set_fire
        wiring.inputs[continuity_pin] = self._continuity

    def set_enable(self, level):
        """ENABLE is shared by all wires."""
        self._enabled = bool(level)
        self._current()

    def _set_fire(self, level):
        self._fire = bool(level)
        self._trace.add(traces.EDGE, bytes((self.output, 1 if level else 0)))
        self._on_edge(self, 1 if level else 0)
        self._current()

    def _continuity(self):
        return 0 if self.whole and not (self._enabled or self._fire) else 1

    def _current(self):
        now_us = self._clock.now_us
        flows = self._enabled and self._fire and self.whole and self._battery.millivolts() > 2000.0
        if flows and self._hot_since_us is None:
            self._hot_since_us = now_us
            self._battery.set_load("wire", _LOAD_MA)
            if self._parts_after_us is not None:
                self._event = self._clock.call_at(now_us + self._parts_after_us - self._heat_us, self._part)
        elif not flows and self._hot_since_us is not None:
            self._heat_us += now_us - self._hot_since_us
            self._hot_since_us = None
            self._battery.set_load("wire", 0)
            if self._event is not None:
                self._clock.cancel(self._event)
                self._event = None

    def _part(self):
        self.whole = False
        self._event = None
        self._current()
        self._on_parted(self)
