"""What became of each mutant, kept in build/mutation until its function, its killer or the tests change."""

import ast
import functools
import hashlib
import json

from tests.mutation.mutants import Source
from tests.mutation.reach import FOLDER, digest_of, rigs
from tests.mutation.targets import all_files, files_of, module_of
from tests.mutation.trial import KILLED, SURVIVED, TIME
from tests.ports import ROOT


class Results:
    """The file of one target. A kill holds while the mutated function and the test that saw it are the same; a mutant
    that survived is tried again whenever its file or any of its tests has changed."""

    def __init__(self, target):
        self._target = target
        self._path = FOLDER / (target.replace("/", "-").removesuffix(".py") + ".json")
        self._rows = json.loads(self._path.read_text()) if self._path.exists() else {}
        self._text = (ROOT / target).read_text(encoding="utf-8")
        self._whole = digest_of(ROOT / target, *files_of(target), *rigs())
        self._new = 0

    def status(self, mutant):
        row = self._rows.get(mutant.key)
        if row is None or row["scope"] != self._scope_digest(mutant.scope):
            return None
        if row["status"] == KILLED and row["killer"]:
            # A test that was not there when it should have seen the mutant has seen nothing.
            return KILLED if row["witness"] and row["witness"] == _witness(row["killer"]) else None
        return row["status"] if row["whole"] == self._whole else None

    def add(self, mutant, status, killer):
        self._rows[mutant.key] = {
            "status": status,
            "killer": killer,
            "witness": _witness(killer) if killer else "",
            "scope": self._scope_digest(mutant.scope),
            "whole": self._whole,
        }
        self._new += 1
        if self._new % 100 == 0:
            self.save()

    def save(self):
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._rows, indent=0))

    def survivors(self, every=1):
        return [mutant for mutant in Source(self._text).mutants[::every] if self.status(mutant) == SURVIVED]

    def counts(self, every=1):
        found = [self.status(mutant) for mutant in Source(self._text).mutants[::every]]
        return Counts(len(found), found.count(KILLED), found.count(SURVIVED), found.count(TIME))

    def _scope_digest(self, scope):
        return _scopes(self._text)[scope]


class Counts:
    def __init__(self, mutants, killed, survived, time):
        self.mutants = mutants
        self.killed = killed
        self.survived = survived
        self.time = time

    def __str__(self):
        return f"{self.mutants:5} mutants {self.killed:5} killed {self.survived:4} survived {self.time:4} without end"


@functools.cache
def _scopes(text):
    """From the name of every function to a digest of its text; "" is what stands outside of all."""
    lines = text.splitlines()
    found = {}
    inside = set()

    def look(body, scope):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                name = f"{scope}.{node.name}" if scope else node.name
                found[name] = _short("\n".join(lines[node.lineno - 1 : node.end_lineno]))
                inside.update(range(node.lineno, node.end_lineno + 1))
                if isinstance(node, ast.ClassDef):
                    look(node.body, name)

    look(ast.parse(text).body, "")
    found[""] = _short("\n".join(line for at, line in enumerate(lines, 1) if at not in inside))
    return found


@functools.cache
def _witness(killer):
    """A digest of the text of a test, by module::function."""
    module, _, function = killer.partition("::")
    for path in all_files():
        if module_of(path) == module:
            return _scopes(path.read_text(encoding="utf-8")).get(function, "")
    return ""


def _short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:16]
