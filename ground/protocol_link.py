"""The parts of docs/protocol.md on past places, commands and their answers, tags, and radio profiles."""

from firmware.protocol import authentication, commands, framing, history, profiles, provisioning, telemetry, words
from ground.link_budget import SIZES
from ground.protocol_tables import code, prose, row, table

# The worked example of a command; made from these alone.
GOLDEN_MASTER = bytes(range(provisioning.KEY_BYTES))
GOLDEN_SALT = bytes(range(0x40, 0x40 + provisioning.SALT_BYTES))
GOLDEN_COMMAND = {"counter": 7, "nonce": 0x1234ABCD, "op": commands.EXECUTE, "argument": commands.RELEASE | 1 << 8}
GOLDEN_NET = 0x5A17
GOLDEN_MISSION_MS = 2_712_300

_TAG = authentication.TAG_BYTES
_REASONS = {commands.FOR_EXECUTE: "for_execute", commands.OTHER_SESSION: "other_session"}


def past_places() -> str:
    """How FIX_2 and FIX_3 tell the past."""
    fix_bytes = telemetry.FIX_LAYOUT.size
    rows = []
    for name, offsets in (("FIX_2", history.OFFSETS_2), ("FIX_3", history.OFFSETS_3)):
        for at, (seconds, step_e7) in enumerate(offsets):
            first = fix_bytes + at * history.PLACE_BYTES
            reach_km = (1 << history.BITS) * step_e7 * 0.0111 / 1000
            where = f"{first}-{first + history.PLACE_BYTES - 1}"
            rows.append((name, where, f"{seconds} s", f"{step_e7}e-7 deg", f"{reach_km:.0f} km"))
    beginning = prose(
        f"""A FIX, and from byte {fix_bytes} on a place of {history.PLACE_BYTES} bytes for each of these moments
        before the frame's mission time:"""
    )
    meaning = prose(
        f"""A place, from the lowest bit: latitude {history.BITS} bits, longitude {history.BITS} bits, altitude 12
        bits. All 40 bits set: not known; so too where the frame's own latitude or longitude is not known. Latitude:
        the lowest {history.BITS} bits of `latitude_e7` divided by the step, rounded down. It stands for the middle of
        that step, and of all steps that end in these bits for the one nearest to the frame's own. Longitude the same;
        its step is that of latitude below 50 degrees of the frame's own latitude, twice that below 70, and 8 times
        beyond. Over the date line a longitude goes on counting. Altitude: `{history.LOWEST_M} + code *
        {history.STEP_M}` m, rounded and saturated; all 12 bits set: not known."""
    )
    moments = table(("frame", "byte", "before", "step of latitude", "span"), rows)
    return "\n".join(("\n### FIX_2 and FIX_3\n", beginning, "", moments, "", meaning))


def hist() -> str:
    """The layout of HIST."""
    head = history.HIST_BYTES - history.PLACE_BYTES * (history.HIST_PLACES - 1)
    rows = (
        ("0-2", "start", "s", "mission time of the first place, in whole seconds"),
        ("3", "step", "s", "from each place to the next"),
        ("4-7", "latitude", "1e-7 deg", "of the first place, signed"),
        ("8-11", "longitude", "1e-7 deg", "of the first place, signed"),
        ("12-13", "altitude", "10 m", "of the first place, in the lowest 12 bits, as in FIX_2"),
        (f"{head}-{history.HIST_BYTES - 1}", "places", "", f"{history.HIST_PLACES - 1} of 5 bytes each, as in FIX_2"),
    )
    meaning = prose(
        f"""The step of latitude is {history.HIST_STEP_E7}e-7 deg. Each place is resolved by the nearest to the newest
        known one before it in the frame, as it was read. A place that is not known keeps its moment and changes
        nothing else."""
    )
    return "\n".join(("\n### HIST\n", table(("byte", "field", "unit", ""), rows), "", meaning))


def commands_and_answers() -> str:
    """Commands, results, and the rules of both sides."""
    every = [
        (str(number), code(name), argument, {1: "one", 2: "two"}[steps], text)
        for number, name, argument, steps, text in words.COMMANDS
    ]
    results = [(str(number), code(name), text) for number, name, text in words.COMMAND_RESULTS]
    why = [
        (
            str(commands.FOR_EXECUTE),
            code(_REASONS[commands.FOR_EXECUTE]),
            "the nonce is for the `execute` after an `arm`",
        ),
        (
            str(commands.OTHER_SESSION),
            code(_REASONS[commands.OTHER_SESSION]),
            "the command carried another session; the nonce is the right one, and the counter is not used up",
        ),
    ]
    parts = (
        "\n## Commands\n",
        prose(
            """`op` of a CMD. What takes two steps is named by `arm` and by `execute`: its number in the lowest 8 bits
            of their argument, the place of a drop in the next 8."""
        ),
        "",
        table(("op", "command", "argument", "steps", ""), every),
        "",
        prose(
            f"""In the header of a CMD `net` is the flight's, the sequence is the lowest 24 bits of the counter, and
            the mission time is the payload's as the ground knows it; {commands.WINDOW_MS // 1000} s of difference are
            allowed. `nonce` is the session that META and CHAL tell; in an `execute` it is that of the CHAL that
            answered the `arm`, which lives for {commands.CHALLENGE_MS // 1000} s, and its counter is the next. A
            counter is used once: the same command again is answered again and not done again, an older one is stale.
            A command with a wrong tag is counted and not answered."""
        ),
        "\n### Results\n",
        f"`result` of an ACK, sent {commands.ANSWERS} times, and `command_result` of every FIX after it.\n",
        table(("number", "result", ""), results),
        "\n### Why a CHAL\n",
        table(("why", "", ""), why),
        "\n## Tags\n",
        "    key = HMAC-SHA256(master, direction | salt)",
        f"    tag = HMAC-SHA256(key, direction | key id u16 | header | payload without the tag)[:{_TAG}]\n",
        prose(
            f"""The direction is `{authentication.UP.decode()}` for a CMD and `{authentication.DOWN.decode()}` for
            CHAL and ACK, in ASCII. The master key has {provisioning.KEY_BYTES} bytes and stays on the ground; the
            salt has {provisioning.SALT_BYTES} and is drawn for each provisioning. The key id is the first two bytes
            of HMAC-SHA256(master, `{provisioning.ID.decode()}` | salt), lowest first, or 1 where they are 0; META
            tells it."""
        ),
    )
    return "\n".join(parts)


def profile_table() -> str:
    """The radio profiles."""
    rows = []
    for number, name, text in words.PROFILES:
        profile = profiles.profile(number)
        rows.append(
            (
                str(number),
                code(name),
                f"{profile.baud}",
                f"{profile.air_bps}",
                f"{profile.largest} B",
                f"{profile.rate_s} s",
                f"{profile.slot_ms} ms",
                str(profile.past),
                f"{profile.filler_s} s" if profile.filler_s else "never",
                "all" if profile.duty_permille >= 1000 else f"{profile.duty_permille / 10:g} %",
                text,
            )
        )
    head = ("number", "profile", "UART, Bd", "air, bit/s", "largest frame", "report every", "slot", "past places")
    return "\n".join(
        (
            "\n## Radio profiles\n",
            prose(
                """`profile` of META. After each report the board is silent for the slot, so that a command can be
                heard; answers may go out in it. A HIST goes out unasked so often. `samara link budget` works out what
                this comes to."""
            ),
            "",
            table((*head, "HIST every", "on the air", ""), rows),
        )
    )


def golden_command() -> bytes:
    """The CMD frame of the worked example, as it goes over the wire."""
    keys = provisioning.derive(GOLDEN_MASTER, GOLDEN_SALT)
    payload = bytearray(commands.CMD_LAYOUT.size)
    commands.CMD_LAYOUT.pack_into(payload, 0, GOLDEN_COMMAND)
    header = framing.header(commands.CMD, GOLDEN_NET, GOLDEN_COMMAND["counter"], GOLDEN_MISSION_MS)
    packet = header + bytes(payload)
    return bytes(framing.encode(packet + keys.tag_up(packet)))


def command_example() -> str:
    """A command byte by byte."""
    keys = provisioning.derive(GOLDEN_MASTER, GOLDEN_SALT)
    up = authentication.hmac_sha256(GOLDEN_MASTER, authentication.UP + GOLDEN_SALT)
    frame = golden_command()
    assert len(frame) == SIZES["CMD"]
    payload = bytearray(commands.CMD_LAYOUT.size)
    commands.CMD_LAYOUT.pack_into(payload, 0, GOLDEN_COMMAND)
    header = framing.header(commands.CMD, GOLDEN_NET, GOLDEN_COMMAND["counter"], GOLDEN_MISSION_MS)
    tag = keys.tag_up(header + bytes(payload))
    lines = [
        "\n## A worked command\n",
        "`execute`: release the drop at place 1, the second step, with the nonce of the CHAL.\n",
        row("what", "bytes"),
        "|---|---|",
        row("master key", code(GOLDEN_MASTER.hex())),
        row("salt", code(GOLDEN_SALT.hex())),
        row("up key", code(up.hex())),
        row("key id", f"{code(f'0x{keys.key_id:04x}')}, in the tag {code(keys.key_id.to_bytes(2, 'little').hex(' '))}"),
        row("header", code(header.hex(" "))),
        row("payload without the tag", code(bytes(payload).hex(" "))),
        row("tag", code(tag.hex(" "))),
        f"\n{len(frame)} bytes on the wire:\n",
        *("    " + frame[at : at + 16].hex(" ") for at in range(0, len(frame), 16)),
    ]
    return "\n".join(lines)
