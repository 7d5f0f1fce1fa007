"""What must be so in every flight whatever happens to it (docs/simulation.md), looked at with every event.

It judges by the world, the wires and the clock of the simulation, not by what the firmware believes. `breaches` are
sentences; an empty list is what a test wants. Runs on both interpreters.
"""

from firmware.areas import INSIDE, contains
from firmware.journal_reader import newest_record
from firmware.protocol import drops
from firmware.protocol.deframing import read_header
from firmware.protocol.mission import load
from firmware.protocol.mission_plan import BURN_WIRE, LONGEST_HOLD_MS, MOST_ATTEMPTS, RELEASE, attempt_ms
from tests.flights.link_invariants import LinkInvariants
from tests.flights.promises import LOG, Promises, elapsed_ms, table

SLOTS = ("journal.0", "journal.1")

_EARLY_MS = 100
_SLACK_M = 30  # of what a sensor says about the true height
_FALL_US = 20000000  # so long after it began, or after a boot, a fall may go unnoticed
_LIMIT_MARGIN_MS = 250  # of the hardware timer, and a pass
_LATE_US = 1000000
_AFTER_BOOT_US = 15000000
_COOLING_US = 10000000
_ACTS_US = 2000000


class Invariants:
    """boot, built, stopped, edge, heard and look are called by whoever flies; order when a test gives one by hand."""

    def __init__(self, bench, mission_bytes):
        self.breaches = []
        self.promises = Promises()
        self.promises.on_journal = self._journalled
        self.boots = []  # a Boot for each start of the flight computer
        self.pulses = []  # a Pulse for each, in their order
        self.told = []  # (us, place, state, step, attempts) of every change of a drop's state
        self.launch_us = None  # true time of the firmware's T0, by the clock of the boot that recognised the launch
        self.recognised_us = None  # when it did
        self.late_ms = []  # of each first pulse whose due moment came while the board was awake
        self.late_after_boot_ms = []  # since the boot, where it came before or soon after one
        self.after_firing_ms = []  # from a boot that found a drop in FIRING to its next pulse
        self._bench = bench
        self._clock = bench.clock
        self._mission = load(mission_bytes)
        self._computer = None
        self._up = {}  # output: the Pulse that is on
        self._confirmed = []
        self._sequences = {}
        self._last_elapsed_ms = 0
        self._origin_us = None  # mission time counts from here
        self._over_ms = None  # as it was before the newest pulse
        self._journalled_ms = 0
        self._safe = False
        self._forced = []
        self._hold_until_us = 0
        self._hold_seen_ms = None
        self._free_us = 0  # since then neither SAFE nor HOLD
        self._ordered_us = 0
        self.aborted = []  # places whose turn SAFE has ended
        self.link = LinkInvariants(bench, self._breach)

    # What happens ----------------------------------------------------------------------------------------------

    def boot(self, board):
        """A board has been started; its flight computer is about to be built."""
        self._computer = None
        boot = Boot(self._clock.now_us, board.reset_cause)
        if self._origin_us is None:
            self._origin_us = boot.at_us
        if self.boots:
            # One that was reset before it was ready has seen nothing.
            boot.before = self.boots[-1] if self.boots[-1].built_us is not None else self.boots[-1].before
        self.boots.append(boot)
        for output in self._up:
            self._breach(f"output {output} was on at a boot")
        self._look_at_flash(board.storage, boot)
        board.storage = self.promises.over(board.storage)

    def built(self, computer):
        self._computer = computer
        boot = self.boots[-1]
        state = computer.state
        boot.built_us = self._clock.now_us
        boot.elapsed_ms = self._last_elapsed_ms = state.elapsed_ms
        self._over_ms = state.over_ms
        boot.resumed = computer.resumed
        if not boot.resumed:
            self._origin_us = boot.at_us
        boot.launched = state.launch_ms is not None
        boot.first_error_ms = boot.error_ms = self.clock_error_ms()
        if boot.found is not None and not boot.resumed:
            self._breach("I8: the flight was not resumed")
        self._watch(computer)
        self._watch_orders(computer)
        self.link.built(computer)
        self._look_at_verdicts(boot, state)
        self._look_at_orders(boot, state)

    def _look_at_verdicts(self, boot, state):
        """What the start itself has made of drops that a reset had caught."""
        if boot.found is None:
            return
        before = table(boot.found, "drop_states")
        for place in range(drops.PLACES):
            if state.drop_states[place] != before[place]:
                self._told(place, state.drop_states[place], state.drop_steps[place], state.drop_attempts[place])

    def _look_at_orders(self, boot, state):
        """I7: SAFE and HOLD outlive a reset, unless it came before they were on flash."""
        now_us = self._clock.now_us
        on_hold = now_us < self._hold_until_us
        if state.safe and not self._safe and boot.before.end_us - self._ordered_us <= _ACTS_US:
            self._safe = True  # RESUME was not on flash yet: rather SAFE
        if (self._safe and not state.safe) or (on_hold and state.hold_until_ms is None):
            if boot.before.end_us - self._ordered_us > _ACTS_US + boot.before.hung_us():
                self._breach("I7: a reset has undone SAFE or HOLD")
            self._safe = False
            self._hold_until_us = 0

    def stopped(self):
        """The board has been reset, or its power is gone."""
        self._computer = None
        self.link.stopped()
        if self.boots and self.boots[-1].end_us is None:
            self.boots[-1].end_us = self._clock.now_us

    def edge(self, output, level):
        """FIRE of an output has changed."""
        if level:
            self._rise(output)
        elif output in self._up:
            self._fall(output, self._up.pop(output))

    def released(self, output):
        """A dispenser has let go of one more batch."""
        pulse = self._up.get(output)
        if pulse is None:
            self._breach(f"output {output} let go without a pulse")
            return
        pulse.released += 1
        if sum([one.released for one in self._pulses_of(pulse)]) > 1:
            self._breach(f"I3: drop {pulse.place}, occasion {pulse.step}, let go twice")

    def heard(self, packet):
        """An undamaged frame has left the antenna."""
        self.link.left(packet)
        _, kind, _, sequence, mission_ms = read_header(packet)
        if sequence in self._sequences:
            self._breach(f"I9: sequence number {sequence} came twice")
        self._sequences[sequence] = True
        boot = self.boots[-1]
        if boot.heard_us is None and self._computer is not None:
            boot.heard_us = self._clock.now_us
            boot.heard_ms = mission_ms
            boot.heard_kind = kind

    def look(self):
        """Once a second, and whenever else the state is to be judged."""
        self.link.look()
        state = self._computer.state
        boot = self.boots[-1]
        if state.elapsed_ms < self._last_elapsed_ms:
            self._breach(f"I9: mission time ran back from {self._last_elapsed_ms} to {state.elapsed_ms} ms")
        self._last_elapsed_ms = state.elapsed_ms
        self._over_ms = state.over_ms
        if state.hold_until_ms is not None:
            self._hold_seen_ms = state.hold_until_ms
        boot.error_ms = self.clock_error_ms()
        if boot.error_ms < -_EARLY_MS:
            self._breach(f"mission time is {-boot.error_ms} ms ahead of the true one")
        if self._computer.mission_time.clock_set:
            if boot.set_us is None:
                boot.set_us = self._clock.now_us
            boot.set_error_ms = max(boot.set_error_ms, boot.error_ms)
        if state.launch_ms is not None and self.launch_us is None:
            self._launched(state)
        if state.hold_used_ms > LONGEST_HOLD_MS:
            self._breach(f"I7: HOLD was used for {state.hold_used_ms} ms")

    def _launched(self, state):
        self.recognised_us = self._clock.now_us
        self.launch_us = self._clock.now_us - (state.elapsed_ms - state.launch_ms) * 1000
        launched_us = self._bench.world.launched_us
        if launched_us is None or self.launch_us < launched_us - _EARLY_MS * 1000:
            self._breach("T0 is before the launch")

    def order(self, what, value=0):
        """A test, and not the radio, says "safe", "resume", "hold" (for seconds) or "release" (a place); the answer."""
        orders = self._computer.orders
        self.link.by_hand = True
        if what == "hold":
            answer = orders.hold(value)
        elif what == "release":
            answer = orders.release(value, self._clock.ticks_ms())
        else:
            answer = getattr(orders, what)()
        self.link.by_hand = False
        return answer

    def _watch_orders(self, computer):
        """Hear of every order that is obeyed, whoever gave it."""
        for what in ("safe", "resume", "hold", "release", "cutdown"):
            setattr(computer.orders, what, self._watched(computer, what, getattr(computer.orders, what)))

    def _watched(self, computer, what, act):
        def ordered(*arguments):
            value = arguments[0] if arguments else 0
            self.link.ordered(what, value)
            active = computer.release.active
            answer = act(*arguments)
            self._ordered(computer, what, value, answer, active)
            return answer

        return ordered

    def _ordered(self, computer, what, value, answer, active):
        now_us = self._ordered_us = self._clock.now_us
        if what == "hold":
            if not answer:
                left_ms = computer.state.hold_until_ms - computer.state.elapsed_ms
                self._hold_until_us = self._free_us = now_us + left_ms * 1000
        elif what == "release":
            self._forced.append(value)
        elif what == "resume":
            self._safe = False
            self._hold_until_us = self._free_us = now_us
        elif what == "safe":
            self._safe = True
            if active is not None and active != drops.CUTDOWN:
                self.aborted.append(active)
            for output in self._up:
                if self._up[output].place != drops.CUTDOWN:
                    self._breach(f"I7: SAFE did not end the pulse of output {output}")

    # What is kept ----------------------------------------------------------------------------------------------

    def _look_at_flash(self, storage, boot):
        """I8: what is found is the newest that was promised, or one whose writing the reset came into."""
        record = newest_record(storage, SLOTS, _Faults())
        if record is None:
            if self.promises.journal is not None:
                self._breach("I8: the journal is lost")
            return
        boot.found = self.promises.found(record.counter)
        if boot.found is None:
            self._breach(f"I8: journal record {record.counter} is not the newest")
            return
        boot.firing = table(boot.found, "drop_states").find(bytes((drops.FIRING,)))
        if boot.firing >= 0:
            boot.firing_step = table(boot.found, "drop_steps")[boot.firing]
        if not self.promises.found_log(_read(storage, LOG)):
            self._breach("I8: the flight log is not what was flushed")

    def _journalled(self, record):
        now_ms = elapsed_ms(record)
        if now_ms < self._journalled_ms:
            self._breach(f"I9: journalled mission time ran back from {self._journalled_ms} to {now_ms} ms")
        self._journalled_ms = now_ms
        for place in range(len(self._mission.drops)):
            step = table(record, "drop_steps")[place]
            if step and not self._is_wire(place) and (place, step - 1) not in self._confirmed:
                self._confirmed.append((place, step - 1))

    def _is_wire(self, place):
        drop = self._mission.cutdown if place == drops.CUTDOWN else self._mission.drops[place]
        return self._mission.channels[drop.channel].kind == BURN_WIRE

    # Judgement -------------------------------------------------------------------------------------------------

    def clock_error_ms(self):
        """By how much mission time is behind the time since the first start."""
        return (self._clock.now_us - self._origin_us) // 1000 - self._computer.state.elapsed_ms

    def _breach(self, text):
        self.breaches.append(f"{self._clock.now_us // 1000} ms: {text}")

    def _watch(self, computer):
        """Hear of every change of a drop, and of every jump of mission time."""
        news = computer.news
        add_drop = news.add_drop
        mission_time = computer.mission_time
        hear_utc = mission_time.hear_utc
        boot = self.boots[-1]

        def told(place, state, step, attempts):
            self._told(place, state, step, attempts)
            add_drop(place, state, step, attempts)

        def heard(unix_s):
            before_ms = computer.state.elapsed_ms
            answer = hear_utc(unix_s)
            if computer.state.elapsed_ms != before_ms:
                boot.jumps.append((self._clock.now_us, computer.state.elapsed_ms))
                boot.made_up.append((self._clock.now_us, computer.state.elapsed_ms - before_ms))
            return answer

        news.add_drop = told
        mission_time.hear_utc = heard

    def _told(self, place, state, step, attempts):
        self.told.append((self._clock.now_us, place, state, step, attempts))
        # A verdict that did not reach the flash is found once more, and the last word on all occasions is the worst.
        if (place, step) in self._confirmed and state in (drops.DUE, drops.FIRING, drops.FIRED):
            self._breach(f"I3: drop {place}, occasion {step}, became {state} after CONFIRMED")
        # A dispenser stands where it stands: what is not on flash yet may be commanded once more.
        if state == drops.CONFIRMED and self._is_wire(place):
            self._confirmed.append((place, step))
        if attempts > MOST_ATTEMPTS:
            self._breach(f"I2: attempt {attempts} of drop {place}")

    def _rise(self, output):
        if self._computer is None:
            self._breach(f"output {output} went on at a boot")
            return
        state = self._computer.state
        place = self._computer.release.active
        if place is None:
            self._breach(f"output {output} went on out of turn")
            return
        if self._up:
            self._breach(f"output {output} went on with {list(self._up)}")
        drop = self._mission.cutdown if place == drops.CUTDOWN else self._mission.drops[place]
        pulse = Pulse(self._clock.now_us, place, output, state, drop, self._bench.modem.writes)
        first = not self._pulses_of(pulse)
        self._look_at_cooling(pulse)
        self.pulses.append(pulse)
        self._up[output] = pulse
        for text in self._closed(pulse, drop, state):
            self._breach(f"I1: output {output} went on {text}")
        self._look_at_attempt(pulse)
        if first and place != drops.CUTDOWN and drop.after_ms is not None and place not in self._forced:
            self._look_at_due(pulse, drop, state)

    def _pulses_of(self, pulse):
        return [one for one in self.pulses if one.place == pulse.place and one.step == pulse.step]

    def _look_at_cooling(self, pulse):
        """A reset in FIRING: 10 s of cooling, then it goes on."""
        boot = self.boots[-1]
        if pulse.place != boot.firing or pulse.step != boot.firing_step or boot.fired_again:
            return
        boot.fired_again = True
        passed_us = pulse.at_us - boot.at_us
        if self._free_us > boot.at_us:
            return
        self.after_firing_ms.append(passed_us // 1000)
        if not _COOLING_US <= passed_us <= _COOLING_US + _AFTER_BOOT_US:
            self._breach(f"I4: drop {pulse.place} fires again after {passed_us // 1000} ms")

    def _look_at_attempt(self, pulse):
        place = pulse.place
        count = len(self._pulses_of(pulse))
        if not count <= pulse.attempt <= MOST_ATTEMPTS:
            self._breach(f"I2: pulse {count} of drop {place} is called attempt {pulse.attempt}")
        if (place, pulse.step) in self._confirmed:
            self._breach(f"I3: drop {place}, occasion {pulse.step}, was CONFIRMED and pulses again")
        record = self.promises.journal
        if self.promises.failed:
            return
        if (
            table(record, "drop_states")[place] != drops.FIRING
            or table(record, "drop_attempts")[place] != pulse.attempt
            or table(record, "drop_steps")[place] != pulse.step
        ):
            self._breach(f"the intent of drop {place} is not on flash")

    def _fall(self, output, pulse):
        pulse.end_us = self._clock.now_us
        plan = next(one for one in self._mission.channels if one.output == output)
        most_ms = attempt_ms(plan.pulse_ms * 3 // 2 if pulse.softer else plan.pulse_ms, pulse.attempt)
        length_ms = (pulse.end_us - pulse.at_us) // 1000
        if length_ms > most_ms + _LIMIT_MARGIN_MS:
            self._breach(f"I2: output {output} was on for {length_ms} ms")
        if self._bench.modem.writes != pulse.frames:
            self._breach("a frame was sent in a pulse")

    def _closed(self, pulse, drop, state):
        """Why nothing may fire now, by the truth and by the firmware's own gates."""
        now_us = self._clock.now_us
        world = self._bench.world.at(now_us)
        mission = self._mission
        if world.launched_us is None or state.launch_ms is None:
            return ["before the launch"]
        found = []
        place = pulse.place
        least_m = mission.highest_ground_m + (drop.min_agl_m if place == drops.CUTDOWN else mission.min_agl_m)
        falling = world.descending_us is not None
        falling = falling and now_us - max(world.descending_us, self.boots[-1].at_us) > _FALL_US
        since_ms = (now_us - world.launched_us) // 1000
        for wrong, text in (
            (since_ms < mission.not_before_ms - _EARLY_MS, f"{since_ms} ms after the launch"),
            (world.landed_us is not None, "after the landing"),
            (not self._bench.supply.plug_in, "with the plug out"),
            (state.ended or state.elapsed_ms - state.launch_ms >= mission.end_ms, "after the end"),
            (now_us < self._hold_until_us - _LATE_US, "on HOLD"),
            (self._safe and place != drops.CUTDOWN, "on SAFE"),
            (falling and (place == drops.CUTDOWN or not drop.in_descent), "in descent"),
            (world.altitude_mm < (least_m - _SLACK_M) * 1000, f"at {world.altitude_mm // 1000} m"),
        ):
            if wrong:
                found.append(text)
        if place != drops.CUTDOWN:
            if drop.after_ms is not None and place not in self._forced and since_ms < pulse.due_ms - _EARLY_MS:
                found.append(f"{pulse.due_ms - since_ms} ms before its time")
            for index in range(len(mission.areas)):
                points = mission.areas[index].points
                if drop.keep_outs >> index & 1:
                    if contains(points, world.latitude_e7, world.longitude_e7) == INSIDE:
                        found.append("inside a keep-out")
        reasons = self._computer.gates.closed(place, self._clock.ticks_ms())
        if reasons:
            found.append(f"with gates {reasons} closed")
        return found

    def _look_at_due(self, pulse, drop, state):
        """I4: within 1.0 s of due while power holds, within 15 s of a boot, and 10 s more if it was firing."""
        if pulse.deadline_ms is None:
            return
        latest_us = self._came_us(state.launch_ms + pulse.deadline_ms)
        now_us = pulse.at_us
        boot = self.boots[-1]
        most_us = latest_us + _LATE_US
        awake = boot.before is None or latest_us >= boot.at_us + _AFTER_BOOT_US
        if not awake:
            most_us = max(most_us, boot.at_us + _AFTER_BOOT_US + (_COOLING_US if boot.firing >= 0 else 0))
        free_us = self._free_us + _LATE_US
        if self._hold_seen_ms is not None:
            # HOLD ends by mission time, which may be late.
            free_us = max(free_us, self._came_us(self._hold_seen_ms) + _LATE_US)
        if self._over_ms is not None:
            free_us = max(free_us, self._came_us(self._over_ms + self._mission.min_gap_ms) + _LATE_US)
        turns = [at_us for at_us, place, _, _, _ in self.told if place != pulse.place]
        if turns:
            free_us = max(free_us, turns[-1] + _LATE_US)
        if now_us > max(most_us, free_us):
            self._breach(f"I4: drop {pulse.place} fires {(now_us - latest_us) // 1000} ms late")
        if free_us < latest_us:
            if awake:
                self.late_ms.append((now_us - latest_us) // 1000)
            else:
                self.late_after_boot_ms.append((now_us - boot.at_us) // 1000)

    def _came_us(self, mission_ms):
        """When mission time came to this since the last boot; not before the launch was recognised."""
        boot = self.boots[-1]
        at_us, at_ms = boot.built_us, boot.elapsed_ms
        for jump_us, jump_ms in boot.jumps:
            if at_ms + (jump_us - at_us) // 1000 >= mission_ms:
                break
            at_us, at_ms = jump_us, jump_ms
        came_us = at_us + max(0, mission_ms - at_ms) * 1000
        recognised_us = self._clock.now_us if self.recognised_us is None else self.recognised_us
        return max(came_us, recognised_us)


class Boot:
    """One start of the flight computer, in us of true time and ms of mission time."""

    def __init__(self, at_us, cause):
        self.at_us = at_us
        self.cause = cause
        self.before = None
        self.built_us = None
        self.end_us = None
        self.found = None  # the journal record it found
        self.firing = -1  # the place that was FIRING in it,
        self.firing_step = 0  # and its occasion
        self.fired_again = False  # that place, since this start
        self.resumed = False
        self.launched = False
        self.elapsed_ms = 0
        self.jumps = []  # (us, mission time after it)
        self.made_up = []  # (us, by how much)
        self.hangs = []  # (us, us it would last): the processor did not come back
        self.heard_us = self.heard_ms = self.heard_kind = None  # of the first frame
        self.first_error_ms = 0  # how far mission time was behind at the start,
        self.error_ms = 0  # when it was last looked at,
        self.set_us = None  # since GPS time is known again,
        self.set_error_ms = 0  # and at the most since then

    def hung_us(self):
        """For so long of it the processor did not come back."""
        end_us = 1 << 60 if self.end_us is None else self.end_us
        return sum([min(length_us, end_us - at_us) for at_us, length_us in self.hangs])


class Pulse:
    """One time that an output went on."""

    def __init__(self, at_us, place, output, state, drop, frames):
        self.at_us = at_us
        self.end_us = None
        self.released = 0  # of a dispenser, by it
        self.place = place
        self.output = output
        self.step = state.drop_steps[place]
        self.attempt = state.drop_attempts[place]
        self.frames = frames
        self.softer = any(state.brown_outs)
        self.due_ms = 0  # after launch, as its deadline
        self.deadline_ms = None  # there is none for what waits for conditions and is given up at its latest
        if place != drops.CUTDOWN and drop.after_ms is not None:
            self.due_ms = drop.after_ms + self.step * drop.every_ms
            bounded = drop.min_altitude_m is not None or drop.max_altitude_m is not None
            if not (bounded or drop.inside is not None or drop.phases):
                self.deadline_ms = self.due_ms
            elif drop.late == RELEASE and drop.patience_ms is not None:
                self.deadline_ms = self.due_ms + drop.patience_ms


class _Faults:
    """For a reader that counts what it finds damaged."""

    def count(self, number):
        pass


def _read(storage, name):
    try:
        with storage.open(name, "rb") as file:
            return file.read()
    except OSError:
        return b""
