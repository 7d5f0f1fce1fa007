"""What a simulated flight came to: the ground's record beside what truly happened, and whether it was as planned."""

from typing import Any

from firmware.protocol import phases
from firmware.protocol.mission_plan import Mission
from ground.flight_drops import occasions
from ground.flight_expectations import expectations
from ground.flight_truth import Truth
from ground.link_figures import LinkFigures
from ground.station import Station
from ground.track import Track


def make_report(
    station: Station,
    mission: Mission,
    lines: list[dict[str, Any]],
    setup: dict[str, Any],
    wall_s: float,
    firmware_heap_bytes: int | None,
    link: LinkFigures | None = None,
) -> dict[str, Any]:
    """The report JSON of `samara fly`. Times ending in _s count from the launch that the firmware recognised.

    lines: of the truth file. setup: the scenario, with what is expected of it. link: where there was a channel.
    """
    truth = Truth(lines, setup)
    end = truth.end
    track = station.track or Track(mission.net)
    launch_ms = track.launch_ms
    # Mission time begins with the first start of the board.
    launch_us = None if launch_ms is None else (truth.boots[0] if truth.boots else 0) + launch_ms * 1000
    found = occasions(mission, track, truth, launch_us)
    landing = _landing(track)
    report: dict[str, Any] = {
        "scenario": setup["name"],
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
        "link": None if link is None else link.row(),
        "orders": truth.orders,
        "frames_broken_by_flash": end["frame_gaps"] if end else None,
        "gps_bytes_lost": end["gps_bytes_lost"] if end else None,
        "faults": end["faults"] if end else None,
        "faults_made": truth.faults,
        "starts": len(truth.boots),
        "drops": [one.row(launch_us, launch_ms or 0) for one in found],
        "ended_by": truth.ended_by,
        "launches_cancelled": len(track.launches_cancelled),
        "phases": [
            {"name": change.name, "at_s": None if launch_ms is None else (change.mission_ms - launch_ms) / 1000}
            for change in track.phases
        ],
        "launch_unix_s": None if launch_us is None else truth.start_unix_s + launch_us // 1_000_000,
        "apex_altitude_m": None if track.apex is None else track.apex.altitude_m,
        "landing": landing,
        "trace_sha256": end["trace_sha256"] if end else None,
    }
    held = expectations(station, track, truth, mission, found, launch_us, setup["expect"], landing, link)
    report["expectations"] = [{"what": line.what, "met": line.met, "found": line.found} for line in held]
    report["expected_timeline_met"] = all(line.met for line in held)
    return report


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
