"""Short names that all modules share, in place of private ones and of parameters: a board's heap holds every name.

A name with one leading underscore belongs to its module, or to the modules whose classes inherit from one another:
whatever it becomes, it becomes it there and nowhere else. A parameter belongs to its function, unless somebody gives it
by name.
"""

from __future__ import annotations

import ast
import itertools
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator

from ground.board_error import BoardError
from ground.board_shrink_source import Function, Module, bound, imports, parameters

_PRIVATE = re.compile(r"_[A-Za-z]\w*")
_SELF = ("self", "cls")
# Names are looked up by these in ways that cannot be followed.
_UNSEEN = ("globals", "locals", "vars", "dir", "eval", "exec")
Names = dict[str, str]


def rename(modules: Iterable[Module], fixed: Iterable[str], given: Iterable[str]) -> dict[str, dict[str, list[str]]]:
    """Rename in place. For each module: what its short names stood for.

    `fixed` names are known elsewhere, too; parameters are given by `given` names. BoardError where a module uses what
    is private to another, or where it cannot be seen what is used.
    """
    flashed = list(modules)
    by_name = frozenset(given)
    never = by_name.union(fixed)
    taken = never.union(*(_every(module.tree) for module in flashed))
    pool = [name for name in itertools.islice(_short_names(), 1000) if name not in taken]
    found = {}
    for group in _groups(flashed):
        kept = never | _class_variables(group)
        attributes = dict(zip(_attributes(group, kept), pool, strict=False))
        for module in group:
            inside = dict(zip(_inside(module, kept), pool, strict=False))
            _Rename(inside, attributes).visit(module.tree)
            for node in ast.walk(module.tree):
                if isinstance(node, Function):
                    _rename_parameters(node, pool, by_name)
            found[module.name] = _meanings(inside, attributes)
    return found


def _short_names() -> Iterator[str]:
    """_a, _b, ... _Z, _aa, ..."""
    for length in itertools.count(1):
        yield from ("_" + "".join(letters) for letters in itertools.product(string.ascii_letters, repeat=length))


def _every(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                yield name


def _groups(modules: list[Module]) -> list[list[Module]]:
    """Modules whose classes inherit from one another share their private names."""
    known = {module.name: module for module in modules}
    group_of = {module.name: [module] for module in modules}
    for module in modules:
        names = imports(module, known)
        for node in ast.walk(module.tree):
            for base in node.bases if isinstance(node, ast.ClassDef) else ():
                root = base.value if isinstance(base, ast.Attribute) else base
                where = names.get(root.id, (module.name, None))[0] if isinstance(root, ast.Name) else module.name
                if group_of[where] is not group_of[module.name]:
                    joined = group_of[where] + group_of[module.name]
                    group_of.update({each.name: joined for each in joined})
    return list({id(group): group for group in group_of.values()}.values())


def _class_variables(group: list[Module]) -> set[str]:
    """What a class has besides methods is a variable while its body runs and an attribute later: it keeps its name."""
    found: set[str] = set()
    for module in group:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
                running: list[ast.AST] = [each for each in node.body if each not in methods]
                running += [each for method in methods for each in (method.args, *method.decorator_list)]
                names = {each.id for part in running for each in ast.walk(part) if isinstance(each, ast.Name)}
                found |= set(bound(node)) - {method.name for method in methods} | names & set(bound(node))
    return found


def _attributes(group: list[Module], kept: frozenset[str]) -> list[str]:
    """The private attributes and methods of a group, the most used first."""
    times: Counter[str] = Counter()
    own: set[str] = set()
    for module in group:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                times.update(bound(node))
                own |= set(bound(node))
            elif isinstance(node, ast.Attribute) and _is_private(node.attr, kept):
                times[node.attr] += 1
                if not (isinstance(node.value, ast.Name) and node.value.id in _SELF):
                    raise BoardError(f"{module.name}: {ast.unparse(node)} is private to another object: make it public")
                if isinstance(node.ctx, ast.Store):
                    own.add(node.attr)
    private = [name for name in times if _is_private(name, kept)]
    missing = sorted(set(private) - own)
    if missing:
        where = " and ".join(module.name for module in group)
        raise BoardError(f"{where}: nothing here makes {', '.join(missing)}: it is private to another module")
    return sorted(private, key=lambda name: (-times[name], name))


def _inside(module: Module, kept: frozenset[str]) -> list[str]:
    """The private names at a module's outermost level, the most used first."""
    for node in ast.walk(module.tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        others = [name for name in names if name == "*" or _PRIVATE.fullmatch(name)]
        unseen = isinstance(node, ast.Name) and node.id in _UNSEEN
        if others or unseen or (isinstance(node, ast.keyword) and node.arg is None):
            raise BoardError(f"{module.name}: `{ast.unparse(node)}` hides which names are used, or uses private ones")
    times = Counter(_every(module.tree))
    private = [name for name in set(bound(module.tree)) if _is_private(name, kept)]
    return sorted(private, key=lambda name: (-times[name], name))


def _is_private(name: str, kept: frozenset[str]) -> bool:
    return _PRIVATE.fullmatch(name) is not None and name not in kept


class _Rename(ast.NodeTransformer):
    """`inside`: names as variables see them; `attributes`: as objects have them. The two never meet."""

    def __init__(self, inside: Names, attributes: Names) -> None:
        self._inside = inside
        self._attributes = attributes

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        for method in node.body:
            if isinstance(method, ast.FunctionDef):
                method.name = self._attributes.get(method.name, method.name)
        return self._named(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._named(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        return self._named(node)

    def _named(self, node: ast.ClassDef | ast.FunctionDef | ast.ExceptHandler) -> ast.AST:
        if node.name is not None:
            node.name = self._inside.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self._inside.get(node.id, node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.arg = self._inside.get(node.arg, node.arg)
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        node.names = [self._inside.get(name, name) for name in node.names]
        return node

    def visit_alias(self, node: ast.alias) -> ast.AST:
        if node.asname:
            node.asname = self._inside.get(node.asname, node.asname)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        node.attr = self._attributes.get(node.attr, node.attr)
        return self.generic_visit(node)


def _rename_parameters(function: Function, pool: list[str], kept: frozenset[str]) -> None:
    """In the function and in all that is inside it, to names that nothing there uses. Defaults belong outside."""
    own = parameters(function)
    inside = function.body if isinstance(function.body, list) else [function.body]
    every = [*own, *(node for part in inside for node in ast.walk(part))]
    used = {node.id for node in every if isinstance(node, ast.Name)} | {
        arg.arg for arg in every if isinstance(arg, ast.arg)
    }
    # What a statement binds in some other way than by a plain variable is left alone.
    others = {name for node in every for name in _bound_otherwise(node)}
    wanted = [arg.arg for arg in own if arg.arg not in kept and arg.arg not in others and arg.arg not in _SELF]
    names = dict(zip(wanted, [name for name in pool if name not in used | others], strict=False))
    for node in every:
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = names.get(node.arg, node.arg)


def _bound_otherwise(node: ast.AST) -> list[str]:
    match node:
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return names
        case ast.alias(name=name, asname=here):
            return [here or name]
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.ExceptHandler(name=str(name)):
            return [name]
    return []


def _meanings(*maps: Names) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for names in maps:
        for long, short in names.items():
            found.setdefault(short, []).append(long)
    return found
