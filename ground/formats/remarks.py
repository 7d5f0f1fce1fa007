"""Values that people put into the comment of a position: volts, degrees Celsius, pressure, climb, a counter.

Seen in flights: `84259Pa`, `p=983.3hPa`, `1.63V`, `batt=2.7V`, `26C`, `t=8.8C`, `29'C`, `Clb=-8.1m/s`, `Sats=7`,
`StrTrk 88 9` (number, satellites). Values that a sensor gives when it has none (-273 C, -1 hPa) are unknown.
"""

import re
from typing import Any

from ground.formats.heard import Heard

_PASCAL = re.compile(r"(?<![\d.])(\d{3,6})\s?Pa\b", re.ASCII)
_HECTOPASCAL = re.compile(r"(?<![\d.\-])(\d{1,4}(?:\.\d+)?)\s?(?:hPa|mbar|mb)\b", re.ASCII)
_VOLTS = re.compile(r"(?<![\d.\-])(\d{1,2}(?:\.\d+)?)\s?V\b", re.ASCII)
_CELSIUS = re.compile(r"(?<![\d.])(-?\d{1,3}(?:\.\d+)?)\s?['\u00b0]?C\b", re.ASCII)
_CLIMB = re.compile(r"\b(?:Clb|Climb|v_V)=(-?\d{1,3}(?:\.\d+)?)\s?m/s", re.ASCII)
_SATELLITES = re.compile(r"\bSats[=: ](\d{1,2})\b", re.ASCII | re.IGNORECASE)
_STRATOTRACK = re.compile(r"\bStrTrk (\d{1,6}) (\d{1,2})\b", re.ASCII)
_COLDEST_C = -150.0
_HOTTEST_C = 200.0
_MOST_PA = 120_000


def take_remarks(heard: Heard, text: str) -> Heard:
    """With the values of its comment in the fields that it has not filled yet."""
    found: dict[str, Any] = {}
    if match := _PASCAL.search(text):
        found["pressure_pa"] = int(match[1])
    elif match := _HECTOPASCAL.search(text):
        found["pressure_pa"] = round(float(match[1]) * 100)
    if not 0 < found.get("pressure_pa", 1) <= _MOST_PA:
        del found["pressure_pa"]
    if match := _VOLTS.search(text):
        found["battery_mv"] = round(float(match[1]) * 1000)
    if (match := _CELSIUS.search(text)) and _COLDEST_C < float(match[1]) < _HOTTEST_C:
        found["temperature_c"] = float(match[1])
    if match := _CLIMB.search(text):
        found["climb_cm_s"] = round(float(match[1]) * 100)
    if match := _SATELLITES.search(text):
        found["satellites"] = int(match[1])
    if match := _STRATOTRACK.search(text):
        found["number"], found["satellites"] = int(match[1]), int(match[2])
    return heard._replace(**{name: value for name, value in found.items() if getattr(heard, name) is None})
