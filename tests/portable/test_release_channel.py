"""One channel's life on a simulated board: the states are those of its table, and the device gives the verdict."""

from firmware.drivers.burn_wire import BurnWire
from firmware.drivers.servo_dropper import ServoDropper
from firmware.protocol.mission_plan import BURN_WIRE, SERVO
from firmware.protocol.mission_plan import Channel as Plan
from firmware.release import channel_life as life
from firmware.release.channel import Channel
from tests.portable.release_rig import Rig


def made(parts_after_ms=None, pulse_ms=2000, attempts=2):
    rig = Rig(wires=((1, 150, parts_after_ms),))
    cutter = BurnWire(rig.board.cutters[0], rig.board.one_shot())
    return rig, Channel(rig.clock, cutter, Plan("a", BURN_WIRE, 1, pulse_ms, attempts))


def run(rig, channel, ms):
    """Poll every 100 ms; the states on the way, without repetition."""
    seen = [channel.state]
    for _ in range(ms // 100):
        rig.clock.advance(100000)
        channel.poll(rig.clock.ticks_ms())
        if channel.state != seen[-1]:
            seen.append(channel.state)
    return seen


def test_the_verdict_comes_from_the_wire():
    for parts_after_ms, open_before, verdict in (
        (1000, False, life.RELEASED),
        (None, False, life.HOLDING),
        (None, True, life.NO_EVIDENCE),
        (1000, True, life.NO_EVIDENCE),
    ):
        rig, channel = made(parts_after_ms)
        if open_before:
            rig.bench.wires[0].whole = False
        channel.start(rig.clock.ticks_ms(), 1)
        assert run(rig, channel, 4000) == [life.PULSE, life.SETTLE, life.DONE]
        assert channel.verdict == verdict


def test_every_row_of_the_table_happens_and_no_other():
    happened = set()

    def note(channel, states):
        for place in range(len(states) - 1):
            happened.add((states[place], states[place + 1]))

    rig, channel = made()
    states = [channel.state]
    channel.start(rig.clock.ticks_ms(), 1)
    states += run(rig, channel, 4000)
    channel.start(rig.clock.ticks_ms(), 2)
    states.append(channel.state)
    channel.stop()
    states.append(channel.state)
    channel.start(rig.clock.ticks_ms(), 1)
    rig.clock.advance(30000000)
    states += run(rig, channel, 100)
    channel.stop()
    states.append(channel.state)
    note(channel, states)
    pairs = {(before, then) for before, _, then in life.TRANSITIONS}
    assert happened == pairs


def test_each_attempt_is_half_as_long_again_and_after_a_brown_out_longer_and_softer():
    for attempt, softer, length_ms in (
        (1, False, 2000),
        (2, False, 3000),
        (3, False, 4500),
        (1, True, 3000),
        (3, True, 6750),
    ):
        rig, channel = made()
        rig.at(0)
        channel.start(rig.clock.ticks_ms(), attempt, 0, softer)
        tops = []
        for _ in range(100):
            rig.clock.advance(100000)
            channel.poll(rig.clock.ticks_ms())
            tops.append(rig.board.cutters[0].fire.duty_u16())
        # Passes are 100 ms apart.
        assert length_ms <= rig.pulses()[0][1] < length_ms + 100, (attempt, softer)
        assert max(tops) == (39321 if softer else 65535)


def test_no_pulse_is_longer_than_the_longest():
    rig, channel = made(pulse_ms=15000)
    rig.at(0)
    channel.start(rig.clock.ticks_ms(), 3, 0, True)
    run(rig, channel, 40000)
    assert rig.pulses()[0][1] == 15000


def test_a_pulse_has_a_hard_limit_outside_the_loop():
    rig, channel = made(pulse_ms=2000)
    rig.at(0)
    channel.start(rig.clock.ticks_ms(), 1)
    rig.clock.advance(30000000)
    assert rig.pulses()[0][1] == 2150
    channel.poll(rig.clock.ticks_ms())
    assert channel.device.limit_hit and channel.state == life.SETTLE
    run(rig, channel, 1000)
    assert channel.verdict == life.HOLDING


def test_stop_in_a_pulse_gives_no_verdict_and_current_off_now():
    rig, channel = made()
    channel.start(rig.clock.ticks_ms(), 1)
    run(rig, channel, 500)
    channel.stop()
    assert rig.all_low() and channel.state == life.DONE and channel.verdict == life.NO_EVIDENCE
    assert run(rig, channel, 5000) == [life.DONE]


def test_stop_when_nothing_is_on_changes_nothing():
    rig, channel = made()
    channel.stop()
    assert channel.state == life.IDLE and rig.edges == []
    channel.start(rig.clock.ticks_ms(), 1)
    run(rig, channel, 4000)
    channel.stop()
    assert channel.state == life.DONE and channel.verdict == life.HOLDING


def test_polling_an_idle_channel_does_nothing():
    rig, channel = made()
    assert run(rig, channel, 10000) == [life.IDLE] and rig.edges == []


def test_a_pulse_over_the_wrap_of_the_ticks_has_its_length():
    rig, channel = made(pulse_ms=2000)
    clock = rig.clock
    clock.advance((((1 << 30) - clock.ticks_ms()) - 1000) * 1000)  # the ticks wrap in the middle of the pulse
    rig.at(0)
    before = clock.ticks_ms()
    channel.start(before, 1)
    assert run(rig, channel, 4000)[-1] == life.DONE
    assert clock.ticks_ms() < before and rig.pulses()[0][1] == 2000


def test_what_the_table_does_not_say_does_not_happen():
    _, channel = made()
    for state in (life.IDLE, life.PULSE, life.SETTLE, life.DONE):
        for event in (life.BEGUN, life.TIME_OVER, life.LIMIT_HIT, life.STOPPED, life.SETTLED):
            then = [row[2] for row in life.TRANSITIONS if row[:2] == (state, event)]
            channel.state = state
            channel._happen(event)
            assert channel.state == (then[0] if then else state), (state, event)


def test_the_evidence_is_gathered_for_300_ms_from_the_end_of_the_pulse():
    for limit_hit in (False, True):
        rig, channel = made(parts_after_ms=1000)
        clock = rig.clock
        channel.start(clock.ticks_ms(), 1)
        run(rig, channel, 1900)
        clock.sleep_ms(2000 if limit_hit else 100)
        assert not channel.poll(clock.ticks_ms()) and channel.state == life.SETTLE
        assert channel.device.limit_hit == limit_hit
        clock.sleep_ms(299)
        assert not channel.poll(clock.ticks_ms()) and channel.verdict == life.NO_EVIDENCE
        clock.sleep_ms(1)
        assert channel.poll(clock.ticks_ms()) and channel.verdict == life.RELEASED


def test_there_is_no_verdict_before_the_first_pulse_and_an_old_one_does_not_speak_of_the_next():
    rig, channel = made()
    assert channel.verdict == 0
    channel.start(rig.clock.ticks_ms(), 1)
    run(rig, channel, 4000)
    assert channel.verdict == life.HOLDING
    channel.start(rig.clock.ticks_ms(), 2)
    assert channel.verdict == life.NO_EVIDENCE
    channel.stop()
    assert channel.verdict == life.NO_EVIDENCE


def test_without_a_position_a_dispenser_is_turned_to_its_closed_one():
    rig = Rig(wires=())
    board = rig.board
    servo = ServoDropper(board.cutters[0], board.one_shot(), board.servo, (1100, 1300))
    channel = Channel(rig.clock, servo, Plan("s", SERVO, 1, 1000, 1))
    channel.start(rig.clock.ticks_ms(), 1)
    assert board.servo.duty_ns() == 1100000
    channel.stop()
