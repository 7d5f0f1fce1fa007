"""Commands from the wish to their end, against the firmware's own uplink and downlink, in virtual time."""

import pytest

from firmware.protocol import commands, drops, framing, profiles, telemetry
from ground.commander import stages, wish
from ground.commander.procedure import ASKING_MS, ATTEMPT_MS
from tests.ground.commander_rig import KEYS, NET, OTHER_KEYS, Counting, Crew, set_up

TRIES = 1000
STEPS = ["sent", "challenged", "executing", "accepted", "confirmed"]


def deaf(payload, way, from_now=True):
    """Nothing gets through in one direction: "to_ground" or "to_board"."""
    setattr(payload.channel, way, (lambda data: None) if from_now else payload.bench.modem.on_air)


# The whole procedure -----------------------------------------------------------------------------------------------


def test_a_release_goes_through_its_steps_and_is_confirmed_by_the_reports():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0))
    assert crew.run(procedure) == STEPS
    assert (procedure.stage, procedure.status) == (stages.CONFIRMED, 0)
    assert payload.rises() == [1] and "evidence" in procedure.text
    assert procedure.standing is None


@pytest.mark.parametrize(
    ("make", "steps", "check"),
    [
        (wish.noop, ["sent", "accepted", "confirmed"], lambda payload: payload.uplink.commands_heard > 0),
        (wish.safe, ["sent", "accepted", "confirmed"], lambda payload: payload.state.safe),
        (lambda: wish.hold(60), ["sent", "accepted", "confirmed"], lambda payload: payload.state.hold_until_ms),
        (lambda: wish.set_rate(5), ["sent", "accepted", "confirmed"], lambda payload: payload.voice.rate_s == 5),
        (lambda: wish.request_history(0, 60), ["sent", "accepted", "confirmed"], lambda payload: True),
        (wish.cutdown, STEPS, lambda payload: payload.rises() == [3]),
        (wish.resume, STEPS, lambda payload: not payload.state.safe),
        (lambda: wish.release(1, only_arm=True), ["sent", "challenged", "confirmed"], lambda payload: True),
    ],
)
def test_every_command_comes_to_its_end(make, steps, check):
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(make())
    assert crew.run(procedure) == steps
    assert procedure.status == 0 and check(payload)


def test_only_arming_never_lets_anything_go():
    payload, crew = set_up(warm_ms=12_000)
    crew.run(crew.begin(wish.release(0, only_arm=True)))
    payload.run(60_000)
    assert payload.rises() == []


def test_a_closed_gate_is_said_by_its_name():
    payload, crew = set_up(warm_ms=12_000)
    payload.altitude.altitude_m = payload.altitude.lowest_m = payload.altitude.highest_m = 100
    procedure = crew.begin(wish.release(0))
    crew.run(procedure)
    assert (procedure.stage, procedure.status) == (stages.REFUSED, 1)
    assert procedure.text == "refused: too_low"
    payload.run(60_000)
    assert payload.rises() == []


def test_a_release_over_a_half_duplex_9600_channel_with_30_percent_loss_takes_less_than_ten_seconds(capsys):
    """Known to the crew, by its tagged answer or by the reports; and let go, whoever knows it."""
    known, ordered = [], []
    for seed in range(TRIES):
        payload, crew = set_up(warm_ms=12_000 + seed % 10 * 100, seed=seed + 1, profile=profiles.PACKET_9600)
        payload.channel.row["loss"] = 300
        procedure = crew.begin(wish.release(0))
        begun_ms = crew.now_ms
        ordered_ms = None
        while procedure.stage not in (stages.ACCEPTED, stages.CONFIRMED):
            payload.pass_()
            if ordered_ms is None and payload.state.command_result == commands.DONE:
                ordered_ms = crew.now_ms - begun_ms
            assert not procedure.over and crew.now_ms - begun_ms < 300_000, (seed, procedure.text)
        known.append(crew.now_ms - begun_ms)
        ordered.append(known[-1] if ordered_ms is None else ordered_ms)
        crew.run(procedure)
        assert procedure.stage == stages.CONFIRMED, (seed, procedure.text)
        assert payload.rises() == [1], seed
    with capsys.disabled():
        for name, times in (("done by the payload", sorted(ordered)), ("known to the crew", sorted(known))):
            at = {share: times[len(times) * share // 100] / 1000 for share in (50, 90, 95, 99)}
            spread = ", ".join(f"{share} % in {seconds:.1f} s" for share, seconds in at.items())
            print(f"\n  a release with 30 % loss, {name}: {spread}, all in {times[-1] / 1000:.1f} s")
    assert sum(ms < 10_000 for ms in known) >= 0.99 * TRIES
    assert sum(ms < 10_000 for ms in ordered) >= 0.99 * TRIES


# Answers that do not come ------------------------------------------------------------------------------------------


def test_a_lost_answer_is_asked_for_by_the_same_bytes_and_nothing_is_done_twice():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0))
    while procedure.stage != stages.EXECUTING:
        payload.pass_()
    frame = procedure.standing
    deaf(payload, "to_ground")
    payload.run(20_000)
    assert payload.rises() == [1] and procedure.stage == stages.EXECUTING
    payload.channel.to_ground = crew.hear
    assert crew.run(procedure)[-1] == "confirmed"
    assert {data for at_ms, data in crew.said if data[11:12] == frame[11:12]} >= {frame}
    payload.run(60_000)
    assert payload.rises() == [1] and payload.state.command_counter == 2


def test_an_execute_whose_fate_is_open_is_never_said_on_another_counter():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0))
    while procedure.stage != stages.EXECUTING:
        payload.pass_()
    frame, numbers = procedure.standing, list(crew.numbers.given)
    deaf(payload, "to_ground")
    while not procedure.over:
        assert procedure.standing == frame
        payload.pass_()
    assert crew.numbers.given == numbers
    assert (procedure.stage, procedure.status) == (stages.UNKNOWN, 3)
    assert "look at" in procedure.text
    payload.run(120_000)
    assert payload.rises() == [1]


def test_an_execute_that_arrives_too_late_is_not_done_and_both_steps_are_said_anew():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0))
    while procedure.stage != stages.EXECUTING:
        payload.pass_()
    deaf(payload, "to_board")
    payload.run(ATTEMPT_MS + 10_000)
    assert procedure.stage == stages.ASKING
    deaf(payload, "to_board", False)
    # By its time it is stale, and the answer names the newest counter that was taken: this one was not.
    assert payload.rises() == [] and procedure.attempts == 1
    assert crew.run(procedure)[-1] == "confirmed" and procedure.attempts == 2
    payload.run(60_000)
    assert payload.rises() == [1]


def test_a_first_step_is_said_anew_with_a_fresh_counter_when_nothing_is_heard():
    payload, crew = set_up(warm_ms=12_000)
    deaf(payload, "to_board")
    procedure = crew.begin(wish.safe())
    payload.run(ATTEMPT_MS + 5_000)
    assert procedure.attempts == 2 and procedure.stage == stages.SENT
    deaf(payload, "to_board", False)
    crew.run(procedure)
    assert procedure.status == 0 and payload.state.safe and payload.state.command_counter == 2


@pytest.mark.parametrize(
    ("make", "status"), [(wish.noop, 1), (wish.safe, 3), (lambda: wish.hold(60), 3), (lambda: wish.release(0), 1)]
)
def test_a_payload_that_never_answers_ends_in_what_is_true(make, status):
    payload, crew = set_up(warm_ms=12_000)
    deaf(payload, "to_board")
    procedure = crew.begin(make(), patience_ms=40_000)
    crew.run(procedure)
    assert procedure.status == status
    assert ("nothing was done" in procedure.text) == (status == 1)


def test_without_a_report_nothing_is_sent():
    payload, crew = set_up()
    deaf(payload, "to_ground")
    crew.records.clear()
    procedure = crew.begin(wish.safe())
    crew.run(procedure)
    assert procedure.status == 1 and crew.said == [] and crew.numbers.given == []


def test_reports_that_say_done_do_until_the_tagged_answer_comes():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0))
    while procedure.stage != stages.EXECUTING:
        payload.pass_()

    def no_answers(data):
        crew.hear(b"" if data[2:3] and _type_of(data) in (telemetry.ACK, telemetry.CHAL) else data)

    payload.channel.to_ground = no_answers
    while procedure.stage == stages.EXECUTING:
        payload.pass_()
    assert procedure.stage == stages.ACCEPTED
    assert any("by the reports" in one.text for one in procedure.news)
    assert procedure.standing is not None and procedure.answer is None
    payload.run(8_000)
    assert procedure.stage == stages.ACCEPTED
    payload.channel.to_ground = crew.hear
    crew.run(procedure)
    assert procedure.stage == stages.CONFIRMED and procedure.answer is not None


def _type_of(data):
    from firmware.protocol.deframing import Deframer, read_header

    packets = Deframer().feed(data)
    return read_header(packets[0])[1] if packets else None


# Who speaks to whom ------------------------------------------------------------------------------------------------


def test_answers_with_bad_tags_are_no_answers():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0))
    payload.pass_()
    for keys in (OTHER_KEYS, None):
        for why in (commands.FOR_EXECUTE, commands.OTHER_SESSION):
            body = framing.header(telemetry.CHAL, NET, 77, payload.state.elapsed_ms)
            values = {"nonce": 1, "counter": 1, "op": commands.ARM, "why": why}
            payload_bytes = bytearray(telemetry.CHAL_LAYOUT.size)
            telemetry.CHAL_LAYOUT.pack_into(payload_bytes, 0, values)
            body += bytes(payload_bytes)
            crew.hear(framing.encode(body + (bytes(8) if keys is None else keys.tag_down(body))))
            # And the tag of a command, made with the right keys for the wrong direction.
            crew.hear(framing.encode(body + KEYS.tag_up(body)))
    assert procedure.stage == stages.SENT and procedure.attempts == 1
    assert crew.run(procedure)[-1] == "confirmed" and payload.rises() == [1]


def test_an_old_answer_said_again_by_somebody_else_answers_nothing():
    payload, crew = set_up(warm_ms=12_000)
    heard = []
    payload.channel.to_ground = lambda data: (heard.append(data), crew.hear(data))
    crew.run(crew.begin(wish.release(0)))
    old = [data for data in heard if _type_of(data) in (telemetry.ACK, telemetry.CHAL)]
    assert old
    procedure = crew.begin(wish.release(1))
    payload.pass_()
    deaf(payload, "to_board")
    for data in old:
        crew.hear(data)
    assert procedure.stage == stages.SENT and procedure.attempts == 1


def test_commands_to_another_balloon_move_nothing():
    payload, crew = set_up(warm_ms=12_000)
    other = Crew(payload, net=NET + 1)
    other.receiver = crew.receiver
    procedure = other.begin(wish.safe())
    payload.run(50_000)
    assert procedure.stage == stages.FAILED and other.said == []
    # Even said with the right keys and the right counter.
    from ground.commander.command_frame import command_frame

    payload.channel.up(
        command_frame(KEYS, NET + 1, payload.state.elapsed_ms, 1, payload.uplink.session, commands.SAFE, 0)
    )
    payload.run(3_000)
    assert not payload.state.safe and payload.uplink.commands_heard == 0


def test_with_other_keys_nothing_is_done_and_nothing_is_believed():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0), keys=OTHER_KEYS, patience_ms=30_000)
    crew.run(procedure)
    assert procedure.status == 1 and payload.rises() == []
    assert payload.uplink.tags_bad > 0 and payload.uplink.commands_heard == 0


def test_a_commander_that_was_never_told_the_session_learns_it():
    _, crew = set_up(warm_ms=12_000)
    crew.records = [record for record in crew.records if record.kind != "META"]
    procedure = crew.begin(wish.hold(60))
    crew.run(procedure)
    assert procedure.status == 0 and procedure.attempts == 2


def test_a_forged_meta_costs_a_turn_and_no_more():
    payload, crew = set_up(warm_ms=12_000)
    meta = next(record for record in crew.records if record.kind == "META")
    content = bytearray(telemetry.META_LAYOUT.size)
    values = {**meta.values, "session": 12345, "command_counter": 0xFFFFFFFE}
    telemetry.META_LAYOUT.pack_into(content, 0, values)
    crew.hear(framing.encode(framing.header(telemetry.META, NET, 9000, payload.state.elapsed_ms) + bytes(content)))
    procedure = crew.begin(wish.hold(60))
    crew.run(procedure)
    assert procedure.status == 0 and procedure.attempts == 2 and crew.numbers.next < 10


def test_a_reset_between_the_steps_never_lets_go_by_the_old_challenge():
    payload, crew = set_up(warm_ms=12_000)
    procedure = crew.begin(wish.release(0))
    while procedure.stage != stages.EXECUTING:
        payload.pass_()
    payload.reset()
    payload.altitude.altitude_m = payload.altitude.lowest_m = payload.altitude.highest_m = 8000
    crew.run(procedure)
    assert (procedure.stage, procedure.status) == (stages.UNKNOWN, 3)
    assert "reset" in procedure.text
    assert payload.rises() == []


def test_a_reset_before_the_first_step_is_one_turn_more():
    payload, crew = set_up(warm_ms=12_000)
    payload.reset()
    procedure = crew.begin(wish.hold(60))
    crew.run(procedure)
    assert procedure.status == 0 and payload.state.hold_until_ms is not None


def test_a_commander_behind_the_payload_catches_up_once():
    payload, crew = set_up(warm_ms=12_000)
    crew.run(crew.begin(wish.noop(), numbers=Counting(500)))
    payload.run(70_000)  # a META
    procedure = crew.begin(wish.hold(60))
    crew.run(procedure)
    assert procedure.status == 0 and payload.state.command_counter == 501


@pytest.mark.parametrize("offset_passes", [0, 3, 7, 13, 22, 31])
def test_two_commanders_at_once_let_go_of_one_thing_once(offset_passes):
    payload, crew = set_up(warm_ms=12_000, seed=offset_passes + 1, loss=200)
    one = crew.begin(wish.release(0), patience_ms=90_000)
    for _ in range(offset_passes):
        payload.pass_()
    two = crew.begin(wish.release(0), patience_ms=90_000)
    while not (one.over and two.over):
        payload.pass_()
    payload.run(60_000)
    assert payload.rises() in ([1], [])
    assert len(set(crew.numbers.given)) == len(crew.numbers.given)
    if not payload.rises():
        assert stages.CONFIRMED not in (one.stage, two.stage)


def test_safe_from_a_second_commander_gets_through_a_release():
    payload, crew = set_up(warm_ms=12_000)
    release = crew.begin(wish.release(0))
    payload.pass_()
    safe = crew.begin(wish.safe())
    crew.run(safe)
    assert safe.status == 0 and payload.state.safe
    while not release.over:
        payload.pass_()
    assert payload.state.drop_states[0] != drops.CONFIRMED or payload.rises() == [1]


# A clock that is wrong ---------------------------------------------------------------------------------------------


def test_a_payload_time_forged_by_reports_is_put_right_by_a_tagged_answer():
    payload, crew = set_up(warm_ms=12_000)
    fix = [record for record in crew.records if record.kind == "FIX"][-1]
    late = framing.header(fix.frame_type, NET, 50_000, payload.state.elapsed_ms + 3_600_000) + fix.payload
    crew.hear(framing.encode(late))
    procedure = crew.begin(wish.hold(60))
    crew.run(procedure)
    assert procedure.status == 0


def test_stages_only_become_what_the_table_says():
    assert set(stages.MAY_BECOME) == {stage for after in stages.MAY_BECOME.values() for stage in after} | {"ready"}
    for stage in stages.STATUSES:
        assert stages.MAY_BECOME[stage] == ()
    assert ATTEMPT_MS < commands.WINDOW_MS < ASKING_MS
