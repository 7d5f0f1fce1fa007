"""The phases of a flight and what a person calls them."""

GROUND = 0
ASCENT = 1
FLOAT = 2
DESCENT = 3
LANDED = 4

# number, name, what it means
PHASES = (
    (GROUND, "ground", "not launched"),
    (ASCENT, "ascent", "climbing"),
    (FLOAT, "float", "neither climbing nor falling"),
    (DESCENT, "descent", "falling"),
    (LANDED, "landed", "at rest after a flight; nothing fires any more"),
)
