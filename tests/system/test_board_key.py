"""`samara key provision PORT` and `remove PORT`, against the stand-in: the firmware there reads what arrived."""

import os
import sys

import pytest
from click.testing import CliRunner

from firmware.protocol import provisioning
from ground import board_link, key_command
from ground.key_store import KeyStore
from tests.system.test_board import micropython
from tests.system.test_board import run as board

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
stand_in = pytest.importorskip("tests.system.board_stand_in", reason="needs pseudo-terminals")
if not stand_in.MICROPYTHON.exists():
    pytest.skip("no MicroPython for this machine", allow_module_level=True)


@pytest.fixture(scope="module")
def flashed_board(tmp_path_factory):
    from tests.system.test_board_flight import mission_bytes

    path = tmp_path_factory.mktemp("mission") / "bench.bin"
    path.write_bytes(mission_bytes())
    with stand_in.StandIn(tmp_path_factory.mktemp("board")) as found:
        board("flash", found.port, "--mission", path)
        yield found


@pytest.fixture
def keyless(flashed_board):
    flashed_board.faults()
    (flashed_board.flash / "key.bin").unlink(missing_ok=True)
    return flashed_board


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMARA_KEYS", str(tmp_path / "keys"))
    store = KeyStore()
    store.new()
    return store


def key(*arguments, status=0, typed=None):
    result = CliRunner().invoke(key_command.command, [str(one) for one in arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == status, result.output
    return result.output


def test_the_board_gets_keys_that_its_own_firmware_reads(keyless, store):
    resets = keyless.resets
    said = key("provision", keyless.port)
    (one,) = store.provisions()
    keys = provisioning.read_file(keyless.files()["key.bin"])
    assert keys.key_id == one.key_id and f"key id {one.key_id:04x}" in said
    assert keys.tag_up(b"x") == store.master().derive(one.salt).tag_up(b"x")
    assert (one.flight, one.net, one.drops) == ("bench", 0x1234, ("north", "south"))
    assert "north, south" in said and keyless.resets == resets + 1
    read = micropython(
        keyless.flash,
        "from firmware.key_file import read_keys\n"
        "class Files:\n    def open(self, name, mode): return open(name, mode)\n"
        "print(read_keys(Files()).key_id)",
        path=".",
    )
    assert read.strip() == str(one.key_id)


def test_a_key_on_the_board_is_replaced_only_when_asked(keyless, store):
    key("provision", keyless.port)
    before = keyless.files()["key.bin"]
    assert "nothing was changed" in key("provision", keyless.port, typed="n\n", status=2)
    assert keyless.files()["key.bin"] == before and len(store.provisions()) == 1
    key("provision", keyless.port, "--yes")
    assert keyless.files()["key.bin"] != before and len(store.provisions()) == 2


def test_with_the_plug_in_no_key_goes_onto_the_board(keyless, store):
    keyless.faults(plug=[[0, 1]])
    said = key("provision", keyless.port, status=1)
    assert "plug is in" in said
    assert "key.bin" not in keyless.files() and store.provisions() == []


def test_a_key_that_arrives_damaged_is_copied_again_and_at_last_taken_off(keyless, store):
    keyless.faults(flip={"key.bin": 1})
    key("provision", keyless.port)
    assert provisioning.read_file(keyless.files()["key.bin"]) is not None
    keyless.faults(flip={"key.bin": 99})
    said = key("provision", keyless.port, "--yes", status=1)
    assert "damaged 3 times" in said
    assert "key.bin" not in keyless.files()


def test_no_key_is_ever_an_argument_or_printed(keyless, store, monkeypatch):
    seen = []
    popen = board_link.subprocess.Popen

    def watched(command, **how):
        seen.append((command, dict(how.get("env") or {})))
        return popen(command, **how)

    monkeypatch.setattr(board_link.subprocess, "Popen", watched)
    said = key("provision", keyless.port)
    file = keyless.files()["key.bin"]
    text = (said + repr(seen)).encode()
    assert seen and sys.executable in seen[0][0][0]
    for secret in (file[7:39], file[39:71]):
        for form in (secret, secret.hex().encode(), repr(secret)[2:-1].encode()):
            assert form not in text


def test_a_key_is_taken_off_again(keyless, store):
    key("provision", keyless.port)
    assert "commands over the radio are off" in key("remove", keyless.port)
    assert "key.bin" not in keyless.files()
    assert "has no key" in key("remove", keyless.port, status=1)


def test_another_flashing_and_the_copied_log_leave_the_key_where_it_is(keyless, store, tmp_path):
    from tests.system.test_board_flight import mission_bytes

    key("provision", keyless.port)
    before = keyless.files()["key.bin"]
    path = tmp_path / "other.bin"
    path.write_bytes(mission_bytes("other"))
    board("flash", keyless.port, "--mission", path)
    assert keyless.files()["key.bin"] == before
    board("log", keyless.port, "-o", tmp_path / "copied")
    assert not any(before[7:39] in one.read_bytes() for one in (tmp_path / "copied").iterdir())
