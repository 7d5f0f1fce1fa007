"""The LED and the buzzer: the table, its playing without allocation, and which row is chosen when."""

import micropython

from firmware import arming as stages
from firmware.crew import Crew
from firmware.flight_state import FlightState
from firmware.protocol import drops, phases, signals
from firmware.protocol.signals import PATTERNS, SLOTS
from firmware.signals import Signals
from tests.portable.core_rig import Pin


def played(player, led, buzzer, passes):
    """What LED and buzzer did, as text: one letter a pass."""
    text = ""
    for _ in range(passes):
        player.poll(0)
        text += ".lbB"[led.level | buzzer.level << 1]
    return text


def rows_as_text(number):
    _, led, buzzer = PATTERNS[number]
    text = ""
    for slot in range(SLOTS - 1, -1, -1):
        text += ".lbB"[(led >> slot & 1) | (buzzer >> slot & 1) << 1]
    return text


def test_every_row_stands_at_its_number_and_fits_into_twenty_slots():
    assert len(PATTERNS) > 12
    for at in range(len(PATTERNS)):
        number, led, buzzer = PATTERNS[at]
        assert number == at
        assert 0 <= led < 1 << SLOTS and 0 <= buzzer < 1 << SLOTS


def test_no_two_signals_look_and_sound_alike():
    seen = []
    for _, led, buzzer in PATTERNS:
        assert (led, buzzer) not in seen
        seen.append((led, buzzer))


def test_only_what_must_be_heard_makes_noise_and_in_flight_it_is_quiet():
    for number in (signals.DARK, signals.GO, signals.NO_GO, signals.ARMED, signals.FLIGHT, signals.DROP_LOST):
        assert PATTERNS[number][2] == 0
    for number in (
        signals.INHIBIT,
        signals.WIRE_ALONE,
        signals.LAUNCH_CANCELLED,
        signals.DOWN,
        signals.TEST_FIRE,
        signals.MISSION_REFUSED,
        signals.PLUG_REFUSED,
    ):
        assert PATTERNS[number][2] > 0


def test_every_signal_is_played_as_the_table_says_again_and_again():
    for number in range(len(PATTERNS)):
        led, buzzer = Pin(), Pin()
        player = Signals(led, buzzer)
        player.show(number)
        assert played(player, led, buzzer, 2 * SLOTS) == rows_as_text(number) * 2


def test_a_new_signal_begins_at_once_and_the_same_one_is_not_disturbed():
    led, buzzer = Pin(), Pin()
    player = Signals(led, buzzer)
    player.show(signals.GO)
    assert played(player, led, buzzer, 3) == rows_as_text(signals.GO)[:3]
    player.show(signals.GO)
    assert played(player, led, buzzer, 17) == rows_as_text(signals.GO)[3:]
    player.show(signals.INHIBIT)
    assert played(player, led, buzzer, 20) == rows_as_text(signals.INHIBIT)


def test_led_and_buzzer_are_off_from_the_first_line():
    led, buzzer = Pin(), Pin()
    led.level = buzzer.level = 1
    Signals(led, buzzer)
    assert led.level == 0 and buzzer.level == 0


def passes(player, count):
    while count:
        player.poll(0)
        count -= 1


def test_playing_and_changing_a_signal_allocate_nothing():
    player = Signals(Pin(), Pin())
    player.show(signals.TEST_FIRE)
    passes(player, 25)
    micropython.heap_lock()
    try:
        passes(player, 45)
        player.show(signals.INHIBIT)
        passes(player, 45)
    finally:
        micropython.heap_unlock()
    assert player.number == signals.INHIBIT


# Which one ---------------------------------------------------------------------------------------------------------


class Arming:
    stage = stages.OUT


class Launch:
    wire_alone = False
    cancelled = False


class Readiness:
    bits = 0


class Rig:
    def __init__(self, mission_ok=True):
        self.state = FlightState()
        self.readiness = Readiness()
        self.arming = Arming()
        self.launch = Launch()
        self.signals = Signals(Pin(), Pin())
        self.crew = Crew(self.signals, self.state, self.readiness, self.arming, self.launch, mission_ok)

    def shown(self, pulse_on=False):
        self.state.elapsed_ms += 1000
        self.crew.update(pulse_on)
        return self.signals.number


def test_the_crew_sees_every_step_of_the_checklist():
    rig = Rig()
    rig.readiness.bits = drops.NO_GPS
    assert rig.shown() == signals.NO_GO
    rig.readiness.bits = 0
    assert rig.shown() == signals.GO
    for stage, number in (
        (stages.REFUSED, signals.PLUG_REFUSED),
        (stages.INHIBIT, signals.INHIBIT),
        (stages.RESTING, signals.RESTING),
        (stages.ARMED, signals.ARMED),
    ):
        rig.arming.stage = stage
        assert rig.shown() == number
    rig.launch.wire_alone = True
    assert rig.shown() == signals.WIRE_ALONE
    rig.launch.wire_alone = False
    rig.state.launch_ms = rig.state.elapsed_ms
    rig.state.phase = phases.ASCENT
    assert rig.shown() == signals.FLIGHT
    assert rig.shown(True) == signals.PULSE
    assert rig.shown() == signals.FLIGHT
    rig.state.phase = phases.LANDED
    assert rig.shown() == signals.DOWN


def test_a_refused_mission_is_shown_whatever_the_plug_does():
    for stage in (stages.OUT, stages.REFUSED):
        rig = Rig(mission_ok=False)
        rig.arming.stage = stage
        assert rig.shown() == signals.MISSION_REFUSED


def test_a_no_go_after_the_plug_is_in_does_not_hide_the_stage():
    rig = Rig()
    rig.readiness.bits = drops.NO_GPS
    rig.arming.stage = stages.INHIBIT
    assert rig.shown() == signals.INHIBIT


def test_a_cancelled_launch_is_audible_for_a_minute():
    rig = Rig()
    rig.arming.stage = stages.RESTING
    rig.launch.cancelled = True
    assert rig.shown() == signals.LAUNCH_CANCELLED
    rig.launch.cancelled = False
    for _ in range(59):
        assert rig.shown() == signals.LAUNCH_CANCELLED
    assert rig.shown() == signals.RESTING


def test_a_drop_that_was_lost_is_shown_for_a_minute_each():
    for lost in (drops.FAILED, drops.SKIPPED, drops.ABORTED, drops.PARTED_EARLY):
        rig = Rig()
        rig.state.launch_ms = 0
        rig.state.drop_states[0] = drops.CONFIRMED
        assert rig.shown() == signals.FLIGHT
        for place in (1, drops.CUTDOWN):
            rig.state.drop_states[place] = lost
            for _ in range(60):
                assert rig.shown() == signals.DROP_LOST
            assert rig.shown() == signals.FLIGHT


def test_an_ended_flight_is_a_beacon():
    rig = Rig()
    rig.state.launch_ms = 0
    rig.state.phase = phases.DESCENT
    rig.state.ended = True
    assert rig.shown() == signals.DOWN
