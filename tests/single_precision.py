"""CPython with a board's floats: `python -m tests.single_precision TEST_FILE` rounds firmware's numbers to 32 bits.

An import hook rewrites the syntax tree of every module that flies (firmware/, hardware/boards/, hardware/pins/ and the
Adafruit driver): each literal, operator, comparison and call result that is a float is rounded to IEEE 754 binary32,
and integers that meet a float become one first, as in MicroPython's objfloat.c with MICROPY_FLOAT_IMPL_FLOAT. A double
holds more than twice the bits of a single, so rounding the double result of + - * / gives exactly the single result.
Tests and simulated chips stay in double precision: they are the yardstick and the real world.
"""

import ast
import importlib.machinery
import operator
import sys
from ctypes import c_float
from pathlib import Path

from tests.ports import ROOT

ROUNDED = ("firmware", "hardware.boards", "hardware.pins", "adafruit_bme280")


def single(value):
    """The float32 nearest to a float; whatever else it is, as it came. Floats within a tuple are rounded too."""
    kind = type(value)
    if kind is float:
        return c_float(value).value
    if kind is tuple and any(type(member) is float for member in value):
        return tuple(single(member) for member in value)
    return value


def _as_float(value):
    return c_float(value).value if type(value) in (int, float, bool) else value


def binary(operate, left, right):
    """An operator as a board carries it out."""
    if operate is operator.truediv or type(left) is float or type(right) is float:
        return single(operate(_as_float(left), _as_float(right)))
    return single(operate(left, right))


def compare(operate, left, right):
    """A comparison as a board carries it out: an integer beside a float is rounded before they are compared."""
    if type(left) is float or type(right) is float:
        return operate(_as_float(left), _as_float(right))
    return operate(left, right)


def chain(first, *rest):
    """A chained comparison, first < second <= third: pairs of operator and function that gives the next operand."""
    left = first
    result = True
    for operate, next_operand in zip(rest[::2], rest[1::2], strict=True):
        right = next_operand()
        result = compare(operate, left, right)
        if not result:
            break
        left = right
    return result


_OPERATORS = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.LShift: "lshift",
    ast.RShift: "rshift",
    ast.BitAnd: "and_",
    ast.BitOr: "or_",
    ast.BitXor: "xor",
}
_IN_PLACE = {node: "i" + name.rstrip("_") for node, name in _OPERATORS.items()}
_COMPARISONS = {ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne"}
# Only these can give a float; the bit operators are left as they are.
_ROUNDED_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)

_NAMES = {
    "__single__": single,
    "__binary__": binary,
    "__compare__": compare,
    "__chain__": chain,
    "__operator__": operator,
}


_NO_ARGUMENTS = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


def _name(identifier):
    return ast.Name(identifier, ast.Load())


def _call(function, *arguments):
    return ast.Call(_name(function), list(arguments), [])


def _operator(name):
    return ast.Attribute(_name("__operator__"), name, ast.Load())


class Rounding(ast.NodeTransformer):
    """Rewrites a module so that each float operation goes through the functions above."""

    def visit_Constant(self, node):
        return ast.Constant(single(node.value)) if type(node.value) is float else node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, _ROUNDED_OPERATORS):
            return node
        return _call("__binary__", _operator(_OPERATORS[type(node.op)]), node.left, node.right)

    def visit_Call(self, node):
        self.generic_visit(node)
        return _call("__single__", node)

    def visit_Compare(self, node):
        self.generic_visit(node)
        if len(node.ops) == 1 and type(node.ops[0]) in _COMPARISONS:
            name = _operator(_COMPARISONS[type(node.ops[0])])
            return _call("__compare__", name, node.left, node.comparators[0])
        if len(node.ops) == 1 or any(type(operator_node) not in _COMPARISONS for operator_node in node.ops):
            return node
        arguments = [node.left]
        for operator_node, operand in zip(node.ops, node.comparators, strict=True):
            # In a function, because the second operand decides whether the third is looked at.
            arguments += [_operator(_COMPARISONS[type(operator_node)]), ast.Lambda(_NO_ARGUMENTS, operand)]
        return _call("__chain__", *arguments)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, _ROUNDED_OPERATORS):
            return node
        # The target's object and index are evaluated once, as the statement itself would.
        before, read, write = [], node.target, node.target
        if isinstance(node.target, ast.Attribute):
            before = [_keep("__object__", node.target.value)]
            read = ast.Attribute(_name("__object__"), node.target.attr, ast.Load())
            write = ast.Attribute(_name("__object__"), node.target.attr, ast.Store())
        elif isinstance(node.target, ast.Subscript):
            before = [_keep("__object__", node.target.value), _keep("__index__", node.target.slice)]
            read = ast.Subscript(_name("__object__"), _name("__index__"), ast.Load())
            write = ast.Subscript(_name("__object__"), _name("__index__"), ast.Store())
        else:
            read = _name(node.target.id)
        value = _call("__binary__", _operator(_IN_PLACE[type(node.op)]), read, node.value)
        return [*before, ast.Assign([write], value)]

    def visit_AnnAssign(self, node):
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_arg(self, node):
        return node

    def visit_MatchValue(self, node):
        return node


def _keep(identifier, value):
    return ast.Assign([ast.Name(identifier, ast.Store())], value)


def compile_rounded(source, path):
    """Source text to a code object in which floats are single precision; run it in a namespace that has `names()`."""
    tree = Rounding().visit(ast.parse(source, path))
    return compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True)


def names():
    """What rewritten code refers to."""
    return dict(_NAMES)


class _Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname):
        # Never from a cached .pyc: that would hold the module without the rewriting.
        path = self.get_filename(fullname)
        return compile_rounded(Path(path).read_text(encoding="utf-8"), path)

    def exec_module(self, module):
        module.__dict__.update(_NAMES)
        super().exec_module(module)


class _Finder:
    """A meta path finder that gives modules named in ROUNDED to the rewriting loader."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        if not any(fullname == name or fullname.startswith(name + ".") for name in ROUNDED):
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return spec
        spec.loader = _Loader(fullname, spec.origin)
        return spec


def install():
    """Round every module of ROUNDED that is imported from now on. RuntimeError if one was imported before."""
    early = [name for name in sys.modules if name.startswith(tuple(prefix + "." for prefix in ROUNDED))]
    if early:
        raise RuntimeError(f"imported before single precision was installed: {', '.join(sorted(early))}")
    sys.meta_path.insert(0, _Finder)


def main(paths):
    """Run portable test files in single precision. Returns the exit status."""
    sys.path[:0] = [str(ROOT), str(ROOT / "firmware" / "shims"), str(ROOT / "hardware" / "simulated" / "on_cpython")]
    install()
    from tests import run_portable

    return run_portable.main(paths)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
