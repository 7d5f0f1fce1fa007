"""The keys of this flight's commands, put on the board by `samara key provision`. Without them all else works."""

from firmware.protocol import provisioning


def read_keys(storage):
    """authentication.Keys, or None where there is no key.bin or it is damaged: commands are off then."""
    try:
        with storage.open(provisioning.FILE, "rb") as file:
            return provisioning.read_file(file.read(provisioning.FILE_BYTES + 1))
    except OSError:
        return None
