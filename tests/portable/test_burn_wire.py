"""The cutter on real pins: both outputs low unless a pulse is on, a soft start, and a timer that ends every pulse."""

from firmware.drivers.burn_wire import BurnWire
from hardware.pins import pico as pins
from hardware.simulated.machine import BoardReset, SimulatedMachine
from tests.portable.release_rig import Rig

FULL = 65535


def made(parts_after_ms=None, current=True):
    rig = Rig(wires=((1, 150, parts_after_ms), (2, 150, None), (3, 150, None)))
    return rig, cutter_of(rig, 0, current)


def cutter_of(rig, place, current=True):
    board = rig.board
    sense = (board.cutter_current, board.adc_reference_mv, board.cutter_ma_per_mv) if current else ()
    return BurnWire(board.cutters[place], board.one_shot(), *sense)


def levels(rig):
    """(ENABLE, FIRE_1, FIRE_2, FIRE_3): one level and three duties, at the pins themselves."""
    enable = rig.board.machine.Pin(pins.number("ENABLE")).value()
    return (enable,) + tuple([one.fire.duty_u16() for one in rig.board.cutters])


def pulse(rig, cutter, ms, softer=False):
    """A whole pulse as a channel makes it."""
    cutter.look_before()
    cutter.begin(ms + 150, 0, softer)
    for passed_ms in range(100, ms, 100):
        rig.clock.sleep_ms(100)
        cutter.tend(passed_ms)
    rig.clock.sleep_ms(100)
    cutter.end()
    for _ in range(3):
        cutter.look_after()
    return cutter.verdict()


def test_outputs_are_low_from_the_first_moment_without_an_edge():
    rig, cutter = made()
    assert levels(rig) == (0, 0, 0, 0) and rig.edges == [] and not cutter.firing


def test_a_pulse_needs_both_outputs_and_end_takes_both_away():
    rig, cutter = made()
    cutter.begin(1000)
    assert levels(rig) == (1, 16384, 0, 0) and cutter.firing
    rig.clock.sleep_ms(500)
    cutter.end()
    assert levels(rig) == (0, 0, 0, 0) and not cutter.firing and not cutter.limit_hit


def test_a_soft_start_rises_to_full_power_in_three_tenths_of_a_second():
    for softer, top in ((False, FULL), (True, FULL * 60 // 100)):
        rig, cutter = made()
        cutter.begin(2000, 0, softer)
        duties = [rig.board.cutters[0].fire.duty_u16()]
        for passed_ms in (100, 200, 299, 300, 400, 1000):
            cutter.tend(passed_ms)
            duties.append(rig.board.cutters[0].fire.duty_u16())
        assert duties[0] == 16384 and duties[4:] == [top] * 3
        assert all(duties[place] < duties[place + 1] for place in range(4))
        cutter.end()


def test_the_timer_ends_a_pulse_that_nobody_ends_and_no_ramp_turns_it_on_again():
    rig, cutter = made()
    start_us = rig.clock.now_us
    cutter.begin(4150)
    ends = []
    rig.on_edge = lambda output, level: ends.append(rig.clock.now_us - start_us)
    rig.clock.advance(60000000)
    assert ends == [4150000] and levels(rig) == (0, 0, 0, 0) and cutter.limit_hit
    cutter.tend(100)
    assert levels(rig) == (0, 0, 0, 0)


def test_a_pulse_that_was_ended_in_time_hits_no_limit_later():
    rig, cutter = made()
    cutter.begin(1000)
    rig.clock.sleep_ms(900)
    cutter.end()
    cutter.begin(5000)
    rig.clock.sleep_ms(4000)
    assert levels(rig)[0] == 1 and not cutter.limit_hit  # the first timer is not running any more
    cutter.end()


def test_end_is_idempotent_and_works_before_any_start():
    rig, cutter = made()
    for _ in range(3):
        cutter.end()
    cutter.begin(1000)
    cutter.end()
    cutter.end()
    assert levels(rig) == (0, 0, 0, 0)
    assert [level for _, _, level in rig.edges] == [1, 0]


def test_continuity_tells_whole_from_parted():
    rig, cutter = made(800)
    assert cutter.closed()
    assert pulse(rig, cutter, 2000) == 1
    assert rig.parted == [1] and not cutter.closed()


def test_most_of_five_readings_say_whether_it_is_whole():
    class Reads:
        def __init__(self, levels):
            self.levels = list(levels)

        def read_u16(self):
            return self.levels.pop(0)

    _rig, cutter = made()
    high, low = 0x2000, 0x1FFF
    for levels_, closed in (
        ((high, high, low, low, high), True),
        ((low, high, low, low, high), False),
        ((high,) * 5, True),
        ((low,) * 5, False),
    ):
        cutter._continuity = Reads(levels_)
        assert cutter.closed() == closed
    # After the pulse one reading in eight may be wrong, and not one more.
    for opens, verdict in ((0, 2), (3, 2), (4, 3), (20, 3), (21, 1), (24, 1)):
        cutter._whole_before, cutter.current_seen, cutter._opens, cutter._reads = True, True, 0, 0
        cutter._continuity = Reads([low] * opens + [high] * (24 - opens))
        for _ in range(6):
            cutter.look_after()
        assert cutter.verdict() == verdict, opens


def test_current_is_seen_only_while_it_flows():
    rig, cutter = made()
    assert pulse(rig, cutter, 2000) == 2 and cutter.current_seen is True
    rig.bench.cutter_battery.broken = True
    assert pulse(rig, cutter, 2000) == 2 and cutter.current_seen is False
    rig, cutter = made(800, current=False)
    assert pulse(rig, cutter, 2000) == 1 and cutter.current_seen is None


def test_without_current_an_opened_wire_is_no_release():
    rig, cutter = made()
    cutter.look_before()
    cutter.begin(4000)
    rig.bench.cutter_battery.broken = True
    rig.bench.wires[0].look()
    cutter.tend(100)
    rig.bench.wires[0].whole = False
    cutter.end()
    cutter.look_after()
    assert cutter.verdict() == 3


def test_the_heat_of_two_pulses_adds_up():
    rig, cutter = made(1500)
    assert pulse(rig, cutter, 1000) == 2
    assert pulse(rig, cutter, 1000) == 1
    assert rig.parted == [1]


def test_a_reset_in_a_pulse_drops_both_outputs_and_the_next_boot_makes_no_edge():
    rig, cutter = made()
    cutter.begin(4000)
    rig.clock.sleep_ms(100)
    try:
        rig.board.machine.restart(SimulatedMachine.WDT_RESET)
    except BoardReset:
        pass
    rig.board = rig.bench.power_on(SimulatedMachine.WDT_RESET)
    rig.clock.advance(20000000)
    assert levels(rig) == (0, 0, 0, 0)
    assert [level for _, _, level in rig.edges] == [1, 0]


def test_no_current_flows_without_the_plug():
    rig, cutter = made(500)
    rig.bench.plug_in = False
    pulse(rig, cutter, 4000)
    assert rig.parted == [] and cutter.closed()


def test_one_output_does_not_heat_the_wire_of_another():
    rig, _cutter = made(500)
    pulse(rig, cutter_of(rig, 1), 4000)
    assert rig.parted == [] and rig.bench.wires[0].whole


class Meter:
    """An ADC that reads what the test says, one reading after another; the last one again and again."""

    def __init__(self, *codes):
        self.codes = list(codes)
        self.reads = 0

    def read_u16(self):
        self.reads += 1
        return self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]


def test_current_is_200_ma_whatever_the_reference_and_the_amplifier():
    rig, _cutter = made()
    board = rig.board
    for settings, code in (
        ((), 3971),  # 200 mV of 3300, in 65536ths
        ((3300, (2, 1)), 1985),
        ((3300, (1, 2)), 7943),
        ((2500, (1, 2)), 10485),
        ((3300, (5, 3)), 2383),
    ):
        for read, seen in ((code - 1, False), (code, True)):
            meter = Meter(read)
            cutter = BurnWire(board.cutters[0], board.one_shot(), meter, *settings)
            cutter.look_before()
            cutter.begin(1000)
            cutter.tend(100)
            assert cutter.current_seen is seen, (settings, read)
            cutter.end()


def test_before_the_first_pulse_nothing_is_known():
    _rig, cutter = made()
    assert cutter.verdict() == 3
    assert cutter.current_seen is None and cutter.limit_hit is False and cutter.firing is False


def test_one_reading_in_eight_may_be_wrong_of_all_that_were_made_since_the_look_before():
    _rig, cutter = made(current=False)
    whole, parted = 0x2000, 0
    for passes, opens, verdict in (
        (6, 3, 2),
        (6, 4, 3),
        (6, 20, 3),
        (6, 21, 1),
        (7, 3, 2),
        (7, 4, 3),
        (3, 1, 2),
        (3, 2, 3),
    ):
        cutter._continuity = Meter(whole)
        cutter.look_before()
        cutter.look_after()
        # A second look before: what was read until then does not count any more.
        cutter.look_before()
        cutter._continuity = Meter(*([parted] * opens + [whole] * (4 * passes - opens + 1)))
        for _ in range(passes):
            cutter.look_after()
        assert cutter._continuity.reads == 4 * passes
        assert cutter.verdict() == verdict, (passes, opens)


def test_without_a_word_about_it_a_pulse_is_not_softer():
    rig, cutter = made()
    cutter.begin(2000)
    cutter.tend(300)
    assert rig.board.cutters[0].fire.duty_u16() == FULL
    cutter.end()


def test_a_timer_that_was_not_needed_is_stopped_and_one_that_came_comes_once():
    rig, cutter = made()
    cutter.begin(1000)
    rig.clock.sleep_ms(900)
    cutter.end()
    rig.clock.sleep_ms(5000)
    assert not cutter.limit_hit
    cutter.begin(1000)
    rig.clock.sleep_ms(1000)
    assert cutter.limit_hit
    cutter.limit_hit = False
    rig.clock.sleep_ms(5000)
    assert not cutter.limit_hit
