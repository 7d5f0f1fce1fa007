"""Rule 1: nothing moves at boot. Wherever the board was and whatever it drove, a reset and a boot make no new edge."""

from hardware.boards.pico import build
from hardware.pins import pico as pins
from hardware.simulated.clock import Clock
from hardware.simulated.machine import BoardReset, SimulatedMachine, Wiring

OUTPUTS = tuple([row[0] for row in pins.PINS if row[3] == pins.OUT and row[4] is not None])


class Boots:
    """A board whose every output pin is listened to. `edges` are (us, gpio, level or duty)."""

    def __init__(self):
        self.clock = Clock()
        self.wiring = Wiring()
        self.edges = []
        for gpio in OUTPUTS:
            self.wiring.outputs[gpio] = self.listener(gpio)
            self.wiring.duties[gpio] = self.listener(gpio)

    def listener(self, gpio):
        return lambda level: self.edges.append((self.clock.now_us, gpio, level))

    def machine(self, cause=SimulatedMachine.PWRON_RESET):
        return SimulatedMachine(self.clock, self.wiring, cause)

    def new(self):
        """The edges since the last time."""
        edges, self.edges = self.edges, []
        return edges


def drive(board, clock):
    """Everything at once, as firmware in flight never does: a soft start, a servo on its way, LED and buzzer."""
    board.led.value(1)
    board.cutters[0].enable.value(1)
    board.servo.duty_ns(1500000)
    for step in range(1, 11):
        for cutter in board.cutters:
            cutter.fire.duty_u16(6553 * step)
        board.buzzer.value(step & 1)
        clock.sleep_ms(3)
    for cutter in board.cutters:
        cutter.fire.duty_u16(0)
    board.cutters[0].enable.value(0)
    clock.sleep_ms(5)


def test_nothing_moves_at_boot_a_reset_at_any_moment_gives_no_output_edge():
    risen = 0
    for moment_ms in range(36):
        it = Boots()
        machine = it.machine()
        board = build(machine, it.clock, object())
        assert it.new() == []
        reset_us = it.clock.now_us + moment_ms * 1000 + 500
        it.clock.call_at(reset_us, lambda: machine.restart(SimulatedMachine.WDT_RESET))
        caught = False
        try:
            drive(board, it.clock)
            it.clock.sleep_ms(10)
        except BoardReset:
            caught = True
        assert caught
        at_reset = [edge for edge in it.new() if edge[0] == reset_us]
        assert all(level == 0 for _, _, level in at_reset), "a reset only takes away"
        risen += len(at_reset)
        for cause in (SimulatedMachine.WDT_RESET, SimulatedMachine.PWRON_RESET):
            board = build(it.machine(cause), it.clock, object())
            it.clock.advance(20000000)
            assert it.new() == [], (moment_ms, cause)
            assert board.servo.duty_u16() == 0 and all(cutter.fire.duty_u16() == 0 for cutter in board.cutters)
    assert risen > 100, "there was something to take away"


class Dying:
    """A machine whose power fails at its n-th call."""

    def __init__(self, machine, calls):
        self._machine = machine
        self._calls = calls

    def __getattr__(self, name):
        part = getattr(self._machine, name)
        if name in ("PWM", "ADC", "I2C", "UART"):
            return self._counted(part)
        return Pins(self, part) if name == "Pin" else part

    def _counted(self, part):
        def call(*arguments, **settings):
            self.count()
            return part(*arguments, **settings)

        return call

    def count(self):
        self._calls -= 1
        if self._calls < 0:
            self._machine.restart(SimulatedMachine.PWRON_RESET)


class Pins:
    def __init__(self, dying, factory):
        self._dying = dying
        self._factory = factory
        self.IN, self.OUT, self.PULL_UP = factory.IN, factory.OUT, factory.PULL_UP

    def __call__(self, *arguments, **settings):
        self._dying.count()
        return self._factory(*arguments, **settings)


def test_nothing_moves_at_boot_when_the_boot_itself_is_cut_anywhere():
    it = Boots()
    cut = 0
    for calls in range(200):
        try:
            build(Dying(it.machine(), calls), it.clock, object())
            break
        except BoardReset:
            cut += 1
        assert it.new() == [], calls
        build(it.machine(), it.clock, object())
        assert it.new() == [], calls
    assert cut > 40
