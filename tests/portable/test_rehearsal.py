"""A rehearsal: the real mission, the real release path, and no way to fire anything."""

from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.protocol import drops, words
from firmware.protocol.mission_plan import SERVO
from firmware.rehearsal import REASONS, SLOTS, STATES, rehearse, run
from hardware.simulated.bench import Bench
from hardware.simulated.scenarios import FIRST_FLIGHT
from tests.portable.core_rig import mission, mission_bytes, unmount
from tests.portable.release_rig import SQUARE, plan_of

MINUTE_MS = 60000


class Untouchable:
    """A cutter of the board that must not even be looked at."""

    def __getattr__(self, name):
        raise AssertionError("a rehearsal touched a cutter: " + name)


class Rig:
    def __init__(self, plan, plug_in=False):
        setup = dict(FIRST_FLIGHT)
        setup["launch_s"] = 1000000
        setup["plug_in_s"] = 0  # a hand decides
        unmount()
        self.edges = []
        self.bench = Bench(setup, len, lambda what, output=0, level=0: self.edges.append((what, output, level)))
        self.bench.plug_in = plug_in
        self.board = self.bench.power_on()
        self.board.cutters = tuple([Untouchable() for _ in self.board.cutters])
        self.board.one_shot = Untouchable()
        self.board.servo = Untouchable()
        self.plan = plan
        self.lines = []
        self.on_line = None

    def say(self, text):
        self.lines.append(text)
        if self.on_line is not None:
            self.on_line(text)

    def run(self):
        return rehearse(self.board, self.plan, self.say)

    def steps(self, name):
        """What became of a drop, in order."""
        return [
            line.split(": ")[1]
            for line in self.lines
            if line[7:].strip().startswith(name) and not line.endswith("next")
        ]

    def at_s(self, part):
        """Seconds after launch of the first line with these words."""
        for line in self.lines:
            if part in line:
                hours, minutes, seconds = line.split(" ")[0].split(":")
                return int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        raise AssertionError(part + " was never said")

    def read(self, name):
        try:
            with self.board.storage.open(name, "rb") as file:
                return file.read()
        except OSError:
            return None


LIFE = ["due", "firing", "fired", "confirmed"]


def test_rehearsal_firing_impossible_and_every_step_is_said():
    rig = Rig(mission(drops=((1, 30 * MINUTE_MS), (2, 40 * MINUTE_MS), (3, 50 * MINUTE_MS))))
    assert rig.run()
    for place in range(3):
        assert rig.steps("d%d" % place) == LIFE
        assert 0 <= (30 + 10 * place) * 60 - rig.at_s("d%d: firing" % place) <= 1
    assert rig.edges == []
    assert rig.lines[-1] == "everything was let go; nothing has fired"


def test_leds_show_it():
    rig = Rig(mission())
    led_ms = buzzer_ms = 0
    sleep_ms = rig.board.clock.sleep_ms

    def look(ms):
        nonlocal led_ms, buzzer_ms
        led_ms += ms * rig.board.led.value()
        buzzer_ms += ms * rig.board.buzzer.value()
        sleep_ms(ms)

    rig.board.clock.sleep_ms = look
    assert rig.run()
    assert led_ms > 500 and buzzer_ms > 300
    assert rig.board.led.value() == 0 and rig.board.buzzer.value() == 0


def test_three_hours_take_less_than_a_minute():
    rig = Rig(mission(drops=((1, 180 * MINUTE_MS),), end_ms=200 * MINUTE_MS))
    start_us = rig.bench.clock.now_us
    assert rig.run()
    assert rig.bench.clock.now_us - start_us < 60 * 1000000
    # Whoever waits for a line hears one in every half hour of it.
    assert len([line for line in rig.lines if line.endswith("d0 is next")]) == 5


def test_rehearsal_refuses_when_the_plug_sense_or_the_rail_says_plug_in():
    class Sense:
        def __init__(self, level):
            self.level = level

        def value(self):
            return self.level

    for is_in, sense in ((True, 1), (True, 0), (False, 1)):
        rig = Rig(mission(), plug_in=is_in)
        rig.board.plug_sense = Sense(sense)
        assert not rig.run()
        assert len(rig.lines) == 1 and "plug out, then try again" in rig.lines[0]


def test_the_plug_that_goes_in_ends_the_rehearsal():
    rig = Rig(mission())

    def put_in(text):
        if text.endswith("d0: firing"):
            rig.bench.plug_in = True

    rig.on_line = put_in
    assert not rig.run()
    assert rig.lines[-1] == "the plug went in: the rehearsal is over"
    assert rig.edges == [] and rig.board.led.value() == 0


def test_a_rehearsal_keeps_its_own_journal():
    rig = Rig(mission())
    state = FlightState()
    journal = Journal(rig.bench.clock, rig.board.storage, state, rig.plan.hash, Health(rig.bench.clock))
    journal.write(0)
    journal.write(0)
    before = [rig.read(name) for name in ("journal.0", "journal.1")]
    assert None not in before
    assert rig.run()
    assert [rig.read(name) for name in ("journal.0", "journal.1")] == before
    assert None not in [rig.read(name) for name in SLOTS]
    # What the flight resumes from is as fresh as before.
    again = FlightState()
    journal = Journal(rig.bench.clock, rig.board.storage, again, rig.plan.hash, Health(rig.bench.clock))
    assert journal.load() and again.launch_ms is None and sum(again.drop_states) == 0


def test_a_rehearsal_can_be_repeated():
    rig = Rig(mission())
    assert rig.run()
    first = list(rig.lines)
    rig.lines[:] = []
    assert rig.run() and rig.lines == first


def test_a_dispenser_lets_go_occasion_by_occasion():
    plan = plan_of(
        ({"channel": "a", "after_ms": 30 * MINUTE_MS, "every_ms": MINUTE_MS, "count": 3},),
        ({"name": "a", "kind": SERVO, "output": 1, "positions_us": (1000, 1200, 1400, 1600)},),
    )
    rig = Rig(plan)
    assert rig.run()
    assert rig.steps("d0") == LIFE + ["waiting"] + LIFE + ["waiting"] + LIFE
    assert rig.at_s("d0, occasion 3: firing") in (32 * 60 - 1, 32 * 60)


def test_the_flight_obliges_every_condition():
    patience = {"patience_ms": 10 * MINUTE_MS}
    for condition in (
        {"min_altitude_m": 15000},
        {"max_altitude_m": 1600},
        {"inside": "there"},
        {"phases": 2, "hold_ms": 30000},
        {"phases": 4, "in_descent": True, "hold_ms": 30000},
        {"phases": 1, "min_altitude_m": 9000, "max_altitude_m": 9500, "hold_ms": MINUTE_MS},
    ):
        drop = {"channel": "a", "after_ms": 30 * MINUTE_MS}
        drop.update(patience)
        drop.update(condition)
        rig = Rig(plan_of((drop,), areas=({"name": "there", "kind": 1, "points": SQUARE},)))
        assert rig.run(), (condition, rig.lines)
        assert rig.steps("d0") == LIFE and rig.at_s("d0: firing") <= 30 * 60 + 2, (condition, rig.lines)


def test_a_drop_at_a_time_of_day_has_its_turn():
    rig = Rig(plan_of(({"channel": "a", "at_unix_s": 1900000000},)))
    assert rig.run() and rig.steps("d0") == LIFE


def test_the_cutdown_ends_the_flight_and_calls_off_what_still_waits():
    plan = plan_of(
        (
            {"channel": "a", "after_ms": 30 * MINUTE_MS},
            {"channel": "b", "after_ms": 90 * MINUTE_MS},
        ),
        cutdown={"channel": "c", "latest_ms": 60 * MINUTE_MS, "lost_link_ms": 30 * MINUTE_MS},
    )
    rig = Rig(plan)
    assert not rig.run()
    assert rig.steps("d0") == LIFE and rig.steps("cutdown") == LIFE and rig.steps("d1") == ["cancelled"]
    assert 3599 <= rig.at_s("cutdown: firing") <= 3602
    assert rig.lines[-1] == "not let go: d1"


def test_a_ceiling_below_what_a_drop_waits_for_ends_the_flight_before_it():
    plan = plan_of(
        ({"channel": "a", "after_ms": 90 * MINUTE_MS, "min_altitude_m": 9000},),
        cutdown={"channel": "c", "latest_ms": 120 * MINUTE_MS, "ceiling_m": 9000},
    )
    rig = Rig(plan)
    assert not rig.run()
    assert rig.at_s("the end of the flight is due") < 90 * 60
    assert rig.steps("cutdown") == LIFE and rig.steps("d0") == ["cancelled"]


def test_what_can_never_fire_is_told_with_its_reasons_until_the_end_time():
    plan = plan_of(({"channel": "a", "after_ms": 30 * MINUTE_MS, "max_altitude_m": 1600, "min_altitude_m": 1500},))
    plan.drops[0].min_altitude_m = 1700  # no height is both
    plan.end_ms = 35 * MINUTE_MS
    rig = Rig(plan)
    assert not rig.run()
    assert [line for line in rig.lines if line.endswith("d0 waits: out_of_altitude")]
    assert rig.at_s("the end time") == 35 * 60
    assert rig.steps("d0")[-1] == "skipped" and rig.lines[-1] == "not let go: d0"


def test_a_wire_that_is_used_twice_has_parted_before_its_second_drop():
    plan = mission(drops=((1, 30 * MINUTE_MS), (2, 40 * MINUTE_MS)))
    plan.drops[1].channel = 0
    rig = Rig(plan)
    assert not rig.run()
    assert rig.steps("d1") == ["due", "firing", "fired", "parted_early"]


def test_a_mission_without_names_is_told_by_numbers():
    plan = mission()
    plan.drops[0].name = None
    rig = Rig(plan)
    assert rig.run() and rig.steps("drop 1") == LIFE


def test_the_mission_on_the_board_is_rehearsed_and_a_missing_or_damaged_one_refused_with_the_reason():
    for data, said in (
        (mission_bytes(), "everything was let go"),
        (None, "there is no mission on the board"),
        (mission_bytes()[:-1], "damaged"),
        (mission_bytes(drops=((4, 1800000),)), "needs output 4"),
    ):
        rig = Rig(None)
        if data is not None:
            with rig.board.storage.open("mission.bin", "wb") as file:
                file.write(data)
        assert run(rig.board, rig.say) == (said == "everything was let go")
        assert said in rig.lines[-1] and rig.edges == []


def test_its_words_are_those_of_the_protocol():
    for number, name, _ in words.DROP_STATES:
        assert STATES[number] == name
    assert len(REASONS) == drops.REASON_BITS == len(words.REASONS)
    for bit, name, _ in words.REASONS:
        assert 1 << REASONS.index(name) == bit
