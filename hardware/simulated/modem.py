"""A transparent radio modem: what the board writes leaves its antenna when the last byte of the write has come in."""

from hardware.simulated import trace as traces
from hardware.simulated.random_source import RandomSource


class Modem:
    """`sink` is called with every frame's bytes at the moment they are on the air; `on_air` brings some from there.

    A packet modem (EBYTE E32: three silent byte times end a packet) breaks a frame in which the board's UART paused;
    `gaps` counts those, and the pieces go out apart, as they would.
    """

    def __init__(self, clock, trace, sink):
        self._clock = clock
        self._trace = trace
        self.sink = sink
        self.on_leave = None  # function(data): hears of what leaves the antenna, wherever the sink takes it
        self.on_hear = None  # function(data): hears of what goes into the board's UART
        self._uart = None
        self._waiting = []  # [data, start_us, byte_us], in the order of their times
        self._heard_until_us = 0
        self._noise = RandomSource(4000)
        self.writes = 0
        self.bytes_sent = 0
        self.gaps = 0
        # Faults.
        self.baud = None  # of its UART where it is not the board's: what goes either way is rubbish
        self.foreign = False  # its settings are another's: nothing of ours is heard or said
        self.mistuned = None  # function: whether they are, as long as nobody has set it up again
        self.dead_until_us = 0  # it restarts until then, and what it held is lost
        self.noise_permille = 0  # of the bytes to the board, those that are others

    def attach(self, uart):
        self._uart = uart

    def pump(self, now_us):
        pass

    def on_write(self, data, start_us, byte_us, baud):
        self.writes += 1
        if self.baud is not None and self.baud != baud:
            data = bytes([data[at] * 167 + at * 29 & 0xFF | 0x80 for at in range(len(data))])
        self._waiting.append([data, start_us, byte_us])
        self._clock.call_at(start_us + len(data) * byte_us, self._deliver)

    def on_gap(self, at_us, gap_us):
        """The UART stood still in the middle of what waits: cut there, the rest comes later."""
        if not self._waiting:
            return
        data, start_us, byte_us = self._waiting[-1]
        sent = (at_us - start_us) // byte_us
        if 0 < sent < len(data):
            self.gaps += 1
            self._waiting[-1][0] = data[:sent]
            rest_us = at_us + gap_us
            self._waiting.append([data[sent:], rest_us, byte_us])
            self._clock.call_at(rest_us + (len(data) - sent) * byte_us, self._deliver)

    def power_off(self, _reset):
        """The board has stopped: what its UART had not sent yet never comes."""
        for waiting in self._waiting:
            data, start_us, byte_us = waiting
            sent = (self._clock.now_us - start_us) // byte_us
            waiting[0] = data[:sent] if sent > 0 else b""

    def _deliver(self):
        if not self._waiting:
            return
        data = self._waiting.pop(0)[0]
        if not data or self._dead():
            return
        self.bytes_sent += len(data)
        self._trace.add(traces.DOWNLINK, data)
        if self.on_leave is not None:
            self.on_leave(data)
        self.sink(data)

    def _dead(self):
        if self.mistuned is not None and self.mistuned():
            return True
        return self.foreign or self._clock.now_us < self.dead_until_us

    # From the air ----------------------------------------------------------------------------------------------

    def on_air(self, data):
        """Bytes have come out of the air: into the board's UART, behind what is still going in."""
        if self._dead() or self._uart is None:
            return
        self.pour(data)

    def pour(self, data):
        """Bytes into the board's UART, from wherever they are."""
        self._trace.add(traces.UPLINK, data)
        if self.noise_permille:
            noise = self._noise
            data = bytes([noise.below(256) if noise.below(1000) < self.noise_permille else byte for byte in data])
        baud = self._uart.baud if self.baud is None else self.baud
        start_us = self._clock.now_us
        if start_us < self._heard_until_us:
            start_us = self._heard_until_us
        self._heard_until_us = start_us + len(data) * 10000000 // baud
        if self.on_hear is not None:
            self.on_hear(data)
        self._uart.receive(data, start_us, baud)
