"""What is set once for a laptop: ~/.config/samara/config.toml, or the file that $SAMARA_CONFIG names. TOML 1.0.

Everything works without it. A file that is there and wrong is an error with its line of what to do, never half taken.
"""

import difflib
import os
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

VARIABLE = "SAMARA_CONFIG"
_LONGEST_TEXT = 64


class SettingsError(Exception):
    """The file cannot be used. A sentence a trouble, each with what was found and what to do."""


class _Key(NamedTuple):
    """read: gives the value, or raises ValueError with what is wanted."""

    name: str
    read: Callable[[Any], Any]
    what: str
    wanted: str


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_TEXT or not value.isprintable():
        raise ValueError
    return value.strip()


def _call(value: Any) -> str:
    text = _text(value)
    if not all(letter.isascii() and (letter.isalnum() or letter in "-_/") for letter in text) or len(text) > 24:
        raise ValueError
    return text


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _number(least: float, most: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise ValueError
        return float(value)

    return read


def _place(value: Any) -> tuple[float, float, float]:
    if not isinstance(value, list) or len(value) != 3:
        raise ValueError
    limits = ((-90, 90), (-180, 180), (-500, 9000))
    latitude, longitude, altitude = (
        _number(least, most)(one) for one, (least, most) in zip(value, limits, strict=True)
    )
    return latitude, longitude, altitude


def _address(value: Any) -> tuple[str, int]:
    host, colon, port = _text(value).rpartition(":")
    if not colon or not host or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError
    return host, int(port)


def _web_address(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    if not text.startswith(("https://", "http://")) or " " in text or len(text) > 200:
        raise ValueError
    return text


_UPLOADS = (
    _Key("callsign", _call, "who uploads: your own", 'letters, digits and "-", as in "HL1ABC-9"'),
    _Key(
        "payload_callsign",
        _call,
        "what flies, unless the mission says it",
        'as in "SAMARA-1", unlike any other payload',
    ),
    _Key("sondehub", _switch, "send to SondeHub-Amateur", "true or false"),
    _Key("server", _web_address, "where its API is", "an address that begins with https://"),
    _Key("every_s", _number(2, 600), "seconds from batch to batch", "2 to 600"),
    _Key("dev", _switch, "a test: checked by the server and then thrown away", "true or false"),
    _Key("position", _place, "where you are, for a marker on the map", "[latitude, longitude, altitude_m]"),
    _Key("radio", _text, "your receiver, for people", "a short text"),
    _Key("antenna", _text, "your antenna, for people", "a short text"),
    _Key("frequency_mhz", _number(1, 6000), "of the downlink", "1 to 6000"),
    _Key("horus_udp", _address, "where chasemapper listens", '"HOST:PORT", as in "127.0.0.1:55672"'),
)
# table, its keys
TABLES: tuple[tuple[str, tuple[_Key, ...]], ...] = (("uploads", _UPLOADS),)

Settings = dict[str, dict[str, Any]]


def default_path() -> Path:
    """Of the file, whether or not it is there."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else Path.home() / ".config" / "samara" / "config.toml"


def read_settings(path: Path | None = None) -> Settings:
    """table -> key -> value, of what the file says; a table that is not there is empty.

    path: a file that must be there; without one that of the laptop, which need not. SettingsError.
    """
    found = default_path() if path is None else path
    try:
        document = tomllib.loads(found.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        if path is None:
            return {name: {} for name, _ in TABLES}
        raise SettingsError(f"{found} is not there: give another file.") from None
    except OSError as error:
        raise SettingsError(f"{found} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{found} is no TOML: {error}.") from None
    return _check(document, found)


def _check(document: dict[str, Any], path: Path) -> Settings:
    wrong: list[str] = []
    tables = dict(TABLES)
    for name in document:
        if name not in tables:
            wrong.append(f"{path}: there is no table [{name}]{_near(name, tables)}.")
    settings: Settings = {}
    for name, keys in TABLES:
        values = document.get(name, {})
        if not isinstance(values, dict):
            wrong.append(f"{path}: {name} must be a table: write [{name}] on a line of its own.")
            values = {}
        settings[name] = _table(name, {key.name: key for key in keys}, values, path, wrong)
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


def _table(table: str, keys: dict[str, _Key], values: dict[str, Any], path: Path, wrong: list[str]) -> dict[str, Any]:
    read = {}
    for name, value in values.items():
        key = keys.get(name)
        if key is None:
            wrong.append(f"{path}: [{table}] has no {name}{_near(name, keys)}.")
            continue
        try:
            read[name] = key.read(value)
        except ValueError:
            wrong.append(f"{path}: [{table}] {name} is {value!r}; expected {key.wanted}.")
    return read


def _near(name: str, names: dict[str, Any]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    return f"; did you mean {near[0]}" if near else f"; there are {', '.join(names)}"
