"""The view for phones: another app on another port, with a PIN, in which there is nothing to command or to change."""

import hmac
import io
import ipaddress
import socket
import time
from collections import deque

import segno
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ground.web.hub import Hub
from ground.web.security import Guard, Refusal
from ground.web.views import Views, refused

_COOKIE = "samara-view"
_TRIES = 10  # of a PIN, by everybody together
_TRIES_S = 60.0
_ASK = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Samara</title><link rel="stylesheet" href="/pin.css"></head>
<body><form method="get" action="/"><h1>Samara</h1><p>{words}</p>
<p><input name="pin" inputmode="numeric" autocomplete="off" autofocus aria-label="PIN"> <button>Look on</button></p>
</form></body></html>
"""
_STYLE = """body{font:1.2rem system-ui,sans-serif;background:#10151b;color:#e8edf2;display:grid;place-items:center;
min-height:90vh}input,button{font:inherit;padding:.6rem;min-height:44px}input{width:9ch}
"""


class LanAddress:
    """Where phones find it. `url` with the PIN in it is what the QR code says."""

    def __init__(self, port: int, pin: str) -> None:
        self.port = port
        self.pin = pin

    @property
    def url(self) -> str:
        return f"http://{own_address()}:{self.port}/"

    def picture(self) -> bytes:
        out = io.BytesIO()
        segno.make(f"{self.url}?pin={self.pin}", error="m").save(out, kind="svg", scale=6, border=3, light="#fff")
        return out.getvalue()


def own_address() -> str:
    """The address by which others of this network reach this machine; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(("192.0.2.1", 9))
            return str(trial.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def lan_app(hub: Hub, pin: str) -> ASGIApp:
    """Behind its guard and its PIN."""
    views = Views(hub, viewer=True)
    app = Starlette(routes=views.routes(), exception_handlers={HTTPException: refused})
    return LanGuard(Pin(app, pin), token=None)


class LanGuard(Guard):
    """Asked for by an address: a name could be anybody's that points here (DNS rebinding)."""

    def look(self, scope: Scope) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            known = scope["path"] in ("/", "/api/state", "/api/stream")
            raise Refusal(405 if known else 404, "Here one only looks on.")
        super().look(scope)

    def _is_ours(self, host: str, scope: Scope) -> bool:
        name, _, port = host.rpartition(":") if ":" in host and not host.endswith("]") else (host, "", "")
        if port not in ("", str(scope.get("server", ("", 0))[1])):
            return False
        if name.lower() in (*self.names, socket.gethostname().lower(), f"{socket.gethostname().lower()}.local"):
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True


class Pin:
    """Around an app: who has not said the PIN gets a page that asks for it, and nothing else."""

    def __init__(self, app: ASGIApp, pin: str) -> None:
        self.app = app
        self._pin = pin.encode()
        self._cookie = hmac.new(self._pin, b"samara view " + str(time.time_ns()).encode(), "sha256").hexdigest()
        self._tries: deque[float] = deque(maxlen=_TRIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._is_known(scope):
            await self.app(scope, receive, send)
            return
        await self._ask(Request(scope))(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        cookies = Headers(scope=scope).get("cookie", "")
        told = [part.strip().partition("=")[2] for part in cookies.split(";") if part.strip().startswith(_COOKIE)]
        return any(hmac.compare_digest(one.encode(), self._cookie.encode()) for one in told)

    def _ask(self, request: Request) -> Response:
        if request.url.path == "/pin.css":
            return Response(_STYLE, media_type="text/css")
        if request.url.path != "/":
            return HTMLResponse("", 401)
        told = request.query_params.get("pin")
        if told is None:
            return HTMLResponse(_ASK.format(words="The PIN is on the laptop's page."), 401)
        now = time.monotonic()
        if len(self._tries) == _TRIES and now - self._tries[0] < _TRIES_S:
            return HTMLResponse(_ASK.format(words="Too many wrong PINs: wait a minute."), 429)
        if not hmac.compare_digest(told.strip().encode(), self._pin):
            self._tries.append(now)
            return HTMLResponse(_ASK.format(words="That is not the PIN."), 401)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(_COOKIE, self._cookie, httponly=True, samesite="strict", max_age=86400)
        return answer
