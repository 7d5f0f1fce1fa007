"""What is asked of a board: small MicroPython programs whose answers are lines of "@" and JSON."""

# All files with size and SHA-256 (of small ones), what is in three of them, and the board's own description.
SURVEY = """
import os, sys, json, hashlib, binascii
buffer = bytearray(1024)
view = memoryview(buffer)
def digest(path):
    h = hashlib.sha256()
    with open(path, 'rb') as f:
        while True:
            n = f.readinto(buffer)
            if not n:
                break
            h.update(view[:n])
    return binascii.hexlify(h.digest()).decode()
todo = ['']
while todo:
    folder = todo.pop()
    for entry in (os.ilistdir(folder) if folder else os.ilistdir()):
        path = folder + '/' + entry[0] if folder else entry[0]
        if entry[1] & 0x4000:
            todo.append(path)
            print('@' + json.dumps(['d', path]))
        else:
            size = os.stat(path)[6]
            print('@' + json.dumps(['f', path, size, digest(path) if size < 65536 else None]))
            if path in ('samara.sha256', 'mission.bin', 'backup.bin') and size < 16384:
                with open(path, 'rb') as f:
                    print('@' + json.dumps(['c', path, binascii.hexlify(f.read()).decode()]))
v = os.statvfs('/')
u = os.uname()
mpy = getattr(sys.implementation, '_mpy', 0) & 255
print('@' + json.dumps(['b', u[0], u[2], u[4], mpy, v[0] * v[3], v[0] * v[2], v[0]]))
"""

# Digests of `paths`, None where there is none.
DIGESTS = """
import json, hashlib, binascii
def digest(path):
    h = hashlib.sha256()
    try:
        with open(path, 'rb') as f:
            while True:
                b = f.read(1024)
                if not b:
                    break
                h.update(b)
    except OSError:
        return None
    return binascii.hexlify(h.digest()).decode()
for path in {paths}:
    print('@' + json.dumps([path, digest(path)]))
"""

# Rename, remove and make folders, in this order; what is there already is no error.
PREPARE = """
import os
for old, new in {renames}:
    os.rename(old, new)
for path in {removes}:
    try:
        os.remove(path)
    except OSError as e:
        if e.args[0] != 2:
            raise
for path in {folders}:
    try:
        os.mkdir(path)
    except OSError as e:
        if e.args[0] != 17:
            raise
print('@true')
"""

_READER = """
import json
class Files:
    def open(self, name, mode):
        return open(name, mode)
class Faults:
    def __init__(self):
        self.seen = []
    def count(self, number):
        self.seen.append(number)
faults = Faults()
"""

# The journal, read by the very firmware that wrote it, whatever mission it is of.
JOURNAL = (
    _READER
    + """
from firmware.flight_state import FlightState
from firmware.journal_reader import newest_record
from firmware.mission import read_mission
from firmware.protocol import drops
state = FlightState()
mission = read_mission(Files(), faults, 99)
record = newest_record(Files(), ('journal.0', 'journal.1'), faults)
said = {'found': record is not None, 'faults': faults.seen}
if record is not None:
    record.fill(state)
    fits = mission is not None and record.mission_hash == mission.hash[:4]
    hold_ms = 0 if state.hold_until_ms is None else max(0, state.hold_until_ms - state.elapsed_ms)
    said.update({
        'fits': fits, 'mission': record.mission_hash.hex(), 'drops': len(mission.drops) if fits else 0,
        'cutdown': bool(fits and mission.cutdown is not None), 'elapsed_ms': state.elapsed_ms,
        'launch_ms': state.launch_ms, 'phase': state.phase, 'ended': bool(state.ended), 'safe': bool(state.safe),
        'hold_left_ms': hold_ms, 'armed': state.pad_taken_ms is not None, 'resets': state.reset_count,
        'drop_states': list(state.drop_states), 'drop_steps': list(state.drop_steps),
        'parted_early': state.parted_early, 'cutdown_by': state.cutdown_by})
print('@' + json.dumps(said))
"""
)

# The same of the independent backup.
BACKUP_JOURNAL = (
    _READER
    + """
import time
from firmware.backup_timer.journal import BackupJournal
from firmware.backup_timer.plan_file import read_plan
from firmware.backup_timer.state import BackupState
state = BackupState()
plan = read_plan(Files(), faults)
record = BackupJournal(time, Files(), state, plan.mark, faults).newest()
said = {'found': record is not None, 'faults': faults.seen}
if record is not None:
    record.fill(state)
    said.update({
        'fits': record.mark == plan.mark, 'mission': record.mark.hex(), 'state': state.state,
        'since_ms': state.since_ms, 'attempts': state.attempts, 'resets': state.reset_count})
print('@' + json.dumps(said))
"""
)
