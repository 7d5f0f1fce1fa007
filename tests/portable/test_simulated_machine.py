"""`machine` on simulated wires: pins, buses, timers, watchdog and resets behave as on the board."""

from hardware.boards.pico import build
from hardware.pins import pico as pins
from hardware.simulated.clock import Clock
from hardware.simulated.machine import BoardReset, SimulatedMachine, Wiring


class Chip:
    """An I2C chip of 256 registers."""

    def __init__(self):
        self.registers = bytearray(range(256))
        self.at = 0

    def on_write(self, data):
        self.at = data[0]
        for place in range(1, len(data)):
            self.registers[self.at + place - 1] = data[place]

    def on_read(self, buffer):
        buffer[:] = self.registers[self.at : self.at + len(buffer)]


def made(wiring=None, cause=SimulatedMachine.PWRON_RESET):
    clock = Clock(wrap_in_ms=1000)
    wiring = wiring or Wiring()
    return clock, wiring, SimulatedMachine(clock, wiring, cause)


def test_an_output_tells_its_wire_of_every_change_and_of_nothing_else():
    _clock, wiring, machine = made()
    edges = []
    wiring.outputs[5] = edges.append
    pin = machine.Pin(5, machine.Pin.OUT, value=0)
    assert edges == []
    for level in (0, 1, 1, True, 0, 0):
        pin.value(level)
    assert edges == [1, 0] and pin.value() == 0
    pin.on()
    pin(0)
    assert edges == [1, 0, 1, 0]


def test_the_same_number_is_the_same_pin():
    _, _, machine = made()
    machine.Pin(7, machine.Pin.OUT, value=1)
    assert machine.Pin(7).value() == 1


def test_writing_to_an_input_drives_nothing():
    _, wiring, machine = made()
    edges = []
    wiring.outputs[5] = edges.append
    wiring.inputs[5] = lambda: 0
    pin = machine.Pin(5, machine.Pin.IN)
    pin.value(1)
    assert edges == [] and pin.value() == 0


def test_an_unwired_input_follows_its_pull():
    _, _, machine = made()
    assert machine.Pin(5, machine.Pin.IN, machine.Pin.PULL_UP).value() == 1
    assert machine.Pin(6, machine.Pin.IN, machine.Pin.PULL_DOWN).value() == 0


def test_i2c_reads_and_writes_registers_and_takes_its_time():
    clock, wiring, machine = made()
    wiring.i2c[0] = {0x76: Chip()}
    bus = machine.I2C(0, freq=400000)
    assert bus.scan() == [0x76]
    assert bus.readfrom_mem(0x76, 0x10, 4) == bytes((0x10, 0x11, 0x12, 0x13))
    assert 150 <= clock.now_us <= 200  # seven bytes of nine bits
    bus.writeto_mem(0x76, 0x20, b"\x99\x98")
    buffer = bytearray(3)
    bus.writeto(0x76, b"\x1f")
    bus.readfrom_into(0x76, buffer)
    assert bytes(buffer) == b"\x1f\x99\x98"


def test_an_absent_chip_and_a_held_bus_are_oserrors_and_a_held_bus_takes_its_time_out():
    clock, wiring, machine = made()
    wiring.i2c[0] = {0x76: Chip()}
    bus = machine.I2C(0, timeout=5000)
    for held, least_us in ((False, 1), (True, 5000)):
        wiring.i2c_held = held
        for call in (
            lambda: bus.readfrom_mem(0x77 if not held else 0x76, 0, 2),
            lambda: bus.writeto(0x77 if not held else 0x76, b"1"),
        ):
            before_us = clock.now_us
            failed = False
            try:
                call()
            except OSError:
                failed = True
            assert failed and least_us <= clock.now_us - before_us <= 6000


def test_an_adc_reads_its_volts_and_stays_within_its_range():
    _, wiring, machine = made()
    for volts, least, most in (
        (0.0, 0, 600),
        (1.65, 32000, 33600),
        (3.3, 64900, 65535),
        (9.0, 64900, 65535),
        (-1.0, 0, 600),
    ):
        wiring.adc[26] = lambda: volts
        assert least <= machine.ADC(machine.Pin(26)).read_u16() <= most, volts


def test_a_one_shot_timer_calls_once_and_a_periodic_one_for_ever():
    clock, _, machine = made()
    seen = []
    one = machine.Timer(-1)
    one.init(mode=machine.Timer.ONE_SHOT, period=700, callback=lambda timer: seen.append(("one", clock.now_us)))
    many = machine.Timer(-1)
    many.init(mode=machine.Timer.PERIODIC, period=400, callback=lambda timer: seen.append(("many", clock.now_us)))
    clock.advance(1300000)
    many.deinit()
    clock.advance(5000000)
    assert seen == [("many", 400000), ("one", 700000), ("many", 800000), ("many", 1200000)]


def test_a_timer_that_is_started_again_forgets_its_first_time():
    clock, _, machine = made()
    seen = []
    timer = machine.Timer(-1)
    for period in (500, 2000):
        timer.init(mode=machine.Timer.ONE_SHOT, period=period, callback=lambda timer: seen.append(clock.now_us))
    clock.advance(10000000)
    assert seen == [2000000]


def bitten_at_us(clock):
    try:
        clock.advance(60000000)
    except BoardReset as reset:
        return clock.now_us, reset.args[0]
    return None


def test_a_watchdog_that_is_not_fed_resets_the_board_exactly_in_time():
    clock, _, machine = made()
    dog = machine.WDT(timeout=4000)
    for _ in range(10):
        clock.advance(3900000)
        dog.feed()
    assert bitten_at_us(clock) == (43000000, SimulatedMachine.WDT_RESET)


def test_a_watchdog_takes_no_impossible_time():
    _, _, machine = made()
    for timeout in (8389, 0, -1):
        try:
            machine.WDT(timeout=timeout)
        except ValueError:
            continue
        raise AssertionError(timeout)
    machine.WDT(timeout=8388)


def test_a_reset_drops_outputs_timers_and_the_watchdog():
    clock, wiring, machine = made()
    edges = []
    wiring.outputs[5] = edges.append
    machine.Pin(5, machine.Pin.OUT, value=0).value(1)
    machine.WDT(timeout=1000)
    machine.Timer(-1).init(mode=0, period=500, callback=lambda timer: edges.append("timer"))
    caught = False
    try:
        machine.reset()
    except BoardReset:
        caught = True
    assert caught and edges == [1, 0]
    assert bitten_at_us(clock) is None and edges == [1, 0]


def test_no_exception_handler_of_the_firmware_can_stop_a_reset():
    assert not issubclass(BoardReset, Exception)


def test_the_cause_of_a_reset_is_told():
    assert made(cause=SimulatedMachine.WDT_RESET)[2].reset_cause() == SimulatedMachine.WDT_RESET
    assert made()[2].reset_cause() == SimulatedMachine.PWRON_RESET


def pwm_made(pin=5):
    """A PWM of 1 kHz on a wired pin: (machine, wiring, pwm, what the wire heard)."""
    clock, wiring, machine = made()
    heard = []
    wiring.duties[pin] = heard.append
    pwm = machine.PWM(machine.Pin(pin, machine.Pin.OUT, value=0), freq=1000, duty_u16=0)
    return clock, wiring, machine, pwm, heard


def test_a_pwm_tells_its_wire_of_every_change_of_duty():
    _, _, machine, pwm, heard = pwm_made()
    assert heard == []
    for duty in (1000, 1000, 65535, 0, 0):
        pwm.duty_u16(duty)
        assert pwm.duty_u16() == duty and machine.Pin(5).value() == (1 if duty else 0)
    assert heard == [1000, 65535, 0] and pwm.freq() == 1000


def test_a_wire_that_knows_no_duty_hears_edges():
    _, wiring, machine = made()
    heard = []
    wiring.outputs[5] = heard.append
    pwm = machine.PWM(machine.Pin(5), freq=1000, duty_u16=0)
    for duty in (1000, 65535, 20000, 0, 300):
        pwm.duty_u16(duty)
    assert heard == [1, 0, 1]


def test_a_pwm_says_how_wide_its_pulses_are():
    _, wiring, machine = made()
    widths = []
    wiring.pulses[22] = widths.append
    servo = machine.PWM(machine.Pin(22), freq=50, duty_u16=0)
    servo.duty_ns(1500000)
    servo.duty_ns(1500000)
    servo.duty_u16(65535 // 10)
    servo.duty_ns(0)
    assert widths[0] == 1500000 and abs(widths[1] - 2000000) < 400 and widths[2:] == [0]
    refused = False
    try:
        servo.duty_ns(20001000)
    except ValueError:
        refused = True
    assert refused and servo.duty_ns() == 0


def test_the_same_pin_has_the_same_pwm_and_a_pin_that_is_taken_back_falls():
    _, _, machine, pwm, heard = pwm_made()
    pwm.duty_u16(500)
    assert machine.PWM(machine.Pin(5)) is pwm and heard == [500]
    machine.Pin(5).value(1)
    assert heard == [500], "the level of a pin that a PWM drives is the PWM's"
    pin = machine.Pin(5, machine.Pin.OUT, value=0)
    assert heard == [500, 0] and pin.value() == 0
    pin.value(1)
    assert pin.value() == 1


def test_deinit_of_a_pwm_freezes_the_pin_and_may_freeze_it_high():
    _, _, _, pwm, heard = pwm_made()
    pwm.deinit()
    assert heard == []
    pwm.duty_u16(500)
    pwm.deinit()
    assert heard == [500, 65535]


def test_a_reset_takes_every_pwm_away():
    _, _, machine, pwm, heard = pwm_made()
    pwm.duty_u16(500)
    try:
        machine.reset()
    except BoardReset:
        pass
    assert heard == [500, 0]


def test_scratch_registers_live_through_a_watchdog_reset_and_are_all_there_is_in_memory():
    _, wiring, machine = made()
    machine.mem32[0x40058018] = 12345
    machine.RTC().datetime((2026, 6, 1, 0, 8, 0, 0, 0))
    assert made(wiring, SimulatedMachine.WDT_RESET)[2].RTC().datetime()[0] == 2026
    assert made(wiring, SimulatedMachine.WDT_RESET)[2].mem32[0x40058018] == 12345
    assert made(wiring)[2].mem32[0x40058018] == 0
    assert made(wiring)[2].RTC().datetime()[0] == 2021
    for address in (0x40058008, 0x4005802C):
        refused = False
        try:
            machine.mem32[address] = 1
        except KeyError:
            refused = True
        assert refused


def test_building_the_board_makes_no_edge_and_leaves_every_output_safe():
    clock, wiring, machine = made()
    edges = []
    outputs = [(gpio, safe) for gpio, _, _, direction, safe in pins.PINS if direction == pins.OUT and safe is not None]
    for gpio, _ in outputs:
        wiring.outputs[gpio] = edges.append
    for _ in range(2):
        build(machine, clock, object())
        assert [machine.Pin(gpio).value() for gpio, _ in outputs] == [safe for _, safe in outputs]
    assert len(outputs) >= 4
    assert edges == []
