"""A Samara board on the bench: a simulated Pico with every chip wired to it, in a world, with a modem at its radio."""

from hardware.pins import pico as pins
from hardware.simulated import envelopes, file_system
from hardware.simulated.battery import SimulatedBattery
from hardware.simulated.bme280 import Bme280Chip
from hardware.simulated.burn_wire import BurnWire
from hardware.simulated.clock import Clock
from hardware.simulated.cutter_supply import CutterSupply
from hardware.simulated.flash import Flash
from hardware.simulated.machine import SimulatedMachine, Wiring
from hardware.simulated.modem import Modem
from hardware.simulated.ms5611 import Ms5611Chip
from hardware.simulated.random_source import RandomSource
from hardware.simulated.servo import ServoDispenser
from hardware.simulated.trace import Trace
from hardware.simulated.track_world import TrackWorld
from hardware.simulated.ublox import Ublox
from hardware.simulated.world import BalloonWorld

_MS5611_ADDRESS = 0x77
_BME280_ADDRESS = 0x76
_QUIET_LOAD_MA = 60
# A Pico's regulator needs 1.8 V; its capacitors last about a millisecond.
_BROWN_OUT_MV = 1800.0
_HELD_UP_US = 1000


def make_world(setup):
    """The world that a scenario (hardware/simulated/scenarios.py) describes."""
    start_unix_ms = setup["start_unix_s"] * 1000
    if setup["envelope"] == "track":
        return TrackWorld(setup["track"], setup["launch_s"] * 1000000, setup["landing_s"] * 1000000, start_unix_ms)
    if setup["envelope"] == "latex":
        envelope = envelopes.Latex(
            setup["ascent_mm_s"] / 1000.0,
            float(setup["burst_m"]),
            setup["descent_mm_s"] / 1000.0,
            setup["payload_g"] / 1000.0,
            setup["free_lift_g"] / 1000.0,
        )
    elif setup["envelope"] == "film_tube":
        envelope = envelopes.FilmTube(
            setup["length_mm"] / 1000.0,
            setup["lay_flat_mm"] / 1000.0,
            setup["film_g"] / 1000.0,
            setup["payload_g"] / 1000.0,
            setup["free_lift_g"] / 1000.0,
            setup["leak_per_mille_h"] / 1000.0,
            setup["descent_mm_s"] / 1000.0,
        )
    else:
        raise ValueError("unknown envelope " + setup["envelope"])
    winds = [(float(row[0]), row[1] / 1000.0, row[2] / 1000.0) for row in setup["winds"]]
    pad = setup["pad"]
    return BalloonWorld(
        envelope,
        (pad[0], pad[1], float(pad[2])),
        setup["ground_m"],
        winds,
        setup["launch_s"] * 1000000,
        start_unix_ms,
        setup["seed"],
    )


class Bench:
    """Everything around the firmware. `power_on` gives a board; call it again after a reset.

    `on_event(what, output, level)` hears what truly happened: parted, released (level: which), edge. `sink` takes the
    downlink's bytes. Besides what a scenario must have, `setup` may have plug_in_s (the arming plug is out until then),
    break_wire (one is fitted), shared_cell (logic and cutters draw from the same cells), servos, and faults
    (hardware/simulated/faults.py); and of the link: channel (the name of a row of channels.py; without one what either
    side sends is there at once), profile (a number of firmware/protocol/profiles.py), fitted_modem (sik, hc12, e22 or
    e32: one with settings, as it leaves the factory; a transparent one without), key or key_bin, and crew (rows of
    ground_crew.py).
    """

    def __init__(self, setup, sink, on_event, trace_file=None):
        self.clock = Clock()
        self.trace = Trace(self.clock, trace_file)
        self.world = make_world(setup)
        self.flash = Flash(self.clock, self.trace)
        self.modem = Modem(self.clock, self.trace, sink)
        self.channel = None
        self.crew = None
        self.attacker = None
        self.seed = setup["seed"]
        self._pad = setup.get("pad")
        self._profile = setup.get("profile", 0)
        self.gps = Ublox(self.clock, self.world, random=RandomSource(setup["seed"] + 1000), noise_mm=300)
        self.wide_barometer = Ms5611Chip(self.clock, self.world)
        self.low_barometer = Bme280Chip(self.clock, self.world)
        self.cutter_battery = SimulatedBattery(self.clock, self.world, cells=3)
        self._shared_cell = setup.get("shared_cell", False)
        if self._shared_cell:
            self.logic_battery = self.cutter_battery
        else:
            self.logic_battery = SimulatedBattery(self.clock, self.world, cells=3)
        self.logic_battery.set_load("board", _QUIET_LOAD_MA)
        self.supply = CutterSupply(self.clock, self.cutter_battery)
        self.brown_out_ma = None  # a fault: as much current of a pulse pulls the logic down
        self.break_wire_out = not setup.get("break_wire", False)
        self._on_event = on_event
        self.wiring = Wiring()
        self.wiring.random = RandomSource(setup["seed"] + 3000)
        self.wires = ()
        self.servos = ()
        self._machine = None
        self.radio_factory = None  # settings as a fitted modem left the factory with
        self._wire_up(setup)
        if self.radio_unit is not self.modem:
            self.radio_factory = dict(self.radio_unit.kept)
        self._formatted = False
        self._power_lost = False
        self.off_until_us = 0  # the board has no power until then
        self.storage = None
        self.computer = None
        self.when_mounted = []  # functions(storage) of faults: each is called once, at the next start
        self.when_built = []  # functions(computer) of faults, called for every flight computer
        if setup.get("plug_in_s"):
            supply = self.supply
            supply.set_plug(False)
            self.clock.call_at(setup["plug_in_s"] * 1000000, lambda: supply.set_plug(True))
        if setup.get("channel"):
            self.link(setup["channel"])
        if setup.get("key") or setup.get("key_bin") or setup.get("crew"):
            self._hold_keys(setup)
        self.faults = None
        if setup.get("faults"):
            from hardware.simulated.faults import Faults

            self.faults = Faults(self, setup["faults"])

    def _wire_up(self, setup):
        wiring = self.wiring
        supply = self.supply
        wiring.uarts[0] = self.gps
        wiring.uarts[1] = self.radio_unit = self._fitted(setup.get("fitted_modem"))
        wiring.i2c[0] = {_MS5611_ADDRESS: self.wide_barometer, _BME280_ADDRESS: self.low_barometer}
        wiring.adc[pins.number("LOGIC_VOLTS")] = self.logic_battery.pin_volts(*pins.LOGIC_DIVIDER)
        wiring.adc[pins.number("CUTTER_VOLTS")] = supply.rail_volts()
        wiring.adc[pins.number("CUTTER_CURRENT")] = supply.current_volts()
        wiring.inputs[pins.number("PLUG_SENSE")] = supply.sense_level
        wiring.inputs[pins.number("BREAK_WIRE")] = self._break_wire
        wiring.on_reset.append(self.flash.power_off)
        wiring.on_reset.append(self.radio_unit.power_off)
        supply.on_load = self._loaded
        wiring.outputs[pins.number("ENABLE")] = supply.set_enable
        self._loads_g = {}
        wires = []
        for output, mass_g, parts_after_ms in setup["wires"]:
            self._loads_g[output] = mass_g
            random = RandomSource(setup["seed"] + 2000 + output)
            wires.append(
                BurnWire(
                    self.clock, self.trace, wiring, supply, output, parts_after_ms, self._parted, self._edge, random
                )
            )
        self.wires = tuple(wires)
        servos = []
        for output, mass_g, positions_us in setup.get("servos", ()):
            self._loads_g[output] = mass_g
            servos.append(
                ServoDispenser(
                    self.clock, self.trace, wiring, supply, output, positions_us, self.world, self._released, self._edge
                )
            )
        self.servos = tuple(servos)

    # The link --------------------------------------------------------------------------------------------------

    def _fitted(self, sort):
        """What hangs on the board's radio UART: the modem itself, or one that wants to be set up first."""
        if sort is None:
            return self.modem
        if sort == "sik":
            from hardware.simulated.modem_sik import SikRadio

            return SikRadio(self.clock, self.modem)
        if sort == "hc12":
            from hardware.simulated.modem_hc12 import Hc12 as Sort
        elif sort == "e22":
            from hardware.simulated.modem_ebyte import E22 as Sort
        elif sort == "e32":
            from hardware.simulated.modem_ebyte import E32 as Sort
        else:
            raise ValueError("no modem is called " + sort)
        number = pins.number("RADIO_MODE")
        # The resistor outside says that it is on the air.
        on_air = 1 if sort == "hc12" else 0
        self.wiring.inputs[number] = lambda: on_air
        unit = Sort(self.clock, self.modem, lambda: self._level(number, on_air))
        self.wiring.outputs[number] = unit.on_mode
        return unit

    def _level(self, number, resting):
        return self._machine.Pin(number).value() if self.running() else resting

    def link(self, name="clear"):
        """The channel between the two modems: the one there is, or from now on the one of this name."""
        if self.channel is None:
            from hardware.simulated.channel import Channel
            from hardware.simulated.channels import row_of

            channel = Channel(
                self.clock, self.trace, row_of(name), self.seed, self.world, self._pad or (0, 0, 0), self._profile
            )
            channel.to_ground = self.modem.sink
            channel.to_board = self.modem.on_air
            self.modem.sink = channel.down
            self.channel = channel
        return self.channel

    def bytes_lost_by_radio(self):
        """What the board's radio UART had no room for, since its last start."""
        uart = None if self._machine is None else self._machine.uarts.get(1)
        return 0 if uart is None else uart.bytes_lost

    def say(self, data):
        """The ground writes these bytes to its radio."""
        if self.channel is None:
            self.modem.on_air(data)
        else:
            self.channel.up(data)

    def _hold_keys(self, setup):
        """The board's key is on its flash from the start; the crew has the same one."""
        from hardware.simulated import ground_crew

        if setup.get("key_bin"):
            with open(setup["key_bin"], "rb") as file:
                data = file.read()
        else:
            from firmware.protocol import provisioning

            keys = ground_crew.keys_of(setup)
            data = provisioning.file_of(keys)
            if setup.get("crew"):
                channel = self.link()
                self.crew = ground_crew.GroundCrew(self.clock, setup["crew"], keys, channel.up, channel.profile)
                ear = channel.to_ground

                def both(data):
                    ear(data)
                    self.crew.hear(data)

                channel.to_ground = both
        self.when_mounted.append(lambda storage: _put(storage, ground_crew.KEY_FILE, data))

    # What happens to it ----------------------------------------------------------------------------------------

    def _break_wire(self):
        """At the pin: low until the wire is pulled out, which lift-off does."""
        if not self.break_wire_out and self.world.at(self.clock.now_us).launched_us is not None:
            self.break_wire_out = True
        return 1 if self.break_wire_out else 0

    def _loaded(self, ma):
        if ma and self._browned_out():
            self.clock.call_at(self.clock.now_us + _HELD_UP_US, self._brown_out)

    def _browned_out(self):
        if self.brown_out_ma is not None and self.supply.drawn_ma >= self.brown_out_ma:
            return True
        return self._shared_cell and self.logic_battery.millivolts() < _BROWN_OUT_MV

    def _brown_out(self):
        if self._browned_out():
            self.restart(SimulatedMachine.PWRON_RESET)

    @property
    def plug_in(self):
        """Whether the arming plug is in; may be set."""
        return self.supply.plug_in

    @plug_in.setter
    def plug_in(self, plug_in):
        self.supply.set_plug(plug_in)

    def _parted(self, output):
        world = self.world.at(self.clock.now_us)
        mass_g = self._loads_g[output]
        if mass_g:
            world.let_go(mass_g / 1000.0)
        else:
            world.cut_down()
        self._on_event("parted", output, 0)

    def _released(self, output, number):
        self.world.at(self.clock.now_us).let_go(self._loads_g[output] / 1000.0)
        self._on_event("released", output, number)

    def _edge(self, output, level):
        self._on_event("edge", output, level)

    def restart(self, cause, off_us=0):
        """The board stops now (BoardReset) and has no power for so long; a board that is off stays off longer."""
        until_us = self.clock.now_us + off_us
        if until_us > self.off_until_us:
            self.off_until_us = until_us
        if cause == SimulatedMachine.PWRON_RESET:
            self._power_lost = True
        if self.running():
            self._machine.restart(cause)

    def running(self):
        """Whether there is a board that executes."""
        return self._machine is not None and self._machine.running

    def on_computer(self, computer):
        """Whoever flies tells every flight computer that it has built: faults may want it."""
        self.computer = computer
        for change in self.when_built:
            change(computer)

    def machine(self, cause=SimulatedMachine.PWRON_RESET):
        """A machine that has just been powered or reset: (machine, storage on its mounted file system).

        Where the power is still off, time passes until it is back.
        """
        clock = self.clock
        if clock.now_us < self.off_until_us:
            while clock.now_us < self.off_until_us:
                clock.advance(self.off_until_us - clock.now_us)
            # What the receiver said meanwhile nobody heard.
            self.gps.pump(clock.now_us)
        if self._power_lost:
            self._power_lost = False
            cause = SimulatedMachine.PWRON_RESET
        storage = file_system.mount(self.flash, not self._formatted)
        self._formatted = True
        self.flash.live = False
        while self.when_mounted:
            self.when_mounted.pop(0)(storage)
        self.flash.live = True
        self.storage = storage
        self._machine = SimulatedMachine(clock, self.wiring, cause)
        return self._machine, storage

    def power_on(self, cause=SimulatedMachine.PWRON_RESET):
        """The board: file system mounted, outputs safe, nothing else done."""
        from hardware.boards.pico import build

        machine, storage = self.machine(cause)
        return build(machine, self.clock, storage)

    def format_at_next_start(self):
        """The file system does not mount any more: the stock boot script of the RP2 port makes an empty one."""
        self._formatted = False


def _put(storage, name, data):
    with storage.open(name, "wb") as file:
        file.write(data)
