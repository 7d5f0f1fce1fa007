"""A child process's standard input: first what it shall do, as a line of JSON, then nothing until its parent is gone.

However the parent ends, kill -9 included, the system closes its end, and the child ends too: there are no orphans.
Orders that hold a secret are in no argument and no environment, where others could read them.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

_GRACE_S = 3.0


class Lifeline:
    """The child's end."""

    def __init__(self) -> None:
        # Ctrl-C in the terminal is for the parent, which ends its children in their order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def orders(self) -> dict[str, Any]:
        """Waits for the first line: a spare process waits long. Ends this one when its parent is gone before it."""
        line = b""
        while not line.endswith(b"\n"):
            data = os.read(0, 1)
            if not data:
                sys.exit(1)
            line += data
        read = json.loads(line)
        assert isinstance(read, dict)
        return read

    def when_cut(self, end: Callable[[], object]) -> None:
        """Call it once the parent is gone; what then still runs after a while is ended by force."""

        def watch() -> None:
            while True:
                try:
                    if not os.read(0, 4096):
                        break
                except OSError:
                    break
            end()
            time.sleep(_GRACE_S)
            os._exit(1)

        threading.Thread(target=watch, name="lifeline", daemon=True).start()
