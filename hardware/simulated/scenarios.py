"""Flights worth flying again and again, as tables: `samara fly --list-scenarios`.

A scenario names its balloon and its figures, the pad, the winds, the second of launch, the start in UTC, what hangs on
which output, its mission, its faults (hardware/simulated/faults.py), its radio channel (channels.py) and crew
(ground_crew.py), and what is expected of it (expectations.py).
"""

from hardware.simulated import scenario_demonstrations, scenario_link, scenario_odd_flights, scenario_trouble
from hardware.simulated.scenario_demonstrations import FILM_TUBE, FIRST_FLIGHT, TRACK

SCENARIOS = (
    scenario_demonstrations.SCENARIOS
    + scenario_trouble.SCENARIOS
    + scenario_odd_flights.SCENARIOS
    + scenario_link.SCENARIOS
)

__all__ = ["FILM_TUBE", "FIRST_FLIGHT", "SCENARIOS", "TRACK"]
