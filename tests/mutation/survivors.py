"""Mutants that no test can tell from the original, each with its reason: docs/mutants.md is made of these rows."""

_SET_FIRST = "what it begins with is never read: it is set first"

# file, scope, line without its comment, changes, reason
EXPLAINED = (
    (
        "firmware/release/channel.py",
        "Channel.__init__",
        "self._since_ms = 0",
        ("0 -> 1", "0 -> -1"),
        _SET_FIRST,
    ),
    (
        "firmware/release/channel.py",
        "Channel.__init__",
        "self._this_pulse_ms = 0",
        ("left out", "0 -> 1", "0 -> -1"),
        _SET_FIRST,
    ),
    (
        "firmware/release/channel.py",
        "Channel._happen",
        "return",
        ("left out",),
        "no later row of the table has the same event from the state that this one led to",
    ),
    (
        "firmware/release/conditions.py",
        "",
        "_SHIFT = const(17)",
        ("const(17) -> const(16)",),
        "the four bits fit in their byte one place higher, too",
    ),
    (
        "firmware/release/conditions.py",
        "Conditions.__init__",
        "self._since_ms = [None] * drops.PLACES",
        ("[None] -> [0]",),
        "`restart`, called next, sets all that are read",
    ),
    (
        "firmware/release/motion.py",
        "Motion.__init__",
        "self._rates = [0] * _SAMPLES",
        ("[0] -> [1]", "[0] -> [-1]"),
        "only what was noted is counted",
    ),
    (
        "firmware/release/motion.py",
        "Motion.__init__",
        "self._at = 0",
        ("0 -> 1", "0 -> -1"),
        "a ring may begin anywhere",
    ),
    (
        "firmware/release/motion.py",
        "Motion.__init__",
        "self._expected_cm_s = 0",
        ("left out", "0 -> 1", "0 -> -1"),
        _SET_FIRST,
    ),
    (
        "firmware/release/motion.py",
        "Motion.__init__",
        "self._before_cm_s = 0",
        ("left out", "0 -> 1", "0 -> -1"),
        _SET_FIRST,
    ),
    (
        "firmware/release/motion.py",
        "Motion.__init__",
        "self._noise_cm_s = 0",
        ("left out", "0 -> 1", "0 -> -1"),
        _SET_FIRST,
    ),
    (
        "firmware/release/motion.py",
        "Motion.__init__",
        "self._since_ms = 0",
        ("left out", "0 -> 1", "0 -> -1"),
        _SET_FIRST,
    ),
    (
        "firmware/release/motion.py",
        "Motion.look",
        "if self._expected_cm_s < 0:",
        (
            "self._expected_cm_s < 0 -> self._expected_cm_s <= 0",
            "self._expected_cm_s < 0 -> self._expected_cm_s < 1",
            "self._expected_cm_s < 0 -> self._expected_cm_s < -1",
        ),
        "`begin` lets nothing through that is smaller than 50 cm/s either way",
    ),
    (
        "firmware/release/motion.py",
        "Motion._noise",
        "total += abs(self._rates[(self._at - 1 - back) % _SAMPLES] - mean_cm_s)",
        (
            "self._at - 1 - back -> self._at - 1 + back",
            "self._at - 1 -> self._at + 1",
            "self._at - 1 -> self._at - 2",
            "self._at - 1 -> self._at - 0",
        ),
        "it is asked only of a full ring: all sixteen are added, in whatever order",
    ),
    (
        "firmware/release/news.py",
        "",
        "_ROW = const(3)",
        ("const(3) -> const(4)",),
        "an unused byte a row",
    ),
    (
        "firmware/release/news.py",
        "News.__init__",
        "self._arguments = [0] * _ROWS",
        ("[0] -> [1]", "[0] -> [-1]"),
        _SET_FIRST,
    ),
    (
        "firmware/release/news.py",
        "News.__init__",
        "self._first = 0",
        ("0 -> 1", "0 -> -1"),
        "a ring may begin anywhere",
    ),
    (
        "firmware/journal_reader.py",
        "newest_record",
        "if record is not None and (newest is None or record.counter > newest.counter):",
        ("record.counter > newest.counter -> record.counter >= newest.counter",),
        "two slots never have the same counter",
    ),
    (
        "firmware/journal_reader.py",
        "_read",
        "data = slot.read(RECORD_BYTES + 1)",
        ("RECORD_BYTES + 1 -> RECORD_BYTES + 2",),
        "one byte too many is as wrong as two",
    ),
    (
        "firmware/journal_reader.py",
        "_read",
        'valid = len(data) == RECORD_BYTES and struct.unpack("<I", data[-4:])[0] == crc32(data[:-4]) & 0xFFFFFFFF',
        ("struct.unpack('<I', data[-4:])[0] -> struct.unpack('<I', data[-4:])[-1]",),
        "there is only one number in it",
    ),
    (
        "firmware/mission.py",
        "read_mission",
        'forget("firmware.protocol.mission", "firmware.protocol.mission_rules", "firmware.protocol.mission_together")',
        ("left out",),
        "it gives heap back on a board only; test_mission_edges sees it on MicroPython",
    ),
    (
        "firmware/protocol/mission.py",
        "load",
        "body = max(len(data) - HASH_BYTES, 0)",
        (
            "max(len(data) - HASH_BYTES, 0) -> max(len(data) - HASH_BYTES, 1)",
            "max(len(data) - HASH_BYTES, 0) -> max(len(data) - HASH_BYTES, -1)",
        ),
        "so short a file is refused as damaged in the same words, by its length",
    ),
    (
        "firmware/protocol/mission.py",
        "load",
        'age = "older" if version < VERSION else "newer"',
        ("version < VERSION -> version <= VERSION",),
        "it is asked only where they differ",
    ),
    (
        "firmware/protocol/mission.py",
        "order_of",
        "return (either(drop.after_ms, NO_TIME), either(drop.at_unix_s, 0))",
        (
            "either(drop.at_unix_s, 0) -> either(drop.at_unix_s, 1)",
            "either(drop.at_unix_s, 0) -> either(drop.at_unix_s, -1)",
        ),
        "drops after launch all have the same number there, whichever it is",
    ),
    (
        "firmware/protocol/mission.py",
        "_read_drops",
        "drop = Drop(reader.text(), None)",
        ("Drop(reader.text(), None) -> Drop(reader.text(), 0)",),
        _SET_FIRST,
    ),
    (
        "firmware/protocol/mission.py",
        "_read_cutdown",
        "cutdown = Cutdown(None, None)",
        ("Cutdown(None, None) -> Cutdown(0, None)", "Cutdown(None, None) -> Cutdown(None, 0)"),
        _SET_FIRST,
    ),
    (
        "firmware/protocol/mission.py",
        "_Reader.count",
        "count = self.take(1)[0]",
        ("self.take(1)[0] -> self.take(1)[-1]",),
        "there is only one byte in it",
    ),
    (
        "firmware/protocol/mission.py",
        "_Reader.text",
        'return "".join([chr(byte) if byte < 128 else "?" for byte in self.take(self.take(1)[0])])',
        ("self.take(1)[0] -> self.take(1)[-1]",),
        "there is only one byte in it",
    ),
    (
        "firmware/protocol/mission.py",
        "_Reader.text",
        'return "".join([chr(byte) if byte < 128 else "?" for byte in self.take(self.take(1)[0])])',
        ("byte < 128 -> byte < 127",),
        "no name may hold character 127 either",
    ),
    (
        "firmware/protocol/mission_together.py",
        "_positions",
        'if channel.kind != SERVO or on + ("positions_us",) in wrong:',
        ("channel.kind != SERVO or on + ('positions_us',) in wrong -> on + ('positions_us',) in wrong",),
        "a wire has no positions, and no number of releases lies between none and less than none",
    ),
    (
        "firmware/protocol/mission_together.py",
        "_cutdown_time",
        'busy = None if ("cutdown", "channel") in wrong else _busy(wrong, mission, mission.cutdown.channel)',
        ("None -> 0",),
        "pulses of no length reach beyond nothing that has not been refused before",
    ),
    (
        "firmware/protocol/mission_together.py",
        "_busy",
        "return None",
        ("None -> 0",),
        "pulses of no length overlap with nothing",
    ),
    (
        "firmware/protocol/mission_together.py",
        "_busy",
        'return None if ("channels", index, "same_load") in wrong else all_busy_ms(mission, index)',
        ("None -> 0",),
        "pulses of no length overlap with nothing",
    ),
    (
        "firmware/protocol/mission_writer.py",
        "_drop_of",
        'drop = _filled(Drop(row.get("name"), None), row, names, _DROP_LINKS)',
        ("Drop(row.get('name'), None) -> Drop(row.get('name'), 0)",),
        _SET_FIRST,
    ),
)


def explanation(target, mutant):
    """Why this mutant may live, or None."""
    for file, scope, line, changes, reason in EXPLAINED:
        if (file, scope, line) == (target, mutant.scope, mutant.statement) and mutant.change in changes:
            return reason
    return None
