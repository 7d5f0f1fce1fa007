"""Decoded columns into files for other programs: CSV, numpy, JSON."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ground.log_columns import Whole
from ground.log_decoder import Decoded
from ground.log_frames import Frames

_HEAD = ("kind", "receiver", "received_ns", "net", "epoch", "order", "sequence", "mission_ms")
_ALWAYS = ("receiver", "arrival", "wall_ns", "monotonic_ns", "net", "sequence", "mission_ms")


def counts(decoded: Decoded) -> dict[str, int]:
    """What was found, by name; the frames of each type last."""
    found = {
        "bytes": decoded.bytes,
        "frames": decoded.frames_total,
        "damaged": decoded.frames_bad,
        "of_unknown_type": decoded.frames_unknown,
        "of_another_version": decoded.frames_other_version,
        "bytes_discarded": decoded.bytes_discarded,
    }
    for part in decoded.parts():
        found[part.name] = found.get(part.name, 0) + len(part)
    return found


def _cells(part: Frames, name: str) -> list[Any]:
    """A field as Python numbers, None where unknown."""
    cells: list[Any] = part.values[name].tolist()
    if name in part.unknown:
        for at in np.flatnonzero(part.unknown[name]).tolist():
            cells[at] = None
    return cells


def to_csv(decoded: Decoded, path: Path) -> None:
    """A row a frame in the order of arrival. OSError when the file cannot be written."""
    parts = list(decoded.parts())
    fields = list(dict.fromkeys(name for part in parts for name in part.values))
    arrivals = decoded.arrivals()
    rows = []
    for part in parts:
        empty = [None] * len(part)
        heads = [part.receiver.tolist(), part.wall_ns.tolist(), part.net.tolist()]
        columns = [_cells(part, name) if name in part.values else empty for name in fields]
        ends = [part.sequence.tolist(), part.mission_ms.tolist()]
        rows.append(list(zip(*heads, *ends, *columns, strict=True)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*_HEAD, *fields])
        for part, row, epoch, order in zip(
            arrivals.part.tolist(), arrivals.row.tolist(), arrivals.epoch.tolist(), arrivals.order, strict=True
        ):
            cells = rows[part][row]
            writer.writerow([parts[part].name, *cells[:3], epoch, order, *cells[3:]])


def to_npz(decoded: Decoded, path: Path) -> None:
    """Arrays by name, compressed. OSError when the file cannot be written."""
    arrays: dict[str, Whole] = {}
    for part in decoded.parts():
        base = part.name if f"{part.name}.net" not in arrays else f"{part.name} of {part.payload.shape[1]}"
        for name in _ALWAYS:
            arrays[f"{base}.{name}"] = getattr(part, name)
        for name, column in part.values.items():
            arrays[f"{base}.{name}"] = column
        for name, column in part.unknown.items():
            arrays[f"{base}.{name}.unknown"] = column
        if part.places is not None:
            for name, column in part.places._asdict().items():
                arrays[f"{base}.places.{name}"] = column
        if part.payload.size:
            arrays[f"{base}.payload"] = part.payload
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def to_json(decoded: Decoded, path: Path) -> None:
    """One object. OSError when the file cannot be written."""
    frames: dict[str, dict[str, Any]] = {}
    for part in decoded.parts():
        base = part.name if part.name not in frames else f"{part.name} of {part.payload.shape[1]}"
        columns: dict[str, Any] = {name: getattr(part, name).tolist() for name in _ALWAYS}
        columns |= {name: _cells(part, name) for name in part.values}
        if part.places is not None:
            columns["places"] = _places(part)
        if part.payload.size:
            columns["payload"] = [row.tobytes().hex() for row in part.payload]
        frames[base] = columns
    text = json.dumps({"counts": counts(decoded), "frames": frames}, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def _places(part: Frames) -> list[list[list[int | None]]]:
    """By frame, [mission_ms, latitude_e7, longitude_e7, altitude_m] of each moment that is known."""
    told = part.places
    assert told is not None
    whole = np.stack(told[:4], axis=2).tolist()
    known, heights = told.known.tolist(), told.altitude_known.tolist()
    return [
        [place if height else [*place[:3], None] for place, there, height in zip(*row, strict=True) if there]
        for row in zip(whole, known, heights, strict=True)
    ]


WRITERS: dict[str, Callable[[Decoded, Path], None]] = {".csv": to_csv, ".npz": to_npz, ".json": to_json}
