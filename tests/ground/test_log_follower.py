"""A log that another process writes, followed while it grows, is damaged, and becomes another one."""

import os
import time

import pytest

from ground.log_follower import LogFollower
from ground.raw_log import NOTE, RECEIVED, SENT, Chunk, RawLog, RawLogReader, listening_note
from ground.uptime import uptime_ns
from tests.ground.ground_house import wait_for


@pytest.fixture
def path(tmp_path):
    return tmp_path / "raw.log"


def write(path, *texts, kind=RECEIVED):
    log = RawLog(path)
    for text in texts:
        log.append(Chunk(text, time.time_ns(), uptime_ns(), kind))
    log.close()


def texts(follower):
    """All that is there now."""
    found = []
    while chunks := follower.take():
        found += [chunk.data for chunk in chunks]
    return found


def test_a_log_that_is_not_there_yet_is_waited_for_and_said(path):
    follower = LogFollower(path)
    assert follower.take() == []
    assert "is not there yet" in follower.trouble
    write(path, b"one")
    assert texts(follower) == [b"one"]
    assert follower.trouble is None
    assert follower.replaced == 0


def test_what_is_appended_comes_once_and_in_its_order(path):
    write(path, b"one", b"two")
    follower = LogFollower(path)
    assert texts(follower) == [b"one", b"two"]
    assert texts(follower) == []
    assert follower.caught_up
    write(path, b"three")
    write(path, b"four")
    assert texts(follower) == [b"three", b"four"]


def test_as_a_link_it_gives_received_bytes_only_and_learns_names(path):
    write(path, listening_note("ttyUSB7", "then"), kind=NOTE)
    write(path, b"up", kind=SENT)
    write(path, b"down")
    follower = LogFollower(path)
    assert wait_for(follower.read, "a chunk").data == b"down"
    assert follower.read() is None
    assert follower.names == {0: "ttyUSB7"}
    assert not follower.write(b"no")


def test_a_log_cut_anywhere_gives_the_same_chunks_when_its_bytes_come_one_by_one(path, tmp_path):
    write(path, *(bytes([65 + at]) * at for at in range(1, 12)))
    whole = path.read_bytes()
    expected = [chunk.data for chunk in RawLogReader(path)]
    growing = tmp_path / "growing.log"
    growing.touch()
    follower = LogFollower(growing)
    found = []
    with growing.open("ab", buffering=0) as file:
        for byte in whole:
            file.write(bytes([byte]))
            found += texts(follower)
    assert found == expected


def test_half_a_record_of_a_writer_that_died_costs_itself_only(path):
    write(path, b"one")
    size = path.stat().st_size
    write(path, b"never whole, because it is so very long")
    os.truncate(path, size + 30)
    follower = LogFollower(path)
    assert texts(follower) == [b"one"]
    write(path, b"two", b"three")
    found = []

    def all_there():
        found.extend(texts(follower))
        return len(found) >= 2

    wait_for(all_there, "what came behind it")
    assert found == [b"two", b"three"]


def test_damage_costs_the_records_it_touches(path):
    write(path, b"one", b"two", b"three")
    data = bytearray(path.read_bytes())
    data[data.find(b"two")] ^= 1
    path.write_bytes(data)
    assert texts(LogFollower(path)) == [b"one", b"three"]


def test_a_log_that_is_replaced_or_cut_is_read_from_its_beginning(path, tmp_path):
    write(path, b"one", b"two")
    follower = LogFollower(path)
    assert texts(follower) == [b"one", b"two"]
    write(tmp_path / "other", b"a")
    os.replace(tmp_path / "other", path)
    assert wait_for(lambda: texts(follower), "the other one") == [b"a"]
    assert follower.replaced == 1
    os.truncate(path, 0)
    wait_for(lambda: not texts(follower) and follower.replaced == 2, "that it was cut is seen")
    write(path, b"b")
    assert texts(follower) == [b"b"]


def test_ages_are_by_uptime_within_a_boot_and_by_utc_from_another(path):
    now_ns, wall_ns = uptime_ns(), time.time_ns()
    log = RawLog(path)
    log.append(Chunk(b"of now", wall_ns, now_ns))
    log.append(Chunk(b"an hour ago, in a boot that had run for long", wall_ns - 3600_000_000_000, 10**17))
    log.append(Chunk(b"an hour ago, in a boot that had just begun", wall_ns - 3600_000_000_000, 1000))
    log.close()
    first, second, third = LogFollower(path).take()
    assert first.monotonic_ns == now_ns
    for chunk in (second, third):
        assert abs(uptime_ns() - chunk.monotonic_ns - 3600_000_000_000) < 60_000_000_000


def test_a_clock_that_is_set_while_it_is_followed_makes_nothing_old(path):
    write(path, b"one")
    follower = LogFollower(path)
    texts(follower)
    log = RawLog(path)
    log.append(Chunk(b"by a clock a year behind", time.time_ns() - 10**9 * 86400 * 365, uptime_ns()))
    log.close()
    (chunk,) = follower.take()
    assert uptime_ns() - chunk.monotonic_ns < 60_000_000_000
