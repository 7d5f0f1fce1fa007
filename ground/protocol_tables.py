"""Tables in Markdown, as docs/protocol.md has them."""

import textwrap
from collections.abc import Iterable

_WIDTH = 120


def code(name: str) -> str:
    """A name as it stands in the code."""
    return f"`{name}`"


def row(*cells: str) -> str:
    """One row; a bar in a cell does not end it."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table(head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """Head, line, rows."""
    names = list(head)
    return "\n".join((row(*names), "|" + "---|" * len(names), *(row(*cells) for cells in rows)))


def prose(text: str) -> str:
    """A paragraph, its lines as long as the document's."""
    return textwrap.fill(" ".join(text.split()), _WIDTH, break_long_words=False, break_on_hyphens=False)
