"""FIRED is not CONFIRMED: evidence from the wire, the current and the motion; retry only on evidence of failure."""

from firmware.protocol import drops, telemetry
from firmware.release.motion import MOVED, NOTHING, PENDING, Motion
from tests.portable.release_rig import DUE_MS, Rig, due_soon, plan_of

HAND_OVER = ({"name": "a", "output": 1, "attempts": 2, "same_load": "b"}, {"name": "b", "output": 2, "attempts": 2})


def rig_of(channels=(("a", 1), ("b", 2)), wires=((1, 150, 1400), (2, 150, 2100)), flight=(), **drop):
    rig = Rig(wires=wires, plan=plan_of([dict(drop, channel="a", after_ms=DUE_MS)], channels=channels, **dict(flight)))
    rig.at(DUE_MS - 5000)
    return rig


def rises(rig):
    return [(at_ms, output) for at_ms, output, level in rig.edges if level]


def test_no_current_and_a_wire_that_opens_is_no_confirmation():
    rig = due_soon()
    rig.bench.wires[0].parts_after_ms = None
    rig.bench.cutter_battery.broken = True  # the cell is dead, whatever the rail said a moment ago
    while not rig.edges:
        rig.pass_()
    rig.run(1000)
    rig.bench.wires[0].whole = False  # torn, not burnt
    rig.run(20000)
    assert rig.state.drop_states[0] == drops.UNCONFIRMED and len(rises(rig)) == 1


def test_continuity_shorted_is_never_a_confirmation():
    rig = due_soon(attempts=3)
    rig.bench.wires[0].continuity = "whole"
    rig.run(90000)
    # It let go at the first pulse, but nobody can know: the wire still looks whole. Tried as often as allowed.
    assert rig.parted == [1] and len(rises(rig)) == 3 and rig.state.drop_states[0] == drops.FAILED


def test_continuity_open_gets_one_pulse_and_no_confirmation():
    rig = due_soon(attempts=3)
    rig.bench.wires[0].continuity = "open"
    rig.run(90000)
    assert rig.parted == [1] and len(rises(rig)) == 1 and rig.state.drop_states[0] == drops.UNCONFIRMED


def test_continuity_that_is_noise_confirms_nothing_and_denies_nothing():
    outcomes = []
    for _ in range(3):
        rig = due_soon(attempts=3, wires=((1, 150, None),))
        rig.bench.wires[0].continuity = "noisy"
        rig.run(200000)
        outcomes.append(rig.state.drop_states[0])
        assert rig.state.drop_states[0] == drops.UNCONFIRMED and rig.parted == []
    assert len(outcomes) == 3


def test_a_wire_that_parts_early_is_said_and_is_never_confirmed():
    rig = due_soon(600000)
    rig.run(5000)
    rig.bench.wires[0].whole = False
    rig.run(29000)
    assert rig.state.parted_early == 0  # half a minute, not a moment
    rig.run(5000)
    assert rig.state.parted_early == 1
    assert (telemetry.WIRE_PARTED_EARLY, 0, 0, 0) in rig.told
    rig.run(600000)
    # One pulse all the same, because the sense wire may be what broke; the last word is that it was gone.
    assert len(rises(rig)) == 1 and rig.state.drop_states[0] == drops.PARTED_EARLY


def test_a_wire_that_was_never_whole_or_opens_on_the_pad_has_not_parted_early():
    rig = Rig(launched=False)
    rig.run(3000)
    rig.bench.wires[0].whole = False
    rig.run(60000)
    assert rig.state.parted_early == 0
    rig = due_soon(600000)
    rig.bench.wires[0].whole = False
    rig.run(60000)
    assert rig.state.parted_early == 0


def test_a_bounce_of_continuity_is_no_parting():
    rig = due_soon(600000)
    for _ in range(5):
        rig.bench.wires[0].continuity = "open"
        rig.run(25000)
        rig.bench.wires[0].continuity = None
        rig.run(3000)
    assert rig.state.parted_early == 0


def test_hand_over_goes_only_to_a_channel_named_as_holding_the_same_load():
    rig = rig_of(channels=HAND_OVER, wires=((1, 150, None), (2, 150, 1000)))
    rig.run(90000)
    assert [output for _, output in rises(rig)] == [1, 1, 2]
    assert rig.parted == [2] and rig.state.drop_states[0] == drops.CONFIRMED
    assert (telemetry.HANDED_OVER, 0, 1, 0) in rig.told
    rig = rig_of(wires=((1, 150, None), (2, 150, 1000)))
    rig.run(90000)
    assert [output for _, output in rises(rig)] == [1, 1] and rig.state.drop_states[0] == drops.FAILED


def test_at_most_three_attempts_per_drop_step_whatever_the_channels():
    rig = rig_of(channels=HAND_OVER, wires=((1, 150, None), (2, 150, None)))
    rig.run(120000)
    assert [output for _, output in rises(rig)] == [1, 1, 2]
    assert rig.state.drop_states[0] == drops.FAILED and rig.state.drop_attempts[0] == 3


def test_the_channel_that_takes_over_may_itself_allow_fewer():
    one = ({"name": "a", "output": 1, "attempts": 1, "same_load": "b"}, {"name": "b", "output": 2, "attempts": 1})
    rig = rig_of(channels=one, wires=((1, 150, None), (2, 150, None)))
    rig.run(120000)
    assert [output for _, output in rises(rig)] == [1, 2] and rig.state.drop_states[0] == drops.FAILED


def watched(change_cm_s, expected_cm_s=100, noise_cm_s=4, seconds=60, motion=None):
    """What Motion says second by second of a rate that changes by so much."""
    motion = motion or Motion()
    for second in range(20):
        motion.note(500 + (noise_cm_s if second & 1 else -noise_cm_s))
    if not motion.begin(expected_cm_s, 1000000):
        return None
    motion.restart()
    for second in range(1, seconds):
        motion.note(500 + change_cm_s + (noise_cm_s if second & 1 else -noise_cm_s))
        found = motion.look(1000000 + 1000 * second)
        if found != PENDING:
            return found, second
    return PENDING, seconds


def test_motion_counts_only_where_the_change_is_half_a_metre_a_second_and_three_times_the_noise():
    assert watched(100, 49) is None
    assert watched(100, 50) == (MOVED, 12)
    assert watched(100, 100, noise_cm_s=33) == (MOVED, 12)
    assert watched(100, 100, noise_cm_s=34) is None
    assert watched(-100, -100) == (MOVED, 12)
    assert watched(-100, -49) is None


def test_half_of_the_predicted_change_is_enough_and_less_or_the_other_way_is_not():
    assert watched(50) == (MOVED, 12)
    assert watched(49) == (NOTHING, 40)
    assert watched(0) == (NOTHING, 40)
    assert watched(-100) == (NOTHING, 40)
    assert watched(100, -100) == (NOTHING, 40)


def test_a_change_below_three_times_the_noise_is_none():
    assert watched(55, 100, noise_cm_s=20) == (NOTHING, 40)
    assert watched(65, 100, noise_cm_s=20) == (MOVED, 12)


def test_motion_needs_sixteen_seconds_before_and_eight_after():
    motion = Motion()
    for _ in range(15):
        motion.note(500)
    assert not motion.begin(100, 0)
    motion.note(500)
    assert motion.begin(100, 0)
    motion.note(None)
    assert not motion.begin(100, 0)
    for _ in range(16):
        motion.note(500)
    assert motion.begin(100, 0)
    motion.restart()
    for _ in range(7):
        motion.note(900)
    assert motion.look(20000) == PENDING
    motion.note(900)
    assert motion.look(20000) == MOVED


def blind_drop(motion_cm_s, change_cm_s, flight=()):
    """A drop whose wire says nothing, and a balloon that answers so."""
    rig = rig_of(motion_cm_s=motion_cm_s, flight=flight)
    rig.at(DUE_MS - 30000)
    rig.vertical_cm_s = 450
    rig.bench.wires[0].continuity = "open"
    while not rig.edges:
        rig.pass_()
    rig.vertical_cm_s = 450 + change_cm_s
    return rig


def test_motion_is_evidence_where_the_wire_says_nothing():
    rig = blind_drop(100, 90)
    rig.run(60000)
    assert rig.state.drop_states[0] == drops.CONFIRMED and len(rises(rig)) == 1
    rig = blind_drop(100, 0)
    rig.run(60000)
    assert rig.state.drop_states[0] == drops.UNCONFIRMED and len(rises(rig)) == 1
    # A batch of leaflets moves nothing: nobody waits for it.
    rig = blind_drop(0, 90)
    rig.run(6000)
    assert rig.state.drop_states[0] == drops.UNCONFIRMED


def test_a_wire_that_says_it_holds_is_not_overruled_by_motion():
    rig = rig_of(motion_cm_s=100, wires=((1, 150, None), (2, 150, None)))
    rig.at(DUE_MS - 30000)
    rig.vertical_cm_s = 450
    while not rig.edges:
        rig.pass_()
    rig.vertical_cm_s = 900
    rig.run(60000)
    assert rig.state.drop_states[0] == drops.FAILED and len(rises(rig)) == 2


def test_safe_and_the_cutdown_do_not_wait_for_evidence_by_motion():
    rig = blind_drop(100, 0)
    rig.run(6000)
    assert rig.state.drop_states[0] == drops.FIRED
    rig.orders.safe()
    assert rig.state.drop_states[0] == drops.UNCONFIRMED
    rig = blind_drop(100, 0, (("cutdown", {"channel": "b", "latest_ms": DUE_MS + 600000}),))
    rig.run(6000)
    assert rig.state.drop_states[0] == drops.FIRED
    assert rig.orders.cutdown() == 0
    rig.run(4000)
    assert rig.state.drop_states[0] == drops.UNCONFIRMED and [output for _, output in rises(rig)] == [1, 2]
