"""Keys onto a board over USB, with the arming plug out, and verified there by their hash."""

import hashlib
import tempfile
from pathlib import Path

from firmware.protocol import provisioning
from firmware.protocol.authentication import Keys
from firmware.protocol.mission_plan import Mission
from ground.board_error import BoardError
from ground.board_flash import check_board
from ground.board_image import PRIMARY
from ground.board_journal import read_journal
from ground.board_link import BoardLink, Survey
from ground.board_status import devices_of, mission_of, role_of
from ground.key_store import private_file

_ATTEMPTS = 3


class KeyedBoard:
    """A board that may get keys. BoardError for one that may not; then it has been started again, unchanged."""

    def __init__(self, link: BoardLink) -> None:
        self._link = link
        self._survey: Survey = link.survey()
        try:
            self._check()
        except BoardError:
            link.reset()
            raise
        self.mission: Mission | None = mission_of(self._survey)
        self.name = f"{self._survey.machine} on {link.port}"

    @property
    def has_key(self) -> bool:
        return provisioning.FILE in self._survey.files

    def _check(self) -> None:
        link, survey = self._link, self._survey
        check_board(survey, link.port)
        role = role_of(survey)
        if role is None:
            raise BoardError(f"there is no firmware of ours on {link.port}: `samara board flash` first")
        if role is not PRIMARY:
            raise BoardError(f"{link.port} is the {role.name}: it hears nobody and needs no key")
        devices = devices_of(link, role)
        if devices.plug_in:
            raise BoardError(
                f"the arming plug is in ({devices.plug_text}): take it out, unplug USB, plug it in again; nothing was "
                "changed"
            )
        journal = read_journal(link, survey)
        if journal.aloft:
            raise BoardError(
                f"by its journal this flight was launched and is not over ({journal.text()}): "
                f"`samara board new-flight {link.port}` first; nothing was changed"
            )

    def write(self, keys: Keys) -> None:
        """Put key.bin on the board, in place of another, and start it."""
        data = provisioning.file_of(keys)
        wanted = hashlib.sha256(data).hexdigest()
        # A private folder: what mpremote copies is a file, so that no key stands in the arguments of a process.
        with (
            tempfile.TemporaryDirectory(prefix="samara-") as folder,
            private_file(Path(folder), provisioning.FILE, data) as path,
        ):
            for _ in range(_ATTEMPTS):
                found = self._link.put(path.parent, [path.name], lambda _: None)
                if found.get(path.name) == wanted:
                    break
            else:
                # Half a key is none, and says so; left lying it would only puzzle.
                self._link.prepare([], [path.name], [])
                self._link.reset()
                raise BoardError(f"the key arrived damaged {_ATTEMPTS} times: try another cable; it has none now")
        self._link.reset()

    def remove(self) -> None:
        """Take key.bin off the board, and start it."""
        self._link.prepare([], [provisioning.FILE], [])
        left = self._link.digests([provisioning.FILE]).get(provisioning.FILE)
        self._link.reset()
        if left is not None:
            raise BoardError("the key cannot be removed: the board's flash is worn out or damaged")

    def let_go(self) -> None:
        """Start the board again, unchanged."""
        self._link.reset()
