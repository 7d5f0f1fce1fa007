"""Which portable test comes by which lines of the targets, and the processor seconds that it takes."""

import hashlib
import importlib
import json
import os
import sys
import time

import coverage

from tests.mutation.targets import TARGETS, module_of
from tests.ports import PORTABLE, ROOT
from tests.skip import SkipTest

FOLDER = ROOT / "build" / "mutation"
_NAMES = [name for name, _ in TARGETS]


def digest_of(*paths):
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes() if path.exists() else b"")
        digest.update(b"\0")
    return digest.hexdigest()


def rigs():
    """What the tests stand on."""
    return sorted(path for path in PORTABLE.glob("*.py") if not path.name.startswith("test_"))


def tests_of(module):
    return [name for name in sorted(dir(module)) if name.startswith("test_") and callable(getattr(module, name))]


def silent():
    """Nothing that a test prints is for anybody."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(nowhere, handle)


def reached(files, show):
    """{test file: {"tests": {name: {"cpu_s", "lines": {target: [line]}}}, "modules": [dotted name]}}; cached a file."""
    base = digest_of(*[ROOT / name for name in _NAMES], *rigs())
    found = {}
    for path in files:
        cache = FOLDER / "reach" / f"{path.stem}.json"
        key = base + digest_of(path)
        if not cache.exists() or json.loads(cache.read_text())["key"] != key:
            show(f"which lines {path.name} comes by")
            cache.parent.mkdir(parents=True, exist_ok=True)
            child = os.fork()
            if not child:
                silent()
                status = 1
                try:
                    cache.write_text(json.dumps({"key": key, **_measure(path)}))
                    status = 0
                finally:
                    os._exit(status)
            if os.waitpid(child, 0)[1]:
                cache.unlink(missing_ok=True)
                raise SystemExit(f"{path.name} does not pass as it is: run it first")
        found[path] = json.loads(cache.read_text())
    return found


def _measure(path):
    watch = coverage.Coverage(data_file=None, config_file=False, include=[str(ROOT / name) for name in _NAMES])
    watch.start()
    module = importlib.import_module(module_of(path))
    seconds = {}
    for name in tests_of(module):
        watch.switch_context(name)
        started = time.process_time()
        try:
            getattr(module, name)()
        except SkipTest:
            pass
        seconds[name] = time.process_time() - started
    watch.stop()
    data = watch.get_data()
    tests = {name: {"cpu_s": seconds[name], "lines": {}} for name in seconds}
    for target in _NAMES:
        for line, contexts in data.contexts_by_lineno(str(ROOT / target)).items():
            for context in contexts:
                if context:
                    tests[context]["lines"].setdefault(target, []).append(line)
    rooms = ("firmware", "hardware", "tests")
    return {"tests": tests, "modules": sorted(name for name in sys.modules if name.split(".")[0] in rooms)}
