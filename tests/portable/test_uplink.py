"""What the radio may make a board do: what is true, new and of now is done once; everything else is not done at all."""

from firmware.protocol import commands, drops, framing, phases, telemetry
from firmware.protocol.deframing import Deframer
from hardware.simulated.machine import SimulatedMachine
from tests.portable.release_rig import DUE_MS, plan_of
from tests.portable.uplink_rig import KEYS, NET, OTHER_KEYS, CommandedRig, acknowledged, aloft, rises


def test_a_noop_is_answered_and_changes_nothing_but_its_counter():
    rig = aloft()
    answers = rig.say(commands.NOOP)
    assert answers == [
        {"type": telemetry.ACK, "counter": 1, "op": commands.NOOP, "result": commands.DONE, "argument": 0}
    ]
    assert (rig.state.command_counter, rig.state.command_result) == (1, commands.DONE)
    assert rig.uplink.commands_heard == 1 and rig.uplink.heard_ms is not None
    assert 200 <= rig.state.steady_ms() - rig.termination.link_heard_ms <= 300


def test_hold_holds_for_as_long_as_was_granted():
    rig = aloft()
    answers = rig.say(commands.HOLD, 60)
    assert acknowledged(answers, commands.DONE) and answers[0]["argument"] == 60
    assert rig.state.hold_until_ms is not None
    answers = rig.say(commands.HOLD, 100000)
    assert 1799 <= answers[0]["argument"] <= 1800


def test_safe_acts_in_the_pass_in_which_it_is_heard():
    rig = aloft(5000, wires=((1, 150, None),))
    while not rises(rig):
        rig.pass_()
    rig.run(500)
    said_ms = rig.since_ms()
    rig.ear.hear(rig.frame(commands.SAFE))
    rig.pass_()
    assert rig.all_low() and rig.edges[-1][0] - said_ms <= 100
    assert rig.state.safe and rig.state.drop_states[0] == drops.ABORTED


def test_the_answer_to_safe_says_when_the_backup_ends_the_flight():
    rig = aloft()
    rig.mission.backup_ms = 12345000
    assert rig.say(commands.SAFE)[0]["argument"] == 12345


def test_a_release_takes_two_steps_and_happens_at_once():
    rig = aloft()
    challenge = rig.say(commands.ARM, commands.RELEASE)
    assert [one["type"] for one in challenge] == [telemetry.CHAL]
    assert challenge[0]["why"] == commands.FOR_EXECUTE and challenge[0]["counter"] == 1
    rig.run(5000)
    assert rises(rig) == [] and rig.state.command_result == commands.CHALLENGED
    answers = rig.say(commands.EXECUTE, commands.RELEASE, nonce=challenge[0]["nonce"])
    assert acknowledged(answers, commands.DONE) and answers[0]["counter"] == 2
    rig.run(10000)
    assert rises(rig) == [1] and rig.state.drop_states[0] == drops.CONFIRMED


def test_the_counter_of_a_second_step_is_on_flash_before_anything_is_done():
    rig = aloft()
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    rig.ear.hear(rig.frame(commands.EXECUTE, commands.RELEASE, nonce=nonce))
    rig.uplink.poll(rig.clock.ticks_ms())
    assert rig.journal.urgent and rig.desk.answers[-1]["type"] == telemetry.CHAL
    for _ in range(5):
        rig.uplink.poll(rig.clock.ticks_ms())  # the loop goes on, and the journal finds no quiet moment
    assert rig.state.drop_states[0] == drops.WAITING and rig.state.command_result == commands.NONE
    rig.run(200)
    assert rig.desk.answers[-1]["result"] == commands.DONE and rig.state.drop_states[0] != drops.WAITING


def test_without_its_arm_or_with_another_nonce_or_for_another_thing_nothing_is_done():
    rig = aloft()
    assert acknowledged(rig.say(commands.EXECUTE, commands.RELEASE), commands.NOT_ARMED)
    rig.run(1000)
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    rig.run(1000)
    for wrong in (
        {"nonce": nonce ^ 1},
        {"nonce": nonce, "argument": commands.RELEASE | 1 << 8},
        {"nonce": nonce, "argument": commands.CUTDOWN},
        {"nonce": nonce, "counter": 3},
        {"nonce": rig.uplink.session},
    ):
        how = dict(wrong)
        argument = how.pop("argument", commands.RELEASE)
        assert acknowledged(rig.say(commands.EXECUTE, argument, **how), commands.NOT_ARMED)
        rig.run(1000)
    rig.run(20000)
    assert rises(rig) == [] and not rig.state.cutdown_by
    # And the right one still is.
    assert acknowledged(rig.say(commands.EXECUTE, commands.RELEASE, nonce=nonce), commands.DONE)


def test_a_challenge_lives_for_thirty_seconds():
    for wait_ms, result in ((29000, commands.DONE), (31000, commands.NOT_ARMED)):
        rig = aloft()
        nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
        rig.run(wait_ms)
        assert acknowledged(rig.say(commands.EXECUTE, commands.RELEASE, nonce=nonce), result)


def test_the_same_command_again_gets_the_same_answer_and_is_not_done_again():
    rig = aloft()
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    frame = rig.frame(commands.EXECUTE, commands.RELEASE, nonce=nonce)
    first = rig.send(frame)
    rig.run(60000)
    assert rig.state.drop_states[0] == drops.CONFIRMED
    assert rig.send(frame) == first
    rig.run(60000)
    assert rises(rig) == [1]
    hold = rig.frame(commands.HOLD, 600)
    first = rig.send(hold)
    until_ms = rig.state.hold_until_ms
    rig.run(10000)
    assert rig.send(hold) == first and rig.state.hold_until_ms == until_ms


def test_a_lost_answer_to_an_arm_is_said_again_with_the_same_nonce():
    rig = aloft()
    frame = rig.frame(commands.ARM, commands.RELEASE)
    first = rig.send(frame)
    rig.run(2000)
    assert rig.send(frame) == first
    rig.say(commands.EXECUTE, commands.RELEASE, nonce=first[0]["nonce"])
    rig.run(5000)
    assert rises(rig) == [1]


def test_what_is_old_by_its_counter_is_not_done():
    rig = aloft()
    held = rig.frame(commands.HOLD, 600)
    rig.say(commands.NOOP)
    rig.run(1000)
    assert rig.state.command_counter == 1
    assert acknowledged(rig.send(held), commands.STALE) and rig.state.hold_until_ms is None


def test_what_was_said_more_than_thirty_seconds_ago_is_not_done():
    for wait_ms, result in ((29000, commands.DONE), (31000, commands.STALE)):
        rig = aloft()
        safe = rig.frame(commands.SAFE)
        rig.run(wait_ms)
        assert acknowledged(rig.send(safe), result)
        assert rig.state.safe == (result == commands.DONE)


def test_what_is_said_of_a_later_time_is_not_done_either():
    rig = aloft()
    assert acknowledged(rig.say(commands.SAFE, mission_ms=rig.state.elapsed_ms + 31000), commands.STALE)
    assert not rig.state.safe


def test_what_was_said_of_a_later_time_is_over_with_the_next_command_that_is_taken():
    for newer, result in ((False, commands.DONE), (True, commands.STALE)):
        rig = aloft()
        frame = rig.frame(commands.SAFE, mission_ms=rig.state.elapsed_ms + 60000)
        assert acknowledged(rig.send(frame), commands.STALE) and rig.state.command_counter == 0
        if newer:
            rig.say(commands.HOLD, 1)
        rig.run(60000)
        assert acknowledged(rig.send(frame), result) and rig.state.safe == (not newer)


def test_a_session_that_is_over_is_answered_with_the_one_that_is():
    rig = aloft()
    before = rig.uplink.session
    rig.say(commands.NOOP)
    rig.reset()
    assert rig.uplink.session != before
    answers = rig.say(commands.HOLD, 60, nonce=before)
    assert [one["type"] for one in answers] == [telemetry.CHAL]
    assert answers[0]["why"] == commands.OTHER_SESSION and answers[0]["nonce"] == rig.uplink.session
    assert rig.state.hold_until_ms is None and rig.state.command_counter == 1
    assert acknowledged(rig.say(commands.HOLD, 60), commands.DONE)


def test_a_reset_after_the_act_never_does_it_again():
    rig = aloft()
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    frame = rig.frame(commands.EXECUTE, commands.RELEASE, nonce=nonce)
    rig.send(frame)
    rig.run(10000)
    rig.reset()
    rig.run(1000)
    answers = rig.send(frame)
    assert acknowledged(answers, commands.DONE)  # from the journal
    rig.run(60000)
    assert rises(rig) == [1]


def test_a_reset_between_the_journal_and_the_act_says_interrupted():
    rig = aloft()
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    frame = rig.frame(commands.EXECUTE, commands.RELEASE, nonce=nonce)
    rig.ear.hear(frame)
    rig.uplink.poll(rig.clock.ticks_ms())
    rig.journal.write(rig.clock.ticks_ms())
    rig.reset(SimulatedMachine.PWRON_RESET)
    assert rig.state.command_result == commands.INTERRUPTED and rig.state.command_counter == 2
    assert acknowledged(rig.send(frame), commands.INTERRUPTED)
    rig.run(60000)
    assert rises(rig) == []


def test_nothing_of_before_is_done_after_the_journal_was_lost():
    rig = aloft()
    recorded = [rig.frame(commands.SAFE), rig.frame(commands.HOLD, 600, counter=2)]
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    recorded += [rig.frame(commands.EXECUTE, commands.RELEASE, nonce=nonce), rig.frame(commands.ARM, commands.CUTDOWN)]
    now_ms = rig.state.elapsed_ms
    rig.reset(lose_journal=True)
    rig.state.launch_ms = now_ms - 1000
    rig.state.phase = phases.ASCENT
    rig.state.elapsed_ms = now_ms  # as bad as it can be: even its time is that of the recording
    assert rig.state.command_counter == 0
    for frame in recorded:
        rig.send(frame)
        rig.run(1000)
    assert not rig.state.safe and rig.state.hold_until_ms is None and rises(rig) == []
    assert rig.state.command_counter == 0


def test_commands_of_another_flight_another_key_and_another_balloon_are_nothing():
    rig = aloft()
    assert rig.say(commands.SAFE, keys=OTHER_KEYS) == []
    assert rig.uplink.tags_bad == 1
    assert rig.say(commands.SAFE, net=NET + 1) == []
    assert rig.uplink.tags_bad == 1  # not ours: not even looked at
    assert rig.say(commands.SAFE, tag=bytes(8)) == []
    assert rig.say(commands.SAFE, tag=b"") == []  # too short to be one
    assert not rig.state.safe and rig.state.command_counter == 0 and rig.uplink.commands_heard == 0


def test_an_answer_reflected_upward_is_nothing():
    rig = aloft()
    body = rig.frame(commands.SAFE)
    for frame_type in (telemetry.ACK, telemetry.CHAL, telemetry.FIX, telemetry.META):
        payload = bytes(21)
        packet = framing.header(frame_type, NET, 1, rig.state.elapsed_ms) + payload
        assert rig.send(framing.encode(packet)) == []
        # A tag made for the way down is none for the way up, even over a command's own bytes.
    packet = Deframer().feed(body)[0]
    body = packet[:22]
    assert rig.send(framing.encode(body + KEYS.tag_down(body))) == []
    assert rig.uplink.tags_bad == 1 and not rig.state.safe


def test_bad_tags_lock_nobody_out():
    rig = aloft()
    for number in range(300):
        rig.ear.hear(rig.frame(commands.SAFE, tag=bytes((number & 0xFF, 1, 2, 3, 4, 5, 6, 7))))
        rig.pass_()
    assert rig.uplink.tags_bad == 300 and rig.desk.answers == []
    assert acknowledged(rig.say(commands.SAFE), commands.DONE)


def test_without_a_key_commands_are_off():
    class Keyless(CommandedRig):
        keys = None

    rig = Keyless()
    rig.at(DUE_MS - 600000)
    assert rig.say(commands.SAFE) == [] and not rig.state.safe and rig.uplink.key_id == 0


def test_a_command_in_pieces_and_among_noise_is_heard():
    rig = aloft()
    frame = rig.frame(commands.NOOP)
    for at in range(0, len(frame), 5):
        rig.ear.hear(frame[at : at + 5])
        rig.pass_()
    assert rig.state.command_counter == 1
    for cut in range(1, len(frame)):
        frame = rig.frame(commands.NOOP)
        rig.ear.hear(frame[:cut])
        rig.pass_()
        rig.ear.hear(frame[cut:])
        rig.pass_()
        assert rig.state.command_counter == cut + 1
    rig.ear.hear(bytes([(index * 7 + 1) & 0xFF or 1 for index in range(1000)]))
    rig.pass_()
    rig.run(1000)
    assert acknowledged(rig.say(commands.NOOP), commands.DONE)


def test_a_command_with_any_bit_wrong_is_not_even_looked_at():
    rig = aloft()
    frame = rig.frame(commands.SAFE)
    for bit in range(8 * len(frame)):
        wrong = bytearray(frame)
        wrong[bit // 8] ^= 1 << bit % 8
        assert rig.send(bytes(wrong) + b"\0", 1) == [], bit
    assert rig.uplink.commands_heard == rig.uplink.tags_bad == rig.state.command_counter == 0 and not rig.state.safe
    assert acknowledged(rig.say(commands.SAFE), commands.DONE)


def test_an_unknown_command_is_taken_and_refused():
    rig = aloft()
    for op, argument in (
        (9, 0),
        (commands.SET_RATE, 5000),
        (commands.ARM, 99),
        (commands.ARM, commands.RESUME | 1 << 8),
    ):
        rig.run(1000)
        assert acknowledged(rig.say(op, argument), commands.UNKNOWN)
    assert rig.desk.rate_s is None


def test_rate_and_history_go_to_the_downlink():
    rig = aloft()
    for seconds, result in ((5, commands.DONE), (240, commands.DONE), (241, commands.UNKNOWN)):
        assert acknowledged(rig.say(commands.SET_RATE, seconds), result)
    assert rig.desk.rate_s == 240
    asked = [(1500, 15, 7), (1501, 1, 1), (0xFFFFF, 63, 63)]
    for start_s, step_s, frames in asked:
        answers = rig.say(commands.REQUEST_HISTORY, start_s | step_s << 20 | frames << 26)
        assert acknowledged(answers, commands.DONE) and answers[0]["argument"] == frames
    assert rig.desk.asked == asked


def test_a_closed_gate_refuses_the_second_step_with_its_reasons():
    rig = aloft()
    rig.altitude.altitude_m = rig.altitude.lowest_m = rig.altitude.highest_m = 100
    answers = rig.execute(commands.RELEASE)
    assert acknowledged(answers, commands.REFUSED) and answers[0]["argument"] & drops.TOO_LOW
    rig.altitude.altitude_m = rig.altitude.lowest_m = rig.altitude.highest_m = 8000
    rig.run(30000)
    assert rises(rig) == []  # never queued


def test_resume_and_cutdown_take_two_steps():
    plan = plan_of([{"channel": "a", "after_ms": DUE_MS}], cutdown={"channel": "c", "latest_ms": DUE_MS + 3600000})
    rig = aloft(plan=plan, wires=((1, 150, 1400), (2, 150, 1400), (3, 0, 1400)))
    rig.say(commands.SAFE)
    assert acknowledged(rig.execute(commands.RESUME), commands.DONE) and not rig.state.safe
    assert acknowledged(rig.execute(commands.CUTDOWN), commands.DONE)
    rig.run(10000)
    assert rises(rig) == [3] and rig.state.cutdown_by == drops.BY_COMMAND


def test_safe_undoes_a_second_step_that_still_waits_for_flash():
    rig = aloft()
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    rig.ear.hear(rig.frame(commands.EXECUTE, commands.RELEASE, nonce=nonce))
    rig.uplink.poll(rig.clock.ticks_ms())
    rig.ear.hear(rig.frame(commands.SAFE))
    rig.uplink.poll(rig.clock.ticks_ms())
    rig.run(30000)
    assert rig.state.safe and rises(rig) == []
    assert rig.execute(commands.RESUME)[0]["result"] == commands.DONE
    rig.run(30000)
    assert rises(rig) == []
    # A RESUME that waits would undo the SAFE that comes after it.
    nonce = rig.say(commands.ARM, commands.RESUME)[0]["nonce"]
    rig.ear.hear(rig.frame(commands.EXECUTE, commands.RESUME, nonce=nonce))
    rig.uplink.poll(rig.clock.ticks_ms())
    answers = rig.say(commands.SAFE)
    rig.run(30000)
    assert rig.state.safe and answers == rig.desk.answers[-1:] and answers[0]["op"] == commands.SAFE


def test_while_a_second_step_waits_for_flash_nothing_but_safe_is_heard():
    rig = aloft()
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    rig.ear.hear(rig.frame(commands.EXECUTE, commands.RELEASE, nonce=nonce))
    now_ms = rig.clock.ticks_ms()
    rig.uplink.poll(now_ms)
    hold = rig.frame(commands.HOLD, 60)
    rig.ear.hear(hold)
    rig.uplink.poll(now_ms)
    assert rig.state.command_counter == 2 and rig.state.hold_until_ms is None
    rig.run(200)
    assert rig.desk.answers[-1]["op"] == commands.EXECUTE and rig.state.hold_until_ms is None
    rig.run(30000)
    assert rig.state.drop_states[0] == drops.CONFIRMED
    assert acknowledged(rig.say(commands.HOLD, 60), commands.DONE)  # said again it is done


def test_a_second_step_waits_twenty_seconds_for_flash_and_not_a_millisecond_longer():
    rig = aloft()
    rig.say(commands.SAFE)
    nonce = rig.say(commands.ARM, commands.RESUME)[0]["nonce"]
    rig.ear.hear(rig.frame(commands.EXECUTE, commands.RESUME, nonce=nonce))
    now_ms = rig.clock.ticks_ms()
    for wait_ms in (0, 10000, 19999):
        rig.uplink.poll(now_ms + wait_ms)
        assert rig.desk.answers[-1]["type"] == telemetry.CHAL and rig.state.safe
    rig.uplink.poll(now_ms + 20000)
    assert rig.journal.urgent and rig.desk.answers[-1]["result"] == commands.DONE and not rig.state.safe


def test_where_flash_is_dead_a_second_step_is_done_all_the_same():
    class Dead:
        def open(self, name, mode):
            raise OSError(5)

    rig = aloft()
    rig.journal._storage = Dead()
    assert acknowledged(rig.execute(commands.RELEASE), commands.DONE) and not rig.journal.ok
    rig.run(10000)
    assert rises(rig) == [1] and rig.state.drop_states[0] == drops.CONFIRMED


def test_a_second_step_names_the_drop_that_goes():
    plan = plan_of([{"channel": name, "after_ms": DUE_MS + 600000 * at} for at, name in enumerate("abc")])
    for place in range(3):
        rig = aloft(plan=plan)
        answers = rig.execute(commands.RELEASE, place)
        assert acknowledged(answers, commands.DONE) and answers[0]["argument"] == 0
        rig.run(10000)
        assert rises(rig) == [place + 1]


def test_every_place_of_a_drop_can_be_armed_and_nothing_else():
    rig = aloft()
    for argument in (
        commands.RELEASE,
        commands.RELEASE | 1 << 8,
        commands.RELEASE | 128 << 8,
        commands.RELEASE | 255 << 8,
        commands.RESUME,
        commands.CUTDOWN,
    ):
        answers = rig.say(commands.ARM, argument)
        assert [one["type"] for one in answers] == [telemetry.CHAL], argument
    for argument in (
        commands.RELEASE | 256 << 8,
        commands.RELEASE | 1 << 24,
        commands.RESUME | 1 << 8,
        commands.CUTDOWN | 1 << 8,
        commands.RESUME - 1,
        commands.CUTDOWN + 1,
        commands.CUTDOWN + 1 | 1 << 8,
        0,
    ):
        answers = rig.say(commands.ARM, argument)
        assert acknowledged(answers, commands.UNKNOWN) and answers[0]["argument"] == 0, argument


def test_after_another_command_a_second_step_is_not_armed():
    rig = aloft()
    nonce = rig.say(commands.ARM, commands.RELEASE)[0]["nonce"]
    rig.say(commands.NOOP)
    rig.run(1000)
    assert acknowledged(rig.say(commands.EXECUTE, commands.RELEASE, nonce=nonce), commands.NOT_ARMED)
    rig.run(10000)
    assert rises(rig) == []


def test_a_challenge_lives_to_the_millisecond():
    for wait_ms, result in ((commands.CHALLENGE_MS, commands.DONE), (commands.CHALLENGE_MS + 1, commands.NOT_ARMED)):
        rig = aloft()
        rig.ear.hear(rig.frame(commands.ARM, commands.RELEASE))
        now_ms = rig.clock.ticks_ms()
        rig.uplink.poll(now_ms)
        rig.ear.hear(rig.frame(commands.EXECUTE, commands.RELEASE, nonce=rig.desk.answers[-1]["nonce"]))
        rig.uplink.poll(now_ms + wait_ms)
        rig.run(200)
        assert acknowledged(rig.desk.answers[-1:], result)


def test_the_half_minute_of_a_command_ends_to_the_millisecond():
    for away_ms in (commands.WINDOW_MS, -commands.WINDOW_MS):
        for more_ms, result in ((0, commands.DONE), (1, commands.STALE)):
            rig = aloft()
            said_ms = rig.state.elapsed_ms // 100 * 100  # as a header has it
            frame = rig.frame(commands.SAFE, mission_ms=said_ms)
            rig.state.elapsed_ms = said_ms + (away_ms + more_ms if away_ms > 0 else away_ms - more_ms)
            rig.ear.hear(frame)
            rig.uplink.poll(rig.clock.ticks_ms())
            assert acknowledged(rig.desk.answers, result) and rig.state.safe == (result == commands.DONE)


def test_numbers_end_where_a_journal_could_not_hold_them():
    rig = aloft()
    answers = rig.say(commands.SAFE, counter=0x1000000)
    assert acknowledged(answers, commands.STALE) and answers[0]["argument"] == 0 and not rig.state.safe
    assert acknowledged(rig.say(commands.SAFE, counter=0xFFFFFF), commands.DONE)
    rig.reset()
    assert rig.state.command_counter == 0xFFFFFF and rig.state.command_result == commands.DONE


def test_the_first_step_is_taken_for_good_too():
    rig = aloft()
    rig.say(commands.ARM, commands.RELEASE)
    rig.reset()
    assert rig.state.command_counter == 1 and rig.state.command_result == commands.CHALLENGED


def test_what_became_of_a_second_step_is_known_after_a_reset():
    rig = aloft()
    rig.altitude.altitude_m = rig.altitude.lowest_m = rig.altitude.highest_m = 100
    rig.execute(commands.RELEASE)
    rig.run(200)
    rig.reset()
    assert rig.state.command_counter == 2 and rig.state.command_result == commands.REFUSED


def test_a_session_is_four_random_bytes():
    class Board:
        drawn = b""

        def random_bytes(self, count):
            self.drawn = bytes((0x81, 0x42, 0x24, 0x98, 0x33))[:count]
            return self.drawn

    class Drawing(CommandedRig):
        def __init__(self):
            self.dice = Board()
            super().__init__()

        def random_bytes(self, count):
            return self.dice.random_bytes(count)

    rig = Drawing()
    assert rig.uplink.session == 0x98244281 and len(rig.dice.drawn) == 4


def test_before_the_first_command_nothing_has_been_heard():
    rig = aloft()
    assert rig.uplink.heard_ms is None and rig.uplink.commands_heard == 0 and rig.uplink.tags_bad == 0
    assert rig.state.command_result == commands.NONE and rig.state.command_counter == 0
    rig.reset()
    assert rig.state.command_result == commands.NONE


def test_another_version_of_the_protocol_is_not_heard():
    rig = aloft()
    packet = Deframer().feed(rig.frame(commands.SAFE))[0]
    body = bytes((packet[0] ^ 0x40,)) + packet[1:22]
    assert rig.send(framing.encode(body + KEYS.tag_up(body))) == []
    assert not rig.state.safe and rig.uplink.commands_heard == 0 and rig.uplink.tags_bad == 0
