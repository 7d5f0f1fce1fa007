"""What the page's server knows, and who is told: the station, alarms and command, and the streams that listen."""

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

from ground.preflight.snapshot import NoopWatch
from ground.receiver import Record
from ground.station import Station
from ground.web.alarm_desk import AlarmDesk
from ground.web.commander_link import CommanderLink
from ground.web.kept import Kept
from ground.web.log_station import ChunkSource, LogStation
from ground.web.mission import MissionWords
from ground.web.replay_source import ReplaySource
from ground.web.state import state_of
from ground.web.watched_track import WatchedTrack
from ground.web.way import COLUMNS as WAY_COLUMNS

# A state at once when something is new, ten a second on the average, and one each second when nothing is.
_STATES_A_SECOND = 10.0
_AT_ONCE = 4.0
_IDLE_S = 1.0
_MESSAGES_KEPT = 500
_MOST_UNSENT = 300
_EVENTS_AT_ONCE = 1000


class Listener:
    """One stream. viewer: of another machine, who is shown nothing of commands."""

    def __init__(self, viewer: bool) -> None:
        self.viewer = viewer
        self.waiting: asyncio.Queue[bytes | None] = asyncio.Queue()


class Hub:
    """`start` and `close` it in the loop of the server."""

    def __init__(
        self,
        source: ChunkSource,
        folder: Path,
        mission: MissionWords,
        commander: CommanderLink | None,
        keeps: bool,
    ) -> None:
        """folder: of the log; keeps: whether anything may be written there."""
        self.folder = folder
        self.mission = mission
        self.commander = commander
        self.kept = Kept(folder / "page.json" if keeps else None)
        self.alarms = AlarmDesk(folder if keeps else None, dict(enumerate(mission.drops)))
        self.noops = NoopWatch()
        self.source = source
        self.station = LogStation(source, self._wake_from_thread, mission.drops)
        self.station.on_update = self._hear
        self._replaced = source.replaced
        self._listeners: set[Listener] = set()
        self._kept_messages: deque[tuple[int, bytes]] = deque(maxlen=_MESSAGES_KEPT)
        # Greater than any number of a server that ran before, so that a browser resumes with this one's.
        self._number = time.time_ns() // 1_000_000
        self._woken = asyncio.Event()
        self._asked = threading.Event()
        self._told_way = ("", 0)
        self._told_events = ("", 0)
        self._task: asyncio.Task[None] | None = None
        self.loop: asyncio.AbstractEventLoop | None = None

    # --- life ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        if self.commander is not None:
            self.commander.start(self.wake)
        self.station.start()
        self._task = asyncio.create_task(self._tell_all())

    def end_streams(self) -> None:
        """Let every stream come to its end, so that the server can."""
        for listener in self._listeners:
            listener.waiting.put_nowait(None)

    async def close(self) -> None:
        self.end_streams()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self.commander is not None:
            await self.commander.close()
        await asyncio.to_thread(self.station.close)

    def wake(self) -> None:
        """Something is new: tell the listeners soon. In the loop."""
        self._woken.set()

    def _wake_from_thread(self) -> None:
        loop = self.loop
        if loop is not None and not self._asked.is_set():
            self._asked.set()
            with contextlib.suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._woken.set)

    def _hear(self, station: Station, records: list[Record]) -> None:
        if self.source.replaced != self._replaced:
            self._replaced = self.source.replaced
            self.alarms.begin_anew()
        for record in records:
            self.noops.hear(record)
        self.alarms.hear(self.station, records)

    # --- what is known ------------------------------------------------------------------------------------------

    @property
    def us(self) -> tuple[float, float] | None:
        place = self.kept.values.get("us")
        return None if place is None else (place["latitude"], place["longitude"])

    def now_ms(self) -> int:
        """UTC; in a replay that of the log."""
        if isinstance(self.source, ReplaySource):
            return self.source.wall_ms()
        return time.time_ns() // 1_000_000

    def state(self, viewer: bool = False) -> dict[str, Any]:
        replay = self.source if isinstance(self.source, ReplaySource) else None
        speed = 1.0 if replay is None else replay.speed
        log = self.folder.name if viewer else str(self.folder)
        with self.station.lock:
            state = state_of(self.station, self.mission, self.us, replay is None, speed, log, self.now_ms())
        state["alarms"] = self.alarms.rows()
        if viewer:
            state["us"] = state["from_us"] = None
        else:
            state["settings"] = self.kept.values.get("settings", {})
            state["command"] = _no_command(replay) if self.commander is None else self.commander.state
        return state

    def track(self, since: int) -> dict[str, Any]:
        """The way from row `since` on; all of it, thinned, when that is too long ago."""
        with self.station.lock:
            track = self.station.track
            generation = self.station.generation
            if not isinstance(track, WatchedTrack):
                return _way(generation, 0, 0, [])
            way = track.way
            rows = way.rows_since(since) if since else None
            if rows is not None:
                return _way(generation, since, way.added, rows)
            return _way(generation, 0, way.added, way.rows())

    def events(self, since: int) -> dict[str, Any]:
        rows = self.station.events.rows
        since = since if 0 <= since <= len(rows) else 0
        fresh = rows[since:]
        return {"generation": self.station.generation, "from": since, "rows": fresh, "next": since + len(fresh)}

    # --- who is told --------------------------------------------------------------------------------------------

    def listen(self, viewer: bool, resume: int | None) -> Listener:
        """A new stream: first what it missed, then the state of now."""
        listener = Listener(viewer)
        if resume is not None and self._kept_messages and self._kept_messages[0][0] <= resume + 1:
            for number, message in self._kept_messages:
                if number > resume:
                    listener.waiting.put_nowait(message)
        listener.waiting.put_nowait(self._message("state", self.state(viewer)))
        self._listeners.add(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def _tell_all(self) -> None:
        credit = _AT_ONCE
        before = time.monotonic()
        ticked = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), _IDLE_S)
            self._woken.clear()
            self._asked.clear()
            now = time.monotonic()
            credit = min(_AT_ONCE, credit + (now - before) * _STATES_A_SECOND)
            before = now
            if credit < 1:
                await asyncio.sleep((1 - credit) / _STATES_A_SECOND)
                continue_at = time.monotonic()
                credit += (continue_at - before) * _STATES_A_SECOND
                before = continue_at
            credit -= 1
            if now - ticked >= _IDLE_S and self.station.caught_up.is_set():
                ticked = now
                await asyncio.to_thread(self.alarms.tick, self.station, self.now_ms())
            self._tell()

    def _tell(self) -> None:
        if not self.station.caught_up.is_set():
            self._tell_state()
            return
        generation = self.station.generation
        if self._told_way[0] != generation:
            self._told_way = self._told_events = (generation, 0)
        way = self.track(self._told_way[1])
        if way["next"] != self._told_way[1]:
            if not self._told_way[1]:  # who has a part of it only sees so, and asks for the rest
                way = {**way, "from": way["next"], "rows": []}
            self._told_way = (generation, way["next"])
            self._keep("track", way)
        events = self.events(self._told_events[1])
        if events["rows"]:
            self._told_events = (generation, events["next"])
            self._keep("event", {**events, "rows": events["rows"][-_EVENTS_AT_ONCE:]})
        fresh = self.alarms.fresh()
        if fresh:
            self._keep("alarm", {"rows": fresh})
        self._tell_state()

    def _tell_state(self) -> None:
        for viewer in (False, True):
            some = [listener for listener in self._listeners if listener.viewer is viewer]
            if some:
                message = self._message("state", self.state(viewer))
                for listener in some:
                    self._hand(listener, message)

    def _keep(self, kind: str, data: dict[str, Any]) -> None:
        message = self._message(kind, data)
        self._kept_messages.append((self._number, message))
        for listener in list(self._listeners):
            self._hand(listener, message)

    def _hand(self, listener: Listener, message: bytes) -> None:
        if listener.waiting.qsize() > _MOST_UNSENT:
            self.forget(listener)  # it has stopped reading; when it comes back it is told all
            listener.waiting.put_nowait(None)
        else:
            listener.waiting.put_nowait(message)

    def _message(self, kind: str, data: dict[str, Any]) -> bytes:
        self._number += 1
        text = json.dumps(data, separators=(",", ":"), allow_nan=False)
        return f"id: {self._number}\nevent: {kind}\ndata: {text}\n\n".encode()


def _way(generation: str, since: int, following: int, rows: list[Any]) -> dict[str, Any]:
    return {"generation": generation, "columns": WAY_COLUMNS, "from": since, "rows": rows, "next": following}


def _no_command(replay: ReplaySource | None) -> dict[str, Any]:
    why = "this is a replay: nobody is there to be told" if replay else "no commander runs here"
    return {"available": False, "why": why, "current": None, "confirm_words": None}
