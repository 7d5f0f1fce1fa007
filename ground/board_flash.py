"""Putting firmware and mission on a board so that a cable pulled at any moment leaves no half of it running."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ground.board_error import BoardError, NoBoard
from ground.board_image import MAIN, MANIFEST, PRIMARY, ROLES, Image, Role
from ground.board_link import BoardLink, Survey

OLDEST_MICROPYTHON = (1, 24)
MPY_VERSION = 6
_ATTEMPTS = 3
_FOREIGN_MAIN = "main_before_samara.py"
# Folders that are ours alone: what else lies there is left over from another version and would be imported.
_OURS = ("firmware/", "hardware/", "adafruit_bme280/", "adafruit_bus_device/")


@dataclass
class Flashed:
    """What was done, for the summary."""

    survey: Survey
    firmware_hash: str
    copied: dict[str, int] = field(default_factory=dict)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Flasher:
    """Copies in an order that is safe to break off: main.py away first and back last, every file verified.

    `progress(done_bytes, all_bytes, path)` is called as files arrive.
    """

    def __init__(self, link: BoardLink, folder: Path, progress: Callable[[int, int, str], None]) -> None:
        self._link = link
        self._folder = folder
        self._progress = progress

    def flash(self, image: Image, plan: bytes, role: Role = PRIMARY, change_role: bool = False) -> Flashed:
        """Everything; the board is reset at the end. plan: the role's file of that name."""
        survey = self._link.survey()
        check_board(survey, self._link.port)
        others = _plans_of_others(survey, role)
        if others and not change_role:
            self._link.reset()
            raise NoBoard(
                f"{self._link.port} is the {others[0].name}, not the {role.name}: is it the right board? Nothing was "
                "changed; --change-role makes it the other one"
            )
        files = {**image.files, role.plan: plan, MANIFEST: image.manifest}
        changed = [path for path in files if _differs(survey, path, files[path])]
        result = Flashed(survey, image.hash, unchanged=len(files) - len(changed))
        if not changed and not others:
            self._link.reset()
            return result
        renames: list[tuple[str, str]] = []
        if MAIN in survey.files and MANIFEST not in survey.files and _differs(survey, MAIN, files[MAIN]):
            if _FOREIGN_MAIN in survey.files:
                raise BoardError(f"the board has a main.py and a {_FOREIGN_MAIN} of somebody else: remove one of them")
            renames.append((MAIN, _FOREIGN_MAIN))
            result.notes.append(f"the main.py that was there is kept as {_FOREIGN_MAIN}")
        if "flight.log" in survey.files:
            size = survey.files["flight.log"][0]
            result.notes.append(
                f"flight.log of {size} bytes is kept: `samara board log {self._link.port}` copies it off"
            )
        left = {*(other.plan for other in others), *(path for path in survey.files if _left_over(path, files))}
        result.removed = sorted(left)
        _check_space(survey, files, changed, result.removed)
        folders = sorted({parent for path in files for parent in _parents(path)} - survey.folders)
        # Without main.py nothing starts; without the manifest nobody takes what lies there for whole.
        self._link.prepare(renames, [MAIN, MANIFEST, *result.removed], folders)
        first = [path for path in changed if path not in (MAIN, MANIFEST)]
        total = sum(len(files[path]) for path in [*first, MAIN, MANIFEST])
        self._copy(files, first, total, result)
        self._copy(files, [MAIN, MANIFEST], total, result)
        result.unchanged = len(files) - len(result.copied)
        self._link.reset()
        return result

    def replace(self, data: bytes, role: Role = PRIMARY) -> None:
        """The plan alone, written beside the old one and verified before it takes its place; the board is reset."""
        beside = role.plan + ".new"
        result = Flashed(self._link.survey(), "")
        check_board(result.survey, self._link.port)
        if _plans_of_others(result.survey, role):
            self._link.reset()
            raise NoBoard(f"{self._link.port} is not the {role.name}: is it the right board? Nothing was changed")
        self._copy({beside: data}, [beside], len(data), result)
        self._link.prepare([(beside, role.plan)], [], [])
        self._link.reset()

    def _copy(self, files: dict[str, bytes], paths: list[str], total: int, result: Flashed) -> None:
        """Copy and verify, again where the board holds something else than was sent."""
        for path in paths:
            place = self._folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(files[path])

        def done(path: str) -> None:
            result.copied[path] = len(files[path])
            self._progress(sum(result.copied.values()), total, path)

        wrong = paths
        for _ in range(_ATTEMPTS):
            on_board = self._link.put(self._folder, wrong, done)
            wrong = [path for path in wrong if on_board.get(path) != hashlib.sha256(files[path]).hexdigest()]
            if not wrong:
                return
        names = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
        raise BoardError(
            f"after {_ATTEMPTS} copies the board still holds something else than was sent: {names}; "
            "it was left as safe as it was. Try another cable or port; if it stays, its flash is worn out"
        )


def check_board(survey: Survey, port: str) -> None:
    """NoBoard when what answers cannot run the firmware."""
    if survey.system != "rp2":
        raise NoBoard(f"{port} is {survey.machine or survey.system}, not a Pico: the firmware is for RP2040 and RP2350")
    match = re.match(r"v?(\d+)\.(\d+)", survey.release)
    release = (int(match[1]), int(match[2])) if match else (0, 0)
    if release < OLDEST_MICROPYTHON or survey.mpy_version != MPY_VERSION:
        wanted = ".".join(str(part) for part in OLDEST_MICROPYTHON)
        raise NoBoard(
            f"{port} runs MicroPython {survey.release}: put {wanted} or newer on it (micropython.org/download)"
        )


def state_of(survey: Survey, manifest: bytes) -> tuple[str, list[str]]:
    """(firmware hash, files that are not as the manifest says) of what lies on a board."""
    wrong = []
    for line in manifest.decode("utf-8", "replace").splitlines():
        digest, _, path = line.partition("  ")
        if survey.files.get(path, (0, None))[1] != digest:
            wrong.append(path)
    return hashlib.sha256(manifest).hexdigest(), wrong


def _plans_of_others(survey: Survey, role: Role) -> list[Role]:
    """Roles that the board has had until now by the plan that lies on it."""
    return [other for other in ROLES if other is not role and other.plan in survey.files]


def _differs(survey: Survey, path: str, data: bytes) -> bool:
    return survey.files.get(path, (0, None))[1] != hashlib.sha256(data).hexdigest()


def _left_over(path: str, files: dict[str, bytes]) -> bool:
    if path in files:
        return False
    if path.startswith(_OURS):
        return True
    # MicroPython imports x.py before x.mpy: a twin from another day would run in its place.
    stem, _, suffix = path.rpartition(".")
    twin = {"py": ".mpy", "mpy": ".py"}.get(suffix)
    return twin is not None and stem + twin in files


def _check_space(survey: Survey, files: dict[str, bytes], changed: list[str], removed: list[str]) -> None:
    block = max(survey.block_bytes, 1)

    def blocks(size: int) -> int:
        return (size + block - 1) // block

    needed = sum(blocks(len(files[path])) for path in changed)
    freed = sum(blocks(survey.files[path][0]) for path in {*changed, *removed} if path in survey.files)
    # Two blocks for folders that grow, and two for the journal.
    if (needed - freed + 4) * block > survey.free_bytes:
        missing = (needed - freed + 4) * block - survey.free_bytes
        raise BoardError(
            f"the board's flash is too full by {missing} bytes ({survey.free_bytes} of {survey.total_bytes} are free): "
            "nothing was changed. Copy the flight log off (`samara board log`) and remove it"
        )


def _parents(path: str) -> list[str]:
    steps = path.split("/")[:-1]
    return ["/".join(steps[: index + 1]) for index in range(len(steps))]
