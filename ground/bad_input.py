"""What the user gave cannot work: one sentence, exit status 2, no traceback."""

import click


class BadInput(click.ClickException):
    """Raise with a sentence that says what was found, what was expected, and what to do."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"samara: {self.message}", err=True)
