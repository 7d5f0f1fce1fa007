"""Parts of a document that are made from code: between marks, put in anew, or compared with what stands there."""

from collections.abc import Callable, Iterable
from pathlib import Path

Part = tuple[str, Callable[[], str]]  # its mark, and what makes it


def with_parts(document: str, maker: str, parts: Iterable[Part]) -> str:
    """The document with every part made anew; ValueError when the marks around one are gone. maker: a module's file."""
    for mark, make in parts:
        begin, end = f"<!-- {mark}: made by {maker} -->\n", f"<!-- end of {mark} -->\n"
        before, found, rest = document.partition(begin)
        _, closed, after = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"the document has lost the marks around '{mark}', which {maker} makes")
        document = before + begin + make() + end + after
    return document


def write_or_check(path: Path, remade: Callable[[str], str], complaint: str, arguments: list[str]) -> int:
    """Write the document again, or with --check say the complaint where it is out of date; the exit status."""
    old = path.read_text(encoding="utf-8")
    new = remade(old)
    if arguments == ["--check"]:
        if old != new:
            print(complaint)
        return int(old != new)
    path.write_text(new, encoding="utf-8")
    return 0
