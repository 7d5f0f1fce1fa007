"""Runs portable test files on whatever interpreter this is: `micropython -m tests.run_portable FILE...`.

Prints what failed with its traceback, what was skipped with its reason, and a closing line `N passed, N failed`.
tests/ports.py starts one of these for each file and port.
"""

import gc
import sys

from tests.skip import SkipTest


def run_file(path):
    """Run a file's test_ functions, sorted by name. Returns (passed, failed, skipped)."""
    passed = failed = skipped = 0
    module_name = path[:-3].replace("/", ".")
    try:
        module = __import__(module_name, None, None, ("*",))
    except Exception as error:
        _show(path, error)
        return 0, 1, 0
    for name in sorted(dir(module)):
        test = getattr(module, name)
        if not name.startswith("test_") or not callable(test):
            continue
        gc.collect()
        try:
            test()
            passed += 1
        except SkipTest as reason:
            skipped += 1
            print("SKIPPED %s::%s: %s" % (path, name, reason))
        except Exception as error:
            failed += 1
            _show("%s::%s" % (path, name), error)
    if not passed + failed + skipped:
        _show(path, ValueError("a test file without a test_ function"))
        failed = 1
    return passed, failed, skipped


def _show(where, error):
    print("FAILED %s" % where)
    if hasattr(sys, "print_exception"):
        sys.print_exception(error, sys.stdout)
    else:
        import traceback

        traceback.print_exception(error, file=sys.stdout)


def main(paths):
    """Run these files (from the project's root). Returns 0 when nothing failed, 1 otherwise."""
    totals = [0, 0, 0]
    for path in paths:
        for place, count in enumerate(run_file(path)):
            totals[place] += count
    print("%d passed, %d failed, %d skipped" % tuple(totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
