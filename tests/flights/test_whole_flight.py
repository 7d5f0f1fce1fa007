"""Whole flights: on time, nothing lost to the firmware's own writing, and a trace that depends on the seed alone."""

import io
import json
import os
import subprocess

import pytest

from firmware.protocol import drops, phases, telemetry
from firmware.protocol.deframing import Deframer, read_header
from ground.flight import read_flight
from ground.simulation import PROJECT, SHIMS, micropython
from hardware.simulated import flash
from hardware.simulated.flight import fly
from tests.flights.short_flight import DROPS, Flight, mission_data, setup
from tests.ports import board_packages


@pytest.fixture(scope="module")
def flight():
    return Flight()


def test_every_drop_falls_within_a_second_and_is_confirmed(flight):
    fired = flight.fired()
    for output, after_ms in DROPS:
        late_s = fired[output] - after_ms / 1000 - flight.launch_error_s()
        assert 0 <= late_s <= 1.0
    assert flight.drop_states() == [drops.CONFIRMED] * 3
    assert [output for _, output in flight.parted] == [1, 2, 3]
    assert len(flight.edges) == 6 and 0 <= flight.launch_error_s() <= 10


def test_the_phases_are_those_of_the_flight(flight):
    changed = [event["subject"] for _, event in flight.events() if event["code"] == telemetry.PHASE_CHANGED]
    assert changed == [phases.ASCENT, phases.DESCENT, phases.LANDED]
    falling = next(
        header[4] / 1000
        for header, event in flight.events()
        if event["code"] == telemetry.PHASE_CHANGED and event["subject"] == phases.DESCENT
    )
    assert 0 <= falling - flight.bench.world.apex_us / 1e6 <= 60


def test_no_gps_byte_and_no_frame_is_lost_to_the_firmwares_own_writing(flight):
    assert flight.bench.flash.erases >= 20 and flight.bench.flash.programs >= 100  # it does write
    assert flight.gps_lost == 0 and flight.bench.modem.gaps == 0
    assert flight.deframer.frames == flight.bench.modem.writes > 1000 and flight.deframer.bad_frames == 0
    sequences = [read_header(packet)[3] for packet in flight.packets]
    assert sorted(sequences) == list(range(len(sequences)))
    assert flight.computer.gps.sentences_bad == 0


def test_a_pulse_is_silent_on_the_radio(flight):
    on_air = [header[4] / 1000 for header, _ in flight.reports()]
    for start, end in zip(flight.edges[::2], flight.edges[1::2], strict=True):
        assert not [at for at in on_air if start[0] + 300.2 < at < end[0] + 300.0 - 0.2]


def test_the_loop_keeps_its_rate_and_nothing_is_wrong(flight):
    assert flight.computer.loop.overruns == 0 and flight.boots == 1
    assert flight.computer.health.counts[1] == 0, flight.computer.health.last_exception
    assert flight.computer.loop.passes == pytest.approx(flight.clock.now_us / 1e5, abs=20)


def test_what_is_reported_is_where_the_balloon_was(flight):
    apex_m = max(report["altitude_m"] for _, report in flight.reports() if report["altitude_m"] is not None)
    assert abs(apex_m - flight.bench.world.apex_mm / 1000) <= 10
    last = flight.reports()[-1][1]
    assert abs(last["latitude_e7"] - flight.bench.world.latitude_e7) <= 500
    assert last["phase"] == phases.LANDED


def test_erases_four_times_as_slow_as_usual_cost_no_byte_and_no_frame(monkeypatch):
    monkeypatch.setattr(flash, "ERASE_US", 180_000)
    slow = Flight()
    assert slow.bench.flash.erases >= 20
    assert slow.gps_lost == 0 and slow.bench.modem.gaps == 0 and slow.deframer.bad_frames == 0
    assert slow.drop_states() == [drops.CONFIRMED] * 3
    for output, after_ms in DROPS:
        assert 0 <= slow.fired()[output] - after_ms / 1000 - slow.launch_error_s() <= 1.0


def test_a_firmware_that_writes_in_the_middle_of_a_gps_burst_would_be_seen(monkeypatch):
    monkeypatch.setattr(flash, "ERASE_US", 400_000)

    def prepare(flight):
        computer = flight.computer

        def hasty(now_ms):
            if computer.gps.quiet_ms(now_ms) < 450:
                computer.journal.write(now_ms)

        for activity in computer.loop.activities:
            if activity.name == "write":
                activity.run = hasty

    assert Flight(prepare=prepare, burst_m=1500).gps_lost > 0


def test_a_firmware_that_writes_while_a_frame_leaves_would_be_seen():
    def prepare(flight):
        computer = flight.computer
        send = computer.radio.send

        def then_write(frame, now_ms):
            sent = send(frame, now_ms)
            computer.journal.write(now_ms)
            return sent

        computer.radio.send = then_write

    assert Flight(prepare=prepare, burst_m=1500).bench.modem.gaps > 0


def on_cpython(folder, **changes):
    (folder / "mission.bin").write_bytes(mission_data())
    return fly(dict(setup(**changes), mission_bin=str(folder / "mission.bin")), len, io.StringIO())


def on_micropython(folder, **changes):
    program = micropython()
    if program is None:
        pytest.skip("there is no MicroPython for this machine")
    (folder / "mission.bin").write_bytes(mission_data())
    given = dict(setup(**changes), mission_bin=str(folder / "mission.bin"), truth=str(folder / "truth.jsonl"))
    (folder / "setup.json").write_text(json.dumps(given))
    board_packages(folder)
    subprocess.run(
        [program, "-X", "heapsize=2M", "-m", "hardware.simulated.flight", str(folder / "setup.json")],
        env={**os.environ, "MICROPYPATH": f".frozen:{PROJECT}:{SHIMS}:{folder}"},
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    return json.loads((folder / "truth.jsonl").read_text().splitlines()[-1])


def test_the_same_seed_gives_the_same_trace_on_both_interpreters(tmp_path):
    here, there = on_cpython(tmp_path), on_micropython(tmp_path)
    assert there["interpreter"].startswith("micropython") and here["interpreter"].startswith("cpython")
    assert here["trace_sha256"] == there["trace_sha256"]
    for name in ("at_us", "apex_mm", "latitude_e7", "frames_sent", "bytes_sent", "trace_records", "faults", "passes"):
        assert here[name] == there[name], name
    assert here["gps_bytes_lost"] == 0 and here["frame_gaps"] == 0


def test_the_same_seed_gives_the_same_trace_again_and_another_seed_another(tmp_path):
    first, again = on_cpython(tmp_path, burst_m=1500), on_cpython(tmp_path, burst_m=1500)
    other = on_cpython(tmp_path, burst_m=1500, seed=2)
    assert first["trace_sha256"] == again["trace_sha256"] != other["trace_sha256"]


def test_a_film_tube_floats_in_the_eyes_of_the_firmware():
    from hardware.simulated import scenarios

    tube = {key: value for key, value in scenarios.FILM_TUBE.items() if key not in ("launch_s", "burst_m")}
    flight = Flight(data=mission_data(((3, 3_000_000),)), **dict(tube, longest_s=4500))
    changed = [event["subject"] for _, event in flight.events() if event["code"] == telemetry.PHASE_CHANGED]
    assert changed[:3] == [phases.ASCENT, phases.FLOAT, phases.DESCENT]
    assert flight.drop_states() == [drops.CONFIRMED]


def test_the_flight_log_on_the_board_is_read_by_the_ground_as_what_it_received(tmp_path):
    flight = Flight()
    with flight.board.storage.open("flight.log", "rb") as file:
        (tmp_path / "flight.log").write_bytes(file.read(1 << 20))
    found = read_flight(tmp_path / "flight.log")
    (track,) = found.tracks.values()
    assert [change.name for change in track.phases] == ["ground", "ascent", "descent", "landed"]
    assert all(drop.word == "confirmed" for drop in track.drops_known())
    sent = {packet[:9] for packet in flight.packets}
    logged = {packet[:9] for packet in Deframer().feed((tmp_path / "flight.log").read_bytes())}
    assert logged and logged <= sent
