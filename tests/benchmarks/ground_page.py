"""How quick the page's server is: from a byte on the port to the event of a stream, and with half a day in the log.

python -m tests.benchmarks.ground_page [--frames 300] [--hours 12]
"""

import argparse
import os
import select
import tempfile
import time
from pathlib import Path

from firmware.protocol import framing
from ground.raw_log import NOTE, Chunk, RawLog, listening_note
from ground.uptime import uptime_ns
from tests.ground import prepared_flight as prepared
from tests.ground.ground_house import House, Radio

PAGE = ("/", "/static/shell.js", "/api/state", "/api/track?from=0", "/api/events?from=0", "/api/series", "/api/mission")


def part(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] * 1000


def latency(folder, count, apart_s=0.1):
    radio = Radio(folder / "ttyRADIO")
    house = House(radio.path, "--log", folder / "live")
    found = []
    try:
        house.state(lambda state: state["receivers"] and state["receivers"][0]["up"], "the port is open")
        stream = house.stream()
        packets = prepared.flight_packets(until_ms=1000 * count)
        at = time.monotonic()
        heard = 0
        for number, packet in enumerate(packets[:count]):
            at += apart_s
            select.select([], [], [], max(0.0, at - time.monotonic()))
            sent = time.monotonic()
            radio.send(framing.encode(packet))
            while heard < number + 1:
                heard = stream.next("state")[1]["link"]["frames"]
            found.append(time.monotonic() - sent)
            at = max(at, time.monotonic() - apart_s)
        stream.close()
    finally:
        house.close()
        radio.unplug()
    print(
        f"byte in to event out, {count} frames {apart_s:.1f} s apart: median {part(found, 50):.0f} ms, "
        f"p95 {part(found, 95):.0f} ms, most {max(found) * 1000:.0f} ms"
    )


def long_log(folder, hours, every_ms):
    packets = prepared.flight_packets(until_ms=int(hours * 3_600_000), every_ms=every_ms)
    folder.mkdir()
    log = RawLog(folder / "raw.log")
    wall_ns, first_ns = time.time_ns(), max(uptime_ns(), int((hours + 1) * 3600e9))
    log.append(Chunk(listening_note("ttyUSB0", "then"), wall_ns, first_ns, NOTE))
    for number, packet in enumerate(packets):
        ago_ns = (len(packets) - number) * every_ms * 1_000_000
        log.append(Chunk(framing.encode(packet), wall_ns - ago_ns, first_ns - ago_ns))
    log.close()
    return len(packets)


def opening(folder, hours, every_ms):
    frames = long_log(folder, hours, every_ms)
    begun = time.monotonic()
    house = House("--log", folder)
    try:
        house.ask("/")
        first_s = time.monotonic() - begun
        house.state()
        loaded_s = time.monotonic() - begun
        web = house.pids()["web"]
        ticks = Path(f"/proc/{web}/stat").read_text().rpartition(")")[2].split()
        cpu_s = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
        begun = time.monotonic()
        size = sum(len(house.ask(path).body) for path in PAGE)
        open_s = time.monotonic() - begun
        peak = next(line for line in Path(f"/proc/{web}/status").read_text().splitlines() if line.startswith("VmHWM"))
        print(
            f"{frames} frames of {hours:g} h: page served after {first_s:.1f} s, log read after {loaded_s:.1f} s "
            f"({cpu_s:.1f} s of work); then all that a page asks for in {open_s * 1000:.0f} ms, {size // 1000} kB; "
            f"{int(peak.split()[1]) // 1024} MB at the most"
        )
    finally:
        house.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--hours", type=float, default=12)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        latency(Path(name), told.frames)
        opening(Path(name) / "normal", told.hours, 360)
        opening(Path(name) / "most", told.hours, 100)


if __name__ == "__main__":
    main()
