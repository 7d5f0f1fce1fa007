"""A balloon that flies in real time is commanded through its serial port, on both interpreters."""

import os
import select

import pytest

from firmware.protocol import commands, framing, telemetry
from firmware.protocol.deframing import Deframer, read_header
from firmware.protocol.unpacking import unpack
from ground.simulation import Simulation, micropython
from hardware.simulated.ground_crew import command_frame, keys_of
from tests.flights.short_flight import mission_data, setup

_LOOK_S = 1.0  # so often it is made sure that the flight goes on


@pytest.fixture(params=["cpython", "micropython"])
def simulation(request, tmp_path):
    if request.param == "micropython" and micropython() is None:
        pytest.skip("there is no MicroPython for this machine")
    (tmp_path / "mission.bin").write_bytes(mission_data())
    given = setup(speed=10, key="5a" * 48, channel="clear", mission_bin=str(tmp_path / "mission.bin"))
    one = Simulation(given, tmp_path, request.param)
    one.open_port()
    one.start()
    yield one
    one.close()


def test_a_command_that_is_written_to_the_port_is_answered_and_done(simulation):
    keys = keys_of(simulation.setup)
    port = os.open(simulation.port, os.O_RDWR | os.O_NOCTTY)
    deframer = Deframer()
    session = answer = None
    try:
        while answer is None:
            assert simulation.running, simulation.failed
            ready, _, _ = select.select([port], [], [], _LOOK_S)
            for packet in deframer.feed(os.read(port, 4096) if ready else b""):
                _, kind, net, _, mission_ms = read_header(packet)
                if kind == telemetry.META and session is None:
                    session = unpack(telemetry.META_LAYOUT, packet[framing.HEADER_BYTES :])["session"]
                elif kind in (telemetry.FIX, telemetry.FIX_2, telemetry.FIX_3) and session is not None:
                    os.write(port, command_frame(keys, net, mission_ms, 1, session, commands.HOLD, 45))
                elif kind == telemetry.ACK:
                    answer = unpack(telemetry.ACK_LAYOUT, packet[framing.HEADER_BYTES : -8])
                    assert packet[-8:] == keys.tag_down(packet[:-8])
    finally:
        os.close(port)
    assert (answer["counter"], answer["op"], answer["result"]) == (1, commands.HOLD, commands.DONE)
    assert answer["argument"] == 45
