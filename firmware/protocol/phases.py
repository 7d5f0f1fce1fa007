"""The phases of a flight, by number."""

GROUND = 0
ASCENT = 1
FLOAT = 2
DESCENT = 3
LANDED = 4
