"""Writes SVG: every element passes here, so that every text is made inert and every number short."""

from collections.abc import Iterable
from html import escape

from ground.picture.words import clean

# class of a text, its size in px, its weight
TYPE: dict[str, tuple[float, int]] = {
    "title": (25, 650),
    "subtitle": (15, 400),
    "verdict": (16, 550),
    "name": (15, 600),
    "note": (14, 400),
    "axis": (13.5, 400),
    "phase": (14, 500),
    "small": (12.5, 400),
}
BOLD = 500
_SAMARA_WING = "M1.6-4.6C-3-13-11.5-20.2-20.5-22.6C-26.6-24-28.6-19.4-25.8-14.8C-21-7-12.4-1.2-4.6 1.2Z"
_SAMARA_VEINS = "M-2.2-3.4C-8-11-14-16.4-21.4-19.6M-3.4-1.8C-10.5-7-17-11.6-23.4-15.4"


def number(value: float) -> str:
    """With one decimal at most: a tenth of a pixel is finer than any screen here."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def attribute(name: str, value: object) -> str:
    text = number(value) if isinstance(value, float) else str(value)
    return f' {name.rstrip("_").replace("_", "-")}="{escape(clean(text))}"'


class Canvas:
    """Elements in the order they are drawn."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix  # of ids: several pictures may stand on one page
        self.parts: list[str] = []

    def element(self, name: str, text: str = "", **attributes: object) -> None:
        inside = "".join(attribute(*pair) for pair in attributes.items())
        self.parts.append(f"<{name}{inside}>{escape(clean(text))}</{name}>" if text else f"<{name}{inside}/>")

    def open(self, **attributes: object) -> None:
        self.parts.append("<g" + "".join(attribute(*pair) for pair in attributes.items()) + ">")

    def close(self) -> None:
        self.parts.append("</g>")

    def line(self, x1: float, y1: float, x2: float, y2: float, look: str) -> None:
        self.path([(x1, y1), (x2, y2)], look)

    def path(self, points: Iterable[tuple[float, float]], look: str, close: bool = False) -> None:
        steps = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self.parts.append(f'<path class="{look}" d="M{steps}{"Z" if close else ""}"/>')

    def circle(self, x: float, y: float, radius: float, look: str) -> None:
        self.element("circle", class_=look, cx=float(x), cy=float(y), r=float(radius))

    def text(self, x: float, y: float, words: str, look: str, anchor: str = "start", also: str = "") -> None:
        """look: one of TYPE; also: further classes."""
        if not words:
            return
        more = {} if anchor == "start" else {"text_anchor": anchor}
        self.element("text", words, class_=f"{look} {also}".rstrip(), x=float(x), y=float(y), **more)

    def turned_text(self, x: float, y: float, words: str, look: str) -> None:
        """Down from a spot, a quarter turn to the right."""
        turn = f"translate({number(x)} {number(y)}) rotate(90)"
        self.element("text", words, class_=f"{look} halo", transform=turn)

    def samara(self, x: float, y: float, confirmed: bool, told: str, mirrored: bool = False) -> None:
        """A winged seed, its nut on the spot, wing up to the left: filled where confirmed, hollow where not."""
        turn = " scale(-1 1)" if mirrored else ""
        look = "drop" if confirmed else "drop hollow"
        self.parts.append(
            f'<g class="{look}" transform="translate({number(x)} {number(y)}){turn}">'
            f"<title>{escape(clean(told))}</title>"
            f'<path d="{_SAMARA_WING}"/><circle r="5.4"/><path class="vein" d="{_SAMARA_VEINS}"/></g>'
        )

    def cut(self, x: float, y: float, confirmed: bool, told: str) -> None:
        """The end of the flight: two strokes that cross; thin where it was not confirmed."""
        look = "cut" if confirmed else "cut thin"
        self.parts.append(
            f'<g class="{look}" transform="translate({number(x)} {number(y)})"><title>{escape(clean(told))}</title>'
            '<path d="M-7-7L7 7M-7 7L7-7"/></g>'
        )
