"""How a portable test says that it cannot be asked here: `raise SkipTest(reason)`, shown and counted on every port.

A whole file says it by a literal at module level, from port (cpython, micropython, wasm, single_precision) to reason:
`SKIP_ON = {"wasm": "no VfsLfs2 on this port"}`.
"""

try:
    from unittest import SkipTest
except ImportError:

    class SkipTest(Exception):
        pass


__all__ = ("SkipTest",)
