"""The backup's heartbeat: one line on which it says its state, both ends of it.

State n (1 to 6) is n pulses, a pause, 7 - n pulses, and a long pause: 4.2 s, whatever the state. Whoever counts seven
pulses of the right length and both pauses twice over, with the same number, has read a state and no noise.
"""

from micropython import const

from firmware.protocol.drops import BACKUP_SILENT

_ALL = const(7)
_PULSE_MS = const(200)  # high, and as long low between two
_PAUSE_MS = const(600)
_LONG_MS = const(1200)
_EARLY_MS = const(50)  # half a pass of the loop: what is due within it is due now

# What is believed: a pass of 100 ms on each side makes lengths uncertain, and writing to flash makes them longer.
_SHORTEST_MS = const(60)
_SHORT_MS = const(340)
_PAUSE_FROM_MS = const(400)
_PAUSE_TO_MS = const(850)
_LONG_FROM_MS = const(950)
_LONG_TO_MS = const(1600)
_SILENT_MS = const(10000)


class Beat:
    """The backup's end. Set `state`; call `poll` every pass. The line is low between pulses."""

    def __init__(self, pin, clock):
        self.state = BACKUP_SILENT  # 0: the line stays low
        self._pin = pin
        self._ticks_diff = clock.ticks_diff
        self._since_ms = clock.ticks_ms()
        self._length_ms = _LONG_MS
        self._high = False
        self._said = 0  # what the frame under way says: a state that changes in it waits for the next one
        self._pulse = _ALL

    def poll(self, now_ms):
        if self._ticks_diff(now_ms, self._since_ms) < self._length_ms - _EARLY_MS:
            return
        self._since_ms = now_ms
        if self._high:
            self._high = False
            self._pin.value(0)
            self._pulse += 1
            pause = self._pulse == self._said
            self._length_ms = _LONG_MS if self._pulse == _ALL else _PAUSE_MS if pause else _PULSE_MS
            return
        if self._pulse == _ALL:
            self._pulse = 0
            self._said = self.state
        if self._said:
            self._high = True
            self._pin.value(1)
            self._length_ms = _PULSE_MS
        else:
            self._pulse = _ALL


class HeartbeatReader:
    """The primary's end. `state` is what two equal frames in a row have said, BACKUP_SILENT after 10 s without any."""

    def __init__(self, pin, clock):
        self.state = BACKUP_SILENT
        self._pin = pin
        self._ticks_diff = clock.ticks_diff
        self._level = 1
        self._since_ms = self._heard_ms = clock.ticks_ms()
        self._pulses = 0
        self._before_pause = 0
        self._good = False  # false until a long pause: no frame begins anywhere else
        self._last = BACKUP_SILENT

    def poll(self, now_ms):
        """Every pass: look at the line."""
        level = 1 if self._pin.value() else 0
        if level != self._level:
            length_ms = self._ticks_diff(now_ms, self._since_ms)
            self._since_ms = now_ms
            self._level = level
            if level:
                self._low_was(length_ms, now_ms)
            elif _SHORTEST_MS <= length_ms <= _SHORT_MS:
                self._pulses += 1
            else:
                self._good = False
                self._last = BACKUP_SILENT
        # Ticks turn over in days of silence: nothing looks back further than this.
        if self._ticks_diff(now_ms, self._since_ms) >= _SILENT_MS:
            self._since_ms = now_ms
            self._good = False
            self._last = BACKUP_SILENT
        if self._ticks_diff(now_ms, self._heard_ms) >= _SILENT_MS:
            self._heard_ms = now_ms
            self.state = BACKUP_SILENT

    def _low_was(self, length_ms, now_ms):
        if _SHORTEST_MS <= length_ms <= _SHORT_MS:
            return
        if _PAUSE_FROM_MS <= length_ms <= _PAUSE_TO_MS and not self._before_pause and self._pulses:
            self._before_pause = self._pulses
            return
        right = _LONG_FROM_MS <= length_ms <= _LONG_TO_MS
        said = self._before_pause
        if self._good and right and said and self._pulses == _ALL and said < _ALL:
            if said == self._last:
                self.state = said
            self._last = said
            self._heard_ms = now_ms
        else:
            self._last = BACKUP_SILENT
        self._good = right
        self._pulses = self._before_pause = 0
