"""Everything that is judged without running it: `make check`."""

import subprocess
import sys

from tests.checks import board_code, floats, imports, recursion
from tests.checks.finding import ROOT


def run(*arguments):
    """Run a tool of this environment from the project's root. Returns what to show: nothing where all is well."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.strip() or f"ended with status {done.returncode}" if done.returncode else ""


def lint(check):
    return "\n".join(map(str, check()))


def compile_for_board():
    total, findings = board_code.compile_for_board()
    print(f"firmware on a board: {total} bytes of .mpy")
    return "\n".join(map(str, findings))


def board_document():
    return run("ground.board_document", "--check")


def signals_document():
    return run("ground.signals_document", "--check")


def simulation_document():
    return run("ground.simulation_document", "--check")


def mission_document():
    return run("ground.mission_document", "--check")


def commands_document():
    return run("ground.commands_document", "--check")


def release_document():
    return run("ground.release_document", "--check")


def protocol_document():
    return run("ground.protocol_document", "--check")


# name, what to do; each returns what a person must see, or nothing
CHECKS = (
    ("format", lambda: run("ruff", "format", "--check", "--output-format", "concise", ".")),
    ("lint", lambda: run("ruff", "check", "--quiet", "--output-format", "concise", ".")),
    ("types, ground", lambda: run("mypy")),
    ("types, firmware and boards", lambda: run("mypy", "--config-file", "mypy-board.ini")),
    ("imports", lambda: lint(imports.check)),
    ("no floats in what flies", lambda: lint(floats.check)),
    ("no recursion", lambda: lint(recursion.check)),
    ("mpy-cross", compile_for_board),
    ("docs/protocol.md", protocol_document),
    ("docs/boards.md", board_document),
    ("docs/operations.md", signals_document),
    ("docs/simulation.md", simulation_document),
    ("docs/release.md", release_document),
    ("docs/missions.md", mission_document),
    ("docs/commands.md", commands_document),
)


def main():
    failed = 0
    for name, check in CHECKS:
        shown = check()
        failed += bool(shown)
        print(f"{'FAILED' if shown else 'ok    '} {name}", flush=True)
        if shown:
            print(shown, flush=True)
    print(f"check: {len(CHECKS) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
