"""A transparent radio modem: what the board writes leaves its antenna when the last byte of the write has come in."""

from hardware.simulated import trace as traces


class Modem:
    """`sink` is called with every frame's bytes at the moment they are on the air.

    A packet modem (EBYTE E32: three silent byte times end a packet) breaks a frame in which the board's UART paused;
    `gaps` counts those, and the pieces go out apart, as they would.
    """

    def __init__(self, clock, trace, sink):
        self._clock = clock
        self._trace = trace
        self._sink = sink
        self._waiting = []  # [data, start_us, byte_us], in the order of their times
        self.writes = 0
        self.bytes_sent = 0
        self.gaps = 0

    def attach(self, uart):
        pass

    def pump(self, now_us):
        pass

    def on_write(self, data, start_us, byte_us, baud):
        self.writes += 1
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
        if not data:
            return
        self.bytes_sent += len(data)
        self._trace.add(traces.DOWNLINK, data)
        self._sink(data)
