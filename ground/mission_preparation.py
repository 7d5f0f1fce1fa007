"""What a mission file says besides what the board needs: balloon, loads, wind, launch slot. It stays on the ground."""

from dataclasses import dataclass, field

from ground.mission_cell import SUPPLY, Supply
from ground.mission_keys import WIDEST_M_S, WORST_LEAK_PER_H
from ground.mission_load import Load
from ground.prediction.float_height import tube_diameter_m, tube_volume_m3
from ground.prediction.wind import Wind

LATEX, FILM_TUBE = "latex", "film_tube"
Corners = tuple[tuple[int, int], ...]  # (latitude, longitude), 1e-7 degree


@dataclass(frozen=True)
class Balloon:
    """What carries the payload. Pairs are (least, most). None: not said."""

    kind: str
    climb_m_s: tuple[float, float]
    payload_kg: float
    descent_m_s: tuple[float, float]
    burst_m: tuple[float, float] = (0.0, 0.0)  # latex
    length_m: float = 0.0  # tube, and so on
    lay_flat_m: float = 0.0
    film_kg: float = 0.0
    gas: str = "hydrogen"
    free_lift_kg: float | None = None
    leak_per_h: float = WORST_LEAK_PER_H
    parachute: bool = True
    packages: int = 1
    largest_package_kg: float | None = None
    density_g_cm2: float | None = None
    rope_n: float | None = None

    @property
    def bursts(self) -> bool:
        return self.kind == LATEX

    @property
    def solid_kg(self) -> float:
        """All that is lifted, without the gas; of a latex balloon only the payload is known."""
        return self.payload_kg + self.film_kg

    @property
    def volume_m3(self) -> float:
        return tube_volume_m3(self.length_m, self.lay_flat_m)

    @property
    def diameter_m(self) -> float:
        return tube_diameter_m(self.lay_flat_m)


@dataclass(frozen=True)
class Outline:
    """An area as the file says it, before anything is shifted or widened."""

    name: str
    corners: Corners


@dataclass(frozen=True)
class Preparation:
    """All of it; what a built mission.bin has of this is nothing. Drops by their names."""

    pad: tuple[int, int] | None = None
    launch_from_unix_s: int | None = None
    launch_until_unix_s: int | None = None
    balloon: Balloon | None = None
    loads: dict[str, Load] = field(default_factory=dict)
    wind: Wind | None = None
    wind_name: str = ""
    widest_m_s: float = WIDEST_M_S
    supply: Supply = SUPPLY
    keep_outs: tuple[Outline, ...] = ()
    keep_ins: tuple[Outline, ...] = ()
    heeds: dict[str, tuple[str, ...]] = field(default_factory=dict)
    written: bool = True  # False: a mission.bin, of which only what the board needs is known

    def load(self, drop: str) -> Load:
        return self.loads.get(drop, Load())

    def heeded(self, drop: str) -> tuple[Outline, ...]:
        """The keep-outs that a drop heeds: all of them unless it says which."""
        names = self.heeds.get(drop)
        return tuple(each for each in self.keep_outs if names is None or each.name in names)
