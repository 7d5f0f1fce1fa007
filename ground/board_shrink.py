"""What a board need not hold: constants behind names, names that are too long, what only readers look at.

Before a source is compiled for a board it is rewritten here, always in the same way. It does the same, in less of the
heap and a little faster (docs/decisions/0010-small-names-on-the-board.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ground.board_shrink_constants import fold
from ground.board_shrink_names import rename
from ground.board_shrink_source import Module, inherited, keyword_words, keywords, strings, words
from ground.board_shrink_unused import drop_unused

Meanings = Mapping[str, Mapping[str, list[str]]]
_IN_TRACEBACK = re.compile(r'(File "(\w+)"(?:, line \d+)?, in )(\w+)')


@dataclass(frozen=True)
class Shrunk:
    """`texts`, `beside`: by the path of each. `names`: for each module what its short names stand for."""

    texts: dict[str, str]
    beside: dict[str, str]
    names: dict[str, dict[str, list[str]]]


def shrink(sources: Mapping[str, str], outside: Iterable[str], beside: Mapping[str, str] | None = None) -> Shrunk:
    """Rewrite `sources`, texts by their path on a board; BoardError where that cannot be done safely.

    outside: texts of whatever else runs on the board and may use a name. beside: sources of more that runs with these,
    but is no part of the firmware and keeps none of its constants alive.
    """
    modules = [Module.read(path, text) for path, text in sorted(sources.items())]
    others = [Module.read(path, text) for path, text in sorted((beside or {}).items())]
    texts = list(outside)
    used = frozenset().union(*map(words, texts))
    given = frozenset().union(*map(keyword_words, texts), *(keywords(module.tree) for module in modules + others))
    reached = frozenset().union(*(strings(module.tree) for module in modules))
    fold(modules, reached, used, others)
    drop_unused(modules, texts, others)
    flashed = [module.name for module in modules]
    names = rename(modules, used.union(reached, *(inherited(module, flashed) for module in others)), given)
    return Shrunk(
        {module.path: module.text for module in modules}, {module.path: module.text for module in others}, names
    )


def readable(traceback: str, names: Meanings) -> str:
    """A traceback from a board with the functions' own names; both, where one short name stands for two."""

    def long(found: re.Match[str]) -> str:
        start, file, short = found.groups()
        meant = [
            name
            for module, meanings in sorted(names.items())
            if module.rpartition(".")[2] == file
            for name in meanings.get(short, ())
        ]
        return start + (" or ".join(dict.fromkeys(meant)) or short)

    return _IN_TRACEBACK.sub(long, traceback)
