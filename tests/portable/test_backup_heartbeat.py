"""The heartbeat line, both ends of it: every state arrives, silence is told, and noise says nothing."""

import gc

import micropython

from firmware.drivers.heartbeat import Beat, HeartbeatReader
from firmware.protocol import drops
from hardware.simulated.clock import Clock
from hardware.simulated.random_source import RandomSource
from tests.portable.core_rig import Pin, StillClock

STATES = (
    drops.BACKUP_SAFE,
    drops.BACKUP_READY,
    drops.BACKUP_RUNNING,
    drops.BACKUP_FIRING,
    drops.BACKUP_DONE,
    drops.BACKUP_REFUSED,
)


class Line:
    """Both ends on one line. Each end's passes come 100 ms apart by its own clock, with its own stalls."""

    def __init__(self, shift_ms=0, drift_ppm=0, stalls=None, wrap_in_ms=20000):
        self.pin = Pin()
        self.clock = Clock(wrap_in_ms=wrap_in_ms)
        self.beat = Beat(self.pin, self.clock)
        self.reader = HeartbeatReader(self.pin, self.clock)
        self.heard = []  # (ms, state) of every change
        self._period_us = 100000 + drift_ppm // 10
        self._next_us = shift_ms * 1000
        self._stalls = stalls

    def run(self, seconds, beats=True):
        start_us = self.clock.now_us
        reads_us = start_us
        while reads_us < start_us + seconds * 1000000:
            if self._next_us <= reads_us:
                self._to(self._next_us)
                if beats:
                    self.beat.poll(self.clock.ticks_ms())
                late_us = 1000 * self._stalls.below(110) if self._stalls and not self._stalls.below(20) else 0
                self._next_us += self._period_us + late_us
            else:
                self._to(reads_us)
                self.read()
                reads_us += 100000

    def _to(self, us):
        if us > self.clock.now_us:
            self.clock.advance(us - self.clock.now_us)

    def read(self):
        before = self.reader.state
        self.reader.poll(self.clock.ticks_ms())
        if self.reader.state != before:
            self.heard.append((self.clock.now_us // 1000, self.reader.state))


def test_every_state_arrives_whatever_the_two_boards_passes_and_crystals_do():
    for state in STATES:
        for shift_ms in (0, 30, 50, 99):
            for drift_ppm in (-400, 0, 400):
                line = Line(shift_ms, drift_ppm)
                line.beat.state = state
                line.run(60)
                assert [heard for _, heard in line.heard] == [state], (state, shift_ms, drift_ppm)
                assert line.heard[0][0] <= 14000


def test_a_change_of_state_arrives_within_13_s_and_nothing_else_between():
    line = Line(shift_ms=40)
    told = []
    for state in STATES:
        line.beat.state = state
        told.append(line.clock.now_us // 1000)
        line.run(30)
    assert [heard for _, heard in line.heard] == list(STATES)
    for place in range(len(STATES)):
        assert line.heard[place][0] - told[place] <= 13000


def test_a_frame_spoilt_in_a_change_of_state_is_no_silence():
    line = Line()
    line.beat.state = drops.BACKUP_READY
    line.run(30)
    line.beat.state = drops.BACKUP_RUNNING
    line.run(2)
    line.clock.advance(400000)
    line.run(40)
    assert [heard for _, heard in line.heard] == [drops.BACKUP_READY, drops.BACKUP_RUNNING]


def test_writes_to_flash_on_the_backup_now_and_then_do_not_silence_it():
    line = Line(stalls=RandomSource(7))
    line.beat.state = drops.BACKUP_RUNNING
    line.run(3600)
    assert [heard for _, heard in line.heard] == [drops.BACKUP_RUNNING]


def test_a_backup_that_stops_is_silent_after_ten_seconds_and_back_after_two_frames():
    for level in (0, 1):
        line = Line()
        line.beat.state = drops.BACKUP_READY
        line.run(30)
        assert line.reader.state == drops.BACKUP_READY
        line.pin.level = level
        stopped_ms = line.clock.now_us // 1000
        line.run(20, beats=False)
        assert line.reader.state == drops.BACKUP_SILENT
        # The last frame may have ended a frame's length before.
        assert 10000 - 4200 <= line.heard[-1][0] - stopped_ms <= 10100
        line.run(20)
        assert line.reader.state == drops.BACKUP_READY


def test_without_a_backup_it_is_silent_for_ever_whatever_the_level():
    for level in (0, 1):
        line = Line()
        line.pin.level = level
        line.run(600, beats=False)
        assert line.heard == [] and line.reader.state == drops.BACKUP_SILENT


def test_a_line_that_was_still_for_a_week_of_ticks_says_nothing_by_itself():
    line = Line()
    line.pin.level = 0
    for _ in range(7 * 24 * 60):
        line.clock.advance(60000000)
        line.read()
    assert line.heard == []


def test_one_frame_alone_is_not_believed():
    line = Line()
    line.beat.state = drops.BACKUP_DONE
    line.run(20)
    second_frame_over_ms = line.heard[0][0]
    line = Line()
    line.beat.state = drops.BACKUP_DONE
    line.run((second_frame_over_ms - 300) / 1000)
    line.pin.level = 1
    line.run(30, beats=False)
    assert line.heard == []


def test_noise_never_decodes_as_done_nor_as_anything_else():
    heard = []
    for seed in range(10):
        random = RandomSource(seed)
        line = Line()
        # From a rare spike to a line that is mostly high.
        density = 1 + seed * 6
        for _ in range(36000):
            line.pin.level = 1 if random.below(64) < density else 0
            line.clock.advance(100000)
            line.read()
        heard += [state for _, state in line.heard]
    assert heard == []


def test_noise_in_lengths_that_look_like_pulses_never_decodes_as_done():
    for seed in range(10):
        random = RandomSource(100 + seed)
        line = Line()
        for _ in range(6000):
            line.pin.level = 1
            line.run(0.2, beats=False)
            line.pin.level = 0
            line.run((0.2, 0.2, 0.6, 1.2)[random.below(4)], beats=False)
        # Frames right by chance are rare, two alike in a row rarer still.
        assert drops.BACKUP_DONE not in [state for _, state in line.heard]


def test_noise_on_a_speaking_line_silences_it_and_never_says_another_state():
    random = RandomSource(5)
    line = Line()
    line.beat.state = drops.BACKUP_RUNNING
    line.run(30)
    for _ in range(6000):
        line.run(0.1)
        if not random.below(10):
            # A spike as the reader looks.
            level = line.pin.level
            line.pin.level = 1 - level
            line.read()
            line.pin.level = level
    assert {state for _, state in line.heard} <= {drops.BACKUP_RUNNING, drops.BACKUP_SILENT}
    line.run(30)
    assert line.reader.state == drops.BACKUP_RUNNING


def test_a_state_that_is_none_leaves_the_line_low():
    line = Line()
    line.run(30)
    assert line.pin.edges == 0
    line.beat.state = drops.BACKUP_SAFE
    line.run(30)
    assert line.reader.state == drops.BACKUP_SAFE


def test_both_ends_allocate_nothing_once_warm():
    pin = Pin()
    clock = StillClock()
    beat = Beat(pin, clock)
    reader = HeartbeatReader(pin, clock)
    beat.state = drops.BACKUP_RUNNING

    def work(passes):
        for _ in range(passes):
            clock.ms += 100
            beat.poll(clock.ms)
            reader.poll(clock.ms)

    work(200)
    gc.collect()
    micropython.heap_lock()
    try:
        work(400)
    finally:
        micropython.heap_unlock()
    assert reader.state == drops.BACKUP_RUNNING
