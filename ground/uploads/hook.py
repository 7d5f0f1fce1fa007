"""For whoever starts the ground station: the command that uploads beside it, or why there is none."""

import sys
from pathlib import Path

from ground.settings import Settings, SettingsError, read_settings
from ground.uploads.words import UploadsOff, words_of


def upload_command(
    folder: Path, mission: Path | None = None, callsign: str = "", settings: Settings | None = None
) -> tuple[list[str] | None, str]:
    """(arguments of a process, "") or (None, why nothing is uploaded). callsign: of the mission's payload."""
    try:
        words_of(read_settings() if settings is None else settings, callsign)
    except (UploadsOff, SettingsError) as error:
        return None, str(error)
    arguments = [sys.executable, "-m", "ground.cli", "upload", str(folder)]
    return [*arguments, *([] if mission is None else ["--mission", str(mission)])], ""
