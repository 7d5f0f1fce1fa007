"""The documents name what exists: links, paths, commands, make words, and the tables that repeat what the code says."""

import ast
import re
import xml.etree.ElementTree as ElementTree

import click
import pytest

from firmware.protocol import framing, telemetry, words
from ground.cli import main
from tests.ports import ROOT

# Generated ones are compared with the code by `make check`; their links are looked at here all the same.
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
IDS = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
ROOMS = ("firmware", "hardware", "ground", "tests", "docs", "missions")
# What a document may point to outside: standards and licences, never a place that something is fetched from.
OUTSIDE = ("https://keepachangelog.com/", "https://semver.org/")

_LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"^[\w.-]+(/[\w.-]+)+/?$")
_MACHINE_PATH = re.compile(r"(?<![\w.:/])/(home|root|tmp|work|Users|private)/")
_ADDRESS = re.compile(r"https?://[^\s)>\"'`]+")


def text_of(path):
    return path.read_text(encoding="utf-8")


def blocks_of(text):
    """The lines of code blocks, indented or fenced."""
    fenced = False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip()


def commands_of(text):
    """Whatever a document tells a person to type: code in a line, and lines of code blocks."""
    yield from (code.strip() for code in _CODE.findall(text))
    yield from blocks_of(text)


def anchors_of(text):
    """What GitHub makes of the headings."""
    heads = re.findall(r"^#+ +(.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def leads_somewhere(path, text, target):
    name, _, anchor = target.partition("#")
    file = (path.parent / name).resolve() if name else path
    return file.exists() and (not anchor or anchor in anchors_of(text_of(file) if name else text))


def bad_links(path, text):
    for target in _LINK.findall(text):
        if not target.startswith("http") and not leads_somewhere(path, text, target):
            yield target


def exists(name):
    """In the project, or, as `release/gates.py` on a page about the firmware, in one of its rooms."""
    rooms = ("",) if name.split("/")[0] in ROOMS else ROOMS
    return any((ROOT / room / name).exists() for room in rooms)


def bad_paths(text):
    for code in _CODE.findall(text):
        of_ours = code.split("/")[0] in ROOMS or code.endswith(".py")
        if _PATH.match(code) and of_ours and not code.endswith(".toml") and not exists(code):
            yield code


def make_words():
    return set(re.findall(r"^([a-z]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE))


def bad_make_words(text):
    known = make_words()
    for command in commands_of(text):
        found = re.match(r"make ([a-z]+)\b", command)
        if found and found[1] not in known:
            yield command


def bad_samara_commands(text):
    """Commands, subcommands and options that `samara` does not have."""
    for command in commands_of(text):
        found = re.match(r"(?:\.venv/bin/)?samara ((?:[a-z]+ ?)+.*)$", command)
        if not found:
            continue
        # Two blanks or more begin the words about it.
        typed = re.split(r" {2,}", found[1])[0].replace(",", " ").split()
        place: click.Command = main
        options = {"--help", "-h", "--version"}
        while typed:
            word = typed.pop(0)
            if isinstance(place, click.Group):
                context = click.Context(place)
                if word == "..." or word == "COMMAND" or "|" in word:
                    break
                after = place.get_command(context, word)
                if after is None and not word.startswith("-"):
                    yield command
                    break
                if after is not None:
                    place = after
                    options |= {name for one in place.params for name in one.opts}
                    continue
            if word.startswith("-") and not any(part in options for part in word.split("|")):
                yield command
                break


def table_after(path, mark):
    """The rows of a marked table, as lists of cells."""
    part = text_of(ROOT / path).split(f"<!-- {mark}: ", 1)[1].split(f"<!-- end of {mark} -->", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    return rows[2:]


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_link_leads_somewhere(path):
    assert list(bad_links(path, text_of(path))) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_path_that_is_named_exists(path):
    assert list(bad_paths(text_of(path))) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_every_command_that_is_named_exists(path):
    text = text_of(path)
    assert [*bad_make_words(text), *bad_samara_commands(text)] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=IDS)
def test_no_document_names_a_machine_or_a_place_to_fetch_from(path):
    text = text_of(path)
    assert _MACHINE_PATH.findall(text) == []
    assert [found for found in _ADDRESS.findall(text) if not found.startswith(OUTSIDE)] == []


def test_every_document_is_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path.is_dir():
            path = path / "README.md"
        if path in seen or path not in DOCUMENTS:
            continue
        seen.add(path)
        waiting += [
            (path.parent / target.partition("#")[0]).resolve()
            for target in _LINK.findall(text_of(path))
            if not target.startswith(("http", "#"))
        ]
    assert set(DOCUMENTS) - seen == set()


def test_the_checks_find_what_is_wrong():
    page = ROOT / "README.md"
    assert list(bad_links(page, "[a](docs/nothing.md) [b](docs/protocol.md#nothing) [c](docs/protocol.md#faults)")) == [
        "docs/nothing.md",
        "docs/protocol.md#nothing",
    ]
    assert list(bad_paths("`firmware/loop.py` `firmware/gone.py` `release/gates.py` `release/gone.py`")) == [
        "firmware/gone.py",
        "release/gone.py",
    ]
    assert list(bad_make_words("`make fly`\n\n    make nothing PORT=x\n")) == ["make nothing PORT=x"]
    wrong = ["samara land", "samara fly --slowly", "samara board eat /dev/ttyACM0", "samara export raw.log --pdf"]
    right = ["samara fly --seed 7", "samara board log /dev/ttyACM0 -o x", ".venv/bin/samara listen", "samara COMMAND"]
    assert list(bad_samara_commands("".join(f"    {line}    words about it\n" for line in wrong + right))) == [
        f"{line}    words about it" for line in wrong
    ]


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "images").glob("*.svg")), ids=lambda path: path.name)
def test_a_drawing_is_whole_says_what_it_shows_and_knows_the_night(path):
    text = text_of(path)
    root = ElementTree.fromstring(text)
    children = {child.tag.rpartition("}")[2] for child in root}
    assert root.tag.endswith("}svg") and root.get("viewBox") and {"title", "desc"} <= children
    assert "prefers-color-scheme" in text
    # Whatever is fetched or run is not shown where a page shows a drawing as an image.
    assert re.search(r"<script|href=|url\(http|@import", text) is None


def test_the_slots_of_the_loop_are_those_of_the_code():
    source = text_of(ROOT / "firmware" / "flight_computer.py")
    rows = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Activity":
            name = ast.literal_eval(node.args[0])
            slots = "every" if isinstance(node.args[2], ast.Name) else str(ast.literal_eval(node.args[2])).strip("(,)")
            critical = "yes" if len(node.args) > 3 and ast.literal_eval(node.args[3]) else ""
            rows.append([f"`{name}`", slots, critical])
    assert len(rows) >= 9
    assert [row[:3] for row in table_after("docs/architecture.md", "slots")] == rows


def test_the_attributes_of_a_board_are_those_of_the_code():
    named = {
        code.partition("(")[0] for row in table_after("docs/architecture.md", "board") for code in _CODE.findall(row[0])
    }
    from hardware.boards.board import Board

    made = {"name", "machine", "clock", "storage", "reset_cause", "random_bytes", "free_heap"}
    public = {name for name in [*vars(Board), *Board.__annotations__] if not name.startswith("_")}
    assert named == public | made


def test_the_reasons_of_the_release_page_are_those_of_the_code():
    named = re.findall(
        r"^\| `(\w+)` \| (?:hard|condition|passes by itself) \|", text_of(ROOT / "docs" / "release.md"), re.M
    )
    assert named == [row[1] for row in words.REASONS]


def test_every_test_that_the_safety_page_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", text_of(ROOT / "docs" / "safety.md")))
    written = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        written |= set(re.findall(r"^def (test_\w+)\(", text_of(path), re.M))
    assert len(named) >= 80 and named <= written, named - written
    for path in re.findall(r"`(tests/[\w/]+\.py)`", text_of(ROOT / "docs" / "safety.md")):
        assert (ROOT / path).is_file(), path


def test_the_sizes_of_frames_are_those_of_the_code():
    payload = telemetry.FIX_LAYOUT.size
    wire = payload + framing.FIXED_BYTES
    architecture = text_of(ROOT / "docs" / "architecture.md")
    assert f"saturated: {payload} bytes" in architecture and f"two zeros: {wire} bytes" in architecture
    assert f"says so, {telemetry.EVENT_LAYOUT.size + framing.FIXED_BYTES} bytes" in architecture
    drawing = text_of(ROOT / "docs" / "images" / "architecture.svg")
    assert f">FIX {payload}<" in drawing and f">{wire} bytes:<" in drawing
