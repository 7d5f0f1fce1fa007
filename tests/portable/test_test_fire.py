"""A test pulse on the bench: with every safety of it, on a whole simulated board."""

from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.protocol import phases
from firmware.protocol.mission_plan import SERVO
from firmware.release import channel_life as life
from firmware.test_fire import run
from hardware.simulated.bench import Bench
from hardware.simulated.scenarios import FIRST_FLIGHT
from tests.portable.core_rig import mission, unmount
from tests.portable.release_rig import plan_of


class Rig:
    """wires as in a scenario. `lines` is what was said; on_line(text) may do something at it."""

    def __init__(self, wires=((1, 150, 1400), (2, 150, None)), plug_in=False, **settings):
        setup = dict(FIRST_FLIGHT)
        setup["launch_s"] = 1000000
        setup["plug_in_s"] = 0  # a hand decides
        setup["wires"] = wires
        setup.update(settings)
        unmount()
        self.edges = []
        self.bench = Bench(setup, len, self._event)
        self.bench.plug_in = plug_in
        self.board = self.bench.power_on()
        self.mission = mission(drops=((1, 1800000), (2, 1900000)))
        self.lines = []
        self.on_line = None

    def _event(self, what, output=0, level=0):
        if what == "edge":
            self.edges.append((self.bench.clock.now_us // 1000, output, level))

    def say(self, text):
        self.lines.append(text)
        if text.startswith("put the arming plug in"):
            self.bench.plug_in = True
        if self.on_line is not None:
            self.on_line(text)

    def run(self, output=1):
        return run(self.board, self.mission, output, self.say)

    def said(self, part):
        return any(part in line for line in self.lines)

    def safe(self):
        return all(one.enable.value() == 0 and one.fire.duty_u16() == 0 for one in self.board.cutters)


def journalled(rig, change, mark=None):
    """A journal on the board's flash, of a flight whose state `change` has made."""
    state = FlightState()
    change(state)
    journal = Journal(rig.bench.clock, rig.board.storage, state, mark or rig.mission.hash, Health(rig.bench.clock))
    journal.write(0)


def test_a_wire_that_parts_is_fired_once_and_found_to_have_let_go():
    rig = Rig()
    assert rig.run() == life.RELEASED
    assert [(output, level) for _, output, level in rig.edges] == [(1, 1), (1, 0)]
    on_ms = rig.edges[1][0] - rig.edges[0][0]
    assert on_ms <= 4200
    assert rig.said("continuity closed") and rig.said("continuity after it: open") and rig.said("it let go")
    assert rig.said("under load: rail") and not rig.said("current 0 mA")
    assert rig.safe() and rig.board.led.value() == 0 and rig.board.buzzer.value() == 0
    assert rig.lines[-1] == "take the plug out"


def test_a_wire_that_holds_is_told_from_one_that_parts_and_not_fired_again():
    rig = Rig()
    assert rig.run(2) == life.HOLDING
    assert [(output, level) for _, output, level in rig.edges] == [(2, 1), (2, 0)]
    assert rig.said("continuity after it: closed") and rig.said("it did not let go")
    assert rig.safe()


def test_test_fire_asks_for_the_plug_and_counts_ten_seconds_down():
    rig = Rig()
    start_ms = []

    def heard(text):
        if text == "firing in 10 s":
            start_ms.append(rig.bench.clock.now_us // 1000)

    rig.on_line = heard
    rig.run()
    assert rig.lines[0].startswith("put the arming plug in")
    assert [line for line in rig.lines if line.startswith("firing in")] == [
        "firing in %d s" % left for left in range(10, 0, -1)
    ]
    assert rig.edges[0][0] - start_ms[0] >= 10000


def test_the_buzzer_is_heard_in_the_countdown():
    rig = Rig(plug_in=True)
    rises = []
    pin = rig.board.buzzer

    class Heard:
        def value(self, level=None):
            if level is None:
                return pin.value()
            if level:
                rises.append(rig.bench.clock.now_us // 1000)
            pin.value(level)

    rig.board.buzzer = Heard()
    rig.run()
    before_ms = rig.edges[0][0]
    assert len([at_ms for at_ms in rises if at_ms < before_ms]) >= 20


def test_without_the_plug_it_gives_up_after_two_minutes():
    rig = Rig()
    lines = []
    assert run(rig.board, rig.mission, 1, lines.append) == 0
    assert len(lines) == 25 and lines[-1].startswith("the plug did not go in: sense line 0, rail 0 mV")
    assert rig.edges == []


def test_both_keys_are_needed():
    rig = Rig(plug_in=True)
    sense = rig.board.plug_sense

    class Broken:
        def value(self):
            return 0

    rig.board.plug_sense = Broken()
    assert rig.run() == 0 and rig.said("the plug did not go in") and rig.edges == []
    assert sense.value() == 1


def test_the_plug_pulled_in_the_countdown_stops_it():
    rig = Rig()

    def pull(text):
        if text == "firing in 3 s":
            rig.bench.plug_in = False

    rig.on_line = pull
    assert rig.run() == 0
    assert rig.said("the plug came out") and rig.edges == [] and rig.board.led.value() == 0


def test_never_airborne_a_flight_that_was_launched_is_not_tried_on():
    def launched(state):
        state.launch_ms = 5000

    def landed(state):
        state.phase = phases.LANDED

    def ended(state):
        state.ended = True

    for change in (launched, landed, ended):
        rig = Rig(plug_in=True)
        journalled(rig, change)
        assert rig.run() == 0
        assert rig.said("this flight was launched") and rig.edges == []


def test_a_journal_of_another_flight_is_refused_and_one_on_the_ground_is_not():
    rig = Rig(plug_in=True)
    journalled(rig, lambda state: None, b"other flight's hash")
    assert rig.run() == 0 and rig.said("another flight") and rig.edges == []
    rig = Rig(plug_in=True)
    journalled(rig, lambda state: None)
    assert rig.run() == life.RELEASED


def test_a_board_that_climbs_is_not_at_rest_and_nothing_is_fired():
    rig = Rig(plug_in=True, launch_s=0)
    assert rig.run() == 0
    assert rig.said("the height moved") and rig.edges == [] and rig.safe()


def test_without_a_barometer_nothing_says_that_it_is_on_the_ground():
    rig = Rig(plug_in=True)
    rig.bench.wiring.i2c[0].clear()
    assert rig.run() == 0
    assert rig.said("no barometer speaks") and rig.edges == []


def test_an_open_wire_is_no_test():
    rig = Rig(wires=((2, 150, None),), plug_in=True)
    assert rig.run() == 0 and rig.said("output 1 is open") and rig.edges == []


def test_a_wire_that_opens_in_the_countdown_stops_it():
    rig = Rig(plug_in=True)

    class Open:
        def read_u16(self):
            return 0

    def tear(text):
        if text == "firing in 1 s":
            sense.read_u16 = Open().read_u16

    sense = rig.board.cutters[0].continuity
    rig.on_line = tear
    assert rig.run() == 0 and rig.said("output 1 opened in the countdown") and rig.edges == []


def test_a_pulse_that_the_hardware_timer_ended_is_told():
    rig = Rig(wires=((1, 150, None),), plug_in=True)
    sleep_ms = rig.board.clock.sleep_ms
    # A laptop that holds the board up for ten seconds in the pulse.
    rig.board.clock.sleep_ms = lambda ms: sleep_ms(10000 if len(rig.edges) == 1 else ms)
    assert rig.run() == life.HOLDING
    assert rig.said("the hardware timer ended the pulse") and rig.edges[1][0] - rig.edges[0][0] <= 4200


def test_a_dispenser_is_moved_by_one_position():
    plan = plan_of(
        ({"channel": "a", "after_ms": 1800000, "every_ms": 60000, "count": 2},),
        ({"name": "a", "kind": SERVO, "output": 3, "pulse_ms": 1500, "positions_us": (1000, 1300, 1600)},),
    )
    rig = Rig(plug_in=True, servos=((3, 50, (1000, 1300, 1600)),))
    rig.mission = plan
    assert rig.run(3) == life.RELEASED
    assert rig.safe() and len([edge for edge in rig.edges if edge[2]]) == 1


def test_an_output_that_the_mission_does_not_use_and_a_missing_mission_are_refused():
    rig = Rig(plug_in=True)
    assert rig.run(3) == 0 and rig.said("no channel of the mission is on output 3: it uses 1, 2")
    rig.mission = None
    assert rig.run() == 0 and rig.said("no checked mission")
    assert rig.edges == []


def test_whatever_goes_wrong_in_the_pulse_the_current_goes_off():
    rig = Rig(plug_in=True)

    class Interrupted:
        """The ADC of the current, and a person who presses Ctrl-C when there is some."""

        def read_u16(self):
            if rig.edges:
                raise KeyboardInterrupt
            return 0

    rig.board.cutter_current = Interrupted()
    stopped = False
    try:
        rig.run()
    except KeyboardInterrupt:
        stopped = True
    assert stopped and rig.edges == [(rig.edges[0][0], 1, 1), (rig.edges[1][0], 1, 0)] and rig.safe()
