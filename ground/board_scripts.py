"""What is asked of a board: small MicroPython programs whose answers are lines of "@" and JSON."""

# All files with size and SHA-256 (of small ones), what is in two of them, and the board's own description.
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
            if path in ('samara.sha256', 'mission.bin') and size < 16384:
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

# The journal, read by the very firmware that wrote it.
JOURNAL = """
import json, time
class Files:
    def open(self, name, mode):
        return open(name, mode)
class Faults:
    def __init__(self):
        self.seen = []
    def count(self, number):
        self.seen.append(number)
from firmware.flight_state import FlightState
from firmware.journal import Journal
from firmware.mission import read_mission
faults = Faults()
state = FlightState()
mission = read_mission(Files(), faults, 99)
journal = Journal(time, Files(), state, mission.hash if mission else bytes(4), faults)
found = journal.load()
print('@' + json.dumps({
    'fits': bool(found), 'faults': faults.seen, 'elapsed_ms': state.elapsed_ms, 'launch_ms': state.launch_ms,
    'phase': state.phase, 'ended': bool(state.ended), 'resets': state.reset_count,
    'drop_states': list(state.drop_states), 'drops': len(mission.drops) if mission else 0}))
"""
