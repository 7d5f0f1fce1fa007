"""When a board answers: at once to what it takes, once a report to what is old, repeated or of another start."""

from firmware.protocol import commands, drops, telemetry
from tests.portable.uplink_rig import acknowledged, aloft, rises


def at(rig, frame, now_ms):
    """What is answered when a frame comes at a moment."""
    before = len(rig.desk.answers)
    rig.ear.hear(frame)
    rig.uplink.poll(now_ms)
    return rig.desk.answers[before:]


def test_what_is_old_is_answered_once_a_report_and_never_over_an_answer_that_is_being_given():
    rig = aloft()
    old = rig.frame(commands.HOLD, 60)
    rig.say(commands.NOOP)
    rig.run(1000)
    answers = []
    for _ in range(20):
        answers += rig.send(old, 1)
    assert 2 <= len(answers) <= 3
    rig.desk.busy = True
    rig.run(2000)
    assert rig.send(old) == []


def test_whatever_was_not_taken_is_answered_nine_tenths_of_a_second_after_any_answer_and_not_before():
    for how in (
        {"op": commands.HOLD, "counter": 1},  # old, and no repetition: it says something else
        {"op": commands.NOOP, "counter": 1},  # the same once more
        {"op": commands.SAFE, "nonce": 7},  # of another start
        {"op": commands.EXECUTE},  # without its first step
    ):
        rig = aloft()
        now_ms = rig.clock.ticks_ms()
        noop = rig.frame(commands.NOOP)
        assert acknowledged(at(rig, noop, now_ms), commands.DONE)
        frame = noop if how["op"] == commands.NOOP else rig.frame(**how)
        for busy_ms in (0, 899):
            assert at(rig, frame, now_ms + busy_ms) == [], how
        assert len(at(rig, frame, now_ms + 900)) == 1, how
        assert at(rig, frame, now_ms + 900 + 899) == [], how
        assert len(at(rig, frame, now_ms + 900 + 900)) == 1, how
        rig.desk.busy = True
        assert at(rig, frame, now_ms + 10000) == [], how
        assert rig.state.command_counter == 1 and not rig.state.safe


def test_what_is_taken_is_answered_at_once_whatever_is_being_said():
    rig = aloft()
    now_ms = rig.clock.ticks_ms()
    rig.desk.busy = True
    for op in (commands.NOOP, commands.SAFE, commands.HOLD):
        assert acknowledged(at(rig, rig.frame(op, 1), now_ms), commands.DONE)
    assert at(rig, rig.frame(commands.ARM, commands.RESUME), now_ms)[0]["type"] == telemetry.CHAL


def test_an_answer_to_what_was_not_taken_is_not_remembered_as_that_of_the_newest_command():
    rig = aloft()
    noop = rig.frame(commands.NOOP)
    first = rig.send(noop)
    for how in ({"op": commands.SAFE, "nonce": 7}, {"op": commands.EXECUTE}, {"op": commands.HOLD, "counter": 1}):
        rig.run(1000)
        assert len(rig.send(rig.frame(**how))) == 1
        rig.run(1000)
        assert rig.send(noop) == first


def test_what_was_not_taken_has_no_argument_but_the_newest_counter_where_it_is_old():
    rig = aloft()
    rig.say(commands.NOOP, counter=5)
    rig.run(1000)
    assert rig.say(commands.SAFE, counter=4)[0]["argument"] == 5
    rig.run(1000)
    answers = rig.say(commands.EXECUTE, commands.RELEASE)
    assert acknowledged(answers, commands.NOT_ARMED) and answers[0]["argument"] == 0


def test_after_a_reset_the_newest_command_is_answered_from_the_journal_once_a_report():
    rig = aloft()
    frame = rig.frame(commands.HOLD, 60)
    rig.send(frame)
    rig.run(1000)
    rig.reset()
    now_ms = rig.clock.ticks_ms()
    rig.desk.busy = True
    assert at(rig, frame, now_ms) == []
    rig.desk.busy = False
    answers = at(rig, frame, now_ms)
    assert acknowledged(answers, commands.DONE) and answers[0]["argument"] == 0
    assert at(rig, frame, now_ms + 899) == []
    assert at(rig, frame, now_ms + 900) == answers


def test_an_order_that_an_exception_has_ended_is_said_to_be_interrupted_and_is_not_done_again():
    rig = aloft()
    rig.say(commands.NOOP)

    def fail(*arguments):
        raise ValueError("on purpose")

    for op, argument, order in ((commands.HOLD, 60, "hold"), (commands.EXECUTE, commands.RELEASE, "release")):
        nonce = None
        if op == commands.EXECUTE:
            nonce = rig.say(commands.ARM, argument)[0]["nonce"]
        frame = rig.frame(op, argument, nonce=nonce)
        setattr(rig.orders, order, fail)
        raised = 0
        rig.ear.hear(frame)
        for _ in range(3):
            try:
                rig.pass_()
            except ValueError:
                raised += 1
                rig.journal.write(rig.clock.ticks_ms())
        assert raised == 1
        rig.run(1000)
        answers = rig.send(frame)
        assert acknowledged(answers, commands.INTERRUPTED) and answers[0]["op"] == op
    rig.run(10000)
    assert rises(rig) == [] and rig.state.hold_until_ms is None
    rig.reset()
    assert rig.state.command_result == commands.INTERRUPTED and rig.state.command_counter == 4


def test_reasons_are_said_with_a_refusal_and_not_with_what_comes_after_it():
    rig = aloft(before_ms=5000, wires=((1, 150, None),))
    rig.altitude.altitude_m = rig.altitude.lowest_m = rig.altitude.highest_m = 100
    assert rig.execute(commands.RELEASE)[0]["argument"] & drops.TOO_LOW
    assert rig.execute(commands.RESUME)[0]["argument"] == 0
    rig.altitude.altitude_m = rig.altitude.lowest_m = rig.altitude.highest_m = 8000
    rig.say(commands.HOLD, 1)
    assert rig.execute(commands.RELEASE, 3)[0]["argument"] == drops.MISSION
    while not rig.controller.pulse_on():
        rig.pass_()
    answers = rig.say(commands.HOLD, 60)
    assert acknowledged(answers, commands.TOO_LATE) and answers[0]["argument"] == 0


def test_a_hold_that_has_nothing_left_to_give_is_refused_for_that():
    rig = aloft()
    rig.say(commands.HOLD, 1800)
    rig.state.hold_until_ms = None
    rig.state.hold_used_ms = 1800000
    answers = rig.say(commands.HOLD, 60)
    assert acknowledged(answers, commands.REFUSED) and answers[0]["argument"] == drops.HOLD
