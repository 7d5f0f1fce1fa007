"""The process that serves the page: follows a log or plays one, and holds no key.

python -m ground.web.web_process        the first line of standard input says how, as JSON (house/orders.py);
                                        when standard input ends, so does the process
"""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from ground import raw_log
from ground.house.lifeline import Lifeline
from ground.house.shut_out import shut_out
from ground.log_follower import LogFollower
from ground.web.commander_link import CommanderLink
from ground.web.hub import Hub
from ground.web.lan import LanAddress, lan_app
from ground.web.log_station import ChunkSource
from ground.web.mission import MissionWords
from ground.web.replay_source import ReplaySource
from ground.web.server import laptop_app


class _Server(uvicorn.Server):
    """Two in one loop: signals are the process's affair."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: ASGIApp) -> _Server:
    # Without a time-out an open stream would keep it from ever ending.
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=30,
    )
    return _Server(config)


async def serve(orders: dict[str, Any], lifeline: Lifeline) -> None:
    """Until a signal, or until whoever began it is gone."""
    folder = Path(orders["log"])
    replay = orders.get("replay")
    source: ChunkSource
    if replay is None:
        source = LogFollower(folder / raw_log.NAME)
    else:
        source = ReplaySource(Path(replay["path"]), replay["speed"])
    mission = MissionWords(None if orders.get("mission") is None else Path(orders["mission"]))
    commander = None if orders.get("commander") is None else CommanderLink(orders["commander"])
    hub = Hub(source, folder, mission, commander, keeps=replay is None)
    lan = None if orders.get("lan_fd") is None else LanAddress(orders["lan_port"], orders["pin"])
    sockets = [socket.socket(fileno=orders["fd"])]
    servers = [_server(laptop_app(hub, orders["token"], lan))]
    if lan is not None:
        sockets.append(socket.socket(fileno=orders["lan_fd"]))
        servers.append(_server(lan_app(hub, lan.pin)))
    loop = asyncio.get_running_loop()

    def end() -> None:
        hub.end_streams()
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    lifeline.when_cut(lambda: loop.call_soon_threadsafe(end))
    await hub.start()
    try:
        await asyncio.gather(*(one.serve([where]) for one, where in zip(servers, sockets, strict=True)))
    finally:
        await hub.close()


def main() -> None:
    lifeline = Lifeline()
    orders = lifeline.orders()
    # Before anything of a browser or a payload is read.
    shut_out(Path(orders["closed"]), Path(orders["log"]))
    asyncio.run(serve(orders, lifeline))


if __name__ == "__main__":
    main()
