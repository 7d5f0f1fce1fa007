"""What must happen in a scenario, as data: its expected timeline. ground/flight_expectations.py holds a flight to it.

Every time is in seconds. Reasons are bits of firmware.protocol.drops, events the codes of firmware.protocol.telemetry.
"""


def timeline(
    phases,
    drops=(),
    cutdown=None,
    ended_by=None,
    events=(),
    quiet=(),
    boots=1,
    cancelled=0,
    no_go=0,
    launch_found_s=20,
    orders=None,
):
    """All of it. A drop without a row is let go within a second of its time, by one pulse, and confirmed.

    phases: those that the ground hears, in their order. cutdown: a row of `ends`, None for one that has nothing to do.
    ended_by: primary or backup, None where it comes down by itself. quiet: (from, to) after lift-off without any pulse.
    cancelled: launches that were none. no_go: what readiness says at lift-off, 0 is GO. boots: of the primary.
    orders: (command, result by name, None for no answer) of all that the crew says, in the order of the answers; None:
    nothing is expected of it.
    """
    made = {
        "phases": phases,
        "drops": drops,
        "cutdown": cutdown,
        "ended_by": ended_by,
        "events": events,
        "quiet": quiet,
        "boots": boots,
        "cancelled": cancelled,
        "no_go": no_go,
        "launch_found_s": launch_found_s,
    }
    if orders is not None:
        made["orders"] = orders
    return made


def drop(name, state="confirmed", pulses=None, late_s=(0, 1), at_s=None, reasons=0, step=None, gone=None):
    """A drop, or one occasion (`step`, from 1) of it; None: every occasion.

    state: what the ground hears of it at last. pulses: (output, shortest ms, longest ms) of each, in their order; None:
    one on its own output. The first begins late_s (from, to) after it was due, and at_s after lift-off where that is
    given. reasons: the ground heard each of them while it was due. gone: whether its load truly fell; None: as there
    are pulses or none.
    """
    return {
        "gone": gone,
        "name": name,
        "step": step,
        "state": state,
        "pulses": pulses,
        "late_s": late_s,
        "at_s": at_s,
        "reasons": reasons,
    }


def ends(state="confirmed", pulses=None, late_s=(0, 1), at_s=None, reasons=0):
    """The cutdown, as a drop; it was due when its cause was found, or at its latest."""
    return drop("cutdown", state, pulses, late_s, at_s, reasons)


def event(code, from_s, to_s, subject=None, detail=None):
    """The ground hears of this within a time after lift-off, by the payload's clock; None: whatever it says there."""
    return (code, subject, detail, from_s, to_s)
