"""What the boards that exist can do, for checking a mission before one is at hand."""

from hardware.pins import pico

# board, burn-wire outputs
OUTPUTS = {"pico": pico.CUTTERS}
