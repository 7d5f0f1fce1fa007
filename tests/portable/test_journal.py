"""The journal: the newest whole slot wins, whatever happened to the other, at every moment a power cut can choose."""

import sys

from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import RECORD_BYTES, Journal
from firmware.protocol import drops, faults, phases
from hardware.simulated import file_system
from hardware.simulated.clock import Clock
from hardware.simulated.flash import BLOCK_BYTES, Flash
from hardware.simulated.trace import Trace
from tests.portable.core_rig import fresh_storage, has_littlefs, unmount
from tests.skip import SkipTest

HASH = b"\x11\x22\x33\x44\x55\x66"
SLOTS = ("journal.0", "journal.1")


class Desk:
    """A journal over its state, on this storage."""

    def __init__(self, storage, mission_hash=HASH):
        self.clock = Clock(wrap_in_ms=500)
        self.state = FlightState()
        self.health = Health(self.clock)
        self.storage = storage
        self.journal = Journal(self.clock, storage, self.state, mission_hash, self.health)

    def write(self, elapsed_ms):
        self.state.elapsed_ms = elapsed_ms
        self.journal.want()
        self.journal.write(self.clock.ticks_ms())


def loaded(storage, mission_hash=HASH):
    """A new board's desk after `load`, and whether it resumed."""
    desk = Desk(storage, mission_hash)
    return desk, desk.journal.load()


def read(storage, name):
    with storage.open(name, "rb") as file:
        return file.read(4096)


def overwrite(storage, name, data):
    with storage.open(name, "wb") as file:
        file.write(data)


class Memory:
    """Files in memory, for what is tried at every byte. `fail` is called before each write and may raise."""

    def __init__(self):
        self.files = {}
        self.fail = None

    def open(self, name, mode):
        if "r" in mode and name not in self.files:
            raise OSError(2)
        return _MemoryFile(self, name, mode)

    def copy(self):
        other = Memory()
        other.files = dict(self.files)
        return other


class _MemoryFile:
    def __init__(self, memory, name, mode):
        self.memory = memory
        self.name = name
        if mode == "wb":
            memory.files[name] = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, count):
        return self.memory.files[self.name][:count]

    def write(self, data):
        if self.memory.fail is not None:
            self.memory.fail()
        self.memory.files[self.name] += bytes(data)


def written(count=2, storage=None):
    """A memory in which states with elapsed 1000, 2000, ... have been written."""
    desk = Desk(storage or Memory())
    for number in range(1, count + 1):
        desk.write(number * 1000)
    assert desk.health.counts == [0] * len(desk.health.counts)
    return desk.storage


def test_everything_that_must_survive_survives():
    storage, _ = fresh_storage()
    desk = Desk(storage)
    state = desk.state
    state.reset_count = 17
    state.elapsed_ms = 1234567890
    state.launch_ms = 987654321
    state.launch_unix_s = 0xE0000001
    state.phase = phases.FLOAT
    state.ended = True
    state.safe = True
    state.flown = True
    state.behind = True
    state.intent_rail_50mv = 91
    state.break_wire_seen = True
    state.break_wire_ms = 98765
    state.hold_until_ms = 1234567999
    state.hold_used_ms = 1799999
    state.hold_in_doubt = True
    state.made_up_ms = 345678
    state.doubt_ms = 1234000001
    state.sequence_limit = 0xFEDCBA
    state.pad_gps_m = -57
    state.pad_pressure_altitude_m = 431
    state.pad_taken_ms = 111111
    state.unix_s = 0xF0000001
    state.unix_elapsed_ms = state.elapsed_ms
    state.near_pad_ms = 123456
    state.over_ms = 1234000000
    state.reasons = (1 << drops.REASON_BITS) - 1
    state.cutdown_by = drops.BY_AREA
    state.command_counter = 0xFEDCBA
    state.command_result = 8
    state.wires_whole = 0xA5
    state.parted_early = 0x81
    state.drop_states[:] = bytes(range(8))
    state.drop_attempts[:] = bytes((3, 2, 1, 0, 1, 2, 3, 1))
    state.drop_steps[:] = bytes((30, 0, 1, 2, 3, 4, 5, 6))
    state.drop_worst[:] = bytes((0, 5, 6, 7, 0, 0, 6, 5))
    state.positions[:] = bytes((24, 0, 1, 2))
    state.brown_outs[:] = bytes((0, 1, 2, 255))
    desk.journal.write(0)
    again, resumed = loaded(storage)
    assert resumed
    # Every attribute: whoever adds one and forgets the journal is told.
    names = [name for name in dir(FlightState()) if name[0] != "_" and not callable(getattr(FlightState(), name))]
    assert len(names) >= 29
    for name in names:
        assert getattr(again.state, name) == getattr(state, name), name
        assert getattr(state, name) != getattr(FlightState(), name), name  # the test itself forgot it
    assert again.health.counts == [0] * len(again.health.counts)


def test_what_was_unknown_is_unknown_again():
    storage = written(1)
    again, resumed = loaded(storage)
    assert resumed
    state = again.state
    assert state.launch_ms is None and state.pad_gps_m is None and state.pad_pressure_altitude_m is None
    assert state.unix_s is None and state.ended is False and state.phase == phases.GROUND


def test_without_any_slot_the_flight_is_fresh_and_that_is_no_fault():
    storage, _ = fresh_storage()
    again, resumed = loaded(storage)
    assert not resumed and again.state.elapsed_ms == 0 and sum(again.health.counts) == 0


def test_the_slots_alternate_over_resets():
    memory = Memory()
    used = []
    for _ in range(3):
        desk, _ = loaded(memory)
        for _ in range(3):
            before = dict(memory.files)
            desk.write(desk.state.elapsed_ms + 1)
            used.append([name for name in SLOTS if memory.files.get(name) != before.get(name)])
    assert all(len(names) == 1 for names in used)
    assert all(used[place] != used[place + 1] for place in range(len(used) - 1))


def test_the_newest_slot_wins_whichever_it_is():
    for count in range(1, 6):
        again, resumed = loaded(written(count))
        assert resumed and again.state.elapsed_ms == count * 1000


def test_either_slot_with_any_bit_flipped_leaves_the_other():
    for newest in (2, 3):
        memory = written(newest)
        for name in SLOTS:
            is_newest = name == SLOTS[newest & 1]
            good = memory.files[name]
            assert len(good) == RECORD_BYTES
            for place in range(RECORD_BYTES):
                for bit in range(8) if place < 8 else (place % 8,):
                    bad = bytearray(good)
                    bad[place] ^= 1 << bit
                    memory.files[name] = bytes(bad)
                    again, resumed = loaded(memory)
                    expected = (newest - 1 if is_newest else newest) * 1000
                    assert resumed and again.state.elapsed_ms == expected, (name, place, bit)
                    assert again.health.counts[faults.JOURNAL_SLOT_DAMAGED] == 1
            memory.files[name] = good


def test_either_slot_cut_anywhere_or_too_long_leaves_the_other():
    memory = written(2)
    for name, expected in ((SLOTS[0], 1000), (SLOTS[1], 2000)):
        good = memory.files[name]
        for bad in [good[:size] for size in range(RECORD_BYTES)] + [good + b"\0", good + good, b"\xff" * RECORD_BYTES]:
            memory.files[name] = bad
            again, resumed = loaded(memory)
            assert resumed and again.state.elapsed_ms == expected, (name, len(bad))
        del memory.files[name]
        again, resumed = loaded(memory)
        assert resumed and again.state.elapsed_ms == expected and sum(again.health.counts) == 0
        memory.files[name] = good


def test_a_slot_of_zeros_is_no_state():
    memory = Memory()
    memory.files[SLOTS[0]] = b"\0" * RECORD_BYTES
    again, resumed = loaded(memory)
    assert not resumed and again.health.counts[faults.JOURNAL_SLOT_DAMAGED] == 1


def test_both_slots_damaged_is_a_fresh_flight_and_two_faults():
    memory = written(2)
    for name in SLOTS:
        memory.files[name] = memory.files[name][:-1] + b"\x5a"
    again, resumed = loaded(memory)
    assert not resumed and again.state.elapsed_ms == 0 and again.state.launch_ms is None
    assert again.health.counts[faults.JOURNAL_SLOT_DAMAGED] == 2
    again.write(77)
    assert loaded(memory)[0].state.elapsed_ms == 77


def test_another_mission_is_never_resumed_and_its_journal_never_overwritten():
    memory = written(5)
    before = dict(memory.files)
    again, resumed = loaded(memory, b"\x11\x22\x33\x45")
    assert not resumed and again.state.elapsed_ms == 0
    assert again.journal.foreign and again.journal.closed and not again.journal.wanted
    again.journal.want(True)
    again.journal.tick(20000)
    assert not again.journal.wanted and not again.journal.urgent and memory.files == before
    # Its own flight finds it whole.
    assert loaded(memory)[0].state.elapsed_ms == 5000
    # Cleared away by the crew, the new flight has a journal of its own.
    memory.files.clear()
    new, resumed = loaded(memory, b"\x11\x22\x33\x45")
    assert not resumed and not new.journal.foreign
    new.write(42)
    assert loaded(memory, b"\x11\x22\x33\x45")[0].state.elapsed_ms == 42


def test_a_rehearsal_keeps_its_own_journal():
    memory = written(5)
    before = dict(memory.files)
    desk = Desk(memory)
    rehearsal = Journal(desk.clock, memory, desk.state, HASH, desk.health, ("rehearsal.0", "rehearsal.1"))
    assert not rehearsal.load()
    desk.state.elapsed_ms = 77
    rehearsal.write(0)
    rehearsal.write(0)
    for name in SLOTS:
        assert memory.files[name] == before[name]
    assert sorted(memory.files) == ["journal.0", "journal.1", "rehearsal.0", "rehearsal.1"]
    assert loaded(memory)[0].state.elapsed_ms == 5000


def test_a_record_is_small_enough_to_lie_in_its_folder_on_flash():
    from hardware.simulated.flash import CACHE_BYTES

    # littlefs then needs no block of its own for it, and a rewrite is seldom an erase.
    assert RECORD_BYTES <= CACHE_BYTES


def test_another_version_is_not_read_as_ours():
    import struct
    from binascii import crc32

    memory = written(1)
    data = bytearray(memory.files[SLOTS[1]])
    data[1] += 1
    data[-4:] = struct.pack("<I", crc32(bytes(data[:-4])) & 0xFFFFFFFF)
    memory.files[SLOTS[1]] = bytes(data)
    again, resumed = loaded(memory)
    assert not resumed and again.health.counts[faults.JOURNAL_SLOT_DAMAGED] == 1


def fail_always():
    raise OSError(5)


def test_a_dead_flash_is_counted_and_holds_nothing_up():
    desk = Desk(Memory())
    desk.storage.fail = fail_always
    for number in range(1, 4):
        desk.journal.want(True)
        assert desk.journal.urgent
        desk.journal.write(number)
        assert not desk.journal.urgent and not desk.journal.ok
        assert desk.health.counts[faults.JOURNAL_WRITE_FAILED] == number
    desk.storage.fail = None
    desk.write(5)
    assert desk.journal.ok and loaded(desk.storage)[0].state.elapsed_ms == 5


def test_a_power_cut_after_a_failed_write_still_finds_a_whole_slot():
    memory = written(3)
    desk, _ = loaded(memory)
    memory.fail = fail_always
    desk.write(4000)  # leaves its slot torn
    desk.write(5000)  # torn too, and the power goes here
    memory.fail = None
    again, resumed = loaded(memory)
    assert resumed and again.state.elapsed_ms == 3000


def test_four_seconds_are_noticed_over_a_wrap():
    # With what a write may wait for a quiet moment these are the ten of the promise (tests/flights measures them).
    desk = Desk(Memory())
    desk.write(0)
    wanted = []
    for second in range(1, 15):
        desk.clock.sleep_ms(1000)
        desk.journal.tick(desk.clock.ticks_ms())
        if desk.journal.wanted:
            wanted.append(second)
            desk.journal.write(desk.clock.ticks_ms())
    assert wanted == [4, 8, 12]


def test_an_urgent_wish_lasts_until_the_write_and_no_other_wish_takes_it_back():
    desk = Desk(Memory())
    desk.journal.write(0)
    assert not desk.journal.wanted and not desk.journal.urgent
    desk.journal.want()
    assert desk.journal.wanted and not desk.journal.urgent
    desk.journal.want(True)
    assert desk.journal.urgent
    desk.journal.want()
    assert desk.journal.urgent
    desk.journal.write(1)
    assert not desk.journal.wanted and not desk.journal.urgent


def test_a_drops_state_in_every_slot_is_the_one_that_was_written():
    memory = Memory()
    desk = Desk(memory)
    desk.state.drop_states[3] = drops.FIRING
    desk.state.drop_attempts[3] = 1
    desk.write(1)
    desk.state.drop_states[3] = drops.CONFIRMED
    assert loaded(memory)[0].state.drop_states[3] == drops.FIRING
    desk.write(2)
    again = loaded(memory)[0]
    assert again.state.drop_states[3] == drops.CONFIRMED and again.state.drop_attempts[3] == 1


class RecordingFlash(Flash):
    """Keeps every operation, so that the image can be made as it was in the middle of any of them."""

    def __init__(self, clock):
        Flash.__init__(self, clock, Trace(clock))
        self.operations = []
        self.base = None

    def start(self):
        self.base = [None if block is None else bytes(block) for block in self._image]

    def writeblocks(self, block, buffer, offset=0):
        if self.base is not None:
            self.operations.append((block, offset, bytes(buffer)))
        Flash.writeblocks(self, block, buffer, offset)

    def erase(self, block):
        if self.base is not None:
            self.operations.append((block, 0, None))
        Flash.erase(self, block)

    def cut_at(self, number, half):
        """The flash as it was when power failed before operation `number`, or in the middle of it."""
        flash = Flash(self._clock, Trace(self._clock))
        flash._image = [None if block is None else bytearray(block) for block in self.base]
        for place in range(number + (1 if half else 0)):
            block, offset, data = self.operations[place]
            if flash._image[block] is None:
                flash._image[block] = bytearray(b"\xff" * BLOCK_BYTES)
            image = flash._image[block]
            if data is None:
                data = b"\xff" * BLOCK_BYTES
            if half and place == number:
                data = data[: len(data) // 2]
            image[offset : offset + len(data)] = data
        return flash


def test_a_power_cut_at_any_flash_operation_loses_at_most_the_newest_write():
    if not has_littlefs():
        raise SkipTest("no littlefs on this port")
    clock = Clock()
    flash = RecordingFlash(clock)
    unmount()
    storage = file_system.mount(flash)
    overwrite(storage, "mission.bin", b"m" * 200)
    desk = Desk(storage)
    for number in range(1, 4):
        desk.write(number * 1000)
    flash.start()
    ends = []  # how many operations there had been after each write
    for number in range(4, 124):
        desk.write(number * 1000)
        ends.append(len(flash.operations))
    assert desk.health.counts[faults.JOURNAL_WRITE_FAILED] == 0
    assert len(flash.operations) >= 120
    assert len([1 for operation in flash.operations if operation[2] is None]) >= 2  # erases are among them
    done = 3
    for number in range(len(flash.operations)):
        while ends[done - 3] <= number:
            done += 1
        for half in (False, True):
            after = file_system.mount(flash.cut_at(number, half), False)
            assert read(after, "mission.bin") == b"m" * 200
            again, resumed = loaded(after)
            assert resumed and again.state.elapsed_ms // 1000 in (done, done + 1), (number, half)
            assert again.health.counts[faults.JOURNAL_SLOT_DAMAGED] <= 1
    unmount()


def test_nought_is_a_value_and_not_unknown():
    memory = Memory()
    desk = Desk(memory)
    names = [name for name in dir(FlightState()) if name[0] != "_" and getattr(FlightState(), name) is None]
    names = [name for name in names if "unix_s" not in name]  # nobody flies in 1970
    assert len(names) >= 8
    for name in names:
        setattr(desk.state, name, 0)
    desk.write(0)
    again, _ = loaded(memory)
    for name in names:
        assert getattr(again.state, name) == 0 and getattr(again.state, name) is not None, name
    desk.state.launch_unix_s = desk.state.unix_s = 1
    desk.write(0)
    again, _ = loaded(memory)
    assert again.state.launch_unix_s == again.state.unix_s == 1


def test_every_moment_that_was_unknown_is_unknown_again():
    again, _ = loaded(written(1))
    fresh = FlightState()
    for name in dir(fresh):
        if name[0] != "_" and getattr(fresh, name) is None:
            assert getattr(again.state, name) is None, name


def test_each_flag_comes_back_alone():
    fresh = FlightState()
    flags = [name for name in dir(fresh) if name[0] != "_" and getattr(fresh, name) is False]
    assert len(flags) >= 4
    for name in flags:
        memory = Memory()
        desk = Desk(memory)
        setattr(desk.state, name, True)
        desk.write(1)
        state = loaded(memory)[0].state
        for other in flags:
            assert getattr(state, other) is (other == name), (name, other)


def test_what_shares_a_number_in_the_record_comes_back_whole():
    for phase in range(16):
        for cutdown_by in (0, 1, 2, 4, 8, 15):
            memory = Memory()
            desk = Desk(memory)
            desk.state.phase = phase
            desk.state.cutdown_by = cutdown_by
            desk.write(1)
            state = loaded(memory)[0].state
            assert (state.phase, state.cutdown_by) == (phase, cutdown_by)
    for counter, result in ((1, 0), (0xFFFFFF, 0), (0, 8), (0, 255), (0x800000, 1), (0xFFFFFF, 255)):
        memory = Memory()
        desk = Desk(memory)
        desk.state.command_counter = counter
        desk.state.command_result = result
        desk.write(1)
        state = loaded(memory)[0].state
        assert (state.command_counter, state.command_result) == (counter, result)


def test_mission_time_stops_at_what_a_record_can_hold_and_is_still_written():
    for elapsed_ms, kept_ms in ((0x7FFFFFFE, 0x7FFFFFFE), (0x7FFFFFFF, 0x7FFFFFFF), (0x80000000, 0x7FFFFFFF)):
        memory = Memory()
        Desk(memory).write(elapsed_ms)
        assert loaded(memory)[0].state.elapsed_ms == kept_ms


def test_a_record_says_what_it_is_in_its_first_bytes():
    from firmware.journal import VERSION

    assert written(1).files[SLOTS[1]][:2] == b"J" + bytes((VERSION,))


def test_a_new_journal_wants_its_first_write_and_without_a_mission_none():
    desk = Desk(Memory())
    assert desk.journal.wanted and desk.journal.ok and not desk.journal.urgent
    desk.journal.tick(desk.clock.ticks_ms())
    assert desk.journal.wanted
    closed = Desk(Memory(), bytes(4)).journal
    closed.tick(20000)
    closed.want(True)
    assert closed.closed and not closed.wanted and not closed.urgent


def test_a_write_is_wanted_after_three_and_a_half_seconds_and_not_a_millisecond_before():
    desk = Desk(Memory())
    desk.write(0)
    desk.clock.sleep_ms(3499)
    desk.journal.tick(desk.clock.ticks_ms())
    assert not desk.journal.wanted
    desk.clock.sleep_ms(1)
    desk.journal.tick(desk.clock.ticks_ms())
    assert desk.journal.wanted


def test_a_board_forgets_what_reads_a_journal_as_soon_as_it_has_been_read():
    if sys.implementation.name != "micropython":
        raise SkipTest("only a board gives the heap back")
    assert loaded(written(1))[1]
    assert "firmware.journal_reader" not in sys.modules
