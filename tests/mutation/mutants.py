"""Every small mistake that could be made in a source file, one at a time: compared, computed, counted or left out."""

import ast
import copy
import warnings

_COMPARISONS = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
_OTHER_CALL = {"min": "max", "max": "min"}
_LEFT_OUT = "left out"
_SHORT = 60


class Mutant:
    """One change. `row` is what it is known by: scope, line of source, change, with (2) for the second such line."""

    def __init__(self, place, new, scope, statement, lines, change):
        self._place = place
        self._new = new
        self.scope = scope
        self.statement = statement  # the first line of the statement it is in, without its comment
        self.lines = lines  # line numbers by one of which a test has to come
        self.change = change

    @property
    def row(self):
        return self.scope, self.statement, self.change

    @property
    def key(self):
        return "\n".join(self.row)

    def apply(self):
        """Change the tree that it was found in."""
        parent, field, index = self._place
        if index is None:
            setattr(parent, field, self._new)
        else:
            getattr(parent, field)[index] = self._new


class Source:
    """A file's tree and its `mutants`, in the order of the source."""

    def __init__(self, text):
        self._lines = text.splitlines()
        self.tree = ast.parse(text)
        self.mutants = []
        self._numbered = _enumerations(self.tree)
        self._ends = set()  # a function's own end says nothing new with `return None`
        self._body(self.tree, "body", "", None)
        seen = {}
        for mutant in self.mutants:
            row = mutant.row
            seen[row] = seen.get(row, 0) + 1
            if seen[row] > 1:
                mutant.change += f" ({seen[row]})"

    def code(self, name):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nonsense is the purpose
            return compile(self.tree, name, "exec")

    # Statements ------------------------------------------------------------------------------------------------

    def _body(self, parent, field, scope, lines):
        """lines: of the whole function, where its statements are not told apart."""
        for index, node in enumerate(getattr(parent, field)):
            place = (parent, field, index)
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                self._definition(node, scope)
            elif not isinstance(node, ast.Import | ast.ImportFrom) and not _is_text(node):
                self._statement(node, place, scope, lines)

    def _definition(self, node, scope):
        scope = f"{scope}.{node.name}" if scope else node.name
        if isinstance(node, ast.FunctionDef):
            whole = set(range(node.body[0].lineno, node.end_lineno + 1))
            last = node.body[-1]
            if isinstance(last, ast.Return) and (last.value is None or _is_none(last.value)):
                self._ends.add(last)
            for field in ("defaults", "kw_defaults"):
                for index in range(len(getattr(node.args, field))):
                    self._expression((node.args, field, index), scope, node, whole)
        self._body(node, "body", scope, None)

    def _statement(self, node, place, scope, lines):
        own = lines or _lines_of(node)
        if scope and _may_go(node) and node not in self._ends:
            self._add(place, ast.Pass(), scope, node, own, _LEFT_OUT)
        if isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            self._add((node, "value", None), ast.Constant(None), scope, node, own, "returns None")
        if isinstance(node, ast.AugAssign) and type(node.op) in _OPERATORS:
            new = ast.AugAssign(node.target, _OPERATORS[type(node.op)](), node.value)
            self._add(place, new, scope, node, own, _change(node, new))
        if not scope and isinstance(node, ast.Assign):
            self._table(node, own)
        for field, value in ast.iter_fields(node):
            if field in ("body", "orelse", "finalbody"):
                self._body(node, field, scope, lines)
            elif field == "handlers":
                for handler in value:
                    self._body(handler, "body", scope, lines)
            elif isinstance(value, ast.expr):
                if field != "annotation" and not (field == "value" and self._is_number_of_its_own(node, own)):
                    self._expression((node, field, None), scope, node, own, field == "test")
            elif isinstance(value, list):
                for index, one in enumerate(value):
                    if isinstance(one, ast.expr):
                        self._expression((node, field, index), scope, node, own)
                    elif isinstance(one, ast.withitem):
                        self._expression((one, "context_expr", None), scope, node, own)

    def _table(self, node, lines):
        """A table loses each of its rows in turn."""
        for table in ast.walk(node.value):
            if isinstance(table, ast.Tuple) and len(table.elts) > 1:
                if all(isinstance(row, ast.Tuple) for row in table.elts):
                    for index, row in enumerate(table.elts):
                        place = _place_in(node, table)
                        rows = table.elts[:index] + table.elts[index + 1 :]
                        new = ast.Tuple(rows, ast.Load())
                        self._add(place, new, "", row, lines, "row " + _LEFT_OUT)

    def _is_number_of_its_own(self, node, lines):
        """Numbers that only tell names apart, 1, 2, 3: each becomes that of its neighbour, and no new one."""
        if node not in self._numbered:
            return False
        holder, field, number, others = self._numbered[node]
        for other in others:
            new = ast.Constant(other)
            self._add((holder, field, None), new, "", node, lines, f"{number} -> {other}")
        return True

    # Expressions -----------------------------------------------------------------------------------------------

    def _expression(self, place, scope, statement, lines, is_condition=False):
        parent, field, index = place
        node = getattr(parent, field) if index is None else getattr(parent, field)[index]
        if node is None:
            return

        def add(new):
            self._add(place, new, scope, statement, lines, _change(node, new))

        if isinstance(node, ast.Constant):
            for value in _other_values(node.value, parent):
                new = ast.Constant(value)
                self._add(place, new, scope, statement, lines, _change_within(place, node, new))
            return
        if isinstance(node, ast.Compare):
            for at, op in enumerate(node.ops):
                for other in _COMPARISONS[type(op)]:
                    ops = list(node.ops)
                    ops[at] = other()
                    add(ast.Compare(node.left, ops, node.comparators))
        elif isinstance(node, ast.BoolOp):
            for at in range(len(node.values)):
                rest = node.values[:at] + node.values[at + 1 :]
                new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
                self._add(place, new, scope, statement, lines, "without " + ast.unparse(node.values[at]))
        elif isinstance(node, ast.BinOp):
            if type(node.op) in _OPERATORS and not _is_about_text(node):
                add(ast.BinOp(node.left, _OPERATORS[type(node.op)](), node.right))
        elif isinstance(node, ast.UnaryOp):
            if not isinstance(node.operand, ast.Constant):
                add(node.operand)
        elif is_condition:
            add(ast.UnaryOp(ast.Not(), node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "abs":
                add(node.args[0])
            elif node.func.id in _OTHER_CALL:
                add(ast.Call(ast.Name(_OTHER_CALL[node.func.id], ast.Load()), node.args, node.keywords))
        self._inside(node, scope, statement, lines, is_condition)

    def _inside(self, node, scope, statement, lines, is_condition):
        for field, value in ast.iter_fields(node):
            condition = isinstance(node, ast.IfExp) and field == "test"
            if isinstance(value, ast.expr):
                self._expression((node, field, None), scope, statement, lines, condition)
            elif isinstance(value, list):
                for index, one in enumerate(value):
                    if isinstance(one, ast.expr):
                        boolean = isinstance(node, ast.BoolOp) and (is_condition or index + 1 < len(value))
                        self._expression((node, field, index), scope, statement, lines, boolean)
                    elif isinstance(one, ast.keyword):
                        self._expression((one, "value", None), scope, statement, lines)
                    elif isinstance(one, ast.comprehension):
                        self._expression((one, "iter", None), scope, statement, lines)
                        for at in range(len(one.ifs)):
                            self._expression((one, "ifs", at), scope, statement, lines, True)

    def _add(self, place, new, scope, statement, lines, change):
        parent, field, index = place
        old = getattr(parent, field) if index is None else getattr(parent, field)[index]
        new = ast.fix_missing_locations(ast.copy_location(new, old))
        line = self._lines[statement.lineno - 1].split("  # ")[0].strip()
        self.mutants.append(Mutant(place, new, scope, line, lines, change))


def _change(old, new):
    return f"{ast.unparse(old)} -> {ast.unparse(new)}"


def _change_within(place, old, new):
    """A number says little by itself: what it stands in, where that is short."""
    parent, field, index = place
    if isinstance(parent, ast.expr):
        other = copy.copy(parent)
        if index is None:
            setattr(other, field, new)
        else:
            row = list(getattr(parent, field))
            row[index] = new
            setattr(other, field, row)
        if len(ast.unparse(parent)) <= _SHORT:
            return _change(parent, other)
    return _change(old, new)


def _lines_of(node):
    """The lines of a statement, without those that stand indented under it."""
    last = node.end_lineno
    body = getattr(node, "body", None)
    if body:
        last = max(node.lineno, body[0].lineno - 1)
    return set(range(node.lineno, last + 1))


def _is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _may_go(node):
    if isinstance(node, ast.Return):
        return node.value is None or isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    return isinstance(
        node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Continue | ast.Break | ast.Raise | ast.Delete
    )


def _is_about_text(node):
    """A sentence with values in it, or a path one step longer: nothing that is computed."""
    for side in (node.left, node.right):
        if isinstance(side, ast.Tuple | ast.List | ast.JoinedStr):
            return True
        if isinstance(side, ast.Constant) and isinstance(side.value, str | bytes):
            return True
    return False


def _other_values(value, parent):
    if value is True or value is False:
        return (not value,)
    if value is None:
        return () if isinstance(parent, ast.Compare) else (0,)
    if type(value) is int:
        return (value + 1, value - 1)
    return ()


def _place_in(tree, node):
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if value is node:
                return parent, field, None
            if isinstance(value, list):
                for index, one in enumerate(value):
                    if one is node:
                        return parent, field, index
    raise ValueError("the node is not in the tree")


def _enumerations(tree):
    """Names that stand one after another with the numbers 0 or 1, 2, 3: from statement to how it may be mistaken."""
    numbered = {}
    run = []
    for node in [*tree.body, None]:
        found = _number_of(node)
        if found is not None and (not run or found[2] == run[-1][1][2] + 1):
            run.append((node, found))
            continue
        if len(run) > 1 and run[0][1][2] in (0, 1):
            for at, (one, (holder, field, number)) in enumerate(run):
                others = [run[side][1][2] for side in (at - 1, at + 1) if 0 <= side < len(run)]
                numbered[one] = (holder, field, number, others)
        run = [] if found is None else [(node, found)]
    return numbered


def _number_of(node):
    if not isinstance(node, ast.Assign):
        return None
    holder, field = node, "value"
    if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "const":
        constant = node.value.args[0]
    else:
        constant = node.value
    if isinstance(constant, ast.Constant) and type(constant.value) is int:
        return holder, field, constant.value
    return None
