"""One output and its wire. In a module of its own: it is needed in flight, and the board object is not."""


class Continuity:
    """Whether a wire is whole, read like an ADC: 65535 closed, 0 open. True only while ENABLE and FIRE are both off.

    With a dispenser at the output: whether its drum stands in a first, third, fifth position.
    """

    def __init__(self, pin):
        self._pin = pin

    def read_u16(self):
        return 0 if self._pin.value() else 65535


class Cutter:
    """One output. `enable` is shared by all of them; current needs `enable` and the duty of `fire`."""

    def __init__(self, output, enable, fire, continuity):
        self.output = output
        self.enable = enable
        self.fire = fire
        self.continuity = continuity
