"""The Samara board with a Raspberry Pi Pico or Pico 2: pins made safe, buses opened, everything by its name.

MicroPython documentation, "Quick reference for the RP2", 1.24. Nothing here knows whether `machine` is simulated.
"""

from hardware.pins import pico as pins

RADIO_BAUD = 57600
GPS_BAUD = 9600  # where the search for the receiver's rate begins
I2C_HZ = 400000
I2C_TIMEOUT_US = 5000  # a held line costs a pass of the loop no more than this


def make_safe(machine):
    """Drive every output to its safe level. The level is set before the direction, so there is no edge."""
    for gpio, _, _, direction, safe in pins.PINS:
        if direction == pins.OUT and safe is not None:
            machine.Pin(gpio, machine.Pin.OUT, value=safe)


class Continuity:
    """Whether a wire is whole, read like an ADC: 65535 closed, 0 open. True only while ENABLE and FIRE are both off."""

    def __init__(self, pin):
        self._pin = pin

    def read_u16(self):
        return 0 if self._pin.value() else 65535


class Cutter:
    """One burn-wire output. `enable` is shared by all of them; a pulse needs `enable` and `fire`."""

    def __init__(self, output, enable, fire, continuity):
        self.output = output
        self.name = "burn wire %d" % output
        self.enable = enable
        self.fire = fire
        self.continuity = continuity


class Board:
    """What the flight computer has around it (see docs/boards.md)."""

    RADIO_BAUD = RADIO_BAUD
    MS5611_ADDRESS = 0x77
    BME280_ADDRESS = 0x76

    def __init__(self, machine, clock, storage):
        pin = machine.Pin
        self.name = "pico"
        self.clock = clock
        self.machine = machine
        self.storage = storage
        self.reset_cause = machine.reset_cause()
        self.cutters = tuple([_cutter(pin, output) for output in range(1, pins.CUTTERS + 1)])
        self.cutter_rail = machine.ADC(pin(pins.number("CUTTER_VOLTS")))
        self.cutter_current = machine.ADC(pin(pins.number("CUTTER_CURRENT")))
        self.logic_volts = machine.ADC(pin(pins.number("LOGIC_VOLTS")))
        self.adc_reference_mv = pins.ADC_REFERENCE_MV
        self.cutter_divider = pins.CUTTER_DIVIDER
        self.cutter_ma_per_mv = pins.CUTTER_MA_PER_MV
        self.logic_divider = pins.LOGIC_DIVIDER
        self.plug_sense = pin(pins.number("PLUG_SENSE"), pin.IN)  # 1: the plug is in
        self.break_wire = pin(pins.number("BREAK_WIRE"), pin.IN, pin.PULL_UP)  # 1: pulled out
        self.led = pin(pins.number("LED"), pin.OUT, value=0)
        self.buzzer = pin(pins.number("BUZZER"), pin.OUT, value=0)
        scl = pins.number("SENSOR_SCL")
        sda = pins.number("SENSOR_SDA")
        self.i2c_freed = _free_bus(pin, clock, scl, sda)
        self.i2c = machine.I2C(0, scl=pin(scl), sda=pin(sda), freq=I2C_HZ, timeout=I2C_TIMEOUT_US)
        self.gps_uart = machine.UART(
            0,
            baudrate=GPS_BAUD,
            tx=pin(pins.number("GPS_TX")),
            rx=pin(pins.number("GPS_RX")),
            rxbuf=2048,
            txbuf=256,
        )
        self.radio_uart = machine.UART(
            1,
            baudrate=RADIO_BAUD,
            tx=pin(pins.number("RADIO_TX")),
            rx=pin(pins.number("RADIO_RX")),
            rxbuf=512,
            txbuf=512,
        )

    def one_shot(self):
        """A fresh timer that ends a pulse whatever the loop does: init(mode=ONE_SHOT, period=ms, callback=f)."""
        return self.machine.Timer(-1)

    def start_watchdog(self, timeout_ms):
        """The watchdog, started, 1 to 8388 ms; None while the plug is out: once started it cannot be stopped, and it
        would lock mpremote out.
        """
        if self.plug_sense.value() != 1:
            return None
        return self.machine.WDT(timeout=timeout_ms)

    def make_safe(self):
        make_safe(self.machine)


def build(machine, clock, storage=None):
    """The Board; every output is at its safe level before anything else happens. Files lie in "/" unless told."""
    make_safe(machine)
    if storage is None:
        from firmware.drivers.storage import Storage

        storage = Storage("/")
    return Board(machine, clock, storage)


def _cutter(pin, output):
    enable = pin(pins.number("ENABLE"), pin.OUT, value=0)
    fire = pin(pins.number("FIRE_%d" % output), pin.OUT, value=0)
    sense = pin(pins.number("CONTINUITY_%d" % output), pin.IN, pin.PULL_UP)
    return Cutter(output, enable, fire, Continuity(sense))


def _free_bus(pin, clock, scl, sda):
    """Clock out a chip that a reset caught in mid-answer and that holds SDA low; True when there was one."""
    line = pin(sda, pin.IN, pin.PULL_UP)
    held = False
    for _ in range(9):
        if line.value():
            break
        held = True
        pin(scl, pin.OUT, value=0)
        clock.sleep_us(5)
        pin(scl, pin.IN, pin.PULL_UP)
        clock.sleep_us(5)
    return held
