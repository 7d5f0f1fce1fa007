"""HMAC-SHA256 tags of 8 bytes, and the keys they are made with. RFC 2104, RFC 4231; MicroPython has no hmac.

    tag = HMAC(key of the direction, label of the direction | key id u16 | header 9 | payload without the tag)[:8]

A master key never leaves the ground. For each provisioning the ground draws a salt and derives from both an up key, a
down key and a key id; the board gets these three and the salt never goes over the air. key.bin on the board:

    "SMRK" | version u8 | key id u16 | up key 32 | down key 32 | CRC-32 of all before it
"""

import hashlib
import struct
from binascii import crc32

TAG_BYTES = 8
KEY_BYTES = 32
SALT_BYTES = 16
UP = b"samara up"
DOWN = b"samara down"
_ID = b"samara id"

FILE = "key.bin"
FILE_BYTES = 4 + 1 + 2 + 2 * KEY_BYTES + 4
_MAGIC = b"SMRK"
_VERSION = 1
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
        self._up = bytes(up)
        self._down = bytes(down)

    def tag_up(self, packet):
        """The tag of a command; packet: header and payload without it."""
        return self._tag(self._up, UP, packet)

    def tag_down(self, packet):
        """The tag of an answer."""
        return self._tag(self._down, DOWN, packet)

    def _tag(self, key, label, packet):
        return hmac_sha256(key, label + struct.pack("<H", self.key_id) + packet)[:TAG_BYTES]

    def file(self):
        """The bytes of key.bin."""
        body = _MAGIC + struct.pack("<BH", _VERSION, self.key_id) + self._up + self._down
        return body + struct.pack("<I", crc32(body) & 0xFFFFFFFF)


def derive(master, salt):
    """The Keys of one provisioning. ValueError for a master or a salt of another length."""
    if len(master) != KEY_BYTES or len(salt) != SALT_BYTES:
        raise ValueError("a master key has %d bytes and a salt %d" % (KEY_BYTES, SALT_BYTES))
    mark = hmac_sha256(master, _ID + salt)
    return Keys(mark[0] | mark[1] << 8 or 1, hmac_sha256(master, UP + salt), hmac_sha256(master, DOWN + salt))


def read_file(data):
    """The Keys in the bytes of a key.bin; None when they are damaged or none."""
    if len(data) != FILE_BYTES or data[:4] != _MAGIC or data[4] != _VERSION:
        return None
    body = len(data) - 4
    if struct.unpack("<I", data[body:])[0] != crc32(data[:body]) & 0xFFFFFFFF:
        return None
    key_id = data[5] | data[6] << 8
    return Keys(key_id, data[7 : 7 + KEY_BYTES], data[7 + KEY_BYTES : body]) if key_id else None
