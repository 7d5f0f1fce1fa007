"""The independent backup beside the primary in one flight, and beside a primary that is not there."""

import pytest

from firmware.protocol import drops, telemetry
from firmware.protocol.backup_writer import backup_of
from firmware.protocol.mission import load
from firmware.protocol.mission_writer import build
from hardware.pins import pico as pins
from hardware.simulated import scenarios
from hardware.simulated.backup_bench import OUTPUT, BackupBench
from hardware.simulated.bench import Bench
from tests.flights.short_flight import LAUNCH_S, Flight

LATEST_S = 1500
DUE_S = LATEST_S + 1800 + 300
END_S = DUE_S + 1200
PRIMARY_OUTPUT = 3


def mission_bytes():
    return build(
        {
            "flight_id": "two-ways",
            "callsign": "N0CALL",
            "pad_altitude_m": 120,
            "highest_ground_m": 350,
            "end_ms": END_S * 1000,
            "backup_ms": DUE_S * 1000,
            "channels": [{"name": "end", "output": PRIMARY_OUTPUT, "pulse_ms": 4000, "attempts": 3}],
            "cutdown": {"channel": "end", "latest_ms": LATEST_S * 1000, "min_agl_m": 500},
        }
    )


TUBE = {key: value for key, value in scenarios.FILM_TUBE.items() if key not in ("launch_s", "name", "faults", "expect")}


class Beside:
    """A backup beside any bench; what it did, in s after lift-off."""

    def __init__(self, bench, setup):
        self.clock = bench.clock
        self.edges = []
        self.parted_s = None
        self.backup = BackupBench(bench, setup, backup_of(load(mission_bytes())), self._event)
        bench.wiring.inputs[pins.number("BACKUP_LINE")] = self.backup.line

    def _event(self, what, output=0, level=0):
        assert output == OUTPUT
        at_s = self.clock.now_us / 1e6 - LAUNCH_S
        if what == "edge":
            self.edges.append((at_s, level))
        else:
            self.parted_s = at_s

    @property
    def state(self):
        return self.backup.computer.state


def fly_both(actions=(), backup=None, **changes):
    """Both boards. actions: rows of (s after lift-off, function(flight)); flight.beside is the Beside."""

    def begin(flight):
        flight.beside = Beside(flight.bench, {**flight.setup, "backup": backup or {}})

    rows = [(LAUNCH_S + at_s, action) for at_s, action in actions]
    settings = {**TUBE, "wires": ((PRIMARY_OUTPUT, 0, 1600),), "longest_s": LAUNCH_S + END_S + 300, **changes}
    return Flight(rows, mission_bytes(), begin=begin, **settings)


def told(flight):
    """The backup's states as the ground heard of them, in their order."""
    return [event["subject"] for _, event in flight.events() if event["code"] == telemetry.BACKUP_CHANGED]


@pytest.fixture(scope="module")
def primary_ends_it():
    return fly_both()


def test_two_independent_ways_and_the_first_one_is_enough(primary_ends_it):
    flight = primary_ends_it
    assert [output for _, output, level in flight.edges if level] == [PRIMARY_OUTPUT]
    assert flight.parted and abs(flight.parted[0][0] - LATEST_S) < 20


def test_backup_with_the_primary_already_done_makes_nothing_worse(primary_ends_it):
    beside = primary_ends_it.beside
    assert beside.edges == [] and beside.parted_s is None and beside.backup.wire.whole
    assert beside.state.state == drops.BACKUP_DONE and beside.state.flown
    assert beside.state.since_ms < DUE_S * 1000, "it had landed long before its time"


def test_its_state_reaches_telemetry_over_the_heartbeat_line(primary_ends_it):
    assert told(primary_ends_it) == [
        drops.BACKUP_SAFE,
        drops.BACKUP_READY,
        drops.BACKUP_RUNNING,
        drops.BACKUP_DONE,
    ]
    reported = {report["backup_state"] for _, report in primary_ends_it.reports()}
    assert reported >= {drops.BACKUP_SAFE, drops.BACKUP_READY, drops.BACKUP_RUNNING}


def test_the_primary_keeps_its_rate_with_a_backup_beside_it(primary_ends_it):
    assert primary_ends_it.boots == 1 and primary_ends_it.computer.loop.overruns == 0


def held_in_reset(seed, drift_ppm, **changes):
    """The primary never runs: only the world and the backup."""
    setup = {**TUBE, "launch_s": LAUNCH_S, "seed": seed, "wires": (), **changes}
    setup["backup"] = {"drift_ppm": drift_ppm, "wrap_in_ms": 1000 * (LAUNCH_S + seed * 97)}
    bench = Bench(setup, len, lambda *_: None)
    beside = Beside(bench, setup)
    for _ in range(LAUNCH_S + DUE_S + 60):
        bench.clock.advance(1_000_000)
    return bench, beside


@pytest.mark.parametrize("seed", range(40))
def test_backup_with_the_primary_held_in_reset_ends_the_flight_at_its_time_whatever_its_crystal(seed):
    drift_ppm = -200 + 400 * seed // 39
    bench, beside = held_in_reset(seed, drift_ppm)
    start_s = beside.edges[0][0]
    by_its_clock_s = start_s * (1 + drift_ppm / 1e6)
    # The pull pin is seen at the next pass, and the world says so once a second.
    assert DUE_S <= by_its_clock_s <= DUE_S + 2.0
    assert len(beside.edges) == 2 and beside.parted_s is not None
    assert start_s > LATEST_S + 1800 + 290, "never before anything that the primary may still do"
    assert bench.world.descending_us is not None
    assert beside.state.state == drops.BACKUP_DONE


def test_a_backup_that_hangs_and_starts_again_and_again_never_disturbs_the_primary():
    def hang(flight):
        flight.beside.backup.hang(20)

    flight = fly_both([(at_s, hang) for at_s in range(60, 1400, 60)])
    assert flight.beside.backup.boots == 24 and flight.boots == 1
    assert flight.computer.loop.overruns == 0
    assert [output for _, output, level in flight.edges if level] == [PRIMARY_OUTPUT]
    assert flight.beside.edges == [] and flight.beside.state.state == drops.BACKUP_DONE


def test_a_dead_backup_is_silent_in_telemetry_and_the_primary_ends_the_flight():
    flight = fly_both([(600, lambda it: it.beside.backup.die())])
    assert told(flight)[-1] == drops.BACKUP_SILENT
    assert flight.parted and flight.beside.edges == []


def test_where_the_primarys_wire_never_parts_the_backup_ends_the_flight():
    flight = fly_both(wires=((PRIMARY_OUTPUT, 0, None),))
    assert flight.parted == []
    assert len([1 for _, output, level in flight.edges if level]) == 3
    assert DUE_S <= flight.beside.edges[0][0] <= DUE_S + 2 and flight.beside.parted_s
    assert told(flight)[-1] == drops.BACKUP_DONE
