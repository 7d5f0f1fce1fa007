"""Constants in place of their names: `drops.WAITING` becomes 0, and nothing of it is left on a board."""

from __future__ import annotations

import ast
import contextlib
import operator
import struct
from collections.abc import Callable, Iterable
from typing import Any

from ground.board_shrink_source import Module, assigned, bound, imports

# What an interned string may have, by MicroPython's own measure: a module refers to it, however often, in two bytes.
_SHORT = 10
# So many small numbers are hardly more than what it takes to ask for them.
_FEW = 8
_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}


class NotConstant(Exception):
    """An expression whose value is known only on the board."""


def _size(layout: Any) -> int:
    if not str(layout).startswith("<"):
        raise NotConstant  # the sizes of this machine are not a board's
    return struct.calcsize(layout)


CALLS: dict[str, Callable[[Any], Any]] = {"const": lambda value: value, "len": len, "struct.calcsize": _size}
Key = tuple[str, str]  # of a constant: module, name
Imports = dict[str, tuple[str, str | None]]


def fold(modules: Iterable[Module], reached: Iterable[str], kept: Iterable[str], beside: Iterable[Module]) -> None:
    """Put the constants of `modules` into all of these trees. The assignments stay: who needs them is another matter.

    reached: names that somebody may get at, or change, in ways that do not show. kept: names that stay because others
    use them. beside: modules that use the same constants, and have a say in nothing.
    """
    flashed = list(modules)
    known = [module.name for module in flashed]
    names = {module.name: imports(module, known) for module in flashed}
    found = _constants(flashed, names, frozenset(reached))
    users: dict[Key, list[str]] = {key: [] for key in found}
    for module in flashed:
        for key in _Fold(module, names[module.name], found, dry=True).uses:
            users[key].append(module.name)
    stay = frozenset(kept)
    chosen = {key: value for key, value in found.items() if _is_worth_it(value, users[key], key[1] in stay)}
    for module in flashed:
        _Fold(module, names[module.name], chosen)
    for module in beside:
        _Fold(module, imports(module, known), found)


def _is_worth_it(value: Any, users: list[str], stays: bool) -> bool:
    """A longer object would be there once for each module that uses it, a tuple once for each use."""
    if stays and not isinstance(value, int | None):
        return False
    if isinstance(value, tuple):
        few = len(value) <= _FEW and all(isinstance(each, int) for each in value)
        return len(users) <= (_FEW if few else 1)
    if isinstance(value, str):
        return len(value) < _SHORT or len(set(users)) == 1
    return not isinstance(value, bytes) or len(set(users)) == 1


def _constants(modules: list[Module], names: dict[str, Imports], reached: frozenset[str]) -> dict[Key, Any]:
    """All that can be told from the sources alone."""
    # Who stores to an attribute of this name may mean a module's.
    stored = {
        node.attr
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    }
    unknown = [(module, name, node.value) for module in modules for name, node in assigned(module)]
    unknown = [row for row in unknown if row[1] not in stored | reached]
    found: dict[Key, Any] = {}
    before = -1
    while before < len(found):
        before = len(found)
        for module, name, value in unknown:
            with contextlib.suppress(NotConstant):
                found[module.name, name] = _value(value, module.name, names[module.name], found)
    return found


def _value(node: ast.expr, module: str, names: Imports, found: dict[Key, Any]) -> Any:
    def of(each: ast.expr) -> Any:
        return _value(each, module, names, found)

    key = _key(node, module, names)
    if key in found:
        return found[key]
    match node:
        case ast.Constant(value=int() | str() | bytes() | None):
            return node.value
        case ast.Tuple():
            return tuple([of(each) for each in node.elts])
        case ast.UnaryOp() if type(node.op) in _UNARY:
            return _UNARY[type(node.op)](of(node.operand))
        case ast.BinOp() if type(node.op) in _BINARY:
            return _BINARY[type(node.op)](of(node.left), of(node.right))
        case ast.Call(args=[argument], keywords=[]) if ast.unparse(node.func) in CALLS:
            return CALLS[ast.unparse(node.func)](of(argument))
    raise NotConstant


def _key(node: ast.AST, module: str, names: Imports) -> Key | None:
    """Which name of which module an expression means, seen from the outermost level of `module`."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            where, what = names.get(name, (module, name))
            return (where, what) if what is not None else None
        case ast.Attribute(value=ast.Name(id=name), attr=attribute, ctx=ast.Load()):
            where, what = names.get(name, (module, name))
            return (where, attribute) if what is None else None
    return None


def literal(value: Any) -> ast.expr:
    """As the compiler wants it: a tuple by its elements, a number below 0 by its minus."""
    if isinstance(value, tuple):
        return ast.Tuple([literal(each) for each in value], ast.Load())
    if isinstance(value, int) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


class _Fold(ast.NodeTransformer):
    """Puts `values` into one tree wherever a name can mean nothing else; `uses`: each constant, as often as it was."""

    def __init__(self, module: Module, names: Imports, values: dict[Key, Any], dry: bool = False) -> None:
        self.uses: list[Key] = []
        self._module = module.name
        self._names = names
        self._values = values
        self._dry = dry
        self._hidden: list[set[str]] = []
        self.visit(module.tree)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._put(node, node.id)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name):
            put = self._put(node, node.value.id)
            if put is not node:
                return put
        return self.generic_visit(node)

    def _put(self, node: ast.expr, name: str) -> ast.expr:
        key = _key(node, self._module, self._names)
        if key not in self._values or any(name in hidden for hidden in self._hidden):
            return node
        self.uses.append(key)
        return node if self._dry else ast.copy_location(literal(self._values[key]), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        # Defaults and decorators are worked out where the function stands.
        node.args = self.visit(node.args)
        node.decorator_list = [self.visit(each) for each in node.decorator_list]
        return self._inside(node, node.body)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        node.args = self.visit(node.args)
        self._hidden.append(set(bound(node)))
        node.body = self.visit(node.body)
        self._hidden.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.bases = [self.visit(each) for each in node.bases]
        return self._inside(node, node.body)

    def _inside(self, node: ast.FunctionDef | ast.ClassDef, body: list[ast.stmt]) -> ast.AST:
        self._hidden.append(set(bound(node)))
        node.body = [self.visit(each) for each in body]
        self._hidden.pop()
        return node
