"""A board on a port, reached through mpremote (`mpremote connect PORT ...`), its answers and its silences in words."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import serial

from ground.board_error import BoardError, NoBoard
from ground.board_scripts import DIGESTS, PREPARE, SURVEY
from ground.port_trouble import here, port_trouble

_SILENCE_S = 30.0  # longer than any single step: mpremote itself gives up on a silent board after 10 s
_BATCH = 12  # files in one run of mpremote
_RESET_S = 0.3  # mpremote's reset comes 0.1 s after it has ended; then USB goes away for a moment
_BACK_S = 5.0


@dataclass(frozen=True)
class Survey:
    """What lies on a board. `files`: path -> (bytes, SHA-256 in hex, None for very large ones).

    `contents`: what is in the manifest and in the mission.
    """

    files: dict[str, tuple[int, str | None]]
    contents: dict[str, bytes]
    folders: set[str]
    system: str
    release: str
    machine: str
    mpy_version: int
    free_bytes: int
    total_bytes: int
    block_bytes: int


class BoardLink:
    """One board. `silence_s`: after so long without a sign of life it is given up."""

    def __init__(self, port: str, silence_s: float | None = None) -> None:
        self.port = port
        self._silence_s = _SILENCE_S if silence_s is None else silence_s
        self._reached = False

    def survey(self) -> Survey:
        """Stop whatever runs, and look at everything."""
        self._look_at_port()
        files: dict[str, tuple[int, str | None]] = {}
        contents: dict[str, bytes] = {}
        folders: set[str] = set()
        board: list[Any] | None = None
        for answer in self.ask(SURVEY):
            if answer[0] == "f":
                files[answer[1]] = (answer[2], answer[3])
            elif answer[0] == "c":
                contents[answer[1]] = bytes.fromhex(answer[2])
            elif answer[0] == "d":
                folders.add(answer[1])
            elif answer[0] == "b":
                board = answer[1:]
        if board is None:
            raise BoardError(f"the board on {self.port} broke off while listing its files: unplug it and try again")
        return Survey(files, contents, folders, *board)

    def digests(self, paths: list[str]) -> dict[str, str | None]:
        """SHA-256 in hex of what lies on the board under each path, None where nothing does."""
        return dict(self.ask(DIGESTS.format(paths=repr(paths))))

    def prepare(self, renames: list[tuple[str, str]], removes: list[str], folders: list[str]) -> None:
        """Rename, remove, make folders, in this order."""
        if not self.ask(PREPARE.format(renames=repr(renames), removes=repr(removes), folders=repr(folders))):
            raise BoardError(f"the board on {self.port} broke off while folders were made: try again")

    def put(self, folder: Path, paths: list[str], done: Callable[[str], None]) -> dict[str, str | None]:
        """Copy files from `folder`, path for path, and say what the board then holds; `done(path)` after each."""
        on_board: dict[str, str | None] = {}
        for first in range(0, len(paths), _BATCH):
            batch = paths[first : first + _BATCH]
            arguments: list[str] = []
            for path in batch:
                arguments += ["fs", "cp", "-f", path, ":" + path, "+"]
            begun = 0

            def line(text: str, batch: list[str] = batch) -> None:
                nonlocal begun
                if text.startswith("cp "):
                    if begun:
                        done(batch[begun - 1])
                    begun += 1

            output = self._run([*arguments, "exec", DIGESTS.format(paths=repr(batch))], folder, line)
            done(batch[-1])
            on_board.update(self._answers(output))
        return on_board

    def get(self, path: str, target: Path) -> None:
        """Copy one file off the board."""
        self._run(["fs", "cp", "-f", ":" + path, target.name], target.parent)

    def reset(self) -> None:
        """Start the board as if it had been plugged in, and wait until its port is back for the next command."""
        self._run(["reset"])
        self._reached = False
        time.sleep(_RESET_S)
        deadline_s = time.monotonic() + _BACK_S
        while self._is_path() and not Path(self.port).exists() and time.monotonic() < deadline_s:
            time.sleep(0.1)

    def ask(self, script: str) -> list[Any]:
        """Run a program on the board; the lines of "@" and JSON that it prints."""
        return self._answers(self._run(["exec", script]))

    def follow(self, script: str, told: Callable[[Any], None], otherwise: str, silence_s: float | None = None) -> None:
        """Run a long program on the board; `told(answer)` for each line of "@" and JSON, as it comes.

        Broken off from the keyboard, the board gets the program `otherwise`. silence_s: longest time without a line.
        """

        def line(text: str) -> None:
            if text.startswith("@"):
                for answer in self._answers(text):
                    told(answer)

        try:
            self._run(["exec", script], line=line, silence_s=silence_s)
        except KeyboardInterrupt:
            self.ask(otherwise)
            raise

    def _answers(self, output: str) -> list[Any]:
        answers = []
        for line in output.splitlines():
            if line.startswith("@"):
                try:
                    answers.append(json.loads(line[1:]))
                except ValueError:
                    raise BoardError(
                        f"the board on {self.port} answered something garbled: try again, with another cable"
                    ) from None
        return answers

    def _is_path(self) -> bool:
        return self.port.startswith("/")

    def _look_at_port(self) -> None:
        """mpremote says of a port only that it failed; the system says why."""
        if self.port == "auto" or ":" in self.port:
            return  # mpremote looks for the board by itself
        try:
            serial.Serial(self.port, exclusive=True).close()
        except (OSError, ValueError) as error:
            text = port_trouble(self.port, error).replace("the radio", "the board")
            raise NoBoard(text.removesuffix(" Trying again.").replace("; trying again.", ".")) from None

    def _run(
        self,
        arguments: list[str],
        folder: Path | None = None,
        line: Callable[[str], None] | None = None,
        silence_s: float | None = None,
    ) -> str:
        """One run of mpremote; its standard output. Only the first run of all restarts the interpreter on the board."""
        command = [sys.executable, "-m", "mpremote", "connect", self.port]
        if self._reached:
            command.append("resume")
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
        )
        silence_s = self._silence_s if silence_s is None else silence_s
        output, errors, silent = _watch(process, silence_s, line)
        if silent:
            raise BoardError(
                f"the board on {self.port} went silent for {silence_s:.0f} s: unplug it, plug it in, try again"
            )
        if process.returncode:
            raise self._trouble(output + "\n" + errors)
        self._reached = True
        return output

    def _trouble(self, said: str) -> BoardError:
        """mpremote's words as a sentence for a person."""
        last = ([line.strip() for line in said.splitlines() if line.strip()] or ["it does not say why"])[-1]
        if "failed to access" in said or "no device" in said:
            return NoBoard(f"{self.port} cannot be opened: close other programs, check the cable ({here()})")
        if "could not enter raw repl" in said or "could not exec" in said:
            return NoBoard(
                f"{self.port} does not answer as MicroPython: is it a Pico with MicroPython 1.24 or newer? "
                "With the arming plug in it answers nobody: take the plug out, unplug USB, plug it in again"
            )
        if "ENOSPC" in said or "No space left" in said or "OSError: 28" in said:
            return BoardError("the board's flash is full: copy the flight log off (`samara board log`) and remove it")
        if "SerialException" in said or "disconnected" in said or "OSError: [Errno 5]" in said:
            return BoardError(f"the board on {self.port} vanished: check the cable and try again")
        return BoardError(f"the board on {self.port} refused: {last}")


def _watch(
    process: subprocess.Popen[str], silence_s: float, line: Callable[[str], None] | None
) -> tuple[str, str, bool]:
    """Read both outputs to their ends; (output, errors, True when it fell silent and was stopped)."""
    heard: queue.Queue[tuple[int, str | None]] = queue.Queue()

    def listen(number: int, stream: Any) -> None:
        for text in stream:
            heard.put((number, text))
        heard.put((number, None))

    streams = (process.stdout, process.stderr)
    threads = [threading.Thread(target=listen, args=pair, daemon=True) for pair in enumerate(streams)]
    for thread in threads:
        thread.start()
    texts = ["", ""]
    still_open = 2
    silent = False
    try:
        while still_open:
            try:
                number, text = heard.get(timeout=silence_s)
            except queue.Empty:
                silent = True
                break
            if text is None:
                still_open -= 1
                continue
            texts[number] += text
            if number == 0 and line is not None:
                line(text)
    finally:
        # Silent, or broken off from the keyboard.
        if still_open:
            process.kill()
        process.wait()
        for thread in threads:
            thread.join()
        for stream in streams:
            if stream is not None:
                stream.close()
    return texts[0], texts[1], silent
