"""A thousand resets at random moments of flights with three drops, judged by the truth (invariants.py)."""

import pytest

from hardware.simulated.machine import SimulatedMachine
from tests.flights.reset_flights import HANG, POWER, SUPPLY, WATCHDOG, Campaign, Draw

RESETS = 1000
ENDS = ("confirmed", "unconfirmed", "failed", "skipped", "aborted", "cancelled", "waiting")


@pytest.fixture(scope="module")
def campaign():
    flown = Campaign(RESETS)
    print(flown.text())
    return flown


def test_1000_resets_no_edge_at_boot_no_drop_lost_none_twice_none_early_attempts_within_limits(campaign):
    assert not campaign.failures, campaign.text()
    assert campaign.counts["resets"] >= RESETS
    ended = sum(campaign.counts[name] for name in ENDS)
    assert ended == campaign.counts["drops"] >= 3 * campaign.counts["flights"]
    # What never lets go is a wire that never parts, or one whose pulses were all cut short.
    assert campaign.counts["confirmed"] >= campaign.counts["drops"] * 8 // 10


def test_first_pulse_within_1_s_of_due_while_power_holds_and_within_15_s_of_a_boot_after_a_reset_across_due(campaign):
    assert 0 < campaign.worst["late_ms"] <= 1000
    assert 0 < campaign.worst["late_after_boot_ms"] <= 16_000
    assert 10_000 <= campaign.worst["after_firing_ms"] <= 25_000


def test_resumed_within_5_s_with_at_most_10_s_of_clock_error(campaign):
    assert 0 < campaign.worst["resumed_ms"] <= 5000
    assert 0 < campaign.worst["clock_lost_by_watchdog_ms"] <= 10_000
    assert 0 < campaign.worst["clock_late_with_gps_ms"] <= 10_000


def test_every_kind_of_reset_comes_at_every_kind_of_moment():
    seen = {(kind, when[0]) for seed in range(60) for kind, when, _, _ in Draw(seed).troubles}
    assert seen == {(kind, when) for kind in (WATCHDOG, SUPPLY, HANG, POWER) for when in ("at", "pulse", "flash")}
    lengths_s = [
        length_us / 1e6 for seed in range(60) for kind, _, length_us, _ in Draw(seed).troubles if kind == POWER
    ]
    assert 1 <= min(lengths_s) < 2 and 500 < max(lengths_s) <= 600


def test_a_failing_campaign_names_the_seed_and_the_fewest_troubles_that_still_fail():
    draw = Draw(5)

    class Strict(Draw):
        """Finds fault with every reset by the supply in flight."""

        def fly(self, troubles=None):
            outcome = Draw.fly(self, troubles)
            causes = [boot.cause for boot in outcome.boots[1:]]
            outcome.wrong += ["a reset by the supply"] * causes.count(SimulatedMachine.PWRON_RESET)
            return outcome

    smallest = Strict(5).smallest()
    assert len(smallest) == 1 and smallest[0] in draw.troubles and smallest[0][0] in (SUPPLY, POWER)
