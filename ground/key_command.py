"""`samara key`: the master key, and the keys of a flight that are made from it and put on its board."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from firmware.protocol import provisioning
from firmware.protocol.mission_plan import Mission
from ground.bad_input import BadInput
from ground.board_error import BoardError
from ground.board_key import KeyedBoard
from ground.board_link import BoardLink
from ground.key_store import KeyStore, KeyTrouble, MasterKey, Provision, rights_remark, write_private

_EXAMPLES = """
\b
Examples:
  samara key new                                  once, on the laptop that will command
  samara key provision /dev/ttyACM0               before a flight, after `samara board new-flight`, plug out
  samara key list                                 which boards have which keys
  samara key provision --simulated key.bin        keys for a simulated flight
"""

_key_option = click.option(
    "--key",
    "key_file",
    type=click.Path(path_type=Path),
    help="The master key's file; ~/.config/samara/keys/master.key.",
)


@click.group(name="key", epilog=_EXAMPLES)
def command() -> None:
    """Keys for commands over the radio. Without one everything else works.

    The master key never leaves this laptop. Each board gets keys of its own, made from it and a random salt. No command
    prints a key. A copy of the folder of keys, kept safe, is the only remedy for a lost laptop.
    """


@command.command()
@_key_option
def new(key_file: Path | None) -> None:
    """Make a master key: 32 bytes from the system's random source, in a file that only you may read."""
    store = KeyStore(key_file)
    try:
        key = store.new()
    except KeyTrouble as error:
        raise BadInput(str(error)) from None
    _remark()
    click.echo(f"master key {key.fingerprint} is in {store.file}; only you may read it")
    click.echo("keep a copy of the whole folder somewhere safe: what is lost cannot be made again")


@command.command()
@_key_option
def show(key_file: Path | None) -> None:
    """When the master key was made, its fingerprint, and what was made from it. Nothing here is secret."""
    store = KeyStore(key_file)
    key, provisions = _read(store)
    _remark()
    click.echo(f"file         {store.file}")
    click.echo(f"fingerprint  {key.fingerprint}")
    click.echo(f"made         {_utc(key.made_unix_s)}")
    mine = [one for one in provisions if one.fingerprint == key.fingerprint]
    click.echo(f"provisions   {len(mine)}")
    for one in mine:
        click.echo(f"  {_line(one)}")


@command.command(name="list")
@_key_option
def list_(key_file: Path | None) -> None:
    """Every provisioning: key id, time, board, flight; newest last. META tells which key a board has."""
    _, provisions = _read(KeyStore(key_file))
    for one in provisions:
        click.echo(_line(one))
    if not provisions:
        click.echo("no board has keys yet: `samara key provision PORT`")


@command.command()
@click.argument("port", required=False)
@_key_option
@click.option("--simulated", type=click.Path(path_type=Path), help="Write key.bin here instead of onto a board.")
@click.option("--net", type=click.IntRange(0, 0xFFFF), help="Of the simulated flight, where it is known.")
@click.option("--yes", is_flag=True, help="Do not ask before another key on the board is replaced.")
def provision(port: str | None, key_file: Path | None, simulated: Path | None, net: int | None, yes: bool) -> None:
    """Make keys for the board at PORT and put them on it.

    \b
    A random salt and the master key make an up key, a down key and a key id. The board gets these three, verified by
    their hash; the salt stays here. Plug out. The mission comes first: its net and its drops' names are kept here.
    """
    if (port is None) == (simulated is None):
        raise BadInput("say the board's port, as in `samara key provision /dev/ttyACM0`, or --simulated FILE")
    store = KeyStore(key_file)
    master, _ = _read(store)
    _remark()
    try:
        if simulated is not None:
            salt, keys = store.draw(master)
            write_private(simulated, provisioning.file_of(keys))
            kept = Provision(
                keys.key_id, salt, master.fingerprint, int(time.time()), f"simulated, {simulated.name}", net=net
            )
            store.keep(kept)
            click.echo(f"key id {keys.key_id:04x} is in {simulated}")
            return
        assert port is not None
        _provision_board(store, master, port, yes)
    except KeyTrouble as error:
        raise BadInput(str(error)) from None


def _provision_board(store: KeyStore, master: MasterKey, port: str, yes: bool) -> None:
    board = KeyedBoard(BoardLink(port))
    if board.has_key and not yes and not click.confirm("the board has a key; replace it?", default=False):
        board.let_go()
        raise BadInput("nothing was changed")
    try:
        salt, keys = store.draw(master)
        kept = _of_mission(
            Provision(keys.key_id, salt, master.fingerprint, int(time.time()), board.name), board.mission
        )
        store.keep(kept)
    except KeyTrouble:
        board.let_go()
        raise
    board.write(keys)
    click.echo(f"key id {keys.key_id:04x} is on the {board.name}, verified; the board has been reset and starts now")
    if board.mission is None:
        click.echo("there is no checked mission on it: provision again after flashing one, for its net and its names")
    else:
        click.echo(f"flight {kept.flight}, net {board.mission.net:04x}, drops: {', '.join(kept.drops) or 'none'}")


@command.command()
@click.argument("port")
def remove(port: str) -> None:
    """Take the key off the board at PORT: commands over the radio are off then. Plug out."""
    board = KeyedBoard(BoardLink(port))
    if not board.has_key:
        board.let_go()
        raise BoardError(f"the {board.name} has no key")
    board.remove()
    click.echo(f"the key is off the {board.name}; commands over the radio are off")


def _of_mission(provision: Provision, mission: Mission | None) -> Provision:
    if mission is None:
        return provision
    lost_link_ms = None if mission.cutdown is None else mission.cutdown.lost_link_ms
    return provision._replace(
        net=mission.net,
        flight=mission.flight_id,
        mission_hash=mission.hash.hex()[:8],
        drops=tuple(drop.name for drop in mission.drops),
        lost_link_s=(lost_link_ms or 0) // 1000,
    )


def _read(store: KeyStore) -> tuple[MasterKey, list[Provision]]:
    try:
        return store.master(), store.provisions()
    except KeyTrouble as error:
        raise BadInput(str(error)) from None


def _remark() -> None:
    remark = rights_remark()
    if remark:
        click.echo(remark, err=True)


def _line(one: Provision) -> str:
    net = "net unknown" if one.net is None else f"net {one.net:04x}"
    flight = f", flight {one.flight}" if one.flight else ""
    return f"key id {one.key_id:04x}  {_utc(one.unix_s)}  {net}{flight}, {one.board}"


def _utc(unix_s: int) -> str:
    return f"{datetime.fromtimestamp(unix_s, UTC):%Y-%m-%d %H:%M:%S}Z"
