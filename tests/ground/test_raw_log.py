"""raw.log: what was written is read back, whatever happened to the file."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.raw_log import NOTE, RECEIVED, SENT, Chunk, LogInUse, RawLog, RawLogReader, is_raw_log, listening_note

CHUNKS = [Chunk(bytes([n]) * (n * 7 % 90 + 1), 1_700_000_000_000_000_000 + n, n * 1000 + 5) for n in range(60)]


def write(path, chunks):
    log = RawLog(path)
    for chunk in chunks:
        log.append(chunk)
    log.close()
    return path.read_bytes()


def read(path):
    reader = RawLogReader(path)
    return list(reader), reader


@given(
    st.lists(
        st.tuples(st.binary(max_size=9000), st.sampled_from((RECEIVED, SENT, NOTE)), st.integers(0, 15)), max_size=6
    )
)
def test_what_was_written_is_read_back(tmp_path_factory, parts):
    path = tmp_path_factory.mktemp("log") / "raw.log"
    chunks = [Chunk(data, n, n + 1, kind, receiver) for n, (data, kind, receiver) in enumerate(parts)]
    write(path, chunks)
    found, reader = read(path)
    assert b"".join(chunk.data for chunk in found) == b"".join(chunk.data for chunk in chunks)
    assert {chunk[1:] for chunk in found} == {chunk[1:] for chunk in chunks}
    assert reader.damage is None


def test_a_log_cut_off_anywhere_opens_with_all_records_before_the_cut(tmp_path):
    path = tmp_path / "raw.log"
    whole = write(path, CHUNKS[:8])
    overhead = (len(whole) - sum(len(chunk.data) for chunk in CHUNKS[:8])) // 8
    sizes = [overhead + len(chunk.data) for chunk in CHUNKS[:8]]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        found, reader = read(path)
        complete = sum(1 for n in range(8) if sum(sizes[: n + 1]) <= cut)
        assert found == CHUNKS[:complete]
        assert reader.skipped_bytes == cut - sum(sizes[:complete])
        assert (reader.damage is None) == (reader.skipped_bytes == 0)


def test_damage_costs_the_records_it_touches_and_no_more(tmp_path):
    path = tmp_path / "raw.log"
    whole = write(path, CHUNKS)
    overhead = (len(whole) - sum(len(chunk.data) for chunk in CHUNKS)) // len(CHUNKS)
    ends = []
    for chunk in CHUNKS:
        ends.append((ends[-1] if ends else 0) + overhead + len(chunk.data))
    for seed in range(200):
        dice = random.Random(seed)
        data = bytearray(whole)
        touched = set()
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(data))
            data[at] ^= dice.randrange(1, 256)
            touched.add(next(n for n, end in enumerate(ends) if at < end))
        path.write_bytes(data)
        found, reader = read(path)
        # Two flips may undo each other; a record may be touched and whole, never untouched and gone.
        assert [chunk for n, chunk in enumerate(CHUNKS) if n not in touched] == [
            chunk for chunk in found if CHUNKS.index(chunk) not in touched
        ]
        assert set(found) <= set(CHUNKS)
        assert reader.skipped_bytes == sum(overhead + len(c.data) for c in set(CHUNKS) - set(found))


def test_junk_before_between_and_after_is_skipped_and_counted(tmp_path):
    path = tmp_path / "raw.log"
    first, second = write(path, CHUNKS[:1]), write(tmp_path / "other", CHUNKS[1:2])
    path.write_bytes(b"junk\xa5\x5aSR" + first + b"\xa5\x5aSR" * 3 + second + b"\0" * 5)
    found, reader = read(path)
    assert found == CHUNKS[:2]
    assert [size for _, size in reader.skipped] == [8, 12, 5]
    assert "25" not in reader.damage and "8 bytes at 0" in reader.damage
    assert is_raw_log(path)


def test_an_append_after_a_torn_record_is_read(tmp_path):
    path = tmp_path / "raw.log"
    whole = write(path, CHUNKS[:3])
    path.write_bytes(whole[:-4])
    write(path, CHUNKS[5:7])
    found, reader = read(path)
    assert found == [*CHUNKS[:2], *CHUNKS[5:7]]
    assert len(reader.skipped) == 1


def test_an_empty_file_and_bytes_of_a_radio_are_no_raw_log(tmp_path):
    path = tmp_path / "raw.log"
    path.write_bytes(b"")
    assert not is_raw_log(path)
    assert read(path)[0] == []
    path.write_bytes(random.Random(1).randbytes(10_000) + b"\xa5\x5aSR")
    assert not is_raw_log(path)


def test_two_writers_of_one_log_are_refused_with_a_sentence(tmp_path):
    log = RawLog(tmp_path / "raw.log")
    with pytest.raises(LogInUse, match="another samara"):
        RawLog(tmp_path / "raw.log")
    log.close()
    RawLog(tmp_path / "raw.log").close()


def test_the_only_receiver_leaves_the_bytes_of_a_log_as_they_always_were(tmp_path):
    path = tmp_path / "raw.log"
    data = write(path, [Chunk(b"abc", 0x1122, 0x33, SENT)])
    assert data[:-4].hex() == "a55a5352" + "02" + "0300" + "2211000000000000" + "3300000000000000" + b"abc".hex()
    assert write(tmp_path / "two", [Chunk(b"abc", 0x1122, 0x33, SENT, 15)])[4] == 0xF2


def test_the_names_of_the_receivers_are_in_the_notes(tmp_path):
    path = tmp_path / "raw.log"
    notes = [Chunk(listening_note(name, "12:00"), 1, 1, NOTE, n) for n, name in enumerate(("ttyUSB0", "a from b"))]
    write(path, [*notes, Chunk(b"another note", 1, 1, NOTE), Chunk(b"x", 1, 1, RECEIVED, 1)])
    found, reader = read(path)
    assert reader.names == {0: "ttyUSB0", 1: "a from b"}
    assert [chunk.receiver for chunk in found] == [0, 1, 0, 1]
