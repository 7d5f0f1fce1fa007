"""Keeps a process from ever opening a folder, with Landlock (Linux 5.13 and newer; docs.kernel.org/userspace-api).

Processes of one user can otherwise read each other's files: without this the page's server is only never told where
the key is. Landlock knows what is allowed, not what is forbidden: everything beside the way to the folder is allowed.
"""

import ctypes
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # system calls, the same on every machine
_ASK_VERSION = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_FILE_RIGHTS = 0b111  # execute, write, read
# By the version that the system has: all rights that it can take away; a right that it does not know is an error.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1}
_NEWEST_RIGHTS = (1 << 15) - 1
_TRUNCATE = 1 << 14


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def shut_out(folder: Path, writable: Path) -> bool:
    """From now on this process and its children cannot open anything in `folder`; False where the system cannot do it.

    writable: a folder that is allowed in any case, wherever it is.
    """
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    version = library.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        return False
    rights = _RIGHTS.get(version, _NEWEST_RIGHTS)
    wanted = _Ruleset(rights)
    rules = library.syscall(_CREATE_RULESET, ctypes.byref(wanted), ctypes.sizeof(wanted), 0)
    if rules < 0:
        return False
    try:
        for path in (*_beside(folder), writable):
            _allow(library, rules, path, rights)
        if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            return False
        return bool(library.syscall(_RESTRICT_SELF, rules, 0) == 0)
    finally:
        os.close(rules)


def _beside(folder: Path) -> Iterator[Path]:
    """Everything that is neither the folder, nor in it, nor above it."""
    folder = Path(os.path.realpath(folder))
    for above in reversed(folder.parents):
        kept = folder.relative_to(above).parts[0]
        try:
            names = os.listdir(above)
        except OSError:
            return
        for name in names:
            # What a symbolic link leads to is allowed where it is, or is the very folder.
            if name != kept and not (above / name).is_symlink():
                yield above / name


def _allow(library: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    try:
        handle = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _FILE_RIGHTS | (_TRUNCATE & rights)
        rule = _PathBeneath(rights, handle)
        library.syscall(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(handle)
