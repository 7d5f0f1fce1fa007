"""What the backup is after a start: what its journal and the number that outlived a reset allow, and never more."""

from micropython import const

from firmware.backup_timer.state import FLOWN_STATES, UNDER_WAY
from firmware.protocol.drops import (
    BACKUP_DONE,
    BACKUP_FIRING,
    BACKUP_READY,
    BACKUP_REFUSED,
    BACKUP_RUNNING,
    BACKUP_SAFE,
    JOURNAL_NOT_FRESH,
    NO_MISSION,
)

# What outlives a watchdog reset, in 30 bits: tenths of a second, attempts, whole wire, state.
_TENTHS = const(0x7FFFFF)
_ATTEMPTS_AT = const(23)
_WHOLE_AT = const(25)
_STATE_AT = const(26)
_OWN_STATES = (BACKUP_SAFE, BACKUP_READY, BACKUP_RUNNING, BACKUP_FIRING, BACKUP_DONE)


def keep(survivor, state):
    """Every pass: what the next start should know if there is a reset now. Allocates nothing."""
    tenths = state.since_ms // 100
    survivor.write(
        (tenths if tenths < _TENTHS else _TENTHS)
        | state.attempts << _ATTEMPTS_AT
        | (1 << _WHOLE_AT if state.wire_whole else 0)
        | state.state << _STATE_AT
    )


def resume(state, plan, record, kept):
    """Fill a fresh BackupState. A plan without a mark is none; record: the journal's newest, or None; kept: the
    survivor's number, or None.
    """
    if not plan.mark:
        state.state = BACKUP_REFUSED
        state.not_ready = NO_MISSION
        return
    if record is None:
        return
    if record.mark != plan.mark:
        if record.state in FLOWN_STATES:
            state.state = BACKUP_REFUSED
            state.not_ready = JOURNAL_NOT_FRESH
        return
    record.fill(state)
    state.reset_count = min(state.reset_count + 1, 255)
    if state.state == BACKUP_SAFE:
        state.pad_pressure_altitude_m = None
    elif state.state != BACKUP_DONE:
        _take_over(state, 0 if kept is None else kept)


def _take_over(state, kept):
    """What outlived the reset is newer than flash, and goes on where flash is dead; it never makes anything earlier."""
    kept_state = kept >> _STATE_AT
    if kept_state not in _OWN_STATES:
        # The power was off: somebody may have been at work. READY again only from the beginning, unless it flies.
        # Flash still says READY: the power may fail again before that is known.
        if state.state == BACKUP_READY:
            state.state = BACKUP_SAFE
            state.changed = False
        return
    if kept_state in UNDER_WAY:
        state.since_ms = max(state.since_ms, (kept & _TENTHS) * 100)
        attempts = kept >> _ATTEMPTS_AT & 3
        if attempts > state.attempts:
            state.attempts = attempts
            state.wire_whole = bool(kept >> _WHOLE_AT & 1)
        if state.state == BACKUP_FIRING:
            return  # a pulse whose end is not on flash is judged by its wire
    elif kept_state == BACKUP_SAFE:
        state.pad_pressure_altitude_m = None
    state.state = kept_state
