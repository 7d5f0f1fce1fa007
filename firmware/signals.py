"""The LED and the buzzer: they play one row of the table of signals until another is to be shown."""

from micropython import const

_FIRST = const(1 << 19)  # the first of 20 slots


class Signals:
    """`show` when something changes, `poll` every pass of 100 ms. Neither allocates."""

    def __init__(self, led, buzzer):
        # In here, for the module with its table is not needed in flight.
        from firmware.protocol.signals import PATTERNS

        self._led = led
        self._buzzer = buzzer
        self._leds = tuple([row[1] for row in PATTERNS])
        self._buzzers = tuple([row[2] for row in PATTERNS])
        self.number = 0
        self._slot = _FIRST
        self._led_on = 0
        self._buzzer_on = 0
        led.value(0)
        buzzer.value(0)

    def show(self, number):
        """Play this row from its beginning, if it is not playing already."""
        if number != self.number:
            self.number = number
            self._slot = _FIRST

    def poll(self, _now_ms=0):
        led_on = 1 if self._leds[self.number] & self._slot else 0
        buzzer_on = 1 if self._buzzers[self.number] & self._slot else 0
        if led_on != self._led_on:
            self._led_on = led_on
            self._led.value(led_on)
        if buzzer_on != self._buzzer_on:
            self._buzzer_on = buzzer_on
            self._buzzer.value(buzzer_on)
        self._slot = self._slot >> 1 or _FIRST
