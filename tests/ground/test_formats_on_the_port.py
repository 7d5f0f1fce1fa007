"""Other payloads on the port of our own: nothing of anyone is lost, and it is shown, told and kept."""

import io
import json
import random
import sqlite3

import pytest
from click.testing import CliRunner
from rich.console import Console

from firmware.protocol import framing
from ground.cli import main
from ground.flight_store import FlightStore
from ground.formats import horus, ukhas
from ground.formats.checksum import crc16
from ground.formats.heard import HORUS_2, HORUS_3, Heard
from ground.formats.payloads import Payloads
from ground.formats.store import HeardStore
from ground.lamps import look
from ground.raw_log import Chunk, RawLog
from ground.receiver import Receiver
from ground.record_json import heard_json
from ground.station import Station
from ground.summary import summary
from ground.terminal_view import line, render
from ground.uptime import uptime_ns
from tests.ground import prepared_flight as prepared
from tests.ground.scripted_link import SECOND, ScriptedLink

PACKETS = prepared.flight_packets(until_ms=200_000)


def sentence(n):
    return ukhas.encode(Heard("UKHAS", "HAB1", n, n, 396082100 + n, -1040414500, 1000 + n, extra="61,270"))


def packet(n):
    return horus.encode_v2(300, Heard(HORUS_2, "", n, n, 500000000, 70000000, 2000 + n, 0, None, 9, -4, 3900))


def packet_v3(n):
    """Fields in bits: 12 of what there is, the callsign, the number, time, place, altitude."""
    letters = "-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    fields = [(0, 12), (len("V3CALL") - 1, 4), *((letters.index(letter), 6) for letter in "V3CALL")]
    fields += [(n, 16), (n + 1, 17), (9_000_000 + n, 25), (18_000_000 - n, 26), (1000 + 300 + n, 16)]
    bits = "".join(f"{value:0{width}b}" for value, width in fields).ljust(46 * 8, "0")
    body = int(bits, 2).to_bytes(46, "big")
    return crc16(body).to_bytes(2, "little") + body


def interleaved(seed=1):
    """(whose, bytes): our frames, others' sentences and packets of two formats, one whole thing after another."""
    dice = random.Random(seed)
    parts = [("ours", framing.encode(one)) for one in PACKETS]
    for n in range(60):
        parts.insert(dice.randrange(len(parts)), ("UKHAS", sentence(n)))
        parts.insert(dice.randrange(len(parts)), (HORUS_2, packet(n)))
        parts.insert(dice.randrange(len(parts)), (HORUS_3, packet_v3(n)))
    return parts


@pytest.mark.parametrize("size", [1, 7, 64, 1000, 100_000])
def test_of_four_payloads_on_one_port_nothing_is_lost(size):
    stream = b"".join(data for _, data in interleaved()) + b"\0"
    receiver, payloads = Receiver(), Payloads()
    receiver.others = payloads
    for at in range(0, len(stream), size):
        receiver.feed(Chunk(stream[at : at + size], at, at))
    assert (receiver.frames, receiver.frames_missing) == (len(PACKETS), 0)
    heard = payloads.take()
    for kind in ("UKHAS", HORUS_2, HORUS_3):
        assert sorted(one.number for one in heard if one.kind == kind) == list(range(60))
    assert len(heard) == payloads.messages == 180
    assert receiver.bytes_discarded == payloads.bytes_used(0)  # the rest of the stream is used to the last byte


def test_damage_costs_only_the_messages_that_it_touches():
    for seed in range(40):
        dice = random.Random(seed)
        parts = interleaved(seed)
        touched = set(dice.sample(range(len(parts)), 30))
        stream = bytearray()
        for n, (_, part) in enumerate(parts):
            data = bytearray(part)
            if n in touched:
                # In the middle of it: at a border the damage may be the neighbour's.
                data[dice.randrange(4, len(data) - 6)] ^= dice.randrange(1, 256)
            stream += data
        receiver, payloads = Receiver(), Payloads()
        receiver.others = payloads
        for at in range(0, len(stream), 300):
            receiver.feed(Chunk(bytes(stream[at : at + 300]), at, at))
        receiver.feed(Chunk(b"\0" * 40, 0, 0))
        whole = [part for n, part in enumerate(parts) if n not in touched]
        heard = payloads.take()
        assert receiver.frames == sum(whose == "ours" for whose, _ in whole)
        for kind in ("UKHAS", HORUS_2):
            assert {one.raw for one in heard if one.kind == kind} == {
                data.rstrip() if kind == "UKHAS" else data for whose, data in whole if whose == kind
            }


def hear(station, link, data):
    count = station.receiver.bytes + len(data)
    link.push(data)
    assert station.wait_until(lambda station: station.receiver.bytes >= count, 10)


def test_a_sentence_is_shown_at_once_on_a_port_without_any_frame():
    told = []
    link = ScriptedLink()
    station = Station(link)
    station.on_others = told.extend
    station.start()
    hear(station, link, sentence(5))
    assert station.wait_until(lambda _: len(told) == 1, 10)
    assert told[0].altitude_m == 1005
    link.end()
    station.close()


def test_other_payloads_are_in_the_view_the_line_and_the_summary():
    link = ScriptedLink()
    station = Station(link).start()
    hear(station, link, sentence(5) + packet(7) + b"\0")
    link.clock_ns += 3 * SECOND
    console = Console(file=io.StringIO(), width=120, force_terminal=True, color_system=None)
    console.print(render(station, 120))
    text = console.file.getvalue()
    assert "HAB1" in text and "39.6082105, -104.0414500, 1005 m  3.0 s ago" in text
    assert "id 300" in text and "50.0000000, 7.0000000, 2007 m" in text
    assert "HAB1 1005 m 3.0 s ago" in line(station)
    assert look(station).advice == "Other payloads are heard (HAB1, id 300), and no frame of ours yet."
    said = summary(station.receiver, [], station.payloads)
    assert said[-3] == "other payloads: 2 messages, 0 repeated"
    assert said[-2] == "  HAB1 (UKHAS): 39.6082105, -104.0414500, 1005 m"
    assert " 0 bytes discarded" in said[0]
    link.end()
    station.close()


def test_names_from_the_air_do_not_become_markup_or_control():
    link = ScriptedLink()
    station = Station(link).start()
    hear(station, link, ukhas.encode(Heard("UKHAS", "[red]x[/nonsense]", extra="\x1b[2J".replace("\x1b", "?"))))
    assert render(station, 80)
    link.end()
    station.close()


def test_they_are_kept_beside_the_flight_and_found_again_when_the_log_is_continued(tmp_path):
    for _ in range(2):
        link = ScriptedLink()
        station = Station(link, tmp_path).start()
        if (tmp_path / "flight.sqlite").exists() and station.payloads.messages:
            assert station.payloads.latest[("UKHAS", "HAB1")].number == 5
            # The link's clock began elsewhere: the age comes from the wall clock and cannot be negative.
            assert uptime_ns() >= station.payloads.latest[("UKHAS", "HAB1")].monotonic_ns
        else:
            hear(station, link, sentence(5) + prepared.wire(PACKETS[:10]) + packet(7) + b"\0")
        link.end()
        station.wait_until(lambda station: station.ended, 10)
        station.close()
    store = HeardStore(tmp_path / "flight.sqlite")
    kept = list(store.messages())
    store.close()
    assert sorted(one.callsign for one in kept) == ["HAB1", "id 300"]
    assert {one.raw for one in kept} == {sentence(5).rstrip(), packet(7)}
    flight = FlightStore(tmp_path / "flight.sqlite")  # the flight's own tables know nothing of it
    assert sum(flight.count().values()) == 10
    flight.close()


def test_a_log_of_other_payloads_alone_is_replayed_into_json_and_a_store(tmp_path):
    log = RawLog(tmp_path / "raw.log")
    for n in range(3):
        log.append(Chunk(sentence(n) + packet(n) + b"\0", 1_777_000_000 * SECOND + n, n, receiver=n % 2))
    log.close()
    result = CliRunner().invoke(main, ["replay", str(tmp_path), "--json", "--store", str(tmp_path / "new.sqlite")])
    assert result.exit_code == 0, result.output
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["kind"], one["number"], one["receiver"]) for one in said] == [
        (kind, n, n % 2) for n in range(3) for kind in ("UKHAS", "HORUS2")
    ]
    assert said[0]["sentence"] == sentence(0).decode().rstrip() and said[1]["packet"] == packet(0).hex()
    assert said[0]["speed_cm_s"] is None
    database = sqlite3.connect(tmp_path / "new.sqlite")
    assert database.execute("SELECT count(*), max(altitude_m) FROM heard_others").fetchone() == (6, 2002)
    database.close()


def test_a_message_as_json_has_null_for_what_is_unknown():
    entry = json.loads(heard_json(Heard("UKHAS", "A", raw=b"$A*1234")))
    assert entry["latitude_e7"] is None and entry["sentence"] == "$A*1234" and "raw" not in entry


def test_many_payloads_do_not_fill_the_memory():
    payloads = Payloads()
    for n in range(1000):
        payloads.feed(ukhas.encode(Heard("UKHAS", f"C{n}", 1, 1, 1, 1, 1)), 0, 0, 0)
    assert len(payloads.latest) == 100 and payloads.messages == 1000
    payloads.feed(ukhas.encode(Heard("UKHAS", "C999", 1, 1, 1, 1, 1)), 0, 0, 1)
    assert payloads.repeated == 1
