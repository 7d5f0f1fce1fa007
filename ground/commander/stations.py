"""Where running stations are found: a socket for each in a folder of this user's own, and which log it keeps.

A socket in the log folder would be nearer, but a path may be too long for one, and a memory stick has none.
"""

import contextlib
import json
import os
import socket
import stat
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

HAVE_SOCKETS = hasattr(socket, "AF_UNIX")


class RunningStation(NamedTuple):
    """One that accepts commands now."""

    socket: Path
    log: str
    link: str
    started_ns: int


class NoFolder(Exception):
    """The folder of the sockets is not this user's alone. One sentence."""


def run_folder() -> Path:
    """0700, made when it is not there; NoFolder when it is another's."""
    base = os.environ.get("XDG_RUNTIME_DIR")
    folder = Path(base) / "samara" if base else Path(tempfile.gettempdir()) / f"samara-{os.geteuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = os.lstat(folder)
    except OSError as error:
        raise NoFolder(f"{folder} cannot be made ({error.strerror}): commands are off.") from None
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise NoFolder(f"{folder} is not yours alone: remove it, then start the station again; commands are off.")
    return folder


def running(log: Path | None = None) -> list[RunningStation]:
    """Those that can be reached, newest first; only the one of that log folder when it is given."""
    found = []
    wanted = None if log is None else os.path.realpath(log)
    for path in run_folder().glob("*.json"):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            one = RunningStation(path.with_suffix(".sock"), told["log"], told["link"], told["started_ns"])
            if (wanted is None or os.path.realpath(one.log) == wanted) and _answers(one.socket):
                found.append(one)
    return sorted(found, key=lambda one: one.started_ns, reverse=True)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(1.0)
        try:
            trial.connect(str(path))
        except OSError:
            return False
    return True


def same_user(connection: socket.socket) -> bool:
    """Whether the process at the other end is this user's, or root's; true where the system cannot tell."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        return True  # the folder's rights stand alone there
    uid = int.from_bytes(connection.getsockopt(socket.SOL_SOCKET, option, 12)[4:8], "little")
    return uid in (0, os.geteuid())
