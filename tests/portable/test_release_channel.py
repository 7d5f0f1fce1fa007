"""One channel's life on a simulated board: the drawing below is what happens, and the wire gives the verdict."""

from firmware.drivers.burn_wire import BurnWire
from firmware.release import channel as life
from firmware.release.channel import Channel
from tests.portable.release_rig import Rig

# IDLE -start-> PULSE -over-> SETTLE -300 ms-> DONE -start-> PULSE -stop-> DONE
DRAWING = (
    (life.IDLE, life.PULSE),
    (life.PULSE, life.SETTLE),
    (life.SETTLE, life.DONE),
    (life.DONE, life.PULSE),
    (life.PULSE, life.DONE),
)


def made(parts_after_ms=None, pulse_ms=2000, attempts=2):
    rig = Rig(wires=((1, 150, parts_after_ms),))
    cutter = BurnWire(rig.board.cutters[0], rig.board.one_shot())
    return rig, Channel(rig.clock, cutter, pulse_ms, attempts)


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


def test_the_states_are_those_of_the_drawing():
    happened = []
    rig, channel = made()
    states = [channel.state]
    channel.start(rig.clock.ticks_ms(), 1)
    states += run(rig, channel, 4000)
    channel.start(rig.clock.ticks_ms(), 2)
    states.append(channel.state)
    channel.stop()
    states.append(channel.state)
    for place in range(len(states) - 1):
        happened.append((states[place], states[place + 1]))
    assert sorted(happened) == sorted(DRAWING)


def test_each_attempt_is_half_as_long_again():
    for attempt, length_ms in ((1, 2000), (2, 3000), (3, 4500)):
        rig, channel = made()
        rig.at(0)
        channel.start(rig.clock.ticks_ms(), attempt)
        run(rig, channel, 10000)
        assert rig.pulses()[0][1] == length_ms


def test_poll_is_late_and_the_timer_is_not():
    rig, channel = made(pulse_ms=2000)
    rig.at(0)
    channel.start(rig.clock.ticks_ms(), 1)
    rig.clock.advance(30000000)
    assert rig.pulses()[0][1] == 2150
    channel.poll(rig.clock.ticks_ms())
    assert channel.limit_hits == 1 and channel.state == life.SETTLE
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
