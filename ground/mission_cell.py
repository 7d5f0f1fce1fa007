"""The cells that heat the wires, and what all pulses together take out of them.

Energizer L91 product data sheet: about 1.79 V open when fresh, 120 to 240 mOhm, 3,000 mAh, -40 to 60 C. Energizer E91
(alkaline) product data sheet: 1.58 V, 150 to 300 mOhm, 2,000 mAh at 250 mA, -18 to 55 C. Cold and a heavy load leave a
part of that; assumed here: a quarter, and a resistance four times as high.
"""

from typing import NamedTuple


class Cell(NamedTuple):
    """One kind of cell: open-circuit volts fresh, Ohm warm, mAh warm, the coldest it is made for."""

    name: str
    volts: float
    ohm: float
    mah: float
    coldest_c: int


CELLS = (Cell("L91", 1.79, 0.16, 3000.0, -40), Cell("E91", 1.58, 0.2, 2000.0, -18))
CELLS_IN_SERIES = 3
WIRE_OHM = 1.9
_COLD_CAPACITY = 0.25
_COLD_RESISTANCE = 4.0


class Supply(NamedTuple):
    """What heats the wires: cells in series, and the resistance of one wire."""

    cell: Cell = CELLS[0]
    cells: int = CELLS_IN_SERIES
    wire_ohm: float = WIRE_OHM

    def amperes(self, cold: bool) -> float:
        """Through one wire."""
        inside = self.cells * self.cell.ohm * (_COLD_RESISTANCE if cold else 1.0)
        return self.cells * self.cell.volts / (self.wire_ohm + inside)

    def joules(self, seconds: float, cold: bool) -> float:
        """Of heat in the wire."""
        return self.amperes(cold) ** 2 * self.wire_ohm * seconds

    def mah(self, seconds: float) -> float:
        """Taken out by a wire that is heated for so long, with a warm cell: the most."""
        return self.amperes(False) * seconds / 3.6

    def cold_mah(self) -> float:
        """What it can give in the cold."""
        return self.cell.mah * _COLD_CAPACITY


SUPPLY = Supply()


def cell_named(name: str) -> Cell:
    """KeyError where there is none."""
    return {cell.name: cell for cell in CELLS}[name]
