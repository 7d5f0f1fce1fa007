"""Nothing that an attacker without the key can say is ever done: 20,000 here, a million by the campaign."""

from tests.flights.attacks import Attack

KINDS = 12


def test_no_forged_replayed_reflected_delayed_or_duplicated_command_is_executed():
    attack = Attack(20_000, seed=1)
    assert attack.failures == []
    assert len(attack.tried) == KINDS and min(attack.tried.values()) > 800
    assert attack.done_for_the_crew == 100  # meanwhile the crew was obeyed


def test_the_judge_sees_a_command_that_is_done():
    """With the key everything goes: were the judge blind, this would show it."""
    attack = Attack(0)
    attack._attacks = (attack._fresh,)
    attack._attack(0)
    assert attack.executed and attack.failures


def test_the_same_million_would_be_the_same_again():
    assert Attack(600, seed=5).tried == Attack(600, seed=5).tried
