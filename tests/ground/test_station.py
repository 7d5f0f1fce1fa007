"""The station: log first, keep up, survive its disk, continue an old log."""

import os
import sqlite3
import threading
import time
import tty

import pytest

from firmware.protocol import framing
from ground.flight_store import FlightStore
from ground.raw_log import NOTE, RECEIVED, SENT, RawLog, RawLogReader
from ground.station import Station, StationError
from ground.uptime import uptime_ns
from tests.ground import prepared_flight as prepared
from tests.ground.scripted_link import SECOND, ScriptedLink


def finish(station, link):
    link.end()
    assert station.wait_until(lambda station: station.ended, 20)
    station.close()


def received(folder):
    return b"".join(chunk.data for chunk in RawLogReader(folder / "raw.log") if chunk.kind == RECEIVED)


def test_every_byte_is_in_the_raw_log_and_every_record_in_the_store(tmp_path):
    packets = prepared.flight_packets(until_ms=300_000)
    data = prepared.random_bytes(1, 500) + prepared.wire(packets) + b"unfinished"
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    for at in range(0, len(data), 100):
        link.push(data[at : at + 100])
    finish(station, link)
    assert received(tmp_path) == data
    store = FlightStore(tmp_path / "flight.sqlite")
    assert sum(store.count().values()) == len(packets)
    store.close()
    assert station.receiver.frames == len(packets)
    assert station.last_stored_ns is not None
    assert link.closed


def test_flush_returns_when_all_that_was_read_is_stored(tmp_path):
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    link.push(prepared.wire(prepared.flight_packets(until_ms=5000)))
    assert station.wait_until(lambda station: station.receiver.frames == 11, 10)
    assert station.flush()
    other = sqlite3.connect(tmp_path / "flight.sqlite")
    assert other.execute("SELECT count(*) FROM fixes").fetchone() == (5,)
    assert other.execute("SELECT count(*) FROM events").fetchone() == (6,)
    other.close()
    finish(station, link)


def test_wait_until_gives_up_in_time():
    link = ScriptedLink()
    station = Station(link).start()
    begin = time.monotonic()
    assert not station.wait_until(lambda station: station.receiver.frames > 0, 0.2)
    assert 0.2 <= time.monotonic() - begin < 5
    finish(station, link)


def test_a_continued_log_knows_what_it_knew_and_loses_nothing(tmp_path):
    packets = prepared.flight_packets(until_ms=600_000)
    data = prepared.wire(packets)
    cut = len(data) * 2 // 3 + 7  # inside a frame
    for start, end in ((0, cut), (cut, len(data))):
        link = ScriptedLink()
        station = Station(link, tmp_path).start()
        if start:
            assert station.track is not None
            assert station.track.launch_ms == prepared.LAUNCH_MS
            # The link's clock began elsewhere: the age comes from the wall clock and cannot be negative.
            assert station.track.age_s(uptime_ns()) >= 0
        link.push(data[start:end])
        finish(station, link)
    assert received(tmp_path) == data
    assert station.receiver.frames == len(packets)
    assert station.receiver.bytes_discarded == 0
    store = FlightStore(tmp_path / "flight.sqlite")
    assert sum(store.count().values()) == len(packets)
    store.close()


def test_a_damaged_store_is_set_aside_and_built_again_from_the_raw_log(tmp_path):
    packets = prepared.flight_packets(until_ms=60_000)
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    link.push(prepared.wire(packets))
    finish(station, link)
    (tmp_path / "flight.sqlite").write_bytes(b"not a database at all" * 100)
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    finish(station, link)
    store = FlightStore(tmp_path / "flight.sqlite")
    assert sum(store.count().values()) == len(packets)
    store.close()
    assert [path.name for path in tmp_path.glob("*set-aside*")]


def test_a_log_that_another_station_writes_is_refused(tmp_path):
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    with pytest.raises(StationError, match="another samara"):
        Station(ScriptedLink(), tmp_path)
    finish(station, link)


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StationError, match="cannot be used"):
        Station(ScriptedLink(), tmp_path / "file" / "log")
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "flight.sqlite").mkdir()
    with pytest.raises(StationError, match="cannot be used"):
        Station(ScriptedLink(), tmp_path / "log")
    RawLog(tmp_path / "log" / "raw.log").close()  # the failed station let go of it


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_is_said_and_the_view_goes_on(tmp_path):
    link = ScriptedLink()
    station = Station(link, tmp_path)
    good, full = os.dup(station._keeper.log._file), os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, station._keeper.log._file)
    station.start()
    data = prepared.wire(prepared.flight_packets(until_ms=5000))
    link.push(data)
    assert station.wait_until(lambda station: station.receiver.frames == 11, 10)
    assert "cannot be written" in station.log_trouble
    os.dup2(good, station._keeper.log._file)  # somebody made room
    link.push(b"\0")
    assert station.wait_until(lambda station: station.receiver.bytes == len(data) + 1, 10)
    assert station.log_trouble is None
    assert station.bytes_unlogged == len(data)
    os.close(full)
    os.close(good)
    finish(station, link)
    assert received(tmp_path) == b"\0"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_disk_that_is_full_at_the_start_is_refused(tmp_path):
    (tmp_path / "raw.log").symlink_to("/dev/full")
    with pytest.raises(StationError, match="free some disk space"):
        Station(ScriptedLink(), tmp_path)


def test_the_raw_log_reaches_the_disk_within_a_second_or_so(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda file: (real(file), synced.append((file, time.monotonic())))[0])
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    file = station._keeper.log._file
    for n in range(3):
        link.push(prepared.wire([prepared.fix_packet(n, n * 1000)]))
        pushed = time.monotonic()
        assert station.wait_until(lambda _: any(one == file and at > pushed for one, at in synced), 10)
        assert (
            next(at for one, at in synced if one == file and at > pushed) - pushed < 3.0
        )  # one second, and a busy machine
    finish(station, link)


def test_what_is_told_of_new_records_may_fail_without_stopping_the_station(tmp_path):
    def broken(_station, _records):
        raise RuntimeError("a bug in a view")

    link = ScriptedLink()
    station = Station(link, tmp_path, on_update=broken).start()
    for n in range(3):
        link.push(prepared.wire([prepared.fix_packet(n, n * 1000)]))
        assert station.wait_until(lambda station: station.receiver.frames == n + 1, 10)
    finish(station, link)
    assert "a bug in a view" in station.failure


def test_another_flight_is_followed_only_when_ours_is_silent():
    link = ScriptedLink()
    station = Station(link).start()

    def hear(net, sequence):
        count = station.receiver.frames
        link.push(prepared.wire([prepared.fix_packet(sequence, sequence * 1000, net=net)]))
        assert station.wait_until(lambda station: station.receiver.frames > count, 10)

    hear(1, 1)
    hear(2, 1)
    assert station.track.net == 1
    link.clock_ns += 61 * SECOND
    hear(2, 2)
    assert station.track.net == 2
    hear(1, 2)
    assert station.track.net == 2
    finish(station, link)


def hear(station, link, *packets):
    count = station.receiver.frames
    link.push(prepared.wire(packets))
    assert station.wait_until(lambda station: station.receiver.frames >= count + len(packets), 10)


def test_several_links_are_heard_at_once_and_each_byte_keeps_its_receiver(tmp_path):
    packets = prepared.flight_packets(until_ms=120_000)
    links = [ScriptedLink(f"radio {n}") for n in range(3)]
    station = Station(links, tmp_path).start()
    datas = [prepared.wire(packets[n::2]) for n in range(3)]
    for at in range(0, max(map(len, datas)), 64):
        for link, data in zip(links, datas, strict=True):
            link.push(data[at : at + 64])
    for link in links:
        link.end()
    assert station.wait_until(lambda station: station.ended, 20)
    station.close()
    assert all(link.closed for link in links)
    reader = RawLogReader(tmp_path / "raw.log")
    chunks = [chunk for chunk in reader if chunk.kind == RECEIVED]
    for n, data in enumerate(datas):
        assert b"".join(chunk.data for chunk in chunks if chunk.receiver == n) == data
        assert station.sources[n].bytes == len(data)
    assert reader.names == {0: "radio 0", 1: "radio 1", 2: "radio 2"}


def test_a_link_that_breaks_does_not_disturb_the_others(tmp_path):
    class Broken(ScriptedLink):
        def read(self):
            raise RuntimeError("a bug in a driver")

    links = [Broken("bad"), ScriptedLink("good"), ScriptedLink("absent")]
    links[2].trouble = "There is no absent: plug it in."
    station = Station(links, tmp_path).start()
    hear(station, links[1], prepared.fix_packet(1, 1000))
    assert "bad" in station.failure and "a bug in a driver" in station.failure
    assert not station.ended
    links[2].trouble = None
    hear(station, links[2], prepared.fix_packet(2, 2000))
    assert [station.sources[n].reconnections for n in range(3)] == [0, 1, 1]
    assert [station.sources[n].frames for n in range(3)] == [0, 1, 1]
    links[1].end()
    finish(station, links[2])


def test_what_is_sent_is_in_the_log_before_it_goes_out(tmp_path):
    def logged():
        return [(chunk.data, chunk.receiver) for chunk in RawLogReader(tmp_path / "raw.log") if chunk.kind == SENT]

    class Checked(ScriptedLink):
        def write(self, data):
            assert logged()[-1][0] == data
            return super().write(data)

    links = [Checked("a"), Checked("b")]
    station = Station(links, tmp_path).start()
    assert station.send(b"first")  # nothing heard yet: the first link
    hear(station, links[1], prepared.fix_packet(1, 1000))
    assert station.send(b"second")  # the one that last heard the flight
    assert station.send(b"third", 0)
    assert not station.send(b"nowhere", 2)
    links[0].refuses = True
    assert not station.send(b"fourth", 0)
    assert [link.written for link in links] == [[b"first", b"third"], [b"second"]]
    assert logged() == [(b"first", 0), (b"second", 1), (b"third", 0), (b"fourth", 0)]
    assert [source.sent for source in station.sources.values()] == [10, 6]
    links[0].end()
    finish(station, links[1])
    assert received(tmp_path) == prepared.wire([prepared.fix_packet(1, 1000)])  # what was sent is not what was heard


def test_a_command_follows_the_flight_that_is_followed_not_the_one_heard_last():
    links = [ScriptedLink("a"), ScriptedLink("b")]
    station = Station(links).start()
    hear(station, links[1], prepared.fix_packet(1, 1000, net=1))
    hear(station, links[0], prepared.fix_packet(1, 1000, net=2))
    assert station.track.net == 1
    assert station.send(b"x")
    assert links[1].written == [b"x"]
    links[0].end()
    finish(station, links[1])


def test_listeners_come_and_go_and_one_that_fails_takes_nothing_from_the_others():
    told = []

    def broken(_records):
        raise RuntimeError("a bug in a listener")

    link = ScriptedLink()
    station = Station(link, on_update=lambda _, records: told.append(("update", len(records)))).start()
    station.add_listener(broken)
    station.add_listener(lambda records: told.append(("listener", len(records))))
    hear(station, link, prepared.fix_packet(1, 1000), prepared.fix_packet(2, 2000))
    assert station.wait_until(lambda _: len(told) == 2, 10)
    station.remove_listener(broken)
    station.remove_listener(broken)
    assert len(station.listeners) == 1
    assert told == [("update", 2), ("listener", 2)]
    assert "a bug in a listener" in station.failure
    finish(station, link)


def test_no_link_and_more_links_than_a_log_can_tell_apart_are_refused():
    for count in (0, 17):
        with pytest.raises(StationError, match="1 to 16"):
            Station([ScriptedLink() for _ in range(count)])


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
def test_a_whole_flight_through_a_pty_as_fast_as_it_goes_loses_no_byte(tmp_path):
    packets = prepared.flight_packets()
    data = prepared.wire(packets)
    master, slave = os.openpty()
    tty.setraw(slave)
    station = Station(os.ttyname(slave), tmp_path).start()
    assert station.link.trouble is None  # start() comes back when the port is open: what is sent from now on counts

    def send():
        for packet in packets:
            frame = framing.encode(packet)
            while frame:
                frame = frame[os.write(master, frame) :]

    begin = time.monotonic()
    sender = threading.Thread(target=send)
    sender.start()
    assert station.wait_until(lambda station: station.receiver.frames >= len(packets), 30)
    assert station.flush()
    took_s = time.monotonic() - begin
    sender.join()
    station.close()
    os.close(master)
    os.close(slave)
    assert received(tmp_path) == data
    assert (station.receiver.frames_missing, station.receiver.bytes_discarded) == (0, 0)
    print(f"{len(packets)} frames through a pty in {took_s:.2f} s, {len(data) / took_s / 1e6:.2f} MB/s")


def test_a_note_is_in_the_log_and_is_no_name_of_a_receiver(tmp_path):
    link = ScriptedLink()
    station = Station(link, tmp_path).start()
    station.note("command safe sent")
    finish(station, link)
    reader = RawLogReader(tmp_path / "raw.log")
    assert [chunk.data for chunk in reader if chunk.kind == NOTE][1:] == [b"command safe sent"]
    assert reader.names == {0: "scripted"}
