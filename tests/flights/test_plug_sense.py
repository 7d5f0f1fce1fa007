"""A broken sense wire of the plug costs no drop, and is said."""

from firmware.protocol import drops, faults, telemetry
from hardware.pins import pico as pins
from tests.flights.short_flight import LAUNCH_S, Flight


def test_a_sense_wire_of_the_plug_that_breaks_aloft_alarms_and_costs_no_drop():
    def break_wire(it):
        it.bench.wiring.inputs[pins.number("PLUG_SENSE")] = lambda: 0

    flight = Flight([(LAUNCH_S + 100, break_wire)])
    assert flight.drop_states() == [drops.CONFIRMED] * 3
    told = [event["subject"] for _, event in flight.events() if event["code"] == telemetry.FAULT_SEEN]
    assert told.count(faults.PLUG_SENSE_LOST) == 1
