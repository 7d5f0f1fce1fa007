"""Nothing that flies recurses, and what does is found."""

import pytest

from tests.checks import recursion


def test_nothing_that_flies_recurses():
    assert recursion.check() == []


@pytest.mark.parametrize(
    ("source", "functions"),
    [
        ("def f(n):\n    return f(n - 1)", 1),
        ("def f():\n    g()\ndef g():\n    h()\ndef h():\n    f()", 3),
        ("class A:\n    def poll(self):\n        self.poll()", 1),
        ("class A:\n    def a(self):\n        self.b()\n    def b(self):\n        A.a(self)", 2),
        ("class A:\n    def a(self):\n        b(self)\ndef b(a):\n    A.a(a)", 2),
        ("class Node:\n    def __init__(self):\n        self.child = Node()", 1),
        ("def f():\n    def g():\n        f()\n    g()", 2),
        ("def f():\n    return sorted([], key=lambda x: f())", 1),
    ],
)
def test_direct_and_mutual_recursion_are_found(source, functions):
    assert len(list(recursion.check_source("firmware/x.py", source))) == functions


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    g()\ndef g():\n    pass",
        "class A:\n    def poll(self):\n        self.device.poll()",
        "class A:\n    def poll(self):\n        poll()\ndef poll():\n    pass",
    ],
)
def test_calls_that_end_are_let_through(source):
    assert list(recursion.check_source("firmware/x.py", source)) == []
