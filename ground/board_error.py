"""What can go wrong with a board on a port: one sentence, and what to do about it."""

import click


class BoardError(click.ClickException):
    """The board, its port or the copying failed; exit status 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(f"samara: {self.message}", err=True)


class NoBoard(BoardError):
    """The port the user gave leads to no board; exit status 2."""

    exit_code = 2
