"""Names that nobody needs any more: constants that stand where they were used, imports of them, what a role lacks."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

from ground.board_shrink_constants import CALLS
from ground.board_shrink_source import Module, strings

_FROM = re.compile(r"from ([\w.]+) import ([\w, ]+)")


@dataclass(frozen=True)
class _Uses:
    """Names that a module loads itself, by which it may mean something in any other, and (module, name) it may take."""

    loaded: set[str]
    reached: set[str]
    taken: set[tuple[str, str]]

    @classmethod
    def of(cls, tree: ast.Module) -> _Uses:
        every = list(ast.walk(tree))
        imports = [
            (node.module or "", alias) for node in every if isinstance(node, ast.ImportFrom) for alias in node.names
        ]
        attributes = [node for node in every if isinstance(node, ast.Attribute)]
        taken = {(where, alias.name) for where, alias in imports}
        means: dict[str, list[str]] = {}
        for where, alias in imports:
            means.setdefault(alias.asname or alias.name, []).append(f"{where}.{alias.name}")
        for node in attributes:
            if isinstance(node.value, ast.Name):
                taken |= {(where, node.attr) for where in means.get(node.value.id, ())}
        loaded = {node.id for node in every if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        return cls(loaded, strings(tree) | {node.attr for node in attributes}, taken)


def drop_unused(modules: Iterable[Module], outside: Iterable[str], beside: Iterable[Module] = ()) -> None:
    """Take out what is neither used in its own module nor, by its name, by another.

    `outside` are texts of others on the board, who may use whatever they name; for modules `beside` only functions and
    classes are kept. What a module has imported is used by others only where they name the module with it.
    """
    flashed = list(modules)
    uses = {module.name: _Uses.of(module.tree) for module in flashed}
    words = {word for text in outside for word in re.findall(r"\w+", text)}
    taken = {(where, name) for text in outside for where, names in _FROM.findall(text) for name in names.split(", ")}
    others = [_Uses.of(module.tree) for module in beside]
    called = set().union(*(each.reached for each in others))
    for each in others:
        taken |= each.taken
        called |= {name for _, name in each.taken}
    known = {*uses, "micropython", *(name.rpartition(".")[0] for name in uses)}
    more = True
    while more:
        more = False
        reached = words.union(*(each.reached for each in uses.values()))
        pairs = taken.union(*(each.taken for each in uses.values()))
        for module in flashed:
            inside = uses[module.name].loaded | {name for where, name in pairs if where == module.name}
            if _drop(module, inside, inside | reached, called, known):
                uses[module.name] = _Uses.of(module.tree)
                more = True


def _drop(module: Module, inside: set[str], wanted: set[str], called: set[str], known: set[str]) -> bool:
    """Whether something of this module went."""
    before = _extent(module.tree)
    module.tree.body = [
        node for node in module.tree.body if _is_wanted(node, wanted, called) and _is_import_wanted(node, inside, known)
    ]
    return _extent(module.tree) < before


def _extent(tree: ast.Module) -> int:
    return sum(len(node.names) if isinstance(node, ast.ImportFrom) else 1 for node in tree.body)


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


def _is_harmless(value: ast.expr) -> bool:
    """Working it out does nothing but give a value."""
    calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
    return all(ast.unparse(function) in CALLS for function in calls)
