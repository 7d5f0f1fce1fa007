"""The commander's view of the flight: its station, what was last heard there, and with which keys one could speak."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ground.commander.choice import (
    NoChoice,
    followed_net,
    is_report,
    names_of,
    newest,
    provision_for,
    report_text,
)
from ground.commander.connection import Connection, StationGone
from ground.commander.stations import NoFolder, RunningStation, running
from ground.key_store import KeyStore, KeyTrouble, MasterKey, Provision
from ground.receiver import Record
from ground.uptime import uptime_ns

_WAIT_S = 0.2
_AGAIN_S = 0.5
_KEPT = 200
_METAS_KEPT = 8
_FRESH_S = 10.0


class Choice(NamedTuple):
    """Everything that is needed to speak."""

    station: RunningStation
    net: int
    master: MasterKey
    provision: Provision
    names: tuple[str, ...]
    records: list[Record]


class NotNow(Exception):
    """Nothing can be said now. One sentence."""


class Lookout:
    """Listens at the station's desk in a thread of its own, and finds it again. changed: called from there."""

    def __init__(self, log: Path, key: Path | None, changed: Callable[[], None]) -> None:
        self._log = log
        self._store = KeyStore(key)
        self._changed = changed
        self._lock = threading.Lock()
        self._records: list[Record] = []
        self._station: RunningStation | None = None
        self._told_net: int | None = None
        self._why = "the station of this log does not run"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="lookout", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def counters_folder(self) -> Path:
        return self._store.counters_folder

    def choice(self) -> Choice:
        """NotNow when nothing can be said."""
        with self._lock:
            records, station = list(self._records), self._station
        if station is None:
            raise NotNow(self._why)
        try:
            master, provisions = self._store.master(), self._store.provisions()
            net = followed_net(records, self._told_net)
            if net is None:
                raise NotNow("no balloon is heard yet")
            meta = newest(records, net, "META")
            provision = provision_for(provisions, net, meta, None)
        except (KeyTrouble, NoChoice) as error:
            raise NotNow(str(error)) from None
        if provision.fingerprint != master.fingerprint:
            raise NotNow(f"key id {provision.key_id:04x} was made from another master key")
        return Choice(station, net, master, provision, names_of(provision, meta), records)

    def told(self) -> dict[str, Any]:
        """What the page is told of it: whether one can speak, why not, what is known before one decides."""
        try:
            choice = self.choice()
        except NotNow as error:
            return {"available": False, "why": str(error), "confirm_words": None, "key_ids": self._key_ids()}
        words = report_text(*self._report(choice))
        return {"available": True, "why": "", "confirm_words": words, "key_ids": self._key_ids()}

    def _key_ids(self) -> list[int] | None:
        """Of the boards to which one could speak; None where there is no key."""
        try:
            fingerprint = self._store.master().fingerprint
            return [one.key_id for one in self._store.provisions() if one.fingerprint == fingerprint]
        except KeyTrouble:
            return None

    def check_fresh(self, choice: Choice) -> None:
        """NotNow when the balloon was not heard of late: nothing is let go by a crew that does not hear it."""
        report, age_s = self._report(choice)
        if age_s is None or age_s > max(_FRESH_S, 3.0 * rate_s(choice)):
            raise NotNow(f"the link is not fresh ({report_text(report, age_s)})")

    def _report(self, choice: Choice) -> tuple[Record | None, float | None]:
        report = newest(choice.records, choice.net, "FIX")
        return report, None if report is None else (uptime_ns() - report.monotonic_ns) / 1e9

    def _listen(self) -> None:
        while not self._stop.is_set():
            connection = self._connect()
            if connection is not None:
                try:
                    self._hear(connection)
                except (StationGone, OSError, ValueError) as error:
                    self._why = str(error)
                finally:
                    connection.close()
                    with self._lock:
                        self._station = None
                self._changed()
            self._stop.wait(_AGAIN_S)

    def _connect(self) -> Connection | None:
        try:
            found = running(self._log)
            if not found:
                self._why = "the station of this log does not run, or takes no commands"
                return None
            connection = Connection(found[0])
        except (NoFolder, StationGone) as error:
            self._why = str(error)
            return None
        self._told_net = connection.station.get("net")
        with self._lock:
            self._station = found[0]
            self._records = []
        self._changed()
        return connection

    def _hear(self, connection: Connection) -> None:
        while not self._stop.is_set():
            fresh = [record for record in connection.records(_WAIT_S) if is_report(record)]
            if fresh:
                with self._lock:
                    kept = self._records + fresh
                    # META comes once a minute; the reports between two of them must not push it out.
                    metas = [record for record in kept[:-_KEPT] if record.kind == "META"][-_METAS_KEPT:]
                    self._records = metas + kept[-_KEPT:]
                self._changed()


def rate_s(choice: Choice) -> int:
    """Seconds from report to report, by META; 0 where it has not said."""
    meta = newest(choice.records, choice.net, "META")
    return (meta.values["rate_s"] or 0) if meta is not None else 0
