"""The values of a FIX: what is known now, from everything that knows something, and the places of the past with it."""

from firmware.protocol import history
from firmware.protocol.drops import FINAL_STATES


class Report:
    """`look` says everything, `pack` makes the payload of it. mission_ok: a mission is loaded and checked.

    way: the places of the past, None where none are told; past: how many of them go with a report, 0, 2 or 3.
    """

    def __init__(self, state, journal, measured, altitude, arming, plan, controller, backup, mission_ok, way, past):
        self._state = state
        self._journal = journal
        self._measured = measured
        self._altitude = altitude
        self._arming = arming
        self._plan = plan
        self._controller = controller
        self._backup = backup
        self._way = way
        self.past = past
        self._offsets = history.OFFSETS_3 if past == 3 else history.OFFSETS_2
        # In here, for the module with its tables is not needed in flight.
        from firmware.protocol.telemetry import FIX_LAYOUT

        self._packing = FIX_LAYOUT.packing
        self._payload = bytearray(FIX_LAYOUT.size + past * history.PLACE_BYTES)
        self._mission_ok = mission_ok
        self._noted_ms = None
        self._over_index = 0
        self.count = 0

    def note_place(self):
        """Once a second: a fresh place is remembered."""
        measured = self._measured
        fresh = measured.fix_ms != self._noted_ms and measured.fix_type == 3
        if self._way is not None and fresh and measured.gps_altitude_m is not None:
            self._noted_ms = measured.fix_ms
            self._way.note(self._state.elapsed_ms, measured.latitude_e7, measured.longitude_e7, measured.gps_altitude_m)

    def look(self, now_ms):
        """A row of everything, a value for each field of FIX."""
        self.count += 1
        state = self._state
        measured = self._measured
        age_ms = measured.age_ms(measured.fix_ms, now_ms)
        place = self._place_of_drop()
        # In the order of FIX_WORDS.
        return (
            measured.latitude_e7,
            measured.longitude_e7,
            measured.gps_altitude_m,
            measured.ground_speed_cm_s,
            measured.course_cdeg,
            self._altitude.vertical_cm_s,
            None if age_ms is None else age_ms // 1000,
            measured.fix_type,
            measured.satellites,
            measured.accuracy_m,
            measured.dynamic_model,
            measured.unix_s is not None,
            measured.pressure_pa,
            measured.logic_mv,
            measured.cutter_mv,
            state.phase,
            self._arming.armed,
            state.safe,
            state.hold_until_ms is not None,
            self._journal.ok,
            self._mission_ok,
            state.command_counter,
            state.command_result,
            self._plan.summary(),
            state.reasons,
            self._backup.state,
            None if measured.inside_cc is None else measured.inside_cc // 100,
            None if self._controller.stopped else self._plan.seconds_to_next(),
            state.drop_attempts[place],
            place,
            state.drop_states[place],
            state.drop_steps[place],
            min(state.reset_count, 15),
        )

    def _place_of_drop(self):
        places = self._plan.places
        index = self._controller.active
        if index is None:
            index = self._plan.focus
        if places and (index is None or self.count & 3 == 0):
            # Walk through the drops that are over, so that each of their states is heard again and again.
            for _ in places:
                self._over_index = (self._over_index + 1) % len(places)
                place = places[self._over_index]
                if self._state.drop_states[place] in FINAL_STATES:
                    return place
        return index or 0

    def pack(self, row):
        """The payload of what `look` saw, in the one buffer of this object."""
        self._packing.pack_into(self._payload, 0, row)
        latitude_e7, longitude_e7 = row[:2]
        second = (self._state.elapsed_ms + 500) // 1000
        at = self._packing.size
        for offset_s, step_e7 in self._offsets[: self.past]:
            place = None if latitude_e7 is None else self._way.at(second - offset_s)
            if place is None:
                history.pack_unknown(self._payload, at)
            else:
                history.pack_place(self._payload, at, step_e7, place[0], place[1], place[2], latitude_e7, longitude_e7)
            at += history.PLACE_BYTES
        return self._payload
