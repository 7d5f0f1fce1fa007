"""Writes docs/mutants.md: the counts of the last full run, and every survivor with its reason."""

from tests.mutation.results import Results
from tests.mutation.survivors import EXPLAINED
from tests.mutation.targets import TARGETS
from tests.ports import ROOT

PAGE = ROOT / "docs" / "mutants.md"

_HEAD = """# Mutants that survive

A test that cannot fail proves nothing. So every small mistake that could be made in what lets go, in the journal and in
the mission is made once, one at a time: a comparison or its boundary, an operator, a number one more or one less, a
condition left out or turned round, a statement or a row of a table left out. The portable tests that come by that line
have to notice it. `python -m tests.mutation` does so and prints whatever no test notices and no row below explains;
[a decision](decisions/0011-mutation-testing.md) says how and why. This page is written by
`python -m tests.mutation --document`.

## The last full run

| file | mutants | killed | without end | survived |
|---|---:|---:|---:|---:|
"""

_LIST = """
"Without end" is a mutant in which a test went on for ever: it is noticed like the killed ones.

## Those that survived, and why no test can tell them

Each of them does what the original does, or differs in what nobody can see. (2) means the second such line of its
function.
"""


def counted():
    rows = []
    total = [0, 0, 0, 0]
    for name, _ in TARGETS:
        counts = Results(name).counts()
        numbers = (counts.mutants, counts.killed, counts.time, counts.survived)
        rows.append(f"| `{name}` | " + " | ".join(map(str, numbers)) + " |")
        total = [one + other for one, other in zip(total, numbers, strict=True)]
    rows.append("| together | " + " | ".join(map(str, total)) + " |")
    return rows


def listed():
    """The lines about the survivors, from the table that explains them."""
    lines = []
    for name, _ in TARGETS:
        rows = [row for row in EXPLAINED if row[0] == name]
        if rows:
            lines += ["", f"### {name}", ""]
        for _, scope, line, changes, reason in rows:
            where = f"`{scope}`, `{line}`" if scope else f"`{line}`"
            lines.append(f"- {where}: {', '.join(_spoken(change) for change in changes)}: {reason}.")
    return lines


def _spoken(change):
    if " -> " not in change:
        return change
    before, after = change.split(" -> ")
    return f"`{before}` becomes `{after}`"


def page():
    return _HEAD + "\n".join(counted()) + "\n" + _LIST + "\n".join(listed()) + "\n"


def write():
    PAGE.write_text(page(), encoding="utf-8")
