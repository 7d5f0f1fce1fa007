"""The whole vehicle on one page: devices -> services -> rates.

sense -> estimate -> decide -> act -> report
"""

from firmware.activities import Activities
from firmware.altitude import Altitude
from firmware.downlink import Downlink
from firmware.drivers.barometer_bme280 import Bme280
from firmware.drivers.barometer_ms5611 import Ms5611
from firmware.drivers.battery import Battery
from firmware.drivers.burn_wire import BurnWire
from firmware.drivers.gps_ublox import UbloxGps
from firmware.drivers.serial_radio import SerialRadio
from firmware.flight_log import FlightLog
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.launch import Launch
from firmware.loop import EVERY, Activity, Loop
from firmware.measurements import Measurements
from firmware.mission import read_mission
from firmware.mission_time import MissionTime
from firmware.once import forget_tables
from firmware.protocol import telemetry
from firmware.release.channel import Channel
from firmware.release.controller import ReleaseController
from firmware.release.gates import Gates
from firmware.release.plan import Plan


class FlightComputer:
    """Built once by main on a board; `loop.run_for_ever()` flies."""

    def __init__(self, board):
        clock = board.clock

        # What survives, and what is known.
        self.health = Health(clock)
        self.storage = board.storage
        self.mission = read_mission(board.storage, self.health, len(board.cutters))
        self.state = FlightState()
        mission_hash = b"\0\0\0\0" if self.mission is None else self.mission.hash
        self.journal = Journal(clock, board.storage, self.state, mission_hash, self.health)
        self.resumed = self.journal.load()
        if self.resumed:
            self.state.reset_count = min(self.state.reset_count + 1, 255)
        self.mission_time = MissionTime(clock, self.state, self.resumed)
        self.measurements = Measurements(clock)

        # Devices.
        self.gps = UbloxGps(board.gps_uart, clock)
        self.wide_barometer = Ms5611(board.i2c, board.MS5611_ADDRESS, clock)
        self.low_barometer = Bme280(board.i2c, board.BME280_ADDRESS, clock)
        self.battery = Battery(
            board.logic_volts,
            board.cutter_rail,
            clock,
            board.adc_reference_mv,
            board.logic_divider,
            board.cutter_divider,
        )
        self.radio = SerialRadio(board.radio_uart, clock, board.RADIO_BAUD)

        # Services.
        self.altitude = Altitude(clock, self.measurements, self.state)
        self.launch = Launch(self.measurements, self.altitude, self.state)
        highest_ground_m = 0 if self.mission is None else self.mission.highest_ground_m
        self.flight_phase = FlightPhase(self.measurements, self.altitude, self.state, highest_ground_m)
        self.gates = Gates(self.mission, self.state, self.measurements, self.altitude, self.flight_phase)
        self.plan = Plan(self.mission, self.state)
        self.release = ReleaseController(clock, self.plan, self.gates, self._channels(board), self.state, self.journal)
        self.flight_log = FlightLog(clock, board.storage, self.health)
        net = 0 if self.mission is None else self.mission.net
        self.downlink = Downlink(clock, self.radio, self.flight_log, self.journal, self.state, net, self.health)
        self._announce(board)

        self.activities = activities = Activities(self, board)

        forget_tables(telemetry, "FIX_WORDS", "EVENT_WORDS", "EVENT_LAYOUT", "LAYOUTS")

        # Rates: ten passes a second, each activity in its slots.
        self.loop = Loop(
            clock,
            (
                Activity("time", self.mission_time.advance, EVERY, True),
                Activity("gps", activities.gps, EVERY),
                Activity("release", self.release.poll, EVERY, True),
                Activity("send", activities.send, EVERY),
                Activity("supplies", activities.supplies, (1,)),
                Activity("wide_barometer", activities.wide_barometer, (2, 3, 4)),
                Activity("low_barometer", activities.low_barometer, (5,)),
                Activity("estimate", activities.estimate, (7,), True),
                # Last: what comes after a write of 50 ms in the same pass would be late by that.
                Activity("write", activities.write, EVERY),
            ),
            self.health,
        )

    def _channels(self, board):
        if self.mission is None:
            return ()
        return tuple(
            [
                Channel(
                    board.clock,
                    BurnWire(board.cutters[one.output - 1], board.one_shot()),
                    one.pulse_ms,
                    one.attempts,
                )
                for one in self.mission.channels
            ]
        )

    def _announce(self, board):
        self.downlink.event(telemetry.BOOTED, board.reset_cause, self.state.reset_count)
        if self.mission is not None:
            mark = self.mission.hash
            self.downlink.event(
                telemetry.MISSION_LOADED, len(self.mission.drops), 1, mark[0] | mark[1] << 8 | mark[2] << 16
            )
        else:
            self.downlink.event(telemetry.MISSION_LOADED, 0, 0)
        if self.resumed:
            self.release.resume()
