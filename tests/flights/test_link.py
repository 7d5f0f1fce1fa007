"""Whole flights over a channel: jammed, held and left alone, a link that is lost, and what is known after outages."""

import io
import json

import pytest

from firmware.protocol import drops, framing, telemetry
from firmware.protocol.deframing import Deframer, read_header
from firmware.protocol.mission_writer import build
from firmware.protocol.profiles import PACKET_9600, SIK_57600
from ground.link_figures import link_figures
from hardware.simulated.flight import fly
from tests.flights.reset_flights import description
from tests.flights.short_flight import DROPS, LAUNCH_S, Flight, setup
from tests.flights.test_whole_flight import on_cpython, on_micropython

AFTER_S = tuple(after_ms // 1000 for _, after_ms in DROPS)
KEY = "5a" * 48
LOST_LINK_MS = 600_000


def mission(**flight):
    return build(description(AFTER_S, 4000, 2, **flight))


def late_s(flight, output):
    """From due to the first edge, by the launch that the firmware recognised."""
    return flight.fired()[output] - AFTER_S[output - 1] - flight.launch_error_s()


@pytest.mark.parametrize("profile", [SIK_57600, PACKET_9600])
def test_the_whole_flight_jammed_the_drops_happen_on_time(profile):
    flight = Flight(
        data=mission(profile=profile),
        channel="jammed",
        crew=((30, "safe", 0), (600, "hold", 600)),
    )
    assert flight.packets == [] and flight.bench.modem.writes > 1000
    assert flight.drop_states() == [drops.CONFIRMED] * 3
    for output in (1, 2, 3):
        assert 0 <= late_s(flight, output) <= 1.0


def test_hold_and_then_silence_the_drops_come_after_the_hold():
    # 120 s from 20 s before the first drop on; then the crew is never heard again.
    flight = Flight(
        channel="fading",
        crew=((LAUNCH_S + 280, "hold", 120),),
        faults=(("radio_jam", LAUNCH_S + 290, 0, 0),),
    )
    (order,) = flight.bench.crew.done
    held_until_s = order.ended_us / 1e6 - LAUNCH_S + 120
    assert order.result == 1 and order.answer == 120
    fired = flight.fired()
    assert held_until_s - 10 <= fired[1] <= held_until_s + 1
    assert fired[2] >= fired[1] + 4 and 0 <= late_s(flight, 3) <= 1.0
    assert flight.drop_states() == [drops.CONFIRMED] * 3


def ended_by(flight):
    return flight.computer.state.cutdown_by


def lost_link_flight(lost_link_ms, crew=(), **changes):
    """An hour in the air, with a cutdown at the latest two hours after launch."""
    cutdown = {"channel": "c3", "latest_ms": 7_200_000, "lost_link_ms": lost_link_ms}
    data = build(description(AFTER_S[:2], 4000, 2, cutdown=cutdown, channels=CHANNELS))
    return Flight(
        data=data,
        key=KEY,
        crew=crew,
        burst_m=12000,
        wires=((1, 150, 1400), (2, 150, 1400), (3, 0, 1400)),
        longest_s=LAUNCH_S + 2000,
        until=lambda flight: flight.bench.world.descending_us is not None,
        **changes,
    )


CHANNELS = [{"name": f"c{one}", "output": one, "pulse_ms": 4000, "attempts": 2} for one in (1, 2, 3)]
NOOPS = tuple((at_s, "noop", 0) for at_s in range(60, LAUNCH_S + 2000, 300))


def test_a_lost_link_ends_the_flight_only_where_that_was_asked_for():
    never = lost_link_flight(None, channel="jammed")
    assert not ended_by(never) and never.bench.world.descending_us is None
    asked = lost_link_flight(LOST_LINK_MS, channel="jammed")
    assert ended_by(asked) == drops.BY_LOST_LINK
    assert LOST_LINK_MS / 1000 - 10 <= asked.fired()[3] <= LOST_LINK_MS / 1000 + 15


def test_a_noop_every_five_minutes_keeps_a_flight_up_that_would_end_by_a_lost_link():
    kept = lost_link_flight(LOST_LINK_MS, NOOPS, channel="fading")
    assert not ended_by(kept) and kept.bench.world.descending_us is None
    assert all(order.result == 1 for order in kept.bench.crew.done) and len(kept.bench.crew.done) >= 7
    cut_off = lost_link_flight(LOST_LINK_MS, NOOPS, channel="fading", faults=(("radio_jam", LAUNCH_S + 400, 0, 0),))
    assert ended_by(cut_off) == drops.BY_LOST_LINK
    heard_s = max(order.ended_us for order in cut_off.bench.crew.done if order.result is not None) / 1e6 - LAUNCH_S
    assert heard_s + 590 <= cut_off.fired()[3] <= heard_s + 615


def test_frames_of_an_attacker_do_not_keep_a_flight_up_that_has_lost_its_link():
    flight = lost_link_flight(
        LOST_LINK_MS,
        ((60, "noop", 0),),
        channel="clear",
        faults=(
            ("attacker_listens", 30, 0, 0),
            ("attacker_forges", 100, 0, 3000),
            ("attacker_repeats_all", 100, 0, 5000),
        ),
    )
    assert ended_by(flight) == drops.BY_LOST_LINK
    assert flight.bench.attacker.said["forged"] > 200 and flight.bench.attacker.said["replayed"] > 100


def test_a_flight_without_a_channel_and_one_over_a_clear_one_are_the_same_flight():
    without, over = Flight(), Flight(channel="clear")
    assert without.packets == over.packets and without.edges == over.edges


@pytest.mark.parametrize("channel", ["hostile", "outages", "noisy"])
def test_the_same_seed_gives_the_same_trace_with_a_channel_on_both_interpreters(tmp_path, channel):
    given = {
        "channel": channel,
        "crew": [[400, "noop", 0], [500, "hold", 30], [760, "resume", 0]],
        "faults": [["attacker_listens", 1, 0, 0], ["attacker_forges", 350, 500, 2000]],
    }
    here, there = on_cpython(tmp_path, **given), on_micropython(tmp_path, **given)
    assert there["interpreter"].startswith("micropython") and here["interpreter"].startswith("cpython")
    assert here["trace_sha256"] == there["trace_sha256"] and here["link"] == there["link"]
    again = on_cpython(tmp_path, **given)
    other = on_cpython(tmp_path, **dict(given, seed=2))
    assert again["trace_sha256"] == here["trace_sha256"] != other["trace_sha256"]


# What is known after bursts and outages ------------------------------------------------------------------------------


class Told:
    """Two and a half hours over bursts and outages: what left the antenna, and what came to the ground."""

    def __init__(self, folder, profile, seed):
        (folder / "mission.bin").write_bytes(build(description((1800,), 4000, 2, profile=profile)))
        sent, received, truth = io.BytesIO(), bytearray(), io.StringIO()
        given = setup(channel="outages", seed=seed, profile=profile, burst_m=30000, longest_s=12000)
        given["mission_bin"] = str(folder / "mission.bin")
        given["after_landing_s"] = 660  # for the newest of the far offsets
        fly(given, received.extend, truth, sent_file=sent)
        self._sent, self._received = sent.getvalue(), bytes(received)
        self._end = json.loads(truth.getvalue().splitlines()[-1])

    def figures(self, with_hist=True):
        """What the ground knows of the way; without what HIST told, where that is asked for."""
        received = self._received if with_hist else without_hist(self._received)
        return link_figures(self._sent, received, self._end)


def without_hist(data):
    """These frames, but for the HIST among them."""
    packets = Deframer().feed(data)
    return b"".join(framing.encode(packet) for packet in packets if read_header(packet)[1] != telemetry.HIST)


SEEDS = (2, 3, 6)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Each profile flown once with each seed."""
    flights = {}

    def of(profile):
        if profile not in flights:
            flights[profile] = [Told(tmp_path_factory.mktemp("told"), profile, seed) for seed in SEEDS]
        return flights[profile]

    return of


def mean(values):
    values = list(values)
    return sum(values) / len(values)


@pytest.mark.parametrize(
    ("profile", "largest", "with_hist", "least"),
    [(PACKET_9600, 58, False, 0.98), (PACKET_9600, 58, True, 0.99), (SIK_57600, 63, False, 0.99)],
)
def test_nearly_all_of_the_way_is_known_over_a_channel_that_loses_a_fifth(told, profile, largest, with_hist, least):
    figures = [one.figures(with_hist) for one in told(profile)]
    assert 0.74 <= mean(one.known_alone for one in figures) <= 0.83
    assert mean(one.known_with_past for one in figures) >= least
    for one in figures:
        assert len(one.sent.reports) > 8000 and one.never_sent == 0
        assert max(len(framing.encode(packet)) for packet in one.sent.frames) <= largest
