"""The folder of the keys: one master key, a record of every board that got keys made from it, and their counters.

    ~/.config/samara/keys       0700, or $SAMARA_KEYS
        master.key              0600: "SMRM" | version u8 | made at, unix s u64 | master key 32 | CRC-32 of all before
        provisions/ID.json      0600: salt, key id, board, flight: enough to make the keys again, with the master only
        counters/ID.json        the next counter of the commands to that board

What a key is made of is never printed, and never in a log, an argument or the environment of a process.
"""

import contextlib
import hashlib
import json
import os
import secrets
import stat
import struct
import sys
import time
from binascii import crc32
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from firmware.protocol import authentication, provisioning
from firmware.protocol.authentication import Keys

MASTER = "master.key"
_MAGIC = b"SMRM"
_VERSION = 1
_HEAD = struct.Struct("<4sBQ")
_FILE_BYTES = _HEAD.size + provisioning.KEY_BYTES + 4
_FINGERPRINT = b"samara fingerprint"
CAN_CHECK = os.name == "posix"  # whether the system can say who may read a file


class KeyTrouble(Exception):
    """A key cannot be used or made. One sentence that says what to do, and nothing of the key."""


class MasterKey:
    """Shows itself by a fingerprint only, from which no key can be made."""

    def __init__(self, master: bytes, made_unix_s: int) -> None:
        self._master = bytes(master)
        self.made_unix_s = made_unix_s
        self.fingerprint: str = authentication.hmac_sha256(self._master, _FINGERPRINT)[:4].hex()

    def __repr__(self) -> str:
        return f"MasterKey({self.fingerprint})"

    def __reduce__(self) -> Any:
        raise TypeError("a master key is written by KeyStore.new only")

    def derive(self, salt: bytes) -> Keys:
        """The keys of one provisioning."""
        keys: Keys = provisioning.derive(self._master, salt)
        return keys

    def file(self) -> bytes:
        body = _HEAD.pack(_MAGIC, _VERSION, self.made_unix_s) + self._master
        return body + struct.pack("<I", crc32(body))


class Provision(NamedTuple):
    """Which board got which keys. net, flight, mission_hash and drop names are those of the mission on it then."""

    key_id: int
    salt: bytes
    fingerprint: str  # of the master key
    unix_s: int
    board: str
    net: int | None = None
    flight: str = ""
    mission_hash: str = ""
    drops: tuple[str, ...] = ()
    lost_link_s: int = 0

    @property
    def name(self) -> str:
        """Of its files: one key id may be of two provisionings."""
        return f"{self.key_id:04x}-{hashlib.sha256(self.salt).hexdigest()[:8]}"


def keys_folder() -> Path:
    """Where keys are unless somebody says otherwise."""
    told = os.environ.get("SAMARA_KEYS")
    if told:
        return Path(told)
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "samara" / "keys"


class KeyStore:
    """The folder around one master key file. Every method raises KeyTrouble with a sentence."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = keys_folder() / MASTER if file is None else file
        self.folder = self.file.parent

    # --- the master key ----------------------------------------------------------------------------------------

    def new(self) -> MasterKey:
        """Draw one and write it; never over another."""
        self._make_folder(self.folder)
        key = MasterKey(os.urandom(provisioning.KEY_BYTES), int(time.time()))
        write_private(self.file, key.file())
        return key

    def master(self) -> MasterKey:
        """Read it, unless somebody else could have."""
        self._check_folder(self.folder)
        data = read_private(self.file, _FILE_BYTES)
        if data is None:
            raise KeyTrouble(f"There is no key at {self.file}: `samara key new` makes one, or say where with --key.")
        if len(data) != _FILE_BYTES or data[:4] != _MAGIC or data[4] != _VERSION:
            raise KeyTrouble(f"{self.file} is no master key of samara: say another file with --key.")
        if struct.unpack("<I", data[-4:])[0] != crc32(data[:-4]):
            raise KeyTrouble(f"{self.file} is damaged: take your copy of it, or `samara key new` and provision anew.")
        _, _, made_unix_s = _HEAD.unpack(data[: _HEAD.size])
        return MasterKey(data[_HEAD.size : -4], made_unix_s)

    # --- provisions --------------------------------------------------------------------------------------------

    @property
    def counters_folder(self) -> Path:
        return self.folder / "counters"

    def draw(self, master: MasterKey) -> tuple[bytes, Keys]:
        """A fresh salt, and keys whose id no other provisioning of this folder has."""
        taken = {one.key_id for one in self.provisions()}
        while True:
            salt = secrets.token_bytes(provisioning.SALT_BYTES)
            keys = master.derive(salt)
            if keys.key_id not in taken or len(taken) > 30_000:
                return salt, keys

    def keep(self, provision: Provision) -> None:
        """Write its record down, before the board has its keys: a board with keys that nobody knows is of no use."""
        folder = self.folder / "provisions"
        self._make_folder(folder)
        entry = {**provision._asdict(), "salt": provision.salt.hex()}
        write_private(folder / f"{provision.name}.json", json.dumps(entry, indent=1).encode() + b"\n")

    def provisions(self) -> list[Provision]:
        """All of this folder, oldest first."""
        found = []
        folder = self.folder / "provisions"
        if folder.is_dir():
            self._check_folder(folder)
        for path in sorted(folder.glob("*.json")):
            data = read_private(path, 65536) or b""
            try:
                entry = json.loads(data)
                entry["salt"] = bytes.fromhex(entry["salt"])
                entry["drops"] = tuple(entry["drops"])
                found.append(Provision(**entry))
            except (ValueError, KeyError, TypeError) as error:
                raise KeyTrouble(f"{path} is damaged: take your copy of it, or move it away.") from error
        return sorted(found, key=lambda one: one.unix_s)

    # --- rights ------------------------------------------------------------------------------------------------

    def _make_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise KeyTrouble(f"{folder} cannot be made ({error.strerror}): say another place with --key.") from error
        self._check_folder(folder)

    def _check_folder(self, folder: Path) -> None:
        if not CAN_CHECK:
            return
        try:
            found = os.stat(folder)
        except FileNotFoundError:
            return
        except OSError as error:
            raise KeyTrouble(f"{folder} cannot be looked at ({error.strerror}).") from error
        if found.st_uid != os.geteuid():
            raise KeyTrouble(f"{folder} belongs to another user: keys have to lie in a folder of your own.")
        if found.st_mode & 0o022:
            raise KeyTrouble(
                f"Others may write in {folder}, so they could put a key of theirs there: run `chmod 700 {folder}`."
            )


def write_private(path: Path, data: bytes) -> None:
    """A new file that only its owner may read, whole or not at all; KeyTrouble when there is one already."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(fresh, flags, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(fresh, path)  # unlike a rename this never takes the place of another
        finally:
            os.unlink(fresh)
        _sync_folder(path.parent)
    except FileExistsError:
        raise KeyTrouble(f"{path} is there already and is not touched: say another file, or move that one.") from None
    except OSError as error:
        raise KeyTrouble(f"{path} cannot be written ({error.strerror}): keys need a disk that knows rights.") from None


def read_private(path: Path, most_bytes: int) -> bytes | None:
    """What is in a file that nobody else may read, None where there is none; KeyTrouble when others may."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        handle = os.open(path, flags)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyTrouble(f"{path} cannot be read ({error.strerror}): is it a file of your own, and no link?") from None
    try:
        _check_file(path, os.fstat(handle))
        return os.read(handle, most_bytes + 1)
    finally:
        os.close(handle)


def _check_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise KeyTrouble(f"{path} is no file.")
    if not CAN_CHECK:
        return
    if found.st_uid != os.geteuid():
        raise KeyTrouble(f"{path} belongs to another user: a key has to be your own.")
    if found.st_mode & 0o077:
        raise KeyTrouble(
            f"Others may read {path} (rights {stat.S_IMODE(found.st_mode):03o}), so it may be a secret no "
            f"more: make a new key and provision the board anew; if nobody did read it, `chmod 600 {path}`."
        )


def rights_remark() -> str | None:
    """What this system cannot check, as a sentence."""
    return None if CAN_CHECK else f"{sys.platform}: who may read the key cannot be checked here; see to it yourself."


@contextlib.contextmanager
def private_file(folder: Path, name: str, data: bytes) -> Iterator[Path]:
    """A file for another program to read, overwritten and gone afterwards. folder: nobody else may look into it."""
    path = folder / name
    write_private(path, data)
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            with path.open("r+b") as file:
                file.write(bytes(len(data)))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
