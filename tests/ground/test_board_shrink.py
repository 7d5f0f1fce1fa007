"""What the sources become before they are compiled for a board: the same firmware, with less to hold."""

import ast
import json
import os
import re
import subprocess
from textwrap import dedent

import pytest

from ground.board_error import BoardError
from ground.board_image import BACKUP, PRIMARY
from ground.board_shrink import readable, shrink
from ground.firmware_heap import compile_tree
from ground.simulation import PROJECT, SHIMS, micropython
from tests.flights.short_flight import mission_data, setup
from tests.portable.backup_rig import plan_bytes
from tests.ports import board_packages

needs_micropython = pytest.mark.skipif(micropython() is None, reason="no MicroPython for this machine")


def shrunk(outside="", beside=None, **sources):
    """The texts after shrinking, by module; each key is a module of the firmware, `__` for a dot."""
    texts = {f"firmware/{name.replace('__', '/')}.py": dedent(text) for name, text in sources.items()}
    done = shrink(texts, [outside], {path: dedent(text) for path, text in (beside or {}).items()})
    return {path.removeprefix("firmware/").removesuffix(".py"): text for path, text in done.texts.items()} | done.beside


def became(text, expected):
    """Whether two texts are the same program."""
    return ast.dump(ast.parse(text)) == ast.dump(ast.parse(dedent(expected)))


# Constants --------------------------------------------------------------------------------------------------------

STATES = """
    '''States.'''
    WAITING = 0
    DUE = 1 << 4
    NONE = -1
    BOTH = WAITING | DUE
"""


def test_a_constant_stands_where_it_is_used_and_neither_its_name_nor_its_import_is_left():
    user = """
        from firmware import states
        from firmware.states import BOTH as all_of_them, DUE
        def f(n):
            return n == states.NONE or n & DUE or n == all_of_them
    """
    texts = shrunk(states=STATES, user=user, outside="from firmware.user import f; f(n)")
    assert became(texts["states"], "")
    assert became(texts["user"], "def f(_a):\n    return _a == -1 or _a & 16 or _a == 16")


def test_a_private_constant_needs_no_const_any_more():
    texts = shrunk(
        a="from micropython import const\n_LONG_MS = const(1500)\ndef f():\n    return _LONG_MS\n", outside="f"
    )
    assert became(texts["a"], "def f():\n    return 1500")


def test_constants_are_worked_out_from_others_wherever_they_stand():
    a = "from firmware import b\nSIZE = b.HEAD + len(b.MARK) + 2\nTABLE = ((SIZE, 'x'),)\ndef f():\n    return SIZE\n"
    b = "import struct\nHEAD = struct.calcsize('<HB')\nMARK = b'JS'\n"
    texts = shrunk(a=a, b=b, outside="f TABLE")
    assert became(texts["a"], "TABLE = ((7, 'x'),)\ndef f():\n    return 7")
    assert became(texts["b"], "import struct")


@pytest.mark.parametrize(
    "user",
    [
        "def f(DUE):\n    return DUE",
        "def f():\n    DUE = 3\n    return DUE",
        "def f():\n    for DUE in (1, 2):\n        pass\n    return DUE",
        "def f():\n    return [DUE for DUE in (1, 2)]",
        "def f():\n    return lambda DUE: DUE",
        "def f():\n    try:\n        return 1\n    except OSError as DUE:\n        return DUE",
        "def f():\n    from firmware.other import DUE\n    return DUE",
        "def f(states):\n    return states.DUE",
        "class F:\n    DUE = 5\n    def f(self):\n        return self.DUE",
    ],
)
def test_a_nearer_name_hides_a_constant(user):
    text = shrunk(
        states=STATES, user=f"from firmware import states\nfrom firmware.states import DUE\n{user}", outside="f F"
    )
    assert "16" not in text["user"]


@pytest.mark.parametrize(
    "change",
    [
        "LIMIT = 4",
        "LIMIT += 1",
        "del LIMIT",
        "def g():\n    global LIMIT\n    LIMIT = 5",
        "for LIMIT in (1, 2):\n    pass",
        "if f:\n    LIMIT = 6",
    ],
)
def test_what_is_bound_twice_is_no_constant(change):
    text = shrunk(a=f"LIMIT = 3\ndef f():\n    return LIMIT\n{change}\n", outside="f g")["a"]
    assert "return LIMIT" in text and "LIMIT = 3" in text


def test_what_another_module_stores_to_is_no_constant():
    texts = shrunk(a="LIMIT = 3\ndef f():\n    return LIMIT\n", b="from firmware import a\na.LIMIT = 4\n", outside="f")
    assert "return LIMIT" in texts["a"]


def test_what_may_be_reached_by_a_string_is_left_alone():
    a = "WORDS = (1, 2)\nLIMIT = 3\ndef f():\n    return WORDS, LIMIT\n"
    texts = shrunk(a=a, b="from firmware import a\nsetattr(a, 'LIMIT', 4)\ndelattr(a, 'WORDS')\n", outside="f")
    assert became(texts["a"], a)


def test_what_somebody_else_on_the_board_names_is_kept_and_still_put_in():
    a = "from firmware.states import DUE\ndef f():\n    return DUE\n"
    texts = shrunk(a=a, states=STATES, outside="import firmware.states; firmware.states.DUE; f")
    assert became(texts["states"], "DUE = 1 << 4")
    assert became(texts["a"], "def f():\n    return 16")


def test_a_longer_object_used_by_two_modules_and_a_longer_tuple_used_twice_stay_where_they_are():
    table = "NAME = 'a long file name'\nWAY = 'wb'\nMARK = b'12345'\nTWICE = ('a', 2)\nONCE = ('b', 4)\nFEW = (5, 6)\n"
    a = "from firmware import t\ndef f():\n    return t.NAME, t.WAY, t.MARK, t.TWICE, t.ONCE, t.FEW\n"
    b = "from firmware import t\ndef g():\n    return t.NAME, t.WAY, t.MARK, t.TWICE, t.FEW\n"
    texts = shrunk(t=table, a=a, b=b, outside="f g")
    assert became(texts["t"], "NAME = 'a long file name'\nMARK = b'12345'\nTWICE = ('a', 2)")
    assert "return (t.NAME, 'wb', t.MARK, t.TWICE, ('b', 4), (5, 6))" in texts["a"]


def test_what_is_simulated_beside_gets_the_constants_and_keeps_none_of_them():
    beside = {"hardware/simulated/x.py": "from firmware import states\nfirst = states.DUE\n"}
    texts = shrunk(states=STATES, beside=beside)
    assert became(texts["states"], "")
    assert "first = 16" in texts["hardware/simulated/x.py"]


def test_what_only_readers_and_type_checkers_look_at_goes():
    text = shrunk(
        a="""
        '''Doc.'''
        TYPE_CHECKING = False
        __all__ = ("f",)
        if TYPE_CHECKING:
            from firmware.ports import Clock
        class F:
            '''Doc.'''
            clock: "Clock"
        def f(n: "int" = 1) -> "int":
            '''Doc.'''
            m: "int" = n
            return m
        """,
        outside="F f(n=1)",
    )["a"]
    assert became(text, "class F:\n    pass\ndef f(n=1):\n    m = n\n    return m")


def test_a_function_that_nobody_names_goes_and_one_that_the_simulation_calls_stays():
    a = "def f():\n    return 1\ndef g():\n    return 2\ndef h():\n    return 3\n"
    texts = shrunk(a=a, outside="from firmware.a import f", beside={"hardware/simulated/x.py": "a.g()"})
    assert became(texts["a"], "def f():\n    return 1\ndef g():\n    return 2")


def test_a_value_that_a_call_makes_is_never_dropped():
    assert "Layout()" in shrunk(a="class Layout:\n    pass\nFIX = Layout()\n")["a"]


# Names ------------------------------------------------------------------------------------------------------------

COUNTER = """
    class Counter:
        def __init__(self, first):
            self._count = first
            self.total = 0
        def _more(self, by):
            self._count += by
            return _twice(self._count)
        def add(self, by):
            self.total = self._more(by)
    def _twice(number):
        return 2 * number
"""


def test_private_names_and_parameters_of_all_modules_share_a_few_short_ones():
    other = (
        COUNTER.replace("_count", "_seen").replace("_more", "_look").replace("_twice", "_half").replace("by", "steps")
    )
    texts = shrunk(a=COUNTER, b=other, outside="Counter add total")
    assert texts["a"] == texts["b"]
    left = {node.arg for node in ast.walk(ast.parse(texts["a"])) if isinstance(node, ast.arg)}
    left |= {node.attr for node in ast.walk(ast.parse(texts["a"])) if isinstance(node, ast.Attribute)}
    assert left == {"self", "total", "_a", "_b"}
    counter = namespace(texts["a"])["Counter"](1)
    counter.add(2)
    assert counter.total == 6


def namespace(text):
    found = {}
    exec(text, found)
    return found


def test_a_class_and_its_heirs_in_other_modules_have_the_same_names():
    base = """
        class Base:
            def __init__(self):
                self._long = 1
            def _more(self):
                return self._long
    """
    heir = """
        from firmware.base import Base
        class Heir(Base):
            def __init__(self):
                Base.__init__(self)
                self._other = 5
            def both(self):
                return self._more() + self._other + self._long
    """
    texts = shrunk(base=base, heir=heir, outside="Heir both")
    assert "_long" not in texts["base"] + texts["heir"]
    together = namespace(texts["base"] + texts["heir"].replace("from firmware.base import Base\n", ""))
    assert together["Heir"]().both() == 7


def test_names_that_an_unmodified_module_has_too_are_kept():
    heir = """
        from busio import I2C
        class Bus(I2C):
            def f(self):
                self._mine = 1
                return self._bus, self._mine
    """
    text = shrunk(heir=heir, outside="class I2C:\n    def __init__(self, bus): self._bus = bus\nBus f")["heir"]
    assert "self._bus" in text and "_mine" not in text


def test_what_a_simulated_heir_uses_is_kept():
    base = "class Files:\n    def __init__(self, root):\n        self._root = root\n        self._more = 1\n"
    heir = """
        def mount():
            from firmware.a import Files
            class Own(Files):
                def f(self):
                    return self._root
    """
    text = shrunk(a=base, outside="Files", beside={"hardware/simulated/x.py": heir})["a"]
    assert "self._root" in text and "_more" not in text


def test_a_parameter_that_is_given_by_name_keeps_it_and_a_default_means_what_stood_outside():
    a = """
        clock = 7
        def f(clock=clock, softer=False, by=1):
            return clock, softer, by
        def g():
            return f(softer=True)
    """
    text = shrunk(a=a, outside="f g f(by=3)")["a"]
    assert "softer=False" in text and "by=1" in text
    assert namespace(text)["f"]() == (7, False, 1)
    assert namespace(text)["g"]() == (7, True, 1)


def test_functions_inside_functions_and_what_they_share_still_fit():
    a = """
        _step = 10
        def outer(first, second):
            total = [first]
            def inner(second, third=second):
                total.append(second + third + _step + first)
                return [first + each for each in total]
            return inner(1), (lambda first: first + second)(5)
    """
    text = shrunk(a=a, outside="outer")["a"]
    assert namespace(text)["outer"](2, 3) == namespace(dedent(a))["outer"](2, 3)


def test_a_private_variable_of_a_module_that_a_function_changes_is_still_that_variable():
    a = """
        _seen = [0]
        _last = 0
        def f(number):
            global _last
            _seen.append(number)
            before, _last = _last, number
            return before, _seen
    """
    f = namespace(shrunk(a=a, outside="f")["a"])["f"]
    assert (f(3), f(4)) == ((0, [0, 3, 4]), (3, [0, 3, 4]))


def test_what_a_class_has_besides_methods_keeps_its_name():
    a = "class F:\n    _LIMIT = f()\n    def g(self, most=_LIMIT):\n        return self._LIMIT, most\n"
    text = shrunk(a="def f():\n    return 3\n" + a, outside="F g")["a"]
    assert namespace(text)["F"]().g() == (3, 3)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def f(other):\n    return other._count\n", "private to another object"),
        ("class F:\n    def f(self):\n        return self._count\n", "nothing here makes _count"),
        ("from firmware.a import _count\n", "uses private ones"),
        ("from firmware.a import *\n", "hides which names"),
        ("def f():\n    return globals()\n", "hides which names"),
        ("def f(names):\n    return f(**names)\n", "hides which names"),
    ],
)
def test_what_cannot_be_renamed_safely_is_refused_by_name(text, says):
    with pytest.raises(BoardError, match=rf"firmware\.b: .*{says}"):
        shrunk(b=text, outside="f F")


def test_a_traceback_from_a_board_is_read_with_the_functions_own_names():
    names = shrink({"firmware/a/count.py": dedent(COUNTER)}, ["Counter add total"]).names
    meanings = names["firmware.a.count"]
    more, twice = (next(short for short, long in meanings.items() if name in long) for name in ("_more", "_twice"))
    said = f'  File "count", in add\n  File "count", in {more}\n  File "other", in {twice}\nValueError: {more}\n'
    expected = said.replace(f'"count", in {more}', '"count", in ' + " or ".join(meanings[more]))
    assert readable(said, names) == expected
    assert "_more" in expected


# The firmware -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    """A folder for each role with all that it needs from .mpy, the simulated hardware beside it; and its image."""
    found = {}
    for role in (PRIMARY, BACKUP):
        folder = tmp_path_factory.mktemp("tree")
        found[role] = folder, compile_tree(folder, role)
    return found


def run(arguments, folder, *path):
    done = subprocess.run(
        [micropython(), "-X", "heapsize=8M", *map(str, arguments)],
        cwd=folder,
        env=dict(os.environ, MICROPYPATH=os.pathsep.join(map(str, (".frozen", folder, *path)))),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert not done.returncode, done.stderr.decode()
    return done.stdout


@needs_micropython
@pytest.mark.parametrize("faults", [[], [["hang", 602, 10, 0], ["power_cut", 724, 5, 0]]])
def test_the_image_of_a_board_flies_the_very_flight_that_its_sources_fly(trees, faults, tmp_path):
    board_packages(tmp_path / "lib")
    (tmp_path / "mission.bin").write_bytes(mission_data())
    truths = []
    for name, folder, *path in (("source", PROJECT, SHIMS, tmp_path / "lib"), ("image", trees[PRIMARY][0])):
        truth = tmp_path / f"{name}.jsonl"
        given = setup(mission_bin=str(tmp_path / "mission.bin"), truth=str(truth), faults=faults)
        (tmp_path / "setup.json").write_text(json.dumps(given))
        downlink = run(["-m", "hardware.simulated.flight", tmp_path / "setup.json"], folder, *path)
        truths.append((downlink, truth.read_text()))
    assert truths[0] == truths[1]
    end = json.loads(truths[1][1].splitlines()[-1])
    assert end["frames_sent"] > 1000 and end["trace_records"] > 1000 and not end["faults"]
    assert sum('"boot"' in line for line in truths[1][1].splitlines()) == 1 + len(faults)


BACKUP_FLIGHT = """
import sys
from firmware.backup_timer.backup_computer import BackupComputer
from hardware.boards.backup import build
from hardware.pins import backup as pins
from hardware.simulated.clock import Clock
from hardware.simulated.machine import SimulatedMachine, Wiring
class Files:
    def open(self, name, mode):
        return open(sys.argv[1] + name, mode)
clock = Clock()
wiring = Wiring()
edges = []
level = lambda name: wiring.inputs.__setitem__(pins.number(name[0]), lambda: name[1])
for pair in (("PLUG_SENSE", 0), ("PULL_PIN", 0), ("CONTINUITY", 0)):
    level(pair)
for name, volts in (("CUTTER_VOLTS", 0.1), ("LOGIC_VOLTS", 1.5)):
    wiring.adc[pins.number(name)] = lambda volts=volts: volts
wiring.i2c[0] = {}
for gpio, name, function, direction, safe in pins.PINS:
    if direction == pins.OUT:
        wiring.outputs[gpio] = lambda level, name=name: edges.append((clock.now_us, name, level))
computer = BackupComputer(build(SimulatedMachine(clock, wiring, SimulatedMachine.PWRON_RESET), clock, Files()))
computer.loop.run(400)
print(computer.state.state, computer.health.counts, edges)
"""


@needs_micropython
def test_the_image_of_the_backup_does_what_its_sources_do(trees, tmp_path):
    (tmp_path / "backup.bin").write_bytes(plan_bytes())
    script = tmp_path / "script.py"
    script.write_text(BACKUP_FLIGHT)
    said = [run([script, f"{tmp_path}/"], folder, SHIMS).decode() for folder in (PROJECT, trees[BACKUP][0])]
    assert said[0] == said[1]
    assert said[0].count("HEARTBEAT") > 50


@pytest.mark.parametrize("role", [PRIMARY, BACKUP], ids=["primary", "backup"])
def test_on_a_board_no_private_name_is_longer_than_two_letters_but_what_others_know(role, trees):
    image = trees[role][1]
    ours = b"".join(data for path, data in image.files.items() if path.startswith(("firmware/", "hardware/")))
    names = set(re.findall(rb"\x00.(_[A-Za-z][A-Za-z_0-9]{2,})\x00", ours, re.DOTALL))
    # Of the Adafruit driver and its bus, of the system, and what the simulated file system inherits.
    assert names <= {b"_reset", b"_i2c", b"_bus", b"_machine", b"_root"}
    assert b"WAITING" not in ours and b"BAROMETER_FROZEN" not in ours
    assert "_ticks_diff" in {name for long in image.names["firmware.health"].values() for name in long}
