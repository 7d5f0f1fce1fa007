"""The cutter supply: cells, arming plug, high-side switch, and everything that draws from it.

Both keys in one place: current flows into an output only with the plug in, ENABLE up and its FIRE on.
"""

from hardware.pins import pico as pins
from hardware.simulated import trace as traces

FULL_DUTY = 65535
ON = "on"
OFF = "off"


class CutterSupply:
    """`plug_in` by `set_plug`. Faults: enable_switch (the high-side switch, ON or OFF; None: it obeys), sense_broken
    (the plug's second pair of contacts says out).
    """

    def __init__(self, clock, battery):
        self._clock = clock
        self.battery = battery
        self.plug_in = True
        self.enable_switch = None
        self.sense_broken = False
        self.loads = []
        self.on_load = None  # function(mA), when what is drawn has changed
        self._enable = 0
        self.drawn_ma = 0

    def set_plug(self, plug_in):
        self.plug_in = bool(plug_in)
        self.look()

    def sense_level(self):
        """At the PLUG_SENSE pin."""
        return 1 if self.plug_in and not self.sense_broken else 0

    def set_enable(self, level):
        """The ENABLE pin."""
        self._enable = level
        self.look()

    def enabled(self):
        """Whether the high-side switch conducts."""
        return self.enable_switch != OFF if self._enable else self.enable_switch == ON

    def live(self):
        """Whether the outputs have volts."""
        return self.plug_in and self.enabled()

    def look(self):
        """Something has changed for every output: a key, the cells, a fault."""
        for load in self.loads:
            load.look()

    def draw(self, name, before_ma, ma):
        """A load draws another current than before."""
        self.drawn_ma += ma - before_ma
        self.battery.set_load(name, ma)
        if self.on_load is not None:
            self.on_load(self.drawn_ma)

    def rail_volts(self):
        """The function that the ADC of CUTTER_VOLTS asks."""
        volts = self.battery.pin_volts(*pins.CUTTER_DIVIDER)
        return lambda: volts() if self.plug_in else 0.0

    def current_volts(self):
        """The function that the ADC of CUTTER_CURRENT asks."""
        numerator, denominator = pins.CUTTER_MA_PER_MV
        factor = denominator / (1000.0 * numerator)
        return lambda: self.drawn_ma * factor


class Output:
    """What both kinds of load have: a FIRE pin, whose edges go into the trace and to `on_edge(output, level)`.

    switch: a fault of the low-side switch, ON or OFF; None: it obeys. A load adds `look`, for when something changed.
    """

    def __init__(self, trace, wiring, supply, output, on_edge):
        self.output = output
        self.switch = None
        self._trace = trace
        self._supply = supply
        self._on_edge = on_edge
        self._commanded = 0
        self._name = "output %d" % output
        self.drawn_ma = 0
        pin = pins.number("FIRE_%d" % output)
        wiring.duties[pin] = self._set_duty
        wiring.outputs[pin] = self._set_level
        wiring.inputs[pins.number("CONTINUITY_%d" % output)] = self.continuity_level
        supply.loads.append(self)
        supply.battery.set_load(self._name, 0)

    def duty(self):
        """How much of the time the low-side switch conducts, 0 to 65535."""
        return self._commanded if self.switch is None else FULL_DUTY if self.switch == ON else 0

    def _set_level(self, level):
        self._set_duty(FULL_DUTY if level else 0)

    def _set_duty(self, duty):
        before = self._commanded
        self._commanded = duty
        if not duty or not before:
            level = 1 if duty else 0
            self._trace.add(traces.EDGE, bytes((self.output, level)))
            self._on_edge(self.output, level)
        self.look()

    def _draw(self, ma):
        if ma != self.drawn_ma:
            before_ma = self.drawn_ma
            self.drawn_ma = ma
            self._supply.draw(self._name, before_ma, ma)
