"""What the flight computer has around it, whatever the board: plain parts by their names, wired by a board file."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from firmware.ports import Adc, I2c, Pin, Pwm, Uart
    from firmware.ports import Cutter as CutterPort
    from firmware.ports import Survivor as SurvivorPort


class Board:
    """Everything by its name (docs/boards.md says what hangs on it). A board file's `build` adds
    every part below."""

    MS5611_ADDRESS = 0x77
    BME280_ADDRESS = 0x76
    on_alone: "Callable[[], None] | None" = None  # called when the watchdog starts: nobody works on the board any more

    RADIO_BAUD: int
    cutters: "tuple[CutterPort, ...]"
    cutter_rail: "Adc"
    cutter_current: "Adc"
    logic_volts: "Adc"
    adc_reference_mv: int
    cutter_divider: "tuple[int, int]"
    cutter_ma_per_mv: "tuple[int, int]"
    logic_divider: "tuple[int, int]"
    servo: "Pwm"  # no signal yet; its power is an output's
    survivor: "SurvivorPort"
    plug_sense: "Pin"  # 1: the plug is in
    break_wire: "Pin"  # 1: pulled out
    backup_line: "Pin"  # 1 and still: no backup
    led: "Pin"
    buzzer: "Pin"
    i2c: "I2c"
    i2c_freed: bool  # a chip held the bus and was clocked free
    gps_uart: "Uart"
    radio_uart: "Uart"
    radio_mode: "Pin"  # an input; driven only while a modem is set up (firmware/drivers/modem_setup.py)

    def __init__(self, name, machine, clock, storage):
        self.name = name
        self.machine = machine
        self.clock = clock
        self.storage = storage
        self.reset_cause = machine.reset_cause()
        # What nobody can foretell (on an RP2040 of its ring oscillator), and the bytes of memory that are free. Not
        # methods: whoever keeps one of those keeps this object, which is to go. A simulated machine has its own.
        self.random_bytes = getattr(machine, "random_bytes", None) or _port("os", "urandom")
        self.free_heap = getattr(machine, "free_heap", None) or _port("gc", "mem_free")

    def one_shot(self):
        """A fresh timer that ends a pulse whatever the loop does: init(mode=ONE_SHOT, period=ms, callback=f)."""
        return self.machine.Timer(-1)

    def start_watchdog(self, timeout_ms):
        """The watchdog, started, 1 to 8388 ms; None while the plug is out: once started it cannot be stopped, and it
        would lock mpremote out. From then on the board is alone: `on_alone` is called.
        """
        if self.plug_sense.value() != 1:
            return None
        if self.on_alone is not None:
            self.on_alone()
        return self.machine.WDT(timeout=timeout_ms)


def _port(module, name):
    """A function of the port's own; None where it has none, as CPython has no mem_free."""
    return getattr(__import__(module), name, None)
