"""A UART as MicroPython has it on the RP2040: a 32-byte FIFO, a bounded receive buffer, short writes.

While interrupts are off it stands still and lives from its FIFO (RP2040 datasheet 4.2; MicroPython ports/rp2).
"""

_FIFO_BYTES = 32


class Uart:
    """`machine.UART` on simulated wires. `peer` is the chip at the other end (see docs/architecture.md)."""

    INV_TX = 1
    INV_RX = 2

    def __init__(self, clock, peer):
        self._clock = clock
        self._peer = peer
        self.board = True  # whose it is (Clock.power_off)
        self._pump = None
        self.baud = 9600
        self._byte_us = 1042
        self._rx = b""
        self._rx_limit = 256
        self._tx_limit = 256
        self._arriving = []  # [data, first byte's index, its arrival's start_us, byte_us]
        self._tx_free_us = 0
        self.bytes_lost = 0  # received while there was no room for them
        self._powered_us = clock.now_us
        clock.stops(self)
        if peer is not None:
            peer.attach(self)
            self._pump = peer.pump

    def init(
        self,
        baudrate=9600,
        bits=8,
        parity=None,
        stop=1,
        tx=None,
        rx=None,
        txbuf=256,
        rxbuf=256,
        timeout=0,
        timeout_char=0,
    ):
        self.baud = baudrate
        self._byte_us = (10000000 + baudrate // 2) // baudrate
        self._rx_limit = rxbuf if rxbuf > 32 else 32
        self._tx_limit = txbuf if txbuf > 32 else 32

    def deinit(self):
        self._rx = b""
        self._arriving = []

    # The board's side ------------------------------------------------------------------------------------------

    def any(self):
        now_us = self._clock.now_us
        if self._pump is not None:
            self._pump(now_us)
        if self._arriving:
            self._settle(now_us)
        return len(self._rx)

    def readinto(self, buffer, count=None):
        have = self.any()
        if not have:
            return None
        size = len(buffer)
        if count is not None and count < size:
            size = count
        if size >= have:
            buffer[:have] = self._rx
            self._rx = b""
            return have
        buffer[:size] = self._rx[:size]
        self._rx = self._rx[size:]
        return size

    def read(self, count=None):
        have = self.any()
        if not have:
            return None
        if count is None or count > have:
            count = have
        data = self._rx[:count]
        self._rx = self._rx[count:]
        return data

    def write(self, data):
        """Take what fits into the transmit buffer and say how much that was; None when it is full."""
        now_us = self._clock.now_us
        if self._tx_free_us < now_us:
            self._tx_free_us = now_us
        waiting = (self._tx_free_us - now_us) // self._byte_us
        room = self._tx_limit + _FIFO_BYTES - waiting
        if room <= 0:
            return None
        if len(data) > room:
            data = data[:room]
        start_us = self._tx_free_us
        self._tx_free_us = start_us + len(data) * self._byte_us
        if self._peer is not None:
            self._peer.on_write(bytes(data), start_us, self._byte_us, self.baud)
        return len(data)

    def txdone(self):
        return self._tx_free_us <= self._clock.now_us

    def flush(self):
        self._clock.advance(self._tx_free_us - self._clock.now_us)

    # The wire's side -------------------------------------------------------------------------------------------

    def receive(self, data, start_us, baud):
        """Bytes whose first bit arrives at start_us. At another rate than ours they arrive as rubbish."""
        if start_us < self._powered_us:
            return  # sent while the board was off
        byte_us = (10000000 + baud // 2) // baud
        if baud != self.baud:
            # About as many characters as our rate would make of the same time on the wire.
            count = len(data) * byte_us // self._byte_us
            data = bytes([(data[i * len(data) // count] * 167 + i * 29 + 13) & 0xFF | 0x80 for i in range(count)])
            byte_us = self._byte_us
        if not data:
            return
        if (
            not self._arriving
            and len(self._rx) + len(data) <= self._rx_limit
            and start_us + len(data) * byte_us <= self._clock.now_us
        ):
            self._rx += data
            return
        self._arriving.append([data, 0, start_us, byte_us])

    def _settle(self, until_us, room=None):
        """Move what has arrived by until_us into the buffer; at most `room` bytes when that is given."""
        while self._arriving:
            chunk = self._arriving[0]
            data, first, start_us, byte_us = chunk
            arrived = (until_us - start_us) // byte_us - first
            if arrived <= 0:
                return room
            left = len(data) - first
            if arrived > left:
                arrived = left
            keep = arrived
            space = self._rx_limit - len(self._rx)
            if room is not None and room < space:
                space = room
            if keep > space:
                self.bytes_lost += keep - space
                keep = space
            self._rx += data[first : first + keep]
            if room is not None:
                room -= keep
            if arrived == left:
                self._arriving.pop(0)
            else:
                chunk[1] = first + arrived
                return room
        return room

    def stall(self, from_us, until_us):
        """Interrupts are off from from_us to until_us: the FIFO fills, what comes after is lost, sending stops."""
        if self._pump is not None:
            self._pump(from_us)
        if self._arriving:
            self._settle(from_us)
        if self._pump is not None:
            self._pump(until_us)
        if self._arriving:
            self._settle(until_us, _FIFO_BYTES)
        unsent_us = self._tx_free_us - from_us
        fifo_us = _FIFO_BYTES * self._byte_us
        if unsent_us > fifo_us:
            gap_us = until_us - from_us - fifo_us
            if gap_us > 0:
                self._tx_free_us += gap_us
                if self._peer is not None:
                    self._peer.on_gap(from_us + fifo_us, gap_us)
