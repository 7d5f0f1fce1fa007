"""`samara board new-flight`, `test-fire` and `rehearse`: what is done to a board between flights, over USB.

Nothing here happens to a payload that may be in the air, or with the arming plug in before it is asked for.
"""

from __future__ import annotations

from typing import Any

import click

from ground.bad_input import BadInput
from ground.board_error import BoardError
from ground.board_flash import check_board, state_of
from ground.board_flight_scripts import NEW_FLIGHT, REHEARSE, SAFE, TEST_FIRE
from ground.board_image import BACKUP, MANIFEST, Role
from ground.board_journal import read_journal
from ground.board_link import BoardLink, Survey
from ground.board_status import RAIL_MV, Devices, devices_of, mission_of, role_of

_NEW_FLIGHT = "new flight"
_VERDICTS = {0: "nothing was fired", 1: "it let go", 2: "it did not let go", 3: "no evidence"}
_RELEASED = 1
# Lines come at least every five seconds in a test, and as often as somebody moves in a rehearsal.
_TEST_SILENCE_S = 60.0
_REHEARSAL_SILENCE_S = 3600.0


@click.command("new-flight")
@click.argument("port")
@click.option("--yes", is_flag=True, help="Do not ask.")
def new_flight(port: str, yes: bool) -> None:
    """Let the board at PORT begin its next flight: what it remembers of the last one is cleared away.

    \b
    The journal is removed, a rehearsal's too; the flight log stays, as flight-1.log, flight-2.log and so on.
    The arming plug must be out, by its sense line and by the volts behind it.
    """
    link = BoardLink(port)
    survey = link.survey()
    role = _role(link, survey)
    journal = read_journal(link, survey, role)
    _plug_is_out(link, devices_of(link, role))
    removes = sorted(path for path in survey.files if path in role.journals or path.startswith("rehearsal."))
    renames = [("flight.log", _free_name(survey))] if "flight.log" in survey.files else []
    if not removes and not renames:
        link.reset()
        click.echo("nothing to clear away: the next flight begins at its beginning")
        return
    click.echo(f"the journal: {journal.text()}")
    if journal.aloft:
        click.echo("by it this flight was launched and is not over: do this only with the payload before you")
    if not yes and click.prompt(f"type {_NEW_FLIGHT!r} to forget it", default="", show_default=False) != _NEW_FLIGHT:
        link.reset()
        raise BadInput("nothing was changed")
    script = NEW_FLIGHT.format(
        board=role.board.rpartition(".")[2], rail_mv=RAIL_MV, renames=repr(renames), removes=repr(removes)
    )
    answers = link.ask(script)
    if answers != [True]:
        link.reset()
        _plug_is_out(link, None)
    left = [path for path, digest in link.digests(removes).items() if digest is not None]
    if left:
        raise BoardError(f"{', '.join(left)} cannot be removed: the board's flash is worn out or damaged")
    link.reset()
    if removes:
        click.echo(f"removed {', '.join(removes)}")
    for old, new in renames:
        click.echo(f"{old} is kept as {new}: `samara board log {port}` copies it off")
    click.echo("the next flight begins at its beginning; the board has been reset")


@click.command("test-fire")
@click.argument("port")
@click.argument("output", type=click.IntRange(min=1))
def test_fire(port: str, output: int) -> None:
    """Fire OUTPUT, the number printed on the board, once, on the bench, and say what came of it.

    \b
    The plug is out when this begins; the board asks for it, counts ten seconds down, and fires.
    Never with a balloon: a journal that knows a launch is refused. Ctrl-C stops it at any moment.
    """
    link = BoardLink(port)
    survey = link.survey()
    role = _role(link, survey)
    _is_whole(link, survey)
    if role is BACKUP:
        raise BoardError(f"{port} is the {BACKUP.name}: its cutter is tried by its own lamp and its own flight")
    mission = mission_of(survey)
    if mission is None:
        link.reset()
        raise BoardError(f"there is no checked mission on {port}, and it says how long a pulse is: flash one")
    channels = [one for one in mission.channels if one.output == output]
    if not channels:
        link.reset()
        used = ", ".join(str(one.output) for one in mission.channels)
        raise BadInput(f"no channel of the mission on the board is on output {output}: it uses {used}")
    journal = read_journal(link, survey)
    if not journal.fresh:
        link.reset()
        raise BoardError(f"the journal is not fresh ({journal.text()}): `samara board new-flight {port}` first")
    _plug_is_out(link, devices_of(link, role))
    click.echo(f"output {output}, channel '{channels[0].name}', {channels[0].pulse_ms / 1000:g} s of current")
    click.echo("whoever is near: eyes away from the wire, nothing under the load, hands off")
    if click.prompt("type the number of the output to fire it", default="", show_default=False) != str(output):
        link.reset()
        raise BadInput("nothing was fired")
    verdict = _follow(link, TEST_FIRE.format(output=output), role, _TEST_SILENCE_S)
    click.echo("then unplug USB and plug it in again: what was switched on with the plug in does not arm")
    if verdict != _RELEASED:
        raise BoardError(f"output {output}: {_VERDICTS.get(verdict, 'unknown')}")


@click.command()
@click.argument("port")
def rehearse(port: str) -> None:
    """Play the mission on the board at PORT through with the plug out: lamps and lines, and no current anywhere.

    Ctrl-C ends it. A rehearsal keeps its own journal: the flight's is not touched.
    """
    link = BoardLink(port)
    survey = link.survey()
    role = _role(link, survey)
    _is_whole(link, survey)
    if role is BACKUP:
        raise BoardError(f"{port} is the {BACKUP.name}: it rehearses nothing")
    if mission_of(survey) is None:
        link.reset()
        raise BoardError(f"there is no checked mission on {port} to rehearse: flash one")
    _plug_is_out(link, devices_of(link, role))
    if _follow(link, REHEARSE, role, _REHEARSAL_SILENCE_S) is not True:
        raise BoardError("the rehearsal did not let everything go; the board has been reset")
    click.echo("the rehearsal is over; the board has been reset")


def _follow(link: BoardLink, script: str, role: Role, silence_s: float) -> Any:
    """Run it, say its lines, and reset the board; what it came to. Ctrl-C makes the outputs safe first."""
    result: Any = None

    def told(answer: Any) -> None:
        nonlocal result
        if isinstance(answer, str):
            click.echo(answer)
        else:
            result = answer

    try:
        link.follow(script, told, SAFE.format(board=role.board.rpartition(".")[2]), silence_s)
    except KeyboardInterrupt:
        click.echo("stopped: every output is off")
        link.reset()
        raise
    link.reset()
    return result


def _role(link: BoardLink, survey: Survey) -> Role:
    """NoBoard and BoardError for what is no board of ours."""
    check_board(survey, link.port)
    role = role_of(survey)
    if role is None:
        raise BoardError(f"there is no firmware of ours on {link.port}: `samara board flash` first")
    return role


def _is_whole(link: BoardLink, survey: Survey) -> None:
    _, wrong = state_of(survey, survey.contents.get(MANIFEST, b""))
    if MANIFEST not in survey.files or wrong:
        link.reset()
        raise BoardError(f"the firmware on {link.port} is not whole: flash it again")


def _plug_is_out(link: BoardLink, devices: Devices | None) -> None:
    """devices: None when the board itself has just refused."""
    if devices is not None and not devices.plug_in:
        return
    found = f" ({devices.plug_text})" if devices is not None else ""
    if devices is not None:
        link.reset()
    raise BoardError(f"the arming plug is in{found}: take it out, unplug USB, plug it in again; nothing was changed")


def _free_name(survey: Survey) -> str:
    number = 1
    while f"flight-{number}.log" in survey.files:
        number += 1
    return f"flight-{number}.log"
