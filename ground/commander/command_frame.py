"""Commands as frames, and the answers to them: made and believed by their tags only."""

from typing import NamedTuple

from firmware.protocol import authentication, commands, framing, telemetry
from firmware.protocol.authentication import Keys
from ground.receiver import Record

FRAME_BYTES = 37
ANSWER_BYTES = 35  # of the longer one, on the wire


class Answer(NamedTuple):
    """A CHAL or an ACK whose tag is true. `nonce`, `why` of a CHAL, `result`, `argument` of an ACK; the others 0."""

    challenge: bool
    counter: int
    op: int
    mission_ms: int
    nonce: int = 0
    why: int = 0
    result: int = 0
    argument: int = 0


def command_frame(keys: Keys, net: int, mission_ms: int, counter: int, nonce: int, op: int, argument: int) -> bytes:
    """The bytes on the wire. mission_ms: the payload's, as the ground knows it."""
    payload = bytearray(commands.CMD_LAYOUT.size)
    values = {"counter": counter, "nonce": nonce, "op": op, "argument": argument}
    commands.CMD_LAYOUT.pack_into(payload, 0, values)
    sequence = counter & framing.LARGEST_SEQUENCE
    packet = framing.header(commands.CMD, net, sequence, max(0, mission_ms)) + bytes(payload)
    return bytes(framing.encode(packet + keys.tag_up(packet)))


def read_answer(keys: Keys, record: Record) -> Answer | None:
    """What a record answers; None for what is no answer, and for an answer that these keys did not make."""
    if record.frame_type not in (telemetry.CHAL, telemetry.ACK):
        return None
    body, tag = record.packet[: -authentication.TAG_BYTES], record.packet[-authentication.TAG_BYTES :]
    if not authentication.same(tag, keys.tag_down(body)):
        return None
    told = {name: value or 0 for name, value in record.values.items()}
    challenge = record.frame_type == telemetry.CHAL
    if challenge:
        return Answer(True, told["counter"], told["op"], record.mission_ms, nonce=told["nonce"], why=told["why"])
    return Answer(
        False, told["counter"], told["op"], record.mission_ms, result=told["result"], argument=told["argument"]
    )
