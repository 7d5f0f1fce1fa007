"""Bytes from the wire -> packets: finds frames between zero bytes, undoes COBS, believes nothing without its CRC-32.

The other half of framing.py; a board that only sends does not load it.
"""

import struct
from binascii import crc32

from firmware.protocol.framing import CRC_BYTES, HEADER, HEADER_BYTES, LONGEST_CONTENT


def read_header(packet):
    """(version, frame_type, net, sequence, mission_ms) of a packet that `Deframer` gave out."""
    first, net, low, high, time_low, time_high = struct.unpack(HEADER, packet[:HEADER_BYTES])
    return first >> 6, first & 0x3F, net, low | high << 16, (time_low | time_high << 16) * 100


def decode(stuffed):
    """Header + payload of what stood between two zero bytes, or None when it is damaged."""
    runs = []
    at = 0
    end = len(stuffed)
    while at < end:
        after = at + stuffed[at]
        if after > end or after == at:
            return None
        runs.append(stuffed[at + 1 : after])
        at = after
    content = b"\0".join(runs)
    size = len(content) - CRC_BYTES
    if size < HEADER_BYTES:
        return None
    packet = content[:size]
    if struct.unpack("<I", content[size:])[0] != crc32(packet) & 0xFFFFFFFF:
        return None
    return packet


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
