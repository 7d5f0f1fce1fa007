"""docs/protocol.md, made from the tables in firmware/protocol: what the code does is what the document says.

python -m ground.protocol_document            write it
python -m ground.protocol_document --check    exit status 1 when it is not what would be written
"""

import sys
from pathlib import Path

from firmware.protocol import authentication, commands, deframing, drops, framing, history, phases, telemetry, words
from firmware.protocol.fields import LOG2, RAW, Layout
from firmware.protocol.unpacking import unpack
from ground.protocol_link import command_example, commands_and_answers, hist, past_places, profile_table
from ground.protocol_tables import code as _code
from ground.protocol_tables import row as _row

PATH = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"

_TAGGED = (telemetry.CHAL, telemetry.ACK, commands.CMD)
_TAG_AFTER = f"After these, {authentication.TAG_BYTES} bytes: the tag (see Tags)."

Words = tuple[tuple[str, tuple[tuple[str, int, int, int], ...]], ...]
_WORD_BYTES = {"B": 1, "H": 2, "I": 4}
# What a FIX of the golden frame says; everything not named here is 0.
_GOLDEN_NET = 0x5A17
_GOLDEN_SEQUENCE = 1234
_GOLDEN_MISSION_MS = 2_712_300
_GOLDEN_FIX = {
    "latitude_e7": 361234567,
    "longitude_e7": -1291234567,
    "altitude_m": 12345,
    "ground_speed_cm_s": 1850,
    "course_cdeg": 27150,
    "vertical_cm_s": 510,
    "gps_age_s": 0,
    "fix_type": 3,
    "satellites": 11,
    "accuracy_m": 2,
    "dynamic_model": 6,
    "utc_known": 1,
    "pressure_pa": None,
    "backup_state": drops.BACKUP_RUNNING,
    "inside_c": -12,
    "logic_mv": 3920,
    "cutter_mv": 6150,
    "phase": phases.ASCENT,
    "armed": 1,
    "journal_ok": 1,
    "mission_ok": 1,
    "drop_summary": drops.SUMMARY_RELEASED | drops.SUMMARY_PENDING << 2,
    "reasons": drops.HOLD | drops.OUT_OF_AREA,
    "next_drop_s": 754,
    "drop": 1,
    "drop_state": drops.WAITING,
}

_HEAD = f"""# The link, byte by byte

*Made by `make docs` from `firmware/protocol/`; a change belongs there, and `make check` compares.*

## A frame

    00 | COBS( header {framing.HEADER_BYTES} | payload | CRC-32 {framing.CRC_BYTES} ) | 00

     0 +----------+  delimiter 00
     1 |  COBS    |  one byte: consistent overhead byte stuffing, so that no 00 stands inside
       |  header  |  {framing.HEADER_BYTES} bytes
       |  payload |  by the type in the header
       |  CRC-32  |  {framing.CRC_BYTES} bytes, as zlib.crc32 over header and payload, lowest byte first
       +----------+  delimiter 00

All numbers are little-endian. A frame costs {framing.FIXED_BYTES} bytes besides its payload. Header, payload and CRC
together are at most {framing.LONGEST_CONTENT} bytes, so COBS adds exactly one. Each frame has a delimiter on both
sides: what is damaged between two frames costs neither of them. Two delimiters in a row are nothing. A receiver drops a
frame whose CRC is wrong or whose length is not that of its type; a type that it does not know is no error.

Header:

| byte | bits | field | |
|---|---|---|---|
| 0 | 0-5 | type | which payload |
| 0 | 6-7 | version | {framing.VERSION} |
| 1-2 | | net | tells flights apart |
| 3-5 | | sequence | counts all frames of a flight, never repeats in it; up to {framing.LARGEST_SEQUENCE} |
| 6-8 | | mission time | 0.1 s, goes on over resets; stays at {framing.LARGEST_TIME} after 19 days |

In the tables below a code stands for `minimum + code * step`. "All ones" says that a field can be unknown, and that all
its bits set mean so. Values outside the range are sent as the nearest end of it. Powers of two: the code is the number
of binary digits, so 1 is 1, 2 is 2 to 3, 3 is 4 to 7; what is read is the lower end.
"""


def golden_frame() -> bytes:
    """The FIX frame of the worked example, as it goes over the wire."""
    values = {name: _GOLDEN_FIX.get(name, 0) for name in telemetry.FIX_LAYOUT.names}
    payload = bytearray(telemetry.FIX_LAYOUT.size)
    telemetry.FIX_LAYOUT.pack_into(payload, 0, values)
    header = framing.header(telemetry.FIX, _GOLDEN_NET, _GOLDEN_SEQUENCE, _GOLDEN_MISSION_MS)
    return bytes(framing.encode(header + bytes(payload)))


def document() -> str:
    """The whole text of docs/protocol.md."""
    parts = [_HEAD, "## Frame types\n\n| type | name | payload | on the wire | what for |\n|---|---|---|---|---|"]
    for number, name, layout, text in words.FRAMES:
        size = _payload_bytes(number, layout)
        parts.append(f"| {number} | {name} | {size} bytes | {size + framing.FIXED_BYTES} bytes | {text} |")
    for number, name, layout, _ in words.FRAMES:
        if layout is not None and number not in (telemetry.FIX_2, telemetry.FIX_3):
            tag = f"\n\n{_TAG_AFTER}" if number in _TAGGED else ""
            parts.append(f"\n### {name}\n\n{_fields(layout)}{tag}")
        elif number == telemetry.FIX_2:
            parts.append(past_places())
        elif number == telemetry.HIST:
            parts.append(hist())
    parts.append(commands_and_answers())
    parts.append(profile_table())
    parts.append("\n## Events\n\nSent more than once; `event_id` tells a repetition from a new event.\n")
    parts.append("| code | event | subject | detail | argument | |\n|---|---|---|---|---|---|")
    parts.extend(_row(str(row[0]), _code(row[1]), *row[2:]) for row in words.EVENTS)
    parts.append("\n## Phases of flight\n\n| number | phase | |\n|---|---|---|")
    parts.extend(_row(str(number), _code(name), text) for number, name, text in words.PHASES)
    parts.append("\n## States of a drop\n\n| number | state | | over |\n|---|---|---|---|")
    for number, name, text in words.DROP_STATES:
        parts.append(_row(str(number), _code(name), text, "yes" if number in drops.FINAL_STATES else ""))
    parts.append(
        "\nIn `drop_summary` two bits a drop: "
        f"{drops.SUMMARY_PENDING} pending, {drops.SUMMARY_ACTIVE} active, "
        f"{drops.SUMMARY_RELEASED} released, {drops.SUMMARY_OVER} over without a release known."
    )
    parts.append(
        f"The cutdown lives the same life as a drop, at place {drops.CUTDOWN}, the last; the drops have places 0 to "
        f"{drops.MOST_DROPS - 1}."
    )
    parts.append(
        "\n## Reasons\n\nA set bit is why the drop in focus does not fire. Hard: opened by neither its latest time "
        "nor a command.\nPassing: it delays, and the latest time waits for it. Its own: a condition of the drop, "
        "waived at its latest time\nwhere the mission says release.\n"
    )
    parts.append("| bit | value | reason | kind | |\n|---|---|---|---|---|")
    for bit, name, text in words.REASONS:
        kind = "passing" if bit & drops.PASSING else "its own" if bit & drops.CONDITIONS else "hard"
        parts.append(_row(str(bit.bit_length() - 1), f"0x{bit:06x}", _code(name), kind, text))
    parts.append("\n## The independent backup\n\n| number | state | |\n|---|---|---|")
    parts.extend(_row(str(number), _code(name), text) for number, name, text in words.BACKUP_STATES)
    parts.append("\n## Causes of the cutdown\n\nThe `subject` of a `cutdown_due` event.\n")
    parts.append("| number | cause | |\n|---|---|---|")
    parts.extend(_row(str(number), _code(name), text) for number, name, text in words.CUTDOWN_CAUSES)
    parts.append("\n## Readiness\n\nThe `argument` of a `readiness` event: a set bit speaks against a launch.\n")
    parts.append("| bit | value | name | | what to do | never arms |\n|---|---|---|---|---|---|")
    for bit, name, text, what in words.READINESS:
        never = "yes" if bit & drops.NEVER_ARM else ""
        parts.append(_row(str(bit.bit_length() - 1), f"0x{bit:04x}", _code(name), text, what, never))
    parts.append("\n## Witnesses of a launch\n\nBits of the `subject` of a `launched` event.\n")
    parts.append("| bit | value | witness | |\n|---|---|---|---|")
    for bit, name, text in words.LAUNCH_WITNESSES:
        parts.append(_row(str(bit.bit_length() - 1), str(bit), _code(name), text))
    parts.append("\n## Faults\n\nThe `subject` of a `fault_seen` event.\n\n| number | fault | |\n|---|---|---|")
    parts.extend(_row(str(number), _code(name), text) for number, name, text in words.FAULTS)
    parts.append(_example())
    parts.append(command_example())
    return "\n".join(parts) + "\n"


def _payload_bytes(number: int, words_of: Words | None) -> int:
    if words_of is None:
        return history.HIST_BYTES
    size = Layout(words_of).size
    if number in (telemetry.FIX_2, telemetry.FIX_3):
        size += history.PLACE_BYTES * (2 if number == telemetry.FIX_2 else 3)
    if number in _TAGGED:
        size += authentication.TAG_BYTES
    return int(size)


def _fields(layout: Words) -> str:
    meanings = {name: (unit, text) for name, unit, text in words.FIELDS}
    lines = ["| byte | bits | field | unit | range | step | unknown | |\n|---|---|---|---|---|---|---|---|"]
    offset = 0
    for letter, fields in layout:
        size = _WORD_BYTES[letter]
        where = str(offset) if size == 1 else f"{offset}-{offset + size - 1}"
        shift = 0
        for name, bits, minimum, step in fields:
            unit, text = meanings[name]
            span = f"{shift}" if bits == 1 else f"{shift}-{shift + bits - 1}"
            top = (1 << bits) - 1
            if step == RAW:
                reach, kind, unknown = f"0 to {top}", "1", "never"
            elif step == LOG2:
                reach, kind, unknown = f"0 to {1 << (top - 2)}", "powers of two", "all ones"
            else:
                reach, kind, unknown = f"{minimum} to {minimum + (top - 1) * step}", str(step), "all ones"
            lines.append(_row(where, span, _code(name), unit, reach, kind, unknown, text))
            shift += bits
        offset += size
    return "\n".join(lines)


def _example() -> str:
    frame = golden_frame()
    packet = deframing.Deframer().feed(frame)[0]
    values = unpack(telemetry.FIX_LAYOUT, packet[framing.HEADER_BYTES :])
    wire = "\n".join("    " + frame[at : at + 16].hex(" ") for at in range(0, len(frame), 16))
    lines = [
        f"\n## A worked example\n\n{len(frame)} bytes on the wire:\n\n{wire}\n",
        f"Without delimiters and COBS, header: `{packet[: framing.HEADER_BYTES].hex(' ')}`: version {framing.VERSION}, "
        f"type {telemetry.FIX} (FIX), net 0x{_GOLDEN_NET:04x}, sequence {_GOLDEN_SEQUENCE}, "
        f"mission time {_GOLDEN_MISSION_MS / 1000} s.\n",
        "| field | value read | was |\n|---|---|---|",
    ]
    for name, value in values.items():
        was = _GOLDEN_FIX.get(name, 0)
        lines.append(_row(_code(name), _shown(value), "" if was == value else _shown(was)))
    return "\n".join(lines)


def _shown(value: int | None) -> str:
    return "unknown" if value is None else str(value)


def main(arguments: list[str]) -> int:
    """Write or check; the exit status."""
    text = document()
    if arguments == ["--check"]:
        if PATH.exists() and PATH.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PATH} is not what firmware/protocol says: run make docs and commit it.", file=sys.stderr)
        return 1
    if arguments:
        print("usage: python -m ground.protocol_document [--check]", file=sys.stderr)
        return 2
    PATH.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
