"""Flash is written when nobody suffers from it: the activity alone, its neighbours said by hand."""

from types import SimpleNamespace

import pytest

from firmware.activities import Activities
from hardware.simulated.clock import Clock

_PARTS = (
    "gps measurements mission_time state battery wide_barometer low_barometer backup signals altitude position arming "
    "launch flight_phase gates conditions motion news plan release termination readiness crew beacon journal "
    "flight_log downlink radio health"
).split()


class Desk:
    def __init__(self, urgent):
        self.clock = Clock()
        self.written = 0
        self.idle, self.quiet_ms, self.pulse = True, 900, False
        parts = SimpleNamespace(**{name: SimpleNamespace() for name in _PARTS}, mission=None)
        parts.state.cutdown_by = 0
        parts.radio.idle = lambda _now_ms: self.idle
        parts.gps.quiet_ms = lambda _now_ms: self.quiet_ms
        parts.journal = SimpleNamespace(wanted=True, urgent=urgent, write=self.write)
        parts.flight_log.wanted = False
        parts.release = SimpleNamespace(pulse_on=lambda: self.pulse)
        self.parts = parts
        board = SimpleNamespace(clock=self.clock, plug_sense=None, break_wire=None, start_watchdog=None)
        self.activities = Activities(parts, board)

    def write(self, _now_ms):
        self.written += 1
        self.parts.journal.wanted = False

    def passes(self, count):
        for _ in range(count):
            self.activities.write(self.clock.ticks_ms())
            self.clock.sleep_ms(100)
        return self.written


@pytest.mark.parametrize("urgent", [False, True])
def test_no_write_ever_breaks_a_frame(urgent):
    desk = Desk(urgent)
    desk.idle, desk.quiet_ms = False, 0
    assert desk.passes(600) == 0
    desk.idle = True
    assert desk.passes(60) == 1


@pytest.mark.parametrize(("urgent", "least_passes", "most_passes"), [(False, 50, 52), (True, 5, 7)])
def test_a_receiver_that_never_rests_delays_a_write_only_so_long(urgent, least_passes, most_passes):
    desk = Desk(urgent)
    desk.quiet_ms = 0
    assert desk.passes(least_passes) == 0 and desk.passes(most_passes - least_passes) == 1


def test_in_a_pulse_nothing_is_written_however_urgent_and_after_it_everything():
    for urgent in (False, True):
        desk = Desk(urgent)
        desk.pulse = True
        assert desk.passes(100) == 0
        desk.pulse = False
        assert desk.passes(60) == 1


def test_quiet_for_a_single_erase_will_do_when_longer_does_not_come():
    desk = Desk(False)
    desk.quiet_ms = 500
    assert desk.passes(25) == 0 and desk.passes(10) == 1
