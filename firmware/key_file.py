"""The keys of this flight's commands, put on the board by `samara key provision`. Without them all else works."""

from firmware.protocol import authentication


def read_keys(storage):
    """authentication.Keys, or None where there is no key.bin or it is damaged: commands are off then."""
    try:
        with storage.open(authentication.FILE, "rb") as file:
            return authentication.read_file(file.read(authentication.FILE_BYTES + 1))
    except OSError:
        return None
