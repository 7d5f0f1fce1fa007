"""`samara report`: one page that needs nothing else, says what was heard, and says unknown of what was not."""

import html
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from firmware.protocol import drops, phases, telemetry
from ground.cli import main
from ground.flight import read_flight
from ground.formats import ukhas
from ground.formats.heard import Heard
from ground.mission_file import read_mission_file
from ground.raw_log import NOTE, SENT, Chunk, RawLog, listening_note
from ground.report.document import make_report
from ground.report.judged import judge
from ground.report.link_facts import known_part
from ground.track import Position
from tests.ground import prepared_flight as prepared

FLIGHTS = Path("../shared/data/flights")
START_NS = 1_777_000_000 * 10**9
SECOND_NS = 10**9


def write_log(folder: Path, packets, extra=(), lost=lambda _: False) -> Path:
    """A raw.log with a chunk a packet, at the payload's own times."""
    folder.mkdir(exist_ok=True)
    log = RawLog(folder / "raw.log")
    log.append(Chunk(listening_note("/dev/ttyUSB0", "2026-04-24T03:06:40Z"), START_NS, 1, NOTE))
    for packet in packets:
        mission_ms = int.from_bytes(packet[6:9], "little") * 100
        if not lost(mission_ms):
            log.append(Chunk(prepared.wire([packet]), START_NS + mission_ms * 1_000_000, mission_ms * 1_000_000 + 1))
    for chunk in extra:
        log.append(chunk)
    log.close()
    return folder


def words(page: str) -> str:
    """What a reader sees, in one line."""
    body = page[page.index("<body>") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_log(tmp_path_factory.mktemp("report") / "log", prepared.flight_packets())


def test_a_whole_flight_is_told_with_its_drop_its_phases_and_its_landing(whole):
    result = CliRunner().invoke(main, ["report", str(whole)])
    assert result.exit_code == 0, result.output
    page = (whole / "flight-report.html").read_text()
    said = words(page)
    assert "1 of 1 drop confirmed. It was heard to land." in said
    assert "its own word: let go, and there is evidence for it" in said
    assert "descent after ascent at 30120 m" in said and "landed after descent at 120 m" in said
    assert "launched at mission time 0:05:00" in said
    assert "0:30:00" in said  # the drop, since launch
    assert str(whole / "flight-report.html") in result.output


def test_the_page_asks_for_nothing_and_can_run_nothing(whole):
    page = make_report(whole).html
    assert "<script" not in page and "default-src 'none'" in page
    assert not re.search(r"(?:src|href)=\"(?!data:,)", page)
    assert not re.search(r"url\((?!#)", page)
    # The only addresses in it are names of the SVG language.
    assert set(re.findall(r"https?://[^\"' <]+", page)) <= {"http://www.w3.org/2000/svg"}


def test_the_same_log_gives_the_same_bytes(whole):
    assert make_report(whole).html == make_report(whole / "raw.log", name="log").html


def test_what_was_never_heard_is_said(tmp_path):
    cut = [one for one in prepared.flight_packets() if int.from_bytes(one[6:9], "little") * 100 < prepared.DROP_MS]
    said = words(make_report(write_log(tmp_path / "log", cut)).html)
    never = said[said.index("Never heard") :]
    assert "a landing: the last place is where it was last heard, not where it lies" in never
    assert "the end of the climb: the highest point is only the highest that was heard" in never
    assert "META" in never
    assert "Last heard 0:29:59 after launch" in said and "It was heard to land" not in said


def test_a_drop_whose_pulse_was_lost_is_confirmed_without_one(tmp_path):
    record = prepared.Recorder()
    record.event(0, telemetry.MISSION_LOADED, 1, 1, 0)
    record.event(5000, telemetry.LAUNCHED, 0, 0, 5000)
    record.fix(6000, phase=phases.ASCENT)
    record.event(9000, telemetry.DROP_CHANGED, 0, drops.CONFIRMED, 1 << 8)
    said = words(make_report(write_log(tmp_path / "log", record.packets)).html)
    assert "the pulse itself was not heard of" in said and "1 of 1 drop confirmed." in said


@pytest.mark.parametrize(
    ("state", "sentence", "good"),
    [
        (drops.FAILED, "drop 1: failed.", False),
        (drops.UNCONFIRMED, "drop 1: unconfirmed.", False),
        (drops.SKIPPED, "drop 1: skipped.", False),
        (drops.PARTED_EARLY, "drop 1: parted early.", False),
        (drops.CANCELLED, "drop 1: cancelled.", True),
        (drops.CONFIRMED, "1 of 1 drop confirmed.", True),
    ],
)
def test_the_verdict_is_that_of_the_worst_drop(tmp_path, state, sentence, good):
    record = prepared.Recorder()
    record.event(0, telemetry.MISSION_LOADED, 1, 1, 0)
    record.event(5000, telemetry.LAUNCHED, 0, 0, 5000)
    record.event(9000, telemetry.DROP_CHANGED, 0, drops.FIRING, 1 << 8)
    record.event(9500, telemetry.DROP_CHANGED, 0, state, 1 << 8)
    record.fix(10_000, phase=phases.ASCENT)
    page = make_report(write_log(tmp_path / "log", record.packets)).html
    assert sentence in words(page)
    assert f'class="verdict {"good" if good else "bad"}"' in page


def test_a_flight_that_never_launched_says_so_and_counts_from_the_start(tmp_path):
    record = prepared.Recorder()
    for now_ms in range(0, 60_000, 1000):
        record.fix(now_ms, vertical_cm_s=0)
    said = words(make_report(write_log(tmp_path / "log", record.packets)).html)
    assert "No launch was heard." in said and "the start of the record: no launch was seen" in said
    assert "a launch" in said[said.index("Never heard") :]


def test_silences_are_counted_by_the_payloads_clock(tmp_path):
    def lost(mission_ms: int) -> bool:
        return 400_000 < mission_ms < 700_000

    said = words(make_report(write_log(tmp_path / "log", prepared.flight_packets(), lost=lost)).html)
    assert "One silence, 5 min 00 s altogether" in said
    # 300 of 8,600 s aloft are lost, less 5 s at both ends.
    assert "of the time aloft a place within 5 s is known of 96.6%" in said


def test_what_the_crew_said_stands_beside_the_answers(tmp_path):
    at_ns = START_NS + 400 * SECOND_NS
    notes = [
        Chunk(b"command noop: heard <b>", at_ns, 5, NOTE),
        Chunk(b"\x00abc\x00", at_ns, 5, SENT),
        Chunk(b"Samara knows something else", at_ns, 5, NOTE),
    ]
    page = make_report(write_log(tmp_path / "log", prepared.flight_packets(until_ms=500_000), notes)).html
    said = words(page)
    commands = said[said.index("Commands and their answers") :]
    assert "0:01:40" in commands and "noop: heard <b>" in commands and "<b>" not in page
    assert "something else" not in commands
    assert "sent from here 1 frames, 5 bytes" in said
    assert "an answer to what was sent from here" in said[said.index("Never heard") :]


def test_a_mission_gives_names_due_times_and_areas_and_is_compared(whole):
    mission = read_mission_file(Path("missions/cutdown_on_exit.toml")).mission
    page = make_report(whole, mission).html
    said = words(page)
    assert "inside" in said and "0:25:00" in said  # name and due time of its first drop
    assert "Whether it flew the given mission is unknown" in said
    assert 'class="area in"' in page
    assert "anything of too-late" in said[said.index("Never heard") :]


def test_a_log_that_is_being_written_is_read_as_far_as_it_goes(tmp_path):
    folder = write_log(tmp_path / "log", prepared.flight_packets(until_ms=500_000))
    log = RawLog(folder / "raw.log")  # held by somebody, and with the half of a record at its end
    with (folder / "raw.log").open("ab") as file:
        file.write(b"\xa5\x5aSR\x01\x10")
    try:
        report = make_report(folder)
    finally:
        log.close()
    assert "Last heard 0:03:19 after launch" in words(report.html)
    assert "cut off" in words(report.html)


def test_texts_of_a_stranger_are_inert(tmp_path):
    evil = ukhas.encode(Heard("UKHAS", "<img src=x>", 1, 1, 500000000, 70000000, 5, extra="<script>alert(1)</script>"))
    extra = [Chunk(evil, START_NS + n * SECOND_NS, n) for n in range(3)]
    page = make_report(write_log(tmp_path / "log", prepared.flight_packets(until_ms=400_000), extra)).html
    assert "<img" not in page and "<script" not in page
    assert "Other payload: <img src=x>" in words(page)


def test_ids_are_unique_though_many_pictures_stand_on_the_page(tmp_path):
    extra = []
    for call in ("HAB1", "HAB2"):
        for n in range(30):
            sentence = ukhas.encode(Heard("UKHAS", call, n, n, 500000000 + n * 1000, 70000000, 100 + n * 100))
            extra.append(Chunk(sentence, START_NS + n * 10 * SECOND_NS, n))
    page = make_report(write_log(tmp_path / "log", prepared.flight_packets(until_ms=400_000), extra)).html
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) >= 9
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)


def test_what_holds_no_flight_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "raw.log").write_bytes(b"nothing at all")
    for path in (tmp_path, tmp_path / "missing", tmp_path / "raw.log"):
        result = CliRunner().invoke(main, ["report", str(path)])
        assert result.exit_code == 2 and result.output.count("\n") <= 3, result.output
    assert not (tmp_path / "flight-report.html").exists()


def test_a_place_is_known_where_one_was_heard_nearby():
    def at(*seconds: int) -> list[Position]:
        return [Position(second * 1000, 0, 0, 0) for second in seconds]

    assert known_part(at(*range(100)), 0, 99_000) == 1.0
    assert known_part(at(0, 99), 0, 99_000) == pytest.approx(12 / 100)
    assert known_part([], 0, 99_000) is None and known_part(at(1), 5, 5) is None


def test_launch_and_phases_are_judged_by_heights_alone():
    def place(second: int, height_m: float, east_e7: int = 0) -> Position:
        return Position(second * 1000, 0, east_e7, round(height_m))

    way = [place(at, 100) for at in range(0, 600, 30)]
    way += [place(600 + at, 100 + 5 * at) for at in range(0, 3000, 30)]
    way += [place(3600 + at, 15_100) for at in range(0, 3600, 30)]
    way += [place(7200 + at, 15_100 - 10 * at) for at in range(0, 1500, 30)]
    way += [place(8700 + at, 100) for at in range(0, 900, 30)]
    judged = judge(way)
    assert judged.launch_ms in (600_000, 630_000)
    assert [name for name, _ in judged.phases] == ["ground", "ascent", "float", "descent", "landed"]
    assert judged.landed is not None and abs(judged.landed.mission_ms - 8_700_000) <= 30_000
    aloft = judge(way[40:])
    assert aloft.launch_ms is None and aloft.phases[0][0] == "ascent"
    assert judge(way[:15]).phases == []


@pytest.mark.skipif(not FLIGHTS.is_dir(), reason="the recorded flights are not beside this checkout")
def test_the_reports_of_recorded_flights_say_what_is_in_them(tmp_path):
    def reported(*arguments: str) -> str:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        assert CliRunner().invoke(main, ["import", *arguments, "-o", str(folder)]).exit_code == 0
        assert read_flight(folder).payloads.messages
        return words(make_report(folder).html)

    chase = reported(str(FLIGHTS / "linktlm_van_KD2DRI.txt"), str(FLIGHTS / "linktlm_W3EAX-11.txt"))
    assert chase.startswith("W3EAX-11 ")  # the balloon, though the van's file came first
    assert "Other payload: KD2DRI" in chase and "110 places on the ground, 347 m at the highest" in chase
    assert "197 messages, by its own counter" in chase
    sonde = reported(str(FLIGHTS / "rs41_R3320833.csv"))
    assert "2 places cannot be right and are left out" in sonde and "18:31:58" in sonde
    assert "no launch was seen" in sonde  # it begins aloft at 1,421 m
    float_ = reported(str(FLIGHTS / "shab14v_float.csv"), "--name", "SHAB14-V")
    assert re.search(r"float 2:2\d:\d\d 8:[45]\d:\d\d", float_)  # from, lasted
    failed = reported(str(FLIGHTS / "adler_97_failed_cutdown.txt"))
    assert "at times that nobody wrote down" in failed and "No position was heard." in failed
