"""What is let go and how it falls: leaflets, discs, sticks, bundles, or whatever has a terminal speed.

Paper falls with v0 = sqrt(2 sigma g / (density0 Cd)), Cd 1 to 2 as it tumbles: 0.8 to 1.1 m/s at 75 to 80 g/m2. Drag
coefficients of flat plates and discs across the flow: Hoerner, "Fluid-Dynamic Drag", 1965, chapter 3 (1.1 to 1.2); the
least and the most are 15 % off, as they are from piece to piece.
"""

from dataclasses import dataclass
from typing import NamedTuple

from ground.prediction.fall import impact_j, terminal_m_s


class Kind(NamedTuple):
    """What a kind is unless more is said: g of one piece (None: the whole load), its face in cm2, drag coefficient."""

    kind: str
    spoken: str
    piece_g: float | None
    area_cm2: float | None
    drag: float


KINDS = (
    Kind("leaflet", "leaflets", 5.0, None, 1.0),
    Kind("disc", "discs", 15.3, 113.1, 1.12),
    Kind("usb", "USB sticks", 10.0, 10.1, 1.1),
    Kind("bundle", "a bundle", None, 311.0, 1.1),
    Kind("other", "a load", None, None, 1.1),
)
DEFAULT_PAPER_G_M2 = 80.0
_TUMBLING_DRAG = 2.0
_DRAG_SPREAD = 0.15
_BUNDLE_AREA_CM2, _BUNDLE_DRAG = 311.0, 1.1  # the face of A5
# What nothing is known of is taken as paper, the slowest: its keep-outs are the widest.
PAPER_M_S = (
    terminal_m_s(DEFAULT_PAPER_G_M2 / 1000.0, 1.0, _TUMBLING_DRAG),
    terminal_m_s(DEFAULT_PAPER_G_M2 / 1000.0, 1.0, 1.0),
)
SLOWEST_M_S, FASTEST_M_S = PAPER_M_S[0], 60.0


@dataclass(frozen=True)
class Load:
    """What one occasion of a drop lets go. g and kg may be None: nobody said. Speeds are terminal, at sea level."""

    kind: str | None = None
    load_kg: float | None = None
    piece_kg: float | None = None
    slowest_m_s: float = SLOWEST_M_S
    typical_m_s: float | None = None
    fastest_m_s: float = FASTEST_M_S

    @property
    def spoken(self) -> str:
        return next((row.spoken for row in KINDS if row.kind == self.kind), "a load")

    def piece_j(self) -> float | None:
        """Energy of the landing of one piece."""
        if self.piece_kg is None or self.typical_m_s is None:
            return None
        return impact_j(self.piece_kg, self.typical_m_s)

    def unopened(self) -> tuple[float, float] | None:
        """(m/s, J) of a load of pieces that stays one bundle; None where it is one piece anyway."""
        if self.load_kg is None or self.piece_kg is None or self.piece_kg >= self.load_kg:
            return None
        speed = terminal_m_s(self.load_kg, _BUNDLE_AREA_CM2 / 1e4, _BUNDLE_DRAG)
        return speed, impact_j(self.load_kg, speed)


def make_load(load_g: float | None, said: dict[str, object]) -> Load:
    """Of the values of a mission's `load_g` and `load`; KeyError names what is missing to know how it falls."""
    load_kg = None if load_g is None else load_g / 1000.0
    if not said:
        return Load(load_kg=load_kg)
    kind = next(row for row in KINDS if row.kind == said.get("kind", "other"))
    piece_g = _number(said, "piece_g", kind.piece_g)
    piece_kg = load_kg if piece_g is None else piece_g / 1000.0
    if load_kg is not None and piece_kg is not None:
        piece_kg = min(piece_kg, load_kg)
    if "terminal_m_s" in said:
        ends = said["terminal_m_s"]
        assert isinstance(ends, tuple)
        return Load(kind.kind, load_kg, piece_kg, ends[0], (ends[0] + ends[1]) / 2.0, ends[1])
    drag = _number(said, "cd", kind.drag)
    assert drag is not None
    if kind.kind == "leaflet":
        paper_g_m2 = _number(said, "paper_g_m2", DEFAULT_PAPER_G_M2)
        assert paper_g_m2 is not None
        mass_kg, area_m2 = paper_g_m2 / 1000.0, 1.0
        slow_drag, fast_drag = _TUMBLING_DRAG * drag, drag
    else:
        area_cm2 = _number(said, "area_cm2", kind.area_cm2)
        if area_cm2 is None:
            raise KeyError("terminal_m_s")
        if piece_kg is None:
            raise KeyError("piece_g")
        mass_kg, area_m2 = piece_kg, area_cm2 / 1e4
        slow_drag, fast_drag = drag * (1.0 + _DRAG_SPREAD), drag * (1.0 - _DRAG_SPREAD)
    slow, typical, fast = (terminal_m_s(mass_kg, area_m2, each) for each in (slow_drag, drag, fast_drag))
    return Load(kind.kind, load_kg, piece_kg, slow, typical, fast)


def _number(said: dict[str, object], key: str, otherwise: float | None) -> float | None:
    value = said.get(key)
    return value if isinstance(value, float) else otherwise
