"""A function made for each layout that reads a whole frame at once: what firmware/protocol/unpacking.py gives, sooner.

It does the work once that `unpack` does for every frame: words are cut where fields end on whole bytes, short ones go
through a table, and the words that say the same for many frames on end (flags, states) are looked up together.
tests/ground/test_fast_unpacking.py holds it against `unpack`.
"""

import struct
from collections.abc import Callable

from firmware.protocol import history
from firmware.protocol.fields import LOG2, RAW, Layout

Values = dict[str, int | None]
Place = tuple[int, int, int, int | None]  # mission_ms, latitude_e7, longitude_e7, altitude_m
# net, sequence, mission_ms and values of a content
Reader = Callable[[bytes], tuple[int, int, int, Values]]
# the places that a content holds; given its mission_ms and values too
PlaceReader = Callable[[bytes, int, Values], tuple[Place, ...]]

# A content (stream.py) is a whole frame without COBS: two zeros, header, payload, CRC, zero.
PAYLOAD_AT = 11
AFTER_PAYLOAD = 5
_HEADER = "HHBHB"  # after version and type: net, sequence, time
_LETTERS = {8: "B", 16: "H", 24: "3s", 32: "I"}
_MOST_REMEMBERED = 4096
_TABLE_BITS = 12
_Field = tuple[str, int, int, int]  # name, bits, minimum, step


def pieces_of(layout: Layout) -> list[tuple[int, list[_Field]]]:
    """(bits, fields) of the smallest whole-byte parts of a payload that no field reaches out of."""
    numbers = layout.numbers
    fields = [(name, *numbers[3 * at : 3 * at + 3]) for at, name in enumerate(layout.names)]
    pieces = []
    begun: list[_Field] = []
    bits = 0
    for field in fields:
        begun.append(field)
        bits += field[1]
        if bits in _LETTERS:
            pieces.append((bits, begun))
            begun, bits = [], 0
    assert not begun
    return pieces


def value_of(code: int, bits: int, minimum: int, step: int) -> int | None:
    """What one code says."""
    if step == RAW:
        return code
    if code == (1 << bits) - 1:
        return None
    if step == LOG2:
        return 1 << (code - 1) if code else 0
    return minimum + code * step


class _Memory:
    """Values by the codes of the steady parts; the other fields stand in them as None, to be set in a copy."""

    def __init__(self, names: tuple[str, ...], steady: list[list[_Field]]) -> None:
        self.values: dict[tuple[int | bytes, ...], Values] = {}
        self._names = names
        self._steady = steady

    def learn(self, codes: tuple[int | bytes, ...]) -> Values:
        """The values of codes that are not there yet."""
        values: Values = dict.fromkeys(self._names)
        for code, fields in zip(codes, self._steady, strict=True):
            word = code if isinstance(code, int) else int.from_bytes(code, "little")
            for name, bits, minimum, step in fields:
                values[name] = value_of(word & (1 << bits) - 1, bits, minimum, step)
                word >>= bits
        if len(self.values) >= _MOST_REMEMBERED:
            self.values.clear()
        self.values[codes] = values
        return values


def _is_steady(fields: list[_Field]) -> bool:
    return len(fields) > 1 and all(step <= RAW or bits <= 8 for _, bits, _, step in fields)


def _parts(layout: Layout) -> list[tuple[str, bool, list[_Field]]]:
    """(struct letters, steady, fields): the pieces, with those that are steady side by side taken together."""
    parts: list[tuple[str, bool, list[_Field]]] = []
    run = 0  # bits of the steady part that is being put together
    for bits, fields in pieces_of(layout):
        steady = _is_steady(fields)
        if run and (steady or fields[0][3] == RAW):
            run += bits
            parts[-1] = (f"{run // 8}s", True, parts[-1][2] + fields)
        else:
            parts.append((_LETTERS[bits], steady, fields))
            run = bits if steady else 0
    return parts


def reader(layout: Layout) -> Reader:
    """The Reader of a layout's frames; the content must be long enough for it."""
    parts = _parts(layout)
    memory = _Memory(layout.names, [fields for _, steady, fields in parts if steady])
    tables: dict[str, object] = {
        "unpack_from": struct.Struct("<" + _HEADER + "".join(letter for letter, _, _ in parts)).unpack_from,
        "remembered": memory.values,
        "learn": memory.learn,
    }
    words = "".join(f", w{at}" for at in range(len(parts)))
    steady_words = "".join(f"w{at}, " for at, (_, steady, _) in enumerate(parts) if steady)
    lines = [
        "def read(content):",
        f"    net, low, high, time_low, time_high{words} = unpack_from(content, 3)",
        f"    steady = ({steady_words})",
        "    try:",
        "        values = remembered[steady].copy()",
        "    except KeyError:",
        "        values = learn(steady).copy()",
    ]
    for at, (letter, steady, fields) in enumerate(parts):
        if not steady:
            if letter == _LETTERS[24]:
                lines.append(f'    w{at} = int.from_bytes(w{at}, "little")')
            lines += _lines(f"w{at}", fields, tables)
    lines.append("    return net, low | high << 16, (time_low | time_high << 16) * 100, values")
    exec("\n".join(lines), tables)  # the source is made of the protocol's own tables and nothing else
    made: Reader = tables["read"]  # type: ignore[assignment]
    return made


def _lines(word: str, fields: list[_Field], tables: dict[str, object]) -> list[str]:
    """Source that sets each field of a word, lowest first."""
    lines = []
    shift = 0
    last = len(fields) - 1
    for at, (name, bits, minimum, step) in enumerate(fields):
        top = (1 << bits) - 1
        code = f"{word} >> {shift}" if shift else word
        if at != last:
            code = f"{code} & {top}"
        if step == RAW:
            said = code
        elif bits <= _TABLE_BITS:
            tables[name] = tuple(value_of(one, bits, minimum, step) for one in range(top + 1))
            said = f"{name}[{code}]"
        else:
            assert step > 0, "powers of two fit into a table"
            if code != word:
                lines.append(f"    code = {code}")
                code = "code"
            times = f" * {step}" if step > 1 else ""
            plus = f" + {minimum}" if minimum else ""
            said = f"None if {code} == {top} else {code}{times}{plus}"
        lines.append(f'    values["{name}"] = {said}')
        shift += bits
    return lines


def place_reader(offsets: tuple[tuple[int, int], ...], at: int) -> PlaceReader:
    """The PlaceReader for history.OFFSETS_2 or OFFSETS_3 that begin at byte `at` of the content."""
    unpack_from = struct.Struct("<" + "IB" * len(offsets)).unpack_from
    rows = [(offset_s * 1000, step, step // 2, 2 * at) for at, (offset_s, step) in enumerate(offsets)]
    mask = history.MASK
    half = 1 << (history.BITS - 1)
    bits = history.BITS
    lowest_m, step_m, unknown_altitude = history.LOWEST_M, history.STEP_M, history.UNKNOWN_ALTITUDE
    longitude_step: Callable[[int, int], int] = history.longitude_step

    def read(content: bytes, mission_ms: int, values: Values) -> tuple[Place, ...]:
        latitude_e7, longitude_e7 = values["latitude_e7"], values["longitude_e7"]
        if latitude_e7 is None or longitude_e7 is None:
            return ()
        codes = unpack_from(content, at)
        wider = longitude_step(1, latitude_e7)
        found = []
        for offset_ms, step, middle, place in rows:
            low = codes[place]
            high = codes[place + 1]
            if (low == 0xFFFFFFFF and high == 0xFF) or mission_ms < offset_ms:
                continue
            near = latitude_e7 // step - half
            latitude = (near + (low - near & mask)) * step + middle
            wide = step * wider
            near = longitude_e7 // wide - half
            longitude = (near + ((low >> bits) - near & mask)) * wide + wide // 2
            if not -1800000000 <= longitude < 1800000000:
                longitude += -3600000000 if longitude > 0 else 3600000000
            code = low >> 2 * bits | high << 4
            altitude_m = None if code == unknown_altitude else lowest_m + code * step_m
            found.append((mission_ms - offset_ms, latitude, longitude, altitude_m))
        return tuple(found)

    return read
