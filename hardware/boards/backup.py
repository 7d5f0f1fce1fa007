"""The backup board, a second Raspberry Pi Pico or Pico 2: pins made safe, one bus opened, everything by its name.

MicroPython documentation, "Quick reference for the RP2", 1.24. Nothing here knows whether `machine` is simulated.
"""

from hardware.boards.board import Board
from hardware.boards.cutter import Continuity, Cutter
from hardware.boards.held_bus import free_bus
from hardware.boards.survivor import Survivor
from hardware.pins import backup as pins

I2C_HZ = 400000
FIRE_HZ = 1000
I2C_TIMEOUT_US = 5000  # a held line costs a pass of the loop no more than this

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmware.ports import Cutter as CutterPort
    from firmware.ports import Pin


class BackupBoard(Board):
    """What the backup has: of everything one."""

    cutter: "CutterPort"
    pull_pin: "Pin"  # 1: pulled out
    heartbeat: "Pin"


def make_safe(machine):
    """Drive every output to its safe level. The level is set before the direction, so there is no edge."""
    for gpio, _, _, direction, safe in pins.PINS:
        if direction == pins.OUT:
            machine.Pin(gpio, machine.Pin.OUT, value=safe)


def plug_in(machine):
    """Whether the arming plug is in, before anything is built."""
    return machine.Pin(pins.number("PLUG_SENSE"), machine.Pin.IN).value() == 1


def build(machine, clock, storage=None):
    """The board; every output is at its safe level before anything else happens. Files lie in "/" unless told."""
    make_safe(machine)
    if storage is None:
        from firmware.drivers.storage import Storage

        storage = Storage("/")
    board = BackupBoard("backup", machine, clock, storage)
    pin = machine.Pin
    enable = pin(pins.number("ENABLE"), pin.OUT, value=0)
    # The pin was driven low by make_safe; a PWM whose duty is 0 drives it low, too: no edge.
    fire = machine.PWM(pin(pins.number("FIRE")), freq=FIRE_HZ, duty_u16=0)
    sense = pin(pins.number("CONTINUITY"), pin.IN, pin.PULL_UP)
    board.cutter = Cutter(1, enable, fire, Continuity(sense))
    board.survivor = Survivor(machine.mem32)
    board.cutter_rail = machine.ADC(pin(pins.number("CUTTER_VOLTS")))
    board.logic_volts = machine.ADC(pin(pins.number("LOGIC_VOLTS")))
    board.adc_reference_mv = pins.ADC_REFERENCE_MV
    board.cutter_divider = pins.CUTTER_DIVIDER
    board.logic_divider = pins.LOGIC_DIVIDER
    board.plug_sense = pin(pins.number("PLUG_SENSE"), pin.IN)  # 1: the plug is in
    board.pull_pin = pin(pins.number("PULL_PIN"), pin.IN, pin.PULL_UP)  # 1: pulled out
    board.heartbeat = pin(pins.number("HEARTBEAT"), pin.OUT, value=0)
    board.led = pin(pins.number("LED"), pin.OUT, value=0)
    board.buzzer = pin(pins.number("BUZZER"), pin.OUT, value=0)
    scl = pins.number("SENSOR_SCL")
    sda = pins.number("SENSOR_SDA")
    board.i2c_freed = free_bus(pin, clock, scl, sda)
    board.i2c = machine.I2C(0, scl=pin(scl), sda=pin(sda), freq=I2C_HZ, timeout=I2C_TIMEOUT_US)
    return board
