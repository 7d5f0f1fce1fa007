"""Uploads: against a server on this machine that says yes, partly, no, or nothing; killed in between; never twice."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from firmware.protocol import telemetry
from ground import upload_command
from ground.raw_log import Chunk, RawLog
from ground.receiver import Receiver
from ground.uploads import queue as upload_queue
from ground.uploads.horus_udp import summary
from ground.uploads.points import Points
from ground.uploads.queue import NotAQueue, UploadQueue, Waiting
from ground.uploads.sender import Sender
from ground.uploads.sondehub import BUSY, DONE, SILENT, SondeHub
from ground.uploads.sondehub_row import to_row
from ground.uploads.uploader import Uploader
from ground.uploads.words import UploadsOff, Words, words_of
from tests.ground import prepared_flight as prepared
from tests.ground.flown_log import ROOT
from tests.ground.sondehub_server import SondeHubServer

S = 1_000_000_000
# As a field of SondeHub's time: ends in Z.
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
WORDS = Words("HL1ABC-9", "SAMARA-1", (37.0, 127.5, 40.0), radio="SiK", antenna="Yagi", frequency_mhz=433.9, dev=True)


@pytest.fixture
def server():
    one = SondeHubServer()
    yield one
    one.close()


def meta_packet(sequence, mission_ms, firmware_hash):
    payload = bytearray(telemetry.META_LAYOUT.size)
    values = dict.fromkeys(telemetry.META_LAYOUT.names, 0) | {"firmware_hash": firmware_hash, "past_fixes": 3}
    telemetry.META_LAYOUT.pack_into(payload, 0, values)
    return prepared.packet(telemetry.META, sequence, mission_ms, bytes(payload))


def write_log(folder, seconds, firmware_hash=0x1234, begun_ns=None, every_s=1, start_s=0):
    """A raw.log of a flight that began so that its newest frame is of now."""
    folder.mkdir(exist_ok=True)
    begun_ns = time.time_ns() - seconds * S if begun_ns is None else begun_ns
    log = RawLog(folder / "raw.log")
    for n in range(start_s, start_s + seconds, every_s):
        packets = [prepared.fix_packet(2 * n, n * 1000, altitude_m=100 + n)]
        if n % 60 == 0:
            packets.append(meta_packet(2 * n + 1, n * 1000, firmware_hash))
        log.append(Chunk(prepared.wire(packets), begun_ns + n * S, n * S))
    log.close()
    return folder


def records_of(*packets, wall_ns=1_777_000_000 * S):
    return Receiver().feed(Chunk(prepared.wire(packets), wall_ns, 0))


def row_of(packet, words=WORDS):
    point = Points().take(*records_of(packet))
    return None if point is None else to_row(point, words, "1.0")


def rows(count, utc_ms=1_777_000_000_000):
    return [
        Waiting(f"k{n}", utc_ms + n * 5000, {"datetime": f"t{n}", "payload_callsign": "P", "lat": 1.0})
        for n in range(count)
    ]


def settings_file(tmp_path, server, **more):
    lines = [f"{name} = {json.dumps(value)}" for name, value in {"every_s": 2, **more}.items()]
    path = tmp_path / "config.toml"
    text = f'[uploads]\ncallsign = "HL1ABC-9"\npayload_callsign = "SAMARA-1"\nserver = "{server.address}"\n'
    path.write_text(text + "\n".join(lines) + "\n")
    return path


def run_once(folder, settings, *options):
    return CliRunner().invoke(
        upload_command.command, [str(folder), "--uploads", str(settings), "--once", *options], catch_exceptions=False
    )


# --- a row ------------------------------------------------------------------------------------------------------------


def test_a_row_has_what_the_server_needs_and_its_times_end_in_z():
    row = row_of(prepared.fix_packet(7, 61_000, vertical_cm_s=500, course_cdeg=9000, ground_speed_cm_s=500))
    for name in ("software_name", "software_version", "uploader_callsign", "payload_callsign"):
        assert isinstance(row[name], str) and row[name]
    assert UTC.fullmatch(row["datetime"]) and UTC.fullmatch(row["time_received"])
    assert (row["lat"], row["lon"], row["alt"]) == (36.1234567, 129.1234567, 120.0)
    assert (row["vel_v"], row["vel_h"], row["heading"], row["pressure"]) == (5.0, 5.0, 90.0, 1000.0)
    assert (row["sats"], row["temp"], row["frame"], row["frequency"]) == (11, 18, 7, 433.9)
    assert row["uploader_position"] == [37.0, 127.5, 40.0]
    assert "historical" not in row and "dev" not in row


def test_what_is_unknown_is_left_out_and_zero_is_not_unknown():
    row = row_of(prepared.fix_packet(1, 1000, inside_c=0, logic_mv=None, vertical_cm_s=0, course_cdeg=None))
    assert row["temp"] == 0 and row["vel_v"] == 0
    assert "batt" not in row and "heading" not in row
    assert not {"uploader_radio", "uploader_position", "frequency"} & set(
        row_of(prepared.fix_packet(1, 1000), Words("A", "B"))
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"latitude_e7": None},
        {"longitude_e7": None},
        {"altitude_m": None},
        {"fix_type": 2},
        {"fix_type": 0},
        {"gps_age_s": 8},
        {"gps_age_s": None},
        {"satellites": 0},
        {"latitude_e7": 0, "longitude_e7": 0},
    ],
)
def test_a_report_without_a_place_to_be_trusted_is_no_row(changes):
    assert row_of(prepared.fix_packet(1, 1000, **changes)) is None


def test_one_position_in_five_seconds_is_sent_and_the_same_one_in_every_reading():
    records = records_of(*[prepared.fix_packet(n, n * 1000) for n in range(60)])
    first = [point.key for point in map(Points().take, records) if point]
    assert len(first) == 12
    assert [point.key for point in map(Points().take, records) if point] == first


def test_the_time_of_a_position_is_that_of_the_frame_and_not_of_its_delay():
    points = Points()
    base = 1_777_000_000 * S
    found = []
    receiver = Receiver()
    for n, late_s in enumerate((3, 0, 4, 9, 0, 2)):
        packet = prepared.fix_packet(n, n * 10_000)
        found += map(points.take, receiver.feed(Chunk(prepared.wire([packet]), base + (n * 10 + late_s) * S, 0)))
    # That of the first is the best that was known then.
    assert [point.utc_ms - base // 10**6 for point in found] == [3000, 10_000, 20_000, 30_000, 40_000, 50_000]


def test_a_summary_for_chasemapper_has_its_units():
    (record,) = records_of(prepared.fix_packet(1, 3_723_000), wall_ns=1_777_000_000 * S)
    packet = summary(Points().take(record), "SAMARA-1")
    assert packet == {
        "type": "PAYLOAD_SUMMARY",
        "callsign": "SAMARA-1",
        "latitude": 36.1234567,
        "longitude": 129.1234567,
        "altitude": 120,
        "speed": 18.0,
        "heading": 90.0,
        "time": "03:06:40",
        "comment": "Samara",
        "sats": 11,
        "batt_voltage": 3.99,
        "temp": 18,
    }
    (unknown,) = records_of(prepared.fix_packet(1, 0, ground_speed_cm_s=None, course_cdeg=None))
    assert (summary(Points().take(unknown), "A")["speed"], summary(Points().take(unknown), "A")["heading"]) == (-1, -1)


# --- one batch --------------------------------------------------------------------------------------------------------


def test_a_batch_goes_out_as_gzip_by_put_with_its_headers(server):
    answer = SondeHub(server.address, "samara-1").put([row_of(prepared.fix_packet(1, 1000))])
    assert answer == (DONE, "200", {}, 0.0)
    ((sent, headers),) = server.requests
    assert sent == [row_of(prepared.fix_packet(1, 1000))]
    assert headers["Content-Encoding"] == "gzip" and headers["Content-Type"] == "application/json"
    assert headers["User-Agent"] == "samara-1" and headers["Date"].endswith("GMT")


@pytest.mark.parametrize(
    ("mood", "kind"),
    [
        (200, DONE),
        (202, DONE),
        ("garbage", DONE),
        (400, DONE),
        (404, DONE),
        (500, BUSY),
        (503, BUSY),
        (429, BUSY),
        (307, BUSY),
    ]
    + [("hang up", SILENT), ("silent", SILENT)],
)
def test_every_answer_and_none_is_understood(server, mood, kind):
    server.mood = mood
    answer = SondeHub(server.address, "samara", timeout_s=0.5).put([row.row for row in rows(3)])
    assert answer.kind == kind
    assert len(answer.refused) == (3 if mood in (400, 404) else 0)
    assert answer.wait_s == (90.0 if mood == 429 else 0.0)
    assert answer.words


def test_no_server_at_all_is_silence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert SondeHub(f"http://127.0.0.1:{port}/", "samara", 1.0).put([{}]).kind == SILENT


# --- when and what ----------------------------------------------------------------------------------------------------


def sender_to(server, tmp_path, count, utc_ms=1_777_000_000_000, **options):
    queue = UploadQueue(tmp_path / "q.sqlite")
    assert queue.add(rows(count, utc_ms)) == count
    return queue, Sender(queue, SondeHub(server.address, "samara", 0.5), 5.0, **options)


def run_until_settled(queue, sender, utc_ms=1_777_000_000_000):
    now_s = 0.0
    while queue.next(1):
        sender.step(now_s, utc_ms)
        now_s += 1.0
    return now_s


def test_rows_that_202_names_are_not_sent_again_and_the_others_are_accepted(server, tmp_path):
    server.mood = 202
    server.refuse = lambda row: "too far from now" if row["datetime"] in ("t1", "t3") else None
    queue, sender = sender_to(server, tmp_path, 5)
    run_until_settled(queue, sender)
    assert queue.count() == {"waiting": 0, "accepted": 3, "refused": 2}
    assert queue.refusals() == {"too far from now": 2}
    assert len(server.requests) == 1


def test_a_server_that_is_busy_is_asked_later_and_later_and_gets_each_row_once(server, tmp_path):
    server.moods = [500, 503, "silent", "hang up"]
    queue, sender = sender_to(server, tmp_path, 30)
    asked = []
    now_s = 0.0
    while queue.next(1):
        if sender.step(now_s, 1_777_000_000_000):
            asked.append(now_s)
        now_s += 1.0
    waits = [after - before for before, after in pairwise(asked[:5])]
    assert waits == [5, 10, 20, 40]
    assert sorted(row["datetime"] for row in server.accepted) == sorted(f"t{n}" for n in range(30))


def test_waiting_grows_to_five_minutes_and_no_further_and_heeds_the_server(server, tmp_path):
    server.mood = "hang up"
    queue, sender = sender_to(server, tmp_path, 1)
    asked = [now_s for now_s in range(4000) if sender.step(float(now_s), 0)]
    assert max(after - before for before, after in pairwise(asked)) == 300
    server.mood = 429
    patient = Sender(queue, SondeHub(server.address, "samara"), 5.0)
    assert [now_s for now_s in range(100) if patient.step(float(now_s), 0)] == [0, 90]


def test_a_row_on_which_the_server_chokes_keeps_no_other_row_back(server, tmp_path):
    server.poison = lambda row: row["datetime"] == "t7"
    queue, sender = sender_to(server, tmp_path, 40)
    for now_s in range(0, 40_000, 300):
        sender.step(float(now_s), 1_777_000_000_000)
    assert sorted(row["datetime"] for row in server.accepted) == sorted(f"t{n}" for n in range(40) if n != 7)
    assert queue.count() == {"waiting": 1, "accepted": 39, "refused": 0}


def test_what_is_older_than_a_day_is_historical_and_a_test_is_dev(server, tmp_path):
    now_ms = 1_777_000_000_000
    queue, sender = sender_to(server, tmp_path, 1, utc_ms=now_ms - 25 * 3600 * 1000, dev=True)
    queue.add([Waiting("fresh", now_ms - 3600 * 1000, {"datetime": "fresh"})])
    run_until_settled(queue, sender, now_ms)
    sent = {row["datetime"]: row for row in server.accepted}
    assert sent["t0"]["historical"] is True and "historical" not in sent["fresh"]
    assert all(row["dev"] is True for row in sent.values())


def test_the_newest_row_goes_first_and_batches_have_an_end(server, tmp_path):
    queue, sender = sender_to(server, tmp_path, 450)
    run_until_settled(queue, sender)
    assert [len(batch) for batch, _ in server.requests] == [200, 200, 50]
    assert server.requests[0][0][0]["datetime"] == "t449"
    queue.close()


def test_a_file_that_is_no_queue_is_left_alone(tmp_path):
    (tmp_path / "q").write_bytes(b"no database at all, and longer than a header" * 40)
    with pytest.raises(NotAQueue):
        UploadQueue(tmp_path / "q")
    assert (tmp_path / "q").read_bytes().startswith(b"no database")


# --- a whole log ------------------------------------------------------------------------------------------------------


def test_a_log_is_sent_once_however_often_it_is_read(server, tmp_path):
    folder = write_log(tmp_path / "log", 600)
    settings = settings_file(tmp_path, server)
    for _ in range(3):
        assert run_once(folder, settings).exit_code == 0
    assert len(server.accepted) == 120
    assert len({row["datetime"] for row in server.accepted}) == 120
    assert all("dev" not in row for row in server.accepted)


def test_a_simulation_is_sent_nowhere_but_in_a_test(server, tmp_path):
    folder = write_log(tmp_path / "log", 120, firmware_hash=0)
    settings = settings_file(tmp_path, server)
    assert run_once(folder, settings).exit_code == 0
    assert server.requests == []
    (folder / "simulation").mkdir()
    refused = run_once(folder, settings)
    assert refused.exit_code == 2 and "simulation" in refused.output
    assert server.requests == []
    assert run_once(folder, settings, "--dev").exit_code == 0
    assert len(server.accepted) == 24 and all(row["dev"] is True for row in server.accepted)


def test_nothing_is_sent_without_a_callsign(server, tmp_path, monkeypatch):
    folder = write_log(tmp_path / "log", 60)
    monkeypatch.setenv("SAMARA_CONFIG", str(tmp_path / "none.toml"))
    told = CliRunner().invoke(upload_command.command, [str(folder), "--once"])
    assert told.exit_code == 2 and "callsign" in told.output
    with pytest.raises(UploadsOff, match="nobody says what flies"):
        words_of({"uploads": {"callsign": "HL1ABC"}})
    with pytest.raises(UploadsOff, match="nobody's callsign"):
        words_of({"uploads": {"callsign": "HL1ABC"}}, "N0CALL")
    assert words_of({"uploads": {"callsign": "HL1ABC"}}, "N0CALL", dev=True).dev
    assert not (folder / upload_queue.NAME).exists() and server.requests == []


def test_a_display_is_told_what_is_of_now_and_nothing_old(server, tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as display:
        display.bind(("127.0.0.1", 0))
        display.settimeout(30)
        address = ("127.0.0.1", display.getsockname()[1])
        words = WORDS._replace(sondehub=False, horus_udp=address)
        old = Uploader(write_log(tmp_path / "old", 60, begun_ns=time.time_ns() - 7200 * S), words)
        while old.read():
            pass
        old.close()
        new = Uploader(write_log(tmp_path / "new", 61), words)
        while new.read():
            pass
        new.close()
        told = json.loads(display.recv(2000))
        assert told["type"] == "PAYLOAD_SUMMARY" and told["altitude"] == 160  # the newest of the new flight
        assert server.requests == []


def start(folder, settings):
    return subprocess.Popen(
        [sys.executable, "-m", "ground.cli", "upload", str(folder), "--uploads", str(settings)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()


def wait_until_settled(folder, waiting=0, accepted=1):
    """The process is at rest when its queue says so on the disk."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if (folder / upload_queue.NAME).exists():
            queue = UploadQueue(folder / upload_queue.NAME)
            count = queue.count()
            queue.close()
            if count["waiting"] == waiting and count["accepted"] >= accepted:
                return
        time.sleep(0.02)
    raise AssertionError("it never settled")


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_kill_9_forgets_nothing_and_sends_nothing_twice_that_was_accepted(server, tmp_path):
    """Killed while the server says nothing, so that nobody knows, and killed at rest; the log grows meanwhile."""
    folder = tmp_path / "log"
    settings = settings_file(tmp_path, server)
    begun_ns = time.time_ns() - 3600 * S
    for round_ in range(4):
        write_log(folder, 300, begun_ns=begun_ns, start_s=round_ * 300)
        server.moods = ["silent"]
        before = len(server.requests)
        process = start(folder, settings)
        server.wait_for(before + 1)
        kill(process)  # with a batch on its way, and no answer
        process = start(folder, settings)
        wait_until_settled(folder, accepted=60 * (round_ + 1))
        kill(process)  # at rest
    assert run_once(folder, settings).exit_code == 0
    times = [row["datetime"] for row in server.accepted]
    assert len(times) == len(set(times)) == 240
    assert [row["frame"] for row in sorted(server.accepted, key=lambda row: row["frame"])] == [
        10 * n for n in range(240)
    ]


def test_a_server_that_says_nothing_keeps_neither_the_log_nor_a_display_waiting(server, tmp_path):
    server.mood = "silent"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as display:
        display.bind(("127.0.0.1", 0))
        display.settimeout(30)
        words = WORDS._replace(server=server.address, horus_udp=("127.0.0.1", display.getsockname()[1]))
        uploader = Uploader(write_log(tmp_path / "log", 61), words, timeout_s=600.0)
        told = []

        def stopped(_):
            if not told:
                told.append(json.loads(display.recv(2000)))
                server.wait_for(1)  # it is asked, and holds its answer back for ten minutes
                write_log(tmp_path / "log", 5, begun_ns=time.time_ns() - 65 * S, start_s=65)
            elif len(told) == 1 and uploader.queue.count()["waiting"] == 14:
                told.append(json.loads(display.recv(2000)))
            return len(told) == 2

        uploader.run(stopped)
        uploader.close()
    assert [one["altitude"] for one in told] == [160, 165]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_it_follows_a_log_that_is_not_there_yet_and_ends_when_it_is_told_to(server, tmp_path):
    folder = tmp_path / "log"
    process = start(folder, settings_file(tmp_path, server))
    write_log(folder, 120)
    server.wait_for(1)
    wait_until_settled(folder, accepted=24)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "0 waiting, 24 accepted, 0 refused" in output
    assert Path(folder / upload_queue.NAME).exists()
