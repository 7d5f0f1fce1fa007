"""Runs tests/portable on the ports that pytest cannot be: `python -m tests.ports [PORT...] [-k PART_OF_A_FILE_NAME]`.

micropython       the unix port, 64 bits
wasm              the WebAssembly port, 32 bits: 31-bit small integers and a board's object sizes, but doubles
single_precision  CPython with every float operation of the firmware rounded to 32 bits, as on a board
(pytest is the fourth port, cpython.)
"""

import argparse
import ast
import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PORTABLE = ROOT / "tests" / "portable"
WASM = ROOT / "tests" / "wasm"
PORTS = ("micropython", "wasm", "single_precision")
LIMIT_S = 300
_TOTALS = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", re.MULTILINE)


class Missing(Exception):
    """This machine cannot run this port; the message says what is missing."""


def skip_reasons(path):
    """A portable test file's SKIP_ON, read without importing it: a dict from port to reason."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "SKIP_ON":
            reasons = ast.literal_eval(node.value)
            unknown = set(reasons) - {"cpython", *PORTS}
            if unknown:
                raise ValueError(
                    f"{path.name}: SKIP_ON names {sorted(unknown)}; the ports are cpython, {', '.join(PORTS)}"
                )
            return reasons
    return {}


def count_tests(path):
    """How many test_ functions a file defines, without importing it."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return sum(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in body)


def board_packages(folder):
    """Copy what a board carries from PyPI (the Adafruit driver) into `folder`: MicroPython may import from there, but
    not from the whole of site-packages."""
    found = importlib.util.find_spec("adafruit_bme280")
    if found is None:
        raise Missing("adafruit_bme280 is not installed: make setup")
    shutil.copytree(found.submodule_search_locations[0], folder / "adafruit_bme280", dirs_exist_ok=True)


def micropython_command(test_file, board):
    program = Path(sys.executable).parent / "micropython"
    if not program.exists():
        raise Missing("there is no MicroPython for this kind of machine on PyPI")
    path = os.pathsep.join(str(entry) for entry in (ROOT, ROOT / "firmware" / "shims", board, ".frozen"))
    command = [str(program), "-X", "heapsize=32M", "-m", "tests.run_portable", test_file]
    return command, {"MICROPYPATH": path}


def wasm_command(test_file, board):
    folders = [f"{ROOT / name}=/samara/{name}" for name in ("firmware", "hardware", "tests/portable")]
    folders += [
        f"{ROOT / name}=/samara/{name}" for name in ("tests/__init__.py", "tests/run_portable.py", "tests/skip.py")
    ]
    folders.append(f"{board}=/board")
    if (ROOT.parent / "shared" / "data").is_dir():
        folders.append(f"{ROOT.parent / 'shared' / 'data'}=/shared/data")
    return ["node", str(WASM / "run.mjs"), test_file, *folders], {}


def single_precision_command(test_file, board):
    return [sys.executable, "-m", "tests.single_precision", test_file], {}


def prepare_wasm():
    """Install the locked npm package once."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise Missing("Node.js (node and npm) is not installed")
    installed = WASM / "node_modules" / ".package-lock.json"
    lock = WASM / "package-lock.json"
    with _one_at_a_time():
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            subprocess.run(
                ["npm", "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=WASM,
                check=True,
                timeout=LIMIT_S,
            )
            installed.touch()


@contextlib.contextmanager
def _one_at_a_time():
    """Several test processes may come at once; on Windows, which runs no ports, nobody waits."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(WASM / "package-lock.json", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


COMMANDS = {"micropython": micropython_command, "wasm": wasm_command, "single_precision": single_precision_command}


def run_file(port, path, board):
    """Run one file on one port, in a process of its own. Returns (passed, failed, skipped, what to show)."""
    reason = skip_reasons(path).get(port)
    test_file = path.relative_to(ROOT).as_posix()
    if reason:
        return 0, 0, count_tests(path), f"SKIPPED {test_file}: {reason}\n"
    command, environment = COMMANDS[port](test_file, board)
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as hung:
        output = (hung.stdout or b"").decode(errors="replace")
        return 0, 1, 0, f"{output}FAILED {test_file}: not finished after {LIMIT_S} s\n"
    output = done.stdout.decode(errors="replace")
    totals = _TOTALS.findall(output)
    if not totals or (done.returncode != 0) != (totals[-1][1] != "0"):
        return 0, 1, 0, f"{output}FAILED {test_file}: the interpreter ended with status {done.returncode}\n"
    passed, failed, skipped = map(int, totals[-1])
    output = _TOTALS.sub("", output)
    if not failed:
        output = "".join(line + "\n" for line in output.splitlines() if line.startswith("SKIPPED "))
    return passed, failed, skipped, output


def run_port(port, files, show=print):
    """Run all files on a port, two at a time. Returns (passed, failed, skipped)."""
    if port == "wasm":
        prepare_wasm()
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(max_workers=2) as pool:
        board = Path(name)
        board_packages(board)
        results = list(pool.map(lambda path: run_file(port, path, board), files))
    for *_, output in results:
        if output:
            show(output.rstrip())
    return tuple(sum(result[place] for result in results) for place in range(3))


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m tests.ports", description=__doc__)
    parser.add_argument("ports", nargs="*", metavar="PORT", help=", ".join(PORTS))
    parser.add_argument("-k", dest="part", default="", help="only files whose name contains this")
    options = parser.parse_args(arguments)
    if set(options.ports) - set(PORTS):
        parser.error(f"the ports are {', '.join(PORTS)}")
    files = [path for path in sorted(PORTABLE.glob("test_*.py")) if options.part in path.name]
    status = 0
    for port in options.ports or PORTS:
        started = time.monotonic()
        try:
            passed, failed, skipped = run_port(port, files)
        except Missing as what:
            # CI may not call a port tested that it could not run.
            failed = int(os.environ.get("CI") == "true")
            passed, skipped = 0, sum(map(count_tests, files))
            print(f"{port} left out: {what}")
        print(f"tests/portable on {port}, {time.monotonic() - started:.1f} s")
        print(f"{port}: {passed} passed, {failed} failed, {skipped} skipped", flush=True)
        status |= failed > 0
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
