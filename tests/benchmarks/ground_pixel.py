"""How soon a byte on the port is a pixel: samara ground, a real browser on its driving screen, ten frames a second.

python -m tests.benchmarks.ground_pixel [--frames 300]
"""

import argparse
import select
import shutil
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from firmware.protocol import framing
from ground.raw_log import Chunk
from ground.receiver import Receiver
from tests.benchmarks.ground_page import part
from tests.ground import prepared_flight as prepared
from tests.ground.ground_house import House, Radio

_APART_S = 0.1
# When each height was drawn: the text changes, and the next frame of the screen shows it.
_WATCH = """
addEventListener('DOMContentLoaded', () => {
  window.drawn = {};
  new MutationObserver(() => {
    const text = document.querySelector('.height-room .figure-text')?.textContent.replace(/\\D/g, '');
    if (text && !(text in window.drawn)) {
      window.drawn[text] = 0;
      requestAnimationFrame(() => { window.drawn[text] = performance.timeOrigin + performance.now(); });
    }
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true });
});
"""


def heights(packets):
    """The altitude that each packet tells."""
    receiver = Receiver()
    return [receiver.feed(Chunk(framing.encode(one), 1, 1))[0].values["altitude_m"] for one in packets]


def measure(folder, count):
    """Seconds from handing a frame to the port until its height is drawn; and how many never were."""
    packets = [one for one in prepared.flight_packets(until_ms=20_000 * count) if len(one) > 40]
    told = heights(packets)
    chosen = []
    for packet, height in zip(packets, told, strict=True):
        if height is not None and height not in [row[1] for row in chosen]:
            chosen.append((packet, height))
    chosen = chosen[:count]
    radio = Radio(folder / "ttyRADIO")
    house = House(radio.path, "--log", folder / "live")
    try:
        house.state(lambda state: state["receivers"] and state["receivers"][0]["up"], "the port is open")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"),
                args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
            )
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.add_init_script(_WATCH)
            page.goto(house.told["url"])
            page.wait_for_selector(".height-room")
            sent = {}
            at = time.monotonic() + 1
            for packet, height in chosen:
                select.select([], [], [], max(0.0, at - time.monotonic()))
                at += _APART_S
                sent[str(height)] = time.time()
                radio.send(framing.encode(packet))
            page.wait_for_timeout(1000)
            drawn = page.evaluate("window.drawn")
            browser.close()
    finally:
        house.close()
        radio.unplug()
    found = [drawn[height] / 1000 - at for height, at in sent.items() if drawn.get(height)]
    return found, len(sent) - len(found)


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ground_pixel", description=__doc__)
    parser.add_argument("--frames", type=int, default=300)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        found, missed = measure(Path(name), options.frames)
    print(
        f"byte in to pixel out, {len(found)} frames {_APART_S:.1f} s apart: median {part(found, 50):.0f} ms, "
        f"p95 {part(found, 95):.0f} ms, most {max(found) * 1000:.0f} ms; {missed} drawn over by the next"
    )


if __name__ == "__main__":
    main()
