"""One channel's life: idle, pulse, settle, and a verdict from the device itself. Never blocks, allocates nothing."""

from micropython import const

from firmware.protocol.mission_plan import LONGEST_PULSE_MS, attempt_ms
from firmware.release.channel_life import (
    BEGUN,
    DONE,
    IDLE,
    LIMIT_HIT,
    NO_EVIDENCE,
    PULSE,
    SETTLE,
    SETTLED,
    STOPPED,
    TIME_OVER,
    TRANSITIONS,
)

_SETTLE_MS = const(300)
_LIMIT_MARGIN_MS = const(150)  # the hardware limit comes after the software's own end


class Channel:
    """Fires one device, a burn wire or a dispenser. After `start`, `poll` every pass until it says so; then `verdict`.

    A device has begin(position), end(), tend(passed_ms), look_before(), look_after(), verdict(), closed(), limit_hit.
    """

    def __init__(self, clock, device, plan):
        """plan: the mission's Channel."""
        self._ticks_diff = clock.ticks_diff
        self.device = device
        self.attempts = plan.attempts
        self.same_load = plan.same_load
        self._pulse_ms = plan.pulse_ms
        self.state = IDLE
        self.verdict = 0
        self._since_ms = 0
        self._this_pulse_ms = 0

    def start(self, now_ms, attempt, position=0, softer=False):
        """Begin pulse number `attempt`, from 1. Later ones are longer; after a brown-out all are, and softer."""
        pulse_ms = attempt_ms(self._pulse_ms, attempt)
        if softer:
            pulse_ms = min(pulse_ms * 3 // 2, LONGEST_PULSE_MS)
        self._this_pulse_ms = pulse_ms
        self.verdict = NO_EVIDENCE
        self._since_ms = now_ms
        self.device.look_before()
        self._happen(BEGUN)
        self.device.begin(pulse_ms + _LIMIT_MARGIN_MS, position, softer)

    def poll(self, now_ms):
        """True once the verdict is there."""
        passed_ms = self._ticks_diff(now_ms, self._since_ms)
        device = self.device
        if self.state == PULSE:
            if device.limit_hit:
                self._end_pulse(LIMIT_HIT, now_ms)
            elif passed_ms >= self._this_pulse_ms:
                self._end_pulse(TIME_OVER, now_ms)
            else:
                device.tend(passed_ms)
        elif self.state == SETTLE:
            device.look_after()
            if passed_ms >= _SETTLE_MS:
                self.verdict = device.verdict()
                self._happen(SETTLED)
        return self.state == DONE

    def _end_pulse(self, event, now_ms):
        self.device.end()
        self._since_ms = now_ms
        self._happen(event)

    def stop(self):
        """Current off now; a pulse that was on keeps the verdict that it began with: none."""
        self.device.end()
        self._happen(STOPPED)

    def _happen(self, event):
        for before, what, then in TRANSITIONS:
            if before == self.state and what == event:
                self.state = then
                return
