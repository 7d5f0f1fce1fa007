"""Measurements and events -> frames -> radio and flight log. Events first, one frame at a time, none in a pulse."""

import struct

from micropython import const

from firmware.protocol import faults, framing, telemetry
from firmware.protocol.drops import FINAL_STATES

_SEQUENCE_STEP = const(256)
_SEQUENCE_MARGIN = const(64)
_WAITING_EVENTS = const(16)
_LOG_EVERY = const(10)  # every tenth FIX goes into the flight log


class Downlink:
    """`event` queues, `poll` sends what waits, `report` sends a FIX. Frame numbers never repeat in a flight."""

    def __init__(self, clock, radio, flight_log, journal, state, net, health):
        self._clock = clock
        self._radio = radio
        self._log = flight_log
        self._journal = journal
        self._state = state
        self._net = net
        self._health = health
        self.sequence = state.sequence_limit
        state.sequence_limit = self.sequence + _SEQUENCE_STEP
        if not journal.closed:
            # Before the first frame: its numbers must never be used again, whenever the power goes.
            journal.write(clock.ticks_ms())
        # In here, for the module with its tables is not needed in flight.
        from firmware.protocol.telemetry import EVENT_LAYOUT, FIX_LAYOUT

        self._layout = FIX_LAYOUT
        self._fix = bytearray(FIX_LAYOUT.size)
        self._values: "dict" = {}
        for name in FIX_LAYOUT.names:
            self._values[name] = None
        for name in ("command_counter", "command_result"):
            self._values[name] = 0
        self._events = []
        self._event_id = 0
        self._event_format = EVENT_LAYOUT.format
        self.report_due = False  # set once a second; the report goes as soon as the radio is free
        self._reports = 0
        self._over_index = 0

    # Events ----------------------------------------------------------------------------------------------------

    def event(self, code, subject=0, detail=0, argument=0):
        """Queue an event with the mission time of now. When the queue is full the oldest goes to the log only."""
        self._event_id = (self._event_id + 1) & 0xFF
        payload = struct.pack(
            self._event_format, self._event_id, code, subject, detail, (argument + 0x80000000) & 0xFFFFFFFF
        )
        if len(self._events) == _WAITING_EVENTS:
            mission_ms, oldest = self._events.pop(0)
            self._log.add(self._frame(telemetry.EVENT, mission_ms, oldest), self._clock.ticks_ms(), True)
        self._events.append((self._state.elapsed_ms, payload))

    def free(self, now_ms):
        """Whether a frame waits and may be sent now."""
        return (self.report_due or self._events) and self._radio.idle(now_ms)

    def send_event(self, now_ms):
        """Send the oldest waiting event; True when there was one."""
        if not self._events:
            return False
        mission_ms, payload = self._events.pop(0)
        frame = self._frame(telemetry.EVENT, mission_ms, payload)
        self._log.add(frame, now_ms, True)
        self._send(frame, now_ms)
        return True

    # The report ------------------------------------------------------------------------------------------------

    def report(self, now_ms, measured, altitude, armed, plan, controller, backup_state, mission_ok):
        """Send a FIX of what is known now. armed: the crew's sequence is through. backup_state: as drops.BACKUP_..."""
        values = self._values
        state = self._state
        age_ms = measured.age_ms(measured.fix_ms, now_ms)
        values["gps_age_s"] = None if age_ms is None else age_ms // 1000
        values["latitude_e7"] = measured.latitude_e7
        values["longitude_e7"] = measured.longitude_e7
        values["altitude_m"] = measured.gps_altitude_m
        values["ground_speed_cm_s"] = measured.ground_speed_cm_s
        values["course_cdeg"] = measured.course_cdeg
        values["vertical_cm_s"] = altitude.vertical_cm_s
        values["fix_type"] = measured.fix_type
        values["satellites"] = measured.satellites
        values["accuracy_m"] = measured.accuracy_m
        values["dynamic_model"] = measured.dynamic_model
        values["utc_known"] = measured.unix_s is not None
        values["pressure_pa"] = measured.pressure_pa
        values["inside_c"] = None if measured.inside_cc is None else measured.inside_cc // 100
        values["backup_state"] = backup_state
        values["logic_mv"] = measured.logic_mv
        values["cutter_mv"] = measured.cutter_mv
        values["phase"] = state.phase
        values["armed"] = armed
        values["safe"] = state.safe
        values["hold"] = state.hold_until_ms is not None
        values["journal_ok"] = self._journal.ok
        values["mission_ok"] = mission_ok
        values["drop_summary"] = plan.summary()
        values["reasons"] = state.reasons
        values["next_drop_s"] = None if controller.stopped else plan.seconds_to_next()
        values["reset_count"] = state.reset_count if state.reset_count < 15 else 15
        self._values_of_drop(values, plan, controller)
        self._layout.pack_into(self._fix, 0, values)
        frame = self._frame(telemetry.FIX, state.elapsed_ms, self._fix)
        self._reports += 1
        self.report_due = False
        if self._reports % _LOG_EVERY == 1:
            self._log.add(frame, now_ms)
        self._send(frame, now_ms)

    def _values_of_drop(self, values, plan, controller):
        state = self._state
        index = controller.active
        if index is None:
            index = plan.focus
        if plan.places and (index is None or self._reports & 3 == 3):
            # Walk through the drops that are over, so that each of their states is heard again and again.
            for _ in plan.places:
                self._over_index = (self._over_index + 1) % len(plan.places)
                place = plan.places[self._over_index]
                if state.drop_states[place] in FINAL_STATES:
                    index = place
                    break
        if index is None:
            index = 0
        values["drop"] = index
        values["drop_step"] = state.drop_steps[index]
        values["drop_state"] = state.drop_states[index]
        values["attempts"] = state.drop_attempts[index]

    # Frames ----------------------------------------------------------------------------------------------------

    def _frame(self, frame_type, mission_ms, payload):
        sequence = self.sequence
        self.sequence = sequence + 1
        if sequence + _SEQUENCE_MARGIN >= self._state.sequence_limit:
            self._state.sequence_limit = sequence + _SEQUENCE_STEP
            self._journal.want()
        return framing.encode(framing.header(frame_type, self._net, sequence, mission_ms) + payload)

    def _send(self, frame, now_ms):
        if not self._radio.send(frame, now_ms):
            self._health.count(faults.RADIO_FULL)
