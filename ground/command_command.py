"""`samara command`: the only process that reads the key while a flight is on. It speaks through a running station."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import click

from firmware.protocol.authentication import Keys
from ground.bad_input import BadInput
from ground.commander import stages, wish
from ground.commander.choice import (
    NoChoice,
    followed_net,
    names_of,
    newest,
    place_of,
    provision_for,
    report_text,
)
from ground.commander.connection import Connection, StationGone
from ground.commander.counters import Counters, CountersError
from ground.commander.procedure import Procedure
from ground.commander.stations import HAVE_SOCKETS, NoFolder, running
from ground.commander.wish import LONGEST_HOLD_S, LONGEST_START_S, Wish
from ground.flight_words import place_name
from ground.key_store import KeyStore, KeyTrouble, Provision
from ground.receiver import Record
from ground.uptime import uptime_ns

_TICK_S = 0.05
_META_S = 75.0  # longer than from one META to the next
_REPORT_S = 10.0
_FRESH_S = 10.0
_PATIENCE_S = 120
_PATIENCE_REPORTS = 12  # where reports are far apart
_KEEP_ALIVE_S = 300
_EXAMPLES = """
\b
Examples:
  samara command noop                                  is anybody there?
  samara command safe                                  no drop until `resume`; ends a pulse
  samara command hold 600                              no pulse begins for ten minutes
  samara command release 2 --reason "over the lake"    drop 2 now; asks for its name or number
  samara command cutdown --reason "leaving the area"
  samara command request-history 3600 4200             where it was in that time

Exit status: 0 done or confirmed, 1 refused or failed, 2 bad input, 3 nobody can say whether it was done.
"""


class Setting(NamedTuple):
    """What the options of every command say."""

    station: Path | None
    key_file: Path | None
    key_id: int | None
    net: int | None
    as_json: bool
    patience_s: int | None
    in_background: bool = False


def _hex(text: str) -> int:
    try:
        number = int(text, 16)
    except ValueError:
        number = -1
    if not 0 <= number <= 0xFFFF:
        raise click.BadParameter(f"{text!r} is not one to four hexadecimal digits")
    return number


def _seconds(text: str) -> int:
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise click.BadParameter(f"{text!r} is neither seconds nor H:MM:SS")
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + int(part)
    if seconds > LONGEST_START_S:
        raise click.BadParameter(f"{text!r} is longer than any flight")
    return seconds


def _settings(function: Callable[..., None]) -> Callable[..., None]:
    """The options that every command has."""

    def called(
        station: Path | None,
        key_file: Path | None,
        key_id: int | None,
        net: int | None,
        as_json: bool,
        patience_s: int | None,
        **rest: Any,
    ) -> None:
        function(Setting(station, key_file, key_id, net, as_json, patience_s), **rest)

    called.__doc__ = function.__doc__
    called.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    called.__name__ = function.__name__
    for option in (
        click.option(
            "--for",
            "patience_s",
            type=click.IntRange(10, 3600),
            metavar="SECONDS",
            help="How long to try; 120 at least.",
        ),
        click.option("--json", "as_json", is_flag=True, help="One line of JSON for everything that happens."),
        click.option("--net", type=_hex, metavar="HEX", help="Which balloon, where several are heard."),
        click.option("--key-id", type=_hex, metavar="HEX", help="Which provisioning; META tells it otherwise."),
        click.option("--key", "key_file", type=click.Path(path_type=Path), help="The master key's file."),
        click.option("--station", type=click.Path(path_type=Path), help="Log folder of the station; else the newest."),
    ):
        called = option(called)
    return called


@click.group(name="command", epilog=_EXAMPLES)
def command() -> None:
    """Commands to the balloon, through a running `samara listen`.

    The plan on board goes on by itself: a command can hold it, make it safe, or bring something forward, and can open
    no gate that is closed. Everything that is said and answered is in the station's log.
    """


@command.command()
@_settings
def noop(setting: Setting) -> None:
    """Nothing, but it is answered: the way up works, and the key fits."""
    _carry_out(setting, lambda names: wish.noop())


@command.command()
@click.argument("seconds", type=click.IntRange(1, LONGEST_HOLD_S))
@_settings
def hold(setting: Setting, seconds: int) -> None:
    """No pulse begins for SECONDS; 30 min in a flight at the most. It never moves a drop's latest time."""
    _carry_out(setting, lambda names: wish.hold(seconds))


@command.command()
@_settings
def safe(setting: Setting) -> None:
    """End a pulse at once, and block every drop until `resume`. The end of the flight stays possible."""
    _carry_out(setting, lambda names: wish.safe())


@command.command()
@_settings
def resume(setting: Setting) -> None:
    """Undo SAFE and HOLD. Two steps."""
    _carry_out(setting, lambda names: wish.resume())


@command.command()
@click.argument("what", type=click.Choice(["release", "cutdown", "resume"]))
@click.argument("drop", required=False)
@_settings
def arm(setting: Setting, what: str, drop: str | None) -> None:
    """Only the first of two steps, to see that it would be heard: nothing is done, the challenge lapses in 30 s."""
    if (what == "release") != (drop is not None):
        raise BadInput("say which drop with `arm release DROP`; cutdown and resume have none")

    def make(names: tuple[str, ...]) -> Wish:
        if drop is not None:
            return _release(drop, names, True)
        return wish.cutdown(True) if what == "cutdown" else wish.resume(True)

    _carry_out(setting, make)


@command.command()
@click.argument("drop")
@click.option("--reason", required=True, help="Why; kept in the log.")
@click.option("--yes", is_flag=True, help="Do not ask for the drop's name or number.")
@_settings
def release(setting: Setting, drop: str, reason: str, yes: bool) -> None:
    """Let DROP (its number, or its name in the mission) go now instead of later. Two steps."""
    _carry_out(setting, lambda names: _release(drop, names, False), reason, yes)


@command.command()
@click.option("--reason", required=True, help="Why; kept in the log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_settings
def cutdown(setting: Setting, reason: str, yes: bool) -> None:
    """End the flight. Two steps."""
    _carry_out(setting, lambda names: wish.cutdown(), reason, yes)


@command.command("request-history")
@click.argument("from_s", metavar="FROM", type=_seconds)
@click.argument("to_s", metavar="TO", type=_seconds)
@_settings
def request_history(setting: Setting, from_s: int, to_s: int) -> None:
    """Where it was between two mission times, in seconds or H:MM:SS, as far as it remembers."""
    if to_s < from_s:
        raise BadInput(f"{to_s} s is before {from_s} s: say the earlier time first")
    _carry_out(setting, lambda names: wish.request_history(from_s, to_s))


@command.command("set-rate")
@click.argument("seconds", type=click.IntRange(0, 240))
@_settings
def set_rate(setting: Setting, seconds: int) -> None:
    """So many seconds from report to report; 0: as the profile says."""
    _carry_out(setting, lambda names: wish.set_rate(seconds))


@command.command("keep-alive")
@click.option("--every", "every_s", type=click.IntRange(20, 3600), default=_KEEP_ALIVE_S, help="Seconds; 300.")
@_settings
def keep_alive(setting: Setting, every_s: int) -> None:
    """NOOP every five minutes until Ctrl-C, for a mission with a lost-link cutdown: an open link is no lost one.

    It keeps silent while another command is under way: that one is heard as well.
    """
    setting = setting._replace(in_background=True)
    try:
        while True:
            begun = time.monotonic()
            try:
                _speak(setting, lambda names: wish.noop(), None, False)
            except (StationGone, BadInput) as error:
                _say(setting, stages.FAILED, error.message if isinstance(error, BadInput) else str(error))
            time.sleep(max(1.0, every_s - (time.monotonic() - begun)))
    except KeyboardInterrupt:
        click.echo("nobody keeps the link alive any more", err=True)


# From the words to the end ------------------------------------------------------------------------------------------


def _release(drop: str, names: tuple[str, ...], only_arm: bool) -> Wish:
    try:
        place = place_of(drop, names)
    except ValueError as error:
        raise BadInput(str(error)) from None
    return wish.release(place, names[place] if place < len(names) else None, only_arm)


def _carry_out(
    setting: Setting, make: Callable[[tuple[str, ...]], Wish], reason: str | None = None, yes: bool = True
) -> None:
    try:
        status = _speak(setting, make, reason, not yes)
    except StationGone as error:
        raise BadInput(f"{error}: start `samara listen PORT`, then say it again; nothing was sent") from None
    click.get_current_context().exit(status)


def _speak(
    setting: Setting,
    make: Callable[[tuple[str, ...]], Wish],
    reason: str | None,
    ask: bool,
) -> int:
    """Find station, balloon and keys, ask the crew, say it; the exit status."""
    connection = _connect(setting)
    try:
        try:
            store = KeyStore(setting.key_file)
            master, provisions = store.master(), store.provisions()
            net, provision, records = _choose(setting, connection, provisions)
            if provision.fingerprint != master.fingerprint:
                raise BadInput(f"key id {provision.key_id:04x} was made from another master key: say which with --key")
            if reason is not None:
                # Names are those of the mission that the balloon says it flies; its first words take a moment.
                records = _hear(connection, records, net, "FIX", _REPORT_S)
                _is_fresh(records, net)
            try:
                wanted = make(names_of(provision, newest(records, net, "META")))
            except BadInput:
                if newest(records, net, "META") is not None:
                    raise
                _say(setting, stages.READY, "waiting to hear which mission the balloon flies, a minute at the most")
                records = _hear(connection, records, net, "META", _META_S)
                wanted = make(names_of(provision, newest(records, net, "META")))
            if reason is not None:
                if ask:
                    _confirm(wanted, records, net)
            counters = Counters(store.counters_folder, provision.name)
            with counters.alone() as alone:
                if not alone and setting.in_background:
                    return 0
                if not alone and wanted.name not in ("safe", "hold"):
                    raise BadInput("another command to this balloon is under way: wait for its end; SAFE and HOLD may")
                if reason is not None:
                    connection.tell(stages.READY, f"{wanted.title}; reason: {reason}")
                keys = master.derive(provision.salt)
                return _talk(setting, connection, wanted, keys, counters, net, records)
        except (KeyTrouble, CountersError) as error:
            raise BadInput(str(error)) from None
    finally:
        connection.close()


def _connect(setting: Setting) -> Connection:
    if not HAVE_SOCKETS:
        raise BadInput("commands need Unix sockets, which this system does not have")
    try:
        found = running(setting.station)
    except NoFolder as error:
        raise BadInput(str(error)) from None
    if not found:
        where = "" if setting.station is None else f" with its log in {setting.station}"
        raise BadInput(f"no station{where} is running here: start `samara listen PORT` first")
    return Connection(found[0])


def _choose(
    setting: Setting, connection: Connection, provisions: list[Provision]
) -> tuple[int, Provision, list[Record]]:
    """Net, keys, and what has been heard so far; waits for a report, and for a META where only it can tell."""
    records: list[Record] = []
    begun = time.monotonic()
    said = False
    told_net = connection.station.get("net") if setting.net is None else setting.net
    while True:
        records = (records + connection.records(_TICK_S))[-500:]
        net = followed_net(records, told_net)
        waited_s = time.monotonic() - begun
        if net is None:
            if waited_s > _REPORT_S:
                raise BadInput("no balloon is heard: look at the station's lamps, or say which with --net")
            continue
        try:
            return net, provision_for(provisions, net, newest(records, net, "META"), setting.key_id), records
        except NoChoice as error:
            if not error.wait or waited_s > _META_S:
                raise BadInput(str(error)) from None
            if not said:
                said = True
                _say(setting, stages.READY, "waiting for the balloon to say which key it has, a minute at the most")


def _hear(connection: Connection, records: list[Record], net: int, kind: str, patience_s: float) -> list[Record]:
    """The records with the first of that kind among them, or all that came meanwhile."""
    end = time.monotonic() + patience_s
    while newest(records, net, kind) is None and time.monotonic() < end:
        records = (records + connection.records(_TICK_S))[-500:]
    return records


def _is_fresh(records: list[Record], net: int) -> None:
    report = newest(records, net, "FIX")
    age_s = _age_s(report)
    if age_s is None or age_s > max(_FRESH_S, 3.0 * _rate_s(records, net)):
        raise BadInput(
            f"the link is not fresh ({report_text(report, age_s)}): nothing is let go by a crew that does not hear it"
        )


def _confirm(wanted: Wish, records: list[Record], net: int) -> None:
    """The name or number again, typed by somebody who has read what the newest report says."""
    report = newest(records, net, "FIX")
    click.echo(f"{wanted.title}: {report_text(report, _age_s(report))}", err=True)
    if wanted.name == "cutdown":
        expected = ["cutdown"]
    else:
        name = wanted.title.partition("'")[2].rstrip("'")
        expected = [str((wanted.place or 0) + 1), *filter(None, [name.casefold()])]
    typed = click.prompt(f"type {' or '.join(expected)} to say it", default="", show_default=False, err=True)
    if typed.strip().casefold() not in expected:
        raise BadInput("that is not it: nothing was sent")


def _rate_s(records: list[Record], net: int) -> int:
    """Seconds from report to report, by META; 0 where it has not said."""
    meta = newest(records, net, "META")
    return (meta.values["rate_s"] or 0) if meta is not None else 0


def _age_s(record: Record | None) -> float | None:
    return None if record is None else (uptime_ns() - record.monotonic_ns) / 1e9


def _talk(
    setting: Setting,
    connection: Connection,
    wanted: Wish,
    keys: Keys,
    counters: Counters,
    net: int,
    records: list[Record],
) -> int:
    patience_s = setting.patience_s or max(_PATIENCE_S, _PATIENCE_REPORTS * _rate_s(records, net))
    procedure = Procedure(wanted, keys, counters, net, _now_ms(), patience_s * 1000)
    trouble: str | None = None
    try:
        for record in records:
            procedure.hear(record, record.monotonic_ns // 1_000_000)
        while not procedure.over:
            for record in connection.records(_TICK_S):
                procedure.hear(record, record.monotonic_ns // 1_000_000)
            procedure.tick(_now_ms())
            if connection.stand(procedure.standing):
                procedure.said()
            _pass_on(setting, connection, procedure)
            if connection.trouble != trouble:
                trouble = connection.trouble
                if trouble:
                    _say(setting, procedure.stage, trouble)
        connection.stand(None)
    except KeyboardInterrupt:
        if setting.in_background:
            raise  # whoever keeps a link alive ends with it
        procedure.give_up("broken off")
    except StationGone as error:
        procedure.give_up(str(error))
    except CountersError as error:
        procedure.give_up(str(error))
    try:
        _pass_on(setting, connection, procedure)
    except StationGone:
        for stage, text in procedure.news:
            _say(setting, stage, text)
    if setting.as_json:
        click.echo(
            json.dumps(
                {
                    "command": wanted.name,
                    "place": None if wanted.place is None else place_name(wanted.place),
                    "result": procedure.stage,
                    "status": procedure.status,
                    "attempts": procedure.attempts,
                    "said": connection.said,
                    "text": procedure.text,
                }
            )
        )
    return procedure.status


def _pass_on(setting: Setting, connection: Connection, procedure: Procedure) -> None:
    """News to the screen and to the station's log."""
    while procedure.news:
        stage, text = procedure.news[0]
        connection.tell(stage, f"{procedure.wish.title}: {text}")
        procedure.news.pop(0)
        _say(setting, stage, text)


def _say(setting: Setting, stage: str, text: str) -> None:
    if setting.as_json:
        click.echo(json.dumps({"utc_ns": time.time_ns(), "stage": stage, "text": text}))
    else:
        click.echo(f"{stage:<10} {text}")


def _now_ms() -> int:
    return uptime_ns() // 1_000_000
