"""A number in the watchdog's scratch registers: there after a reset, gone after a power cut, never a wrong one."""

import sys

import micropython

from hardware.boards.survivor import Survivor
from hardware.simulated.clock import Clock
from hardware.simulated.machine import SimulatedMachine, Wiring

LARGEST = (1 << 30) - 1
SCRATCH0 = 0x4005800C


def made(wiring=None, cause=SimulatedMachine.PWRON_RESET):
    machine = SimulatedMachine(Clock(), wiring or Wiring(), cause)
    return machine, Survivor(machine.mem32)


def test_nothing_is_there_at_power_on():
    assert made()[1].read() is None


def test_what_was_written_last_is_read():
    _, survivor = made()
    for value in (0, 1, 123456789, LARGEST):
        survivor.write(value)
        assert survivor.read() == value


def test_it_lives_through_a_watchdog_reset_and_not_through_a_power_cut():
    wiring = Wiring()
    made(wiring)[1].write(4711)
    assert made(wiring, SimulatedMachine.WDT_RESET)[1].read() == 4711
    assert made(wiring, SimulatedMachine.PWRON_RESET)[1].read() is None


def test_a_reset_between_any_two_stores_gives_the_old_number_the_new_one_or_none():
    class Cut:
        """Takes so many stores."""

        def __init__(self, memory, stores):
            self.memory = memory
            self.stores = stores

        def __getitem__(self, address):
            return self.memory[address]

        def __setitem__(self, address, value):
            if self.stores:
                self.stores -= 1
                self.memory[address] = value

    seen = []
    for stores in range(4):
        for before in (None, 1000):
            machine, survivor = made()
            if before is not None:
                survivor.write(before)
            Survivor(Cut(machine.mem32, stores)).write(2000)
            assert survivor.read() in (before, 2000, None), stores
            seen.append(survivor.read())
    assert seen == [None, 1000, None, None, None, 2000, 2000, 2000]


def test_a_flipped_bit_in_any_register_is_never_taken_for_a_number():
    for register in range(3):
        for bit in range(32):
            machine, survivor = made()
            survivor.write(4711)
            machine.mem32[SCRATCH0 + 4 * register] ^= 1 << bit
            assert survivor.read() is None, (register, bit)


def test_registers_that_the_boot_rom_uses_are_left_alone():
    machine, survivor = made()
    for number in range(3, 8):
        machine.mem32[SCRATCH0 + 4 * number] = 77 + number
    survivor.write(LARGEST)
    assert [machine.mem32[SCRATCH0 + 4 * number] for number in range(3, 8)] == [80, 81, 82, 83, 84]


def test_writing_allocates_nothing():
    _, survivor = made()
    survivor.write(1)
    if sys.implementation.name == "micropython":
        micropython.heap_lock()
    try:
        survivor.write(987654321)
    finally:
        if sys.implementation.name == "micropython":
            micropython.heap_unlock()
    assert survivor.read() == 987654321
