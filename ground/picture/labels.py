"""Puts labels where nothing else is: a grid remembers what is taken, each label takes the best free place near."""

import math
from itertools import pairwise
from typing import NamedTuple

from ground.picture.canvas import BOLD, TYPE, Canvas
from ground.picture.words import shorten, width

_CELL = 4.0
_LINE = 2  # a label may cross a line if it must
_TAKEN = 200  # a mark or a leader: never a label over it
WRITTEN = 201  # words: nor a leader through them
_LEADING = 1.22
_DISTANCES = (10.0, 18.0, 30.0, 46.0, 66.0, 92.0, 124.0)
_LEADER_FROM = 30.0
_SAME = 6.0  # marks as near as this share their labels' room
_AMBIGUOUS = 30.0
_APART = 4.0
_OWN_MARK = 38.0  # a leader may cross the mark it belongs to


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def inset(self, by: float) -> "Box":
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


# direction: part of the label's size from its spot to its upper left corner, unit step away from the spot
_SIDES = {
    "left": ((-1.0, -0.5), (-1.0, 0.0)),
    "right": ((0.0, -0.5), (1.0, 0.0)),
    "above": ((-0.5, -1.0), (0.0, -1.0)),
    "below": ((-0.5, 0.0), (0.0, 1.0)),
    "upper left": ((-1.0, -1.0), (-0.8, -0.6)),
    "upper right": ((0.0, -1.0), (0.8, -0.6)),
    "lower left": ((-1.0, 0.0), (-0.8, 0.6)),
    "lower right": ((0.0, 0.0), (0.8, 0.6)),
}


def _nearest(x: float, y: float, box: Box) -> tuple[float, float]:
    """The point of the box that is nearest to a spot."""
    return min(max(x, box.x), box.x + box.width), min(max(y, box.y), box.y + box.height)


class Labels:
    """The free room of one panel."""

    def __init__(self, canvas: Canvas, box: Box) -> None:
        self._canvas = canvas
        self._box = box
        self.spots: list[tuple[float, float]] = []  # of all marks: a label keeps nearer to its own
        self._columns = int(box.width / _CELL) + 1
        self._rows = [bytearray(self._columns) for _ in range(int(box.height / _CELL) + 1)]

    def _cells(self, box: Box) -> tuple[range, int, int]:
        left = max(0, int((box.x - self._box.x) / _CELL))
        right = min(self._columns, int((box.x + box.width - self._box.x) / _CELL) + 1)
        top = max(0, int((box.y - self._box.y) / _CELL))
        bottom = min(len(self._rows), int((box.y + box.height - self._box.y) / _CELL) + 1)
        return range(top, bottom), left, right

    def take(self, box: Box, by: int = _TAKEN) -> None:
        """Keep this free of labels."""
        rows, left, right = self._cells(box)
        for row in rows:
            self._rows[row][left:right] = bytes([by]) * max(0, right - left)

    def take_line(self, points: list[tuple[float, float]], by: int = _LINE) -> None:
        """Keep labels off this line where that is possible."""
        for (x1, y1), (x2, y2) in pairwise(points):
            steps = int(max(abs(x2 - x1), abs(y2 - y1)) / _CELL) + 1
            for step in range(steps + 1):
                column = int((x1 + (x2 - x1) * step / steps - self._box.x) / _CELL)
                row = int((y1 + (y2 - y1) * step / steps - self._box.y) / _CELL)
                if 0 <= row < len(self._rows) and 0 <= column < self._columns:
                    self._rows[row][column] = max(by, self._rows[row][column])

    def _cost(self, box: Box) -> int:
        rows, left, right = self._cells(box)
        return sum(sum(self._rows[row][left:right]) for row in rows)

    def free(self, box: Box) -> bool:
        """Whether nothing at all is there, and all of it is on the panel."""
        inside = box.x >= self._box.x and box.y >= self._box.y
        inside = inside and box.x + box.width <= self._box.x + self._box.width
        return inside and box.y + box.height <= self._box.y + self._box.height and not self._cost(box)

    def _hidden(self, x: float, y: float, box: Box) -> bool:
        """Whether a leader from the spot to the box would cross another label or mark."""
        near_x, near_y = _nearest(x, y, box)
        far = math.hypot(near_x - x, near_y - y)
        for step in range(int(far / _CELL)):
            part = step * _CELL / far
            crossed = self._cost(Box(x + (near_x - x) * part, y + (near_y - y) * part, 0, 0))
            if crossed >= (_TAKEN if step * _CELL > _OWN_MARK else WRITTEN):
                return True
        return False

    def _strays(self, x: float, y: float, box: Box) -> bool:
        """Whether the box is nearer to the mark of another label."""
        far = math.dist((x, y), _nearest(x, y, box))
        return any(
            math.dist(spot, _nearest(*spot, box)) <= far for spot in self.spots if math.dist(spot, (x, y)) > _SAME
        )

    def place(
        self,
        x: float,
        y: float,
        lines: list[tuple[str, str]],
        sides: str = "",
        room: float = 190,
        furthest: float = _DISTANCES[-1],
    ) -> bool:
        """Write lines of (words, look) near a spot, on the first of `sides` (comma-separated) that is free, or any.

        False: there was no room, and nothing was written.
        """
        shown = [(shorten(words, TYPE[look][0], room, TYPE[look][1] >= BOLD), look) for words, look in lines if words]
        across = max(width(words, TYPE[look][0], TYPE[look][1] >= BOLD) for words, look in shown)
        down = sum(TYPE[look][0] * _LEADING for _, look in shown)
        wanted = [side.strip() for side in sides.split(",") if side]
        order = wanted + [side for side in _SIDES if side not in wanted]
        best: tuple[float, Box, str, float] | None = None
        for far, distance in enumerate(_DISTANCES):
            if distance > furthest:
                break
            for rank, side in enumerate(order):
                (part_x, part_y), (step_x, step_y) = _SIDES[side]
                left = x + part_x * across + step_x * distance
                top = y + part_y * down + step_y * distance
                low_x, low_y = self._box.x, self._box.y
                if left < low_x or top < low_y:
                    continue
                if left + across > low_x + self._box.width or top + down > low_y + self._box.height:
                    continue
                box = Box(left, top, across, down)
                crossed = self._cost(box)
                if crossed >= _TAKEN or (distance >= _LEADER_FROM and self._hidden(x, y, box)):
                    continue
                cost = 6.0 * crossed + 16 * far + 3 * rank + (_AMBIGUOUS if self._strays(x, y, box) else 0)
                if best is None or cost < best[0]:
                    best = (cost, box, side, distance)
        if best is None:
            return False
        _, box, side, distance = best
        # Two names side by side must not read as one.
        self.take(Box(box.x - _APART, box.y - 2, box.width + 2 * _APART, box.height + 4), WRITTEN)
        if distance >= _LEADER_FROM:
            near_x, near_y = _nearest(x, y, box)
            pull = 9 / max(9.0, math.hypot(near_x - x, near_y - y))
            start = (x + (near_x - x) * pull, y + (near_y - y) * pull)
            self._canvas.line(*start, near_x, near_y, "leader")
            self.take_line([start, (near_x, near_y)], _TAKEN)
        anchor = "end" if "left" in side else "start" if "right" in side else "middle"
        at = {"end": box.x + across, "start": box.x, "middle": box.x + across / 2}[anchor]
        top = box.y
        for words, look in shown:
            size = TYPE[look][0]
            self._canvas.text(at, top + size * 0.95, words, look, anchor, "halo")
            top += size * _LEADING
        return True

    def place_upright(self, x: float, y: float, words: str, look: str, room: float = 270) -> bool:
        """Write one line from top to bottom under a spot, or to the bottom over it: for spots that stand in a row."""
        size, weight = TYPE[look]
        shown = shorten(words, size, room, weight >= BOLD)
        long = width(shown, size, weight >= BOLD)
        for box, start in (
            (Box(x - size * 0.6, y + 12, size * 1.2, long), y + 12),
            (Box(x - size * 0.6, y - 26 - long, size * 1.2, long), y - 26 - long),
        ):
            inside = box.y >= self._box.y and box.y + box.height <= self._box.y + self._box.height
            if inside and self._cost(box) < _TAKEN:
                self.take(box, WRITTEN)
                self._canvas.turned_text(x - size * 0.34, start, shown, look)
                return True
        return False
