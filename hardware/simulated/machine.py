"""`machine` on simulated wires: the names a board file uses, wired to simulated chips by a `Wiring`.

Behaviour follows MicroPython 1.28 on the RP2040 (docs.micropython.org, library/machine, rp2 quick reference).
"""

from hardware.simulated.random_source import RandomSource
from hardware.simulated.uart import Uart as _Uart

_EIO = 5
_ETIMEDOUT = 110


class BoardReset(BaseException):
    """The board restarts now. Not an Exception: no firmware code may catch it."""


class Wiring:
    """What hangs on which pin and bus of the simulated board."""

    def __init__(self):
        self.uarts = {}  # number -> chip with on_write, on_gap, pump, attach
        self.i2c = {}  # number -> {address: chip with on_write, on_read}
        self.adc = {}  # pin number -> function() -> volts at the pin
        self.inputs = {}  # pin number -> function() -> 0 or 1
        self.outputs = {}  # pin number -> function(level), called on every change of level
        self.duties = {}  # pin number -> function(duty, 0 to 65535) of a PWM; without one `outputs` hears 1 or 0
        self.pulses = {}  # pin number -> function(ns high in each period) of a PWM
        self.on_reset = []  # functions(reset), called when the board has stopped
        self.memory = Memory()  # registers that live through a watchdog reset
        self.i2c_held = False  # SDA held low: every transfer times out
        self.random = RandomSource(0)  # what the board draws goes on over its resets


class Memory:
    """`machine.mem32`, as far as it is wired: the watchdog's scratch registers of an RP2040 (datasheet 4.7.6).

    Besides, what else lives through a watchdog reset: the setting of the calendar clock.
    """

    _SCRATCH0 = 0x4005800C

    def __init__(self):
        self._words = {}
        self.power_on()

    def power_on(self):
        """What they held is gone. A store makes nothing new: all eight are there."""
        self.rtc_setting = None
        for number in range(8):
            self._words[self._SCRATCH0 + 4 * number] = 0

    def __getitem__(self, address):
        return self._words[address]

    def __setitem__(self, address, value):
        if address not in self._words:
            raise KeyError(address)
        self._words[address] = value


class Pin:
    """A GPIO. Edges of an output reach `wiring.outputs`; an undriven pin is an input."""

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2

    def __init__(self, machine, number):
        self.number = number
        self._wiring = machine.wiring
        self._level = 0
        self._driven = False
        self._notify = None
        self.pull = None
        self.pwm = None  # what drives it instead

    def init(self, mode=-1, pull=-1, value=None):
        if pull != -1:
            self.pull = pull
        if mode == -1:
            return
        if self.pwm is not None:
            self.pwm.leave()
            self.pwm = None
        if mode == Pin.OUT:
            self._driven = True
            self._notify = self._wiring.outputs.get(self.number)
            before = self._level
            if value is not None:
                self._level = 1 if value else 0
            if self._level != before and self._notify is not None:
                self._notify(self._level)
        elif mode == Pin.IN:
            self._driven = False
            if self._level and self._notify is not None:
                self._notify(0)
            self._level = 0

    def value(self, level=None):
        if self.pwm is not None:
            return self.pwm.level() if level is None else None
        if level is None:
            if self._driven:
                return self._level
            read = self._wiring.inputs.get(self.number)
            if read is not None:
                return read()
            return 1 if self.pull == Pin.PULL_UP else 0
        level = 1 if level else 0
        if self._driven and level != self._level:
            self._level = level
            if self._notify is not None:
                self._notify(level)

    def __call__(self, level=None):
        return self.value(level)

    def on(self):
        self.value(1)

    def off(self):
        self.value(0)


class _PinFactory:
    IN = Pin.IN
    OUT = Pin.OUT
    OPEN_DRAIN = Pin.OPEN_DRAIN
    PULL_UP = Pin.PULL_UP
    PULL_DOWN = Pin.PULL_DOWN

    def __init__(self, machine):
        self._machine = machine
        self._pins = {}

    def __call__(self, number, mode=-1, pull=-1, value=None):
        pin = self._pins.get(number)
        if pin is None:
            pin = self._pins[number] = Pin(self._machine, number)
        pin.init(mode, pull, value)
        return pin

    def all_low(self):
        for number in sorted(self._pins):
            self._pins[number].init(Pin.IN)


class I2C:
    """A bus of I2C chips; each transfer takes its time on the wire, a held line its time-out."""

    def __init__(self, machine, number):
        self._wiring = machine.wiring
        self._clock = machine.clock
        self._chips = machine.wiring.i2c.get(number, {})
        self._register = bytearray(1)

    def init(self, freq, timeout):
        self._bit9_us = (9000000 + freq - 1) // freq
        self._timeout_us = timeout

    def _chip(self, address, byte_count):
        if self._wiring.i2c_held:
            self._clock.advance(self._timeout_us)
            raise OSError(_ETIMEDOUT)
        chip = self._chips.get(address)
        if chip is None:
            self._clock.advance(self._bit9_us)
            raise OSError(_EIO)
        self._clock.advance(self._bit9_us * byte_count)
        return chip

    def scan(self):
        return sorted(self._chips)

    def writeto(self, address, data, stop=True):
        self._chip(address, 1 + len(data)).on_write(data)
        return len(data)

    def readfrom_into(self, address, buffer, stop=True):
        self._chip(address, 1 + len(buffer)).on_read(buffer)

    def readfrom(self, address, count, stop=True):
        buffer = bytearray(count)
        self.readfrom_into(address, buffer)
        return bytes(buffer)

    def writeto_mem(self, address, register, data, addrsize=8):
        chip = self._chip(address, 2 + len(data))
        chip.on_write(bytes([register]) + bytes(data))

    def readfrom_mem_into(self, address, register, buffer, addrsize=8):
        chip = self._chip(address, 3 + len(buffer))
        self._register[0] = register
        chip.on_write(self._register)
        chip.on_read(buffer)

    def readfrom_mem(self, address, register, count, addrsize=8):
        buffer = bytearray(count)
        self.readfrom_mem_into(address, register, buffer)
        return bytes(buffer)


class ADC:
    """A 12-bit converter, scaled to 16 bits as MicroPython does, 3.3 V full scale."""

    def __init__(self, machine, pin):
        self._volts = machine.wiring.adc.get(pin.number)

    def read_u16(self):
        if self._volts is None:
            return 0
        code = int(self._volts() * 4095 / 3.3 + 0.5)
        code = 0 if code < 0 else 4095 if code > 4095 else code
        return code << 4 | code >> 8


class Timer:
    """A hardware timer: its callback comes at its time whatever the loop is doing."""

    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, clock, board=True):
        self._clock = clock
        self._board = board
        self._event = None

    def init(self, mode=1, period=-1, callback=None, freq=-1):
        self.deinit()
        self._mode = mode
        self._period_us = period * 1000
        self._callback = callback
        self._event = self._clock.call_at(self._clock.now_us + self._period_us, self._fire, self._board)

    def _fire(self):
        if self._mode == Timer.PERIODIC:
            self._event = self._clock.call_at(self._clock.now_us + self._period_us, self._fire, self._board)
        else:
            self._event = None
        self._callback(self)

    def deinit(self):
        if self._event is not None:
            self._clock.cancel(self._event)
            self._event = None


class PWM:
    """A pin driven by duty, of a slice that no other pin uses. The wire hears what changes (Wiring.duties, pulses)."""

    def __init__(self, machine, pin):
        self._pin = pin
        wiring = machine.wiring
        self._on_duty = wiring.duties.get(pin.number)
        self._on_level = wiring.outputs.get(pin.number)
        self._on_pulse = wiring.pulses.get(pin.number)
        self._hz = 0
        self._duty = 0
        self._ns = 0

    def take(self):
        """The pin is this PWM's from now on."""
        pin = self._pin
        if pin.pwm is not self:
            pin.init(Pin.IN)
            pin.pwm = self

    def leave(self):
        """The pin is somebody else's, or the board is off."""
        self._set(0, 0)

    def level(self):
        return 1 if self._duty else 0

    def init(self, freq=-1, duty_u16=-1, duty_ns=-1):
        if freq != -1:
            self.freq(freq)
        if duty_u16 != -1:
            self.duty_u16(duty_u16)
        if duty_ns != -1:
            self.duty_ns(duty_ns)

    def freq(self, hz=None):
        if hz is None:
            return self._hz
        self._hz = hz

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        self._set(duty, duty * 1000000000 // (65535 * self._hz) if duty and self._hz else 0)

    def duty_ns(self, width=None):
        if width is None:
            return self._ns
        duty = width * self._hz * 65535 // 1000000000
        if duty > 65535:
            raise ValueError("duty larger than period")
        self._set(duty, width)

    def deinit(self):
        """The slice stops where it is; the worst of it is high (ports/rp2/machine_pwm.c of MicroPython 1.24)."""
        if self._duty:
            self._set(65535, 1000000000)

    def _set(self, duty, ns):
        before = self._duty
        changed = ns != self._ns
        self._duty = duty
        self._ns = ns
        if duty != before:
            if self._on_duty is not None:
                self._on_duty(duty)
            elif self._on_level is not None and (not duty or not before):
                self._on_level(1 if duty else 0)
        if changed and self._on_pulse is not None:
            self._on_pulse(ns)


class WDT:
    """The watchdog: cannot be stopped; resets the board when it is not fed in time."""

    def __init__(self, machine, timeout):
        if not 0 < timeout <= 8388:
            raise ValueError("timeout exceeds 8388")
        self._machine = machine
        self._clock = machine.clock
        self._timeout_us = timeout * 1000
        self._fed_us = self._clock.now_us
        self._clock.call_at(self._fed_us + self._timeout_us, self._look, machine)

    def feed(self):
        self._fed_us = self._clock.now_us

    def _look(self):
        due_us = self._fed_us + self._timeout_us
        if self._clock.now_us >= due_us:
            self._machine.restart(SimulatedMachine.WDT_RESET)
        self._clock.call_at(due_us, self._look, self._machine)


class RTC:
    """The calendar clock; loses its setting with power, keeps it over a watchdog reset."""

    def __init__(self, machine):
        self._machine = machine

    def datetime(self, value=None):
        if value is not None:
            self._machine.wiring.memory.rtc_setting = (value, self._machine.clock.now_us)
        elif self._machine.wiring.memory.rtc_setting is None:
            return (2021, 1, 1, 4, 0, 0, 0, 0)
        else:
            return self._machine.wiring.memory.rtc_setting[0]


class SimulatedMachine:
    """Stands where the `machine` module stands on a board."""

    PWRON_RESET = 1
    WDT_RESET = 3

    def __init__(self, clock, wiring, cause=PWRON_RESET):
        self.clock = clock
        self.wiring = wiring
        self.uarts = {}
        self._buses = {}
        self._converters = {}
        self._pwms = {}
        self._cause = cause
        self.running = True
        self.mem32 = wiring.memory
        if cause == SimulatedMachine.PWRON_RESET:
            wiring.memory.power_on()
        self.Pin = _PinFactory(self)
        self.Timer = _TimerFactory(clock, self)

    def free_heap(self):
        """Not of `machine` either: nothing here is like a board's."""

    def random_bytes(self, count):
        """Not of `machine`: what a board has from os.urandom, by the seed of the simulation."""
        return bytes([self.wiring.random.below(256) for _ in range(count)])

    def UART(self, number, baudrate=9600, **settings):
        uart = self.uarts.get(number)
        if uart is None:
            uart = self.uarts[number] = _Uart(self.clock, self.wiring.uarts.get(number))
            uart.board = self
        uart.init(baudrate, **settings)
        return uart

    def I2C(self, number, scl=None, sda=None, freq=400000, timeout=50000):
        bus = self._buses.get(number)
        if bus is None:
            bus = self._buses[number] = I2C(self, number)
        bus.init(freq, timeout)
        return bus

    def ADC(self, pin):
        converter = self._converters.get(pin.number)
        if converter is None:
            converter = self._converters[pin.number] = ADC(self, pin)
        return converter

    def PWM(self, pin, **settings):
        pwm = self._pwms.get(pin.number)
        if pwm is None:
            pwm = self._pwms[pin.number] = PWM(self, pin)
        pwm.take()
        pwm.init(**settings)
        return pwm

    def WDT(self, id=0, timeout=5000):
        return WDT(self, timeout)

    def RTC(self):
        return RTC(self)

    def reset_cause(self):
        return self._cause

    def unique_id(self):
        return b"SIMULATE"

    def reset(self):
        self.restart(SimulatedMachine.WDT_RESET)

    def restart(self, cause):
        """Drop every output and leave the firmware at once; the entry point builds the board again."""
        self.running = False
        self.Pin.all_low()
        self.clock.power_off(self)
        reset = BoardReset(cause)
        for stop in self.wiring.on_reset:
            stop(reset)
        raise reset


class _TimerFactory:
    ONE_SHOT = Timer.ONE_SHOT
    PERIODIC = Timer.PERIODIC

    def __init__(self, clock, board):
        self._clock = clock
        self._board = board

    def __call__(self, number=-1, **settings):
        timer = Timer(self._clock, self._board)
        if settings:
            timer.init(**settings)
        return timer
