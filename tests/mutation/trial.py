"""One mutant, tried in a process of its own: the tests that come by it run until the first that fails."""

import ast
import gc
import importlib
import importlib.abc
import importlib.machinery
import os
import resource
import signal
import sys

from tests.mutation.reach import silent
from tests.mutation.targets import module_of
from tests.ports import ROOT
from tests.skip import SkipTest

KILLED = "killed"
SURVIVED = "survived"
TIME = "time"  # it went on for ever

_AT_ONCE = 2
_LEAST_CPU_S = 2
_TIMES_LONGER = 10
_LONGEST_S = 600
_MOST_BYTES = 2 << 30


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module its mutated code, however often it is imported."""

    def __init__(self, name, path, code):
        self._name = name
        self._path = path
        self._code = code

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=self._path)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__file__ = self._path
        exec(self._code, module.__dict__)


def imported_by(path):
    """The project's modules that a file imports, at its top or later."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def independent_of(name, modules):
    """Those of `modules` that do not come to import module `name`: they may be loaded once for all mutants."""
    needs = {}
    for module in modules:
        path = ROOT / (module.replace(".", "/") + ".py")
        needs[module] = imported_by(path) if path.exists() else set()
    dependent = {name}
    grown = True
    while grown:
        grown = False
        for module in modules:
            if module not in dependent and needs[module] & dependent:
                dependent.add(module)
                grown = True
    return [module for module in modules if module not in dependent and module != "tests.skip"]


def run_all(target, source, jobs, modules, report):
    """Try every job, a mutant with its tests, (module, function, cpu s); report(mutant, status, killer) as they end."""
    name = module_of(ROOT / target)
    for module in independent_of(name, modules):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    running = {}
    killers = {}
    waiting = list(jobs)
    while waiting or running:
        while waiting and len(running) < _AT_ONCE:
            mutant, tests = waiting.pop(0)
            tests = _likely_first(tests, killers.get(mutant.scope, []))
            reader, writer = os.pipe()
            child = os.fork()
            if not child:
                os.close(reader)
                _try(name, target, source, mutant, tests, writer)
            os.close(writer)
            running[child] = mutant, reader
        child, status = os.wait()
        mutant, reader = running.pop(child)
        with os.fdopen(reader) as pipe:
            killer = pipe.read()
        outcome = _outcome(status)
        if outcome == KILLED and killer:
            scope = killers.setdefault(mutant.scope, [])
            if killer in scope:
                scope.remove(killer)
            scope.insert(0, killer)
        report(mutant, outcome, killer)


def _likely_first(tests, killers):
    known = {f"{module}::{function}": (module, function, cpu_s) for module, function, cpu_s in tests}
    first = [known[killer] for killer in killers if killer in known]
    return first + [test for test in tests if test not in first]


def _outcome(status):
    if os.WIFSIGNALED(status):
        return TIME if os.WTERMSIG(status) in (signal.SIGVTALRM, signal.SIGALRM) else KILLED
    return SURVIVED if os.WEXITSTATUS(status) == 0 else KILLED


def _try(name, target, source, mutant, tests, writer):
    """In the child; never returns. The test that fails is written before it is known to."""
    status = 1
    try:
        silent()
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
        signal.alarm(_LONGEST_S)
        mutant.apply()
        path = str(ROOT / target)
        sys.meta_path.insert(0, _Finder(name, path, source.code(path)))
        status = 1 if _fails(tests, writer) else 0
    finally:
        os._exit(status)


def _fails(tests, writer):
    for module_name, function, cpu_s in tests:
        signal.setitimer(signal.ITIMER_VIRTUAL, _LEAST_CPU_S + _TIMES_LONGER * cpu_s)
        try:
            module = importlib.import_module(module_name)
            test = getattr(module, function)
            test()
        except SkipTest:
            pass
        except BaseException:
            os.write(writer, f"{module_name}::{function}".encode())
            return True
    return False
