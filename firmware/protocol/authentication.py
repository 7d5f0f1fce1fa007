"""HMAC-SHA256 tags of 8 bytes, and the keys they are made with. RFC 2104, RFC 4231; MicroPython has no hmac.

    tag = HMAC(key of the direction, label of the direction | key id u16 | header 9 | payload without the tag)[:8]

Where the keys come from: provisioning.py.
"""

import hashlib
import struct

TAG_BYTES = 8
UP = b"samara-up"
DOWN = b"samara-down"
_BLOCK_BYTES = 64


def hmac_sha256(key, message):
    """The 32 bytes of RFC 2104; key and message are bytes."""
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    inner = bytearray(_BLOCK_BYTES)
    outer = bytearray(_BLOCK_BYTES)
    for index in range(_BLOCK_BYTES):
        byte = key[index] if index < len(key) else 0
        inner[index] = byte ^ 0x36
        outer[index] = byte ^ 0x5C
    digest = hashlib.sha256(bytes(inner) + message).digest()
    return hashlib.sha256(bytes(outer) + digest).digest()


def same(one, other):
    """Whether two byte strings are equal, in a time that does not tell where they differ."""
    if len(one) != len(other):
        return False
    difference = 0
    for index in range(len(one)):
        difference |= one[index] ^ other[index]
    return difference == 0


class Keys:
    """The keys of one flight: `key_id` is told openly in META, 0 never is one."""

    def __init__(self, key_id, up, down):
        self.key_id = key_id
        self.up = bytes(up)
        self.down = bytes(down)

    def tag_up(self, packet):
        """The tag of a command; packet: header and payload without it."""
        return self._tag(self.up, UP, packet)

    def tag_down(self, packet):
        """The tag of an answer."""
        return self._tag(self.down, DOWN, packet)

    def _tag(self, key, label, packet):
        return hmac_sha256(key, label + struct.pack("<H", self.key_id) + packet)[:TAG_BYTES]
