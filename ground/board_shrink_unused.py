"""Names that nobody needs any more: constants that stand where they were used, imports of them, what a role lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ground.board_shrink_constants import CALLS
from ground.board_shrink_source import Module, bound, strings


def drop_unused(modules: Iterable[Module], outside: Iterable[str], beside: Iterable[str] = ()) -> None:
    """Take out what is neither used in its own module nor, by its name, by another.

    `outside` are names that others on the board may use, whatever they name; of those in `beside` only functions and
    classes are kept.
    """
    flashed = list(modules)
    outer = frozenset(outside)
    called = frozenset(beside)
    known = {module.name for module in flashed} | {"micropython"}
    known |= {name.rpartition(".")[0] for name in known}
    more = True
    while more:
        anywhere = outer.union(*(_reached(module.tree) for module in flashed))
        imported = [pair for module in flashed for pair in _imported(module.tree)]
        before = sum(len(bound(module.tree)) for module in flashed)
        for module in flashed:
            wanted = anywhere | _loaded(module.tree) | {name for where, name in imported if where == module.name}
            module.tree.body = [node for node in module.tree.body if _is_wanted(node, wanted, wanted | called, known)]
        more = sum(len(bound(module.tree)) for module in flashed) < before


def _is_wanted(node: ast.stmt, wanted: frozenset[str], called: frozenset[str], known: set[str]) -> bool:
    """Of what an import gives, only what is wanted stays."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return name in wanted or not _is_harmless(value)
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name in called
        case ast.ImportFrom(module=where) if where in known:
            node.names = [alias for alias in node.names if (alias.asname or alias.name) in wanted]
            return bool(node.names)
    return True


def _loaded(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _reached(tree: ast.AST) -> set[str]:
    """Names by which this module may mean something in any other."""
    return strings(tree) | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _imported(tree: ast.AST) -> list[tuple[str, str]]:
    found = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return [(node.module or "", alias.name) for node in found for alias in node.names]


def _is_harmless(value: ast.expr) -> bool:
    """Working it out does nothing but give a value."""
    calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
    return all(ast.unparse(function) in CALLS for function in calls)
