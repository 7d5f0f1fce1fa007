"""No function that can call itself: recursion ends at 31 levels on an RP2040, and at 197 where we test.

The calls of a module are followed by name, `f()` to a function and `self.f()` to a method of the same class; a call
through another object is not followed.
"""

import ast

from tests.checks.finding import Finding, sources


def call_graph(tree):
    """From each function, as Class.name or name, to the set of functions of this module that it calls; and its line."""
    functions = {}
    _collect(tree, None, functions)
    graph = {}
    for (owner, name), node in functions.items():
        calls = set()
        for inner in ast.walk(node):
            if not isinstance(inner, ast.Call):
                continue
            called = inner.func
            if isinstance(called, ast.Name):
                calls |= {(None, called.id), (called.id, "__init__")} & functions.keys()
            elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                # self.f() and, for what is called through the class, Class.f(self)
                if called.value.id in ("self", "cls"):
                    calls |= {(owner, called.attr)} & functions.keys()
                else:
                    calls |= {(called.value.id, called.attr)} & functions.keys()
        graph[owner, name] = (calls, node.lineno)
    return graph


def _collect(node, owner, functions):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            functions[owner, child.name] = child
        _collect(child, child.name if isinstance(child, ast.ClassDef) else owner, functions)


def check_source(path, text):
    """The findings in one file: each function that can reach itself."""
    graph = call_graph(ast.parse(text, path))
    for start, (calls, line) in graph.items():
        reached, waiting = set(), list(calls)
        while waiting:
            function = waiting.pop()
            if function not in reached:
                reached.add(function)
                waiting.extend(graph[function][0])
        if start in reached:
            name = ".".join(part for part in start if part)
            yield Finding(path, line, f"{name}() can call itself: on a board the stack ends at 31 levels")


def check():
    """All findings in what runs on a board."""
    findings = []
    for path, text in sources("firmware", "hardware/boards", "hardware/pins"):
        findings.extend(check_source(path, text))
    return findings
