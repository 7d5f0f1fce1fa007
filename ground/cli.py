"""`samara`: one word a job. A command is imported when it is called: the short ones stay quick."""

import importlib
import importlib.util

import click

# word, module:attribute; a command whose module is not there yet is not shown
_COMMANDS = (
    ("fly", "ground.fly:command"),
    ("ground", "ground.ground_command:command"),
    ("listen", "ground.listen_command:command"),
    ("replay", "ground.replay_command:command"),
    ("export", "ground.export_command:command"),
    ("upload", "ground.upload_command:command"),
    ("report", "ground.report_command:command"),
    ("import", "ground.import_command:command"),
    ("doctor", "ground.doctor_command:command"),
    ("mission", "ground.mission_command:command"),
    ("board", "ground.board_command:command"),
    ("key", "ground.key_command:command"),
    ("command", "ground.command_command:command"),
    ("link", "ground.link_command:command"),
    ("bench", "ground.bench_command:command"),
    ("map", "ground.map_command:command"),
)

_EPILOG = """
\b
Examples:
  samara fly                                  a whole flight of the real firmware, simulated
  samara listen /dev/ttyUSB0                  receive, log and show
  samara replay logs/20260501T093000Z-ttyUSB0 what a log came to
  samara export raw.log --kml -o flight.kml   for a map
  samara link budget                          what each radio profile can carry

Every command teaches itself: samara COMMAND --help
"""


class _Lazy(click.Group):
    def list_commands(self, context: click.Context) -> list[str]:
        return [word for word, place in _COMMANDS if importlib.util.find_spec(place.partition(":")[0])]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        for word, place in _COMMANDS:
            if word == name:
                module, _, attribute = place.partition(":")
                if importlib.util.find_spec(module) is None:
                    return None
                found = getattr(importlib.import_module(module), attribute)
                assert isinstance(found, click.Command)
                return found
        return None


@click.group(cls=_Lazy, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samara")
def main() -> None:
    """Samara: a balloon flight computer that lets payloads go at the right moment, and its ground station."""


if __name__ == "__main__":
    main()
