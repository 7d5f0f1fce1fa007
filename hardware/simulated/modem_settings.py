"""A modem that has settings: between the board's UART and its air, which hears and says nothing while it is set up.

`air` is a transparent modem (hardware/simulated/modem.py). What a sort of modem answers is in its own module.
"""


class SettableModem:
    """`level()` is that of its mode pin; whoever drives that pin calls `on_mode` at every edge.

    `kept` are the settings in its flash, `settings` those it works by: `start` makes them so. Faults, to be changed
    at any time: silent (answers nothing, its air goes on), babbles (answers rubbish), stubborn (says yes and keeps what
    it has), cut_bytes (so many bytes of each answer arrive).
    """

    def __init__(self, clock, air, kept, level=None):
        self._clock = clock
        self._air = air
        self._level = level
        self._uart = None
        self.kept = kept
        self.settings: dict = {}
        self.flash_writes = 0
        self.orders: list = []  # what it has understood
        self.silent = self.babbles = self.stubborn = False
        self.cut_bytes = None
        self._broken = False
        self._line_free_us = 0
        self._off_air_until_us = 0
        self.start()

    def start(self):
        """As after power-on."""
        self.settings = dict(self.kept)
        self._air.baud = self.baud

    @property
    def baud(self):
        """Of its UART in the air."""
        raise NotImplementedError

    def commanded(self):
        """Whether what the board sends is for the modem itself."""
        raise NotImplementedError

    def command_baud(self):
        return self.baud

    def on_mode(self, _level=None):
        """The mode pin may have changed."""

    def hear(self, data):
        """A write of the board has come in whole, at the rate of the modem's UART."""
        raise NotImplementedError

    # As a chip on a UART -----------------------------------------------------------------------------------------

    def attach(self, uart):
        self._uart = uart
        self._air.attach(self)

    def pump(self, now_us):
        self.on_mode()
        self._air.pump(now_us)

    def on_write(self, data, start_us, byte_us, baud):
        self.on_mode()
        if not self.commanded():
            if self._clock.now_us >= self._off_air_until_us:
                self._air.on_write(data, start_us, byte_us, baud)
            return
        self._broken = False
        if baud != self.command_baud():
            data = bytes([byte * 167 & 0xFF | 0x80 for byte in data])
        self._clock.call_at(start_us + len(data) * byte_us, lambda: self._heard(data))

    def on_gap(self, at_us, gap_us):
        if self.commanded():
            self._broken = True
        else:
            self._air.on_gap(at_us, gap_us)

    def power_off(self, reset):
        self._air.power_off(reset)

    def _heard(self, data):
        if not self.silent and not self._broken:
            self.hear(data)

    def answer(self, data, after_us=8000):
        """Bytes to the board, behind those that are still going in."""
        if self.babbles:
            data = bytes([byte * 91 + 7 & 0xFF for byte in data])
        if self.cut_bytes is not None:
            data = data[: self.cut_bytes]
        if not data:
            return
        baud = self.command_baud()
        start_us = self._clock.now_us + after_us
        if start_us < self._line_free_us:
            start_us = self._line_free_us
        self._line_free_us = start_us + len(data) * 10000000 // baud
        self._uart.receive(data, start_us, baud)

    def keep(self, name, value):
        """A setting is written into flash, unless the modem only says so."""
        self.flash_writes += 1
        if not self.stubborn:
            self.kept[name] = value

    # As the UART that its air pours into -------------------------------------------------------------------------

    def receive(self, data, start_us, _baud):
        """Bytes out of the air: for the board, unless it is just setting the modem up."""
        if not self.commanded():
            self._uart.receive(data, start_us, self.baud)
