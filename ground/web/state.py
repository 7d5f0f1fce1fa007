"""What a page shows now: one object of plain values. Words are made here, numbers have their units in their names.

Unknown is None. Nothing here waits or writes; call it with the station's lock held.
"""

from typing import Any

from firmware.protocol import phases, telemetry, words
from ground.flight_words import backup_state_name, readiness_advice
from ground.formats.own_sentence import flight_words
from ground.lamps import duration, look, look_at
from ground.track import Track
from ground.web.drop_state import cutdown_state, drop_states, next_drop
from ground.web.geometry import sight
from ground.web.log_station import LogStation
from ground.web.mission import MissionWords
from ground.web.values import values_of
from ground.web.watched_track import WatchedTrack

_PROFILES = {number: name for number, name, _ in words.PROFILES}
_AIRBORNE_MODELS = (6, 7, 8)  # u-blox: airborne below 1, 2 and 4 g
_LOST_S = 30.0
_FROZEN_S = 15.0
_WIND_PHASES = (phases.ASCENT, phases.FLOAT, phases.DESCENT)
_WINDY_M = 300
_OTHERS_SHOWN = 20
_LAMP_WORDS = {
    "port": "the radio's port",
    "bytes": "bytes from the radio",
    "frames": "undamaged frames",
    "clock": "the payload's clock goes on",
    "GPS": "a position",
}


def state_of(
    station: LogStation,
    mission: MissionWords,
    us: tuple[float, float] | None,
    live: bool,
    speed: float,
    log: str,
    now_ms: int,
) -> dict[str, Any]:
    """The station's part of the state; alarms and command are put beside it by who has them."""
    now_ns = station.now_ns
    track = station.track
    watched = track if isinstance(track, WatchedTrack) else None
    lamps = look(station)
    troubles = [text for text in (station.failure, *_port_troubles(station)) if text]
    fix = None if track is None else _fix(track, now_ns)
    last = None if track is None else _last_heard(track, now_ns)
    lost = last is not None and last["age_s"] > max(_LOST_S, 3.0 * (_rate_s(watched) or 0))
    return {
        "now_ms": now_ms,
        "live": live,
        "speed": speed,
        "log": log,
        "generation": station.generation,
        "loading": not station.caught_up.is_set(),
        "lamps": [_lamp(lamp.name, lamp.lit, lamp.age_s) for lamp in lamps.lamps],
        "advice": _advice(lamps.lamps[0].lit, lamps.advice, troubles),
        "receivers": [_receiver(station, number) for number in sorted(station.sources)],
        "flight": None if track is None else _flight(track, mission, now_ns),
        "fix": fix,
        "last_heard": last,
        "lost": lost,
        "us": None if us is None else {"latitude": us[0], "longitude": us[1]},
        "from_us": None if us is None or last is None else _from_us(us, last, mission.pad_altitude_m),
        "wind": None if track is None else _wind(track),
        "next_drop": None if track is None else next_drop(track, mission, now_ns),
        "drops": drop_states(track, mission),
        "cutdown": None if track is None else cutdown_state(track, mission),
        "power": None if track is None else {name: track.value(name) for name in _POWER},
        "backup_word": _backup_word(track),
        "safe": _flag(track, "safe"),
        "hold": _flag(track, "hold"),
        "hold_left_s": None if track is None else track.hold_left_s(),
        "armed": _flag(track, "armed"),
        **_readiness(track),
        "link": _link(station, watched, now_ns),
        "values": [] if track is None else values_of(track, now_ns),
        "alarms": [],
        "command": None,
        "others": [_other(heard, now_ns) for heard in list(station.payloads.latest.values())[::-1][:_OTHERS_SHOWN]],
    }


_POWER = ("logic_mv", "cutter_mv", "inside_c", "pressure_pa")


def _round(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)


def _age(then_ns: int | None, now_ns: int) -> float | None:
    return None if then_ns is None else round(max(0.0, (now_ns - then_ns) / 1e9), 2)


def _flag(track: Track | None, name: str) -> bool | None:
    value = None if track is None else track.value(name)
    return None if value is None else bool(value)


def _lamp(name: str, lit: bool | None, age_s: float | None) -> dict[str, Any]:
    what = _LAMP_WORDS.get(name, name)
    if lit is None:
        said = f"{what}: not known, because something before it is missing"
    elif age_s is None:
        said = f"{what}: {'well' if lit else 'not yet'}"
    else:
        said = f"{what}: {duration(age_s)} ago"
    return {"name": name, "on": lit, "age_s": _round(age_s, 2), "words": said}


def _advice(port: bool | None, advice: str | None, troubles: list[str]) -> str:
    if troubles and (not port or advice is None):
        return troubles[0]
    return advice or ""


def _port_troubles(station: LogStation) -> list[str]:
    return [link.trouble for link in station.links if link.trouble is not None]


def _receiver(station: LogStation, number: int) -> dict[str, Any]:
    source = station.sources[number]
    lamps = look_at(station, source)
    stream = station.receiver.streams.get(number)
    return {
        "name": station.name_of(number),
        "up": source.link.trouble is None,
        "trouble": source.link.trouble,
        "frames": 0 if stream is None else stream.frames,
        "unique": 0 if stream is None else stream.frames - stream.repeated,
        "damaged": 0 if stream is None else stream.damaged,
        "age_s": _round(lamps.lamps[-1].age_s, 2),
    }


def _flight(track: Track, mission: MissionWords, now_ns: int) -> dict[str, Any]:
    now_ms = track.mission_ms
    launched = track.launch_ms is not None and now_ms is not None
    age_s = track.age_s(now_ns)
    clock_age_s = _age(track.clock_advanced_ns, now_ns)
    fresh = age_s is not None and age_s < _FROZEN_S
    phase_name = track.phase_name
    return {
        "net": f"{track.net:04X}",
        "title": mission.title or track.title,
        "callsign": mission.callsign,
        "phase": phase_name,
        "phase_word": None if phase_name is None else phase_name.replace("_", " "),
        "mission_s": None if now_ms is None else now_ms / 1000,
        "since_launch_s": (now_ms - track.launch_ms) / 1000 if launched else None,  # type: ignore[operator]
        "launch_mission_s": None if track.launch_ms is None else track.launch_ms / 1000,
        "age_s": _round(age_s, 2),
        "payload_utc": None,  # no frame carries it; utc_known says whether the payload knows it
        "utc_known": _flag(track, "utc_known"),
        "clock_frozen": bool(fresh and clock_age_s is not None and clock_age_s >= _FROZEN_S),
        "highest_m": None if track.apex is None else track.apex.altitude_m,
        "resets": track.value("reset_count"),
    }


def _fix(track: Track, now_ns: int) -> dict[str, Any] | None:
    record = track.fix
    if record is None:
        return None
    value = record.values
    latitude, longitude = value["latitude_e7"], value["longitude_e7"]
    climb, speed, course = track.climb_cm_s(), value["ground_speed_cm_s"], value["course_cdeg"]
    model = value["dynamic_model"]
    suspect = track.newest_event(telemetry.POSITION_SUSPECT)
    gps_age_s = value["gps_age_s"]
    return {
        "latitude": None if latitude is None else latitude / 1e7,
        "longitude": None if longitude is None else longitude / 1e7,
        "altitude_m": value["altitude_m"],
        "vertical_m_s": None if climb is None else climb / 100,
        "ground_speed_m_s": None if speed is None else speed / 100,
        "course_deg": None if course is None else course / 100,
        "age_s": None if gps_age_s is None else _round((now_ns - record.monotonic_ns) / 1e9 + gps_age_s, 2),
        "satellites": value["satellites"],
        "fix_type": value["fix_type"],
        "accuracy_m": value["accuracy_m"],
        "model_word": _model_word(model),
        "suspect": bool(suspect is not None and suspect.subject),
    }


def _model_word(model: int | None) -> str | None:
    if model is None:
        return None
    if model in _AIRBORNE_MODELS:
        return "airborne"
    return f"GPS model {model} is not airborne: no fix above 12 km"


def _last_heard(track: Track, now_ns: int) -> dict[str, Any] | None:
    record = track.known.get("latitude_e7")
    if record is None or record.values["longitude_e7"] is None:
        return None
    value = record.values
    latitude, longitude = value["latitude_e7"], value["longitude_e7"]
    assert latitude is not None and longitude is not None
    return {
        "latitude": latitude / 1e7,
        "longitude": longitude / 1e7,
        "altitude_m": value["altitude_m"],
        "age_s": round(max(0.0, (now_ns - record.monotonic_ns) / 1e9) + (value["gps_age_s"] or 0), 2),
        "mission_s": record.mission_ms / 1000,
    }


def _from_us(us: tuple[float, float], last: dict[str, Any], ground_m: float | None) -> dict[str, Any]:
    height = last["altitude_m"]
    climb_m = None if height is None else height - (ground_m or 0)
    seen = sight(us, (last["latitude"], last["longitude"]), climb_m)
    return {
        "distance_m": round(seen.distance_m, 1),
        "bearing_deg": round(seen.bearing_deg, 1),
        "elevation_deg": _round(seen.elevation_deg),
    }


def _wind(track: Track) -> dict[str, Any] | None:
    """A balloon goes where the wind goes: of the newest report in the air, and no forecast of anything."""
    course, speed, height = (track.value(name) for name in ("course_cdeg", "ground_speed_cm_s", "altitude_m"))
    if track.phase not in _WIND_PHASES or course is None or speed is None:
        return None
    return {"from_deg": (course / 100 + 180) % 360, "speed_m_s": speed / 100, "altitude_m": height}


def _backup_word(track: Track | None) -> str | None:
    state = None if track is None else track.value("backup_state")
    return None if state is None else backup_state_name(state).replace("_", " ")


def _readiness(track: Track | None) -> dict[str, Any]:
    event = None if track is None else track.newest_event(telemetry.READINESS)
    on_pad = track is not None and track.launch_ms is None and track.phase in (None, phases.GROUND)
    if event is None or not on_pad:
        return {"ready": None, "readiness": []}
    return {"ready": bool(event.subject), "readiness": list(readiness_advice(event.argument or 0))}


def _rate_s(track: WatchedTrack | None) -> int | None:
    return None if track is None or track.meta is None else track.meta.values["rate_s"]


def _link(station: LogStation, track: WatchedTrack | None, now_ns: int) -> dict[str, Any]:
    receiver = station.receiver
    meta = None if track is None or track.meta is None else track.meta
    values = {} if meta is None else meta.values
    uplink_s = values.get("uplink_age_s")
    if uplink_s is not None and meta is not None:
        uplink_s = round(uplink_s + (now_ns - meta.monotonic_ns) / 1e9)
    profile = values.get("profile")
    return {
        "bytes": receiver.bytes,
        "frames": receiver.frames,
        "missing": receiver.frames_missing,
        "damaged": receiver.frames_bad,
        "repeated": receiver.frames_repeated,
        "discarded": receiver.bytes_discarded,
        "sent": station.sent_frames,
        "percent_last_minute": None if track is None else track.percent_last_minute(now_ns),
        "profile": None if profile is None else _PROFILES.get(profile, f"profile {profile}"),
        "rate_s": values.get("rate_s"),
        "uplink_age_s": uplink_s,
        "tags_bad": values.get("tags_bad"),
    }


def _other(heard: Any, now_ns: int) -> dict[str, Any]:
    return {
        "callsign": heard.callsign,
        "kind": heard.kind,
        "latitude": None if heard.latitude_e7 is None else heard.latitude_e7 / 1e7,
        "longitude": None if heard.longitude_e7 is None else heard.longitude_e7 / 1e7,
        "altitude_m": heard.altitude_m,
        "age_s": _age(heard.monotonic_ns, now_ns),
        "words": flight_words(heard),
    }
