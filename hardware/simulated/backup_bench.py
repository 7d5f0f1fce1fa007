"""The independent backup beside a bench: a second simulated board in the same world and the same flight."""

from firmware.protocol.backup_plan import NAME
from hardware.boards.backup import build
from hardware.pins import backup as pins
from hardware.simulated import file_system
from hardware.simulated.backup_clock import BackupClock
from hardware.simulated.battery import SimulatedBattery
from hardware.simulated.burn_wire import BurnWire
from hardware.simulated.cutter_supply import CutterSupply
from hardware.simulated.flash import Flash
from hardware.simulated.machine import BoardReset, SimulatedMachine, Wiring
from hardware.simulated.ms5611 import Ms5611Chip
from hardware.simulated.random_source import RandomSource

OUTPUT = 9  # its number in traces and events; the primary has 1 to 4
_MS5611_ADDRESS = 0x77
_PASS_US = 100000
_BOOT_US = 1200000
_BLOCKS = 16
_MOUNT_POINT = "/backup"

# What setup["backup"] may say, and what holds otherwise.
DEFAULTS = {
    "drift_ppm": 0,
    "wrap_in_ms": 2000000,
    "plug_in_s": 20,
    "parts_after_ms": 1600,  # of full current; None: never
}


class BackupBench:
    """Its program runs a pass every 100 ms from events of the bench's clock. `computer` is the program, None while the
    board is off; `boots` counts its starts.

    bench: has clock, trace and world. on_event(what, output, level): hears "parted" and "edge" of output 9. plan_bytes:
    backup.bin, or None. Faults: `hang`, `off`, `hold_in_reset`, `let_go`, `die`, and the attributes of `wire`,
    `barometer`, `battery`, `flash`; `pull_pin_out` (True or False whatever the world does), `plug_in`.
    """

    def __init__(self, bench, setup, plan_bytes, on_event):
        own = dict(DEFAULTS)
        own.update(setup.get("backup", {}))
        self._shared = bench.clock
        self._world = bench.world
        self._on_event = on_event
        self.clock = BackupClock(self._shared, own["wrap_in_ms"], own["drift_ppm"], self._restart)
        self._period_us = _PASS_US * 1000000 // (1000000 + own["drift_ppm"])
        self.flash = Flash(self.clock, _Untraced(), _BLOCKS)
        self.barometer = Ms5611Chip(self.clock, _Now(self._shared, self._world))
        self.battery = SimulatedBattery(self._shared, self._world, cells=3)
        self.supply = CutterSupply(self._shared, self.battery)
        self.wiring = Wiring()
        self.pull_pin_out = None
        self.computer = None
        self.boots = 0
        self._board = None
        self._level = 0
        self._event = None
        self._hangs_until_us = 0
        self._formatted = False
        self._wire_up(bench, setup, own)
        self._start(SimulatedMachine.PWRON_RESET, plan_bytes)

    def _wire_up(self, bench, setup, own):
        wiring = self.wiring
        supply = self.supply
        # The wire finds its pins by the primary's table: on a board of its own they are taken over from there.
        apart = Wiring()
        random = RandomSource(setup["seed"] + 3000)
        self.wire = BurnWire(
            self._shared, bench.trace, apart, supply, 1, own["parts_after_ms"], self._parted, self._edge, random
        )
        self.wire.output = OUTPUT
        for listeners, theirs in ((wiring.duties, apart.duties), (wiring.outputs, apart.outputs)):
            for listener in theirs.values():
                listeners[pins.number("FIRE")] = listener
        wiring.inputs[pins.number("CONTINUITY")] = self.wire.continuity_level
        wiring.outputs[pins.number("ENABLE")] = supply.set_enable
        wiring.outputs[pins.number("HEARTBEAT")] = self._set_line
        wiring.inputs[pins.number("PULL_PIN")] = self._pull_pin
        wiring.inputs[pins.number("PLUG_SENSE")] = lambda: 1 if supply.plug_in else 0
        wiring.adc[pins.number("CUTTER_VOLTS")] = supply.rail_volts()
        logic = SimulatedBattery(self._shared, self._world, cells=3)
        wiring.adc[pins.number("LOGIC_VOLTS")] = logic.pin_volts(*pins.LOGIC_DIVIDER)
        wiring.i2c[0] = {_MS5611_ADDRESS: self.barometer}
        wiring.on_reset.append(self.flash.power_off)
        supply.set_plug(own["plug_in_s"] == 0)
        if own["plug_in_s"]:
            self._shared.call_at(own["plug_in_s"] * 1000000, lambda: supply.set_plug(True))

    # The wires --------------------------------------------------------------------------------------------------

    def line(self):
        """The level of the heartbeat at the primary's pin, which pulls it up while nobody drives it."""
        return self._level if self.computer is not None else 1

    @property
    def plug_in(self):
        """Whether its arming plug is in; may be set."""
        return self.supply.plug_in

    @plug_in.setter
    def plug_in(self, plug_in):
        self.supply.set_plug(plug_in)

    def _set_line(self, level):
        self._level = level

    def _pull_pin(self):
        if self.pull_pin_out is None:
            return 1 if self._world.launched_us is not None else 0
        return 1 if self.pull_pin_out else 0

    def _parted(self, output):
        self._world.at(self._shared.now_us).cut_down()
        self._on_event("parted", output, 0)

    def _edge(self, output, level):
        self._on_event("edge", output, level)

    # The board --------------------------------------------------------------------------------------------------

    def _start(self, cause, plan_bytes=None):
        from firmware.backup_timer.backup_computer import BackupComputer

        self.clock.begin()
        storage = file_system.mount(self.flash, not self._formatted, _MOUNT_POINT)
        self._formatted = True
        if plan_bytes is not None:
            with storage.open(NAME, "wb") as file:
                file.write(plan_bytes)
        self.boots += 1
        self.machine = SimulatedMachine(self.clock, self.wiring, cause)
        self.storage = storage
        self.computer = BackupComputer(build(self.machine, self.clock, storage))
        self._next_us = self.clock.now_us
        self._plan_pass()

    def _plan_pass(self):
        at_us = max(self._next_us, self.clock.now_us, self._hangs_until_us)
        self._event = self._shared.call_at(at_us, self._pass)

    def _pass(self):
        self._event = None
        self._next_us += self._period_us
        self.clock.begin()
        try:
            self.computer.loop.run(1)
        except BoardReset as reset:
            self._restart(reset.args[0])
            return
        if self._next_us < self._shared.now_us:
            self._next_us = self._shared.now_us
        self._plan_pass()

    def _restart(self, cause, after_us=_BOOT_US):
        """The program is gone; the board starts again by and by, or, `after_us` None, does not."""
        self.computer = None
        self._hangs_until_us = 0
        if self._event is not None:
            self._shared.cancel(self._event)
            self._event = None
        if after_us is not None:
            self._event = self._shared.call_at(self._shared.now_us + after_us, lambda: self._start(cause))

    def _stop(self, cause, after_us):
        if self.computer is not None:
            try:
                self.machine.restart(cause)
            except BoardReset:
                pass
        self._restart(cause, after_us)

    # Faults -----------------------------------------------------------------------------------------------------

    def reset(self):
        """A watchdog reset now."""
        self._stop(SimulatedMachine.WDT_RESET, _BOOT_US)

    def hang(self, seconds):
        """Its program does not come back for so long."""
        self._hangs_until_us = self._shared.now_us + seconds * 1000000
        if self._event is not None:
            self._shared.cancel(self._event)
            self._plan_pass()

    def off(self, seconds):
        """Its power fails for so long."""
        self._stop(SimulatedMachine.PWRON_RESET, seconds * 1000000)

    def hold_in_reset(self):
        """Held in reset until `let_go`; its registers forget, as without power."""
        self._stop(SimulatedMachine.PWRON_RESET, None)

    def let_go(self):
        """No longer held in reset."""
        self._restart(SimulatedMachine.PWRON_RESET, _BOOT_US)

    def die(self):
        """Dead from now on."""
        self._stop(SimulatedMachine.PWRON_RESET, None)


class _Now:
    """The world as it is in true time, whatever the board's code has taken."""

    def __init__(self, shared, world):
        self._shared = shared
        self._world = world

    def at(self, now_us):
        return self._world.at(self._shared.now_us)


class _Untraced:
    """The trace has the flash of the first board."""

    def add(self, kind, data):
        pass
