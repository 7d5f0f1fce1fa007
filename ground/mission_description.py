"""What a mission.toml says -> the description that mission_writer takes, and the Preparation beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from firmware.protocol import mission_rules as rules
from firmware.protocol.mission_plan import BACKUP_AFTER_MS, KEEP_IN, KEEP_OUT, LONGEST_HOLD_MS, NOT_BEFORE_MS
from ground.mission_cell import CELLS, CELLS_IN_SERIES, WIRE_OHM, Supply, cell_named
from ground.mission_keys import TABLES, WIDEST_M_S, WORST_LEAK_PER_H
from ground.mission_load import Load, make_load
from ground.mission_preparation import FILM_TUBE, LATEX, Balloon, Outline, Preparation
from ground.mission_reader import MissionReader
from ground.prediction.wind import Wind
from ground.prediction.wind_file import WindFileError, read_wind_file

# kind of balloon, what must be said of it, what belongs only to the other kind
_BALLOONS = (
    (LATEX, ("burst_m",), ("length_m", "lay_flat_m", "film_g", "gas", "leak_per_h")),
    (FILM_TUBE, ("length_m", "lay_flat_m", "film_g", "gas"), ("burst_m",)),
)
_EVERY_BALLOON = ("climb_m_s", "payload_g", "descent_m_s")
_GROUND = {
    (table.name, key.attribute) for table in TABLES for key in table.keys if key.ground
}  # fmt: skip


def describe(reader: MissionReader) -> tuple[dict[str, Any], Preparation]:
    """Both, with what is wrong told to the reader; what could not be read is left out."""
    said = reader.said
    description = _board("flight", said.single["flight"])
    description["channels"] = said.rows["channel"]
    description["areas"] = said.rows["area"]
    description["drops"] = [_drop(reader, index, row) for index, row in enumerate(said.rows["drop"])]
    if reader.has("cutdown"):
        description["cutdown"] = _board("cutdown", said.single["cutdown"])
    radio = _board("radio", said.single["radio"])
    if reader.is_wrong("radio", "modem"):
        radio = {key: value for key, value in radio.items() if key not in ("radio_channel", "radio_dbm")}
    description.update(radio)
    _backup(reader, description)
    outlines = [
        (row.get("kind"), Outline(str(row.get("name")), tuple(row.get("points", ())))) for row in said.rows["area"]
    ]
    balloon = _balloon(reader) if reader.has("balloon") else None
    flight, wind = said.single["flight"], said.single["wind"]
    slot = (flight.get("launch_from"), flight.get("launch_until"))
    if slot[0] is not None and slot[1] is not None and slot[0] >= slot[1]:
        reader.problem(("flight", "launch_until"), "the launch slot ends before it begins")
    heeds = {str(row.get("name")): tuple(row["heeds"]) for row in said.rows["drop"] if "heeds" in row}
    _heeded_exist(reader, [outline.name for kind, outline in outlines if kind == KEEP_OUT])
    preparation = Preparation(
        pad=flight.get("pad"),
        launch_from_unix_s=slot[0],
        launch_until_unix_s=slot[1],
        balloon=balloon,
        loads=_loads(reader, balloon),
        wind=_wind(reader),
        wind_name=str(wind.get("file", "")),
        widest_m_s=wind.get("widest_m_s", WIDEST_M_S),
        supply=_supply(said.single["cutter"]),
        keep_outs=tuple(outline for kind, outline in outlines if kind == KEEP_OUT),
        keep_ins=tuple(outline for kind, outline in outlines if kind == KEEP_IN),
        heeds=heeds,
    )
    # Until they are shifted and widened, a drop keeps out of the areas as they are.
    names = [outline.name for kind, outline in outlines if kind == KEEP_OUT]
    for row in description["drops"]:
        row["keep_outs"] = [name for name in names if name in heeds.get(str(row.get("name")), names)]
    return description, preparation


def _board(table: str, values: dict[str, Any]) -> dict[str, Any]:
    return {attribute: value for attribute, value in values.items() if (table, attribute) not in _GROUND}


def _drop(reader: MissionReader, index: int, said: dict[str, Any]) -> dict[str, Any]:
    row = _board("drop", said)
    row.update(row.pop("repeat", {}))
    place = ("drop", index)
    latest = row.pop("patience_ms", None)
    if latest is not None:
        patience_ms = _patience_ms(reader, place, row, latest)
        if patience_ms is not None:
            row["patience_ms"] = patience_ms
        if "late" not in row and not reader.is_wrong("drops", index, "late"):
            text = 'and then? Add late = "release", let go whatever its conditions say, or late = "skip", not at all'
            reader.problem((*place, "latest"), text)
    elif "late" in row and not reader.is_wrong("drops", index, "patience_ms"):
        reader.problem((*place, "late"), 'late for what? Add latest, like latest = "1 h 10 min"')
    _seconds_for_minutes(reader, index, row.get("after_ms"))
    return row


def _seconds_for_minutes(reader: MissionReader, index: int, due_ms: int | None) -> None:
    """A time written in seconds that is far too early, and would not be in minutes."""
    written = reader.written("drop", index, "after_ms")
    flight = reader.said.single["flight"]
    if due_ms is None or (isinstance(written, str) and set("mhMH") & set(written)):
        return
    if due_ms < flight.get("not_before_ms", NOT_BEFORE_MS) <= due_ms * 60 < flight.get("end_ms", 0):
        text = (
            f"{rules.seconds_text(due_ms)} after launch it has hardly left the pad: were {due_ms / 1000:g} min meant?"
        )
        reader.mistake_at(("drops", index, "after_ms"), text)


def _patience_ms(
    reader: MissionReader, place: tuple[str, int], row: dict[str, Any], latest: int | tuple[str, int]
) -> int | None:
    after_ms, at_unix_s = row.get("after_ms"), row.get("at_unix_s")
    if isinstance(latest, tuple):
        if after_ms is not None:
            reader.problem((*place, "latest"), 'counts from launch, like after: write it like "1 h 10 min"')
        if after_ms is not None or at_unix_s is None:
            return None
        patience_ms = (latest[1] - at_unix_s) * 1000
    else:
        if at_unix_s is not None:
            reader.problem((*place, "latest"), 'is a moment in UTC, like at: write it like "2026-05-01T09:00Z"')
        if at_unix_s is not None or after_ms is None:
            return None
        patience_ms = latest - after_ms
    if patience_ms < 0:
        reader.problem((*place, "latest"), f"is {rules.seconds_text(-patience_ms)} before the drop is due")
        return None
    return int(patience_ms)


def _backup(reader: MissionReader, description: dict[str, Any]) -> None:
    if not reader.said.single["backup"].get("fitted"):
        return
    cutdown = description.get("cutdown")
    if cutdown is None:
        reader.problem(("backup",), "there is no cutdown for it to stand behind: write [cutdown] with its latest")
    elif "latest_ms" in cutdown:
        description["backup_ms"] = cutdown["latest_ms"] + LONGEST_HOLD_MS + BACKUP_AFTER_MS


def _balloon(reader: MissionReader) -> Balloon | None:
    said = reader.said.single["balloon"]
    known = True

    def missing(attribute: str, text: str = "is missing") -> None:
        nonlocal known
        known = False
        if not reader.is_wrong("balloon", attribute):
            reader.problem(("balloon", attribute), text)

    if "kind" not in said:
        missing("kind", 'is missing: "latex" or "film_tube"')
        return None
    for kind, needed, strange in _BALLOONS:
        if said["kind"] != kind:
            continue
        for attribute in (*_EVERY_BALLOON, *needed):
            if attribute not in said:
                missing(attribute)
        for attribute in strange:
            if attribute in said:
                reader.problem(("balloon", attribute), f"does not belong to a {kind.replace('_', ' ')} balloon")
    largest_g = said.get("largest_package_g")
    if largest_g is not None and largest_g > said.get("payload_g", largest_g):
        reader.problem(("balloon", "largest_package_g"), "is more than the payload")
    if not known:
        return None
    free_lift_g = said.get("free_lift_g")
    return Balloon(
        kind=said["kind"],
        climb_m_s=said["climb_m_s"],
        payload_kg=said["payload_g"] / 1000.0,
        descent_m_s=said["descent_m_s"],
        burst_m=said.get("burst_m", (0.0, 0.0)),
        length_m=said.get("length_m", 0.0),
        lay_flat_m=said.get("lay_flat_m", 0.0),
        film_kg=said.get("film_g", 0.0) / 1000.0,
        gas=said.get("gas", "hydrogen"),
        free_lift_kg=None if free_lift_g is None else free_lift_g / 1000.0,
        leak_per_h=said.get("leak_per_h", WORST_LEAK_PER_H),
        parachute=said.get("parachute", True),
        packages=int(said.get("packages", 1)),
        largest_package_kg=None if largest_g is None else largest_g / 1000.0,
        density_g_cm2=said.get("density_g_cm2"),
        rope_n=said.get("rope_n"),
    )


def _loads(reader: MissionReader, balloon: Balloon | None) -> dict[str, Load]:
    loads = {}
    total_kg = 0.0
    for index, row in enumerate(reader.said.rows["drop"]):
        if "load_g" not in row and "load" not in row:
            continue
        try:
            load = make_load(row.get("load_g"), row.get("load", {}))
        except KeyError as error:
            key = error.args[0]
            hint = "say how it falls" if key == "terminal_m_s" else "say its mass, or load_g"
            reader.problem(("drop", index, "load"), f"{key} is missing: {hint}")
            continue
        loads[str(row.get("name"))] = load
        times = row.get("repeat", {}).get("count", 1)
        total_kg += (load.load_kg or 0.0) * times
        if balloon and total_kg > balloon.payload_kg:
            text = f"all loads together, {total_kg:.2f} kg, are more than the payload, {balloon.payload_kg:.2f} kg"
            reader.problem(("drop", index, "load_g"), text)
            balloon = None
    return loads


def _heeded_exist(reader: MissionReader, names: list[str]) -> None:
    known = "there are " + ", ".join(f"'{name}'" for name in names) if names else "there is none"
    for index, row in enumerate(reader.said.rows["drop"]):
        for name in row.get("heeds", ()):
            if name not in names:
                reader.problem(("drop", index, "keep_outs"), f"there is no keep-out area '{name}'; {known}")


def _wind(reader: MissionReader) -> Wind | None:
    said = reader.said.single["wind"]
    if "file" not in said:
        if "valid" in said:
            reader.problem(("wind", "valid"), "of which wind? There is no file")
        return None
    try:
        wind = read_wind_file(reader.path.parent / Path(said["file"]))
    except WindFileError as error:
        reader.problem(("wind", "file"), str(error))
        return None
    if "valid" in said:
        return Wind(wind.rows, said["valid"])
    if wind.valid_unix_s is None and not reader.is_wrong("wind", "valid"):
        reader.problem(("wind", "file"), 'does not say for when it was given: add valid = "2026-05-01T06:00Z"')
    return wind


def _supply(said: dict[str, Any]) -> Supply:
    return Supply(
        cell_named(said.get("cell", CELLS[0].name)),
        int(said.get("cells", CELLS_IN_SERIES)),
        said.get("wire_ohm", WIRE_OHM),
    )
