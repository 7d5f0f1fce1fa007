"""The whole vehicle on one page: devices -> services -> rates.

sense -> estimate -> decide -> act -> report
"""

from micropython import const

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
from firmware.protocol import telemetry
from firmware.release.channel import Channel
from firmware.release.controller import ReleaseController
from firmware.release.gates import Gates
from firmware.release.plan import Plan

_QUIET_MS = const(450)  # the longest flash erase, and a little
_INTENT_PATIENCE_MS = const(500)
_PATIENCE_MS = const(5000)
_WATCHDOG_MS = const(4000)


class FlightComputer:
    """Built once by main on a board; `loop.run_for_ever()` flies."""

    def __init__(self, board):
        clock = board.clock
        self._ticks_diff = clock.ticks_diff

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
        self._resumed_elapsed_ms = self.state.elapsed_ms
        self.mission_time = MissionTime(clock, self.state)
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
        self._plug_sense = board.plug_sense
        self._break_wire = board.break_wire

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
        self._waiting_since_ms = None
        self._was_armed = False
        self._announce(board)

        # Rates: ten passes a second, each activity in its slots.
        self.loop = Loop(
            clock,
            (
                Activity("time", self.mission_time.advance, EVERY, True),
                Activity("gps", self._gps, EVERY),
                Activity("release", self._release, EVERY, True),
                Activity("write", self._write, EVERY),
                Activity("send", self._send, EVERY),
                Activity("supplies", self._supplies, (1,)),
                Activity("wide_barometer", self._wide_barometer, (2, 3, 4)),
                Activity("low_barometer", self._low_barometer, (5,)),
                Activity("estimate", self._estimate, (7,), True),
            ),
            self.health,
        )
        self.health.guard_with(board.start_watchdog(_WATCHDOG_MS))

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

    # sense -----------------------------------------------------------------------------------------------------

    def _gps(self, now_ms):
        if self.gps.poll(now_ms):
            measured = self.measurements
            measured.take_fix(self.gps)
            if measured.unix_s is not None:
                if self.resumed:
                    self.mission_time.make_up_for_outage(measured.unix_s, self._resumed_elapsed_ms)
                self.state.unix_s = measured.unix_s

    def _supplies(self, now_ms):
        if self.battery.poll(now_ms):
            self.measurements.logic_mv = self.battery.logic_mv
            self.measurements.cutter_mv = self.battery.cutter_mv
        self.measurements.plug_in = self._plug_sense.value() == 1
        self.measurements.break_wire_open = self._break_wire.value() == 1

    def _wide_barometer(self, now_ms):
        if self.wide_barometer.poll(now_ms):
            self._take_pressure(self.wide_barometer)

    def _low_barometer(self, now_ms):
        self.measurements.inside_cc = self.low_barometer.temperature_cc
        if self.low_barometer.poll(now_ms):
            # Its range ends at 9 km: it speaks only where the wide one is silent.
            age_ms = self.measurements.age_ms(self.wide_barometer.value_ms, now_ms)
            if self.wide_barometer.pressure_pa is None or age_ms is None or age_ms > 3000:
                self._take_pressure(self.low_barometer)

    def _take_pressure(self, barometer):
        self.measurements.pressure_pa = barometer.pressure_pa
        self.measurements.pressure_ms = barometer.value_ms

    # estimate --------------------------------------------------------------------------------------------------

    def _estimate(self, now_ms):
        state = self.state
        # What the receiver no longer claims is not known, whether or not it says something new.
        self.measurements.dynamic_model = self.gps.dynamic_model
        self.measurements.fix_type = self.gps.fix_type
        self.altitude.update(now_ms)
        launched = self.launch.update()
        if self.launch.armed != self._was_armed:
            self._was_armed = self.launch.armed
            self.downlink.event(
                telemetry.ARMED if self._was_armed else telemetry.DISARMED, 0, 0, self.altitude.altitude_m or 0
            )
            self.journal.want()
        if launched:
            self.downlink.event(telemetry.LAUNCHED, self.launch.source, 0, state.launch_ms)
        if self.flight_phase.update(launched):
            self.downlink.event(
                telemetry.PHASE_CHANGED, state.phase, self.flight_phase.changed_from, self.altitude.altitude_m or 0
            )
            self.journal.want()
        since_ms = state.since_launch_ms()
        if since_ms is not None and not state.ended and self.mission is not None and since_ms >= self.mission.end_ms:
            state.ended = True
            self.downlink.event(telemetry.FLIGHT_ENDED)
            self.journal.want()
        if self.health.newest:
            self.downlink.event(telemetry.FAULT_SEEN, self.health.newest, 0, self.health.counts[self.health.newest])
            self.health.newest = 0
        self.journal.tick(now_ms)
        self.downlink.report_due = True

    # decide and act --------------------------------------------------------------------------------------------

    def _release(self, now_ms):
        self.release.poll(now_ms)

    # report ----------------------------------------------------------------------------------------------------

    def _send(self, now_ms):
        if self.release.changed:
            self._tell_drops(self.release.changed)
        if self.downlink.free(now_ms) and not self.release.quiet_needed and not self.downlink.send_event(now_ms):
            self._report(now_ms)

    def _tell_drops(self, changed):
        self.release.changed = 0
        for index in range(self.plan.count):
            if changed >> index & 1:
                self.downlink.event(
                    telemetry.DROP_CHANGED,
                    index,
                    self.state.drop_states[index],
                    self.state.drop_attempts[index] << 8,
                )

    def _report(self, now_ms):
        self.downlink.report(
            now_ms,
            self.measurements,
            self.altitude,
            self.launch,
            self.plan,
            self.release,
            self.gates,
            self.mission is not None,
        )

    def _write(self, now_ms):
        """Flash stops the processor and with it both UARTs: write only between GPS bursts and between frames."""
        journal = self.journal
        if not (journal.wanted or self.flight_log.wanted):
            self._waiting_since_ms = None
            return
        if self._waiting_since_ms is None:
            self._waiting_since_ms = now_ms
        if self.gps.quiet_ms(now_ms) < _QUIET_MS or not self.radio.idle(now_ms):
            patience_ms = _INTENT_PATIENCE_MS if journal.urgent else _PATIENCE_MS
            if self._ticks_diff(now_ms, self._waiting_since_ms) < patience_ms:
                return
        if journal.wanted:
            journal.write(now_ms)
        else:
            self.flight_log.write(now_ms)
        self._waiting_since_ms = None
