"""Tags and keys: as the RFCs have them, read back from a board's storage, and none at all where anything is damaged."""

from firmware.key_file import read_keys
from firmware.protocol import authentication, provisioning
from tests.portable.core_rig import fresh_storage, unmount
from tests.portable.uplink_rig import KEYS, MASTER


def bytes_of(text):
    return bytes([int(text[at : at + 2], 16) for at in range(0, len(text), 2)])


# Those of RFC 4231, and beside them the lengths at which a key begins to be hashed; made by another implementation.
TAGS = (
    (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (b"", b"", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    (bytes(range(64)), b"as long as a block", "61a3f027aa48f1bbe02de165d85d19b94c3eee0136f0c9f86b3a4c7210b5edbe"),
    (bytes(range(65)), b"a byte longer", "d5f5580d53cea003ab40beaa201f96df289c1952ee2de52ec430b6b4e1772bc6"),
)


def test_the_tag_is_that_of_rfc_4231():
    for key, message, digest in TAGS:
        assert authentication.hmac_sha256(key, message) == bytes_of(digest), len(key)


def test_a_tag_is_of_its_direction_its_key_and_its_packet():
    packet = bytes(range(22))
    assert KEYS.tag_up(packet) == bytes_of("d224d4991173ab86")
    assert KEYS.tag_down(packet) == bytes_of("e3a0814be6c66a51")


def test_tags_are_the_same_only_where_every_bit_is():
    tag = bytes(range(8))
    assert authentication.same(tag, bytes(range(8))) is True and authentication.same(b"", b"") is True
    for bit in range(64):
        other = bytearray(tag)
        other[bit // 8] ^= 1 << bit % 8
        assert authentication.same(tag, bytes(other)) is False
    for other in (tag[:-1], tag + b"\0", b""):
        assert authentication.same(tag, other) is False and authentication.same(other, tag) is False
    # Two differences never make up for each other.
    assert authentication.same(b"\x01\x01", b"\x00\x00") is False and authentication.same(b"ab", b"ba") is False


def test_the_keys_of_a_provisioning_are_made_of_the_master_and_its_salt():
    assert KEYS.key_id == 40678
    assert KEYS.up == bytes_of("d5a359caea29a5cf48646755a34ab4ec47fce1ff2df4279d661486a1b352bcbe")
    assert KEYS.down == bytes_of("f553efe7badb8a6d3494bd3bc5e5e13a44b4da67de61beb4f722693b618c5870")
    assert provisioning.derive(MASTER, b"salt000000083962").key_id == 1  # it would be 0, which no key has


def test_a_master_or_a_salt_of_another_length_makes_no_key():
    for master, salt in ((31, 16), (33, 16), (32, 15), (32, 17)):
        try:
            provisioning.derive(bytes(master), bytes(salt))
        except ValueError as error:
            assert "32" in str(error) and "16" in str(error)
        else:
            raise AssertionError((master, salt))


def closed(body):
    """A key.bin with a true CRC, whatever it holds."""
    from binascii import crc32

    crc = crc32(body) & 0xFFFFFFFF
    return body + bytes([crc >> shift & 0xFF for shift in (0, 8, 16, 24)])


def test_a_key_file_is_its_magic_its_version_its_number_and_two_keys():
    body = b"SMRK\x01" + bytes((40678 & 0xFF, 40678 >> 8)) + KEYS.up + KEYS.down
    assert provisioning.file_of(KEYS) == closed(body) and len(closed(body)) == 75
    for number in range(1, 9):  # the CRC of each ends in other bits
        other = body[:5] + bytes((number, 0)) + body[7:]
        assert provisioning.file_of(authentication.Keys(number, KEYS.up, KEYS.down)) == closed(other)
        assert provisioning.read_file(closed(other)).key_id == number
    again = provisioning.read_file(closed(body))
    assert (again.key_id, again.up, again.down) == (KEYS.key_id, KEYS.up, KEYS.down)
    assert again.tag_up(b"x") == KEYS.tag_up(b"x") != KEYS.tag_down(b"x") == again.tag_down(b"x")
    for wrong in (
        b"SMRL" + body[4:],
        body[:4] + b"\x02" + body[5:],
        body[:4] + b"\x00" + body[5:],
        body[:5] + b"\0\0" + body[7:],  # 0 is no key's number
        body[:-1],
        body + b"\0",
        b"",
    ):
        assert provisioning.read_file(closed(wrong)) is None, wrong[:8]
    assert provisioning.read_file(closed(body[:5] + b"\0\1" + body[7:])).key_id == 256
    assert provisioning.read_file(closed(body[:5] + b"\1\0" + body[7:])).key_id == 1


def test_a_key_file_with_any_bit_wrong_is_none():
    data = provisioning.file_of(KEYS)
    for bit in range(8 * len(data)):
        wrong = bytearray(data)
        wrong[bit // 8] ^= 1 << bit % 8
        assert provisioning.read_file(bytes(wrong)) is None, bit
    for size in range(len(data)):
        assert provisioning.read_file(data[:size]) is None, size


def test_a_board_reads_its_keys_and_without_a_whole_file_it_has_none():
    storage, _ = fresh_storage()
    try:
        assert read_keys(storage) is None
        data = provisioning.file_of(KEYS)
        for written, known in ((data, True), (data[:-1], False), (data + b"\0", False), (b"", False)):
            with storage.open("key.bin", "wb") as file:
                file.write(written)
            keys = read_keys(storage)
            assert (keys is not None) == known
            assert keys is None or (keys.key_id, keys.up, keys.down) == (KEYS.key_id, KEYS.up, KEYS.down)
    finally:
        unmount()
