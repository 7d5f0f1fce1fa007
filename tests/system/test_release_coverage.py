"""What lets go is tested to its last branch by the portable tests alone: no line is there that no test has come by."""

import json
import os
import subprocess
import sys

from tests.mutation.targets import NOT_MUTATED, TARGETS, all_files
from tests.ports import ROOT

FILES = [name for name, _ in TARGETS]


def measured(folder):
    """coverage's report on one run of the portable tests that the targets name: from file to what is missing."""
    environment = {**os.environ, "COVERAGE_FILE": str(folder / "data")}
    report = folder / "report.json"
    # Without the project's settings: only what is asked for here is traced, and nothing else is slowed down.
    coverage = [sys.executable, "-m", "coverage"]
    run = ["run", "--branch", "--rcfile=", "--include=" + ",".join(FILES), "-m", "pytest", "-p", "no:cacheprovider"]
    for command in (
        [*coverage, *run, *[str(path.relative_to(ROOT)) for path in all_files()]],
        [*coverage, "json", "--rcfile=", "-q", "-o", str(report)],
    ):
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        # A test that fails (1) is said where it belongs; here it counts by what it has come by.
        assert done.returncode in (0, 1), done.stdout[-3000:]
    return json.loads(report.read_text(encoding="utf-8"))["files"]


def test_every_line_and_branch_of_what_lets_go_is_come_by(tmp_path):
    files = measured(tmp_path)
    missing = []
    for name in FILES:
        found = files.get(name, {"missing_lines": ["all"], "missing_branches": []})
        lines = [f"line {line}" for line in found["missing_lines"]]
        branches = [f"from line {before} to {abs(after)}" for before, after in found["missing_branches"]]
        if lines or branches:
            missing.append(f"{name}: {', '.join(lines + branches)}")
    assert not missing, "no portable test comes by\n" + "\n".join(missing)


def test_no_file_of_the_release_path_is_forgotten():
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "firmware" / "release").glob("*.py")}
    assert found == {name for name in (*FILES, *NOT_MUTATED) if name.startswith("firmware/release/")}
    for name in FILES:
        assert (ROOT / name).exists(), name
