"""What the vehicle does ten times a second or once: sense, estimate, and report; deciding is release/controller.py."""

from micropython import const

from firmware.protocol import faults, phases, telemetry

_QUIET_MS = const(450)  # the longest flash erase, and a little
_VERY_QUIET_MS = const(750)  # room for the rare commit of two
_PICKY_MS = const(3000)  # for so long a write waits for that
_INTENT_PATIENCE_MS = const(500)
_PATIENCE_MS = const(5000)
_WATCHDOG_MS = const(4000)


class Activities:
    """Functions of now_ms for the loop. `parts` is whatever has the services by their names, a FlightComputer."""

    def __init__(self, parts, board):
        self._ticks_diff = board.clock.ticks_diff
        self._plug_sense = board.plug_sense
        self._break_wire = board.break_wire
        self._gps = parts.gps
        self._measurements = parts.measurements
        self._mission_time = parts.mission_time
        self._state = parts.state
        self._battery = parts.battery
        self._wide_barometer = parts.wide_barometer
        self._low_barometer = parts.low_barometer
        self._altitude = parts.altitude
        self._launch = parts.launch
        self._flight_phase = parts.flight_phase
        self._gates = parts.gates
        self._plan = parts.plan
        self._release = parts.release
        self._journal = parts.journal
        self._flight_log = parts.flight_log
        self._downlink = parts.downlink
        self._radio = parts.radio
        self._health = parts.health
        self._end_ms = None if parts.mission is None else parts.mission.end_ms
        self._waiting_since_ms = None
        self._waiting_urgently = False
        self._start_watchdog = board.start_watchdog
        self._was_armed = False

    # sense -----------------------------------------------------------------------------------------------------

    def gps(self, now_ms):
        if self._gps.poll(now_ms):
            measured = self._measurements
            measured.take_fix(self._gps)
            if measured.unix_s is not None and measured.fix_type == 3:
                self._mission_time.hear_utc(measured.unix_s)

    def supplies(self, now_ms):
        if self._battery.poll(now_ms):
            self._measurements.logic_mv = self._battery.logic_mv
            self._measurements.cutter_mv = self._battery.cutter_mv
        self._measurements.plug_in = self._plug_sense.value() == 1
        if self._measurements.plug_in and not self._health.guarded:
            # From the plug on nothing may hang; without it a person works on the board, and it could not be stopped.
            self._health.guard_with(self._start_watchdog(_WATCHDOG_MS))
            self._start_watchdog = None  # with it goes the board object, which only wired things up
        self._measurements.break_wire_open = self._break_wire.value() == 1

    def wide_barometer(self, now_ms):
        if self._wide_barometer.poll(now_ms):
            self._take_pressure(self._wide_barometer)

    def low_barometer(self, now_ms):
        self._measurements.inside_cc = self._low_barometer.temperature_cc
        if self._low_barometer.poll(now_ms):
            # Its range ends at 9 km: it speaks only where the wide one is silent.
            age_ms = self._measurements.age_ms(self._wide_barometer.value_ms, now_ms)
            if self._wide_barometer.pressure_pa is None or age_ms is None or age_ms > 3000:
                self._take_pressure(self._low_barometer)

    def _take_pressure(self, barometer):
        self._measurements.pressure_pa = barometer.pressure_pa
        self._measurements.pressure_ms = barometer.value_ms

    # estimate --------------------------------------------------------------------------------------------------

    def estimate(self, now_ms):
        state = self._state
        # What the receiver no longer claims is not known, whether or not it says something new.
        self._measurements.dynamic_model = self._gps.dynamic_model
        self._measurements.forget_old(self._gps.fix_type, now_ms)
        self._altitude.update(now_ms)
        launched = self._launch.update()
        if self._launch.armed != self._was_armed:
            self._was_armed = self._launch.armed
            self._downlink.event(
                telemetry.ARMED if self._was_armed else telemetry.DISARMED, 0, 0, self._altitude.altitude_m or 0
            )
            self._journal.want()
        if launched:
            self._downlink.event(telemetry.LAUNCHED, self._launch.source, 0, state.launch_ms)
        if self._flight_phase.update():
            if state.phase == phases.LANDED:
                self._release.stop()
            self._downlink.event(
                telemetry.PHASE_CHANGED, state.phase, self._flight_phase.changed_from, self._altitude.altitude_m or 0
            )
            self._journal.want()
        since_ms = state.since_launch_ms()
        if since_ms is not None and not state.ended and self._end_ms is not None and since_ms >= self._end_ms:
            state.ended = True
            self._release.stop()
            self._downlink.event(telemetry.FLIGHT_ENDED)
            self._journal.want()
        if self._release.limit_hits:
            self._release.limit_hits = 0
            self._health.count(faults.PULSE_LIMIT_HIT)
        fault = self._health.tell()
        if fault:
            self._downlink.event(telemetry.FAULT_SEEN, fault, 0, self._health.counts[fault])
        self._release.look()
        self._journal.tick(now_ms)
        self._downlink.report_due = True

    # report ----------------------------------------------------------------------------------------------------

    def send(self, now_ms):
        if self._release.changed:
            self._tell_drops(self._release.changed)
        if self._downlink.free(now_ms) and not self._release.quiet_needed and not self._downlink.send_event(now_ms):
            self._report(now_ms)

    def _tell_drops(self, changed):
        self._release.changed = 0
        for index in range(self._plan.count):
            if changed >> index & 1:
                self._downlink.event(
                    telemetry.DROP_CHANGED,
                    index,
                    self._state.drop_states[index],
                    self._state.drop_attempts[index] << 8,
                )

    def _report(self, now_ms):
        self._downlink.report(
            now_ms,
            self._measurements,
            self._altitude,
            self._launch,
            self._plan,
            self._release,
            self._gates,
            self._end_ms is not None,
        )

    def write(self, now_ms):
        """Flash stops the processor and with it both UARTs: write between GPS bursts and frames, and not in a pulse."""
        journal = self._journal
        if not (journal.wanted or self._flight_log.wanted):
            self._waiting_since_ms = None
            return
        if journal.urgent != self._waiting_urgently:
            self._waiting_urgently = journal.urgent
            self._waiting_since_ms = None
        if (self._release.quiet_needed and not journal.urgent) or not self._radio.idle(now_ms):
            # A frame is over in 11 ms: no write is so urgent that it may break one.
            return
        if self._waiting_since_ms is None:
            self._waiting_since_ms = now_ms
        waited_ms = self._ticks_diff(now_ms, self._waiting_since_ms)
        quiet_ms = _QUIET_MS if journal.urgent or waited_ms > _PICKY_MS else _VERY_QUIET_MS
        if self._gps.quiet_ms(now_ms) < quiet_ms:
            if waited_ms < (_INTENT_PATIENCE_MS if journal.urgent else _PATIENCE_MS):
                return
        if journal.wanted:
            journal.write(now_ms)
        else:
            self._flight_log.write(now_ms)
        self._waiting_since_ms = None
