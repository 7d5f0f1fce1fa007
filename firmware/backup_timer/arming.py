"""From the plug to the pull pin: what makes the backup READY, what undoes it, and the moment from which it counts."""

from micropython import const

from firmware.backup_timer.state import ALOFT, PREPARED, PULLED, UNDONE
from firmware.protocol.drops import (
    BACKUP_READY,
    BACKUP_RUNNING,
    BACKUP_SAFE,
    BOOTED_WITH_PLUG,
    BREAK_WIRE_OPEN,
    CUTTER_WEAK,
    FLASH_BAD,
    NO_ALTITUDE,
    NOT_AT_REST,
    WIRE_OPEN,
)

_INHIBIT_MS = const(120000)
_UNPLUGGED_MS = const(5000)
_PULLED_MS = const(5000)
_BAD_S = const(5)  # seconds in a row in which something is not in order undo what was
_STAYED_S = const(120)
_BACK_MS = const(10000)
_LAPSE_S = const(3600)
_WEATHER_M = const(50)  # the pad reference never moves by more than an hour's weather


class Arming:
    """`poll` every pass, `second` once a second, after the height. `plugged`: the plug is in, bounces apart.
    `inhibited`: it went in less than two minutes ago. `must_unplug`: it was in before the board could see it go in.
    """

    def __init__(self, clock, board, state, height, supply, wire, journal):
        self._ticks_diff = clock.ticks_diff
        self._plug_sense = board.plug_sense
        self._pull_pin = board.pull_pin
        self._state = state
        self._height = height
        self._supply = supply
        self._wire = wire
        self._journal = journal
        now_ms = clock.ticks_ms()
        self.plugged = board.plug_sense.value() == 1
        self.inhibited = self.plugged
        # A plug that was in before the board could watch it go in: nothing is known of who is near.
        self.must_unplug = self.plugged and state.state == BACKUP_SAFE
        # The power failed with everything ready: on the pad it begins again, in the air it runs.
        self._perhaps_aloft = self.must_unplug and state.pad_pressure_altitude_m is not None
        if not self._perhaps_aloft and state.state == BACKUP_SAFE:
            state.pad_pressure_altitude_m = None
        self._sense_ms = now_ms  # when the plug was last seen in
        self._plugged_ms = now_ms  # since when it is
        self._pulled_ms = None  # since when the pin is out
        self._reference_s = 0  # age of the pad reference
        self._bad_s = 0
        self._near_s = 0  # of two minutes at the pad's height with the pin out

    def poll(self, now_ms):
        state = self._state
        self._watch_plug(now_ms)
        if self._pull_pin.value() == 0:
            self._pulled_ms = None
        elif self._pulled_ms is None:
            self._pulled_ms = now_ms
        elif state.state == BACKUP_READY:
            pulled_ms = self._ticks_diff(now_ms, self._pulled_ms)
            if pulled_ms >= _PULLED_MS:
                state.since_ms = pulled_ms
                state.happen(PULLED)

    def _watch_plug(self, now_ms):
        if self._plug_sense.value() == 1:
            self._sense_ms = now_ms
            if not self.plugged:
                self.plugged = self.inhibited = True
                self._plugged_ms = now_ms
        elif self.plugged and self._ticks_diff(now_ms, self._sense_ms) >= _UNPLUGGED_MS:
            self.plugged = self.inhibited = False
            if self._perhaps_aloft:
                self._state.changed = True
            self.must_unplug = self._perhaps_aloft = False
        if self.inhibited and self._ticks_diff(now_ms, self._plugged_ms) >= _INHIBIT_MS:
            self.inhibited = False

    def second(self):
        state = self._state
        if state.state == BACKUP_SAFE:
            self._prepare(state)
        elif state.state == BACKUP_READY:
            self._keep_ready(state)
        elif state.state == BACKUP_RUNNING:
            self._running(state)

    def _prepare(self, state):
        if self._perhaps_aloft:
            if self._height.up and self._pulled_ms is not None:
                state.since_ms = 0
                state.happen(ALOFT)
            state.not_ready = BOOTED_WITH_PLUG
            return
        if not self.plugged:
            state.pad_pressure_altitude_m = None
            self._height.begin_rest()
        elif state.pad_pressure_altitude_m is None:
            self._take_reference(state)
        state.not_ready = self._missing(state, self._supply.settled())
        if self.plugged and not self.inhibited and not state.not_ready:
            self._bad_s = 0
            state.happen(PREPARED)

    def _missing(self, state, supplied):
        missing = BOOTED_WITH_PLUG if self.must_unplug else 0
        if state.pad_pressure_altitude_m is None:
            missing |= NO_ALTITUDE if self._height.pressure_altitude_m is None else NOT_AT_REST
        if self._pulled_ms is not None:
            missing |= BREAK_WIRE_OPEN
        if not self._wire.closed():
            missing |= WIRE_OPEN
        if not self._journal.ok:
            missing |= FLASH_BAD
        if not supplied:
            missing |= CUTTER_WEAK
        return missing

    def _keep_ready(self, state):
        """The pin is watched by `poll`; what else must stay as it was may be otherwise for four seconds."""
        self._reference_s += 1
        if self._pulled_ms is None and self._height.at_rest:
            moved_m = self._height.pressure_altitude_m - state.pad_pressure_altitude_m
            if abs(moved_m) <= _WEATHER_M:
                self._take_reference(state)
        state.not_ready = self._missing(state, self._supply.present()) & ~BREAK_WIRE_OPEN
        lapsed = self._reference_s >= _LAPSE_S
        if not self.plugged or lapsed or state.not_ready:
            self._bad_s += 1
        else:
            self._bad_s = 0
        # Once the pin is out nothing is undone by a second look at wire and cell: that is for the gates.
        if not self.plugged or (self._pulled_ms is None and (lapsed or self._bad_s >= _BAD_S)):
            self._undo(state)

    def _take_reference(self, state):
        """The pad's height by pressure, after a minute at rest."""
        if self._height.at_rest:
            state.pad_pressure_altitude_m = self._height.pressure_altitude_m
            self._reference_s = 0
            self._height.begin_rest()
            state.changed = True

    def _running(self, state):
        """Until it has been 150 m up. A scrub: with the plug out it begins again. A pin pulled out long before the
        launch: it counts from the moment at which the pad is left, so that it is not early, and does not run dry.
        """
        if state.flown:
            return
        if self._height.up:
            state.flown = state.changed = True
        elif not self.plugged and not self._supply.present() and self._height.known and not state.attempts:
            self._undo(state)
        elif not self._height.near or state.attempts:
            self._near_s = 0
        elif self._near_s < _STAYED_S:
            self._near_s += 1
        else:
            # On flash only when it goes back by more than it will again.
            state.changed = state.changed or state.since_ms > _BACK_MS
            state.since_ms = 0

    def _undo(self, state):
        state.happen(UNDONE)
        state.pad_pressure_altitude_m = None
        state.since_ms = 0
        self._bad_s = 0
        self._height.begin_rest()
