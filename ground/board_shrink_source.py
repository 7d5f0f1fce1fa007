"""Modules on their way to a board, as trees of their syntax: what they bind, what they import, what they name."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.Lambda
_WORD = re.compile(r"[A-Za-z_]\w*")
_KEYWORD = re.compile(r"[(,]\s*([A-Za-z_]\w*)\s*=(?!=)")


@dataclass
class Module:
    """`name`: as it is imported; `path`: where it lies on a board; `tree`: what of it a board needs."""

    name: str
    path: str
    tree: ast.Module

    @classmethod
    def read(cls, path: str, text: str) -> Module:
        """From a source text, without what only readers and type checkers look at."""
        name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        tree = ast.parse(text, path)
        _Strip().visit(tree)
        return cls(name, path, tree)

    @property
    def text(self) -> str:
        return ast.unparse(ast.fix_missing_locations(self.tree)) + "\n"


class _Strip(ast.NodeTransformer):
    """Takes out docstrings, annotations, `__all__`, and what stands under `if TYPE_CHECKING`."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.generic_visit(ast.copy_location(ast.Assign([node.target], node.value), node))

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        return None if _target(node) in ("__all__", "TYPE_CHECKING") else self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        return node.orelse if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._never_empty(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._never_empty(node)

    def _never_empty(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node


def _target(node: ast.stmt) -> str | None:
    """The one name that a statement assigns to."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return None


def assigned(module: Module) -> Iterator[tuple[str, ast.Assign]]:
    """Name and statement of the names that a module binds once, by a plain assignment at its outermost level."""
    times = Counter(bound(module.tree))
    for node in module.tree.body:
        name = _target(node)
        if isinstance(node, ast.Assign) and name is not None and times[name] == 1:
            yield name, node


def bound(scope: ast.Module | ast.ClassDef | Function) -> list[str]:
    """Every name that a scope binds, as often as it does; for a module also what its functions bind in it."""
    found: list[str] = []
    elsewhere: list[str] = []
    todo: list[ast.AST] = list(scope.body) if isinstance(scope.body, list) else [scope.body]
    if isinstance(scope, Function):
        found += [arg.arg for arg in parameters(scope)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Global | ast.Nonlocal):
            elsewhere += node.names
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.append(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.append(node.id)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.append(node.name)
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            todo.extend(ast.iter_child_nodes(node))
    if isinstance(scope, ast.Module):
        return found + [name for node in ast.walk(scope) if isinstance(node, ast.Global) for name in node.names]
    return [name for name in found if name not in elsewhere]


def parameters(function: Function) -> list[ast.arg]:
    """In their order, `*` and `**` last."""
    every = function.args
    stars = [arg for arg in (every.vararg, every.kwarg) if arg is not None]
    return [*every.posonlyargs, *every.args, *every.kwonlyargs, *stars]


def imports(module: Module, known: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Name in this module -> (module, None) or (module, name in it), for what it imports from `known` modules once."""
    names = frozenset(known)
    times = Counter(bound(module.tree))
    found: dict[str, tuple[str, str | None]] = {}
    for node in module.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                here = alias.asname or alias.name
                whole = f"{node.module}.{alias.name}"
                if times[here] == 1 and whole in names:
                    found[here] = (whole, None)
                elif times[here] == 1 and node.module in names:
                    found[here] = (node.module, alias.name)
    return found


def strings(tree: ast.AST) -> set[str]:
    """Constants that could be names: somebody may reach an attribute by them."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier()
    }


def keywords(tree: ast.AST) -> set[str]:
    """Names by which parameters are given."""
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg is not None}


def inherited(module: Module, known: Iterable[str]) -> set[str]:
    """All that stands in classes of this module which inherit from a class of `known` modules."""
    names = frozenset(known)
    every = list(ast.walk(module.tree))
    bases = {
        alias.asname or alias.name
        for node in every
        if isinstance(node, ast.ImportFrom) and node.module in names
        for alias in node.names
    }
    heirs = [node for node in every if isinstance(node, ast.ClassDef) and bases & set(words(_bases(node)))]
    return {word for heir in heirs for word in words(ast.unparse(heir))}


def _bases(node: ast.ClassDef) -> str:
    return " ".join(ast.unparse(base) for base in node.bases)


def words(text: str) -> set[str]:
    """Everything in a text that could be a name."""
    return set(_WORD.findall(text))


def keyword_words(text: str) -> set[str]:
    """Everything in a text that could be a name by which a parameter is given."""
    return set(_KEYWORD.findall(text))
