"""Numbers that can be read from across a room: three lines of half blocks."""

# Three columns and five rows of pixels a digit, rows from the top.
_DIGITS = {
    "0": ("###", "# #", "# #", "# #", "###"),
    "1": (" # ", "## ", " # ", " # ", "###"),
    "2": ("###", "  #", "###", "#  ", "###"),
    "3": ("###", "  #", " ##", "  #", "###"),
    "4": ("# #", "# #", "###", "  #", "  #"),
    "5": ("###", "#  ", "###", "  #", "###"),
    "6": ("###", "#  ", "###", "# #", "###"),
    "7": ("###", "  #", "  #", "  #", "  #"),
    "8": ("###", "# #", "###", "# #", "###"),
    "9": ("###", "# #", "###", "  #", "###"),
    "-": ("   ", "   ", "###", "   ", "   "),
    " ": (" ", " ", " ", " ", " "),
}
_BLOCKS = {"  ": " ", "# ": "▀", " #": "▄", "##": "█"}


def big(text: str) -> list[str]:
    """Three lines for digits, minus signs and spaces; KeyError for anything else."""
    rows = [" ".join(_DIGITS[letter][row] for letter in text) for row in range(5)]
    rows.append(" " * len(rows[0]))
    pairs = ((rows[at], rows[at + 1]) for at in (0, 2, 4))
    return ["".join(_BLOCKS[up + down] for up, down in zip(*pair, strict=True)) for pair in pairs]
