"""Faults of wires, dispenser, switches, cells and plug: F12 to F18. At outputs the size is the output's number."""

from hardware.simulated.burn_wire import NOISY, OPEN, WHOLE
from hardware.simulated.cutter_supply import OFF, ON
from hardware.simulated.fault_row import nothing, row


def _output(bench, number):
    for one in bench.wires + bench.servos:
        if one.output == number:
            return one
    raise ValueError("nothing hangs on output %s in this scenario" % number)


def _put(load, name, value):
    setattr(load, name, value)
    load.look()


def _at_output(name, value, rest):
    return (
        lambda bench, size, length_us: _put(_output(bench, size), name, value),
        lambda bench, size: _put(_output(bench, size), name, rest),
    )


def _at_servo(name, value, rest):
    """value: None for the size."""

    def begin(bench, size, length_us):
        for servo in bench.servos:
            _put(servo, name, size if value is None else value)

    def end(bench, size):
        for servo in bench.servos:
            _put(servo, name, rest)

    return begin, end


def _at_supply(name, value, rest):
    return (
        lambda bench, size, length_us: _put(bench.supply, name, value),
        lambda bench, size: _put(bench.supply, name, rest),
    )


def _parts(bench, size, length_us):
    _output(bench, size).part()


def _broken_wire(bench, size, length_us):
    _put(_output(bench, size), "whole", False)


def _never(bench, size, length_us):
    _put(_output(bench, size), "parts_after_ms", None)


def _resistance(bench, per_cent, length_us=0):
    bench.cutter_battery.resistance_factor = per_cent / 100.0
    bench.supply.look()


def _spent(battery):
    def begin(bench, size, length_us):
        getattr(bench, battery).spend_to(size)
        bench.supply.look()

    return begin


def _cells(broken):
    def change(bench, size, length_us=0):
        bench.cutter_battery.broken = broken
        bench.supply.look()

    return change


def _plug(plug_in):
    return lambda bench, size, length_us=0: bench.supply.set_plug(plug_in)


def _bounce(bench, size, count):
    bench.supply.set_plug(count % 2)


ROWS = (
    row("wire_parts", "F12", "the wire at an output parts by itself", _parts),
    row("wire_broken", "F13", "the wire at an output is broken and holds its load", _broken_wire),
    row("continuity_whole", "F13", "continuity of an output says whole", *_at_output("continuity", WHOLE, None)),
    row("continuity_open", "F13", "continuity of an output says open", *_at_output("continuity", OPEN, None)),
    row("continuity_noisy", "F13", "continuity of an output says either", *_at_output("continuity", NOISY, None)),
    row(
        "cutter_weak",
        "F14",
        "the cutter cells have size per cent of their resistance",
        _resistance,
        lambda bench, size: _resistance(bench, 100),
    ),
    row("cutter_spent", "F14", "the cutter cells are spent to size per cent", _spent("cutter_battery")),
    row("cutter_broken", "F14", "the cutter cells give nothing", _cells(True), _cells(False)),
    row("logic_spent", "F14", "the logic cells are spent to size per cent", _spent("logic_battery")),
    row("never_cuts", "F15", "the wire at an output gets hot and stays whole", _never),
    row("fire_stuck_on", "F16", "the FIRE switch of an output conducts", *_at_output("switch", ON, None)),
    row("fire_stuck_off", "F16", "the FIRE switch of an output never does", *_at_output("switch", OFF, None)),
    row("enable_stuck_on", "F16", "the ENABLE switch conducts", *_at_supply("enable_switch", ON, None)),
    row("enable_stuck_off", "F16", "the ENABLE switch never does", *_at_supply("enable_switch", OFF, None)),
    row("servo_jam", "F17", "the servo stands and draws its stall current", *_at_servo("jammed", True, False)),
    row("servo_slow", "F17", "the servo is size times slower", *_at_servo("slow", None, 1)),
    row("servo_no_switch", "F17", "the dispenser's switch reads open", *_at_servo("switch_fitted", False, True)),
    row("plug_out", "F18", "the arming plug is out", _plug(False), _plug(True)),
    row("plug_bouncing", "F18", "the arming plug goes out or in every size ms", nothing, _plug(True), _bounce),
    row("plug_sense_broken", "F18", "the plug's sense line says out", *_at_supply("sense_broken", True, False)),
)
