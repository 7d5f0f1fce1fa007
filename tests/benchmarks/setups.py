"""The demonstration flight as the simulator wants it, in a folder of the caller's."""

from ground.mission_file import read_mission_file
from ground.simulation import PROJECT, Simulation
from hardware.simulated import scenarios


def first_flight(folder, longest_s=5 * 3600):
    """A Simulation that has not been started."""
    mission = read_mission_file(PROJECT / "missions" / "first_flight.toml")
    (folder / "mission.bin").write_bytes(mission.data)
    setup = dict(scenarios.FIRST_FLIGHT)
    setup.update(
        mission_bin=str(folder / "mission.bin"), speed=0, after_landing_s=600, longest_s=longest_s, truth="/dev/null"
    )
    return Simulation(setup, folder, "micropython")
