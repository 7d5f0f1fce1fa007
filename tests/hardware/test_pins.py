"""The Pico's pin table against the chip, the header and the rules of two keys; and the board file that reads it."""

import re
from pathlib import Path

import pytest

from firmware.protocol import mission_rules
from hardware.boards import pico as board_file
from hardware.pins import pico as pins
from hardware.pins import pico_notes
from hardware.simulated.clock import Clock
from hardware.simulated.machine import Pin, SimulatedMachine, Wiring

# Raspberry Pi Pico Datasheet, figure 2: what each pin of the header is, pin 1 first.
HEADER = (
    "GP0 GP1 GND GP2 GP3 GP4 GP5 GND GP6 GP7 GP8 GP9 GND GP10 GP11 GP12 GP13 GND GP14 GP15 "
    "GP16 GP17 GND GP18 GP19 GP20 GP21 GND GP22 RUN GP26 GP27 GND GP28 VREF 3V3 3V3EN GND VSYS VBUS"
).split()
BY_NAME = {name: gpio for gpio, name, _, _, _ in pins.PINS}
KEYS = [name for name in BY_NAME if name == "ENABLE" or name.startswith("FIRE_")]


def chip_functions(gpio):
    """RP2040 Datasheet, table 2: what a GPIO can be, for the functions we use."""
    uart = ("TX", "RX", None, None)[gpio % 4]
    functions = {"GPIO", f"I2C{gpio // 2 % 2} {'SCL' if gpio % 2 else 'SDA'}"}
    if uart:
        functions.add(f"UART{(gpio + 4) // 8 % 2} {uart}")
    functions.add(f"PWM{gpio // 2 % 8} {'B' if gpio % 2 else 'A'}")
    if gpio >= 26:
        functions.add(f"ADC{gpio - 26}")
    return functions


def wires(wiring):
    """Record every edge on every pin of the board."""
    edges = []
    for gpio in range(30):
        wiring.outputs[gpio] = lambda level, gpio=gpio: edges.append((gpio, level))
    return edges


def test_every_gpio_and_every_name_is_used_once():
    assert len({row[0] for row in pins.PINS}) == len(pins.PINS)
    assert len(BY_NAME) == len(pins.PINS)
    assert [row[0] for row in pins.PINS] == sorted(row[0] for row in pins.PINS)


def test_every_pin_can_do_on_the_chip_what_the_table_says():
    for gpio, name, function, direction, safe in pins.PINS:
        assert function in chip_functions(gpio), name
        assert gpio <= 22 or gpio in (26, 27, 28, 29), f"{name}: GPIO 23 to 25 are not on the header"
        assert (safe is None) == (direction != pins.OUT or function.startswith("UART")), name


def test_every_pwm_has_a_slice_of_its_own_for_a_slice_has_one_frequency():
    slices = [function.split()[0] for _, _, function, _, _ in pins.PINS if function.startswith("PWM")]
    assert len(slices) == pins.CUTTERS + 1 and len(set(slices)) == len(slices)


def test_the_servo_signal_is_no_key_and_stands_between_ground_and_run():
    place = HEADER.index(f"GP{BY_NAME['SERVO']}")
    assert {HEADER[place - 1], HEADER[place + 1]} == {"GND", "RUN"}


def test_safe_is_low_because_a_pin_is_low_until_the_board_file_runs():
    assert {name: safe for _, name, _, _, safe in pins.PINS if safe} == {}


def test_no_solder_bridge_joins_two_keys_or_a_key_and_a_supply():
    used = {f"GP{gpio}": name for gpio, name, _, _, _ in pins.PINS}
    for name in KEYS:
        place = HEADER.index(f"GP{BY_NAME[name]}")
        assert place not in (0, 19, 20, 39), f"{name}: the ends of the header have one neighbour, and the board's edge"
        beside = [HEADER[place - 1], HEADER[place + 1]]
        assert "GND" in beside, name
        for other in beside:
            assert other == "GND" or (other.startswith("GP") and other not in used), name
    rows = {name: HEADER.index(f"GP{BY_NAME[name]}") // 20 for name in KEYS}
    assert rows["ENABLE"] not in {rows[name] for name in KEYS if name != "ENABLE"}


def test_every_pin_has_a_note_and_every_key_its_resistor():
    notes = {name: must for name, _, must in pico_notes.NOTES}
    assert list(notes) == [row[1] for row in pins.PINS]
    for name in KEYS:
        assert "8.2 kOhm or less to ground" in notes[name]


def test_there_is_a_fire_and_a_continuity_pin_for_each_output_that_a_mission_may_name():
    assert 1 <= pins.CUTTERS <= mission_rules.MOST_CHANNELS
    for output in range(1, pins.CUTTERS + 1):
        assert pins.number(f"FIRE_{output}") != pins.number(f"CONTINUITY_{output}")
    with pytest.raises(KeyError):
        pins.number(f"FIRE_{pins.CUTTERS + 1}")


def test_building_the_board_makes_no_edge_on_any_output():
    wiring = Wiring()
    edges = wires(wiring)
    machine = SimulatedMachine(Clock(), wiring)
    board_file.build(machine, machine.clock)
    assert edges == []
    for name in (*KEYS, "LED", "BUZZER", "SERVO"):
        assert machine.Pin(BY_NAME[name]).value() == 0, name


def test_the_mode_of_the_radio_is_left_to_its_resistor():
    machine = Recorder(SimulatedMachine(Clock(), Wiring()))
    board = board_file.build(machine, machine._real.clock)
    gpio = BY_NAME["RADIO_MODE"]
    assert [call for call in machine.calls if call[0] == "Pin" and call[1][0] == gpio] == [("Pin", (gpio, Pin.IN), {})]
    machine._real.wiring.inputs[gpio] = lambda: 1
    assert board.radio_mode.value() == 1
    beside = HEADER.index(f"GP{gpio}")
    assert not {HEADER[beside - 1], HEADER[beside + 1]} & {f"GP{BY_NAME[name]}" for name in KEYS}


def test_a_reset_in_a_pulse_only_takes_the_current_away_and_building_again_adds_no_edge():
    wiring = Wiring()
    edges = wires(wiring)
    machine = SimulatedMachine(Clock(), wiring)
    board = board_file.build(machine, machine.clock)
    board.cutters[1].enable.value(1)
    board.cutters[1].fire.duty_u16(20000)
    board.cutters[1].fire.duty_u16(65535)
    board.servo.duty_ns(1500000)
    assert edges == [(BY_NAME["ENABLE"], 1), (BY_NAME["FIRE_2"], 1), (BY_NAME["SERVO"], 1)]
    edges.clear()
    machine.Pin.all_low()
    assert sorted(edges) == [(BY_NAME["FIRE_2"], 0), (BY_NAME["ENABLE"], 0), (BY_NAME["SERVO"], 0)]
    edges.clear()
    again = SimulatedMachine(machine.clock, wiring, SimulatedMachine.WDT_RESET)
    assert board_file.build(again, again.clock).reset_cause == SimulatedMachine.WDT_RESET
    assert edges == []


class Recorder:
    """A machine that notes what is asked of it, in order, before handing out a simulated one's parts."""

    def __init__(self, real):
        self._real = real
        self.calls = []

    def __getattr__(self, name):
        part = getattr(self._real, name)
        if name == "Pin":
            return RecordedPins(part, self.calls)
        return self._noted(name, part) if callable(part) else part

    def _noted(self, name, part):
        def call(*arguments, **settings):
            self.calls.append((name, arguments, settings))
            return part(*arguments, **settings)

        return call


class RecordedPins:
    IN, OUT, PULL_UP, PULL_DOWN = Pin.IN, Pin.OUT, Pin.PULL_UP, Pin.PULL_DOWN

    def __init__(self, factory, calls):
        self._factory = factory
        self._calls = calls

    def __call__(self, *arguments, **settings):
        self._calls.append(("Pin", arguments, settings))
        return self._factory(*arguments, **settings)


def test_the_outputs_are_made_safe_before_anything_else_and_never_without_their_level():
    simulated = SimulatedMachine(Clock(), Wiring())
    machine = Recorder(simulated)
    board_file.build(machine, simulated.clock)
    outputs = [gpio for gpio, _, _, direction, safe in pins.PINS if direction == pins.OUT and safe is not None]
    first = machine.calls[: len(outputs)]
    assert first == [("Pin", (gpio, Pin.OUT), {"value": 0}) for gpio in outputs]
    for name, arguments, settings in machine.calls:
        if name == "PWM":
            assert settings["duty_u16"] == 0
            assert ("Pin", (arguments[0].number, Pin.OUT), {"value": 0}) in first, "driven low before"
        # SCL alone is pulled low by hand, to free a held bus.
        if name == "Pin" and len(arguments) > 1 and arguments[1] == Pin.OUT:
            assert settings == {"value": 0}, arguments


def test_the_buses_are_opened_on_their_pins_with_room_and_time_out():
    simulated = SimulatedMachine(Clock(), Wiring())
    machine = Recorder(simulated)
    board = board_file.build(machine, simulated.clock)
    calls = {(name, arguments[0]): settings for name, arguments, settings in machine.calls if name in ("UART", "I2C")}
    gps, radio, sensors = calls["UART", 0], calls["UART", 1], calls["I2C", 0]
    assert (gps["tx"].number, gps["rx"].number, gps["rxbuf"]) == (0, 1, 2048)
    assert (radio["tx"].number, radio["rx"].number, radio["rxbuf"], radio["txbuf"]) == (8, 9, 512, 512)
    assert radio["baudrate"] == board.RADIO_BAUD == 57600
    assert (sensors["sda"].number, sensors["scl"].number, sensors["freq"]) == (4, 5, 400000)
    assert 0 < sensors["timeout"] <= 10000


def test_a_chip_that_holds_the_bus_after_a_reset_is_clocked_free():
    wiring = Wiring()
    machine = Recorder(SimulatedMachine(Clock(), wiring))
    clock = machine._real.clock

    def held_for(clocks):
        def level():
            low = [call for call in machine.calls if call == ("Pin", (5, Pin.OUT), {"value": 0})]
            return 1 if len(low) >= clocks else 0

        machine.calls.clear()
        wiring.inputs[4] = level

    held_for(7)
    assert board_file.build(machine, clock).i2c_freed
    assert len([call for call in machine.calls if call[1] == (5, Pin.OUT)]) == 7
    held_for(1000)
    assert board_file.build(machine, clock).i2c
    held_for(0)
    assert not board_file.build(machine, clock).i2c_freed


def test_inputs_read_as_their_wires_say():
    wiring = Wiring()
    machine = SimulatedMachine(Clock(), wiring)
    levels = {BY_NAME["PLUG_SENSE"]: 0, BY_NAME["BREAK_WIRE"]: 0, BY_NAME["CONTINUITY_3"]: 0}
    for gpio in levels:
        wiring.inputs[gpio] = lambda gpio=gpio: levels[gpio]
    volts = {"CUTTER_VOLTS": 1.5, "CUTTER_CURRENT": 2.0, "LOGIC_VOLTS": 1.1}
    for name, value in volts.items():
        wiring.adc[BY_NAME[name]] = lambda value=value: value
    board = board_file.build(machine, machine.clock)
    assert (board.plug_sense.value(), board.break_wire.value()) == (0, 0)
    assert [cutter.continuity.read_u16() for cutter in board.cutters] == [0, 0, 65535]
    assert [cutter.output for cutter in board.cutters] == [1, 2, 3]
    times, over = board.cutter_divider
    millivolts = board.cutter_rail.read_u16() * board.adc_reference_mv * times // over // 65535
    assert abs(millivolts - 4500) < 10
    times, over = board.logic_divider
    assert abs(board.logic_volts.read_u16() * board.adc_reference_mv * times // over // 65535 - 3300) < 10
    times, over = board.cutter_ma_per_mv
    assert abs(board.cutter_current.read_u16() * board.adc_reference_mv * times // over // 65535 - 2000) < 10
    levels[BY_NAME["PLUG_SENSE"]] = levels[BY_NAME["CONTINUITY_3"]] = 1
    assert board.plug_sense.value() == 1
    assert board.cutters[2].continuity.read_u16() == 0


def test_without_its_wire_an_input_reads_as_the_cautious_case():
    machine = SimulatedMachine(Clock(), Wiring())
    board = board_file.build(machine, machine.clock)
    assert board.plug_sense.value() == 0, "no plug"
    assert board.break_wire.value() == 1
    assert board.backup_line.value() == 1
    assert board.survivor.read() is None
    assert board.cutters[0].continuity.read_u16() == 0, "no wire to be cut"


def test_the_watchdog_runs_only_with_the_plug_in_so_that_a_board_on_the_bench_can_be_reached():
    wiring = Wiring()
    machine = SimulatedMachine(Clock(), wiring)
    assert board_file.build(machine, machine.clock).start_watchdog(4000) is None
    wiring.inputs[BY_NAME["PLUG_SENSE"]] = lambda: 1
    board = board_file.build(machine, machine.clock)
    assert board.start_watchdog(4000) is not None
    with pytest.raises(ValueError, match="8388"):
        board.start_watchdog(8389)


def test_the_outputs_have_the_frequencies_that_they_need():
    simulated = SimulatedMachine(Clock(), Wiring())
    machine = Recorder(simulated)
    board = board_file.build(machine, simulated.clock)
    rates = {arguments[0].number: settings["freq"] for name, arguments, settings in machine.calls if name == "PWM"}
    assert rates == {BY_NAME[name]: 1000 for name in KEYS if name != "ENABLE"} | {BY_NAME["SERVO"]: 50}
    assert board.servo.duty_u16() == 0


def test_the_pulse_limit_timer_fires_by_itself():
    machine = SimulatedMachine(Clock(), Wiring())
    board = board_file.build(machine, machine.clock)
    fired = []
    timer = board.one_shot()
    timer.init(mode=0, period=100, callback=fired.append)
    assert board.one_shot() is not timer
    machine.clock.sleep_ms(99)
    assert fired == []
    machine.clock.sleep_ms(1)
    assert fired == [timer]


def test_files_lie_in_the_root_unless_another_storage_is_given():
    machine = SimulatedMachine(Clock(), Wiring())
    storage = object()
    assert board_file.build(machine, machine.clock, storage).storage is storage
    with board_file.build(machine, machine.clock).storage.open("bin/sh", "rb") as file:
        assert file.read(64) == Path("/bin/sh").read_bytes()[:64]


def test_the_board_file_names_no_gpio_by_number():
    text = Path(board_file.__file__).read_text(encoding="utf-8")
    assert re.findall(r"pin\(\s*\d", text.lower()) == []
