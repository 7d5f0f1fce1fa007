"""What is only looked at: the page, its files, and every table as JSON. The same for the laptop and for viewers."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ground.map.library import MapLibrary
from ground.web.hub import Hub, Listener
from ground.web.series import COLUMNS as SERIES_COLUMNS
from ground.web.watched_track import WatchedTrack

HERE = Path(__file__).parent
_PLACE_OF_TOKEN = "{{token}}"
_FRAMES = 200
_MOST_FRAMES = 400


class Files(StaticFiles):
    """Files of a folder, never kept without asking whether they are still the same."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        response = super().file_response(*arguments, **named)
        response.headers["Cache-Control"] = "no-cache"
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        if any(part.startswith(".") or part.endswith(".py") for part in Path(path).parts):
            raise HTTPException(404)
        return await super().get_response(path, scope)


class Views:
    """viewer: what is shown to other machines. token: put into the page; empty for viewers."""

    def __init__(self, hub: Hub, viewer: bool, token: str = "") -> None:
        self.hub = hub
        self.viewer = viewer
        self._token = token
        self._maps = MapLibrary(hub.folder)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.page),
            Route("/api/state", self.state),
            Route("/api/track", self.track),
            Route("/api/events", self.events),
            Route("/api/series", self.series),
            Route("/api/frames", self.frames),
            Route("/api/mission", self.mission),
            Route("/api/stream", self.stream),
            Mount("/static", Files(directory=HERE / "static", check_dir=False)),
            Mount("/vendor", Files(directory=HERE / "vendor", check_dir=False)),
            Route("/map/index.json", self.maps),
            Route("/map/{name}", self.map),
        ]

    async def page(self, request: Request) -> Response:
        try:
            text = (HERE / "static" / "index.html").read_text(encoding="utf-8")
        except OSError:
            text = "<!doctype html><title>Samara</title><p>The page is not installed."
        return HTMLResponse(text.replace(_PLACE_OF_TOKEN, self._token))

    async def state(self, request: Request) -> Response:
        return _json(self.hub.state(self.viewer))

    async def track(self, request: Request) -> Response:
        return _json(self.hub.track(_number(request, "from")))

    async def events(self, request: Request) -> Response:
        return _json(self.hub.events(_number(request, "from")))

    async def series(self, request: Request) -> Response:
        station = self.hub.station
        since = _number(request, "from")
        with station.lock:
            track = station.track
            series = track.series if isinstance(track, WatchedTrack) else None
            count = 0 if series is None else len(series)
            since = since if since <= count else 0
            rows = [] if series is None else series.rows(since)
        told = {"columns": SERIES_COLUMNS, "from": since, "rows": rows, "next": count}
        return _json({"generation": station.generation, **told})

    async def frames(self, request: Request) -> Response:
        station = self.hub.station
        count = min(_number(request, "last", _FRAMES), _MOST_FRAMES)
        with station.lock:
            now_ns = station.now_ns
            newest = list(station.frames)[-count:] if count else []
            rows = [
                {
                    "kind": record.kind,
                    "net": f"{record.net:04X}",
                    "sequence": record.sequence,
                    "mission_ms": record.mission_ms,
                    "age_s": round(max(0.0, (now_ns - record.monotonic_ns) / 1e9), 2),
                    "receiver": station.name_of(record.receiver),
                    "order": record.order,
                    "hex": record.packet.hex(),
                    "values": record.values,
                }
                for record in newest
            ]
        return _json({"rows": rows})

    async def mission(self, request: Request) -> Response:
        return _json(self.hub.mission.document)

    async def maps(self, request: Request) -> Response:
        return _json(await asyncio.to_thread(self._maps.catalogue))

    async def map(self, request: Request) -> Response:
        """Parts of a file, as the map asks for them."""
        path = await asyncio.to_thread(self._maps.path, request.path_params["name"])
        if path is None:
            raise HTTPException(404)
        kind = "application/json" if path.suffix == ".json" else "application/octet-stream"
        return FileResponse(path, media_type=kind, headers={"Cache-Control": "no-cache"})

    async def stream(self, request: Request) -> Response:
        last = request.headers.get("last-event-id", "")
        resume = int(last) if last.isascii() and last.isdigit() and len(last) < 20 else None
        listener = self.hub.listen(self.viewer, resume)
        return StreamingResponse(_messages(self.hub, listener), media_type="text/event-stream")


async def _messages(hub: Hub, listener: Listener) -> AsyncIterator[bytes]:
    try:
        yield b"retry: 500\n\n"
        while True:
            message = await listener.waiting.get()
            if message is None:
                return
            yield message
    finally:
        hub.forget(listener)


def _json(data: Any) -> Response:
    return Response(json.dumps(data, separators=(",", ":"), allow_nan=False), media_type="application/json")


def _number(request: Request, name: str, otherwise: int = 0) -> int:
    text = request.query_params.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise HTTPException(400, f"{name} is a whole number")
    return int(text)


async def refused(request: Request, error: Exception) -> Response:
    """Every error as a sentence."""
    assert isinstance(error, HTTPException)
    words = error.detail if error.status_code != 404 else "There is no such thing here."
    return JSONResponse({"words": words}, error.status_code)
