"""What is wrong with a serial port and what to do about it, in one sentence."""

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def port_trouble(port: str, error: Exception) -> str:
    """Why `port` could not be opened: missing, forbidden, busy, or the system's own words."""
    number = _number(error)
    text = str(error).lower()
    if "exclusively lock" in text or number in (errno.EBUSY, errno.EAGAIN):
        holder = _holder(port)
        who = f"{holder} has it open" if holder else "another program has it open (lsof names it)"
        return f"{port} is busy: {who}; close that program, trying again."
    # Windows says "access denied" of a port that is open elsewhere, and nothing is ever forbidden there.
    if number == errno.EACCES or isinstance(error, PermissionError) or "access is denied" in text:
        if sys.platform == "win32":
            return f"{port} is busy: another program has it open; close that program, trying again."
        command = f"sudo usermod -aG {_group(port)} $USER"
        return f"You may not open {port}: run `{command}`, then log out and in; trying again."
    if number in (errno.ENOENT, errno.ENODEV, errno.ENXIO) or "could not find" in text or "filenotfound" in text:
        return f"There is no {port}: plug the radio in or give another port ({here()}); trying again."
    # pyserial keeps no number of what termios refuses.
    if number in (errno.ENOTTY, errno.EINVAL, errno.EISDIR) or "inappropriate ioctl" in text:
        return f"{port} is no serial port: give another one ({here()}); trying again."
    words = (os.strerror(number) if number else str(error) or type(error).__name__).rstrip(".")
    return f"{port} cannot be opened ({words}); trying again."


def gone(port: str, error: Exception) -> str:
    """Why an open port stopped working."""
    if "multiple access" in str(error) and os.path.exists(port):
        # pyserial says this of any read that finds nothing: an unplugged adapter far more often than a second reader.
        return f"{port} stopped answering: is the radio unplugged, or another program reading from it? Trying again."
    return f"{port} vanished: is the radio unplugged? Plug it in again; trying again."


def ports() -> list[tuple[str, str]]:
    """(device, description) of every serial port of this machine, none hidden."""
    from serial.tools import list_ports

    found = {port.device: port.description or "" for port in list_ports.comports()}
    if sys.platform.startswith("linux"):
        for pattern in ("ttyUSB*", "ttyACM*", "ttyAMA*", "ttyS*", "rfcomm*"):
            for path in sorted(Path("/dev").glob(pattern)):
                found.setdefault(str(path), "")
    return sorted((device, "" if text == "n/a" else text) for device, text in found.items())


def here() -> str:
    """The ports of this machine in a few words."""
    found = ports()
    if not found:
        return "this machine has no serial port now"
    # The ones with a description are real devices; a PC lists up to 32 sockets that were never soldered.
    found.sort(key=lambda port: not port[1])
    names = ", ".join(f"{device} {text}".strip() for device, text in found[:4])
    return f"here: {names}" + (f" and {len(found) - 4} more, see `samara listen`" if len(found) > 4 else "")


def same_device(identity: tuple[int | None, int | None, str | None], found: Iterable[Any]) -> str | None:
    """Where the device (vendor, product, serial number) is now: a replugged adapter often gets another name."""
    for port in found:
        if (port.vid, port.pid, port.serial_number) == identity:
            return str(port.device)
    return None


def _number(error: Exception) -> int | None:
    number = getattr(error, "errno", None)
    return number if isinstance(number, int) else None


def _group(port: str) -> str:
    try:
        import grp

        name = grp.getgrgid(os.stat(port).st_gid).gr_name
    except (ImportError, OSError, KeyError):
        return "dialout"
    return "dialout" if name == "root" else name


def _holder(port: str) -> str | None:
    """Name and number of a process that has the port open, where the system lets us see it."""
    wanted = os.path.realpath(port)
    own = str(os.getpid())
    try:
        processes = [entry for entry in os.listdir("/proc") if entry.isdigit() and entry != own]
    except OSError:
        return None
    for process in processes:
        try:
            with os.scandir(f"/proc/{process}/fd") as files:
                if any(os.readlink(file.path) == wanted for file in files):
                    return f"{Path(f'/proc/{process}/comm').read_text().strip()} (process {process})"
        except OSError:
            continue
    return None
