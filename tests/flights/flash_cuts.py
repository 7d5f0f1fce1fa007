"""The power is cut at every flash operation of a whole flight: before it, in the middle of it, and after it.

    micropython -m tests.flights.flash_cuts [EVERY]        (or the same with python)

Nothing that was journalled is lost or rolled back, no byte of a flushed log, nothing of the mission; and from every
EVERYth operation the flight goes on to its end. Prints one JSON object.
"""

import json
import sys

from firmware.journal_reader import newest_record
from firmware.protocol import drops
from hardware.simulated import file_system
from hardware.simulated.clock import Clock
from hardware.simulated.flash import BLOCK_BYTES, ERASE_US, PROGRAM_US_PER_PAGE, Flash
from hardware.simulated.machine import SimulatedMachine
from hardware.simulated.trace import Trace
from tests.flights.invariants import SLOTS
from tests.flights.promises import LOG, Promises
from tests.flights.short_flight import Flight

LOST = "lost"
TORN = "torn"
DONE = "done"
WAYS = (LOST, TORN, DONE)
EVERY = 100
_OFF_US = 5000000
_MISSION = "mission.bin"


class Marks(Promises):
    """Promises with the number of the operation at which each was begun and kept."""

    def __init__(self, flash):
        Promises.__init__(self)
        self._flash = flash
        self.rows = []  # [name, data, operations before it was begun, and when it was kept]

    def begin(self, name, data):
        Promises.begin(self, name, data)
        self.rows.append([name, data, self._flash.count, None])

    def end(self, name, error):
        Promises.end(self, name, error)
        if error is None:
            self.rows[-1][3] = self._flash.count


class Hook:
    """Sits on the flash of a bench and hears of every operation while the board runs: on_erase, on_program."""

    def __init__(self, flash):
        self.flash = flash
        self.count = 0
        self._erase = flash.erase
        self._program = flash.writeblocks
        flash.erase = self._erased
        flash.writeblocks = self._programmed

    def _erased(self, block):
        return self._do(block, 0, None, lambda: self._erase(block))

    def _programmed(self, block, buffer, offset=0):
        return self._do(block, offset, buffer, lambda: self._program(block, buffer, offset))

    def _do(self, block, offset, data, do):
        if not self.flash.live:
            return do()
        self.count += 1
        return self.operation(block, offset, data, do)


class Recorder(Hook):
    """Keeps every operation, and what the flash held before the first."""

    def __init__(self, flash):
        Hook.__init__(self, flash)
        self.base = [None if block is None else bytes(block) for block in flash._image]
        self.operations = []

    def operation(self, block, offset, data, do):
        self.operations.append((block, offset, None if data is None else bytes(data)))
        return do()


class Cutter(Hook):
    """Cuts the power at operation `number`, counted from 0, once."""

    def __init__(self, bench, number, way):
        Hook.__init__(self, bench.flash)
        self._bench = bench
        self._number = number
        self._way = way
        self.cut = self.armed = False

    def operation(self, block, offset, data, do):
        if self.count != self._number + 1 or self.cut:
            return do()
        self.cut = True
        self.armed = self._computer_armed()
        if self._way == TORN:
            us = ERASE_US if data is None else PROGRAM_US_PER_PAGE * ((len(data) + 255) // 256)
            self._bench.clock.call_at(self._bench.clock.now_us + us // 2, self._off)
            return do()
        if self._way == DONE:
            do()
        self._off()
        return 0

    def _computer_armed(self):
        computer = self._bench.computer
        return computer is not None and computer.arming.armed

    def _off(self):
        self._bench.restart(SimulatedMachine.PWRON_RESET, _OFF_US)


def record():
    """(Recorder, Marks, mission's bytes) of a whole flight without any reset."""
    found = []

    def begin(flight):
        recorder = Recorder(flight.bench.flash)
        flight.invariants.promises = Marks(recorder)
        found.append(recorder)

    flight = Flight(begin=begin)
    assert flight.drop_states() == [drops.CONFIRMED] * 3 and flight.boots == 1
    return found[0], flight.invariants.promises, flight.data


class Image:
    """The flash's content, operation by operation."""

    def __init__(self, base):
        self.blocks = [None if block is None else bytearray(block) for block in base]

    def apply(self, operation, half=False):
        block, offset, data = operation
        if self.blocks[block] is None:
            self.blocks[block] = bytearray(b"\xff" * BLOCK_BYTES)
        if data is None:
            data = b"\xff" * BLOCK_BYTES
        if half:
            data = data[: len(data) // 2]
        self.blocks[block][offset : offset + len(data)] = data

    def torn(self, operation):
        """A copy in whose newest operation the power failed."""
        other = Image(())
        other.blocks = list(self.blocks)
        block = operation[0]
        other.blocks[block] = None if self.blocks[block] is None else bytearray(self.blocks[block])
        other.apply(operation, True)
        return other

    def mounted(self):
        clock = Clock()
        flash = Flash(clock, Trace(clock))
        flash._image = [None if block is None else bytearray(block) for block in self.blocks]
        return file_system.mount(flash, False)


class Faults:
    """What a reader counts."""

    def __init__(self):
        self.damaged = 0

    def count(self, number):
        self.damaged += 1


class Check:
    """Holds what is found after each cut against what had been promised. `failures` are sentences."""

    def __init__(self, recorder, marks, mission):
        self.failures = []
        self.checked = 0
        self.damaged_slots = 0
        self.newer = 0  # a record was found whose writing had not come to its end
        self._mission = mission
        self._rows = marks.rows
        self._next = 0  # the first row that is not kept yet
        self._journal = None
        self._log = b""
        image = Image(recorder.base)
        for number in range(len(recorder.operations)):
            self._keep(number)
            operation = recorder.operations[number]
            self._look(number, LOST, image)
            self._look(number, TORN, image.torn(operation))
            image.apply(operation)
            self._look(number, DONE, image)
        self._keep(len(recorder.operations))
        self._look(len(recorder.operations), "after all", image)

    def _keep(self, number):
        """What had been kept before operation `number`."""
        while self._next < len(self._rows) and self._rows[self._next][3] <= number:
            name, data, _, _ = self._rows[self._next]
            self._next += 1
            if name == LOG:
                self._log += data
            else:
                self._journal = data

    def _open(self, number, is_log):
        """What was being written at that operation, or None."""
        if self._next < len(self._rows):
            name, data, begun, _ = self._rows[self._next]
            if begun <= number and (name == LOG) == is_log:
                return data
        return None

    def _look(self, number, way, image):
        self.checked += 1
        where = f"operation {number}, {way}: "
        storage = image.mounted()
        if _read(storage, _MISSION) != self._mission:
            self.failures.append(where + "the mission is not what it was")
        faults = Faults()
        record = newest_record(storage, SLOTS, faults)
        self.damaged_slots += faults.damaged
        found = None if record is None else record._data
        if found != self._journal:
            if found is None or found != self._open(number, False):
                self.failures.append(where + "a journalled record is lost")
            self.newer += 1
        log = _read(storage, LOG)
        if log != self._log:
            newer = self._open(number, True)
            if newer is None or log != self._log + newer:
                self.failures.append(where + "the flight log is not what was flushed")


def _read(storage, name):
    try:
        with storage.open(name, "rb") as file:
            return file.read(1 << 20)
    except OSError:
        return b""


def fly_on(number, way):
    """A flight with the power cut there: (what is wrong with it or None, whether it was armed by then)."""
    cutters = []

    def begin(flight):
        cutters.append(Cutter(flight.bench, number, way))

    flight = Flight(begin=begin, judged=False)
    wrong = _wrong(flight, cutters[0])
    return (f"flown on from operation {number}, {way}: {wrong}" if wrong else None), cutters[0].armed


def _wrong(flight, cutter):
    if flight.breaches:
        return flight.breaches[0]
    if not cutter.cut or flight.boots != 2:
        return "it was never cut"
    if not cutter.armed and flight.computer.arming.booted_with_plug:
        # A board that starts with the plug in and was not armed wants it out first: nothing may ever happen.
        return "it flew" if flight.edges or flight.computer.state.launch_ms is not None else None
    if flight.drop_states() != [drops.CONFIRMED] * 3 or [output for _, output in flight.parted] != [1, 2, 3]:
        return f"ended {flight.drop_states()}"
    return None


def run(every=EVERY, progress=None):
    """Everything; a dict of counts and the failures."""
    recorder, marks, mission = record()
    check = Check(recorder, marks, mission)
    failures = check.failures
    flown_on = flown_on_armed = 0
    for number in range(0, len(recorder.operations), every):
        for way in WAYS:
            wrong, armed = fly_on(number, way)
            flown_on += 1
            flown_on_armed += wrong is None and armed
            if wrong:
                failures.append(wrong)
            if progress is not None:
                progress(number)
    return {
        "interpreter": sys.implementation.name,
        "operations": len(recorder.operations),
        "erases": len([1 for operation in recorder.operations if operation[2] is None]),
        "journal_writes": len([1 for row in marks.rows if row[0] != LOG]),
        "log_writes": len([1 for row in marks.rows if row[0] == LOG]),
        "log_bytes": len(marks.log),
        "cuts": check.checked,
        "damaged_slots": check.damaged_slots,
        "found_newer": check.newer,
        "flown_on": flown_on,
        "flown_on_armed": flown_on_armed,
        "failures": failures,
    }


if __name__ == "__main__":
    print(json.dumps(run(*[int(one) for one in sys.argv[1:]])))
