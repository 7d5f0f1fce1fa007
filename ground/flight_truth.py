"""What truly happened in a simulated flight: the truth file of hardware/simulated/flight.py, as pulses and facts."""

from dataclasses import dataclass
from typing import Any

from firmware.protocol import words

BACKUP_OUTPUT = 9  # of the independent backup, beside those of the board
PRIMARY, BACKUP = "primary", "backup"
_LET_GO = ("parted", "released")
_RESULT_NAMES = {number: name for number, name, _ in words.COMMAND_RESULTS}


@dataclass(frozen=True)
class Pulse:
    """FIRE of one output, on and off again; where the balloon was then. off_us is None where it never went off."""

    output: int
    at_us: int
    off_us: int | None
    let_go: bool  # something fell in it
    latitude: float
    longitude: float
    altitude_m: float

    @property
    def length_ms(self) -> int | None:
        return None if self.off_us is None else (self.off_us - self.at_us) // 1000

    @property
    def by(self) -> str:
        return BACKUP if self.output == BACKUP_OUTPUT else PRIMARY


@dataclass(frozen=True)
class Sound:
    """A time in which the buzzer was never silent for 3 s, and its longest tone."""

    at_us: int
    until_us: int
    longest_ms: int


class Truth:
    """lines: of the truth file. setup: the scenario that was flown. `end` is the summary, None where it died."""

    def __init__(self, lines: list[dict[str, Any]], setup: dict[str, Any]) -> None:
        self._lines = lines
        self.end = lines[-1] if lines and lines[-1]["what"] == "end" else None
        self.start_unix_s: int = setup["start_unix_s"]
        self._ending = {row[0] for row in setup["wires"] if not row[1]} | {BACKUP_OUTPUT}
        self.boots = [line["at_us"] for line in lines if line["what"] == "boot"]
        self.faults = [line["name"] for line in lines if line["what"] == "fault"]
        self.orders = [_order(line) for line in lines if line["what"] == "order"]
        self.pulses = self._pulses()
        self.sounds = [
            Sound(line["at_us"], line["until_us"], line["longest_ms"]) for line in lines if line["what"] == "sound"
        ]

    @property
    def launched_us(self) -> int | None:
        """Lift-off, in microseconds of the simulation."""
        return None if self.end is None else self.end["launched_us"]

    @property
    def ended_by(self) -> str | None:
        """Which of the two ended the flight; None where it came down by itself."""
        fell_us = None if self.end is None else self.end["descending_us"]
        for line in self._lines:
            if line["what"] == "parted" and line["output"] in self._ending:
                if fell_us is None or line["at_us"] <= fell_us:
                    return BACKUP if line["output"] == BACKUP_OUTPUT else PRIMARY
        return None

    def since_launch_s(self, at_us: int) -> float | None:
        """Seconds after lift-off, negative before it."""
        return None if self.launched_us is None else (at_us - self.launched_us) / 1e6

    def _pulses(self) -> list[Pulse]:
        pulses = []
        for at, line in enumerate(self._lines):
            if line["what"] != "edge" or not line["level"]:
                continue
            off_us = None
            let_go = False
            for later in self._lines[at + 1 :]:
                if later.get("output") != line["output"]:
                    continue
                if later["what"] == "edge":
                    off_us = later["at_us"]
                    break
                let_go |= later["what"] in _LET_GO
            pulses.append(
                Pulse(
                    line["output"],
                    line["at_us"],
                    off_us,
                    let_go,
                    line["latitude_e7"] / 1e7,
                    line["longitude_e7"] / 1e7,
                    line["altitude_mm"] / 1000,
                )
            )
        return pulses


def _order(line: dict[str, Any]) -> dict[str, Any]:
    """What the simulated crew said, and the answer; took_s and result are None where there was none."""
    answered = line["result"] is not None
    return {
        "at_s": line["at_us"] / 1e6,
        "command": line["command"],
        "argument": line["argument"],
        "result": _RESULT_NAMES.get(line["result"]) if answered else None,
        "answer": line["answer"],
        "took_s": (line["ended_us"] - line["at_us"]) / 1e6 if answered else None,
        "tries": line["tries"],
    }
