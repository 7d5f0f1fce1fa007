"""The ground's way of the data: a flight's bytes through receiver and store."""

import tempfile
import time
from pathlib import Path

from firmware.protocol import framing, telemetry
from ground.flight_store import FlightStore
from ground.raw_log import Chunk
from ground.receiver import Receiver

_FRAMES = 10_000


def _flight():
    payload = bytearray(telemetry.FIX_LAYOUT.size)
    values = dict.fromkeys(telemetry.FIX_LAYOUT.names, 1)
    frames = []
    for number in range(_FRAMES):
        values["latitude_e7"] = 500000000 + number
        telemetry.FIX_LAYOUT.pack_into(payload, 0, values)
        frames.append(framing.encode(framing.header(telemetry.FIX, 0x1234, number, number * 1000) + payload))
    return b"".join(frames)


def rows(_quick):
    data = _flight()
    with tempfile.TemporaryDirectory() as name:
        receiver, store = Receiver(), FlightStore(Path(name) / "flight.sqlite")
        start = time.perf_counter()
        for at in range(0, len(data), 4096):
            store.add(receiver.feed(Chunk(data[at : at + 4096], at, at)))
        store.commit()
        spent_s = time.perf_counter() - start
        store.close()
    return [{"name": "frames through receiver and store", "value": _FRAMES / spent_s, "unit": "a second"}]
