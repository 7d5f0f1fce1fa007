"""What outlives the page's server: our own place and the page's settings, in a JSON file of the log folder."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

NAME = "page.json"
_LARGEST = 1 << 20


class Kept:
    """`values` as they were left. path: None keeps nothing, as in a replay of somebody's log."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.values: dict[str, Any] = {}
        if path is not None:
            with contextlib.suppress(OSError, ValueError):
                text = path.read_text(encoding="utf-8")
                read = json.loads(text) if len(text) <= _LARGEST else None
                self.values = read if isinstance(read, dict) else {}

    def put(self, name: str, value: Any) -> str | None:
        """Keep it; a sentence when the disk refuses, and then it holds until the server ends."""
        self.values[name] = value
        if self._path is None:
            return None
        return write_whole(self._path, json.dumps(self.values, indent=1))


def write_whole(path: Path, text: str) -> str | None:
    """All of it or nothing of it, whenever the power goes; a sentence when it cannot be."""
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)
    except OSError as error:
        return f"{path} cannot be written ({error.strerror}): it holds until this server ends."
    return None
