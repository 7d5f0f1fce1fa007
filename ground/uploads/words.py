"""Who sends and what flies, as the settings say it, checked before anything is sent."""

from typing import NamedTuple

from ground.settings import Settings

SERVER = "https://api.v2.sondehub.org/amateur/telemetry"
EVERY_S = 5.0
# A tracker hides these, and they are nobody's.
_NOBODY = ("N0CALL", "MYCALL", "4FSKTEST", "4FSKTEST-V2")


class UploadsOff(Exception):
    """Nothing is to be sent. One sentence that says why, and what to do."""


class Words(NamedTuple):
    """What every row says, where it goes, and how often."""

    callsign: str
    payload_callsign: str
    position: tuple[float, float, float] | None = None
    radio: str = ""
    antenna: str = ""
    frequency_mhz: float | None = None
    sondehub: bool = True
    server: str = SERVER
    every_s: float = EVERY_S
    dev: bool = False
    horus_udp: tuple[str, int] | None = None


def words_of(settings: Settings, mission_callsign: str = "", dev: bool = False) -> Words:
    """UploadsOff until a callsign is given; a stand-in callsign is one in a test only."""
    table = settings["uploads"]
    if not table:
        raise UploadsOff("Nothing is uploaded: there is no [uploads] with a callsign in the settings.")
    callsign = table.get("callsign", "")
    payload = table.get("payload_callsign") or mission_callsign
    if not callsign:
        raise UploadsOff("Nothing is uploaded: [uploads] has no callsign; give your own.")
    if not payload:
        raise UploadsOff("Nothing is uploaded: nobody says what flies; give --mission, or payload_callsign.")
    dev = dev or table.get("dev", False)
    for name in (callsign, payload):
        if name.upper() in _NOBODY and not dev:
            raise UploadsOff(f"Nothing is uploaded: {name} is nobody's callsign; give a real one.")
    rest = {name: value for name, value in table.items() if name not in ("callsign", "payload_callsign", "dev")}
    words = Words(callsign, payload, dev=dev, **rest)
    if not words.sondehub and words.horus_udp is None:
        raise UploadsOff("Nothing is uploaded: [uploads] has sondehub = false and no horus_udp.")
    return words
