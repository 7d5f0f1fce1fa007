"""Every fault of the catalogue shows on the wires, begins and ends at its time, and outlives the board's resets."""

from hardware.simulated.faults import CATALOGUE, BadFault, Faults
from hardware.simulated.machine import SimulatedMachine
from tests.portable.core_rig import has_littlefs
from tests.portable.fault_rig import POSITIONS_US, Faulty
from tests.skip import SkipTest

POWER = SimulatedMachine.PWRON_RESET
WATCHDOG = SimulatedMachine.WDT_RESET


# The table ------------------------------------------------------------------------------------------------------------


def test_names_are_unique_and_every_row_says_what_it_does():
    names = [row[0] for row in CATALOGUE]
    assert len(set(names)) == len(names)
    numbers = set()
    for _, of, text, begin, end, step, every_ms in CATALOGUE:
        assert text and callable(begin) and (end is None or callable(end)) and (step is None or every_ms >= 0)
        numbers |= set(of.split())
    expected = ["F%d" % number for number in list(range(1, 30)) + [31]]
    assert numbers == set(expected), sorted(numbers)


def test_an_unknown_fault_is_refused_with_those_that_there_are():
    message = ""
    try:
        Faulty(("gremlins", 1, 0, 0))
    except ValueError as error:
        message = str(error)
    assert "gremlins" in message and "power_cut" in message


def test_a_fault_that_cannot_be_in_this_scenario_stops_the_simulation_and_says_which():
    for fault in (("never_cuts", 1, 0, 4), ("leak", 1, 0, 5)):
        message = ""
        try:
            Faulty(fault).run(2)
        except BadFault as error:
            message = str(error)
        assert fault[0] in message and not issubclass(BadFault, Exception)


def test_without_faults_there_is_no_engine():
    assert Faulty().bench.faults is None and Faulty(("plug_out", 1, 1, 0)).bench.faults is not None


def test_begin_and_end_come_to_the_microsecond_and_a_length_of_nothing_never_ends():
    it = Faulty(("plug_out", 10, 5, 0), ("gps_silent", 20, 0, 0))
    seen = []
    for at_ms in (9999, 10000, 14999, 15000):
        it.until(at_ms)
        seen.append(it.board.plug_sense.value())
    assert seen == [1, 0, 0, 1]
    it.run(3600)
    assert it.bench.gps.silent and [name for _, name in it.bench.faults.begun] == ["plug_out", "gps_silent"]


def test_one_can_be_planned_to_the_microsecond():
    it = Faulty()
    Faults(it.bench).add("plug_out", 1234567, 1000)
    it.clock.advance(1234566 - it.clock.now_us)
    assert it.board.plug_sense.value() == 1
    it.clock.advance(1)
    assert it.board.plug_sense.value() == 0
    it.clock.advance(1000)
    assert it.board.plug_sense.value() == 1


# Power and program ----------------------------------------------------------------------------------------------------


def test_a_power_cut_keeps_the_board_off_and_the_world_goes_on():
    it = Faulty(("power_cut", 10, 30, 0), launch_s=5)
    it.board.survivor.write(5)
    it.run(60)
    assert it.resets == [(40000, POWER)] and it.board.survivor.read() is None
    assert it.world.at(it.clock.now_us).altitude_mm > 300000


def test_a_second_power_cut_while_it_is_off_keeps_it_off_longer():
    it = Faulty(("power_cut", 10, 30, 0), ("power_cut", 35, 30, 0), ("reset", 20, 0, 0), ("hang", 50, 100, 0))
    it.run(200)
    assert it.resets == [(65000, POWER)]


def test_a_power_cut_may_take_the_receiver_with_it():
    for size, resets in ((0, 0), (1, 1), (2, 1)):
        it = Faulty(("power_cut", 40, 30, size))
        it.run(90)
        assert it.bench.gps.resets == resets
        assert (it.newest("GGA")[6] != "0") == (size < 2), "a cold start takes its time"


def test_a_power_cut_in_a_pulse_ends_it():
    it = Faulty(("power_cut", 10, 5, 0))
    it.run(9.5)
    it.pulse(1, 3000)
    assert it.of("edge") == [(9500, 1, 1), (10000, 1, 0)] and it.of("parted") == []


def test_a_reset_cuts_the_frame_that_is_leaving_and_those_behind_it():
    it = Faulty(("reset", 10, 0, 0))
    it.until(9990)
    it.board.radio_uart.write(b"a" * 100)
    it.board.radio_uart.write(b"b" * 100)
    it.until(10001)
    it.board.radio_uart.write(b"c" * 10)
    it.run(1)
    whole, new = it.heard
    assert whole == b"a" * len(whole) and 55 <= len(whole) <= 58 and new == b"c" * 10


def test_a_reset_is_by_the_watchdog_or_by_the_supply():
    it = Faulty(("reset", 10, 0, 0), ("reset", 20, 0, 1))
    it.board.survivor.write(7)
    it.until(15000)
    assert it.resets == [(10000, WATCHDOG)] and it.board.survivor.read() == 7
    it.until(25000)
    assert it.resets[1] == (20000, POWER) and it.board.survivor.read() is None


def test_a_hang_starves_the_watchdog_and_a_shorter_one_does_not():
    it = Faulty(("hang", 10, 3, 0), ("hang", 20, 5, 0))
    it.until(9500)
    dog = it.board.start_watchdog(4000)
    it.until(12000)
    assert it.clock.now_us == 13000000 and it.resets == [], "it came back after three seconds"
    dog.feed()
    it.until(16000)
    dog.feed()
    it.until(19000)
    dog.feed()
    it.until(30000)
    assert it.resets == [(23000, WATCHDOG)]


def test_a_reset_loop_resets_again_and_again_and_ends():
    it = Faulty(("reset_loop", 10, 20, 5000))
    it.run(100)
    assert it.resets == [(10000, WATCHDOG), (15000, WATCHDOG), (20000, WATCHDOG), (25000, WATCHDOG)]


def test_a_brown_out_needs_as_much_current_and_a_softer_pulse_passes():
    it = Faulty(("brown_out", 1, 0, 1500))
    it.run(2)
    it.pulse(1, 3000, duty=65535 * 60 // 100)
    assert it.resets == [] and len(it.of("parted")) == 1
    it.pulse(2, 3000)
    assert len(it.resets) == 1 and it.resets[0][1] == POWER
    down_ms = it.of("edge")[-1][0] - it.of("edge")[-2][0]
    assert 0 <= down_ms <= 2


def test_cells_that_logic_and_cutters_share_brown_out_when_they_are_weak():
    it = Faulty(("cutter_weak", 10, 20, 1200), shared_cell=True)
    it.run(1)
    it.pulse(1, 500)
    assert it.resets == [] and it.logic_mv() > 5000
    it.until(15000)
    it.pulse(1, 500)
    assert len(it.resets) == 1 and it.of("edge")[-1][0] - it.of("edge")[-2][0] <= 2
    it.until(35000)
    it.pulse(1, 600)
    assert len(it.resets) == 1 and len(it.of("parted")) == 1


def test_with_cells_of_their_own_a_weak_cutter_cell_leaves_the_logic_alone():
    it = Faulty(("cutter_weak", 1, 0, 1200))
    it.run(2)
    it.pulse(1, 500)
    assert it.resets == [] and it.logic_mv() > 5000


class State:
    """Some of what a flight's state holds."""

    def __init__(self):
        self.elapsed_ms = 1000
        self.launch_ms = None
        self.safe = False
        self.drop_states = bytearray(8)


class One:
    """An activity that counts its runs."""

    def __init__(self, name):
        self.name = name
        self.run = self._run
        self.runs = 0

    def _run(self, now_ms):
        self.runs += 1


class Computer:
    """What faults know of a flight computer."""

    def __init__(self):
        self.state = State()
        self.loop = self
        self.activities = (One("time"), One("gps"))


def test_a_bit_flips_in_a_number_a_flag_a_table_and_in_what_is_not_known():
    it = Faulty(
        ("bit_flip", 1, 0, 3),
        ("bit_flip", 2, 0, 32 + 10),
        ("bit_flip", 3, 0, 4 * 32),
        ("bit_flip", 4, 0, 9 * 32 + 17),
        ("bit_flip", 5, 0, 3),
    )
    computer = Computer()
    it.until(500)
    it.bench.on_computer(computer)
    it.until(4500)
    state = computer.state
    assert (state.elapsed_ms, state.launch_ms, state.safe) == (1000 ^ 8, 1024, True)
    assert bytes(state.drop_states) == b"\0\0\2\0\0\0\0\0"
    it.until(5500)
    assert state.elapsed_ms == 1000


def test_the_crystal_drifts_without_a_jump_and_is_right_again():
    it = Faulty(("clock_drift", 100, 1000, 500))
    ticks = []
    for at_ms in (99999, 100001, 1100000, 2100000):
        it.until(at_ms)
        ticks.append(it.clock.ticks_ms())
    steps = [it.clock.ticks_diff(ticks[place + 1], ticks[place]) for place in range(3)]
    assert 2 <= steps[0] <= 3 and abs(steps[1] - 1000499) <= 1 and abs(steps[2] - 1000000) <= 1


def test_an_activity_raises_in_every_computer_until_it_is_over():
    it = Faulty(("exception", 1, 10, "gps"), ("memory_error", 1, 10, "time"))
    first, second = Computer(), Computer()
    it.bench.on_computer(first)
    it.until(2000)
    it.bench.on_computer(second)
    for computer in (first, second):
        for place, kind in ((0, MemoryError), (1, ValueError)):
            raised = False
            try:
                computer.activities[place].run(0)
            except kind:
                raised = True
            assert raised and computer.activities[place].runs == 0
    it.until(12000)
    for one in second.activities:
        one.run(0)
        assert one.runs == 1
    third = Computer()
    it.bench.on_computer(third)
    third.activities[0].run(0)
    assert third.activities[0].runs == 1


def test_a_pause_takes_its_time_once_a_second():
    it = Faulty(("gc_pause", 1, 3, 150))
    late = []
    for at_ms in range(500, 6000, 100):
        it.until(at_ms)
        if it.clock.now_us > at_ms * 1000:
            late.append((at_ms, it.clock.now_us // 1000 - at_ms))
    assert late == [(1000, 150), (1100, 50), (2000, 150), (2100, 50), (3000, 150), (3100, 50)]


# Flash ----------------------------------------------------------------------------------------------------------------


def write(it, name, data):
    with it.bench.storage.open(name, "wb") as file:
        file.write(data)


def read(it, name):
    with it.bench.storage.open(name, "rb") as file:
        return file.read()


def needs_littlefs():
    if not has_littlefs():
        raise SkipTest("no littlefs on this port")


def test_a_flash_stall_makes_erases_slow_and_ends():
    needs_littlefs()
    it = Faulty(("flash_stall", 10, 10, 400))
    took_ms = []
    for at_ms in (5000, 15000, 25000):
        it.until(at_ms)
        erases = it.bench.flash.erases
        start_us = it.clock.now_us
        write(it, "a", b"x" * 5000)
        erases = it.bench.flash.erases - erases
        took_ms.append((it.clock.now_us - start_us) // 1000 // erases)
    assert took_ms[0] < 60 and took_ms[1] > 395 and took_ms[2] < 60, took_ms


def test_a_flash_error_is_an_error_and_passes():
    needs_littlefs()
    it = Faulty(("flash_error", 10, 10, 0))
    write(it, "a", b"before")
    it.until(15000)
    number = 0
    try:
        write(it, "a", b"during")
    except OSError as error:
        number = error.args[0]
    assert number == 5 and read(it, "a") == b"before"
    it.until(25000)
    write(it, "a", b"after")
    assert read(it, "a") == b"after"


def test_damaged_journals_are_found_at_the_next_start():
    for size, damaged in ((0, True), (1, b""), (2, True)):
        it = Faulty(("journal_damaged", 10, 0, size), ("reset", 20, 0, 0))
        for name in ("journal.0", "journal.1"):
            write(it, name, b"a slot of the journal")
        it.until(15000)
        assert read(it, "journal.0") == b"a slot of the journal"
        before_us = it.clock.now_us
        it.until(25000)
        assert it.clock.now_us - before_us == 10000000, "damage takes no time"
        for name in ("journal.0", "journal.1"):
            found = read(it, name)
            assert found != b"a slot of the journal" and (damaged is True or found == damaged)
            assert size == 1 or len(found) == 21
    it = Faulty(("journal_damaged", 10, 0, 0), ("reset", 20, 0, 0))
    it.run(30)
    assert len(it.resets) == 1, "without a journal there is nothing to damage"


def test_damaged_files_are_gone_or_wrong_at_the_next_start():
    it = Faulty(("files_damaged", 10, 0, 1), ("reset", 20, 0, 0))
    write(it, "mission.bin", b"m" * 30)
    it.run(30)
    found = read(it, "mission.bin")
    assert len(found) == 30 and len([1 for byte in found if byte != 0x6D]) == 1
    it = Faulty(("files_damaged", 10, 0, 0), ("reset", 20, 0, 0))
    write(it, "mission.bin", b"m" * 30)
    it.until(15000)
    assert read(it, "mission.bin") == b"m" * 30
    it.until(25000)
    assert it.bench.storage.size("mission.bin") is None
    write(it, "new", b"works")
    assert read(it, "new") == b"works"


def test_a_full_flash_refuses_what_is_large_and_has_room_again():
    needs_littlefs()
    it = Faulty(("flash_full", 10, 10, 1))
    write(it, "a", b"before")
    it.until(15000)
    number = 0
    try:
        write(it, "b", b"x" * 9000)
    except OSError as error:
        number = error.args[0]
    assert number == 28 and read(it, "a") == b"before" and it.bench.storage.free_bytes() <= 8192
    it.until(25000)
    write(it, "b", b"x" * 9000)
    assert len(read(it, "b")) == 9000


# Outputs --------------------------------------------------------------------------------------------------------------


def test_a_wire_parts_by_itself():
    it = Faulty(("wire_parts", 10, 0, 1))
    it.run(20)
    assert it.of("parted") == [(10000, 1, 0)] and not it.closed(1) and it.of("edge") == []


def test_a_broken_wire_holds_its_load():
    it = Faulty(("wire_broken", 10, 0, 1))
    it.run(20)
    assert it.of("parted") == [] and not it.closed(1)
    it.pulse(1, 3000)
    assert it.of("parted") == []


def test_continuity_lies_in_three_ways():
    it = Faulty(("continuity_open", 10, 10, 1), ("wire_parts", 15, 0, 2), ("continuity_whole", 20, 10, 2))
    it.until(12000)
    assert not it.closed(1) and it.closed(2)
    it.until(22000)
    assert it.closed(1) and it.closed(2)
    it.until(32000)
    assert not it.closed(2)
    it = Faulty(("continuity_noisy", 1, 10, 1))
    it.until(2000)
    assert 30 <= len([1 for _ in range(100) if it.closed(1)]) <= 70
    it.until(12000)
    assert all(it.closed(1) for _ in range(100))


def test_weak_spent_and_broken_cells_show_at_the_rail():
    it = Faulty(("cutter_weak", 10, 10, 900), ("cutter_broken", 20, 10, 0), ("cutter_spent", 40, 0, 97))
    whole_mv = it.rail_mv()
    it.until(12000)
    cutter = it.board.cutters[0]
    cutter.enable.value(1)
    cutter.fire.duty_u16(65535)
    assert 800 <= it.current_ma() <= 999 and it.rail_mv() < 2000 < whole_mv
    it.until(25000)
    assert it.rail_mv() == 0 and it.current_ma() == 0
    it.until(30500)
    assert it.current_ma() > 2000 and it.of("parted") == []
    cutter.fire.duty_u16(0)
    it.until(41000)
    assert 3000 < it.rail_mv() < 4000
    assert it.logic_mv() > 5000
    it = Faulty(("logic_spent", 10, 0, 97))
    it.until(11000)
    assert 3000 < it.logic_mv() < 4000


def test_a_wire_never_cuts():
    it = Faulty(("never_cuts", 10, 0, 1))
    it.until(11000)
    it.pulse(1, 15000)
    assert it.of("parted") == [] and it.closed(1)


def test_switches_are_stuck_in_four_ways():
    it = Faulty(("fire_stuck_on", 10, 20, 1))
    it.until(11000)
    it.pulse(2, 600)
    assert [output for _, output, _ in it.of("parted")] == [] and it.current_ma() == 0
    it.pulse(2, 500)
    assert [output for _, output, _ in it.of("parted")] == [1, 2]
    for name, size in (("fire_stuck_off", 1), ("enable_stuck_off", 0)):
        it = Faulty((name, 10, 20, size))
        it.until(11000)
        it.pulse(1, 3000)
        assert it.of("parted") == [], name
        it.until(31000)
        it.pulse(1, 3000)
        assert len(it.of("parted")) == 1, name
    it = Faulty(("enable_stuck_on", 10, 20, 0))
    it.until(11000)
    assert not it.closed(1)
    it.board.cutters[0].fire.duty_u16(65535)
    it.run(1)
    assert len(it.of("parted")) == 1


def turn(it, position_us, ms=1000):
    it.board.servo.duty_ns(position_us * 1000)
    it.pulse(3, ms)
    it.board.servo.duty_ns(0)


def test_a_dispenser_jams_is_slow_or_has_no_switch():
    it = Faulty(("servo_jam", 10, 10, 0), ("servo_slow", 30, 10, 4), ("servo_no_switch", 50, 10, 0))
    it.until(11000)
    turn(it, POSITIONS_US[1])
    assert it.of("released") == []
    it.until(31000)
    turn(it, POSITIONS_US[1], ms=300)
    assert it.of("released") == [] and not it.closed(3)
    turn(it, POSITIONS_US[1])
    assert [number for _, _, number in it.of("released")] == [1]
    it.until(45000)
    turn(it, POSITIONS_US[2])
    assert it.closed(3)
    it.until(55000)
    assert not it.closed(3)
    it.until(65000)
    assert it.closed(3)


def test_what_a_dispenser_lets_go_lightens_the_payload():
    heavy, light = Faulty(launch_s=10), Faulty(launch_s=10, servos=((3, 1500, POSITIONS_US),))
    for it in (heavy, light):
        it.until(100000)
        turn(it, POSITIONS_US[2])
        it.until(400000)
        it.world.at(it.clock.now_us)
    assert light.world.altitude_mm > heavy.world.altitude_mm + 100000


def test_the_plug_comes_out_bounces_or_loses_its_sense_line():
    it = Faulty(("plug_out", 10, 10, 0), ("plug_bouncing", 30, 2, 250), ("plug_sense_broken", 50, 10, 0))
    it.until(15000)
    assert it.board.plug_sense.value() == 0 and it.rail_mv() == 0
    it.until(25000)
    assert it.board.plug_sense.value() == 1 and it.rail_mv() > 5000
    seen = []
    for at_ms in range(30100, 32000, 250):
        it.until(at_ms)
        seen.append(it.board.plug_sense.value())
    assert seen == [0, 1, 0, 1, 0, 1, 0, 1]
    it.until(33000)
    assert it.board.plug_sense.value() == 1
    it.until(55000)
    assert it.board.plug_sense.value() == 0 and it.rail_mv() > 5000
    it.until(65000)
    assert it.board.plug_sense.value() == 1


def test_the_plug_goes_in_when_the_scenario_says():
    it = Faulty(plug_in_s=120)
    assert it.board.plug_sense.value() == 0 and it.rail_mv() == 0
    it.until(120500)
    assert it.board.plug_sense.value() == 1 and it.rail_mv() > 5000


def test_a_break_wire_is_low_until_lift_off_or_until_somebody_pulls_it_and_floats_high_where_there_is_none():
    it = Faulty(launch_s=20, break_wire=True)
    it.until(19500)
    assert it.board.break_wire.value() == 0
    it.until(20500)
    assert it.board.break_wire.value() == 1
    it = Faulty(("break_wire_pulled", 10, 0, 0), break_wire=True)
    it.until(9000)
    assert it.board.break_wire.value() == 0
    it.until(11000)
    assert it.board.break_wire.value() == 1
    assert Faulty().board.break_wire.value() == 1


# Sensors --------------------------------------------------------------------------------------------------------------


def after(it, seconds=40):
    it.run(seconds)
    it.board.gps_uart.read()
    return it


def test_the_receiver_loses_its_fix_everywhere_or_high_up():
    it = after(Faulty(("gps_no_fix", 60, 20, 0)))
    assert it.newest("GGA")[6] == "1"
    it.until(65000)
    assert it.newest("GGA")[6] == "0"
    it.until(90000)
    assert it.newest("GGA")[6] == "1"
    it = after(Faulty(("gps_lost_high", 50, 0, 1000), launch_s=60), 55)
    assert it.newest("GGA")[6] == "1"
    it.until(400000)
    assert it.world.at(it.clock.now_us).altitude_mm > 1000000 and it.newest("GGA")[6] == "0"


def test_the_receiver_is_silent_says_nonsense_or_is_noisy():
    it = after(Faulty(("gps_silent", 45, 10, 0), ("gps_garbage", 65, 10, 0), ("gps_noise", 85, 20, 500)))
    it.until(47000)
    it.board.gps_uart.read()
    assert it.sentences(3) == []
    it.until(67000)
    it.board.gps_uart.read()
    assert it.board.gps_uart.any() == 0 and it.sentences(3) == [] and it.bench.gps.epochs
    it.until(88000)
    it.board.gps_uart.read()
    noisy = len(it.sentences(10))
    it.until(108000)
    it.board.gps_uart.read()
    clean = len(it.sentences(10))
    assert clean >= 54 and clean * 3 // 10 < noisy < clean * 7 // 10


def test_the_receivers_time_jumps_or_is_weeks_early():
    it = after(Faulty(("gps_rollover", 50, 10, 0), ("gps_time_jump", 70, 10, 3600)))
    right = it.newest("RMC")
    it.until(53000)
    early = it.newest("RMC")
    it.until(73000)
    late = it.newest("RMC")
    assert right[9] == "010626" and early[9] == "161006"
    assert int(late[1][:2]) == int(right[1][:2]) + 1 and late[9] == right[9]


def latitude(fields):
    """In ten-thousandths of a minute, of a GGA."""
    whole, part = fields[2].split(".")
    return (int(whole[:-2]) * 60 + int(whole[-2:])) * 10000 + int(part[:4])


def test_the_receivers_place_jumps_wanders_freezes_or_stands_still():
    it = after(Faulty(("gps_jump", 50, 10, 2000), ("gps_jump_up", 70, 10, 500), ("gps_spoof", 90, 20, 100)))
    pad = it.newest("GGA")
    it.until(53000)
    # A minute of latitude is 1,852 m.
    assert abs(latitude(it.newest("GGA")) - latitude(pad) - 10798) < 50
    it.until(73000)
    high = it.newest("GGA")
    assert abs(latitude(high) - latitude(pad)) < 50 and 490 < float(high[9]) - float(pad[9]) < 510
    it.until(100000)
    wandered = latitude(it.newest("GGA")) - latitude(pad)
    it.until(115000)
    assert 4800 < wandered < 6700 and abs(latitude(it.newest("GGA")) - latitude(pad)) < 50
    it = after(Faulty(("gps_frozen", 100, 50, 0), ("gps_stale", 200, 50, 0), launch_s=60), 105)
    first, second = it.newest("GGA"), it.newest("GGA", 10)
    assert first[1] != second[1] and first[9] == second[9]
    it.until(205000)
    it.board.gps_uart.read()
    first, second = it.newest("GGA"), it.newest("GGA", 10)
    assert first == second


def test_the_receiver_starts_again_and_forgets():
    for size, back in ((0, True), (1, False)):
        it = after(Faulty(("gps_reset", 50, 0, size)))
        it.bench.gps.settings[0x20110021] = 6
        it.until(60000)
        assert it.bench.gps.resets == 1 and it.bench.gps.dynamic_model == 0
        assert (it.newest("GGA")[6] == "1") == back


def barometer(it, prefix):
    return it.wide_words() if prefix == "wide" else it.low_words()


def test_either_barometer_sticks_reads_nonsense_or_makes_no_conversion():
    for prefix, top in (("wide", 0xFFFFFF), ("low", 0xFFFFF)):
        it = Faulty(
            (prefix + "_stuck", 100, 20, 0),
            (prefix + "_high", 150, 20, 0),
            (prefix + "_low", 200, 20, 0),
            (prefix + "_skipped", 250, 20, 0),
            launch_s=10,
        )
        it.until(101000)
        first = barometer(it, prefix)
        it.until(115000)
        assert barometer(it, prefix) == first, prefix
        it.until(125000)
        assert barometer(it, prefix) != first, prefix
        it.until(155000)
        assert barometer(it, prefix) == (top, top), prefix
        it.until(205000)
        assert barometer(it, prefix) == (0, 0), prefix
        it.until(255000)
        assert barometer(it, prefix)[0] == (0 if prefix == "wide" else 0x80000), prefix


def test_either_barometer_is_off_spikes_flakes_or_is_not_there():
    for prefix in ("wide", "low"):
        it = Faulty(
            (prefix + "_offset", 10, 10, 5000),
            (prefix + "_spikes", 30, 28, 5000),
            (prefix + "_flaky", 70, 9, 0),
            (prefix + "_missing", 90, 0, 0),
        )
        it.until(5000)
        right = barometer(it, prefix)[0]
        it.until(11000)
        # The BME280's word falls when the pressure rises.
        sign = 1 if prefix == "wide" else -1
        off = sign * (barometer(it, prefix)[0] - right)
        assert off > 10000, prefix
        seen = []
        for at_ms in range(30500, 58000, 1000):
            it.until(at_ms)
            difference = sign * (barometer(it, prefix)[0] - right)
            seen.append(1 if difference > off // 2 else -1 if difference < -off // 2 else 0)
        assert seen == ([-1] + [0] * 6 + [1] + [0] * 6) * 2, (prefix, seen)
        it.until(60000)
        assert abs(barometer(it, prefix)[0] - right) < 1000
        seen = []
        for at_ms in range(70300, 79000, 1000):
            it.until(at_ms)
            seen.append(barometer(it, prefix) is None)
        assert seen == [True, False, False] * 3
        it.until(1000000)
        assert barometer(it, prefix) is None
        other = "low" if prefix == "wide" else "wide"
        assert barometer(it, other) is not None


def test_a_held_bus_stops_both_barometers_and_lets_go():
    it = Faulty(("bus_held", 10, 10, 0))
    it.until(15000)
    assert it.low_words() is None and it.wide_words() is None
    it.until(25000)
    assert it.low_words() is not None and it.wide_words() is not None


# Flight ---------------------------------------------------------------------------------------------------------------


def test_the_payload_is_carried_up_a_hill_and_back_before_it_flies():
    it = Faulty(("carried", 100, 300, 300), launch_s=1000)
    seen = []
    for at_ms in (99000, 150000, 250000, 350000, 410000, 900000):
        it.until(at_ms)
        world = it.world.at(it.clock.now_us)
        seen.append((world.altitude_mm // 1000 - 120, world.down_mm_s, world.east_mm_s))
        assert not world.aloft and world.launched_us is None
    assert seen == [(0, 0, 0), (150, -3000, 24000), (300, 0, 0), (150, 3000, -24000), (0, 0, 0), (0, 0, 0)]
    world = it.world
    assert (world.latitude_e7, world.longitude_e7) == FAR[:2]
    it.until(1100000)
    assert it.world.at(it.clock.now_us).aloft and it.world.altitude_mm > 500000


FAR = (521500000, 206000000)


def test_a_hill_is_far_enough_away_to_be_seen_by_the_receiver():
    it = after(Faulty(("carried", 60, 300, 300)))
    pad = it.newest("GGA")
    it.until(200000)
    it.board.gps_uart.read()
    hill = it.newest("GGA")
    assert 290 < float(hill[9]) - float(pad[9]) < 310 and hill[4] != pad[4] and hill[6] == "1"


def test_a_slow_ascent_leaves_the_ground_and_keeps_going():
    it = Faulty(launch_s=10, ascent_mm_s=300)
    for at_ms in range(20000, 1000000, 20000):
        it.until(at_ms)
        assert it.world.at(it.clock.now_us).aloft
    assert abs(it.world.altitude_mm - 120000 - 300 * 970) < 2000


def test_the_envelope_bursts_early():
    it = Faulty(("burst", 100, 0, 0), launch_s=10)
    it.until(99000)
    assert it.world.at(it.clock.now_us).down_mm_s < 0
    it.until(110000)
    world = it.world.at(it.clock.now_us)
    assert world.down_mm_s > 3000 and world.descending_us == 101000000


def test_a_film_tube_that_leaks_sinks_again():
    from hardware.simulated.scenarios import FILM_TUBE

    setup = dict(FILM_TUBE, launch_s=10, wires=((1, 2000, 1500),), servos=())
    sound, leaking = Faulty(**setup), Faulty(("leak", 300, 0, 600), **setup)
    for it in (sound, leaking):
        it.until(2400000)
    assert sound.world.at(sound.clock.now_us).aloft
    assert leaking.world.at(leaking.clock.now_us).landed_us is not None and leaking.world.apex_mm > 500000
