"""Keys that nobody else may read, that are never overwritten, and that never show."""

import os
import pickle
import traceback

import pytest
from click.testing import CliRunner

from firmware.protocol import provisioning
from ground import key_command
from ground.key_store import KeyStore, KeyTrouble, MasterKey, Provision, keys_folder, private_file

posix = pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
MASTER_AT = 13  # in the file, after its head


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "keys"
    monkeypatch.setenv("SAMARA_KEYS", str(folder))
    return folder


@pytest.fixture
def store(folder):
    store = KeyStore()
    store.new()
    return store


def run(*arguments, status=0, typed=None):
    result = CliRunner().invoke(key_command.command, [str(one) for one in arguments], input=typed)
    assert result.exit_code == status, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


def material(store):
    """The secret bytes in every form that a program might print them in."""
    master = store.file.read_bytes()[MASTER_AT : MASTER_AT + provisioning.KEY_BYTES]
    secrets = [master]
    for one in store.provisions():
        file = provisioning.file_of(store.master().derive(one.salt))
        secrets += [file[7:39], file[39:71]]
    return [form for one in secrets for form in (one, one.hex().encode(), repr(one)[2:-1].encode())]


def test_the_folder_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("SAMARA_KEYS", str(tmp_path / "a"))
    assert keys_folder() == tmp_path / "a"
    monkeypatch.delenv("SAMARA_KEYS")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "b"))
    assert keys_folder() == tmp_path / "b" / "samara" / "keys"


@posix
def test_a_new_key_is_32_random_bytes_that_only_its_owner_may_read(store, folder):
    assert folder.stat().st_mode & 0o777 == 0o700
    assert store.file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["master.key"]
    other = KeyStore(folder / "other.key")
    other.new()
    assert store.file.read_bytes()[MASTER_AT:-4] != other.file.read_bytes()[MASTER_AT:-4]
    assert len(store.file.read_bytes()[MASTER_AT:-4]) == 32


def test_a_key_is_never_written_over_another(store):
    before = store.file.read_bytes()
    with pytest.raises(KeyTrouble, match="is there already"):
        store.new()
    assert "is there already" in run("new", status=2)
    assert store.file.read_bytes() == before


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601])
def test_a_key_that_others_may_read_is_refused(store, mode):
    os.chmod(store.file, mode)
    with pytest.raises(KeyTrouble, match="Others may read"):
        store.master()
    said = run("show", status=2)
    assert "chmod 600" in said and f"{mode:03o}" in said


@posix
@pytest.mark.parametrize("mode", [0o770, 0o702, 0o777])
def test_a_folder_in_which_others_may_write_is_refused(store, folder, mode):
    os.chmod(folder, mode)
    with pytest.raises(KeyTrouble, match="chmod 700"):
        store.master()
    with pytest.raises(KeyTrouble, match="chmod 700"):
        KeyStore(folder / "second.key").new()
    assert not (folder / "second.key").exists()


@posix
def test_a_key_of_somebody_else_is_refused(store, monkeypatch):
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(KeyTrouble, match="another user"):
        store.master()


@posix
def test_a_link_to_a_key_is_no_key(store, folder):
    os.symlink(store.file, folder / "link.key")
    with pytest.raises(KeyTrouble, match="no link"):
        KeyStore(folder / "link.key").master()


@posix
def test_a_folder_and_a_pipe_are_no_keys(store, folder):
    (folder / "folder.key").mkdir()
    os.mkfifo(folder / "pipe.key", 0o600)
    for name in ("folder.key", "pipe.key"):
        with pytest.raises(KeyTrouble, match="is no file"):
            KeyStore(folder / name).master()


def test_a_damaged_key_is_said_to_be_damaged_at_every_byte(store):
    data = store.file.read_bytes()
    for at in range(len(data)):
        store.file.write_bytes(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])
        with pytest.raises(KeyTrouble, match=r"damaged|no master key"):
            store.master()
    for short in (b"", data[:-1], data + b"x"):
        store.file.write_bytes(short)
        with pytest.raises(KeyTrouble, match="no master key"):
            store.master()


def test_without_a_key_it_is_said_how_to_make_one(folder):
    assert "samara key new" in run("show", status=2)


def test_a_key_shows_by_its_fingerprint_only_and_cannot_be_carried_off(store):
    key = store.master()
    hidden = material(store)
    shown = [repr(key), str(key), f"{key}", repr(vars(key).keys()), repr(key.derive(bytes(16)))]
    assert key.fingerprint in repr(key) and len(key.fingerprint) == 8
    for text in shown:
        assert not any(one in text.encode() for one in hidden)
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_a_traceback_through_the_keys_shows_nothing_of_them(store):
    key = store.master()
    try:
        key.derive(b"too short")
    except ValueError:
        text = traceback.format_exc()
    assert not any(one in text.encode() for one in material(store))


def test_no_word_of_samara_key_shows_a_key(store, folder, tmp_path):
    said = run("provision", "--simulated", tmp_path / "key.bin", "--net", "4660")
    said += run("show") + run("list") + run("new", status=2) + run("provision", status=2)
    said += run("provision", "--simulated", tmp_path / "key.bin", status=2)
    hidden = material(store)
    assert len(hidden) == 9  # master, up and down, each in three forms
    assert not any(one in said.encode() for one in hidden)
    salt = store.provisions()[0].salt
    assert salt.hex() not in said
    for path in folder.rglob("*"):
        if path.is_file() and path != store.file:
            assert not any(one in path.read_bytes() for one in hidden)


def test_simulated_keys_are_those_of_their_record(store, tmp_path):
    run("provision", "--simulated", tmp_path / "key.bin", "--net", "4660")
    (one,) = store.provisions()
    keys = provisioning.read_file((tmp_path / "key.bin").read_bytes())
    assert keys.key_id == one.key_id and one.net == 4660
    assert keys.tag_up(b"x") == store.master().derive(one.salt).tag_up(b"x")
    if os.name == "posix":
        assert (tmp_path / "key.bin").stat().st_mode & 0o777 == 0o600


def test_every_provisioning_of_a_folder_has_its_own_key_id(store):
    master = store.master()
    ids = set()
    for number in range(40):
        salt, keys = store.draw(master)
        assert keys.key_id not in ids
        ids.add(keys.key_id)
        store.keep(Provision(keys.key_id, salt, master.fingerprint, number, "board"))
    assert [one.unix_s for one in store.provisions()] == list(range(40))


@posix
def test_a_record_that_others_may_read_is_refused(store, tmp_path):
    run("provision", "--simulated", tmp_path / "key.bin")
    path = next((store.folder / "provisions").glob("*.json"))
    os.chmod(path, 0o644)
    assert "Others may read" in run("list", status=2)


def test_a_damaged_record_is_said_by_its_name(store, tmp_path):
    run("provision", "--simulated", tmp_path / "key.bin")
    path = next((store.folder / "provisions").glob("*.json"))
    path.write_text("{}")
    assert path.name in run("list", status=2)


def test_a_file_for_another_program_is_gone_afterwards_whatever_happens(tmp_path):
    with pytest.raises(RuntimeError), private_file(tmp_path, "key.bin", b"secret") as path:
        assert path.read_bytes() == b"secret"
        if os.name == "posix":
            assert path.stat().st_mode & 0o777 == 0o600
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_fingerprint_is_not_a_part_of_the_key():
    key = MasterKey(bytes(range(32)), 0)
    assert key.fingerprint not in bytes(range(32)).hex()
    assert key.fingerprint != MasterKey(bytes(range(1, 33)), 0).fingerprint
