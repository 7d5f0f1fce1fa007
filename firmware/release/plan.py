"""Which drop is next, which is due, and what became of each: the mission's timetable against mission time."""

from firmware.protocol import drops


class Plan:
    """A view of `state.drop_states` by the mission's timetable. `focus` is the drop the release path works on."""

    def __init__(self, mission, state):
        self._drops = () if mission is None else mission.drops
        self._state = state
        self.focus = None
        self.next_due_ms = 0
        self.count = len(self._drops)
        self.look()

    def look(self):
        """Find the first drop in time whose life is not over; called after every change of a state."""
        states = self._state.drop_states
        self.focus = None
        for index in range(self.count):
            if states[index] not in drops.FINAL_STATES:
                self.focus = index
                self.next_due_ms = self._drops[index].after_ms
                return

    def drop(self, index):
        return self._drops[index]

    def seconds_to_next(self):
        """Whole seconds until the drop in focus is due, 0 when overdue, None before launch or when all are over."""
        since_ms = self._state.since_launch_ms()
        if since_ms is None or self.focus is None:
            return None
        left_ms = self.next_due_ms - since_ms
        return 0 if left_ms < 0 else (left_ms + 999) // 1000

    def summary(self):
        """Two bits a drop for telemetry."""
        bits = 0
        states = self._state.drop_states
        for index in range(self.count):
            state = states[index]
            if state == drops.WAITING:
                continue
            if state in (drops.DUE, drops.FIRING, drops.FIRED):
                code = drops.SUMMARY_ACTIVE
            elif state == drops.CONFIRMED:
                code = drops.SUMMARY_RELEASED
            else:
                code = drops.SUMMARY_OVER
            bits |= code << (2 * index)
        return bits
