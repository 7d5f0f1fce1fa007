"""Frames on the wire: 00 | COBS( header 9 | payload | CRC-32 4 ) | 00. deframing.py finds them in a stream.

COBS: S. Cheshire and M. Baker, "Consistent Overhead Byte Stuffing", 1999. CRC-32 as in zlib, little-endian.
Why CRC-32: inside COBS one flipped bit can change the length, which destroys a CRC-16's distance guarantee.
"""

import struct
from binascii import crc32

VERSION = 2
HEADER_BYTES = 9
CRC_BYTES = 4
FIXED_BYTES = 16  # delimiters 2, COBS 1, header 9, CRC 4
LONGEST_CONTENT = 253  # header + payload + CRC: COBS then costs exactly one byte
LARGEST_SEQUENCE = 0xFFFFFF
LARGEST_TIME = 0xFFFFFF

HEADER = "<BHHBHB"


def header(frame_type, net, sequence, mission_ms):
    """The nine header bytes. Sequence and time (0.1 s) are 24 bits; time stays at its largest value after 19 days."""
    time = mission_ms // 100
    if time > LARGEST_TIME:
        time = LARGEST_TIME
    return struct.pack(
        HEADER,
        VERSION << 6 | frame_type & 0x3F,
        net & 0xFFFF,
        sequence & 0xFFFF,
        sequence >> 16 & 0xFF,
        time & 0xFFFF,
        time >> 16,
    )


def encode(packet):
    """The bytes on the wire for header + payload; ValueError when it is too long for one frame."""
    if len(packet) + CRC_BYTES > LONGEST_CONTENT:
        raise ValueError("a frame holds at most 249 bytes, this is " + str(len(packet)))
    content = bytes(packet) + struct.pack("<I", crc32(packet) & 0xFFFFFFFF)
    parts = [b"\0"]
    for run in content.split(b"\0"):
        parts.append(bytes((len(run) + 1,)))
        parts.append(run)
    parts.append(b"\0")
    return b"".join(parts)


def read_header(packet):
    """(version, frame_type, net, sequence, mission_ms) of a packet that `decode` gave out."""
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
