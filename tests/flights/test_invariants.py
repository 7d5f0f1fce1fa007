"""The invariants see a firmware that breaks them: each of them is broken here on purpose."""

from firmware.protocol import drops
from tests.flights.short_flight import DROPS, LAUNCH_S, Flight, mission_data


def breaches(actions=(), **given):
    flight = Flight(actions, judged=False, longest_s=LAUNCH_S + 700, **given)
    return " | ".join(flight.breaches)


def test_a_flight_as_it_should_be_breaks_none():
    assert breaches() == ""


def test_an_output_that_goes_on_at_a_boot_is_seen():
    def prepare(flight):
        if flight.boots == 2:
            flight.board.cutters[1].fire.duty_u16(65535)

    def begin(flight):
        power_on = flight.bench.power_on

        def hasty(*cause):
            board = power_on(*cause)
            if flight.boots == 1:
                board.cutters[1].fire.duty_u16(65535)
            return board

        flight.bench.power_on = hasty

    assert "output 2 went on out of turn" in breaches([(LAUNCH_S + 100, lambda it: it.off(2))], prepare=prepare)
    assert "output 2 went on at a boot" in breaches([(LAUNCH_S + 100, lambda it: it.off(2))], begin=begin)


def test_a_pulse_through_a_closed_gate_is_seen():
    def open_gates(flight):
        flight.computer.gates.closed = lambda place, now_ms: 0

    def pull(flight):
        flight.bench.plug_in = False

    found = breaches([(LAUNCH_S + 200, pull)], prepare=open_gates)
    assert "I1: output 1 went on with the plug out" in found
    found = breaches(prepare=open_gates, ascent_mm_s=2000, burst_m=9000)
    assert "I1: output 1 went on at 740 m" in found


def test_a_pulse_before_its_time_is_seen():
    def hurry(flight):
        flight.computer.state.elapsed_ms += 20_000

    found = breaches([(LAUNCH_S + 200, hurry)])
    assert "mission time is 1999" in found and "ms ahead of the true one" in found
    assert "I1: output 1 went on" in found and "ms before its time" in found


def test_a_pulse_after_its_time_is_seen():
    def dawdle(flight):
        flight.computer.plan.due_ms[0] += 2000

    assert "I4: drop 0 fires 199" in breaches([(LAUNCH_S + 200, dawdle)])


def test_a_pulse_after_confirmed_is_seen():
    def again(flight):
        flight.computer.state.drop_states[0] = drops.DUE
        flight.computer.state.drop_attempts[0] = 0
        flight.computer.plan.look()

    found = breaches([(LAUNCH_S + 330, again)])
    assert "I3: drop 0, occasion 0, was CONFIRMED and pulses again" in found
    assert "I2: pulse 2 of drop 0 is called attempt 1" in found


def test_more_than_three_attempts_are_seen():
    def again(flight):
        if flight.computer.state.drop_states[0] == drops.FAILED:
            flight.computer.state.drop_states[0] = drops.DUE
            flight.computer.state.drop_attempts[0] -= 1
            flight.computer.plan.look()

    found = breaches([(LAUNCH_S + second, again) for second in range(300, 400)], wires=((1, 150, None),), data=alone())
    assert "I2: pulse 4 of drop 0 is called attempt" in found


def alone():
    return mission_data(DROPS[:1])


def test_a_pulse_that_is_too_long_is_seen():
    def prepare(flight):
        flight.computer.channels[0]._pulse_ms = 6100

    assert "I2: output 1 was on for 6" in breaches(prepare=prepare)


def test_a_frame_in_a_pulse_is_seen():
    def prepare(flight):
        flight.computer.release.pulse_on = lambda: False

    assert "a frame was sent in a pulse" in breaches(prepare=prepare)


def test_a_pulse_without_its_intent_on_flash_is_seen():
    def prepare(flight):
        journal = flight.computer.journal
        write = journal.write

        def forgetful(now_ms):
            if drops.FIRING in flight.computer.state.drop_states:
                journal.wanted = journal.urgent = False
            else:
                write(now_ms)

        journal.write = forgetful

    assert "the intent of drop 0 is not on flash" in breaches(prepare=prepare)


def test_a_lost_journal_and_a_lost_log_are_seen():
    def lose(*names):
        def action(flight):
            for name in names:
                flight.bench.storage.remove(name)
            flight.off(2)

        return [(LAUNCH_S + 400, action)]

    newest_first = breaches(lose("journal.0")), breaches(lose("journal.1"))
    assert sum("I8: journal record" in found for found in newest_first) == 1
    assert "I8: the journal is lost" in breaches(lose("journal.0", "journal.1"))
    assert "I8: the flight log is not what was flushed" in breaches(lose("flight.log"))


def test_a_frame_number_that_comes_twice_is_seen():
    def again(flight):
        flight.computer.downlink.sequence = 5

    assert "I9: sequence number 5 came twice" in breaches([(LAUNCH_S + 100, again)])


def test_mission_time_that_runs_back_is_seen():
    def back(flight):
        flight.computer.state.elapsed_ms -= 30_000

    found = breaches([(LAUNCH_S + 100, back)])
    assert "I9: mission time ran back" in found and "I9: journalled mission time ran back" in found


def test_safe_and_hold_that_are_not_kept_are_seen():
    def order(what, value=0):
        return lambda flight: flight.invariants.order(what, value)

    def forget(flight):
        flight.computer.state.safe = False
        flight.computer.state.hold_until_ms = None
        flight.computer.journal.write(flight.clock.ticks_ms())

    for what in ("safe", "hold"):
        actions = [(LAUNCH_S + 280, order(what, 600)), (LAUNCH_S + 285, forget)]
        assert f"I1: output 1 went on on {what.upper()}" in breaches(actions)
        actions.append((LAUNCH_S + 290, lambda it: it.off(1)))
        assert "I7: a reset has undone SAFE or HOLD" in breaches(actions)

    def deaf(flight):
        flight.computer.release.abort = lambda: None

    in_pulse = [(LAUNCH_S + second / 2, lambda it: it.computer.release.pulse_on() and it.invariants.order("safe"))
                for second in range(590, 640)]  # fmt: skip
    assert "I7: SAFE did not end the pulse of output 1" in breaches(in_pulse, prepare=deaf)
    assert breaches(in_pulse) == ""
