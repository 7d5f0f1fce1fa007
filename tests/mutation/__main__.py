"""Mutation testing of what lets go: `python -m tests.mutation [FILE...] [--every N] [--fresh] [--document]`.

Each mutant runs in a process of its own against the tests that come by it; results are kept in build/mutation, so that
only what changed runs again. docs/decisions/0011-mutation-testing.md says why it is our own.
"""

import sys

from tests.ports import ROOT


def main():
    # As pyproject.toml says it to pytest, and before anything of the firmware is imported.
    for folder in ("firmware/shims", "hardware/simulated/on_cpython"):
        sys.path.insert(1, str(ROOT / folder))
    from tests.mutation.campaign import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
