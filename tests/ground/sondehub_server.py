"""A stand-in for SondeHub-Amateur on this machine: it answers as it is told, and remembers what it was given."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class SondeHubServer:
    """`moods` are used up one a request, then `mood` holds: a status, or "silent", "hang up", "garbage".

    `accepted`: rows that it said yes to. `requests`: of everything that came, rows and headers.
    """

    def __init__(self):
        self.mood = 200
        self.moods = []
        self.refuse = lambda row: None  # with 202: a reason, or None
        self.poison = lambda row: False  # rows over which it fails, as the real one does over a row without lat
        self.accepted = []
        self.requests = []
        self.arrived = threading.Condition()
        self._released = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self):
                owner.answer(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self._server.server_port}/amateur/telemetry"

    def answer(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        rows = json.loads(gzip.decompress(body))
        mood = self.moods.pop(0) if self.moods else self.mood
        refused = [(row, self.refuse(row)) for row in rows if self.refuse(row)] if mood == 202 else []
        if mood in (200, 202) and any(self.poison(row) for row in rows):
            mood = 500
        if mood in (200, 202):
            self.accepted += [row for row in rows if row not in [bad for bad, _ in refused]]
        with self.arrived:
            self.requests.append((rows, dict(request.headers)))
            self.arrived.notify_all()
        if mood == "silent":
            self._released.wait()
            return
        if mood == "hang up":
            return
        if mood == 202:
            errors = [{"error_message": why, "payload": {**row, "position": "1,2"}} for row, why in refused]
            self._say(request, 202, json.dumps({"message": "some", "errors": errors, "warnings": []}).encode())
        elif mood == "garbage":
            self._say(request, 202, b"<html>\xff")
        else:
            self._say(request, mood, b"^v^ telm logged" if mood == 200 else b"Server error")

    @staticmethod
    def _say(request, status, body):
        request.send_response(status)
        request.send_header("Content-Length", str(len(body)))
        if status in (301, 307):
            request.send_header("Location", "http://127.0.0.1:9/elsewhere")
        if status == 429:
            request.send_header("Retry-After", "90")
        request.end_headers()
        request.wfile.write(body)

    def wait_for(self, requests):
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.requests) >= requests, 60), "nobody came"

    def close(self):
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
