"""The list of mutants that survive: each of them can still be made, and the page says the same as the table."""

from tests.mutation import document, results
from tests.mutation.mutants import Source
from tests.mutation.survivors import EXPLAINED
from tests.mutation.targets import TARGETS, all_files, files_of
from tests.mutation.trial import KILLED
from tests.ports import ROOT

SMALL = """
LIMIT = const(7)
FIRST = 1
SECOND = 2
ROWS = ((1, 2), (3, 4))

class Thing:
    def look(self, level, quiet=False):
        if level is None or level < LIMIT and not quiet:
            return False
        self.seen |= 1 << level
        return level * 2 - 1
"""


def changes_of(text):
    return [mutant.change for mutant in Source(text).mutants]


def test_every_survivor_that_is_listed_can_still_be_made_of_the_source():
    for name, _ in TARGETS:
        known = {mutant.row for mutant in Source((ROOT / name).read_text(encoding="utf-8")).mutants}
        for file, scope, line, changes, reason in EXPLAINED:
            for change in changes if file == name else ():
                assert (scope, line, change) in known, (
                    f"{name}: {scope}: {line}: {change} ({reason}): not there any more"
                )


def test_every_survivor_is_listed_once_and_of_a_file_that_is_mutated():
    seen = [(file, scope, line, change) for file, scope, line, changes, _ in EXPLAINED for change in changes]
    assert len(set(seen)) == len(seen)
    assert {row[0] for row in EXPLAINED} <= {name for name, _ in TARGETS}


def test_the_page_lists_the_survivors_of_the_table_and_no_other():
    text = document.PAGE.read_text(encoding="utf-8")
    told = text.split("## Those that survived", 1)[1]
    assert [line for line in told.splitlines() if line.startswith("- ")] == [
        line for line in document.listed() if line.startswith("- ")
    ], "write it again: python -m tests.mutation --document"


def test_every_target_has_tests():
    for name, _ in TARGETS:
        assert files_of(name), name
    assert len(all_files()) >= 20


def test_each_kind_of_mistake_is_made_once():
    changes = changes_of(SMALL)
    for change in (
        "const(7) -> const(8)",
        "const(7) -> const(6)",
        "1 -> 2",
        "2 -> 1",
        "row left out",
        "False -> True",
        "level is None -> level is not None",
        "level < LIMIT -> level <= LIMIT",
        "level < LIMIT -> level >= LIMIT",
        "without level < LIMIT",
        "without not quiet",
        "not quiet -> quiet",
        "self.seen |= 1 << level -> self.seen &= 1 << level",
        "1 << level -> 1 >> level",
        "left out",
        "returns None",
        "level * 2 - 1 -> level * 2 + 1",
        "level * 2 -> level // 2",
    ):
        assert change in changes, change
    # Numbers that only tell names apart become each other's, never a new one.
    assert "2 -> 3" not in changes and "1 -> 0" not in changes


def test_a_mutant_differs_from_the_original_in_what_it_says_and_in_nothing_else():
    plain = compile(SMALL, "small", "exec")
    for number in range(len(Source(SMALL).mutants)):
        source = Source(SMALL)
        source.mutants[number].apply()
        assert source.code("small") != plain, source.mutants[number].row


def test_a_kill_holds_only_while_the_test_that_saw_it_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    target = "firmware/key_file.py"
    kept = results.Results(target)
    mutant = Source((ROOT / target).read_text(encoding="utf-8")).mutants[0]
    module = "tests.portable.test_authentication"
    kept.add(mutant, KILLED, f"{module}::test_the_tag_is_that_of_rfc_4231")
    assert kept.status(mutant) == KILLED
    kept.add(mutant, KILLED, f"{module}::test_that_nobody_wrote")
    assert kept.status(mutant) is None
