"""Who may ask what of a page's server: checked before anything else, and headers that a browser holds everybody to.

A page of somebody else in the same browser is the attacker: it may send requests here, under another name of this
machine (DNS rebinding) or its own. Host, Origin and a token that only our own page can read keep it out.
"""

import hmac
import json
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-samara-token"
LARGEST_BODY = 65536
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")
_FOREIGN_SITES = ("cross-site", "same-site")
# Images and workers of the map are made by our own scripts, as blobs.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), serial=()"),
)


class Refusal(Exception):
    """A request that is not answered: its status and a sentence."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Guard:
    """Around an app. token: what every POST has to carry; None: there is nothing to be changed here, only looked at."""

    def __init__(self, app: ASGIApp, token: str | None, names: Iterable[str] = LOCAL_NAMES) -> None:
        """names: of this machine, by which a browser may ask for it."""
        self.app = app
        self.names = tuple(names)
        self._token = None if token is None else token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        try:
            self.look(scope)
            body = await _body(receive) if scope["method"] == "POST" else None
        except Refusal as refusal:
            await JSONResponse({"words": refusal.words}, refusal.status)(scope, receive, _with_headers(send))
            return
        await self.app(scope, receive if body is None else _again(body, receive), _with_headers(send))

    def look(self, scope: Scope) -> None:
        """Refusal when it is not to be answered."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(host, scope):
            raise Refusal(421, "This server is another one: ask for it as 127.0.0.1 or localhost.")
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            raise Refusal(403, "A page of somebody else may not ask here.")
        if headers.get("sec-fetch-site") in _FOREIGN_SITES and scope["path"].startswith("/api"):
            raise Refusal(403, "A page of somebody else may not ask here.")
        if scope["method"] in ("GET", "HEAD"):
            return
        if scope["method"] != "POST":
            raise Refusal(405, "This is only read, or told something by POST.")
        if self._token is None:
            return  # no route takes it
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token):
            raise Refusal(403, "The page's token is missing or old: load the page again.")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Refusal(415, "Only JSON is taken.")

    def _is_ours(self, host: str, scope: Scope) -> bool:
        name, _, port = host.rpartition(":") if host and not host.endswith("]") and ":" in host else (host, "", "")
        own_port = scope.get("server", ("", 0))[1]
        return name.lower() in self.names and port in ("", str(own_port))


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Refusal(400, "The request broke off.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise Refusal(413, "That is too long.")
        more = message.get("more_body", False)
    body = b"".join(parts)
    if body:
        try:
            if not isinstance(json.loads(body), dict):
                raise ValueError("no object")
        except ValueError as error:
            raise Refusal(400, "A JSON object is expected.") from error
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more for who is behind the guard."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS:
                headers[name] = value
            # What is shown now is never shown as now later; files are asked for again each time.
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sender
