"""The entry point on a board: picks the board, builds the flight computer, runs for ever.

Needs nothing but stock MicroPython 1.24 or newer and the copied tree. The board's own main.py calls `run`.
"""


def run():
    import machine

    # Nothing may end a flight but its end: once the plug has been in, what goes wrong here starts the board again.
    alone = bytearray(1)
    alone[0] = _plug_in(machine)
    try:
        loop = _build(machine, alone)
        forget_what_built_it()
        loop.run_for_ever()
    except Exception:
        if alone[0]:
            machine.reset()
        raise


def forget_what_built_it():
    """Nothing of this is needed in flight, and nothing that is needed holds any of it."""
    from firmware.once import forget

    forget(
        "hardware.boards.pico",
        "hardware.boards.board",
        "hardware.boards.held_bus",
        "hardware.pins.pico",
        "firmware.flight_computer",
        "firmware.key_file",
        "firmware.mission",
        "firmware.protocol.fields",
        "firmware.protocol.profiles",
        "firmware.protocol.provisioning",
        "firmware.protocol.signals",
        "firmware.protocol.telemetry",
        "firmware.release.devices",
    )


def _plug_in(machine):
    # Imported in here, for whoever holds one function of a module holds all of it, and this one is to be forgotten.
    from hardware.boards.pico import plug_in

    return plug_in(machine)


def _build(machine, alone):
    import time

    from hardware.boards.pico import build

    # The outputs are made safe by the first lines of build, before anything else is imported.
    board = build(machine, time)

    def on_alone():
        # A stray byte on USB must not stop the program any more; until then a person may.
        import micropython

        micropython.kbd_intr(-1)
        alone[0] = 1

    board.on_alone = on_alone
    from firmware.flight_computer import FlightComputer

    return FlightComputer(board).loop
