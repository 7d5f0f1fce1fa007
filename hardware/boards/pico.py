"""The Samara board with a Raspberry Pi Pico or Pico 2: pins made safe, buses opened, everything by its name.

MicroPython documentation, "Quick reference for the RP2", 1.24. Nothing here knows whether `machine` is simulated.
"""

from hardware.boards.board import Board
from hardware.boards.cutter import Continuity, Cutter
from hardware.boards.held_bus import free_bus
from hardware.boards.survivor import Survivor
from hardware.pins import pico as pins

RADIO_BAUD = 57600
GPS_BAUD = 9600  # where the search for the receiver's rate begins
I2C_HZ = 400000
FIRE_HZ = 1000  # a hundred steps of a soft start in a tenth of a second, and the shunt's filter smooths it
SERVO_HZ = 50
I2C_TIMEOUT_US = 5000  # a held line costs a pass of the loop no more than this


def make_safe(machine):
    """Drive every output to its safe level. The level is set before the direction, so there is no edge."""
    for gpio, _, _, direction, safe in pins.PINS:
        if direction == pins.OUT and safe is not None:
            machine.Pin(gpio, machine.Pin.OUT, value=safe)


def plug_in(machine):
    """Whether the arming plug is in, before anything is built."""
    return machine.Pin(pins.number("PLUG_SENSE"), machine.Pin.IN).value() == 1


def build(machine, clock, storage=None):
    """The Board; every output is at its safe level before anything else happens. Files lie in "/" unless told."""
    make_safe(machine)
    if storage is None:
        from firmware.drivers.storage import Storage

        storage = Storage("/")
    board = Board("pico", machine, clock, storage)
    board.RADIO_BAUD = RADIO_BAUD
    pin = machine.Pin
    board.cutters = tuple([_cutter(machine, output) for output in range(1, pins.CUTTERS + 1)])
    board.servo = machine.PWM(pin(pins.number("SERVO")), freq=SERVO_HZ, duty_u16=0)
    board.survivor = Survivor(machine.mem32)
    board.cutter_rail = machine.ADC(pin(pins.number("CUTTER_VOLTS")))
    board.cutter_current = machine.ADC(pin(pins.number("CUTTER_CURRENT")))
    board.logic_volts = machine.ADC(pin(pins.number("LOGIC_VOLTS")))
    board.adc_reference_mv = pins.ADC_REFERENCE_MV
    board.cutter_divider = pins.CUTTER_DIVIDER
    board.cutter_ma_per_mv = pins.CUTTER_MA_PER_MV
    board.logic_divider = pins.LOGIC_DIVIDER
    board.plug_sense = pin(pins.number("PLUG_SENSE"), pin.IN)  # 1: the plug is in
    board.break_wire = pin(pins.number("BREAK_WIRE"), pin.IN, pin.PULL_UP)  # 1: pulled out
    board.backup_line = pin(pins.number("BACKUP_LINE"), pin.IN, pin.PULL_UP)
    board.led = pin(pins.number("LED"), pin.OUT, value=0)
    board.buzzer = pin(pins.number("BUZZER"), pin.OUT, value=0)
    scl = pins.number("SENSOR_SCL")
    sda = pins.number("SENSOR_SDA")
    board.i2c_freed = free_bus(pin, clock, scl, sda)
    board.i2c = machine.I2C(0, scl=pin(scl), sda=pin(sda), freq=I2C_HZ, timeout=I2C_TIMEOUT_US)
    board.gps_uart = machine.UART(
        0,
        baudrate=GPS_BAUD,
        tx=pin(pins.number("GPS_TX")),
        rx=pin(pins.number("GPS_RX")),
        rxbuf=2048,
        txbuf=256,
    )
    board.radio_uart = machine.UART(
        1,
        baudrate=RADIO_BAUD,
        tx=pin(pins.number("RADIO_TX")),
        rx=pin(pins.number("RADIO_RX")),
        rxbuf=512,
        txbuf=512,
    )
    board.radio_mode = pin(pins.number("RADIO_MODE"), pin.IN)  # its resistor says: on the air
    return board


def _cutter(machine, output):
    pin = machine.Pin
    enable = pin(pins.number("ENABLE"), pin.OUT, value=0)
    # The pin was driven low by make_safe; a PWM whose duty is 0 drives it low, too: no edge.
    fire = machine.PWM(pin(pins.number("FIRE_%d" % output)), freq=FIRE_HZ, duty_u16=0)
    sense = pin(pins.number("CONTINUITY_%d" % output), pin.IN, pin.PULL_UP)
    return Cutter(output, enable, fire, Continuity(sense))
