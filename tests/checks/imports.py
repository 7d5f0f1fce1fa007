"""Who may import whom: rules 1, 4 and 5 of the architecture, read from the source and nothing run."""

import ast
from fnmatch import fnmatch

from tests.checks.finding import Finding, sources

# The first row whose pattern fits a file says which of the project's rooms, and which machine modules, it may import.
# path pattern, prefixes of modules allowed, why
RULES = (
    ("firmware/protocol/*", ("firmware.protocol",), "the contract knows neither side"),
    ("firmware/main.py", ("firmware", "hardware.boards", "hardware.pins", "machine"), "the entry point on a board"),
    (
        "firmware/backup_timer/main.py",
        ("firmware", "hardware.boards", "hardware.pins", "machine"),
        "the entry point on the backup board",
    ),
    ("firmware/*", ("firmware",), "firmware gets its board handed in"),
    ("hardware/boards/*", ("hardware.boards", "hardware.pins", "firmware"), "a board file is flashed"),
    ("hardware/pins/*", ("hardware.pins",), "pin tables are flashed"),
    ("hardware/*", ("hardware", "firmware"), "hardware may run the firmware, never the ground"),
    ("ground/fly.py", ("ground", "firmware.protocol", "hardware"), "flies a simulation"),
    ("ground/simulation*", ("ground", "firmware.protocol", "hardware"), "flies a simulation"),
    ("ground/life_words.py", ("ground", "firmware.protocol", "firmware.release"), "says the release tables in words"),
    (
        "ground/release_document.py",
        ("ground", "firmware.protocol", "firmware.release"),
        "draws the release tables",
    ),
    ("ground/board*", ("ground", "firmware.protocol", "hardware"), "puts the firmware on a board"),
    ("ground/*", ("ground", "firmware.protocol"), "the ground knows the contract and nothing else of the balloon"),
)
ROOMS = ("firmware", "hardware", "ground", "tests", "machine")
CLOCKS = ("time", "utime")
# A board's clock is its `time` module; a simulated flight is paced by the laptop's.
KEEPERS_OF_TIME = ("firmware/main.py", "firmware/backup_timer/main.py", "hardware/simulated/flight.py")
PROTOCOL_MODULES = {"struct", "binascii", "hashlib"}
# Modules built into MicroPython or imported by its libraries: a file of that name beside the program would hide them.
BUILT_IN = frozenset(
    """array asyncio binascii bluetooth builtins btree cmath collections cryptolib deflate errno esp esp32 framebuf gc
    hashlib heapq io json lwip machine marshal math micropython neopixel network ntptime onewire openamp os platform
    random re requests rp2 select socket ssl string struct sys time tls types uctypes vfs warnings weakref websocket
    zlib _asyncio _onewire _rp2 _thread""".split()
)
# What else a board carries: the Adafruit driver and what it is written against. littlefs is simulated flash on CPython.
PACKAGES = {"adafruit_bme280", "adafruit_bus_device", "busio", "digitalio"}
ONLY_ON_CPYTHON = {"littlefs"}
# These stand in for the module they are named after, in folders that are never on MicroPython's path.
NAMED_ON_PURPOSE = ("hardware/simulated/on_cpython/*", "hardware/simulated/machine.py")


def imported(tree, path):
    """What a syntax tree imports, wherever in the file, as (absolute dotted name, line)."""
    package = path.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            # `from firmware import main` names a module by its last part.
            yield from (
                (f"{module}.{alias.name}" if alias.name != "*" else module, node.lineno) for alias in node.names
            )
        elif isinstance(node, ast.Call) and getattr(node.func, "id", None) == "__import__":
            name = node.args[0] if node.args else None
            if isinstance(name, ast.Constant):
                yield str(name.value), node.lineno


def check_source(path, text):
    """The findings in one file."""
    rule = next((rule for rule in RULES if fnmatch(path, rule[0])), None)
    if rule is None:
        return
    _, allowed, reason = rule
    for name, line in imported(ast.parse(text, path), path):
        room = name.split(".")[0]
        if room in ROOMS:
            if not any((name + ".").startswith(prefix + ".") for prefix in allowed):
                yield Finding(path, line, f"imports {name}, but may import only {', '.join(allowed)}: {reason}")
        elif room in CLOCKS and path.startswith(("firmware/", "hardware/")) and path not in KEEPERS_OF_TIME:
            yield Finding(path, line, f"imports {room}, but time comes from the board's clock (rule 6)")
        elif path.startswith("firmware/protocol/") and room not in PROTOCOL_MODULES:
            yield Finding(
                path, line, f"imports {name}, but the protocol needs only {', '.join(sorted(PROTOCOL_MODULES))}"
            )
        elif path.startswith(("firmware/", "hardware/")) and room not in BUILT_IN | PACKAGES:
            if room not in ONLY_ON_CPYTHON or not path.startswith("hardware/simulated/"):
                yield Finding(path, line, f"imports {name}, which MicroPython does not have")


def check_name(path):
    """The finding that a file hides a built-in module, if it does."""
    parts = path.removesuffix("/__init__.py").removesuffix(".py").split("/")
    if parts[-1] in BUILT_IN and not any(fnmatch(path, pattern) for pattern in NAMED_ON_PURPOSE):
        yield Finding(path, 1, f"is named like MicroPython's own module {parts[-1]}, and would hide it")


def check():
    """All findings in the project."""
    findings = []
    for path, text in sources("firmware", "hardware", "ground"):
        findings.extend(check_source(path, text))
        if not path.startswith("ground/"):
            findings.extend(check_name(path))
    return findings
