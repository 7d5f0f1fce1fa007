"""One process of the ground station: begun, and begun again whenever it dies."""

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
_LIVED_S = 5.0


class Child:
    """`begin` it, then `look` often. `deaths` counts how often it died by itself."""

    def __init__(
        self, name: str, module: str, orders: dict[str, Any], sockets: Sequence[int] = (), hidden: Sequence[str] = ()
    ) -> None:
        """sockets: numbers of files it inherits. hidden: names that are not in its environment."""
        self.name = name
        self.deaths = 0
        self._module = module
        self._orders = orders
        self._sockets = tuple(sockets)
        self._hidden = tuple(hidden)
        self._process: subprocess.Popen[bytes] | None = None
        self._begun_s = 0.0
        self._pause_s = _AGAIN_S
        self._again_at: float | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def begin(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name not in self._hidden}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PROJECT), environment.get("PYTHONPATH"))))
        # A session of its own: Ctrl-C and a closed terminal reach the parent, which ends its children in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            env=environment,
            pass_fds=self._sockets,
            start_new_session=True,
        )
        self._begun_s = time.monotonic()
        self._again_at = None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(self._orders).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            return  # it has died already, and is begun again

    def look(self) -> str | None:
        """Begin it again where it has died; a sentence when it just did."""
        now = time.monotonic()
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return None
            self._let_go()
            self.deaths += 1
            lived = now - self._begun_s > _LIVED_S
            self._pause_s = _AGAIN_S if lived else min(_LONGEST_S, 2 * self._pause_s)
            self._again_at = now + self._pause_s
            how = f"signal {-status}" if status < 0 else f"status {status}"
            return f"{self.name} ended ({how}); it is begun again"
        if self._again_at is not None and now >= self._again_at:
            self.begin()
        return None

    def end(self) -> None:
        """Ask it to end."""
        self._again_at = None
        if self._process is not None:
            self._process.terminate()

    def wait(self, until: float) -> None:
        """Until then it may end by itself. until: of time.monotonic()."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                pass
        self._process = None
