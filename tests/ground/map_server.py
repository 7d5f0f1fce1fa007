"""The maps, the vendored modules and the page's own modules from a real server, under the page's policy."""

import http.client
import socket
import threading

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ground.map.library import SHIPPED
from ground.map.served import routes
from ground.web.security import HEADERS

WEB = SHIPPED.parent
TYPES = {"html": "text/html", "js": "text/javascript", "css": "text/css"}


class MapServer:
    """files: what a test adds, by the name under which it is served."""

    def __init__(self, log_folder, files=None):
        self.files = files or {}
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        everything = [
            *routes(log_folder),
            Mount("/vendor", StaticFiles(directory=WEB / "vendor")),
            Mount("/static", StaticFiles(directory=WEB / "static")),
            *(Route(f"/{name}", self._file) for name in self.files),
        ]
        config = uvicorn.Config(
            Starlette(routes=everything),
            log_level="error",
            lifespan="off",
            ws="none",
            headers=list(HEADERS),
            timeout_graceful_shutdown=1,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]})
        self.thread.start()

    def _file(self, request):
        name = request.url.path[1:]
        return Response(self.files[name], media_type=TYPES[name.rpartition(".")[2]])

    def get(self, path, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.socket.getsockname()[1])
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def close(self):
        self.server.should_exit = True
        self.thread.join()
        self.socket.close()
