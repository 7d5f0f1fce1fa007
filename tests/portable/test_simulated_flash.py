"""Flash takes its time, stops the UARTs while it does, and keeps what littlefs wrote."""

from hardware.simulated import file_system
from hardware.simulated.clock import Clock
from hardware.simulated.flash import BLOCK_BYTES, ERASE_US, PROGRAM_US_PER_PAGE, Flash
from hardware.simulated.machine import BoardReset, SimulatedMachine, Wiring
from hardware.simulated.trace import Trace
from hardware.simulated.uart import Uart
from tests.portable.core_rig import fresh_storage, has_littlefs, unmount
from tests.portable.test_simulated_uart import Peer, count_up
from tests.skip import SkipTest


def made():
    clock = Clock()
    return clock, Flash(clock, Trace(clock))


def test_an_erased_block_reads_ones():
    _, flash = made()
    buffer = bytearray(100)
    flash.readblocks(3, buffer)
    assert bytes(buffer) == b"\xff" * 100
    flash.writeblocks(3, b"hello", 50)
    flash.readblocks(3, buffer)
    assert bytes(buffer) == b"\xff" * 50 + b"hello" + b"\xff" * 45
    flash.erase(3)
    flash.readblocks(3, buffer)
    assert bytes(buffer) == b"\xff" * 100
    assert flash.ioctl(4, 0) == flash.blocks and flash.ioctl(5, 0) == BLOCK_BYTES


def test_time_passes_only_while_it_is_live():
    clock, flash = made()
    flash.erase(0)
    flash.writeblocks(0, b"x" * 256)
    assert clock.now_us == 0
    flash.live = True
    flash.erase(0)
    assert clock.now_us == ERASE_US
    flash.writeblocks(0, b"x" * 256)
    assert clock.now_us == ERASE_US + PROGRAM_US_PER_PAGE
    flash.writeblocks(0, b"x" * 257)
    assert clock.now_us == ERASE_US + 3 * PROGRAM_US_PER_PAGE
    assert flash.erases == 2 and flash.programs == 3


def test_an_erase_costs_a_listening_uart_its_bytes():
    clock, flash = made()
    flash.live = True
    uart = Uart(clock, Peer())
    uart.init(9600)
    uart.receive(count_up(100), 0, 9600)
    flash.erase(0)
    clock.advance(1000000)
    assert uart.bytes_lost == ERASE_US // 1042 - 32


def test_every_operation_is_in_the_trace():
    traces = []
    for block in (1, 2, 1):
        clock = Clock()
        trace = Trace(clock)
        flash = Flash(clock, trace)
        flash.live = True
        flash.erase(block)
        flash.writeblocks(block, b"abc", 7)
        assert trace.records == 2
        traces.append(trace.sha256())
    assert traces[0] == traces[2] != traces[1]


def test_files_are_what_was_written_and_survive_a_reset():
    storage, flash = fresh_storage()
    with storage.open("a", "wb") as file:
        file.write(b"one")
    for part in (b"x" * 300, b"y" * 5000):
        with storage.open("b", "ab") as file:
            file.write(part)
    if has_littlefs():
        storage = file_system.mount(flash, False)
    with storage.open("b", "rb") as file:
        assert file.read(10000) == b"x" * 300 + b"y" * 5000
    assert storage.size("a") == 3 and storage.size("none") is None
    storage.remove("a")
    assert storage.size("a") is None
    try:
        storage.open("a", "rb")
    except OSError:
        return
    raise AssertionError()


def test_free_space_shrinks():
    if not has_littlefs():
        raise SkipTest("no littlefs on this port")
    storage, _ = fresh_storage()
    before = storage.free_bytes()
    with storage.open("big", "wb") as file:
        file.write(b"z" * 40000)
    assert 40000 <= before - storage.free_bytes() <= 48000


def test_a_full_flash_is_an_oserror_and_what_is_there_stays():
    if not has_littlefs():
        raise SkipTest("no littlefs on this port")
    storage, _ = fresh_storage()
    with storage.open("keep", "wb") as file:
        file.write(b"keep")
    failed = False
    for number in range(200):
        try:
            with storage.open("f%d" % number, "wb") as file:
                file.write(b"q" * 4000)
        except OSError as error:
            assert error.args[0] == 28
            failed = True
            break
    assert failed
    with storage.open("keep", "rb") as file:
        assert file.read(10) == b"keep"
    unmount()


def stop(reset=3):
    raise BoardReset(reset)


def test_a_reset_in_an_operation_leaves_half_of_it():
    clock, flash = made()
    flash.live = True
    flash.writeblocks(0, bytes(BLOCK_BYTES))
    for call, image in (
        (lambda: flash.erase(0), b"\xff" * 2048 + bytes(2048)),
        (lambda: flash.writeblocks(0, b"abcdef", 1), b"\xffabc" + b"\xff" * 2044 + bytes(2048)),
    ):
        clock.call_at(clock.now_us + 200, stop)
        caught = False
        try:
            call()
        except BoardReset:
            caught = True
        buffer = bytearray(BLOCK_BYTES)
        flash.readblocks(0, buffer)
        assert caught and bytes(buffer) == image


def test_a_reset_in_a_write_leaves_the_file_as_it_was_and_nothing_is_written_after_it():
    if not has_littlefs():
        raise SkipTest("no littlefs on this port")
    for after_us in (100, 20000, 46000, 50000):
        clock = Clock()
        flash = Flash(clock, Trace(clock))
        unmount()
        storage = file_system.mount(flash)
        wiring = Wiring()
        wiring.on_reset.append(flash.power_off)
        machine = SimulatedMachine(clock, wiring)
        with storage.open("a", "wb") as file:
            file.write(b"before")
        clock.call_at(clock.now_us + after_us, lambda: machine.restart(SimulatedMachine.WDT_RESET))
        caught = False
        try:
            # What unwinding does, closing and catching, must not reach the flash any more.
            try:
                with storage.open("a", "wb") as file:
                    file.write(b"after!" * 1000)
            except OSError:
                pass
        except BoardReset:
            caught = True
        programs, erases = flash.programs, flash.erases
        assert caught, after_us
        storage = file_system.mount(flash, False)
        file_system.mount(flash, False)
        assert (flash.programs, flash.erases) == (programs, erases), "mounting writes nothing"
        with file_system.mount(flash, False).open("a", "rb") as file:
            assert file.read(100) == b"before", after_us
    unmount()


def test_a_flash_that_fails_is_an_oserror_and_works_again_afterwards():
    if not has_littlefs():
        raise SkipTest("no littlefs on this port")
    storage, flash = fresh_storage()
    with storage.open("a", "wb") as file:
        file.write(b"before")
    flash.failing = True
    number = 0
    try:
        with storage.open("a", "wb") as file:
            file.write(b"after!" * 1000)
    except OSError as error:
        number = error.args[0]
    assert number == 5
    with storage.open("a", "rb") as file:
        assert file.read(100) == b"before"
    flash.failing = False
    with storage.open("a", "wb") as file:
        file.write(b"again")
    with storage.open("a", "rb") as file:
        assert file.read(100) == b"again"
    unmount()


def test_a_slow_erase_takes_its_time():
    clock, flash = made()
    flash.live = True
    flash.erase_us = 400000
    flash.erase(0)
    assert clock.now_us == 400000
