"""One process of the ground station: begun, and begun again whenever it dies."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
# Begun again at once; one that dies as soon as it runs is given a little time between.
_AGAIN_S = 0.05
_LONGEST_S = 0.8
_LIVED_S = 2.0
_SPARE_AFTER_S = 0.5  # by then the whole station has begun


class Child:
    """`begin` it, then `look` often. `deaths` counts how often it died by itself."""

    def __init__(
        self,
        name: str,
        module: str,
        orders: dict[str, Any],
        sockets: Sequence[int] = (),
        hidden: Sequence[str] = (),
        spare: bool = False,
    ) -> None:
        """sockets: numbers of files it inherits. hidden: names that are not in its environment.

        spare: another one stands ready that has read its program and waits for its orders: it is there in a few
        milliseconds, where a fresh one takes half a second or more.
        """
        self.name = name
        self.deaths = 0
        self._module = module
        self._orders = orders
        self._sockets = tuple(sockets)
        self._hidden = tuple(hidden)
        self._keeps_spare = spare
        self._process: subprocess.Popen[bytes] | None = None
        self._spare: subprocess.Popen[bytes] | None = None
        self._begun_s = 0.0
        self._pause_s = _AGAIN_S
        self._again_at: float | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def begin(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None and spare.poll() is not None:
            _let_go(spare)
            spare = None
        self._process = spare or self._spawn()
        self._begun_s = time.monotonic()
        self._again_at = None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has died already, and is begun again
            self._process.stdin.write(json.dumps(self._orders).encode() + b"\n")
            self._process.stdin.flush()

    def _spawn(self) -> "subprocess.Popen[bytes]":
        environment = {name: value for name, value in os.environ.items() if name not in self._hidden}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PROJECT), environment.get("PYTHONPATH"))))
        # A session of its own: Ctrl-C and a closed terminal reach the parent, which ends its children in order.
        return subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            env=environment,
            pass_fds=self._sockets,
            start_new_session=True,
        )

    def look(self) -> str | None:
        """Begin it again where it has died; a sentence when it just did."""
        now = time.monotonic()
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                self._look_at_spare(now)
                return None
            _let_go(self._process)
            self._process = None
            self.deaths += 1
            lived = now - self._begun_s > _LIVED_S
            pause_s = 0.0 if lived or self._spare is not None else self._pause_s
            self._pause_s = _AGAIN_S if lived else min(_LONGEST_S, 2 * self._pause_s)
            self._again_at = now + pause_s
            how = f"signal {-status}" if status < 0 else f"status {status}"
            words = f"{self.name} ended ({how}); it is begun again"
            if not pause_s:
                self.begin()
            return words
        if self._again_at is not None and now >= self._again_at:
            self.begin()
        return None

    def _look_at_spare(self, now: float) -> None:
        if not self._keeps_spare or (not self.deaths and now - self._begun_s < _SPARE_AFTER_S):
            return
        if self._spare is not None and self._spare.poll() is not None:
            _let_go(self._spare)
            self._spare = None
        if self._spare is None:
            self._spare = self._spawn()

    def end(self) -> None:
        """Ask it to end."""
        self._again_at = None
        for process in (self._process, self._spare):
            if process is not None:
                process.terminate()

    def wait(self, until: float) -> None:
        """Until then it may end by itself. until: of time.monotonic()."""
        for process in (self._process, self._spare):
            if process is None:
                continue
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            _let_go(process)
        self._process = self._spare = None


def _let_go(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
