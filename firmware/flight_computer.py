"""The whole vehicle on one page: devices -> services -> rates.

sense -> estimate -> decide -> act -> report
"""

from firmware.activities import Activities
from firmware.altitude import Altitude
from firmware.arming import Arming
from firmware.beacon import Beacon
from firmware.crew import Crew
from firmware.downlink import Downlink
from firmware.drivers.barometer_bme280 import Bme280
from firmware.drivers.barometer_ms5611 import Ms5611
from firmware.drivers.battery import Battery
from firmware.drivers.gps_ublox import UbloxGps
from firmware.drivers.heartbeat import HeartbeatReader
from firmware.drivers.serial_radio import SerialRadio
from firmware.flight_log import FlightLog
from firmware.flight_phase import FlightPhase
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.key_file import read_keys
from firmware.launch import Launch
from firmware.loop import EVERY, Activity, Loop
from firmware.measurements import Measurements
from firmware.meta import Meta
from firmware.mission import read_mission
from firmware.mission_time import MissionTime
from firmware.pad import Pad
from firmware.position import Position
from firmware.protocol import phases, telemetry
from firmware.protocol.profiles import profile
from firmware.readiness import Readiness
from firmware.release import life
from firmware.release.channel import Channel
from firmware.release.conditions import Conditions
from firmware.release.controller import ReleaseController
from firmware.release.devices import device_of
from firmware.release.gates import Gates
from firmware.release.motion import Motion
from firmware.release.news import News
from firmware.release.orders import Orders
from firmware.release.plan import Plan
from firmware.release.termination import Termination
from firmware.report import Report
from firmware.signals import Signals
from firmware.uplink import Uplink


class FlightComputer:
    """Built once by main on a board; `loop.run_for_ever()` flies."""

    def __init__(self, board):
        clock = board.clock

        # What survives, and what is known.
        self.health = Health(clock)
        self.storage = board.storage
        self.mission = mission = read_mission(board.storage, self.health, len(board.cutters))
        self.state = state = FlightState()
        mission_hash = b"\0\0\0\0" if mission is None else mission.hash
        self.journal = Journal(clock, board.storage, state, mission_hash, self.health)
        self.resumed = self.journal.load()
        if self.resumed:
            state.reset_count = min(state.reset_count + 1, 255)
        self.mission_time = MissionTime(clock, state, self.resumed, board.survivor)
        self.measurements = measured = Measurements(clock)

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
        self.profile = profile(0 if mission is None else mission.profile)
        if self.profile.baud != board.RADIO_BAUD:
            board.radio_uart.init(baudrate=self.profile.baud, rxbuf=512, txbuf=512)
        if mission is not None and mission.modem and state.launch_ms is None and board.plug_sense.value() != 1:
            # Up to 8 s, on the pad and without the plug: no watchdog yet, and nothing that could fire.
            from firmware.drivers.modem_setup import set_up

            set_up(mission, board, self.health)
        self.radio = SerialRadio(board.radio_uart, clock, self.profile.baud)
        self.backup = HeartbeatReader(board.backup_line, clock)
        self.signals = Signals(board.led, board.buzzer)

        # Estimates.
        self.altitude = Altitude(clock, measured, state, mission)
        self.position = Position(clock, measured, () if mission is None else mission.areas)
        for area in () if mission is None else mission.areas:
            area.points = None  # judged by their shapes from here on
        self.pad = Pad(self.altitude, state)
        self.arming = Arming(measured, state, self.pad)
        self.launch = Launch(measured, state, self.pad, self.arming, mission is not None and mission.break_wire)
        highest_ground_m = 0 if mission is None else mission.highest_ground_m
        self.flight_phase = FlightPhase(measured, self.altitude, state, highest_ground_m)

        # Letting go.
        self.gates = Gates(mission, state, measured, self.altitude, self.flight_phase, self.position)
        self.conditions = Conditions(mission, state, self.altitude, self.position)
        self.motion = Motion()
        self.news = News()
        self.plan = Plan(mission, state)
        self.channels = self._channels(board)
        self.release = ReleaseController(
            mission,
            self.plan,
            self.gates,
            self.conditions,
            self.motion,
            self.channels,
            state,
            self.journal,
            self.news,
        )
        self.termination = Termination(mission, state, measured, self.altitude, self._area_exit())
        self.orders = Orders(state, self.release, self.termination, self.journal, self.news, mission)

        # The crew, and what is told.
        self.readiness = self._readiness()
        self.crew = Crew(self.signals, state, self.readiness, self.arming, self.launch, mission is not None)
        self.flight_log = FlightLog(clock, board.storage, self.health)
        self.keys = read_keys(board.storage)
        self.downlink = self._downlink(clock)
        self.uplink = Uplink(
            clock,
            self.radio,
            self.downlink,
            self.orders,
            state,
            self.journal,
            self.termination,
            0 if mission is None else mission.net,
            self.keys,
            board.random_bytes,
        )
        self.beacon = Beacon()
        self._announce(board)

        self.activities = activities = Activities(self, board)

        # Rates: ten passes a second, each activity in its slots.
        self.loop = Loop(
            clock,
            (
                Activity("time", self.mission_time.advance, EVERY, True),
                Activity("gps", activities.gps, EVERY),
                Activity("areas", self.position.work, EVERY),
                Activity("uplink", self.uplink.poll, EVERY),
                Activity("release", self.release.poll, EVERY, True),
                Activity("send", activities.send, EVERY),
                Activity("crew", activities.crew, EVERY),
                Activity("supplies", activities.supplies, (1,)),
                Activity("wide_barometer", activities.wide_barometer, (2, 3, 4)),
                Activity("low_barometer", activities.low_barometer, (5,)),
                Activity("estimate", activities.estimate, (7,), True),
                Activity("judge", activities.judge, (8,), True),
                # Last: what comes after a write of 50 ms in the same pass would be late by that.
                Activity("write", activities.write, EVERY),
            ),
            self.health,
        )
        number = 0 if mission is None else mission.profile
        self.downlink.meta = Meta(self, board, number, self.profile.past, _firmware_mark(board.storage))

    def _downlink(self, clock):
        mission = self.mission
        way = sentences = None
        if mission is not None and mission.sentences:
            from firmware.sentences import Sentences

            sentences = Sentences(mission.callsign, self.state, self.plan.places)
        else:
            from firmware.way import Way

            way = Way()
        report = Report(
            self.state,
            self.journal,
            self.measurements,
            self.altitude,
            self.arming,
            self.plan,
            self.release,
            self.backup,
            mission is not None,
            way,
            0 if way is None else self.profile.past,
        )
        return Downlink(
            clock,
            self.radio,
            self.flight_log,
            self.journal,
            self.state,
            0 if mission is None else mission.net,
            self.health,
            self.profile,
            report,
            way,
            self.keys,
            sentences,
        )

    def _channels(self, board):
        if self.mission is None:
            return ()
        return tuple([Channel(board.clock, device_of(board, one), one) for one in self.mission.channels])

    def _area_exit(self):
        cutdown = None if self.mission is None else self.mission.cutdown
        if cutdown is None or cutdown.outside is None:
            return None
        from firmware.area_exit import AreaExit

        return AreaExit(self.position, self.measurements, self.altitude, cutdown.outside)

    def _readiness(self):
        state = self.state
        over = self.resumed and (state.ended or state.phase == phases.LANDED)
        return Readiness(
            self.mission,
            state,
            self.measurements,
            self.altitude,
            self.pad,
            self.arming,
            self.journal,
            tuple([one.device for one in self.channels if one.device.one_way]),
            not (self.journal.foreign or over),
        )

    def _announce(self, board):
        state = self.state
        self.downlink.event(telemetry.BOOTED, board.reset_cause, state.reset_count)
        if self.mission is not None:
            mark = self.mission.hash
            self.downlink.event(
                telemetry.MISSION_LOADED, len(self.mission.drops), 1, mark[0] | mark[1] << 8 | mark[2] << 16
            )
        else:
            self.downlink.event(telemetry.MISSION_LOADED, 0, 0)
        if self.resumed:
            self.release.resume(board.reset_cause == board.machine.PWRON_RESET)
            if state.ended or state.phase == phases.LANDED:
                self.release.stop(life.CALLED_OFF)


def _firmware_mark(storage):
    """The first 32 bits of the firmware's hash, as `samara board flash` says it; 0 where no manifest lies."""
    import hashlib

    try:
        with storage.open("samara.sha256", "rb") as file:
            return int.from_bytes(hashlib.sha256(file.read()).digest()[:4], "little")
    except OSError:
        return 0
