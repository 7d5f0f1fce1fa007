"""What is needed only at the start gives its heap back: on a board that is a tenth of the whole firmware."""

import sys


def forget(*names):
    """Unload modules by their full names, where the interpreter is a board's; harmless when repeated."""
    if sys.implementation.name != "micropython":
        return
    for name in names:
        if sys.modules.pop(name, None) is not None:
            package, _, last = name.rpartition(".")
            delattr(sys.modules[package], last)
