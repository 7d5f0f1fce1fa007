"""A burn wire under tension: heat parts it, and what hung on it falls.

Figures: 30 AWG nichrome of about 2 Ohm parts in up to 4 s at 1.6 to 3 A; about 75 J (hardware/circuit will say more).
"""

from hardware.simulated.cutter_supply import FULL_DUTY, Output

_WIRE_MOHM = 2000
_LEAST_MA = 1000  # less makes it warm

WHOLE = "whole"
OPEN = "open"
NOISY = "noisy"


class BurnWire(Output):
    """`parts_after_ms` of full current part it; None: it never parts. `on_parted(output)` is called once.

    Heat goes with the duty. Faults are attributes: continuity (WHOLE or OPEN whatever the wire is, or NOISY: by
    `random`), whole set to False (the wire is broken, and what hangs on it still hangs), switch (of FIRE). After a
    change call `look`. `part` parts it at once.
    """

    def __init__(self, clock, trace, wiring, supply, output, parts_after_ms, on_parted, on_edge, random):
        Output.__init__(self, trace, wiring, supply, output, on_edge)
        self.parts_after_ms = parts_after_ms
        self.continuity = None
        self.whole = True
        self.parted = False
        self._clock = clock
        self._on_parted = on_parted
        self._random = random
        self._heat = 0  # us at full duty, times that
        self._heating = 0  # the duty since then
        self._since_us = 0
        self._event = None

    def continuity_level(self):
        """At the pin: low while the wire is whole. FIRE pulls it low, too, and ENABLE high."""
        if self.continuity is not None:
            return self._random.below(2) if self.continuity == NOISY else self.continuity == OPEN
        if self.duty():
            return 0
        return 0 if self.whole and not self._supply.enabled() else 1

    def look(self):
        """Go by what is switched on now."""
        now_us = self._clock.now_us
        self._heat += self._heating * (now_us - self._since_us)
        self._since_us = now_us
        duty = self.duty() if self.whole and self._supply.live() else 0
        full_ma = self._supply.battery.current_ma(_WIRE_MOHM) if duty else 0
        self._heating = duty if full_ma >= _LEAST_MA else 0
        self._draw(full_ma * duty // FULL_DUTY)
        if self._event is not None:
            self._clock.cancel(self._event)
            self._event = None
        if self._heating and self.parts_after_ms is not None:
            left = self.parts_after_ms * 1000 * FULL_DUTY - self._heat
            self._event = self._clock.call_at(now_us + max(0, -(-left // self._heating)), self._burnt)

    def _burnt(self):
        self._event = None
        self.part()

    def part(self):
        """The string is cut."""
        self.whole = False
        self.look()
        if not self.parted:
            self.parted = True
            self._on_parted(self.output)
