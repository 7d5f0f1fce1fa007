"""One batch to SondeHub-Amateur and what came of it: PUT of a gzip'd JSON array, as the wiki of sondehub-infra has it.

200: all taken. 202: taken, but for the rows that the answer names. Other 4xx: refused. None of these is sent again.
5xx, 408, 429, a redirect (urllib follows none of a PUT) and silence: again later.
"""

import gzip
import http.client
import json
import urllib.error
import urllib.request
from email.utils import formatdate
from typing import Any, NamedTuple

DONE = "done"
BUSY = "busy"  # the server says that it cannot now
SILENT = "silent"  # no server, no network, no answer in time

_LATER = (408, 425, 429)
_LARGEST_ANSWER = 4_000_000
_LONGEST_WORDS = 200


class Answer(NamedTuple):
    """refused: index in the batch -> why. wait_s: how long the server asks to be left alone."""

    kind: str
    words: str
    refused: dict[int, str]
    wait_s: float = 0.0


class SondeHub:
    def __init__(self, server: str, agent: str, timeout_s: float = 20.0) -> None:
        self._server = server
        self._agent = agent
        self._timeout_s = timeout_s

    def put(self, rows: list[dict[str, Any]]) -> Answer:
        """Blocks for the timeout at most. Never raises for what a network or a server does."""
        request = urllib.request.Request(
            self._server,
            data=gzip.compress(json.dumps(rows, allow_nan=False).encode()),
            method="PUT",
            headers={
                "Content-Type": "application/json",
                "Content-Encoding": "gzip",
                "User-Agent": self._agent,
                "Date": formatdate(usegmt=True),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as response:
                return _answer(response.status, response.read(_LARGEST_ANSWER), rows, 0.0)
        except urllib.error.HTTPError as error:
            try:
                body = error.read(_LARGEST_ANSWER)
            except (OSError, http.client.HTTPException):
                body = b""
            return _answer(error.code, body, rows, _seconds(error.headers.get("Retry-After")))
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            return Answer(SILENT, f"no answer ({str(reason) or type(reason).__name__})"[:_LONGEST_WORDS], {})


def _answer(status: int, body: bytes, rows: list[dict[str, Any]], wait_s: float) -> Answer:
    text = " ".join(body[:_LONGEST_WORDS].decode(errors="replace").split())
    if status >= 500 or 300 <= status < 400 or status in _LATER:
        return Answer(BUSY, f"{status} {text}".strip(), {}, wait_s)
    if status >= 400:
        return Answer(DONE, f"{status} {text}".strip(), dict.fromkeys(range(len(rows)), f"{status} {text}".strip()))
    if status == 202:
        return Answer(DONE, "202 with remarks", _refusals(body, rows))
    return Answer(DONE, str(status), {})


def _refusals(body: bytes, rows: list[dict[str, Any]]) -> dict[int, str]:
    """The rows that an answer's errors name: each error repeats its row, with more in it. Warnings are no errors."""
    try:
        errors = json.loads(body)["errors"]
        named = {_identity(one["payload"]): str(one["error_message"])[:_LONGEST_WORDS] for one in errors}
    except (ValueError, KeyError, TypeError):
        return {}  # taken, as 202 says, whatever else it says
    return {at: named[_identity(row)] for at, row in enumerate(rows) if _identity(row) in named}


def _identity(row: dict[str, Any]) -> tuple[Any, ...]:
    return row.get("payload_callsign"), row.get("datetime"), row.get("frame")


def _seconds(text: str | None) -> float:
    return min(600.0, float(text)) if text is not None and text.isdigit() else 0.0
