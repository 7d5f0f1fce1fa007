"""CRC-16/CCITT-FALSE (polynomial 1021, start FFFF), under UKHAS sentences and Horus packets.

The standard library's binascii.crc_hqx is the same sum in C (docs/decisions/0015).
"""

from binascii import crc_hqx

START = 0xFFFF
BYTES = 2


def crc16(data: bytes) -> int:
    """0 to FFFF; of "123456789" it is 29B1."""
    return crc_hqx(data, START)
