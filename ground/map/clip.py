"""Lines and rings of degrees, cut to a box. The exact cut is the tile cutter's; here the world becomes a region."""

import numpy as np
import numpy.typing as npt

from ground.map.box import Box

Points = npt.NDArray[np.float64]  # n rows of longitude, latitude


def touches(points: Points, box: Box) -> bool:
    """Whether the bounds of the points and the box have something in common."""
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    return bool(west <= box.east and east >= box.west and south <= box.north and north >= box.south)


def ring(points: Points, box: Box) -> Points:
    """A ring within the box (Sutherland and Hodgman: parts of it may be joined along the edge). May be empty."""
    for axis, limit, sign in ((0, box.west, 1), (0, box.east, -1), (1, box.south, 1), (1, box.north, -1)):
        if not len(points):
            break
        points = _half(points, axis, limit, sign)
    return points


def _half(points: Points, axis: int, limit: float, sign: int) -> Points:
    after = np.roll(points, -1, axis=0)
    inside = sign * (points[:, axis] - limit) >= 0
    crosses = inside != np.roll(inside, -1)
    step = after[:, axis] - points[:, axis]
    share = (limit - points[:, axis]) / np.where(crosses, step, 1.0)
    both = np.stack((points, points + (after - points) * share[:, None]), axis=1)
    cut: Points = both[np.stack((inside, crosses), axis=1)]
    return cut


def lines(points: Points, box: Box) -> list[Points]:
    """The parts of a line whose segments may touch the box; none is shortened."""
    low, high = np.minimum(points[:-1], points[1:]), np.maximum(points[:-1], points[1:])
    near = (low[:, 0] <= box.east) & (high[:, 0] >= box.west) & (low[:, 1] <= box.north) & (high[:, 1] >= box.south)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], near, [False])).astype(np.int8)))
    return [points[start : stop + 1] for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def points(pairs: list[list[float]]) -> Points:
    """From the coordinates of a GeoJSON line; a third number, the height, is dropped. Raises ValueError."""
    found: Points = np.array([pair[:2] for pair in pairs], dtype=np.float64)
    if found.ndim != 2 or found.shape[1] != 2 or len(found) < 2 or not np.isfinite(found).all():
        raise ValueError("a line has fewer than two points, or a point that is no pair of numbers")
    return found
