"""docs/protocol.md says what firmware/protocol does."""

import hmac
import re
import struct
import zlib

from firmware.protocol import framing, history, telemetry, words
from firmware.protocol.unpacking import unpack
from ground import protocol_document
from ground.protocol_document import PATH, document, golden_frame, main
from ground.protocol_link import golden_command

TABLES = (
    words.DROP_STATES, words.REASONS, words.BACKUP_STATES, words.CUTDOWN_CAUSES, words.READINESS, words.PHASES,
    words.FAULTS, words.EVENTS, words.LAUNCH_WITNESSES,
)  # fmt: skip


def test_the_document_in_the_repository_is_what_the_tables_say():
    assert PATH.read_text(encoding="utf-8") == document(), "run make docs and commit docs/protocol.md"
    assert main(["--check"]) == 0


def test_a_stale_document_is_noticed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(protocol_document, "PATH", tmp_path / "protocol.md")
    assert main(["--check"]) == 1
    (tmp_path / "protocol.md").write_text(document() + "x")
    assert main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert main(["--what"]) == 2


def test_every_name_of_the_protocol_is_in_it():
    text = document()
    for _, layout in telemetry.LAYOUTS:
        assert all(f"`{name}`" in text for name in layout.names)
    for table in TABLES:
        assert all(f"| {row[0]} | `{row[1]}` |" in text or f"| `{row[1]}` |" in text for row in table)


def test_a_decoder_written_from_the_document_alone_reads_the_golden_frame():
    """The tables are parsed out of the text, and the frame is taken apart by them and by plain COBS and CRC."""
    text = document()
    lines = text[text.index("bytes on the wire:") :].split("Without")[0].splitlines()[1:]
    frame = bytes.fromhex("".join(lines).replace(" ", ""))
    assert frame == golden_frame()
    stuffed, packet, at = frame[1:-1], b"", 0
    while at < len(stuffed):
        packet += stuffed[at + 1 : at + stuffed[at]] + b"\0"
        at += stuffed[at]
    packet = packet[:-1]
    assert struct.unpack("<I", packet[-4:])[0] == zlib.crc32(packet[:-4])
    payload = packet[framing.HEADER_BYTES : -4]
    section = text[text.index("### FIX") : text.index("### EVENT")]
    rows = re.findall(
        r"^\| ([\d-]+) \| ([\d-]+) \| `(\w+)` \| [^|]* \| (\S+) to (\S+) \| ([^|]+) \| ([^|]+) \|", section, re.M
    )
    read = {}
    for place, bits, name, low, _high, step, unknown in rows:
        first, _, last = place.partition("-")
        word = int.from_bytes(payload[int(first) : int(last or first) + 1], "little")
        lowest, _, highest = bits.partition("-")
        size = int(highest or lowest) - int(lowest) + 1
        code = word >> int(lowest) & (1 << size) - 1
        if unknown == "all ones" and code == (1 << size) - 1:
            read[name] = None
        elif step == "powers of two":
            read[name] = 1 << code - 1 if code else 0
        else:
            read[name] = int(low) + code * int(step)
    assert read == unpack(telemetry.FIX_LAYOUT, payload)


def test_every_command_result_and_profile_is_in_it():
    text = document()
    for table in (words.COMMANDS, words.COMMAND_RESULTS, words.PROFILES):
        assert all(f"| {row[0]} | `{row[1]}` |" in text for row in table)
    for offset_s, step_e7 in history.OFFSETS_2 + history.OFFSETS_3:
        assert f"| {offset_s} s | {step_e7}e-7 deg |" in text


def test_the_worked_command_is_made_from_the_document_alone():
    """Keys, tag, CRC and COBS by plain hmac and zlib, from the bytes that the text gives."""
    text = document()
    label = re.search(r"The direction is `([^`]+)` for a CMD", text)[1].encode()
    id_label = re.search(r"HMAC-SHA256\(master, `([^`]+)` \| salt\)", text)[1].encode()
    text = text[text.index("## A worked command") :]
    given = dict(re.findall(r"^\| ([^|]+) \| `([^`]+)` \|$", text, re.M))
    master, salt = bytes.fromhex(given["master key"]), bytes.fromhex(given["salt"])
    up = hmac.digest(master, label + salt, "sha256")
    assert up.hex() == given["up key"]
    key_id = hmac.digest(master, id_label + salt, "sha256")[:2]
    assert f"| key id | `0x{int.from_bytes(key_id, 'little'):04x}`, in the tag `{key_id.hex(' ')}` |" in text
    packet = bytes.fromhex(given["header"] + given["payload without the tag"])
    tag = hmac.digest(up, label + key_id + packet, "sha256")[:8]
    assert tag.hex(" ") == given["tag"]
    content = packet + tag + struct.pack("<I", zlib.crc32(packet + tag))
    stuffed = b"".join(bytes((len(run) + 1,)) + run for run in content.split(b"\0"))
    wire = bytes.fromhex("".join(re.findall(r"^    ([0-9a-f ]+)$", text, re.M)))
    assert wire == b"\0" + stuffed + b"\0" == golden_command()
