"""What the firmware does about the faults of the link, F22 to F26 and F31: it flies as planned, and obeys what is true.

The invariants (link_invariants.py) look on: nothing is done that the crew did not say, and nothing is done twice.
"""

from firmware.protocol import commands, drops, telemetry
from firmware.protocol.mission_plan import HC12
from firmware.protocol.mission_writer import build
from firmware.protocol.profiles import PACKET_9600
from tests.flights.reset_flights import description
from tests.flights.short_flight import DROPS, LAUNCH_S, Flight

AFTER_S = tuple(after_ms // 1000 for _, after_ms in DROPS)
HELD = ((LAUNCH_S + 60, "noop", 0), (LAUNCH_S + 150, "hold", 20), (LAUNCH_S + 460, "noop", 0))
ENDED = LAUNCH_S + 620  # after the last drop
NOBODY = ((3900, "noop", 0),)  # there is a key, and a crew that never comes to speak


def flown(*faults, crew=HELD, **given):
    given.setdefault("longest_s", ENDED)
    return Flight(faults=faults, crew=crew, **given)


def results(flight):
    return [order.result for order in flight.bench.crew.done]


def on_time(flight):
    """Every drop confirmed and within a second of its time."""
    fired = flight.fired()
    late = [fired[output] - after_ms / 1000 - flight.launch_error_s() for output, after_ms in DROPS]
    return flight.drop_states() == [drops.CONFIRMED] * 3 and all(0 <= late_s <= 1.0 for late_s in late)


# F22 -----------------------------------------------------------------------------------------------------------------


def test_noise_and_floods_on_the_radio_uart_cost_no_drop_and_commands_get_through_again_after_them():
    noisy = flown(("radio_noise", LAUNCH_S, 0, 20))
    assert on_time(noisy) and results(noisy) == [commands.DONE] * 3
    flooded = flown(("radio_flood", LAUNCH_S + 140, 100, 570))
    assert on_time(flooded) and results(flooded) == [commands.DONE] * 3
    assert flooded.bench.bytes_lost_by_radio() > 0 and flooded.computer.loop.overruns == 0
    hold = flooded.bench.crew.done[1]
    assert hold.ended_us / 1e6 >= LAUNCH_S + 240  # once there was room again


def test_a_modem_at_another_baud_rate_is_deaf_and_dumb_and_the_flight_goes_on():
    flight = flown(("radio_baud", LAUNCH_S + 140, 100, 9600))
    assert on_time(flight) and results(flight) == [commands.DONE] * 3
    silent = [header[4] / 1000 - LAUNCH_S for header, _ in flight.reports()]
    assert not [at for at in silent if 141 < at < 239] and [at for at in silent if at > 241]


# F23 -----------------------------------------------------------------------------------------------------------------


def test_jam_loss_doubles_delay_and_collisions_cost_no_drop_and_nothing_is_done_twice():
    for fault in (
        ("radio_jam", LAUNCH_S + 140, 100, 0),
        ("radio_loss", LAUNCH_S, 0, 700),
        ("radio_twice", LAUNCH_S, 0, 1000),
        ("radio_late", LAUNCH_S, 0, 4000),
        ("radio_bit_errors", LAUNCH_S, 0, 10000),
        ("radio_collisions", LAUNCH_S, 0, 0),
    ):
        flight = flown(fault)
        assert on_time(flight), fault
        assert results(flight) == [commands.DONE] * 3, fault
        assert len(flight.invariants.link.executed) == 1, fault  # the one HOLD


def test_the_same_command_many_times_over_is_answered_and_not_done_again():
    flight = flown(
        ("attacker_listens", 1, 0, 0),
        ("attacker_repeats_all", LAUNCH_S + 151, 20, 300),
        longest_s=LAUNCH_S + 250,
    )
    assert flight.computer.uplink.commands_heard > 50
    assert flight.invariants.link.executed == [2] and flight.computer.state.hold_used_ms == 20_000


# F24 -----------------------------------------------------------------------------------------------------------------


def test_a_modem_that_restarts_or_has_other_settings_costs_frames_and_no_drop():
    flight = flown(
        ("modem_reset", LAUNCH_S + 149, 0, 5000),
        ("modem_settings", LAUNCH_S + 400, 100, 0),
        ("modem_reset", LAUNCH_S + 299, 0, 0),
    )
    assert on_time(flight) and results(flight) == [commands.DONE] * 3
    assert len(flight.packets) < flight.bench.modem.writes - 90


TUNED = build(description(AFTER_S, 4000, 2, profile=PACKET_9600, modem=HC12, radio_channel=5))
DIALOGUE_S = 10  # of a board that sets its modem up


def test_a_modem_that_forgets_its_settings_is_set_up_again_by_a_start_on_the_pad():
    faults = (("modem_forgets", 60, 0, 0), ("reset", 90, 0, 1))
    flight = flown(*faults, data=TUNED, plug_in_s=120, crew=HELD[:1], longest_s=LAUNCH_S + 100)
    assert flight.bench.radio_unit.settings["channel"] == 5 and results(flight) == [commands.DONE]
    heard = [header[4] / 1000 for header, _ in flight.reports()]
    # After a start without power mission time goes on from the journal, up to ten seconds behind.
    assert [at for at in heard if 30 < at < 59] and not [at for at in heard if 61 < at < 80]
    assert [at for at in heard if 90 + DIALOGUE_S < at < 110]


def test_a_modem_that_forgets_its_settings_aloft_costs_the_link_and_no_drop():
    flight = flown(("modem_forgets", LAUNCH_S + 200, 0, 0), data=TUNED, crew=HELD[:1])
    assert on_time(flight) and flight.bench.radio_unit.settings["channel"] == 1
    assert max(header[4] / 1000 for header, _ in flight.reports()) <= LAUNCH_S + 201


# F25 -----------------------------------------------------------------------------------------------------------------

ATTACK = (
    ("attacker_forges", LAUNCH_S, 600, 400),
    ("attacker_replays", LAUNCH_S, 600, 4),
    ("attacker_flips", LAUNCH_S, 600, 0),
    ("attacker_reflects", LAUNCH_S + 100, 60, 0),
    ("attacker_other_flight", LAUNCH_S, 600, 4),
    ("attacker_repeats_all", LAUNCH_S + 200, 100, 900),
)


def test_nothing_that_an_attacker_says_is_done_and_the_crew_is_obeyed_all_the_same():
    flight = flown(*ATTACK)
    assert on_time(flight) and results(flight) == [commands.DONE] * 3
    assert flight.invariants.link.executed == [2]
    said = flight.bench.attacker.said
    assert all(said[kind] >= 3 for kind in ("forged", "replayed", "flipped", "reflected", "other flight")), said
    assert flight.computer.uplink.tags_bad > 500  # counted, and no lock-out


def test_an_attacker_alone_moves_nothing():
    flight = flown(*ATTACK, crew=NOBODY)
    assert on_time(flight) and flight.invariants.link.executed == []
    state = flight.computer.state
    assert not state.safe and state.hold_until_ms is None and state.command_counter == 0


def test_commands_from_before_the_journal_was_lost_are_not_done_again():
    lost_s = LAUNCH_S - 100
    flight = Flight(
        crew=((100, "hold", 30), (120, "safe", 0), (140, "resume", 0)),
        faults=(
            ("attacker_listens", 1, 0, 0),
            ("journal_damaged", lost_s - 1, 0, 2),
            ("reset", lost_s, 0, 0),
            # Mission time begins again: the recordings come true to the second.
            ("attacker_repeats_all", lost_s + 1, 0, 700),
        ),
        judged=False,
        longest_s=LAUNCH_S + 200,
    )
    assert flight.boots == 2 and flight.invariants.link.executed == [1, 2, 4]
    assert flight.bench.attacker.said["replayed"] > 1000
    state = flight.computer.state
    assert not state.safe and state.hold_until_ms is None and state.command_counter == 0
    assert flight.computer.uplink.commands_heard > 1000  # their tags are good
    assert not [text for text in flight.breaches if "I6" in text]


# F26 -----------------------------------------------------------------------------------------------------------------


def test_commands_for_another_balloon_are_none_of_this_ones_business():
    flight = flown(("wrong_balloon", 10, 0, 0x4321), crew=((LAUNCH_S + 150, "safe", 0),), longest_s=ENDED + 300)
    assert on_time(flight) and flight.computer.uplink.commands_heard == 0 and flight.computer.uplink.tags_bad == 0


def test_a_double_click_on_release_lets_one_load_go_once():
    flight = flown(("double_click", 10, 0, 0), crew=((LAUNCH_S + 280, "release", 2),))
    assert results(flight) == [commands.DONE, commands.REFUSED]
    assert [output for _, output, level in flight.edges if level] == [3, 1, 2]
    assert flight.drop_states() == [drops.CONFIRMED] * 3
    assert flight.fired()[3] < 290


def test_an_arm_without_execute_does_nothing_and_stands_in_nobodys_way():
    flight = flown(("arms_only", 10, LAUNCH_S + 200, 0), crew=((LAUNCH_S + 150, "release", 2), *HELD[2:]))
    assert on_time(flight) and results(flight) == [commands.CHALLENGED, commands.DONE]
    assert flight.invariants.link.executed == []


def test_hold_and_then_a_silent_crew_is_a_hold_that_ends():
    crew = ((LAUNCH_S + 280, "hold", 60), (LAUNCH_S + 300, "safe", 0))
    flight = flown(("crew_silent", LAUNCH_S + 290, 0, 0), crew=crew)
    assert 330 <= flight.fired()[1] - flight.launch_error_s() <= 345
    assert flight.drop_states() == [drops.CONFIRMED] * 3


# F31 -----------------------------------------------------------------------------------------------------------------


def test_without_a_key_or_with_a_damaged_one_commands_are_off_and_all_else_works():
    for size in (0, 1):
        flight = flown(("no_key", 5, 0, size), ("reset", 10, 0, 0), longest_s=ENDED + 300)
        assert on_time(flight) and flight.computer.uplink.key_id == 0
        assert results(flight) == [None] * len(results(flight)) and flight.invariants.link.executed == []
        metas = [packet for packet in flight.packets if packet[0] & 0x3F == telemetry.META]
        assert len(metas) > 5


def test_a_board_that_never_had_a_key_flies_as_one_that_has():
    without, with_key = Flight(longest_s=ENDED), Flight(longest_s=ENDED, key="5a" * 48)
    # Another file on the flash, another rhythm of its erases: a millisecond, no more.
    assert on_time(without) and len(without.edges) == len(with_key.edges)
    for one, other in zip(without.edges, with_key.edges, strict=True):
        assert abs(one[0] - other[0]) < 0.001 and one[1:] == other[1:]
    assert without.computer.uplink.key_id == 0 != with_key.computer.uplink.key_id
