"""No float arithmetic in what flies: a board's floats lose a minute in a Unix time, a metre in a longitude (rule 7)."""

import ast

from tests.checks.finding import Finding, sources

# Everything that flies, but for these: path, why a float is needed there
EXCEPTIONS = (("firmware/drivers/barometer_bme280.py", "the Adafruit driver gives pressure and temperature as floats"),)
_STRUCT_FLOATS = set("efd")


def check_source(path, text):
    """The findings in one file, whatever its name."""
    for node in ast.walk(ast.parse(text, path)):
        what = _float_in(node)
        if what:
            yield Finding(path, node.lineno, f"{what}: what flies counts in integers")


def _float_in(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        return f"a float literal, {node.value!r}"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        return "true division (/ gives a float; // does not)"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and isinstance(node.right, ast.UnaryOp):
        return "a negative power, which is a float"
    if isinstance(node, ast.Name) and node.id == "float":
        return "float"
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [getattr(node, "module", None), *(alias.name for alias in node.names)]
        if "math" in names or "cmath" in names:
            return "math"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in ("pack", "pack_into", "unpack", "unpack_from", "calcsize") and node.args:
            layout = node.args[0]
            if isinstance(layout, ast.Constant) and _STRUCT_FLOATS & set(str(layout.value)):
                return f"a float field in {layout.value!r}"
        if node.func.attr in ("time", "ticks") and getattr(node.func.value, "id", None) == "time":
            return "time.time(), which is a float on some ports"
    return None


def check():
    """All findings in what is flashed."""
    excepted = [path for path, _ in EXCEPTIONS]
    findings = []
    for path, text in sources("firmware", "hardware/boards", "hardware/pins"):
        if path not in excepted:
            findings.extend(check_source(path, text))
    return findings
