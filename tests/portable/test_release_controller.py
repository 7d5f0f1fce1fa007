"""The release path: on time, at most so often, never with a gate closed, and known to flash before it happens."""

from firmware.flight_state import FlightState
from firmware.journal import Journal
from firmware.protocol import drops, phases
from firmware.release import life
from tests.portable.release_rig import DUE_MS, Rig, due_soon


class DeadFlash:
    def open(self, name, mode):
        raise OSError(5)


def test_a_drop_fires_within_a_second_of_due_and_never_before():
    for offset_ms in (0, 13, 50, 99):
        rig = due_soon(5000 + offset_ms)
        rig.run(4900)
        assert rig.edges == []
        rig.run(8000)
        ((start_ms, _length_ms, output),) = rig.pulses()
        assert output == 1 and 0 <= start_ms - DUE_MS <= 1000, start_ms
        assert rig.state.drop_states[0] == drops.CONFIRMED and rig.state.drop_attempts[0] == 1
        assert rig.parted == [1] and rig.all_low()


def test_a_pulse_lasts_as_the_mission_says():
    for pulse_ms in (500, 4000, 9000):
        rig = due_soon(pulse_ms=pulse_ms)
        rig.run(30000)
        assert pulse_ms <= rig.pulses()[0][1] <= pulse_ms + 150


def test_the_intent_is_on_flash_before_the_first_edge():
    rig = due_soon()
    seen = []

    def look(output, level):
        state = FlightState()
        again = Journal(rig.clock, rig.board.storage, state, rig.mission.hash, rig.health)
        seen.append((level, again.load(), state.drop_states[0], state.drop_attempts[0]))

    rig.on_edge = look
    rig.run(15000)
    assert seen[0] == (1, True, drops.FIRING, 1)


def test_the_result_is_on_flash_after_it():
    rig = due_soon()
    rig.run(15000)
    state = FlightState()
    assert Journal(rig.clock, rig.board.storage, state, rig.mission.hash, rig.health).load()
    assert state.drop_states[0] == drops.CONFIRMED


def test_a_dead_flash_does_not_stop_a_drop():
    rig = due_soon()
    rig.journal._storage = DeadFlash()
    rig.run(15000)
    assert 0 <= rig.pulses()[0][0] - DUE_MS <= 1000 and rig.state.drop_states[0] == drops.CONFIRMED


def test_a_wire_that_holds_is_tried_as_often_as_the_mission_says_each_time_longer():
    for attempts, lengths in ((1, (4000,)), (2, (4000, 6000)), (3, (4000, 6000, 9000))):
        rig = due_soon(wires=((1, 150, None),), attempts=attempts)
        rig.run(120000)
        pulses = rig.pulses()
        assert len(pulses) == attempts
        for place in range(attempts):
            assert lengths[place] <= pulses[place][1] <= lengths[place] + 150
        assert rig.state.drop_states[0] == drops.FAILED and rig.state.drop_attempts[0] == attempts
        assert rig.all_low() and rig.parted == []


def test_a_wire_that_needs_two_pulses_gets_them():
    rig = due_soon(wires=((1, 150, 6500),))
    rig.run(60000)
    assert len(rig.pulses()) == 2 and rig.state.drop_states[0] == drops.CONFIRMED


def test_a_wire_that_was_open_before_gets_one_pulse_and_no_confirmation():
    rig = due_soon(attempts=3)
    rig.bench.wires[0].whole = False
    rig.run(60000)
    assert len(rig.pulses()) == 1 and rig.state.drop_states[0] == drops.UNCONFIRMED


def test_a_drop_whose_life_is_over_never_fires_again():
    for state in drops.FINAL_STATES:
        rig = Rig()
        rig.state.drop_states[0] = state
        rig.plan.look()
        rig.at(DUE_MS - 1000)
        rig.run(60000)
        assert rig.edges == [] and rig.state.drop_states[0] == state


def close_launch(rig):
    rig.state.launch_ms = None


def close_landed(rig):
    rig.state.phase = phases.LANDED


def close_suspected(rig):
    rig.phase.landing_suspected = True


def close_ended(rig):
    rig.state.ended = True


def close_safe(rig):
    rig.state.safe = True


def close_hold(rig):
    rig.state.hold_until_ms = 0x3FFFFFFF


def close_plug(rig):
    rig.measured.cutter_mv = 2499


def close_plug_unknown(rig):
    rig.measured.cutter_mv = None


def close_low(rig):
    rig.altitude.lowest_m = 1349


def close_altitude(rig):
    rig.altitude.lowest_m = None


CLOSERS = (
    (close_landed, drops.LANDED),
    (close_suspected, drops.LANDED),
    (close_ended, drops.ENDED),
    (close_safe, drops.SAFE),
    (close_hold, drops.HOLD),
    (close_plug, drops.PLUG_OUT),
    (close_plug_unknown, drops.PLUG_OUT),
    (close_low, drops.TOO_LOW),
    (close_altitude, drops.ALTITUDE_UNKNOWN),
)


def open_all(rig):
    rig.state.phase = phases.ASCENT
    rig.phase.landing_suspected = rig.state.ended = rig.state.safe = False
    rig.state.hold_until_ms = None
    rig.measured.cutter_mv = 4500
    rig.altitude.lowest_m = 8000


def test_no_pulse_with_any_gate_closed_and_one_when_it_opens():
    for close, bit in CLOSERS:
        rig = due_soon()
        close(rig)
        rig.run(60000)
        assert rig.edges == [] and rig.state.drop_attempts[0] == 0, bit
        assert rig.controller.reasons[0] == bit == rig.state.reasons and rig.state.drop_states[0] == drops.DUE
        open_all(rig)
        rig.run(7000 if bit == drops.PLUG_OUT else 1000)
        assert len([1 for _, _, level in rig.edges if level]) == 1, bit
        assert rig.controller.reasons[0] == 0


def test_a_gate_that_closes_between_intent_and_pulse_prevents_the_edge_and_is_not_an_attempt():
    for close, bit in CLOSERS:
        rig = due_soon()
        while rig.state.drop_states[0] != drops.FIRING:
            rig.pass_()
        assert rig.edges == [] and rig.state.drop_attempts[0] == 1
        close(rig)
        rig.run(10000)
        assert rig.edges == [] and rig.state.drop_attempts[0] == 0, bit
        assert rig.state.drop_states[0] == drops.DUE and rig.controller.reasons[0] & bit
        open_all(rig)
        rig.run(20000)
        assert len(rig.pulses()) == 1 and rig.state.drop_attempts[0] == 1


def test_a_gate_that_closes_in_the_very_last_pass_is_seen():
    # How many passes there are from the start to the edge.
    rig = due_soon()
    passes = 0
    while not rig.edges:
        rig.pass_()
        passes += 1
    for close, bit in CLOSERS:
        rig = due_soon()
        rig.run(100 * (passes - 1))
        assert rig.edges == []
        close(rig)
        rig.run(2000)
        assert rig.edges == [], bit


def test_nothing_fires_before_launch_is_known():
    rig = Rig()
    rig.state.launch_ms = None
    rig.state.phase = phases.GROUND
    rig.state.elapsed_ms = 10 * DUE_MS
    rig.run(30000)
    assert rig.edges == [] and rig.state.drop_states[0] == drops.WAITING


def test_nothing_fires_before_not_before_even_when_due():
    rig = Rig(drops=((1, 600000),), not_before_ms=600000)
    rig.at(595000)
    rig.run(4900)
    assert rig.edges == []
    rig.run(10000)
    assert 0 <= rig.pulses()[0][0] - 600000 <= 1000


def test_a_drop_that_became_due_in_an_outage_fires_at_once_afterwards():
    rig = Rig()
    rig.at(DUE_MS + 500000)
    rig.run(1000)
    assert len(rig.edges) == 1
    rig.run(20000)
    assert rig.state.drop_states[0] == drops.CONFIRMED and len(rig.pulses()) == 1


def test_drops_that_come_close_together_never_share_a_moment():
    rig = Rig(drops=((1, DUE_MS), (2, DUE_MS + 60000), (3, DUE_MS + 120000)))
    rig.at(DUE_MS + 300000)  # all three are overdue
    rig.run(120000)
    on = 0
    for _, _, level in rig.edges:
        on += 1 if level else -1
        assert 0 <= on <= 1
    assert [output for _, _, output in rig.pulses()] == [1, 2, 3]
    begins = [at_ms for at_ms, _, level in rig.edges if level]
    assert all(begins[place + 1] - begins[place] >= 30000 for place in range(len(begins) - 1))
    assert [rig.state.drop_states[place] for place in range(3)] == [drops.CONFIRMED] * 3


def test_the_radio_is_asked_to_be_silent_in_a_pulse_and_only_then():
    rig = due_soon(pulse_ms=4000)
    wrong = []
    for _ in range(150):
        rig.pass_()
        on = len(rig.edges) & 1 == 1
        if rig.controller.pulse_on() != on:
            wrong.append(rig.since_ms())
    assert wrong == []


def test_changes_are_collected_for_the_report():
    rig = due_soon()
    rig.run(15000)
    assert rig.states() == [drops.DUE, drops.FIRING, drops.FIRED, drops.CONFIRMED]


def test_stop_ends_a_pulse_at_once():
    rig = due_soon()
    while not rig.edges:
        rig.pass_()
    rig.run(500)
    rig.controller.stop(life.CALLED_OFF)
    assert rig.all_low() and rig.edges[-1][2] == 0
    rig.run(60000)
    assert rig.state.drop_states[0] != drops.FIRING


def test_stop_between_intent_and_pulse_prevents_the_pulse():
    rig = due_soon()
    while rig.state.drop_states[0] != drops.FIRING:
        rig.pass_()
    rig.controller.stop(life.CALLED_OFF)
    rig.run(10000)
    assert rig.edges == []


def test_a_loop_that_hangs_in_a_pulse_does_not_lengthen_it():
    rig = due_soon(wires=((1, 150, None),), pulse_ms=2000)
    while not rig.edges:
        rig.pass_()
    rig.clock.advance(60000000)
    ((_, length_ms, _),) = rig.pulses()
    assert 2000 <= length_ms <= 2200 and rig.all_low()
    rig.run(2000)
    assert rig.controller.limit_hits == 1


def test_a_reset_in_a_pulse_with_the_wire_whole_goes_on_with_the_next_attempt():
    rig = due_soon(wires=((1, 150, None),))
    while not rig.edges:
        rig.pass_()
    rig.run(500)
    rig.reset()
    assert rig.all_low() and rig.edges[-1][2] == 0
    assert rig.state.drop_states[0] == drops.DUE and rig.state.drop_attempts[0] == 1
    rig.run(60000)
    assert len(rig.pulses()) == 2 and rig.state.drop_states[0] == drops.FAILED


def test_a_reset_in_a_pulse_with_the_wire_parted_never_fires_again():
    rig = due_soon()
    while not rig.parted:
        rig.pass_()
    rig.reset()
    assert rig.state.drop_states[0] == drops.CONFIRMED
    before = len(rig.edges)
    rig.run(60000)
    assert len(rig.edges) == before


def test_a_reset_loop_while_firing_never_exceeds_the_attempts():
    for attempts in (1, 2, 3):
        rig = due_soon(wires=((1, 150, None),), attempts=attempts)
        for _ in range(12):
            before = len(rig.edges)
            for _ in range(200):
                rig.pass_()
                if len(rig.edges) > before:
                    break
            rig.run(300)
            rig.reset()
        rig.run(60000)
        assert len([1 for _, _, level in rig.edges if level]) <= attempts
        assert rig.state.drop_states[0] in drops.FINAL_STATES


def test_a_wire_that_was_open_before_a_pulse_is_not_confirmed_by_a_reset_in_it():
    rig = due_soon()
    rig.bench.wires[0].whole = False
    while not rig.edges:
        rig.pass_()
    rig.reset()
    rig.run(60000)
    assert rig.state.drop_states[0] == drops.UNCONFIRMED


def test_a_reset_at_any_moment_of_a_drops_life_fires_at_most_once_more_and_ends():
    rig = due_soon(2000)
    total = 0
    while rig.state.drop_states[0] != drops.CONFIRMED:
        rig.pass_()
        total += 1
    for when in range(0, total + 3, 4):
        rig = due_soon(2000)
        rig.journal.write(0)
        rig.run(100 * when)
        rig.reset()
        assert rig.all_low()
        rig.run(30000)
        assert rig.state.drop_states[0] == drops.CONFIRMED, when
        rises = [at_ms for at_ms, _, level in rig.edges if level]
        assert 1 <= len(rises) <= 2 and rises[0] >= DUE_MS, when
