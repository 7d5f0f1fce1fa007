"""The keys of a flight: drawn and derived on the ground, read once by the board, which then forgets this module.

A master key never leaves the ground. For each provisioning the ground draws a salt and derives from both an up key, a
down key and a key id; the board gets these three and the salt never goes over the air. key.bin on the board:

    "SMRK" | version u8 | key id u16 | up key 32 | down key 32 | CRC-32 of all before it
"""

import struct
from binascii import crc32

from firmware.protocol.authentication import DOWN, UP, Keys, hmac_sha256

KEY_BYTES = 32
SALT_BYTES = 16
FILE = "key.bin"
FILE_BYTES = 4 + 1 + 2 + 2 * KEY_BYTES + 4
ID = b"samara-id"
_MAGIC = b"SMRK"
_VERSION = 1


def derive(master, salt):
    """The Keys of one provisioning. ValueError for a master or a salt of another length."""
    if len(master) != KEY_BYTES or len(salt) != SALT_BYTES:
        raise ValueError("a master key has %d bytes and a salt %d" % (KEY_BYTES, SALT_BYTES))
    mark = hmac_sha256(master, ID + salt)
    return Keys(mark[0] | mark[1] << 8 or 1, hmac_sha256(master, UP + salt), hmac_sha256(master, DOWN + salt))


def file_of(keys):
    """The bytes of key.bin."""
    body = _MAGIC + struct.pack("<BH", _VERSION, keys.key_id) + keys.up + keys.down
    return body + struct.pack("<I", crc32(body) & 0xFFFFFFFF)


def read_file(data):
    """The Keys in the bytes of a key.bin; None when they are damaged or none."""
    if len(data) != FILE_BYTES or data[:4] != _MAGIC or data[4] != _VERSION:
        return None
    body = len(data) - 4
    if struct.unpack("<I", data[body:])[0] != crc32(data[:body]) & 0xFFFFFFFF:
        return None
    key_id = data[5] | data[6] << 8
    return Keys(key_id, data[7 : 7 + KEY_BYTES], data[7 + KEY_BYTES : body]) if key_id else None
