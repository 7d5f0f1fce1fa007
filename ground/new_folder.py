"""Where a flight's log goes unless somebody says otherwise: logs/<UTC>-<first port>."""

import re
from datetime import UTC, datetime
from pathlib import Path


def new_folder(name: str) -> Path:
    """One that is not there yet; name: of the port."""
    word = re.sub(r"[^A-Za-z0-9]+", "-", name.removeprefix("/dev/")).strip("-")[:40] or "link"
    folder = Path("logs") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{word}"
    number = 2
    unique = folder
    while unique.exists():
        unique = folder.with_name(f"{folder.name}-{number}")
        number += 1
    return unique
