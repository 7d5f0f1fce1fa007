"""A rehearsal over USB with the plug out: the real mission through the real release path in fast time, with lamps.

Firing is impossible: no cutter of the board is ever touched. The flight is an obliging one, which is where and how high
the next drop wants it; the journal is the rehearsal's own.
"""

from micropython import const

from firmware.drivers.battery import Battery
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.measurements import Measurements
from firmware.mission import NAME
from firmware.protocol import drops, phases, signals, telemetry
from firmware.protocol.mission import MOST_BYTES, check_outputs, load
from firmware.protocol.mission_plan import BURN_WIRE, IN_ASCENT, IN_FLOAT, MissionError
from firmware.release import channel_life as verdicts
from firmware.release import life
from firmware.release.channel import Channel
from firmware.release.conditions import Conditions
from firmware.release.controller import ReleaseController
from firmware.release.gates import Gates
from firmware.release.motion import Motion
from firmware.release.news import News
from firmware.release.plan import Plan
from firmware.release.termination import Termination
from firmware.signals import Signals

SLOTS = ("rehearsal.0", "rehearsal.1")

_RAIL_MV = const(2500)  # at or above it the plug is in, whatever its sense line says
_PASS_MS = const(100)
_SECOND_MS = const(1000)
_STRIDE_MS = const(10000)  # while nothing is near
_NEAR_MS = const(5000)
_SPEED = const(10)
_STRIDE_TAKES_MS = const(20)
_SIGN_OF_LIFE_MS = const(1800000)  # so often a line at least: whoever waits at the other end gives up on silence
_CLEAR_M = const(500)  # above what the gates ask for

# By the numbers of firmware.protocol.drops; words.py says the same at greater length.
STATES = (
    "waiting",
    "due",
    "firing",
    "fired",
    "confirmed",
    "unconfirmed",
    "failed",
    "skipped",
    "cancelled",
    "aborted",
    "parted_early",
)
REASONS = (
    "not_launched landed ended safe hold plug_out too_early too_low altitude_unknown keep_out position_unknown descent "
    "channel_busy min_gap cooling mission rail_settling out_of_altitude out_of_area out_of_phase holding_for"
).split()


def run(board, say):
    """Rehearse the board's own mission, with the names in it; True when everything was let go."""
    try:
        with board.storage.open(NAME, "rb") as file:
            mission = load(file.read(MOST_BYTES + 1))
        check_outputs(mission, len(board.cutters))
    except OSError:
        say("there is no mission on the board: put one on it")
        return False
    except MissionError as error:
        say(str(error))
        return False
    return rehearse(board, mission, say)


def rehearse(board, mission, say):
    """True when everything that the mission lets go was let go; say(text) takes a line a step."""
    battery = Battery(
        board.logic_volts,
        board.cutter_rail,
        board.clock,
        board.adc_reference_mv,
        board.logic_divider,
        board.cutter_divider,
    )
    battery.measure(board.clock.ticks_ms())
    if _plug_in(board, battery):
        say("the arming plug is in, or the cutters' rail has volts: plug out, then try again")
        return False
    rehearsal = Rehearsal(board, mission, say)
    try:
        while rehearsal.step():
            battery.measure(board.clock.ticks_ms())
            if _plug_in(board, battery):
                say("the plug went in: the rehearsal is over")
                return False
    finally:
        rehearsal.finish()
    return rehearsal.well()


def _plug_in(board, battery):
    rail_mv = battery.cutter_mv
    return board.plug_sense.value() == 1 or (rail_mv is not None and rail_mv >= _RAIL_MV)


class FastClock:
    """The rehearsal's own time, in ms from its launch."""

    def __init__(self):
        self.ms = 0

    def ticks_diff(self, a, b):
        return a - b


class Lamp:
    """In place of a burn wire or a dispenser: the LED and the buzzer say that it would have current now."""

    def __init__(self, signals_player, kind):
        self.one_way = kind == BURN_WIRE
        self.limit_hit = False
        self.current_seen = None
        self._signals = signals_player
        self._whole = True
        self._whole_before = True
        self._lit = False

    def closed(self):
        return self._whole

    def look_before(self):
        self._whole_before = self._whole

    def begin(self, _limit_ms, _position=0, softer=False):
        self._lit = True
        self._signals.show(signals.PULSE)

    def tend(self, _passed_ms):
        pass

    def end(self):
        if self._lit:
            self._lit = False
            self._signals.show(signals.REHEARSAL)
            if self.one_way:
                self._whole = False

    def look_after(self):
        pass

    def verdict(self):
        return verdicts.RELEASED if self._whole_before else verdicts.NO_EVIDENCE


class ObligingFlight:
    """Altitude, position and phase as the drop in focus wants them; what the gates and conditions read."""

    def __init__(self, mission, state):
        self._mission = mission
        self._state = state
        self.altitude_m = self.lowest_m = self.highest_m = 0
        self.seconds_known = 60
        self.vertical_cm_s = None
        self.inside = 0
        self.landing_suspected = False

    def known(self, _now_ms):
        return True

    def oblige(self, plan):
        state = self._state
        place = plan.focus
        self.inside = 0
        phase = phases.ASCENT
        height_m = self._mission.highest_ground_m + self._mission.min_agl_m + _CLEAR_M
        if place is not None and place != drops.CUTDOWN:
            drop = plan.drop(place)
            if state.elapsed_ms >= plan.due_ms[place] - drop.hold_ms - 2 * _STRIDE_MS:
                phase = _phase_of(drop.phases)
                height_m = _within(height_m, drop.min_altitude_m, drop.max_altitude_m)
                if drop.inside is not None:
                    self.inside = 1 << drop.inside
        self.altitude_m = self.lowest_m = self.highest_m = height_m
        state.phase = phase


def _phase_of(mask):
    if not mask or mask & IN_ASCENT:
        return phases.ASCENT
    return phases.FLOAT if mask & IN_FLOAT else phases.DESCENT


def _within(height_m, lowest_m, highest_m):
    if lowest_m is not None:
        height_m = max(height_m, lowest_m)
    return height_m if highest_m is None else min(height_m, highest_m)


class Rehearsal:
    """One flight of the mission. `step` until it is False; then `finish`, and `well` says how it went."""

    def __init__(self, board, mission, say):
        self._mission = mission
        self._say = say
        self._sleep_ms = board.clock.sleep_ms
        self._played_ms = 0
        self._signals = Signals(board.led, board.buzzer)
        self._signals.show(signals.REHEARSAL)
        self.clock = FastClock()
        self.state = state = FlightState()
        state.launch_ms = 0
        state.launch_unix_s = _launch_unix_s(mission)
        self._measured = Measurements(self.clock)
        self._measured.cutter_mv = 2 * _RAIL_MV
        self._measured.rail_ms = 0
        self._flight = flight = ObligingFlight(mission, state)
        self._gates = Gates(mission, state, self._measured, flight, flight, flight)
        self._conditions = Conditions(mission, state, flight, flight)
        self._news = News()
        self._plan = Plan(mission, state)
        self._journal = Journal(self.clock, board.storage, state, mission.hash, Health(self.clock), SLOTS)
        channels = tuple([Channel(self.clock, Lamp(self._signals, one.kind), one) for one in mission.channels])
        self._release = ReleaseController(
            mission,
            self._plan,
            self._gates,
            self._conditions,
            Motion(),
            channels,
            state,
            self._journal,
            self._news,
        )
        self._termination = Termination(mission, state, self._measured, flight, None)
        self._looked_ms = 0
        self._told_ms = 0
        self._over = False
        say("a rehearsal: nothing can fire; an obliging flight, ten times as fast and faster")
        self._tell_line("launch")

    def step(self):
        """One pass of the release path, a tenth of a second or more of flight; False when nothing is left to do."""
        step_ms = self._step_ms()
        self.clock.ms += step_ms
        self.state.elapsed_ms += step_ms
        self._measured.rail_ms = self.clock.ms
        if self.clock.ms - self._looked_ms >= _SECOND_MS:
            self._looked_ms = self.clock.ms
            self._look(self.clock.ms)
        self._release.poll(self.clock.ms)
        if self._journal.wanted:
            self._journal.write(self.clock.ms)
        self._news.take(self._tell)
        self._play(min(step_ms // _SPEED, _STRIDE_TAKES_MS))
        return not self._over

    def _step_ms(self):
        """Tenths of a second while something happens, seconds before it, long strides in between."""
        if self._release.active is not None:
            return _PASS_MS
        left_ms = min(self._plan.soonest_ms, self._mission.end_ms) - self.state.elapsed_ms
        if left_ms <= 0:
            # Due, and held back by something that passes.
            return _SECOND_MS
        if left_ms < _NEAR_MS:
            return _PASS_MS
        return min(left_ms - _NEAR_MS + _PASS_MS, _STRIDE_MS)

    def _look(self, now_ms):
        state = self.state
        self._flight.oblige(self._plan)
        self._gates.watch_rail(now_ms)
        self._conditions.update(now_ms)
        self._termination.link_heard_ms = state.elapsed_ms
        if self._termination.update(now_ms):
            self._tell_line("the end of the flight is due")
            self._release.cutdown_is_due()
        if state.elapsed_ms >= self._mission.end_ms:
            state.ended = True
            self._release.stop(life.TOO_LATE)
            self._tell_line("the end time: nothing fires any more")
            self._over = True
            return
        self._release.look(now_ms)
        if now_ms - self._told_ms >= _SIGN_OF_LIFE_MS and self._plan.focus is not None:
            self._tell_line("%s is next" % self._name(self._plan.focus))
        if self._plan.focus is None and self._release.active is None:
            self._tell_line("nothing is left to let go")
            self._over = True

    def _play(self, ms):
        """Real time, in which LED and buzzer play at their own pace."""
        self._sleep_ms(ms)
        self._played_ms += ms
        while self._played_ms >= _PASS_MS:
            self._played_ms -= _PASS_MS
            self._signals.poll()

    # What is said ----------------------------------------------------------------------------------------------

    def _tell(self, code, subject, detail, argument):
        if code == telemetry.DROP_CHANGED:
            occasion = ""
            if subject != drops.CUTDOWN and self._mission.drops[subject].count > 1:
                occasion = ", occasion %d" % ((argument & 0xFF) + 1)
            self._tell_line("%s%s: %s" % (self._name(subject), occasion, STATES[detail]))
        elif code == telemetry.REASONS_CHANGED:
            held = [REASONS[bit] for bit in range(drops.REASON_BITS) if argument >> bit & 1]
            if held:
                self._tell_line("%s waits: %s" % (self._name(subject), ", ".join(held)))

    def _name(self, place):
        if place == drops.CUTDOWN:
            return "cutdown"
        return self._mission.drops[place].name or "drop %d" % (place + 1)

    def _tell_line(self, text):
        self._told_ms = self.clock.ms
        seconds = self.state.elapsed_ms // 1000
        self._say("%d:%02d:%02d  %s" % (seconds // 3600, seconds // 60 % 60, seconds % 60, text))

    def finish(self):
        """LED and buzzer off."""
        self._signals.show(signals.DARK)
        self._signals.poll()

    def well(self):
        """Whether everything was let go; said aloud."""
        missing = [self._name(place) for place in self._plan.places if self.state.drop_states[place] != drops.CONFIRMED]
        if missing:
            self._say("not let go: " + ", ".join(missing))
        else:
            self._say("everything was let go; nothing has fired")
        return not missing


def _launch_unix_s(mission):
    """A launch that leaves the first drop at a time of day as much room as the mission asks for."""
    first_s = None
    for drop in mission.drops:
        if drop.at_unix_s is not None and (first_s is None or drop.at_unix_s < first_s):
            first_s = drop.at_unix_s
    return None if first_s is None else first_s - mission.not_before_ms // 1000 - 60
