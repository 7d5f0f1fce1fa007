"""The laptop's own page: everything that is looked at, and what is told by POST."""

import asyncio
import json
import math
import sys
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ground.web.hub import Hub
from ground.web.lan import LanAddress
from ground.web.preflight_view import preflight
from ground.web.replay_source import ReplaySource
from ground.web.security import Guard
from ground.web.views import Views, refused

_COMMAND_FIELDS = ("op", "place", "argument", "reason")
_MOST_SETTINGS = 8192
_FORMATS = {
    "kml": "application/vnd.google-earth.kml+xml",
    "gpx": "application/gpx+xml",
    "csv": "text/csv",
    "geojson": "application/geo+json",
}


def laptop_app(hub: Hub, token: str, lan: LanAddress | None) -> ASGIApp:
    """Behind its guard."""
    told = Told(hub, lan)
    routes = [
        *Views(hub, viewer=False, token=token).routes(),
        Route("/api/command", told.command, methods=["POST"]),
        Route("/api/command/cancel", told.cancel, methods=["POST"]),
        Route("/api/alarms/acknowledge", told.acknowledge, methods=["POST"]),
        Route("/api/alarms/test", told.test_alarm, methods=["POST"]),
        Route("/api/us", told.us, methods=["POST"]),
        Route("/api/settings", told.settings, methods=["POST"]),
        Route("/api/replay", told.replay, methods=["GET", "POST"]),
        Route("/api/preflight", told.preflight),
        Route("/api/export", told.export),
        Route("/api/lan", told.lan_address),
        Route("/lan.svg", told.lan_picture),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={HTTPException: refused}), token)


class Told:
    """What changes something, and what only this laptop may see."""

    def __init__(self, hub: Hub, lan: LanAddress | None) -> None:
        self.hub = hub
        self.lan = lan

    async def command(self, request: Request) -> Response:
        """Passed on to the commander as it is: who holds the key decides."""
        body = await _object(request)
        return await self._ask({"do": "start", **{name: body.get(name) for name in _COMMAND_FIELDS}})

    async def cancel(self, request: Request) -> Response:
        return await self._ask({"do": "cancel"})

    async def _ask(self, line: dict[str, Any]) -> Response:
        if self.hub.commander is None:
            return _refuse(self.hub.state()["command"]["why"], 409)
        answer = await self.hub.commander.ask(line)
        if answer.get("ok"):
            return JSONResponse({"ok": True})
        return _refuse(str(answer.get("words", "")), 409)

    async def acknowledge(self, request: Request) -> Response:
        body = await _object(request)
        if not self.hub.alarms.acknowledge(str(body.get("id", ""))):
            return _refuse("There is no such alarm.", 404)
        self.hub.wake()
        return JSONResponse({"ok": True})

    async def test_alarm(self, request: Request) -> Response:
        alarm = self.hub.alarms.test()
        self.hub.wake()
        return JSONResponse({"ok": True, "id": alarm["id"]})

    async def us(self, request: Request) -> Response:
        body = await _object(request)
        latitude, longitude = _degrees(body.get("latitude"), 90), _degrees(body.get("longitude"), 180)
        if body.get("latitude") is None and body.get("longitude") is None:
            place = None
        elif latitude is None or longitude is None:
            return _refuse("A place is a latitude and a longitude in degrees.", 400)
        else:
            place = {"latitude": latitude, "longitude": longitude}
        return self._kept(self.hub.kept.put("us", place))

    async def settings(self, request: Request) -> Response:
        body = await _object(request)
        settings = {**self.hub.kept.values.get("settings", {}), **body}
        if len(json.dumps(settings)) > _MOST_SETTINGS:
            return _refuse("These are too many settings.", 400)
        return self._kept(self.hub.kept.put("settings", settings))

    def _kept(self, trouble: str | None) -> Response:
        self.hub.wake()
        return JSONResponse({"ok": True, "words": trouble or ""})

    async def replay(self, request: Request) -> Response:
        source = self.hub.source
        if not isinstance(source, ReplaySource):
            return _refuse("This is no replay.", 404)
        if request.method == "POST":
            body = await _object(request)
            speed, position = (_finite(body.get(name)) for name in ("speed", "position"))
            if (speed is None) != (body.get("speed") is None) or (position is None) != (body.get("position") is None):
                return _refuse("speed is a number of times, position a part of the whole from 0 to 1.", 400)
            source.set(speed, position)
            self.hub.wake()
        length_s = source.length_ns / 1e9
        told = {"speed": source.speed, "position": source.position, "length_s": length_s, "playing": source.speed > 0}
        return JSONResponse({"ok": True, **told})

    async def preflight(self, request: Request) -> Response:
        return JSONResponse(await asyncio.to_thread(preflight, self.hub))

    async def export(self, request: Request) -> Response:
        """Written by a process of its own: the page's server stays small and quick."""
        form = request.query_params.get("format", "")
        if form not in _FORMATS:
            return _refuse(f"A format is one of {', '.join(_FORMATS)}.", 400)
        word = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in self.hub.folder.name)
        headers = {"Content-Disposition": f'attachment; filename="{word or "flight"}.{form}"'}
        if request.method == "HEAD":
            return Response(media_type=_FORMATS[form], headers=headers)
        command = (sys.executable, "-m", "ground.cli", "export", str(self.hub.source.path), f"--{form}")  # type: ignore[attr-defined]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        written, errors = await process.communicate()
        if process.returncode:
            lines = errors.decode(errors="replace").strip().splitlines()
            return _refuse(lines[-1] if lines else "It could not be written.", 409)
        return Response(written, media_type=_FORMATS[form], headers=headers)

    async def lan_address(self, request: Request) -> Response:
        if self.lan is None:
            return JSONResponse({"on": False, "words": "Start it with --lan to let phones look on."})
        return JSONResponse({"on": True, "url": self.lan.url, "pin": self.lan.pin, "picture": "/lan.svg"})

    async def lan_picture(self, request: Request) -> Response:
        if self.lan is None:
            return _refuse("Nobody else is let in.", 404)
        return Response(self.lan.picture(), media_type="image/svg+xml")


async def _object(request: Request) -> dict[str, Any]:
    body = await request.body()
    read = json.loads(body) if body else {}
    return read if isinstance(read, dict) else {}


def _refuse(words: str, status: int) -> Response:
    return JSONResponse({"ok": False, "words": words}, status)


def _finite(value: Any) -> float | None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and math.isfinite(value) else None


def _degrees(value: Any, most: float) -> float | None:
    number = _finite(value)
    return number if number is not None and abs(number) <= most else None
