"""What speaks against a launch, as the crew sees it before the plug goes in: a bit for each NO GO, looked at anew."""

from micropython import const

from firmware.protocol import drops

_CUTTER_MV = const(3000)
_LOGIC_MV = const(3600)  # three lithium-iron cells that are nearly spent
_AIRBORNE_MODELS = (6, 7, 8)  # u-blox: below 1, 2 and 4 g


class Readiness:
    """`bits` of firmware.protocol.drops, 0 is GO. Those of NEVER_ARM forbid arming, the others the crew weighs.

    wires: what has `closed()`, one for each burn wire of the mission. journal: `ok`. fresh: the journal is this
    flight's own, from its beginning or resumed.
    """

    def __init__(self, mission, state, measurements, altitude, pad, arming, journal, wires, fresh):
        self._state = state
        self._measurements = measurements
        self._altitude = altitude
        self._pad = pad
        self._arming = arming
        self._journal = journal
        self._wires = wires
        self._fixed = 0 if fresh else drops.JOURNAL_NOT_FRESH
        self._break_wire = self._backup = False
        self._not_before_s = 0
        self._by_the_clock: tuple = ()
        if mission is None:
            self._fixed |= drops.NO_MISSION
        else:
            self._break_wire = mission.break_wire
            self._backup = mission.backup_ms > 0
            self._not_before_s = mission.not_before_ms // 1000
            self._by_the_clock = tuple([one for one in mission.drops if one.at_unix_s is not None])
            for one in mission.drops:
                if one.after_ms is not None and one.patience_ms is not None:
                    if one.after_ms + one.patience_ms < mission.not_before_ms:
                        self._fixed |= drops.OVERDUE_AT_LAUNCH
        self.bits = self._fixed | drops.NOT_AT_REST

    def update(self, backup_state):
        """Once a second before launch, never in a pulse: the wires are read."""
        measured = self._measurements
        arming = self._arming
        altitude = self._altitude
        bits = self._fixed | self._on_the_clock()
        if arming.booted_with_plug:
            bits |= drops.BOOTED_WITH_PLUG
        if not (arming.armed or self._pad.rests):
            # In the crew's hands it moves again.
            bits |= drops.NOT_AT_REST
        if altitude.altitude_m is None:
            bits |= drops.NO_ALTITUDE
        if altitude.gps_m is None:
            bits |= drops.NO_GPS
        if measured.dynamic_model not in _AIRBORNE_MODELS:
            bits |= drops.NOT_AIRBORNE_MODEL
        if measured.logic_mv is None or measured.logic_mv < _LOGIC_MV:
            bits |= drops.LOGIC_WEAK
        if measured.plug_in and (measured.cutter_mv is None or measured.cutter_mv < _CUTTER_MV):
            bits |= drops.CUTTER_WEAK
        if self._backup and backup_state != drops.BACKUP_READY:
            bits |= drops.BACKUP_NOT_READY
        if self._break_wire and measured.break_wire_open is not False:
            bits |= drops.BREAK_WIRE_OPEN
        if not self._journal.ok:
            bits |= drops.FLASH_BAD
        for wire in self._wires:
            if not wire.closed():
                bits |= drops.WIRE_OPEN
        self.bits = bits

    def _on_the_clock(self):
        """What drops at a time of day need: that the time is known, and that theirs is still to come."""
        if not self._by_the_clock:
            return 0
        now_s = self._state.utc_s()
        if now_s is None:
            return drops.NO_CLOCK
        for drop in self._by_the_clock:
            if drop.at_unix_s <= now_s:
                return drops.OVERDUE_AT_LAUNCH
            if drop.patience_ms is not None:
                # Even if launch were now it would be over before anything may be let go.
                if drop.at_unix_s + drop.patience_ms // 1000 < now_s + self._not_before_s:
                    return drops.OVERDUE_AT_LAUNCH
        return 0
