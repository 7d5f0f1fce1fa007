"""How any modem is set up: said and heard in steps between which nothing waits; what came of it is the result."""

from micropython import const

from firmware.protocol import faults

UNDER_WAY = 0
READY = 1  # it had what was wanted
CHANGED = 2  # it had something else, was told, and has it now
SILENT = 3  # no answer that makes sense: it is used as it is
REFUSED = 4  # it was told, and does not have it

_BUFFER_BYTES = const(512)  # of the UART, both ways; whoever changes its rate must say so again
_LONGEST_ANSWER = const(700)


class ModemDialogue:
    """`script(talk)` is a generator: it says and hears by `talk`, yields the ms until its next step, and sets `result`.

    mode_pin: an input on which a resistor says "on the air"; idle: that level. It is driven only in a set-up.
    baud: of the UART when all is over.
    """

    def __init__(self, script, uart, mode_pin, idle, clock, baud):
        self._uart = uart
        self._pin = mode_pin
        self._idle = idle
        self._ticks_diff = clock.ticks_diff
        self._ticks_add = clock.ticks_add
        self._baud = baud
        self._due_ms = None
        self.heard = b""  # since `say` or `quiet`
        self.result = UNDER_WAY
        self._steps = script(self)

    @property
    def fault(self):
        """The number of the fault that the result is, 0 for none."""
        return {SILENT: faults.MODEM_SILENT, REFUSED: faults.MODEM_REFUSED}.get(self.result, 0)

    def poll(self, now_ms):
        """Never waits. True when the set-up is over: the modem is on the air again, the UART at the profile's rate."""
        self._hear()
        if self._due_ms is not None and self._ticks_diff(now_ms, self._due_ms) < 0:
            return False
        if self._steps is None:
            return True
        for wait_ms in self._steps:
            self._due_ms = self._ticks_add(now_ms, wait_ms)
            return False
        self._steps = None
        return True

    def _hear(self):
        count = self._uart.any()
        if count:
            buffer = bytearray(count)
            got = self._uart.readinto(buffer, count)
            if got:
                self.heard = (self.heard + buffer[:got])[-_LONGEST_ANSWER:]

    # For the scripts -------------------------------------------------------------------------------------------

    def say(self, data):
        self.heard = b""
        self._uart.write(data)

    def rate(self, baud):
        """The UART's rate from now on."""
        self._uart.init(baudrate=baud, rxbuf=_BUFFER_BYTES, txbuf=_BUFFER_BYTES)
        self.heard = b""

    def settings(self, wanted):
        """Take the modem into its settings, or put it on the air again and let go of the pin."""
        pin = self._pin
        if wanted:
            # The level that it has already comes first: driving the pin makes no edge.
            pin.init(pin.OUT, value=self._idle)
            pin.value(1 - self._idle)
        else:
            pin.value(self._idle)
            pin.init(pin.IN)
            self.rate(self._baud)
