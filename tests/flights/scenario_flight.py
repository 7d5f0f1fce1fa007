"""A scenario flown without a serial port: the flight process, its bytes into the ground's receiver, and the report."""

import io
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

from firmware.protocol.backup_writer import backup_of
from ground.flight_report import make_report
from ground.link_figures import link_figures
from ground.mission_file import read_mission_file
from ground.raw_log import RECEIVED, Chunk
from ground.receiver import Receiver
from ground.simulation import PROJECT, flight_command, micropython, radio_of
from ground.track import Track
from hardware.simulated import scenarios
from hardware.simulated.flight import fly

NAMED = {row["name"]: row for row in scenarios.SCENARIOS}


class ScenarioFlight:
    """Flies at once. `report` is that of `samara fly`, `track` what the ground heard, `truth` the lines of the file.

    changes: of the scenario; a value that is a function is given what stands there. mission: function(text) for
    another mission than the scenario's own.
    """

    def __init__(self, name, folder, on_micropython=False, mission=None, **changes):
        setup = dict(NAMED[name], speed=0)
        for key, value in changes.items():
            setup[key] = value(setup[key]) if callable(value) else value
        path = PROJECT / "missions" / setup["mission"]
        if mission is not None:
            text = mission(path.read_text())
            assert text != path.read_text(), "this changes nothing"
            path = Path(folder) / "changed.toml"
            path.write_text(text)
        self.mission = read_mission_file(path)
        plan = self.mission.mission
        setup["mission_bin"] = str(Path(folder) / "mission.bin")
        Path(setup["mission_bin"]).write_bytes(self.mission.data)
        if plan.backup_ms:
            setup["backup_bin"] = str(Path(folder) / "backup.bin")
            Path(setup["backup_bin"]).write_bytes(backup_of(plan))
        setup.setdefault("after_landing_s", 600)
        setup.update(radio_of(plan))
        if setup.get("channel") or setup.get("crew"):
            setup["sent"] = str(Path(folder) / "sent.bin")
        setup["longest_s"] = setup["launch_s"] + plan.end_ms // 1000 + 3600
        downlink, self.truth = (_elsewhere if on_micropython else _here)(setup, Path(folder))
        receiver = Receiver()
        self.track = Track(plan.net)
        for record in receiver.feed(Chunk(downlink, 0, 0, RECEIVED)):
            self.track.update(record)
        station = SimpleNamespace(track=self.track, receiver=receiver)
        self.link = None
        if setup.get("sent"):
            self.link = link_figures(Path(setup["sent"]).read_bytes(), downlink, self.truth[-1])
        self.report = make_report(station, plan, self.truth, setup, 1.0, None, self.link)

    @property
    def unmet(self):
        """The lines of the timeline that did not happen, each with what was found."""
        return [f"{line['what']}: {line['found']}" for line in self.report["expectations"] if not line["met"]]


def _here(setup, folder):
    downlink, truth = bytearray(), io.StringIO()
    if setup.get("sent"):
        with Path(setup["sent"]).open("wb") as sent:
            fly(setup, downlink.extend, truth, sent_file=sent)
    else:
        fly(setup, downlink.extend, truth)
    return bytes(downlink), [json.loads(line) for line in truth.getvalue().splitlines()]


def _elsewhere(setup, folder):
    """On MicroPython, which is faster; where there is none, here."""
    if micropython() is None:
        return _here(setup, folder)
    setup_path = folder / "setup.json"
    setup_path.write_text(json.dumps(dict(setup, truth=str(folder / "truth.jsonl"))))
    command, environment = flight_command("micropython", folder)
    with (folder / "downlink.bin").open("wb") as downlink:
        subprocess.run([*command, str(setup_path)], env=environment, cwd=PROJECT, stdout=downlink, check=True)
    truth = (folder / "truth.jsonl").read_text().splitlines()
    return (folder / "downlink.bin").read_bytes(), [json.loads(line) for line in truth]
