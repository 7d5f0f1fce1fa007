"""The alarms beside the page: fed with what is heard, written down before they are told, the same after a restart."""

import threading
from pathlib import Path
from typing import Any

from ground.alarms.alarms import Alarms
from ground.alarms.laptop import look
from ground.receiver import Record
from ground.web.kept import write_whole
from ground.web.log_station import LogStation

NAME = "alarms.json"


class AlarmDesk:
    """For any thread. folder: of the log; None keeps nothing, as in a replay."""

    def __init__(self, folder: Path | None, names: dict[int, str]) -> None:
        self._path = None if folder is None else folder / NAME
        self._folder = folder
        self._names = names
        self._lock = threading.Lock()
        self._alarms = self._read()
        self._fresh: list[dict[str, Any]] = []
        self.trouble: str | None = None

    def _read(self) -> Alarms:
        if self._path is not None:
            try:
                return Alarms.from_json(self._path.read_text(encoding="utf-8"), self._names)
            except (OSError, ValueError):
                pass  # there are none yet, or they are of another version
        return Alarms(self._names)

    def begin_anew(self) -> None:
        """The log is another one, or is played from its beginning."""
        with self._lock:
            self._alarms = self._read()

    def hear(self, station: LogStation, records: list[Record]) -> None:
        """In the station's thread. While a long log is read, the time is that of its frames."""
        now_ns = station.now_ns if station.source.caught_up else records[-1].monotonic_ns
        with self._lock:
            self._note(self._alarms.update(records, station.track, now_ns))
            if station.caught_up.is_set():
                self._write()

    def tick(self, station: LogStation, now_ms: int) -> None:
        """Once a second: what only time brings."""
        laptop = None if self._folder is None else look(self._folder)
        with self._lock:
            self._note(self._alarms.update((), station.track, station.now_ns, laptop, now_ms))
            self._write()

    def rows(self) -> list[dict[str, Any]]:
        with self._lock:
            return self._alarms.state()

    def fresh(self) -> list[dict[str, Any]]:
        """Those that were raised since the last time."""
        with self._lock:
            fresh, self._fresh = self._fresh, []
            return fresh

    def acknowledge(self, identity: str) -> bool:
        with self._lock:
            known = self._alarms.acknowledge(identity)
            self._write()
            return known

    def test(self) -> dict[str, Any]:
        with self._lock:
            raised = self._alarms.test()
            self._note([raised])
            return vars(raised).copy()

    def _note(self, raised: list[Any]) -> None:
        self._fresh += [vars(alarm).copy() for alarm in raised]

    def _write(self) -> None:
        if self._path is None:
            return
        text = self._alarms.to_json()
        if text != getattr(self, "_written", None):
            self.trouble = write_whole(self._path, text)
            self._written = text
