"""A flight full of faults leaves the same trace on both interpreters, through every reset and every power cut."""

import pytest

from tests.flights.test_whole_flight import on_cpython, on_micropython

FAULTS = (
    ("gps_noise", 40, 700, 300),
    ("flash_stall", 310, 60, 300),
    ("power_cut", 400, 20, 1),
    ("hang", 460, 5, 0),
    ("flash_full", 480, 60, 1),
    ("reset_loop", 500, 30, 7000),
    ("journal_damaged", 520, 0, 0),
    ("gc_pause", 540, 30, 150),
    ("clock_drift", 560, 0, 200),
    ("continuity_noisy", 570, 0, 2),
    ("wide_spikes", 330, 200, 500),
    ("low_flaky", 330, 100, 0),
    ("gps_spoof", 600, 60, 50),
    ("exception", 620, 30, "supplies"),
    ("flash_error", 660, 20, 0),
    ("plug_bouncing", 700, 20, 300),
    ("bus_held", 740, 60, 0),
    ("brown_out", 750, 300, 500),
    ("burst", 900, 0, 0),
)


def test_the_same_seed_and_faults_give_the_same_trace_on_both_interpreters(tmp_path):
    here, there = on_cpython(tmp_path, faults=FAULTS), on_micropython(tmp_path, faults=FAULTS)
    assert there["interpreter"].startswith("micropython")
    assert here["trace_sha256"] == there["trace_sha256"]
    for name in ("at_us", "apex_mm", "latitude_e7", "frames_sent", "bytes_sent", "trace_records", "faults", "passes"):
        assert here[name] == there[name], name


@pytest.mark.parametrize("fault", [("power_cut", 310, 5, 0), ("gps_frozen", 310, 60, 0), ("flash_stall", 310, 60, 300)])
def test_a_fault_makes_another_trace(tmp_path, fault):
    short = {"burst_m": 1500, "longest_s": 700}
    assert (
        on_cpython(tmp_path, **short)["trace_sha256"] != on_cpython(tmp_path, faults=(fault,), **short)["trace_sha256"]
    )


def test_a_board_without_power_says_nothing_and_the_flight_still_ends(tmp_path):
    whole = on_cpython(tmp_path, burst_m=1500)
    dead = on_cpython(tmp_path, burst_m=1500, faults=(("power_cut", 330, 100000, 0),))
    assert dead["landed_us"] is not None and dead["at_us"] >= dead["landed_us"] + 150_000_000
    assert dead["frames_sent"] < whole["frames_sent"] // 2
