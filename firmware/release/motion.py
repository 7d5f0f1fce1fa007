"""Evidence by motion: what hangs no longer makes the balloon climb faster, or fall. For drops that say nothing else.

It counts only where the predicted change of vertical speed is at least 0.5 m/s and three times the noise.
"""

from micropython import const

_SAMPLES = const(16)
_LEAST_CM_S = const(50)
_SETTLING_MS = const(12000)  # the rate is a mean over 8 s, and the balloon answers slowly
_LONGEST_MS = const(40000)

PENDING = 0
MOVED = 1
NOTHING = 2


class Motion:
    """`note` a vertical speed every second; `begin` when a load may have gone; `look` until it is no longer PENDING."""

    def __init__(self):
        self._rates = [0] * _SAMPLES
        self._count = 0
        self._at = 0
        self._expected_cm_s = 0
        self._before_cm_s = 0
        self._noise_cm_s = 0
        self._since_ms = 0

    def note(self, rate_cm_s):
        """Once a second; None where it is not known: what came before says nothing any more."""
        if rate_cm_s is None:
            self._count = 0
            return
        self._rates[self._at] = rate_cm_s
        self._at = (self._at + 1) % _SAMPLES
        if self._count < _SAMPLES:
            self._count += 1

    def begin(self, expected_cm_s, elapsed_ms):
        """Remember how it moves now; False when this could never tell. expected_cm_s: the change, up positive."""
        if self._count < _SAMPLES or abs(expected_cm_s) < _LEAST_CM_S:
            return False
        self._before_cm_s = self._mean()
        self._noise_cm_s = self._noise(self._before_cm_s)
        self._expected_cm_s = expected_cm_s
        self._since_ms = elapsed_ms
        return abs(expected_cm_s) >= 3 * self._noise_cm_s

    def restart(self):
        """The load may have gone now: only what is noted from here on speaks of afterwards."""
        self._count = 0

    def look(self, elapsed_ms):
        """MOVED when the mean speed has changed by half of what was predicted or more, NOTHING after 40 s."""
        passed_ms = elapsed_ms - self._since_ms
        if passed_ms >= _SETTLING_MS and self._count >= 8:
            change_cm_s = self._mean() - self._before_cm_s
            if self._expected_cm_s < 0:
                change_cm_s = -change_cm_s
            if change_cm_s * 2 >= abs(self._expected_cm_s) and change_cm_s >= 3 * self._noise_cm_s:
                return MOVED
        return NOTHING if passed_ms >= _LONGEST_MS else PENDING

    def _mean(self):
        total = 0
        for back in range(self._count):
            total += self._rates[(self._at - 1 - back) % _SAMPLES]
        return total // self._count

    def _noise(self, mean_cm_s):
        """Mean distance from the mean."""
        total = 0
        for back in range(self._count):
            total += abs(self._rates[(self._at - 1 - back) % _SAMPLES] - mean_cm_s)
        return total // self._count
