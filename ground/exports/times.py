"""Times and texts as the export formats want them."""

from datetime import UTC, datetime
from html import escape


def iso(utc_ns: int) -> str:
    """UTC as 2026-05-01T12:34:56.789Z of ns since 1970."""
    whole, rest = divmod(utc_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}.{rest // 1_000_000:03}Z"


def xml_text(text: str) -> str:
    """Escaped, without the characters that XML 1.0 cannot hold in any form."""
    kept = "".join(letter if _allowed(ord(letter)) else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return escape(kept, quote=True)


def degrees(value_e7: int) -> str:
    """Decimal degrees, exact: integers all the way."""
    whole, rest = divmod(abs(value_e7), 10_000_000)
    return f"{'-' if value_e7 < 0 else ''}{whole}.{rest:07}"


def _allowed(code: int) -> bool:
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF
