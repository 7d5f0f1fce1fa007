"""When each drop is due and when it is too late: the mission's timetable against mission time, occasion by occasion."""

from micropython import const

from firmware.protocol import drops

NEVER_MS = const(0x3FFFFFFF)  # later than any flight
# Made once: a tuple of names, written where it is used, takes heap each time.
_PENDING = (drops.WAITING, drops.DUE)
_ACTIVE = (drops.DUE, drops.FIRING, drops.FIRED)


class Plan:
    """A view of `state` by the mission's timetable. `places` are those in use, the cutdown first where there is one.

    Times are ms since launch. `due_ms[place]` is NEVER_MS for what is over, or waits for a clock or a cause.
    """

    def __init__(self, mission, state):
        self._state = state
        self._drops = () if mission is None else mission.drops
        self._cutdown = None if mission is None else mission.cutdown
        self.count = len(self._drops)
        places = list(range(self.count))
        if self._cutdown is not None:
            places.insert(0, drops.CUTDOWN)
        self.places = tuple(places)
        self.due_ms = [NEVER_MS] * drops.PLACES
        self.latest_ms = [NEVER_MS] * drops.PLACES
        self.own_ms = [NEVER_MS] * drops.PLACES  # due by the mission, whatever the crew has said
        self._brought_ms = [NEVER_MS] * drops.PLACES  # when the crew has said "now"
        self.soonest_ms = NEVER_MS
        self.focus = None
        self.look()

    def drop(self, place):
        """The mission's Drop or Cutdown at a place."""
        return self._cutdown if place == drops.CUTDOWN else self._drops[place]

    def look(self):
        """Work out every time afresh: at the start, at launch, and after every change of a state or an occasion."""
        soonest_ms = NEVER_MS
        for place in self.places:
            due_ms = self._due(place)
            self.due_ms[place] = due_ms
            if due_ms < soonest_ms:
                soonest_ms = due_ms
        self.soonest_ms = soonest_ms
        self._find_focus()

    def _due(self, place):
        state = self._state
        self.latest_ms[place] = self.own_ms[place] = NEVER_MS
        if state.drop_states[place] in drops.FINAL_STATES:
            return NEVER_MS
        if place == drops.CUTDOWN:
            return 0 if state.cutdown_by else self.drop(place).latest_ms
        drop = self._drops[place]
        if drop.after_ms is not None:
            due_ms = drop.after_ms
        elif state.launch_unix_s is None:
            return self._brought_ms[place]
        else:
            # A time before the launch is not due for ever: it is too late at once.
            due_ms = (drop.at_unix_s - state.launch_unix_s) * 1000
        due_ms += state.drop_steps[place] * drop.every_ms
        self.own_ms[place] = due_ms
        if drop.patience_ms is not None:
            self.latest_ms[place] = due_ms + drop.patience_ms
        return min(due_ms, self._brought_ms[place])

    def bring_forward(self, place, since_ms):
        """Due now, and no longer waiting for any condition: the crew has said so."""
        self._brought_ms[place] = since_ms
        self.look()

    def is_brought(self, place):
        """Whether the crew has said so of this occasion, and it has not been taken back."""
        return self._brought_ms[place] != NEVER_MS

    def take_back(self, place):
        """What the crew said is void: it was refused at the last moment, or that occasion is over."""
        self._brought_ms[place] = NEVER_MS

    def _find_focus(self):
        """What a report speaks of: the first in time that is due, else the first to come."""
        self.focus = None
        states = self._state.drop_states
        for place in self.places:
            if states[place] in drops.FINAL_STATES:
                continue
            if self.focus is None or self._before(place, self.focus, states):
                self.focus = place

    def _before(self, place, other, states):
        waiting = states[place] == drops.WAITING
        if waiting != (states[other] == drops.WAITING):
            return not waiting
        return self.due_ms[place] < self.due_ms[other]

    def pending(self, place):
        """Whether it still waits, due or not."""
        return self._state.drop_states[place] in _PENDING

    def seconds_to_next(self):
        """Whole seconds until the drop in focus is due, 0 when overdue, None before launch or when all are over."""
        since_ms = self._state.since_launch_ms()
        if since_ms is None or self.focus is None or self.due_ms[self.focus] == NEVER_MS:
            return None
        left_ms = self.due_ms[self.focus] - since_ms
        return 0 if left_ms < 0 else (left_ms + 999) // 1000

    def summary(self):
        """Two bits a place for telemetry."""
        bits = 0
        for place in self.places:
            bits |= self._summary(self._state.drop_states[place]) << (2 * place)
        return bits

    def _summary(self, state):
        if state == drops.WAITING:
            return drops.SUMMARY_PENDING
        if state in _ACTIVE:
            return drops.SUMMARY_ACTIVE
        return drops.SUMMARY_RELEASED if state == drops.CONFIRMED else drops.SUMMARY_OVER
