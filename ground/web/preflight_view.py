"""The preflight of the page: everything it looks at, taken at one moment."""

import time
from typing import Any

from ground.alarms.laptop import look as look_at_laptop
from ground.map.library import MapLibrary
from ground.preflight.preflight import look
from ground.preflight.snapshot import take
from ground.web.hub import Hub
from ground.web.watched_track import WatchedTrack


def preflight(hub: Hub) -> dict[str, Any]:
    """GO, or NO GO and why."""
    station = hub.station
    commander = {} if hub.commander is None else hub.commander.state
    key_ids = commander.get("key_ids")
    laptop = look_at_laptop(hub.folder)
    title = _map_title(hub)
    with station.lock:
        now_ns = station.now_ns
        track = station.track if isinstance(station.track, WatchedTrack) else None
        snapshot = take(
            track,
            None if track is None else track.meta,
            now_ns,
            now_unix_s=time.time(),
            link_percent=None if track is None else track.percent_last_minute(now_ns),
            command_answered_s=None if track is None else hub.noops.age_s(track.net, now_ns),
            known_key_ids=None if key_ids is None else frozenset(key_ids),
            mission=hub.mission.file,
            map_title=title,
            log_folder=hub.folder,
            log_trouble=station.failure,
            laptop=laptop,
        )
    return look(snapshot)


def _map_title(hub: Hub) -> str | None:
    """Of the map that has the place of the newest position; "" when none has."""
    with hub.station.lock:
        track = hub.station.track
        place = track.positions[-1] if track is not None and track.positions else None
    if place is None:
        return None
    found = MapLibrary(hub.folder).best(place.latitude_e7 / 1e7, place.longitude_e7 / 1e7)
    return "" if found is None else found.title
