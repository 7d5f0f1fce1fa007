"""The release path: due -> gates -> intent in the journal -> gates again -> pulse -> verdict. Allocates nothing."""

from micropython import const

from firmware.protocol import drops, phases
from firmware.protocol.mission_plan import MOST_ATTEMPTS, RELEASE, SKIP
from firmware.release import channel_life, life
from firmware.release.motion import MOVED, PENDING
from firmware.release.plan import NEVER_MS

# The intent reaches flash in a quiet moment of this second, so that the pulse can begin when it is due.
_LEAD_MS = const(1000)
_COOLING_MS = const(10000)
_FALL_MS = const(60000)  # so long a fall calls off what still waits
_WAKING_PASSES = const(150)  # after a boot nothing is too late before the sensors have spoken
_PARTED_SECONDS = const(30)


class ReleaseController:
    """Ten times a second `poll`, once a second `look`. `news` says what happened, for telemetry and journal.

    `reasons[place]`: why a drop that is due does not fire, as bits of drops.
    """

    def __init__(self, mission, plan, gates, conditions, motion, channels, state, journal, news):
        self._min_gap_ms = 0 if mission is None else mission.min_gap_ms
        self._plan = plan
        self._gates = gates
        self._conditions = conditions
        self._motion = motion
        self._channels = channels
        self._state = state
        self._journal = journal
        self._news = news
        self.reasons = [0] * drops.PLACES
        self._told_reasons = [0] * drops.PLACES
        self.active = None  # the place whose pulse or verdict is under way
        self._firing = None  # its channel
        self._channel_index = 0
        self._intent_pending = False
        self._fire_from_ms = 0  # since launch: the pulse begins no earlier
        self._waived = False  # its conditions no longer count
        self._watching_motion = False
        self._may_watch = False  # its motion would tell
        self._cool_until_ms = None
        self._passes = 0
        self._falling_since_ms = None
        self._open_seconds = bytearray(drops.PLACES)
        self._seen_whole = 0
        self._awake = 0  # a bit for each place that was looked at before its latest moment was over
        self.stopped = False
        self.limit_hits = 0  # pulses that the hardware timer ended, not yet reported

    # After a reset ---------------------------------------------------------------------------------------------

    def resume(self, brown_out):
        """A drop that was caught in FIRING is judged by its device; the rest goes on. brown_out: the power had gone."""
        for place in self._plan.places:
            state = self._state.drop_states[place]
            if state == drops.FIRING:
                self._resume_firing(place, brown_out)
            elif state == drops.DUE and self._state.drop_attempts[place]:
                self._cool()
            elif state == drops.FIRED:
                self._cool()
                self._judge_after_reset(place, self._channel_of(place, self._state.drop_attempts[place]))
        self._plan.look()

    def _resume_firing(self, place, brown_out):
        index = self._channel_of(place, self._state.drop_attempts[place])
        if brown_out and self._state.brown_outs[index] < 255:
            self._state.brown_outs[index] += 1
        self._cool()
        self._happen(place, life.PULSE_OVER)
        self._judge_after_reset(place, index)

    def _cool(self):
        self._cool_until_ms = self._state.steady_ms() + _COOLING_MS

    def _judge_after_reset(self, place, index):
        """Whole before and open now is a release; open before says nothing; the rest is tried again or has failed."""
        device = self._channels[index].device
        whole_before = self._state.wires_whole >> place & 1
        self._channel_index = index
        if device.one_way and not device.closed():
            self._conclude(place, life.LET_GO if whole_before else life.NO_EVIDENCE)
            return
        if self._attempts_left(place):
            self._conclude(place, life.STILL_HOLDS)
        elif device.one_way:
            self._conclude(place, life.HOLDS_FOR_GOOD)
        else:
            self._conclude_without_evidence(place)

    # Once a second ---------------------------------------------------------------------------------------------

    def look(self, now_ms):
        """What changes slowly: reasons for the report, falls, wires that part before their time."""
        state = self._state
        if state.hold_until_ms is not None and state.elapsed_ms >= state.hold_until_ms:
            state.hold_until_ms = None
            self._news.add_hold(0)
            self._journal.want()
        if self.stopped:
            return
        self._watch_fall()
        if self.active is None:
            self._watch_wires()
        for place in self._plan.places:
            if place != self.active:
                self._look_at(place, now_ms)
        focus = self._plan.focus if self.active is None else self.active
        state.reasons = 0 if focus is None else self.reasons[focus]

    def _look_at(self, place, now_ms):
        """On the pad and before its time, too: the crew sees what would hold a drop back."""
        reasons = 0
        if self._plan.pending(place):
            since_ms = self._state.since_launch_ms()
            if since_ms is not None and since_ms >= self._plan.due_ms[place] - _LEAD_MS:
                # Here too: another's turn may last until its own latest moment is over.
                self._stay_awake(place, since_ms)
            reasons = self._closed(place, now_ms)
            if not self._is_waived(place):
                reasons |= self._conditions.reasons(place)
        self.reasons[place] = reasons
        if self._state.drop_states[place] == drops.DUE and reasons != self._told_reasons[place]:
            self._told_reasons[place] = reasons
            self._news.add_reasons(place, reasons)
            self._journal.want()

    def _is_waived(self, place):
        if place == drops.CUTDOWN or self._plan.is_brought(place):
            return True
        since_ms = self._state.since_launch_ms()
        if since_ms is None or self._plan.drop(place).late != RELEASE:
            return False
        return since_ms >= self._plan.latest_ms[place] - _LEAD_MS

    def _watch_fall(self):
        state = self._state
        if state.phase != phases.DESCENT:
            self._falling_since_ms = None
            return
        if self._falling_since_ms is None:
            self._falling_since_ms = state.steady_ms()
        elif state.steady_ms() - self._falling_since_ms >= _FALL_MS:
            for place in self._plan.places:
                if place != drops.CUTDOWN and self._plan.pending(place) and not self._plan.drop(place).in_descent:
                    self._end_life(place, life.CALLED_OFF)

    def _watch_wires(self):
        """A wire that was whole and has been open for half a minute has parted before its time."""
        state = self._state
        for place in self._plan.places:
            device = self._channels[self._plan.drop(place).channel].device
            if not device.one_way or not self._plan.pending(place):
                continue
            if device.closed():
                self._seen_whole |= 1 << place
                self._open_seconds[place] = 0
            elif self._seen_whole >> place & 1 and not state.parted_early >> place & 1 and state.launch_ms is not None:
                self._open_seconds[place] += 1
                if self._open_seconds[place] >= _PARTED_SECONDS:
                    state.parted_early |= 1 << place
                    self._news.add_parted(place, self._plan.drop(place).channel)
                    self._journal.want()

    # Every pass ------------------------------------------------------------------------------------------------

    def poll(self, now_ms):
        if self._passes < _WAKING_PASSES:
            self._passes += 1
        if self.stopped:
            return
        if self.active is not None:
            self._go_on(now_ms, self.active, self._firing)
            return
        launch_ms = self._state.launch_ms
        if launch_ms is None:
            return
        since_ms = self._state.elapsed_ms - launch_ms
        if since_ms < self._plan.soonest_ms - _LEAD_MS:
            return
        for place in self._plan.places:
            if since_ms >= self._plan.due_ms[place] - _LEAD_MS:
                if self._try(place, since_ms, now_ms):
                    return

    def _try(self, place, since_ms, now_ms):
        """A drop that is due: True when it has taken its turn."""
        if self._state.drop_states[place] == drops.WAITING:
            self._become_due(place)
        if self._lapse(place, since_ms) or self._overslept(place, since_ms, now_ms):
            return True
        waived = self._is_waived(place)
        reasons = self._closed(place, now_ms)
        if not waived:
            reasons |= self._conditions.reasons(place)
        self.reasons[place] = reasons
        if reasons & ~drops.PASSING:
            if self._plan.is_brought(place):
                # What the crew has said is refused, never queued.
                self._plan.take_back(place)
                self._plan.look()
                return False
            if self._too_late(place, since_ms):
                self._end_life(place, life.HOLDS_FOR_GOOD if self._state.drop_attempts[place] else life.TOO_LATE)
                return True
        if reasons:
            return False
        if not self._attempts_left(place):
            self._end_life(place, life.HOLDS_FOR_GOOD)
            return True
        self._intend(place, since_ms, waived)
        return True

    def _become_due(self, place):
        self._happen(place, life.TIME_CAME)
        if place == drops.CUTDOWN:
            # Nothing else is begun any more: the flight is being ended.
            for other in self._plan.places:
                if other != drops.CUTDOWN and self._plan.pending(other):
                    self._end_life(other, life.CALLED_OFF)

    def _too_late(self, place, since_ms):
        """Its latest moment is over; after a boot the sensors get the time to speak."""
        return since_ms >= self._plan.latest_ms[place] and self._passes >= _WAKING_PASSES

    def _overslept(self, place, since_ms, now_ms):
        """A drop that `latest` is to skip, and whose latest moment passed without the board: it is not let go."""
        if place == drops.CUTDOWN or self._plan.is_brought(place):
            return False
        self._stay_awake(place, since_ms)
        if self._awake >> place & 1 or self._plan.drop(place).late != SKIP or self._state.drop_attempts[place]:
            return False
        self.reasons[place] = self._closed(place, now_ms) | self._conditions.reasons(place)
        self._end_life(place, life.TOO_LATE)
        return True

    def _stay_awake(self, place, since_ms):
        # The lead is taken off one side: added to NEVER_MS it would need heap on a board.
        if since_ms - _LEAD_MS < self._plan.latest_ms[place]:
            self._awake |= 1 << place

    def _lapse(self, place, since_ms):
        """Occasions that were missed lapse: of a drop that repeats only the newest is due."""
        if place == drops.CUTDOWN:
            return False
        drop = self._plan.drop(place)
        if drop.count == 1:
            return False
        missed = (since_ms - self._plan.own_ms[place]) // drop.every_ms
        if missed <= 0 or self._state.drop_attempts[place]:
            return False
        left = drop.count - 1 - self._state.drop_steps[place]
        if missed > left:
            missed = left
        if not missed:
            return False
        self._state.drop_steps[place] += missed
        self._news.add_lapsed(place, missed, self._state.drop_steps[place])
        self._journal.want(True)
        self._plan.look()
        return True

    def _closed(self, place, now_ms):
        """The hard gates, and what passes by itself."""
        reasons = self._gates.closed(place, now_ms)
        state = self._state
        if self.active is not None:
            reasons |= drops.CHANNEL_BUSY
        if self._cool_until_ms is not None:
            if state.steady_ms() < self._cool_until_ms:
                reasons |= drops.COOLING
            else:
                self._cool_until_ms = None
        if state.over_ms is not None and place != drops.CUTDOWN and not state.drop_attempts[place]:
            if self._fires_at_ms(place) - state.over_ms < self._min_gap_ms:
                reasons |= drops.MIN_GAP
        return reasons

    def _fires_at_ms(self, place):
        """Mission time at which a drop that is tried now would fire: its turn begins a second before its time."""
        state = self._state
        due_ms = self._plan.due_ms[place]
        if state.launch_ms is None or due_ms == NEVER_MS:
            return state.elapsed_ms
        return max(state.elapsed_ms, state.launch_ms + due_ms)

    # A turn ----------------------------------------------------------------------------------------------------

    def _channel_of(self, place, attempt):
        """The channel for an attempt, counted from 1: the one with the same load takes over when this one is done for.

        Done for: its attempts are used up, or it has pulled the supply down twice.
        """
        first = self._plan.drop(place).channel
        channel = self._channels[first]
        if channel.same_load is None:
            return first
        if attempt > channel.attempts or self._state.brown_outs[first] >= 2:
            return channel.same_load
        return first

    def _attempts_left(self, place):
        channel = self._channels[self._plan.drop(place).channel]
        allowed = channel.attempts
        if channel.same_load is not None:
            allowed += self._channels[channel.same_load].attempts
        if allowed > MOST_ATTEMPTS:
            allowed = MOST_ATTEMPTS
        return self._state.drop_attempts[place] < allowed

    def _intend(self, place, since_ms, waived):
        state = self._state
        attempt = state.drop_attempts[place] + 1
        state.drop_attempts[place] = attempt
        index = self._channel_of(place, attempt)
        if index != self._plan.drop(place).channel:
            self._news.add_handed_over(place, index)
        channel = self._channels[index]
        if channel.device.closed():
            state.wires_whole |= 1 << place
        else:
            state.wires_whole &= ~(1 << place)
        state.intent_rail_50mv = self._gates.rail_50mv()
        self._fire_from_ms = self._plan.due_ms[place]
        if waived and self._conditions.reasons(place) and not self._plan.is_brought(place):
            self._fire_from_ms = self._plan.latest_ms[place]
        self._waived = waived
        self.active = place
        self._firing = channel
        self._channel_index = index
        self._intent_pending = True
        self._watching_motion = False
        self._happen(place, life.INTENDED)

    def _go_on(self, now_ms, place, firing):
        if self._intent_pending:
            self._fire_when_settled(now_ms, place, firing)
        elif self._watching_motion:
            self._watch_motion(place)
        elif firing.poll(now_ms):
            self._judge(place, firing)
        elif firing.state == channel_life.SETTLE and self._state.drop_states[place] == drops.FIRING:
            self._happen(place, life.PULSE_OVER)

    def _fire_when_settled(self, now_ms, place, firing):
        state = self._state
        if self._journal.urgent or state.elapsed_ms - state.launch_ms < self._fire_from_ms:
            return
        reasons = self._gates.closed(place, now_ms)
        if not self._waived:
            reasons |= self._conditions.reasons(place)
        self.reasons[place] = reasons
        self._intent_pending = False
        if reasons:
            self._take_back(place)
            return
        expected_cm_s = self._plan.drop(place).motion_cm_s
        self._may_watch = expected_cm_s != 0 and self._motion.begin(expected_cm_s, state.steady_ms())
        index = self._channel_index
        # By its own time, where it is not late: repeats at the least gap would else be later each time.
        planned_ms = state.launch_ms + self._fire_from_ms
        state.over_ms = planned_ms if state.elapsed_ms - planned_ms < _LEAD_MS else state.elapsed_ms
        firing.start(now_ms, state.drop_attempts[place], state.positions[index] + 1, state.brown_outs[index] > 0)

    def _take_back(self, place):
        self._intent_pending = False
        self._plan.take_back(place)
        self._state.drop_attempts[place] -= 1
        self._free()
        self._happen(place, life.TAKEN_BACK)
        self._plan.look()

    def _judge(self, place, firing):
        if firing.device.limit_hit:
            self.limit_hits += 1
        verdict = firing.verdict
        if verdict == channel_life.RELEASED:
            self._state.positions[self._channel_index] += 1
            self._conclude(place, life.LET_GO)
        elif verdict == channel_life.HOLDING:
            self._conclude(place, life.STILL_HOLDS if self._attempts_left(place) else life.HOLDS_FOR_GOOD)
        elif self._may_watch:
            self._watching_motion = True
            self._motion.restart()
        else:
            self._conclude_without_evidence(place)

    def _watch_motion(self, place):
        """What is due does not wait for it."""
        found = self._motion.look(self._state.steady_ms())
        if found == PENDING and not self._another_is_due(place):
            return
        if found == MOVED:
            self._state.positions[self._channel_index] += 1
            self._conclude(place, life.LET_GO)
        else:
            self._conclude_without_evidence(place)

    def _another_is_due(self, place):
        since_ms = self._state.elapsed_ms - self._state.launch_ms + 2 * _LEAD_MS
        for other in self._plan.places:
            if other != place and self._plan.pending(other) and since_ms >= self._plan.due_ms[other]:
                # One that waits for its conditions would end every watch at once: only what could go now counts.
                if not self.reasons[other] & ~drops.PASSING:
                    return True
        return False

    def _conclude_without_evidence(self, place):
        # A dispenser that says nothing has most likely moved: its next release is one position further all the same.
        self._state.positions[self._channel_index] += 1
        gone = self._state.parted_early >> place & 1
        self._conclude(place, life.GONE_BEFORE if gone else life.NO_EVIDENCE)

    def _conclude(self, place, event):
        """The end of a turn: another attempt, another occasion, or the end of the drop's life."""
        self._free()
        self._happen(place, event)
        if self._state.drop_states[place] in drops.FINAL_STATES:
            self._next_occasion(place)
        self._plan.look()

    def _end_life(self, place, event):
        """Over without a pulse: too late, called off, or no attempt left."""
        if event == life.TOO_LATE and self.reasons[place] != self._told_reasons[place]:
            self._news.add_reasons(place, self.reasons[place])
        self._happen(place, event)
        self.reasons[place] = 0
        if event != life.CALLED_OFF:
            self._next_occasion(place)
        self._plan.look()

    def _next_occasion(self, place):
        """Of a drop that repeats; its worst end so far is kept for the last word."""
        state = self._state
        if place == drops.CUTDOWN:
            return
        ended = state.drop_states[place]
        worst = state.drop_worst[place]
        if state.drop_steps[place] + 1 < self._plan.drop(place).count:
            if life.after(ended, life.NEXT_OCCASION) is None:
                return  # stopped in a pulse, or called off: all of it is over
            if ended != drops.CONFIRMED and ended > worst:
                state.drop_worst[place] = ended
            state.drop_steps[place] += 1
            state.drop_attempts[place] = 0
            self._awake &= ~(1 << place)
            self._plan.take_back(place)
            self._happen(place, life.NEXT_OCCASION)
        elif worst > ended:
            state.drop_states[place] = worst
            self._news.add_drop(place, worst, state.drop_steps[place], state.drop_attempts[place])

    def _free(self):
        self.active = None
        self._firing = None
        self._watching_motion = False

    def _happen(self, place, event):
        state = self._state
        if event == life.PULSE_OVER or event == life.STOPPED:
            self._gates.ask_rail()
        after = life.after(state.drop_states[place], event)
        if after is None:
            return
        state.drop_states[place] = after
        self._told_reasons[place] = 0
        self._news.add_drop(place, after, state.drop_steps[place], state.drop_attempts[place])
        self._journal.want(True)

    # Orders, landing, end --------------------------------------------------------------------------------------

    def pulse_on(self):
        """True while a pulse is on: the radio keeps silent."""
        return self._firing is not None and self._firing.state == channel_life.PULSE

    def bring_forward(self, place, now_ms):
        """EXECUTE: due now, whatever its conditions; the reasons that forbid it, and then nothing is queued."""
        if not self._plan.pending(place):
            return drops.ENDED
        reasons = self._closed(place, now_ms)
        if reasons:
            return reasons
        self._plan.bring_forward(place, self._state.since_launch_ms())
        return 0

    def cutdown_is_due(self):
        """A cause has been found: the cutdown is due now."""
        self._plan.look()
        self._journal.want(True)

    def abort(self):
        """SAFE: whatever is on goes off now. An intent is taken back; a drop stopped in its pulse is ABORTED."""
        place = self.active
        if place is None or place == drops.CUTDOWN:
            return
        for one in self._channels:
            one.stop()
        if self._intent_pending:
            self._take_back(place)
        elif self._watching_motion:
            self._conclude_without_evidence(place)
        else:
            self._conclude(place, life.STOPPED)

    def stop(self, event):
        """Every channel off, for good: the flight has landed (life.CALLED_OFF) or is at its end (life.TOO_LATE)."""
        for one in self._channels:
            one.stop()
        place = self.active
        if place is not None:
            if self._intent_pending:
                self._take_back(place)
            elif self._watching_motion:
                self._conclude_without_evidence(place)
            else:
                self._conclude(place, life.STOPPED)
        self.stopped = True
        self._state.reasons = 0
        for place in self._plan.places:
            if self._plan.pending(place):
                if place != drops.CUTDOWN:
                    self._state.drop_steps[place] = self._plan.drop(place).count - 1
                self._end_life(place, event)
