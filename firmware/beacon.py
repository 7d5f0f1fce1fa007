"""When a payload that is down reports: every minute for a day, then every ten, as long as the cells last."""

from micropython import const

_OFTEN_MS = const(60000)
_SELDOM_MS = const(600000)
_DAY_MS = const(86400000)


class Beacon:
    """Asked once a second from the landing or the end of the flight on; its first report is at once."""

    def __init__(self):
        self._since_ms = None
        self._last_ms = 0

    def due(self, elapsed_ms):
        """Whether a report is due at this mission time."""
        if self._since_ms is None:
            self._since_ms = elapsed_ms
        else:
            every_ms = _OFTEN_MS if elapsed_ms - self._since_ms < _DAY_MS else _SELDOM_MS
            if elapsed_ms - self._last_ms < every_ms:
                return False
        self._last_ms = elapsed_ms
        return True
