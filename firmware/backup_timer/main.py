"""The entry point of the backup board: builds the backup and runs it for ever.

Needs nothing but stock MicroPython 1.24 or newer and the copied files. The board's own main.py calls `run`.
"""


def run():
    import machine

    # Nothing may end a flight but its end: with the plug in, what goes wrong here starts the board again.
    flying = _plug_in(machine)
    try:
        loop = _build(machine)
        from firmware.once import forget

        forget("hardware.boards.backup", "hardware.pins.backup", "firmware.backup_timer.backup_computer")
        loop.run_for_ever()
    except Exception:
        if flying:
            machine.reset()
        raise


def _plug_in(machine):
    # Imported in here, for whoever holds one function of a module holds all of it, and this one is to be forgotten.
    from hardware.boards.backup import plug_in

    return plug_in(machine)


def _build(machine):
    import time

    from hardware.boards.backup import build

    # The outputs are made safe by the first lines of build, before anything else is imported.
    board = build(machine, time)
    from micropython import kbd_intr

    from firmware.backup_timer.backup_computer import BackupComputer

    return BackupComputer(board, kbd_intr).loop
