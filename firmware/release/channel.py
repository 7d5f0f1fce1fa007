"""One channel's life: idle, pulse, settle, and a verdict from the wire itself. Never blocks, allocates nothing."""

from micropython import const

from firmware.protocol.mission_plan import attempt_ms

IDLE = 0
PULSE = 1
SETTLE = 2
DONE = 3

RELEASED = 1  # whole before the pulse, open after it
HOLDING = 2  # still whole after the pulse
NO_EVIDENCE = 3  # already open before the pulse

_SETTLE_MS = const(300)
_LIMIT_MARGIN_MS = const(150)  # the hardware limit comes after the software's own end


class Channel:
    """Fires one cutter. After `start`, call `poll` every pass until `state` is DONE, then read `verdict`."""

    def __init__(self, clock, cutter, pulse_ms, attempts):
        self._ticks_diff = clock.ticks_diff
        self.cutter = cutter
        self.pulse_ms = pulse_ms
        self.attempts = attempts
        self.state = IDLE
        self.verdict = 0
        self.limit_hits = 0
        self._since_ms = 0
        self._this_pulse_ms = 0
        self._whole_before = False

    def start(self, now_ms, attempt):
        """Begin pulse number `attempt`, counted from 1; later ones are longer."""
        pulse_ms = attempt_ms(self.pulse_ms, attempt)
        self._this_pulse_ms = pulse_ms
        self.verdict = NO_EVIDENCE
        self._since_ms = now_ms
        self._whole_before = False
        self.state = PULSE
        self._whole_before = self.cutter.whole()
        self.cutter.start(pulse_ms + _LIMIT_MARGIN_MS)

    def poll(self, now_ms):
        """True once the verdict is there."""
        if self.state == PULSE:
            if self.cutter.limit_hit or self._ticks_diff(now_ms, self._since_ms) >= self._this_pulse_ms:
                if self.cutter.limit_hit:
                    self.limit_hits += 1
                self.cutter.stop()
                self._since_ms = now_ms
                self.state = SETTLE
        elif self.state == SETTLE and self._ticks_diff(now_ms, self._since_ms) >= _SETTLE_MS:
            if not self._whole_before:
                self.verdict = NO_EVIDENCE
            elif self.cutter.whole():
                self.verdict = HOLDING
            else:
                self.verdict = RELEASED
            self.state = DONE
        return self.state == DONE

    def stop(self):
        """Current off now; a pulse that was on has no verdict."""
        self.cutter.stop()
        if self.state == PULSE:
            self.verdict = NO_EVIDENCE
            self.state = DONE
