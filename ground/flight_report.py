"""What a simulated flight came to: the ground's record beside what truly happened, and whether it was as planned."""

from dataclasses import dataclass
from typing import Any

from firmware.protocol import drops as drop_states
from firmware.protocol import phases
from firmware.protocol.mission import Mission
from ground.station import Station
from ground.track import PHASE_NAMES, Track

_ON_TIME_S = 1.0
_BURST_NOTICED_S = 60.0
_LAUNCH_FOUND_S = 20.0
_LANDING_FOUND_DEG = 0.002


@dataclass(frozen=True)
class Expectation:
    """One line of the expected timeline: what, whether it happened, and the figure that says so."""

    what: str
    met: bool
    found: str


def make_report(
    station: Station,
    mission: Mission,
    truth: list[dict[str, Any]],
    expect_phases: tuple[str, ...],
    wall_s: float,
    firmware_heap_bytes: int | None,
) -> dict[str, Any]:
    """The report JSON of `samara fly`. Times ending in _s count from the launch that the firmware recognised."""
    end = truth[-1] if truth and truth[-1]["what"] == "end" else None
    track = station.track or Track(mission.net)
    boot_us = next((event["at_us"] for event in truth if event["what"] == "boot"), 0)
    launch_ms = track.launch_ms
    launch_us = None if launch_ms is None else boot_us + launch_ms * 1000
    drops = _drops(mission, track, truth, launch_us)
    phase_rows = [
        {"name": change.name, "at_s": None if launch_ms is None else (change.mission_ms - launch_ms) / 1000}
        for change in track.phases
    ]
    report: dict[str, Any] = {
        "interpreter": end["interpreter"] if end else None,
        "firmware_heap_bytes": firmware_heap_bytes,
        "flight_s": end["at_us"] / 1e6 if end else None,
        "wall_s": round(wall_s, 3),
        "speed_factor": round(end["at_us"] / 1e6 / wall_s, 1) if end else None,
        "loop_hz": round(end["passes"] * 1e6 / end["at_us"], 3) if end else None,
        "loop_overruns": end["overruns"] if end else None,
        "loop_longest_lag_ms": end["longest_lag_ms"] if end else None,
        "frames_sent": end["frames_sent"] if end else None,
        "frames_received": station.receiver.frames,
        "frames_bad": station.receiver.frames_bad,
        "frames_broken_by_flash": end["frame_gaps"] if end else None,
        "gps_bytes_lost": end["gps_bytes_lost"] if end else None,
        "faults": end["faults"] if end else None,
        "drops": drops,
        "phases": phase_rows,
        "launch_unix_s": None,
        "apex_altitude_m": None if track.apex is None else track.apex.altitude_m,
        "landing": _landing(track),
        "trace_sha256": end["trace_sha256"] if end else None,
    }
    early = _early_pulses(mission, truth, launch_us)
    expectations = _expectations(station, report, track, end, expect_phases, launch_us, early)
    report["expectations"] = [{"what": line.what, "met": line.met, "found": line.found} for line in expectations]
    report["expected_timeline_met"] = all(line.met for line in expectations)
    return report


def _drops(mission: Mission, track: Track, truth: list[dict[str, Any]], launch_us: int | None) -> list[dict[str, Any]]:
    rows = []
    for index, drop in enumerate(mission.drops):
        channel = mission.channels[drop.channel]
        # The first rising edge of FIRE at or after the drop's time, less a second, is its pulse.
        due_us = None if launch_us is None else launch_us + drop.after_ms * 1000
        edge = next(
            (
                event
                for event in truth
                if event["what"] == "edge"
                and event["level"] == 1
                and event["output"] == channel.output
                and (due_us is None or event["at_us"] >= due_us - 1_000_000)
            ),
            None,
        )
        fired_s = None if edge is None or launch_us is None else round((edge["at_us"] - launch_us) / 1e6, 3)
        rows.append(
            {
                "name": drop.name,
                "step": 1,
                "channel": channel.name,
                "by": "primary",
                "due_s": drop.after_ms / 1000,
                "fired_s": fired_s,
                "confirmed": track.drops[index].state == drop_states.CONFIRMED,
                "truly_let_go": edge is not None and _parted_after(truth, edge),
                "state": track.drops[index].word,
                "altitude_m": None if edge is None else edge["altitude_mm"] / 1000,
                "latitude": None if edge is None else edge["latitude_e7"] / 1e7,
                "longitude": None if edge is None else edge["longitude_e7"] / 1e7,
            }
        )
    return rows


def _parted_after(truth: list[dict[str, Any]], edge: dict[str, Any]) -> bool:
    return any(
        event["what"] == "parted" and event["output"] == edge["output"] and event["at_us"] >= edge["at_us"]
        for event in truth
    )


def _early_pulses(mission: Mission, truth: list[dict[str, Any]], launch_us: int | None) -> int:
    """Rising edges of FIRE before any drop of that output was due, by the launch that the firmware recognised."""
    due_us: dict[int, int] = {}
    for drop in mission.drops if launch_us is not None else ():
        output = mission.channels[drop.channel].output
        due_us[output] = min(due_us.get(output, 1 << 62), (launch_us or 0) + drop.after_ms * 1000)
    return sum(
        event["what"] == "edge"
        and event["level"] == 1
        and event["at_us"] < due_us.get(event["output"], 1 << 62) - 20_000
        for event in truth
    )


def _landing(track: Track) -> dict[str, Any] | None:
    landed = next((change for change in track.phases if change.phase == phases.LANDED), None)
    if landed is None or not track.positions or track.launch_ms is None:
        return None
    last = track.positions[-1]
    return {
        "latitude": last.latitude_e7 / 1e7,
        "longitude": last.longitude_e7 / 1e7,
        "elapsed_s": (landed.mission_ms - track.launch_ms) / 1000,
    }


def _expectations(
    station: Station,
    report: dict[str, Any],
    track: Track,
    end: dict[str, Any] | None,
    expect_phases: tuple[str, ...],
    launch_us: int | None,
    early: int,
) -> list[Expectation]:
    if end is None:
        return [Expectation("the flight process flies to the end", False, "it stopped before")]
    lines = []
    launch_error_s = None
    if launch_us is not None and end["launched_us"] is not None:
        launch_error_s = (launch_us - end["launched_us"]) / 1e6
    lines.append(
        Expectation(
            f"launch found within {_LAUNCH_FOUND_S:.0f} s",
            launch_error_s is not None and abs(launch_error_s) <= _LAUNCH_FOUND_S,
            "never" if launch_error_s is None else f"{launch_error_s:+.1f} s",
        )
    )
    names = [PHASE_NAMES[change.phase] for change in track.phases if change.phase != phases.GROUND]
    lines.append(
        Expectation("phases: " + ", ".join(expect_phases), tuple(names) == expect_phases, ", ".join(names) or "none")
    )
    for drop in report["drops"]:
        late_s = None if drop["fired_s"] is None else drop["fired_s"] - drop["due_s"]
        lines.append(
            Expectation(
                f"drop '{drop['name']}' fired within {_ON_TIME_S:.0f} s of due, confirmed, and truly let go",
                late_s is not None and abs(late_s) <= _ON_TIME_S and drop["confirmed"] and drop["truly_let_go"],
                "never"
                if late_s is None
                else f"{late_s:+.3f} s, {drop['state']}, {'gone' if drop['truly_let_go'] else 'still hanging'}",
            )
        )
    lines.append(Expectation("no wire heated before its time", not early, f"{early} pulses"))
    if "descent" in expect_phases:
        lines.append(_descent(track, end, launch_us))
    landing = report["landing"]
    if "landed" in expect_phases:
        off = None
        if landing is not None:
            off = max(
                abs(landing["latitude"] - end["latitude_e7"] / 1e7),
                abs(landing["longitude"] - end["longitude_e7"] / 1e7),
            )
        lines.append(
            Expectation(
                "landing reported where it was",
                off is not None and off <= _LANDING_FOUND_DEG,
                "never" if off is None else f"{off:.5f} degrees off",
            )
        )
    lines.append(
        Expectation(
            "every frame that was sent is received",
            station.receiver.frames == end["frames_sent"] and station.receiver.frames_bad == 0,
            f"{station.receiver.frames} of {end['frames_sent']}, {station.receiver.frames_bad} damaged",
        )
    )
    return lines


def _descent(track: Track, end: dict[str, Any], launch_us: int | None) -> Expectation:
    """The last fall against the moment in which it truly began: burst or rip, or the apex of a recorded track."""
    what = f"descent noticed within {_BURST_NOTICED_S:.0f} s of its beginning"
    fell = [change for change in track.phases if change.phase == phases.DESCENT]
    began_us = end["apex_us"] if end["descending_us"] is None else end["descending_us"]
    if not fell or track.launch_ms is None or launch_us is None:
        return Expectation(what, False, "never")
    noticed_s = (launch_us - began_us) / 1e6 + (fell[-1].mission_ms - track.launch_ms) / 1000
    return Expectation(what, 0 <= noticed_s <= _BURST_NOTICED_S, f"{noticed_s:.1f} s after it")
