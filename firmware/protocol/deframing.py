"""Bytes from the wire -> packets: finds frames between zero bytes, undoes COBS, believes nothing without its CRC-32.

The other half of framing.py; a board, which hears nothing but short commands, does not load it.
"""

from firmware.protocol.framing import LONGEST_CONTENT, decode, read_header

__all__ = ("Deframer", "decode", "read_header")


class Deframer:
    """Bytes in, packets out. Keeps at most one frame of unfinished bytes and counts what it throws away."""

    def __init__(self):
        self._unfinished = b""
        self._skipping = False  # inside something longer than any frame
        self.frames = 0
        self.bad_frames = 0
        self.bad_bytes = 0

    def feed(self, data):
        """A list of the undamaged packets (header + payload) that end in `data`."""
        pieces = (self._unfinished + data).split(b"\0")
        tail = pieces.pop()
        packets = []
        for piece in pieces:
            if self._skipping:
                self._skipping = False
                self.bad_bytes += len(piece)
            elif piece:
                packet = decode(piece) if len(piece) <= LONGEST_CONTENT + 1 else None
                if packet is None:
                    self.bad_frames += 1
                    self.bad_bytes += len(piece)
                else:
                    self.frames += 1
                    packets.append(packet)
        if self._skipping or len(tail) > LONGEST_CONTENT + 1:
            if not self._skipping:
                self.bad_frames += 1
            self._skipping = True
            self.bad_bytes += len(tail)
            tail = b""
        self._unfinished = tail
        return packets
