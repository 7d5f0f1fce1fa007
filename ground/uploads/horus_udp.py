"""Horus UDP: a PAYLOAD_SUMMARY for chasemapper and its like, JSON in one datagram, port 55672 unless told otherwise.

By the wiki of chasemapper: speed in km/h and heading in degrees, -1 where unknown; time as HH:MM:SS, UTC.
"""

import json
import socket
from datetime import UTC, datetime
from typing import Any

from ground.uploads.points import Point

PORT = 55672
COMMENT = "Samara"


def summary(point: Point, callsign: str) -> dict[str, Any]:
    """What is unknown is left out, where the format has no word for it."""
    values = point.record.values
    speed_cm_s, course_cdeg = values["ground_speed_cm_s"], values["course_cdeg"]
    packet: dict[str, Any] = {
        "type": "PAYLOAD_SUMMARY",
        "callsign": callsign,
        "latitude": (values["latitude_e7"] or 0) / 1e7,
        "longitude": (values["longitude_e7"] or 0) / 1e7,
        "altitude": values["altitude_m"],
        "speed": -1 if speed_cm_s is None else round(speed_cm_s * 0.036, 1),
        "heading": -1 if course_cdeg is None else round(course_cdeg / 100, 1),
        "time": f"{datetime.fromtimestamp(point.utc_ms / 1000, UTC):%H:%M:%S}",
        "comment": COMMENT,
    }
    for name, field, part in (("sats", "satellites", 1), ("batt_voltage", "logic_mv", 1000), ("temp", "inside_c", 1)):
        value = values[field]
        if value is not None:
            packet[name] = value / part if part > 1 else value
    return packet


class HorusUdp:
    """Says it once and waits for nobody: whoever listens has it, and a network that is not there is no trouble."""

    def __init__(self, host: str, port: int = PORT) -> None:
        self._to = (host, port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.trouble: str | None = None

    def send(self, point: Point, callsign: str) -> None:
        try:
            self._socket.sendto(json.dumps(summary(point, callsign)).encode(), self._to)
            self.trouble = None
        except OSError as error:
            self.trouble = f"Horus UDP to {self._to[0]}:{self._to[1]} failed ({error.strerror or error})."

    def close(self) -> None:
        self._socket.close()
