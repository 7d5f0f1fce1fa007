"""What the frames of one start of one payload say has happened: launch, phases, drops, switches, volts, resets.

Only a frame newer than the one that told a thing before changes it: late and repeated frames tell nothing twice.
"""

from collections.abc import Callable, Iterator, Mapping

from firmware.protocol import drops, phases, telemetry, words
from ground.alarms.happening import Happening, ends
from ground.alarms.volts_watch import Limits, VoltsWatch
from ground.flight_words import place_name
from ground.receiver import REPEATED, Record

# state of a drop, row
_DROP_ROWS = {
    drops.FIRING: "drop_accepted",
    drops.FIRED: "drop_accepted",
    drops.CONFIRMED: "drop_confirmed",
    drops.UNCONFIRMED: "drop_unconfirmed",
    drops.FAILED: "drop_failed",
    drops.SKIPPED: "drop_skipped",
    drops.CANCELLED: "drop_cancelled",
    drops.ABORTED: "drop_aborted",
    drops.PARTED_EARLY: "drop_parted_early",
}
_PHASE_ROWS = {phases.FLOAT: "float", phases.DESCENT: "burst", phases.LANDED: "landing"}
_FLYING = (phases.ASCENT, phases.FLOAT, phases.DESCENT)
_CAUSES = {number: text for number, _, text in words.CUTDOWN_CAUSES}
_RESETS = {1: "it had lost its power", 3: "its watchdog bit"}
_SILENT_FIXES = 3
_TAGS_CALM_MS = 180_000


class FlightWatch:
    """Feed it every record of one epoch of one net. names: of the drops, by place, as the mission calls them."""

    def __init__(self, names: Mapping[int, str], limits: Limits) -> None:
        self._names = names
        self._sequence: dict[str, int] = {}  # what was told -> the newest frame that told it
        self._events: dict[int, tuple[int | None, ...]] = {}
        self._phase: int | None = None
        self._descents = 0
        self._launches = 0
        self._over: dict[int, int] = {}  # place -> the newest occasion whose end was told
        self._drops: dict[int, tuple[int, int]] = {}
        self._switches: dict[str, bool] = {}
        self._switched = 0
        self._volts = VoltsWatch(limits)
        self._backup = drops.BACKUP_SILENT
        self._backup_silent = 0
        self._tags: tuple[int, int] | None = None  # session, count
        self._tags_rose_ms: int | None = None

    def take(self, record: Record) -> Iterator[Happening]:
        if record.order is REPEATED:
            return
        at_ms = record.wall_ns // 1_000_000
        if record.kind == "FIX":
            yield from self._take_fix(record, at_ms)
        elif record.kind == "EVENT":
            yield from self._take_event(record, at_ms)
        elif record.kind == "META":
            yield from self._take_meta(record, at_ms)

    def _newer(self, what: str, sequence: int) -> bool:
        """Whether this frame is the newest that tells it; takes note of it."""
        if sequence <= self._sequence.get(what, -1):
            return False
        self._sequence[what] = sequence
        return True

    # Reports ---------------------------------------------------------------------------------------------------

    def _take_fix(self, record: Record, at_ms: int) -> Iterator[Happening]:
        values = record.values
        if not self._newer("fix", record.sequence):
            return
        phase = values["phase"]
        if phase is not None and self._newer("phase", record.sequence):
            yield from self._take_phase(phase, values["altitude_m"], at_ms)
        place, step = values["drop"] or 0, values["drop_step"] or 0
        yield from self._take_drop(place, values["drop_state"] or 0, step, at_ms)
        for name in ("safe", "hold"):
            value = values[name]
            if value is not None and self._newer(name, record.sequence):
                yield from self._take_switch(name, bool(value), at_ms)
        yield from self._volts.take(record, self._phase == phases.LANDED, at_ms)
        yield from self._take_backup(values["backup_state"], at_ms)

    def _take_phase(self, phase: int, height_m: int | None, at_ms: int) -> Iterator[Happening]:
        before, self._phase = self._phase, phase
        if phase == before:
            return
        facts = {"height": "" if height_m is None else f" at {height_m:,} m"}
        flew = before in _FLYING
        if before == phases.GROUND and phase in _FLYING:
            yield from self._launch(at_ms, facts)
            flew = True
        elif phase == phases.GROUND and flew:
            yield from self._cancel(at_ms)
        if flew and phase in _PHASE_ROWS:
            if phase != phases.LANDED:
                self._descents += 1
            yield Happening(_PHASE_ROWS[phase], f"{self._launches}:{self._descents}", at_ms, facts)

    def _launch(self, at_ms: int, facts: dict[str, str]) -> Iterator[Happening]:
        yield ends("break_wire_alone", at_ms)
        yield Happening("launch", str(self._launches), at_ms, facts)

    def _cancel(self, at_ms: int) -> Iterator[Happening]:
        yield Happening("launch_cancelled", str(self._launches), at_ms, {})
        self._launches += 1
        self._over = {}

    def _take_drop(self, place: int, state: int, step: int, at_ms: int) -> Iterator[Happening]:
        if place == drops.CUTDOWN and state == drops.DUE:
            yield Happening("cutdown_due", str(self._launches), at_ms, {"cause": ""})
        row = _DROP_ROWS.get(state)
        if row is None:
            return
        if row == "drop_accepted":
            # Told late, after its end was heard, it is no news.
            if step <= self._over.get(place, -1):
                return
        else:
            self._over[place] = max(step, self._over.get(place, -1))
        key = f"{self._launches}:{place}" if state == drops.PARTED_EARLY else f"{self._launches}:{place}:{step}"
        yield Happening(row, key, at_ms, self._place(place, step))

    def _place(self, place: int, step: int = 0) -> dict[str, str]:
        name = place_name(place)
        spoken = name[0].upper() + name[1:]
        given = self._names.get(place, "")
        if given and given != name:
            name, spoken = f"{name} ({given})", f"{spoken}, {given},"
        return {"place": name, "Place": spoken, "occasion": f", occasion {step + 1}," if step else ""}

    def _take_switch(self, name: str, on: bool, at_ms: int) -> Iterator[Happening]:
        before = self._switches.get(name, False)
        self._switches[name] = on
        if on == before:
            return
        self._switched += 1
        if on:
            yield Happening(name, str(self._switched), at_ms, {}, lasts=True)
        else:
            yield ends(name, at_ms)
            yield Happening(f"{name}_over", str(self._switched), at_ms, {})

    def _take_backup(self, state: int | None, at_ms: int) -> Iterator[Happening]:
        if state is None:
            return
        if state != drops.BACKUP_SILENT:
            if self._backup_silent >= _SILENT_FIXES:
                yield ends("backup_silent", at_ms)
            self._backup_silent = 0
            self._backup = state
        elif self._backup not in (drops.BACKUP_SILENT, drops.BACKUP_DONE) and self._phase != phases.LANDED:
            self._backup_silent += 1
            if self._backup_silent == _SILENT_FIXES:
                yield Happening("backup_silent", str(self._sequence["fix"]), at_ms, {}, lasts=True)

    # Events ----------------------------------------------------------------------------------------------------

    def _take_event(self, record: Record, at_ms: int) -> Iterator[Happening]:
        values = record.values
        number = values["event_id"] or 0
        content = (values["code"], values["subject"], values["detail"], values["argument"])
        if self._events.get(number) == content:
            return
        self._events[number] = content
        self._events.pop((number + 128) & 0xFF, None)  # identifiers come round after 256 events
        take = _EVENTS.get(values["code"] or 0)
        if take is not None:
            yield from take(self, record, values["subject"] or 0, values["detail"] or 0, values["argument"], at_ms)

    def _launched(self, record: Record, _s: int, _d: int, at: int | None, at_ms: int) -> Iterator[Happening]:
        if self._phase not in (None, phases.GROUND) or record.sequence <= self._sequence.get("phase", -1):
            return
        self._sequence["phase"] = record.sequence
        self._phase = phases.ASCENT
        yield from self._launch(at_ms, {"height": ""})

    def _launch_cancelled(self, record: Record, _s: int, _d: int, _a: int | None, at_ms: int) -> Iterator[Happening]:
        if self._newer("phase", record.sequence) and self._phase in _FLYING:
            self._phase = phases.GROUND
            yield from self._cancel(at_ms)

    def _phase_event(self, record: Record, phase: int, _: int, height_m: int | None, at_ms: int) -> Iterator[Happening]:
        if self._newer("phase", record.sequence):
            yield from self._take_phase(phase, height_m, at_ms)

    def _drop_event(
        self, record: Record, place: int, state: int, detail: int | None, at_ms: int
    ) -> Iterator[Happening]:
        if place < drops.PLACES:
            yield from self._take_drop(place, state, (detail or 0) & 0xFF, at_ms)

    def _lapsed(self, _: Record, place: int, count: int, step: int | None, at_ms: int) -> Iterator[Happening]:
        said = f"{count} occasion{'' if count == 1 else 's'}"
        yield Happening("drop_lapsed", f"{place}:{step}", at_ms, {**self._place(place), "count": said})

    def _parted(self, _: Record, place: int, _channel: int, _a: int | None, at_ms: int) -> Iterator[Happening]:
        yield Happening("drop_parted_early", f"{self._launches}:{place}", at_ms, self._place(place))

    def _cutdown(self, _: Record, cause: int, _d: int, _height: int | None, at_ms: int) -> Iterator[Happening]:
        text = _CAUSES.get(cause)
        yield Happening("cutdown_due", str(self._launches), at_ms, {"cause": f": {text}" if text else ""})

    def _ended(self, _: Record, _s: int, _d: int, _a: int | None, at_ms: int) -> Iterator[Happening]:
        yield Happening("flight_ended", "", at_ms, {})

    def _booted(self, _r: Record, cause: int, resets: int, _: int | None, at_ms: int) -> Iterator[Happening]:
        if resets:
            facts = {"cause": _RESETS.get(cause, f"cause {cause}") + f"; {resets} in this flight"}
            yield Happening("payload_reset", str(resets), at_ms, facts)

    def _safe(self, record: Record, on: int, _d: int, _a: int | None, at_ms: int) -> Iterator[Happening]:
        if self._newer("safe", record.sequence):
            yield from self._take_switch("safe", bool(on), at_ms)

    def _hold(self, record: Record, on: int, _d: int, _a: int | None, at_ms: int) -> Iterator[Happening]:
        if self._newer("hold", record.sequence):
            yield from self._take_switch("hold", bool(on), at_ms)

    def _wire_alone(self, record: Record, alone: int, _d: int, _a: int | None, at_ms: int) -> Iterator[Happening]:
        if not self._newer("wire", record.sequence):
            return
        if not alone:
            yield ends("break_wire_alone", at_ms)
        elif self._phase in (None, phases.GROUND):
            yield Happening("break_wire_alone", str(record.mission_ms), at_ms, {}, lasts=True)

    # Once a minute ---------------------------------------------------------------------------------------------

    def _take_meta(self, record: Record, at_ms: int) -> Iterator[Happening]:
        session, count = record.values["session"], record.values["tags_bad"]
        if session is None or count is None or not self._newer("meta", record.sequence):
            return
        before, self._tags = self._tags, (session, count)
        if before is not None and before[0] == session and count > before[1]:
            if self._tags_rose_ms is None:
                yield Happening("tags_bad", f"{session}:{before[1]}", at_ms, {"count": str(count)}, lasts=True)
            self._tags_rose_ms = record.mission_ms
        elif self._tags_rose_ms is not None and record.mission_ms - self._tags_rose_ms >= _TAGS_CALM_MS:
            self._tags_rose_ms = None
            yield ends("tags_bad", at_ms)


_Take = Callable[[FlightWatch, Record, int, int, int | None, int], Iterator[Happening]]
_EVENTS: dict[int, _Take] = {
    telemetry.LAUNCHED: FlightWatch._launched,
    telemetry.LAUNCH_CANCELLED: FlightWatch._launch_cancelled,
    telemetry.PHASE_CHANGED: FlightWatch._phase_event,
    telemetry.DROP_CHANGED: FlightWatch._drop_event,
    telemetry.STEP_LAPSED: FlightWatch._lapsed,
    telemetry.WIRE_PARTED_EARLY: FlightWatch._parted,
    telemetry.CUTDOWN_DUE: FlightWatch._cutdown,
    telemetry.FLIGHT_ENDED: FlightWatch._ended,
    telemetry.BOOTED: FlightWatch._booted,
    telemetry.SAFE_CHANGED: FlightWatch._safe,
    telemetry.HOLD_CHANGED: FlightWatch._hold,
    telemetry.BREAK_WIRE_ALONE: FlightWatch._wire_alone,
}
