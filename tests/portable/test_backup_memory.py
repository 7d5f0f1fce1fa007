"""The backup's time, gates and pulses allocate nothing once warm: proved with the heap locked, best on 32 bits."""

import gc

import micropython

from firmware.backup_timer.backup_computer import BackupComputer
from firmware.protocol.drops import BACKUP_DONE, BACKUP_READY, BACKUP_RUNNING
from tests.portable.backup_rig import DUE_S, FLOAT_M, PAD_M, plan_bytes
from tests.portable.core_rig import Pin, StillClock
from tests.portable.test_release_memory import Cutter, Fire, Survivor, Timer

# Everything of a pass that comes between the pull pin and the verdict; a barometer's products and files may allocate.
PASSES = ("time", "arming", "ending", "beat", "signals")


class LoopClock(StillClock):
    def sleep_ms(self, ms):
        self.ms += ms


class File:
    """backup.bin, and nothing that is ever written."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self, size):
        return plan_bytes()


class Storage:
    def open(self, name, mode):
        if name == "backup.bin":
            return File()
        raise OSError(2)


class Rail:
    """An ADC behind a divider of three: 4.5 V."""

    def read_u16(self):
        return 29789


class Board:
    MS5611_ADDRESS = 0x77
    adc_reference_mv = 3300
    cutter_divider = logic_divider = (3, 1)

    def __init__(self, cutter):
        self.clock = LoopClock()
        self.storage = Storage()
        self.survivor = Survivor()
        self.cutter = cutter
        self.cutter_rail = self.logic_volts = Rail()
        self.i2c = None
        self.plug_sense = Pin()
        self.plug_sense.level = 1
        self.pull_pin = Pin()
        self.led = Pin()
        self.buzzer = Pin()
        self.heartbeat = Pin()

    def one_shot(self):
        return Timer()

    def start_watchdog(self, timeout_ms):
        return None


class Wire(Cutter):
    """Parts in the second pulse, or not at all."""

    pulses = 2

    def read_u16(self):
        return 0 if self.fire.edges >= self.pulses else 65535


class Flight:
    def __init__(self, pulses):
        wire = Wire()
        wire.pulses = pulses
        self.board = Board(wire)
        self.computer = computer = BackupComputer(self.board)
        self.activities = [one.run for one in computer.loop.activities if one.name in PASSES]
        assert len(self.activities) == len(PASSES)
        self.state = computer.state
        computer.arming.must_unplug = False
        self.passes = 0

    def run(self, passes):
        state = self.state
        computer = self.computer
        clock = self.board.clock
        barometer = computer.barometer
        for _ in range(passes):
            clock.ms += 100
            self.passes += 1
            for run in self.activities:
                run(clock.ms)
            if self.passes % 10 == 1:
                computer.supplies(clock.ms)
            elif self.passes % 10 == 4:
                barometer.pressure_pa = 35600 + self.passes // 10 % 2
                barometer.value_ms = clock.ms
            elif self.passes % 10 == 7:
                computer.estimate(clock.ms)
            state.changed = False


def flown(flight):
    """Ready, the pin pulled, at its float, its time come, pulse after pulse until it is over."""
    state = flight.state
    state.state = BACKUP_READY
    state.pad_pressure_altitude_m = PAD_M
    flight.run(100)
    flight.board.pull_pin.level = 1
    flight.run(60)
    assert state.state == BACKUP_RUNNING
    flight.run(200)
    state.since_ms = DUE_S * 1000 - 1000
    flight.run(500)
    assert state.state == BACKUP_DONE


def test_from_ready_to_done_nothing_is_allocated():
    for pulses, attempts in ((1, 1), (2, 2), (9, 3)):
        flown(Flight(pulses))
        flight = Flight(pulses)
        flight.run(20)
        gc.collect()
        micropython.heap_lock()
        try:
            flown(flight)
        finally:
            micropython.heap_unlock()
        assert flight.state.attempts == attempts and flight.computer.height.known
        assert flight.board.cutter.fire.edges == attempts and flight.board.cutter.enable.level == 0
        assert flight.computer.health.counts[1] == 0


def test_what_is_flown_here_is_a_flight_at_float():
    flight = Flight(1)
    flown(flight)
    assert abs(flight.computer.height.height_m - FLOAT_M) < 50 and flight.state.flown
    assert isinstance(flight.board.cutter.fire, Fire)
