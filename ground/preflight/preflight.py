"""GO, or NO GO and why: every check of a snapshot, and one sentence for all of them."""

from dataclasses import replace
from typing import Any

from ground.preflight.checks import CHECKS, FRESH_S
from ground.preflight.snapshot import SAID_BY_THE_PAYLOAD, Snapshot


def look(now: Snapshot) -> dict[str, Any]:
    """{"go", "words", "rows"}; rows: {name, ok: true|false|null, required, found, wanted, what_to_do}.

    GO only when all that is required is ok: what is not known is a reason for NO GO as well, and so is what a payload
    said before it fell silent.
    """
    if now.frame_age_s is None or now.frame_age_s >= FRESH_S:
        forgotten: dict[str, Any] = dict.fromkeys(SAID_BY_THE_PAYLOAD)
        now = replace(now, **forgotten)
    rows = []
    for check in CHECKS:
        found = check.look(now)
        rows.append(
            {
                "name": check.name,
                "ok": found.ok,
                "required": found.required,
                "found": found.found,
                "wanted": check.wanted,
                "what_to_do": "" if found.ok else check.what_to_do,
            }
        )
    against = [row for row in rows if row["required"] and not row["ok"]]
    return {"go": not against, "words": _words(against, rows), "rows": rows}


def _words(against: list[dict[str, Any]], rows: list[dict[str, Any]]) -> str:
    if against:
        first = against[0]
        count = len(against)
        reasons = f"{count} reason{'' if count == 1 else 's'}"
        return f"NO GO for {reasons}. First: {first['name']}: {first['found']}; {first['what_to_do']}."
    open_rows = [row["name"] for row in rows if not row["ok"]]
    return "GO" + (f"; not looked at or not as wanted: {', '.join(open_rows)}." if open_rows else ".")
