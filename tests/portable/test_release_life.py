"""The two tables, of a drop's life and of a channel's: nothing outside them, no dead end, what is over stays over."""

from firmware.protocol import drops
from firmware.release import channel_life as channel
from firmware.release import life

EVENTS = range(1, 14)


def test_the_table_says_one_thing_for_each_state_and_event():
    seen = [(before, event) for before, event, _ in life.TRANSITIONS]
    assert len(set(seen)) == len(seen) == 20


def test_what_the_table_does_not_say_does_not_happen():
    for state in range(11):
        for event in EVENTS:
            rows = [then for before, what, then in life.TRANSITIONS if (before, what) == (state, event)]
            assert life.after(state, event) == (rows[0] if rows else None)


def test_after_confirmed_and_every_other_end_nothing_but_another_occasion_comes():
    for state in drops.FINAL_STATES:
        for event in EVENTS:
            then = life.after(state, event)
            assert then is None or (event == life.NEXT_OCCASION and then == drops.WAITING)
    # Stopped, called off or gone before its time: not even that.
    for state in (drops.ABORTED, drops.CANCELLED, drops.PARTED_EARLY):
        assert life.after(state, life.NEXT_OCCASION) is None


def test_every_state_can_be_reached_and_every_life_can_end():
    reached = [drops.WAITING]
    for state in reached:
        for before, _, then in life.TRANSITIONS:
            if before == state and then not in reached:
                reached.append(then)
    assert sorted(reached) == list(range(11))
    for start in (drops.WAITING, drops.DUE, drops.FIRING, drops.FIRED):
        ahead = [start]
        for state in ahead:
            for before, _, then in life.TRANSITIONS:
                if before == state and then not in ahead:
                    ahead.append(then)
        assert [state for state in ahead if state in drops.FINAL_STATES]


def test_current_flows_only_in_a_channels_pulse_and_every_way_out_of_it_is_in_the_table():
    ways_in = [row for row in channel.TRANSITIONS if row[2] == channel.PULSE]
    assert [row[1] for row in ways_in] == [channel.BEGUN] * 2
    ways_out = sorted([row[1] for row in channel.TRANSITIONS if row[0] == channel.PULSE])
    assert ways_out == [channel.TIME_OVER, channel.LIMIT_HIT, channel.STOPPED]
    seen = [(before, event) for before, event, _ in channel.TRANSITIONS]
    assert len(set(seen)) == len(seen)


def test_no_two_events_and_no_two_states_share_a_number():
    for table in (life.TRANSITIONS, channel.TRANSITIONS):
        for column in (0, 1):
            names = {row[column] for row in table}
            assert sorted(names) == list(range(min(names), max(names) + 1)), names
    events = (
        "TIME_CAME TOO_LATE CALLED_OFF INTENDED TAKEN_BACK PULSE_OVER LET_GO STILL_HOLDS HOLDS_FOR_GOOD NO_EVIDENCE "
        "GONE_BEFORE STOPPED NEXT_OCCASION"
    ).split()
    assert len({getattr(life, name) for name in events}) == len(events)
    for names in (
        "IDLE PULSE SETTLE DONE",
        "BEGUN TIME_OVER LIMIT_HIT STOPPED SETTLED",
        "RELEASED HOLDING NO_EVIDENCE",
    ):
        assert len({getattr(channel, name) for name in names.split()}) == len(names.split())
