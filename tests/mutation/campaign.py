"""All mutants of all targets, target by target, with what is shown on the way and in the end."""

import argparse
import os
import sys
import time

from tests.mutation import document, trial
from tests.mutation.mutants import Source
from tests.mutation.reach import reached
from tests.mutation.results import Results
from tests.mutation.survivors import explanation
from tests.mutation.targets import TARGETS, files_of, module_of
from tests.ports import ROOT

ABOUT = "Mutation testing of what lets go: of every small mistake, which test notices it."
_BAR = 30


def tests_for(mutant, target, reach):
    """(module, function, cpu s) of the tests that come by a mutant, the quickest first; for a table all there are."""
    chosen = []
    for path in files_of(target):
        for function, seen in reach[path]["tests"].items():
            lines = seen["lines"].get(target, ())
            if not mutant.scope or mutant.lines.intersection(lines):
                chosen.append((not lines, seen["cpu_s"], module_of(path), function))
    return [(module, function, cpu_s) for _, cpu_s, module, function in sorted(chosen)]


class Progress:
    """A line that is written over and over on a terminal, and one line a file elsewhere."""

    def __init__(self, target, total):
        self._target = target
        self._total = total
        self._done = 0
        self._live = sys.stderr.isatty()

    def step(self, survived):
        self._done += 1
        if self._live:
            filled = _BAR * self._done // self._total
            bar = "#" * filled + "." * (_BAR - filled)
            print(f"\r[{bar}] {self._done}/{self._total} {self._target}, {survived} survived ", end="", file=sys.stderr)
            if self._done == self._total:
                print(file=sys.stderr)


def run_target(target, options, reach):
    """In a process of its own: what it imports is never mixed with the next target's."""
    source = Source((ROOT / target).read_text(encoding="utf-8"))
    results = Results(target)
    chosen = source.mutants[:: options.every]
    jobs = []
    for mutant in chosen:
        if options.fresh or results.status(mutant) is None:
            jobs.append((mutant, tests_for(mutant, target, reach)))
    if jobs:
        modules = sorted({name for path in files_of(target) for name in reach[path]["modules"]})
        progress = Progress(target, len(jobs))
        survived = 0

        def report(mutant, status, killer):
            nonlocal survived
            survived += status == trial.SURVIVED
            results.add(mutant, status, killer)
            progress.step(survived)

        trial.run_all(target, source, jobs, modules, report)
        results.save()


def in_a_process(function, *arguments):
    sys.stdout.flush()
    child = os.fork()
    if not child:
        status = 1
        try:
            function(*arguments)
            status = 0
        except KeyboardInterrupt:
            pass
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitpid(child, 0)[1] == 0


def main(arguments=None):
    names = [name for name, _ in TARGETS]
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=ABOUT)
    parser.add_argument("files", nargs="*", metavar="FILE", help="of the targets; without one all of them")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth mutant, for a first look")
    parser.add_argument("--fresh", action="store_true", help="forget the results that are kept")
    parser.add_argument("--document", action="store_true", help="write docs/mutants.md from the results, run nothing")
    options = parser.parse_args(arguments)
    if set(options.files) - set(names):
        parser.error(f"the targets are {', '.join(names)}")
    os.chdir(ROOT)
    if options.document:
        document.write()
        return 0
    os.nice(19)
    started = time.monotonic()
    chosen = options.files or names
    files = sorted({path for target in chosen for path in files_of(target)})
    reach = reached(files, lambda text: print(text, file=sys.stderr, flush=True))
    unexplained = []
    for target in chosen:
        if not in_a_process(run_target, target, options, reach):
            print(f"{target}: stopped", flush=True)
            return 1
        counts = Results(target).counts(options.every)
        print(f"{target:40} {counts}", flush=True)
        for mutant in Results(target).survivors(options.every):
            if explanation(target, mutant) is None:
                unexplained.append((target, mutant))
    for target, mutant in unexplained:
        print(f"\n{target}: {mutant.scope or 'the module'}, line {min(mutant.lines)}")
        print(f"    {mutant.statement}\n    {mutant.change}")
    print(f"{len(unexplained)} survivors without a reason, {time.monotonic() - started:.0f} s")
    return int(bool(unexplained))
