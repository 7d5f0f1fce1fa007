"""What the vehicle does ten times a second or once: sense, estimate, judge, report; firing is release/controller.py."""

from micropython import const

from firmware.protocol import drops, faults, phases, telemetry
from firmware.release import life

_QUIET_MS = const(450)  # the longest flash erase, and a little
_VERY_QUIET_MS = const(750)  # room for the rare commit of two
_PICKY_MS = const(3000)  # for so long a write waits for that
_INTENT_PATIENCE_MS = const(500)
_PATIENCE_MS = const(5000)
_LOG_PATIENCE_MS = const(20000)
_WATCHDOG_MS = const(4000)
_READINESS_MS = const(60000)  # what the crew has not heard it hears again


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
        self._backup = parts.backup
        self._signals = parts.signals
        self._altitude = parts.altitude
        self._position = parts.position
        self._arming = parts.arming
        self._launch = parts.launch
        self._flight_phase = parts.flight_phase
        self._gates = parts.gates
        self._conditions = parts.conditions
        self._motion = parts.motion
        self._news = parts.news
        self._plan = parts.plan
        self._release = parts.release
        self._termination = parts.termination
        self._readiness = parts.readiness
        self._crew = parts.crew
        self._beacon = parts.beacon
        self._journal = parts.journal
        self._flight_log = parts.flight_log
        self._downlink = parts.downlink
        self._radio = parts.radio
        self._health = parts.health
        self._end_ms = None if parts.mission is None else parts.mission.end_ms
        self._journal_since_ms = None
        self._log_since_ms = None
        self._waiting_urgently = False
        self._start_watchdog = board.start_watchdog
        self._told_readiness = None
        self._told_readiness_ms = 0
        self._told_backup = drops.BACKUP_SILENT
        self._told_cutdown = parts.state.cutdown_by
        self._told_suspect = False
        self._told_alone = False

    # sense -----------------------------------------------------------------------------------------------------

    def gps(self, now_ms):
        if self._gps.poll(now_ms):
            measured = self._measurements
            measured.take_fix(self._gps)
            self._position.take(now_ms)
            if measured.unix_s is not None and measured.fix_type == 3:
                if self._mission_time.hear_utc(measured.unix_s):
                    # What passed without the board has been added: everything is due as it should have been.
                    self._plan.look()
                    self._journal.want()

    def supplies(self, now_ms):
        measured = self._measurements
        # What the rail has under the load of a pulse says nothing of the next one.
        in_pulse = self._release.pulse_on()
        if self._battery.poll(now_ms):
            measured.logic_mv = self._battery.logic_mv
            if not in_pulse:
                measured.cutter_mv = self._battery.cutter_mv
                measured.rail_ms = now_ms
        measured.plug_in = self._plug_sense.value() == 1
        if self._state.launch_ms is not None and not measured.plug_in and self._gates.rail_up(now_ms):
            self._health.count(faults.PLUG_SENSE_LOST)
        if not in_pulse and self._gates.watch_rail(now_ms):
            self._conditions.restart()
        if measured.plug_in and not self._health.guarded:
            # From the plug on nothing may hang; without it a person works on the board, and it could not be stopped.
            self._health.guard_with(self._start_watchdog(_WATCHDOG_MS))
            self._start_watchdog = None  # with it goes the board object, which only wired things up
        measured.break_wire_open = self._break_wire.value() == 1

    def wide_barometer(self, now_ms):
        if self._wide_barometer.poll(now_ms):
            self._measurements.take_wide(self._wide_barometer.pressure_pa, self._wide_barometer.value_ms)

    def low_barometer(self, now_ms):
        self._measurements.inside_cc = self._low_barometer.temperature_cc
        if self._low_barometer.poll(now_ms):
            self._measurements.take_low(self._low_barometer.pressure_pa, self._low_barometer.value_ms)

    def crew(self, now_ms):
        """The LED, the buzzer, and the line on which the backup speaks."""
        self._signals.poll(now_ms)
        self._backup.poll(now_ms)

    # estimate --------------------------------------------------------------------------------------------------

    def estimate(self, now_ms):
        """Where we are and in which phase, once a second."""
        # What the receiver no longer claims is not known, whether or not it says something new.
        self._measurements.dynamic_model = self._gps.dynamic_model
        self._measurements.forget_old(self._gps.fix_type, now_ms)
        self._altitude.update(now_ms)
        self._look_at_launch()
        if self._flight_phase.update(self._launch.back):
            if self._state.phase == phases.LANDED:
                self._release.stop(life.CALLED_OFF)
            self._tell_phase(self._flight_phase.changed_from)
            self._journal.want()

    def _look_at_launch(self):
        state = self._state
        downlink = self._downlink
        before = state.phase
        if self._arming.update(self._readiness.bits):
            code = telemetry.ARMED if self._arming.armed else telemetry.DISARMED
            downlink.event(code, 0, 0, self._altitude.altitude_m or 0)
            self._journal.want()
        if self._launch.update():
            self._plan.look()
            downlink.event(telemetry.LAUNCHED, self._launch.source, 0, state.launch_ms)
            self._journal.want(True)
        elif self._launch.cancelled:
            self._plan.look()
            downlink.event(telemetry.LAUNCH_CANCELLED)
            self._tell_phase(before)
            self._journal.want(True)
        if self._launch.wire_alone != self._told_alone:
            self._told_alone = self._launch.wire_alone
            downlink.event(telemetry.BREAK_WIRE_ALONE, 1 if self._told_alone else 0)

    def _tell_phase(self, before):
        self._downlink.event(telemetry.PHASE_CHANGED, self._state.phase, before, self._altitude.altitude_m or 0)

    # decide ----------------------------------------------------------------------------------------------------

    def judge(self, now_ms):
        """What is to happen to the flight and its drops, once a second; what the crew and the ground are to know."""
        state = self._state
        self._conditions.update(now_ms)
        self._motion.note(self._altitude.vertical_cm_s)
        if self._termination.update(now_ms):
            self._release.cutdown_is_due()
        if state.cutdown_by != self._told_cutdown:
            self._told_cutdown = state.cutdown_by
            if self._told_cutdown:
                self._downlink.event(telemetry.CUTDOWN_DUE, state.cutdown_by, 0, self._altitude.altitude_m or 0)
        self._look_at_end()
        self._release.look(now_ms)
        if state.launch_ms is None and not self._release.pulse_on():
            self._readiness.update(self._backup.state)
        self._crew.update(self._release.pulse_on())
        self._tell_changes(now_ms)
        self._journal.tick(now_ms)
        self._report_when_due()

    def _look_at_end(self):
        state = self._state
        since_ms = state.since_launch_ms()
        if since_ms is not None and not state.ended and self._end_ms is not None and since_ms >= self._end_ms:
            state.ended = True
            self._release.stop(life.TOO_LATE)
            self._downlink.event(telemetry.FLIGHT_ENDED)
            self._journal.want()

    def _tell_changes(self, now_ms):
        downlink = self._downlink
        if self._release.limit_hits:
            self._release.limit_hits = 0
            self._health.count(faults.PULSE_LIMIT_HIT)
        fault = self._health.tell()
        if fault:
            downlink.event(telemetry.FAULT_SEEN, fault, 0, self._health.counts[fault])
        if self._state.launch_ms is None:
            self._tell_readiness(now_ms)
        if self._backup.state != self._told_backup:
            downlink.event(telemetry.BACKUP_CHANGED, self._backup.state, self._told_backup)
            self._told_backup = self._backup.state
        if self._position.suspect != self._told_suspect:
            self._told_suspect = self._position.suspect
            downlink.event(telemetry.POSITION_SUSPECT, 1 if self._told_suspect else 0)

    def _tell_readiness(self, now_ms):
        bits = self._readiness.bits
        if bits == self._told_readiness and self._ticks_diff(now_ms, self._told_readiness_ms) < _READINESS_MS:
            return
        self._told_readiness = bits
        self._told_readiness_ms = now_ms
        self._downlink.event(telemetry.READINESS, 0 if bits else 1, 0, bits)

    def _report_when_due(self):
        """At the rate of the link; from what is down, a sign of life now and then."""
        state = self._state
        down = state.phase == phases.LANDED or (state.ended and self._altitude.altitude_m is None)
        self._downlink.tick(not down)
        if down and self._beacon.due(state.elapsed_ms):
            self._downlink.report_due = True

    # report ----------------------------------------------------------------------------------------------------

    def send(self, now_ms):
        if self._news.waiting:
            self._news.take(self._downlink.event)
        self._downlink.poll(now_ms, self._release.pulse_on())

    def write(self, now_ms):
        """Flash stops the processor and with it both UARTs: write between GPS bursts and frames, and not in a pulse.

        Journal and log wait each by its own time: the journal is always soon wanted again, and the log would starve.
        """
        journal = self._journal
        if not journal.wanted or journal.urgent != self._waiting_urgently:
            self._waiting_urgently = journal.urgent
            self._journal_since_ms = None
        if not self._flight_log.wanted:
            self._log_since_ms = None
        if not (journal.wanted or self._flight_log.wanted) or self._release.pulse_on() or not self._radio.idle(now_ms):
            # An erase stops the loop and the timer that end a pulse, and breaks a frame: no write is so urgent.
            return
        if journal.wanted:
            if self._journal_since_ms is None:
                self._journal_since_ms = now_ms
            patience_ms = _INTENT_PATIENCE_MS if journal.urgent else _PATIENCE_MS
            if self._may_write(now_ms, self._journal_since_ms, patience_ms):
                journal.write(now_ms)
                self._journal_since_ms = None
                return
        if self._flight_log.wanted:
            if self._log_since_ms is None:
                self._log_since_ms = now_ms
            if self._may_write(now_ms, self._log_since_ms, _LOG_PATIENCE_MS):
                self._flight_log.write(now_ms)
                self._log_since_ms = None

    def _may_write(self, now_ms, since_ms, patience_ms):
        """Whether it is quiet for long enough, or has been waited for long enough."""
        waited_ms = self._ticks_diff(now_ms, since_ms)
        if waited_ms >= patience_ms:
            return True
        picky = waited_ms <= _PICKY_MS and patience_ms != _INTENT_PATIENCE_MS
        return self._gps.quiet_ms(now_ms) >= (_VERY_QUIET_MS if picky else _QUIET_MS)
