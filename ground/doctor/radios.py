"""Serial ports: which there are, and whether this user may open them."""

import os
import sys
from collections.abc import Sequence

from ground.doctor.finding import LOOK, MISSING, OK, Finding
from ground.port_trouble import port_trouble, ports

_SHOWN = 6
_GROUP = "dialout"


def serial_ports(found: Sequence[tuple[str, str]] | None = None) -> list[Finding]:
    """A line for those that can be opened, one for each that cannot. found: (device, description)."""
    found = ports() if found is None else found
    # A PC lists sockets that were never soldered; what has a description is a device.
    real = [one for one in found if one[1]] or list(found)
    allowed = [one for one in real if os.access(one[0], os.R_OK | os.W_OK)]
    lines = []
    if allowed:
        names = ", ".join(f"{device} {text}".strip() for device, text in allowed[:_SHOWN])
        more = f" and {len(allowed) - _SHOWN} more" if len(allowed) > _SHOWN else ""
        lines.append(Finding("serial ports", OK, names + more))
    for device, _ in real:
        if os.path.exists(device) and not os.access(device, os.R_OK | os.W_OK):
            sentence = port_trouble(device, PermissionError(13, "")).removesuffix("; trying again.")
            words, _, fix = sentence.partition(": ")
            lines.append(Finding("serial port", MISSING, words, fix or sentence))
    if not lines:
        lines.append(Finding("serial ports", LOOK, "there is none now", "plug the radio in and ask again"))
        group = _missing_group()
        if group:
            fix = f"sudo usermod -aG {group} $USER, then log out and in"
            lines.append(
                Finding("serial ports", LOOK, f"this user is not in the group {group} that may open them", fix)
            )
    return lines


def _missing_group() -> str | None:
    """The group that this user would need, where the system has such groups and this user is in none."""
    if not sys.platform.startswith("linux") or os.geteuid() == 0:
        return None
    import grp

    for name in (_GROUP, "uucp"):
        try:
            number = grp.getgrnam(name).gr_gid
        except KeyError:
            continue
        return None if number in (*os.getgroups(), os.getegid()) else name
    return None
