"""The entry point on a board: picks the board, builds the flight computer, runs for ever.

Needs nothing but stock MicroPython 1.24 or newer and the copied tree. The board's own main.py calls `run`.
"""


def run():
    import machine

    # Nothing may end a flight but its end: with the plug in, what goes wrong here starts the board again.
    flying = _plug_in(machine)
    try:
        loop = _build(machine)
        from firmware.once import forget

        forget("hardware.boards.pico", "hardware.pins.pico", "firmware.flight_computer")
        if flying:
            import micropython

            # In flight a stray byte on USB must not stop the program; with the plug out a person may.
            micropython.kbd_intr(-1)
        loop.run_for_ever()
    except Exception:
        if flying:
            machine.reset()
        raise


def _plug_in(machine):
    # Imported in here, for whoever holds one function of a module holds all of it, and this one is to be forgotten.
    from hardware.boards.pico import plug_in

    return plug_in(machine)


def _build(machine):
    import time

    from hardware.boards.pico import build

    # The outputs are made safe by the first lines of build, before anything else is imported.
    board = build(machine, time)
    from firmware.flight_computer import FlightComputer

    return FlightComputer(board).loop
