"""What the mission says of its radio, read aloud: how it is used, on what frequency, and whose business that is."""

from __future__ import annotations

from firmware.protocol import profiles, words
from firmware.protocol.mission_plan import E22, E32, HC12, NO_MODEM, SIK, Mission
from firmware.protocol.mission_radio import E22_DBM, E32_DBM, modem_row
from ground.mission_review import Review, Section

LAW = "frequency, power, time on the air and licence are the operator's business: this program knows no law"


def look(review: Review) -> Section:
    """The profile, the modem with its frequency and power; and what a modem of another sort would make of them."""
    section = Section("radio")
    mission = review.mission
    name, what = profile_words(mission.profile)
    section.data = {"frequency": frequency_text(mission)}
    section.lines.append(f"{name}: {what}")
    if mission.sentences:
        section.lines.append("reports go out as UKHAS sentences: no past places, no proof of damage but their checksum")
    if mission.modem != NO_MODEM:
        section.lines.append(_modem_text(mission))
    _sorts(section, mission)
    section.lines.append(LAW)
    return section


def profile_words(number: int) -> tuple[str, str]:
    """Name of a profile, and what it is for."""
    _, name, what = words.PROFILES[number]
    return name, what


def modem_name(number: int) -> str:
    row = modem_row(number)
    assert row is not None
    return str(row[1])


def frequency_text(mission: Mission) -> str | None:
    """Where the mission's channel lies; None where the mission says none, or where a SiK hops."""
    channel = mission.radio_channel
    if channel is None or mission.modem == SIK:
        return None
    if mission.modem == HC12:
        return f"{433.4 + (channel - 1) * 0.4:.1f} MHz"
    if mission.modem == E32:
        return f"{410 + channel} MHz with an E32-433, {862 + channel} MHz with an 868, {900 + channel} MHz with a 915"
    return f"{410.125 + channel:.3f} MHz with an E22-400, {850.125 + channel:.3f} MHz with a 900"


def _modem_text(mission: Mission) -> str:
    where = frequency_text(mission)
    if mission.radio_channel is None:
        place = "on its channel as it is" if mission.modem != SIK else "in its net as it is"
    elif where is None:
        place = f"in net {mission.radio_channel}"
    else:
        place = f"on channel {mission.radio_channel}, {where}"
    power = "with its power as it is" if mission.radio_dbm is None else f"with {mission.radio_dbm} dBm"
    return f"modem {modem_name(mission.modem)} is set up and checked before the flight: {place}, {power}"


def _sorts(section: Section, mission: Mission) -> None:
    """What cannot be told from the modem's own registers."""
    if mission.modem in (E22, E32) and mission.radio_dbm is not None:
        low = mission.radio_dbm in (E22_DBM if mission.modem == E22 else E32_DBM)[:4]
        sorts = ("T22" if mission.modem == E22 else "T20", "T30")
        sort, other = sorts if low else sorts[::-1]
        text = f"{mission.radio_dbm} dBm is for a {sort}: a {other} takes the same order for another power"
        section.lines.append(text)
    if mission.modem == E22 and mission.profile == profiles.LORA_300:
        section.look("an E22 made since about 2023 has no air rate of 0.3 kbit/s and takes the order for 2.4 kbit/s")
