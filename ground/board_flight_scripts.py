"""What is asked of a board around a flight: small MicroPython programs whose answers are lines of "@" and JSON.

Each makes the outputs safe first: it may have stopped anything.
"""

# Levels of the inputs and volts of the supplies, as they are now. `board`: pico or backup.
DEVICES = """
import json, machine
from hardware.boards.{board} import make_safe
from hardware.pins import {board} as pins
make_safe(machine)
Pin = machine.Pin
levels = {{}}
for gpio, name, function, direction, safe in pins.PINS:
    if direction == pins.IN and function == 'GPIO' and not name.startswith('SENSOR'):
        pin = Pin(gpio, Pin.IN) if name == 'PLUG_SENSE' else Pin(gpio, Pin.IN, Pin.PULL_UP)
        levels[name] = pin.value()
def mv(name, divider):
    raw = machine.ADC(Pin(pins.number(name))).read_u16()
    return raw * pins.ADC_REFERENCE_MV // 65535 * divider[0] // divider[1]
print('@' + json.dumps({{
    'levels': levels, 'cutter_mv': mv('CUTTER_VOLTS', pins.CUTTER_DIVIDER),
    'logic_mv': mv('LOGIC_VOLTS', pins.LOGIC_DIVIDER)}}))
"""

# The backup's state by its heartbeat line; a line that keeps still is given up after two of its pauses.
HEARTBEAT = """
import json, machine, time
from firmware.drivers.heartbeat import HeartbeatReader
from hardware.boards.pico import make_safe
from hardware.pins import pico as pins
make_safe(machine)
pin = machine.Pin(pins.number('BACKUP_LINE'), machine.Pin.IN, machine.Pin.PULL_UP)
reader = HeartbeatReader(pin, time)
level = pin.value()
changed_ms = started_ms = time.ticks_ms()
while True:
    now_ms = time.ticks_ms()
    reader.poll(now_ms)
    if pin.value() != level:
        level = 1 - level
        changed_ms = now_ms
    if reader.state or time.ticks_diff(now_ms, changed_ms) > 3000 or time.ticks_diff(now_ms, started_ms) > 15000:
        break
    time.sleep_ms(100)
print('@' + json.dumps(reader.state))
"""

# Rename and remove, in this order, unless the arming plug is in at this very moment.
NEW_FLIGHT = """
import json, machine, os
from hardware.boards.{board} import make_safe
from hardware.pins import {board} as pins
make_safe(machine)
raw = machine.ADC(machine.Pin(pins.number('CUTTER_VOLTS'))).read_u16()
mv = raw * pins.ADC_REFERENCE_MV // 65535 * pins.CUTTER_DIVIDER[0] // pins.CUTTER_DIVIDER[1]
sense = machine.Pin(pins.number('PLUG_SENSE'), machine.Pin.IN).value()
if sense or mv >= {rail_mv}:
    print('@false')
else:
    for old, new in {renames}:
        os.rename(old, new)
    for path in {removes}:
        os.remove(path)
    os.sync() if hasattr(os, 'sync') else None
    print('@true')
"""

_BOARD = """
import json, machine, time
from hardware.boards.pico import build, make_safe
class Files:
    def open(self, name, mode):
        return open(name, mode)
def say(text):
    print('@' + json.dumps(str(text)))
make_safe(machine)
try:
    board = build(machine, time, Files())
"""

# One pulse of one output by the firmware on the board; lines of text, then the verdict's number.
TEST_FIRE = (
    _BOARD
    + """
    from firmware.health import Health
    from firmware.mission import read_mission
    from firmware.test_fire import run
    mission = read_mission(board.storage, Health(time), len(board.cutters))
    print('@' + json.dumps(run(board, mission, {output}, say)))
finally:
    make_safe(machine)
"""
)

# A rehearsal by the firmware on the board; lines of text, then whether all was let go.
REHEARSE = (
    _BOARD
    + """
    from firmware.rehearsal import run
    print('@' + json.dumps(run(board, say)))
finally:
    make_safe(machine)
"""
)

SAFE = """
import machine
from hardware.boards.{board} import make_safe
make_safe(machine)
print('@true')
"""
