"""docs/commands.md says what the tables say."""

from firmware.protocol import commands, words
from ground import command_command, commands_document


def test_the_document_is_up_to_date():
    assert commands_document.main(["--check"]) == 0


def test_every_command_of_the_protocol_can_be_said():
    said = {line.split()[0] for line in commands_document._SAID.values()}
    assert said | {"arm", "keep-alive"} == set(command_command.command.commands)
    steps = {commands.ARM, commands.EXECUTE}
    assert set(commands_document._SAID) | steps == {row[0] for row in words.COMMANDS}
