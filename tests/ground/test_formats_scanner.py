"""The scanner with whatever arrives: it never raises, keeps little, and all that it finds can be stored."""

import random

from ground.exports.times import iso
from ground.formats import ukhas
from ground.formats.checksum import crc16
from ground.formats.heard import Heard
from ground.formats.scanner import Scanner
from ground.formats.store import HeardStore
from ground.formats.words import where
from ground.record_json import heard_json

PIECES = [
    b"$", b"$$", b"*", b",", b"-", b".", b":", b"\0", b"\r", b"\n", b"\xff", b"12:34:56", b"9" * 30, b"0.0", b"nan",
    b"HAB", b"1e400", b"A" * 300, b"*1DA2", b"$$HORUS,6,06:43:16,0.000000,0.000000,0,0,0,1801,20*1DA2",
    bytes.fromhex("000107000c2238cf6e1e423915d0c2226b3d0fd0c7000220fe07a6000000a771"),
]  # fmt: skip


def test_no_bytes_make_it_raise_and_all_that_it_finds_can_be_shown_told_and_stored(tmp_path):
    store = HeardStore(tmp_path / "flight.sqlite")
    scanner = Scanner()
    found = []
    for seed in range(300):
        dice = random.Random(seed)
        body = b"".join(dice.choice(PIECES) for _ in range(dice.randrange(20)))
        if seed % 2:  # with a checksum that holds, so that every field is read
            text = bytes(byte for byte in body if 32 <= byte < 127 and byte not in b"$*")
            body += b"$$" + text + b"*%04x\n" % crc16(text)
        for at in range(0, len(body), 37):
            found.extend(scanner.feed(body[at : at + 37], seed, seed, seed % 3))
    assert len(found) > 150
    for heard in found:
        assert heard_json(heard) and where(heard)
    store.add(found)
    store.commit()
    kept = list(store.messages())
    assert {(one.wall_ns, one.receiver, one.raw) for one in kept} == {
        (one.wall_ns, one.receiver, one.raw) for one in found
    }
    assert all(one in found for one in kept)
    store.close()
    store.close()


def test_what_never_ends_does_not_fill_the_memory():
    for data in (b"$" * 4096, b"$$A," + b"1," * 2046, b"\0" * 4096, b"\x01" * 4096):
        scanner = Scanner()
        for _ in range(300):
            assert scanner.feed(data, 0, 0) == []
        kept = scanner._receivers[0]
        assert len(kept.text) <= ukhas.LONGEST_BYTES + 20
        assert len(kept.packet) <= 128 and len(kept.anchors) <= 140


def test_a_sentence_after_one_that_never_ends_is_heard():
    scanner = Scanner()
    scanner.feed(b"$$A," + b"1," * 5000, 0, 0)
    (one,) = scanner.feed(ukhas.encode(Heard("UKHAS", "B", 1, 2, 3, 4, 5)), 10**18, 0)
    assert (one.callsign, iso(one.wall_ns)[:4]) == ("B", "2001")
