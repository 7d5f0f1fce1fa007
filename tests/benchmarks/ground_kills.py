"""A running ground station loses each of its processes at random, and its port, many times: what that costs.

    python -m tests.benchmarks.ground_kills [--kills 100] [--pulls 50] [--seed 1]

A payload sends 20 frames a second into a pseudo-terminal meanwhile. A kill is SIGKILL; a pull closes both ends of the
terminal and puts another in its place a moment later.
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from firmware.protocol import framing
from ground.raw_log import RECEIVED, SENT, RawLogReader
from tests.ground import prepared_flight as prepared
from tests.ground.ground_house import House, Radio, wait_for
from tests.system.ground_killing import Killing, frames_in


def spread(seconds):
    """Least, median and greatest."""
    ordered = sorted(seconds) or [0.0]
    return f"{ordered[0]:.2f} / {ordered[len(ordered) // 2]:.2f} / {ordered[-1]:.2f} s"


def kill(radio, house, folder, count, dice):
    killing = Killing(radio, house, dice)
    for _ in range(count):
        killing.kill_one()
    killing.finish()
    heard = frames_in(folder)
    house.state(lambda state: state["link"]["frames"] == len(heard), "the page has caught up")
    wait_for(lambda: killing.stored() == len(set(heard)), "the store has caught up")
    sent_up = [chunk for chunk in RawLogReader(folder / "raw.log") if chunk.kind == SENT]
    print(f"{count} kills: " + ", ".join(f"{number} of {name}" for name, number in killing.killed.items()))
    print(f"  {len(killing.sent)} frames sent, {killing.lost} lost, the longest gap {killing.worst_gap_s:.2f} s")
    print(f"  the longest wait of a frame to be read: {killing.worst_wait_s:.2f} s; a closed port would lose that much")
    twice = len(heard) - len(set(heard))
    print(f"  {twice} logged twice; {len(sent_up)} sent to the balloon; page and store caught up")
    for name, away in killing.away_s.items():
        what = "read again" if name == "link" else "was begun again"
        print(f"  until {name} {what} (least / median / greatest): {spread(away)}")


def received(folder):
    return sum(len(chunk.data) for chunk in RawLogReader(folder / "raw.log") if chunk.kind == RECEIVED)


def pull(radio, house, folder, count, dice):
    packets = prepared.flight_packets(until_ms=200_000)
    back = []
    for at in range(count):
        radio.send(framing.encode(packets[at]))
        time.sleep(dice.uniform(0.0, 0.3))
        radio.unplug()
        time.sleep(dice.uniform(0.2, 1.0))
        before = received(folder)
        radio.plug_in()
        since = time.monotonic()
        while received(folder) <= before:
            radio.send(b"\0")
            time.sleep(0.01)
            assert time.monotonic() - since < 30, "it does not come back"
        back.append(time.monotonic() - since)
    house.state(lambda state: state["receivers"][0]["up"], "the page says that it is back")
    print(f"{count} pulls: back after (least / median / greatest) {spread(back)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pulls", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    dice = random.Random(told.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        radio = Radio(folder / "ttyRADIO")
        house = House(radio.path, "--log", folder / "log")
        house.folder = folder / "log"
        try:
            house.state(lambda state: state["receivers"] and state["receivers"][0]["up"], "the port is open")
            kill(radio, house, folder / "log", told.kills, dice)
            pull(radio, house, folder / "log", told.pulls, dice)
        finally:
            house.close()
            radio.unplug()


if __name__ == "__main__":
    main()
