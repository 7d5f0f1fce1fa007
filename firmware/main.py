"""The entry point on a board: picks the board, builds the flight computer, runs for ever.

Needs nothing but stock MicroPython 1.24 or newer and the copied tree. The board's own main.py calls `run`.
"""


def run():
    loop, plug_in = _build()
    from firmware.once import forget

    forget("hardware.boards.pico", "hardware.pins.pico", "firmware.flight_computer")
    if plug_in:
        import micropython

        # In flight a stray byte on USB must not stop the program; with the plug out a person may.
        micropython.kbd_intr(-1)
    loop.run_for_ever()


def _build():
    import time

    import machine

    from hardware.boards.pico import build

    # The outputs are made safe by the first lines of build, before anything else is imported.
    board = build(machine, time)
    from firmware.flight_computer import FlightComputer

    return FlightComputer(board).loop, board.plug_sense.value() == 1
