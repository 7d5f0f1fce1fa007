"""The counter of commands: never the same number twice, whatever dies when, and however many commanders there are.

A number is on the disk before it is given out. One small file for each provisioning, in the folder of the keys, and a
lock file beside it; on Windows two commanders are not kept apart.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

LARGEST = 0xFFFFFF  # the payload's journal has no room for more
# A payload that has heard more than we have sent is followed so far and no further: a forged report shall not be able
# to use the counter up.
LARGEST_LEAP = 1 << 14


class CountersError(Exception):
    """The counter cannot be kept. One sentence that says what to do."""


class Counters:
    """`name` says of which provisioning. CountersError from every method when the disk refuses."""

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / f"{name}.json"
        self._lock_path = folder / f"{name}.lock"

    def take(self, count: int = 1) -> int:
        """The first of `count` fresh numbers, all of them ours alone."""
        with self._locked():
            first = self._read()
            if first + count > LARGEST:
                raise CountersError("the counter of commands is used up: `samara key provision` makes a fresh one.")
            self._write(first + count)
            return first

    def raise_above(self, heard: int) -> bool:
        """Go on above what the payload has heard; False when that is impossibly far away."""
        with self._locked():
            mine = self._read()
            if heard < mine:
                return True
            if heard - mine > LARGEST_LEAP:
                return False
            self._write(heard + 1)
            return True

    @contextlib.contextmanager
    def alone(self) -> Iterator[bool]:
        """Whether no other command to this payload is under way; it is as long as this lasts.

        Two at a time harm nothing, but each makes the payload forget the other's first step.
        """
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
            busy = os.open(self._path.with_suffix(".busy"), flags, 0o600)
        except OSError as error:
            raise self._trouble(error) from error
        try:
            yield _try_for(busy)
        finally:
            os.close(busy)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise self._trouble(error) from error
        try:
            _wait_for(lock)
            yield
        except OSError as error:
            raise self._trouble(error) from error
        finally:
            os.close(lock)  # and with it the lock is gone

    def _read(self) -> int:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return 1
        try:
            number = int(json.loads(text)["next"])
        except (ValueError, KeyError, TypeError) as error:
            raise CountersError(
                f"{self._path} is damaged: look up command_counter in the newest META, write a larger number into it "
                'as {"next": NUMBER}.'
            ) from error
        return number

    def _write(self, number: int) -> None:
        fresh = self._path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            os.write(handle, json.dumps({"next": number}).encode() + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(fresh, self._path)
        with contextlib.suppress(OSError):  # not every system lets a folder be synced
            folder = os.open(self._path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _trouble(self, error: OSError) -> CountersError:
        return CountersError(
            f"The counter of commands cannot be kept in {self._path} ({error.strerror}): nothing is sent without it; "
            "free some disk space, or look at the folder's rights."
        )


def _wait_for(lock: int) -> None:
    try:
        import fcntl
    except ImportError:
        return
    fcntl.flock(lock, fcntl.LOCK_EX)


def _try_for(lock: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
