"""Altitude over time in braille dots: two columns and four rows of dots a character."""

from ground.track import Position

# Bits of the dots of a braille character (U+2800), left and right column, lowest first.
_LEFT = (0x40, 0x04, 0x02, 0x01)
_RIGHT = (0x80, 0x20, 0x10, 0x08)


def profile(positions: list[Position], width: int, height: int) -> list[str]:
    """`height` lines of `width` characters, the whole way first to last position; no dot where none was heard.

    The lowest and highest altitude heard are the bottom and the top.
    """
    points = [(place.mission_ms, place.altitude_m) for place in positions if place.altitude_m is not None]
    columns: list[int | None] = [None] * (2 * width)
    if points and width > 0 and height > 0:
        start, span = points[0][0], max(1, points[-1][0] - points[0][0])
        low = min(altitude for _, altitude in points)
        reach = max(1, max(altitude for _, altitude in points) - low)
        for mission_ms, altitude_m in points:
            column = min(2 * width - 1, (mission_ms - start) * (2 * width - 1) // span)
            top = (altitude_m - low) * (4 * height - 1) // reach
            before = columns[column]
            columns[column] = top if before is None else max(top, before)
    lines = []
    for row in range(height - 1, -1, -1):
        line = ""
        for at in range(width):
            code = 0x2800
            for dots, level in ((_LEFT, columns[2 * at]), (_RIGHT, columns[2 * at + 1])):
                if level is not None:
                    for step, bit in enumerate(dots):
                        if level >= row * 4 + step:
                            code |= bit
            line += chr(code)
        lines.append(line)
    return lines
