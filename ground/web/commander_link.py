"""The page's line to the commander: what it says of itself comes in, and what a person asks for is passed on as it is.

Nothing here knows a key, makes a frame or decides anything.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

_AGAIN_S = 0.3
_ANSWER_S = 5.0
_LONGEST_LINE = 1 << 20
_LOOK_FIRST = "look at the news whether it was begun, before you ask again."

_UNKNOWN = {"available": False, "why": "the commander has not answered yet", "current": None, "confirm_words": None}


class CommanderLink:
    """`state` is for the page. In the loop of the server."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.state: dict[str, Any] = dict(_UNKNOWN)
        self._changed: Callable[[], None] = lambda: None
        self._task: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0

    def start(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._task = asyncio.create_task(self._keep_connected())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def ask(self, line: dict[str, Any]) -> dict[str, Any]:
        """Its answer: {"ok": true}, or {"ok": false, "words": why not}. A question is put once, and never repeated."""
        writer = self._writer
        if writer is None:
            return {"ok": False, "words": "The commander does not run now; nothing was sent."}
        self._asked += 1
        number = self._asked
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        try:
            writer.write(json.dumps({**line, "ask": number}).encode() + b"\n")
            await writer.drain()
            return await asyncio.wait_for(answer, _ANSWER_S)
        except (OSError, TimeoutError):
            return {
                "ok": False,
                "words": "The commander did not answer: look whether it was begun before you ask again.",
            }
        finally:
            self._answers.pop(number, None)

    async def _keep_connected(self) -> None:
        while True:
            with contextlib.suppress(OSError, ValueError):
                reader, self._writer = await asyncio.open_unix_connection(self._path, limit=_LONGEST_LINE)
                try:
                    while line := await reader.readline():
                        self._take(json.loads(line))
                finally:
                    self._writer.close()
                    self._writer = None
            self._lost()
            await asyncio.sleep(_AGAIN_S)

    def _take(self, told: dict[str, Any]) -> None:
        if "ask" in told:
            answer = self._answers.get(told["ask"])
            if answer is not None and not answer.done():
                answer.set_result(told)
        elif "command" in told:
            self.state = told["command"]
            self._changed()

    def _lost(self) -> None:
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result({"ok": False, "words": f"The commander ended: {_LOOK_FIRST}"})
        current = self.state.get("current")
        self.state = {**_UNKNOWN, "why": "the commander does not run now", "current": current}
        self._changed()
