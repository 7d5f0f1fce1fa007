"""Names that nobody needs any more: constants that stand where they were used, imports of them, what a role lacks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ground.board_shrink_constants import CALLS
from ground.board_shrink_source import Module, bound, strings

_FROM = re.compile(r"from ([\w.]+) import ([\w, ]+)")


def drop_unused(modules: Iterable[Module], outside: Iterable[str], beside: Iterable[Module] = ()) -> None:
    """Take out what is neither used in its own module nor, by its name, by another.

    `outside` are texts of others on the board, who may use whatever they name; for modules `beside` only functions and
    classes are kept. What a module has imported is used by others only where they name the module with it.
    """
    flashed = list(modules)
    others = list(beside)
    words = {word for text in outside for word in re.findall(r"\w+", text)}
    called = {node.attr for module in others for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
    called |= {name for module in others for _, name in _taken(module.tree)}
    taken = {(where, name) for text in outside for where, names in _FROM.findall(text) for name in names.split(", ")}
    known = {module.name for module in flashed} | {"micropython"}
    known |= {name.rpartition(".")[0] for name in known}
    more = True
    while more:
        reached = words.union(*(_reached(module.tree) for module in flashed))
        pairs = taken.union(*(_taken(module.tree) for module in flashed + others))
        before = sum(len(bound(module.tree)) for module in flashed)
        for module in flashed:
            inside = _loaded(module.tree) | {name for where, name in pairs if where == module.name}
            module.tree.body = [
                node
                for node in module.tree.body
                if _is_wanted(node, inside | reached, called) and _is_import_wanted(node, inside, known)
            ]
        more = sum(len(bound(module.tree)) for module in flashed) < before


def _is_wanted(node: ast.stmt, wanted: set[str], called: set[str]) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name in wanted or not _is_harmless(value)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name in wanted or name in called
    return True


def _is_import_wanted(node: ast.stmt, wanted: set[str], known: set[str]) -> bool:
    """Of what an import gives, only what is wanted stays."""
    if not isinstance(node, ast.ImportFrom) or node.module not in known:
        return True
    node.names = [alias for alias in node.names if (alias.asname or alias.name) in wanted]
    return bool(node.names)


def _loaded(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _reached(tree: ast.AST) -> set[str]:
    """Names by which this module may mean something in any other."""
    return strings(tree) | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _taken(tree: ast.AST) -> set[tuple[str, str]]:
    """(module, name in it) of all that a module may take from others, by an import or through one."""
    every = list(ast.walk(tree))
    found = set()
    means: dict[str, list[str]] = {}
    for node in every:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                found.add((node.module, alias.name))
                means.setdefault(alias.asname or alias.name, []).append(f"{node.module}.{alias.name}")
    for node in every:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {(where, node.attr) for where in means.get(node.value.id, ())}
    return found


def _is_harmless(value: ast.expr) -> bool:
    """Working it out does nothing but give a value."""
    calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
    return all(ast.unparse(function) in CALLS for function in calls)
