"""Numbers and bits: saturation, no value, exact lengths, and an encoder written from the document that agrees."""

from firmware.protocol import telemetry
from firmware.protocol.fields import LOG2, RAW, Layout
from firmware.protocol.unpacking import unpack
from hardware.simulated.random_source import RandomSource

WORDS = (
    ("B", (("small", 3, 0, 1), ("flag", 1, 0, RAW), ("age", 4, 0, LOG2))),
    ("H", (("height", 16, -1000, 1),)),
    ("H", (("speed", 12, -20470, 10), ("kind", 4, 0, RAW))),
    ("I", (("place", 32, -0x80000000, 1),)),
)
LAYOUT = Layout(WORDS)


def packed(values, layout=LAYOUT):
    buffer = bytearray(layout.size + 4)
    layout.pack_into(buffer, 2, values)
    assert buffer[:2] == b"\0\0" and buffer[-2:] == b"\0\0"  # nothing beside its place is touched
    return bytes(buffer[2:-2])


def values(**given):
    all_ = {"small": 0, "flag": 0, "age": 0, "height": 0, "speed": 0, "kind": 0, "place": 0}
    for name in given:
        assert name in all_
        all_[name] = given[name]
    return all_


def back(**given):
    return unpack(LAYOUT, packed(values(**given)))


def test_the_size_is_that_of_the_words():
    assert LAYOUT.size == 9 and LAYOUT.names == ("small", "flag", "age", "height", "speed", "kind", "place")


def test_known_bytes():
    data = packed(values(small=5, flag=1, age=9, height=0, speed=-20470, kind=0xA, place=0x01020304))
    assert data == bytes([0b0100_1_101, 0xE8, 0x03, 0x00, 0xA0, 0x04, 0x03, 0x02, 0x81])


def test_what_fits_comes_back():
    for height in (-1000, -1, 0, 1, 30000, 64534):
        assert back(height=height)["height"] == height
    for place in (-0x80000000, -1, 0, 1799999999, -1800000000, 0x7FFFFFFE):
        assert back(place=place)["place"] == place


def test_beyond_the_ends_a_value_stays_at_the_end_and_never_wraps():
    for height, kept in ((-1001, -1000), (-70000, -1000), (64535, 64534), (70000, 64534), (1 << 40, 64534)):
        assert back(height=height)["height"] == kept
    for place, kept in ((0x7FFFFFFF, 0x7FFFFFFE), (1 << 33, 0x7FFFFFFE), (-(1 << 33), -0x80000000)):
        assert back(place=place)["place"] == kept
    for small, kept in ((-1, 0), (6, 6), (7, 6), (8, 6)):
        assert back(small=small)["small"] == kept
    # And no neighbour is touched.
    seen = back(speed=99999, kind=5, small=99, flag=1, age=99999)
    assert seen["kind"] == 5 and seen["flag"] == 1 and seen["speed"] == 20470 and seen["height"] == 0


def test_none_is_no_value_and_all_ones_on_the_wire():
    nothing = values(small=None, age=None, height=None, speed=None, place=None)
    data = packed(nothing)
    assert data == bytes([0xF7, 0xFF, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF, 0xFF, 0xFF])
    seen = unpack(LAYOUT, data)
    for name in ("small", "age", "height", "speed", "place"):
        assert seen[name] is None
    assert seen["flag"] == 0 and seen["kind"] == 0


def test_no_number_is_ever_taken_for_no_value():
    for number in (-(1 << 34), -1, 0, 6, 7, 8, 4094, 4095, 65534, 65535, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 34):
        seen = back(small=number, height=number, speed=number, place=number, age=number)
        assert None not in [seen[name] for name in LAYOUT.names], number


def test_steps_are_rounded_to_the_nearest():
    for speed, kept in ((-5, 0), (-6, -10), (4, 0), (5, 10), (14, 10), (15, 20), (-14, -10), (-16, -20)):
        assert back(speed=speed)["speed"] == kept, speed


def test_log2_says_the_order_of_magnitude():
    for value, kept in (
        (0, 0),
        (1, 1),
        (2, 2),
        (3, 2),
        (4, 4),
        (7, 4),
        (8, 8),
        (8191, 4096),
        (8192, 8192),
        (1 << 30, 8192),
    ):
        assert back(age=value)["age"] == kept, value


def test_only_exact_lengths_are_unpacked():
    data = packed(values())
    for bad in (b"", data[:-1], data + b"\0", data + data):
        try:
            unpack(LAYOUT, bad)
        except ValueError:
            continue
        raise AssertionError(len(bad))


def test_fields_must_fill_their_word():
    for row in (("B", (("a", 7, 0, 1),)), ("H", (("a", 8, 0, 1), ("b", 9, 0, 1))), ("I", (("a", 31, 0, 1),))):
        try:
            Layout((row,))
        except ValueError:
            continue
        raise AssertionError(row)


def code(value, bits, minimum, step):
    """A field as text of zeros and ones, written from docs/protocol.md and not from the code."""
    top = 2**bits - 1
    if step == RAW:
        number = value % 2**bits
    elif value is None:
        number = top
    elif step == LOG2:
        number = min(len(bin(value)) - 2 if value > 0 else 0, top - 1)
    else:
        number = min(max((2 * (value - minimum) + step) // (2 * step), 0), top - 1)
    text = bin(number)[2:]
    return "0" * (bits - len(text)) + text


def reference(words, given):
    """The payload made of text."""
    data = b""
    for letter, row in words:
        text = ""
        for name, bits, minimum, step in row:
            text = code(given[name], bits, minimum, step) + text
        assert len(text) == {"B": 8, "H": 16, "I": 32}[letter]
        data += bytes([int(text[place - 8 : place], 2) for place in range(len(text), 0, -8)])
    return data


def some(random, bits, minimum, step):
    kind = random.below(8)
    span = (1 << bits) * (step if step > 0 else 1)
    if kind == 0 and step != RAW:
        return None
    if kind == 1 and step > 0:
        return minimum + span * 3
    if kind == 2 and step > 0:
        return minimum - span
    if step == RAW:
        return random.below(1 << bits)
    if step == LOG2:
        return random.below(1 << random.below(30))
    return minimum + random.bits32() % span


def test_an_independent_encoder_agrees_on_every_layout():
    random = RandomSource(7)
    tables = (WORDS, telemetry.FIX_WORDS, telemetry.EVENT_WORDS)
    for words in tables:
        layout = Layout(words)
        for _ in range(150):
            given = {}
            for _, row in words:
                for name, bits, minimum, step in row:
                    given[name] = some(random, bits, minimum, step)
            data = reference(words, given)
            assert packed(given, layout) == data, given
            # What is unpacked packs to the same bytes again.
            assert packed(unpack(layout, data), layout) == data


def test_a_fix_of_nothing_known_says_so_in_every_field_that_can():
    given = {}
    for _, row in telemetry.FIX_WORDS:
        for name, _, _, step in row:
            given[name] = 0 if step == RAW else None
    seen = unpack(telemetry.FIX_LAYOUT, packed(given, telemetry.FIX_LAYOUT))
    assert [name for name in telemetry.FIX_LAYOUT.names if seen[name] is None] == [
        name for name in telemetry.FIX_LAYOUT.names if given[name] is None
    ]
