"""flight.sqlite: what goes in comes out, once, and a file that is something else is left alone."""

import sqlite3

import pytest

from firmware.protocol import telemetry
from ground.flight_store import FlightStore, NotAStore
from ground.raw_log import Chunk
from ground.receiver import Receiver
from tests.ground import prepared_flight as prepared


def records_of(packets):
    return Receiver().feed(Chunk(prepared.wire(packets), 1234, 99))


def plain(records):
    return [
        (*record[:8], record.values, record.places, record.receiver, record.payload * record.kind.startswith("TYPE"))
        for record in records
    ]


def test_records_come_back_as_they_went_in(tmp_path):
    records = records_of([*prepared.flight_packets(until_ms=400_000), prepared.packet(40, 9999, 500_000, b"\0later")])
    store = FlightStore(tmp_path / "flight.sqlite")
    store.add(records)
    store.close()
    again = FlightStore(tmp_path / "flight.sqlite")
    assert plain(again.records()) == plain(records)
    assert {name: count for name, count in again.count().items() if count} == {
        "fixes": 400,
        "events": 12,
        "other_frames": 1,
    }
    again.close()


def test_every_type_comes_back_with_its_past_places():
    packets = [
        prepared.fix_packet(1, 700_000),
        prepared.history_packet(2, 701_000, telemetry.FIX_2, [None, (361200000, 1291200000, 9000)]),
        prepared.history_packet(3, 702_000, telemetry.FIX_3, [(361234000, 1291234000, None)] * 3),
        prepared.hist_packet(4, 703_000, 100, 10, [(361000000 + n, 1291000000, 500 + n) for n in range(6)]),
        prepared.packet(telemetry.META, 5, 704_000, bytes(range(telemetry.META_LAYOUT.size))),
        prepared.packet(telemetry.CHAL, 6, 705_000, bytes(telemetry.CHAL_LAYOUT.size + 8)),
        prepared.packet(telemetry.ACK, 7, 706_000, bytes(telemetry.ACK_LAYOUT.size + 8)),
    ]
    records = records_of(packets)
    assert [len(record.places) for record in records] == [0, 1, 3, 6, 0, 0, 0]
    store = FlightStore()
    store.add(records)
    store.commit()
    assert plain(store.records()) == plain(records)
    assert store._database.execute("SELECT count(*) FROM places").fetchone() == (10,)


def test_who_heard_what_is_kept():
    receiver = Receiver()
    packet = prepared.wire([prepared.fix_packet(1, 1000)])
    store = FlightStore()
    for number, wall_ns in ((2, 70), (0, 90), (2, 95)):
        store.add(receiver.feed(Chunk(packet, wall_ns, 0, receiver=number)))
    store.commit()
    heard = store._database.execute("SELECT sequence, receiver, wall_ns FROM heard ORDER BY receiver").fetchall()
    assert heard == [(1, 0, 90), (1, 2, 70)]
    (record,) = store.records()
    assert (record.receiver, record.wall_ns) == (2, 70)


def test_a_store_of_another_format_is_refused(tmp_path):
    path = tmp_path / "flight.sqlite"
    FlightStore(path).close()
    FlightStore(path).close()
    other = sqlite3.connect(path)
    other.execute("PRAGMA user_version = 1")
    other.close()
    with pytest.raises(NotAStore, match="another version"):
        FlightStore(path)


def test_the_same_record_twice_is_kept_once_and_the_first_reception_stays(tmp_path):
    packets = [prepared.fix_packet(1, 1000), prepared.fix_packet(2, 2000)]
    store = FlightStore()
    store.add(records_of(packets))
    store.add(Receiver().feed(Chunk(prepared.wire(packets), 777, 888)))
    store.commit()
    assert [record.wall_ns for record in store.records()] == [1234, 1234]


def test_the_whole_range_of_every_field_survives():
    payload = bytes(32)
    packets = [prepared.packet(1, n, n, part) for n, part in enumerate((payload, b"\xff" * 32, b"\x80" * 32))]
    records = records_of(packets)
    store = FlightStore()
    store.add(records)
    store.commit()
    assert plain(store.records()) == plain(records)


def test_another_program_s_database_is_refused_and_not_changed(tmp_path):
    path = tmp_path / "flight.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE birds (name)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotAStore, match="not a Samara"):
        FlightStore(path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_refused(tmp_path):
    path = tmp_path / "flight.sqlite"
    path.write_bytes(b"SQLite format 3\0" + bytes(200))
    with pytest.raises(NotAStore):
        FlightStore(path)


def test_rows_that_the_disk_refused_are_kept_for_the_next_commit(tmp_path):
    path = tmp_path / "flight.sqlite"
    store = FlightStore(path)
    store._database.execute("PRAGMA busy_timeout = 1")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    store.add(records_of([prepared.fix_packet(1, 1000)]))
    with pytest.raises(sqlite3.OperationalError):
        store.commit()
    blocker.execute("ROLLBACK")
    blocker.close()
    store.commit()
    assert store.count()["fixes"] == 1
    store.close()
