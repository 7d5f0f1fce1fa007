"""The maps over HTTP: the list of what there is, and each file by name, in parts as PMTiles are read."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ground.map.library import MapLibrary

# Asked again each time whether it is still the same: a map may be built anew while the page is open.
_HEADERS = {"Cache-Control": "no-cache"}


def routes(log_folder: Path | None) -> list[BaseRoute]:
    """`/map/index.json` and `/map/NAME`. Plain functions: files are looked at on a thread, not in the server's loop."""
    library = MapLibrary(log_folder)

    def index(request: Request) -> Response:
        return JSONResponse(library.catalogue(), headers=_HEADERS)

    def file(request: Request) -> Response:
        path = library.path(request.path_params["name"])
        if path is None:
            raise HTTPException(404)
        return FileResponse(path, headers=_HEADERS)

    return [Route("/map/index.json", index), Route("/map/{name}", file)]
