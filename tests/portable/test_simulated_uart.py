"""The UART of the simulation loses, cuts and garbles as the RP2040's does."""

from hardware.simulated.clock import Clock
from hardware.simulated.uart import Uart


class Peer:
    """The other end of the wire: keeps what it hears."""

    def __init__(self):
        self.heard = []
        self.gaps = []

    def attach(self, uart):
        self.uart = uart

    def pump(self, now_us):
        pass

    def on_write(self, data, start_us, byte_us, baud):
        self.heard.append((data, start_us, byte_us, baud))

    def on_gap(self, at_us, gap_us):
        self.gaps.append((at_us, gap_us))


def made(baud=9600, rxbuf=256, txbuf=256):
    clock = Clock()
    peer = Peer()
    uart = Uart(clock, peer)
    uart.init(baud, rxbuf=rxbuf, txbuf=txbuf)
    return clock, peer, uart


def count_up(size):
    return bytes([place & 255 for place in range(size)])


def test_bytes_arrive_one_after_the_other_at_the_baud_rate():
    clock, _, uart = made(9600)
    uart.receive(count_up(100), 0, 9600)
    for ms, arrived in ((0, 0), (1, 0), (2, 1), (10, 9), (50, 47), (104, 99), (105, 100), (500, 100)):
        clock.advance(ms * 1000 - clock.now_us)
        assert uart.any() == arrived, ms
    assert uart.read() == count_up(100) and uart.any() == 0 and uart.read() is None
    assert uart.bytes_lost == 0


def test_readinto_takes_what_fits_and_keeps_the_rest():
    clock, _, uart = made()
    uart.receive(count_up(50), 0, 9600)
    clock.advance(1000000)
    buffer = bytearray(20)
    assert uart.readinto(buffer) == 20 and bytes(buffer) == count_up(50)[:20]
    assert uart.readinto(buffer, 5) == 5 and bytes(buffer[:5]) == count_up(50)[20:25]
    big = bytearray(100)
    assert uart.readinto(big) == 25 and bytes(big[:25]) == count_up(50)[25:]
    assert uart.readinto(big) is None


def test_a_full_receive_buffer_loses_what_comes_after_and_counts_it():
    for rxbuf in (64, 256, 2048):
        clock, _, uart = made(9600, rxbuf)
        uart.receive(count_up(3000), 0, 9600)
        clock.advance(60000000)
        assert uart.any() == rxbuf and uart.read() == count_up(3000)[:rxbuf]
        assert uart.bytes_lost == 3000 - rxbuf


def test_with_interrupts_off_only_32_bytes_are_kept():
    for stall_ms, kept in ((10, 100), (33, 100), (34, 100), (45, 89), (100, 37)):
        clock, _, uart = made(9600)
        uart.receive(count_up(100), 0, 9600)
        clock.advance(1042 * 4)  # four bytes are in the buffer
        clock.stall(stall_ms * 1000)
        clock.advance(1000000)
        got = uart.read()
        assert uart.bytes_lost == 100 - len(got)
        during = min(stall_ms * 1000 // 1042, 96)
        assert len(got) == 100 - max(0, during - 32), stall_ms
        assert got[:36] == count_up(100)[:36] and got[-1] == 99
        assert kept - 1 <= len(got) <= kept


def test_a_faster_line_loses_more_in_the_same_stall():
    lost = []
    for baud in (9600, 38400, 115200):
        clock, _, uart = made(baud, 2048)
        uart.receive(count_up(1000), 0, baud)
        clock.stall(50000)
        clock.advance(2000000)
        lost.append(uart.bytes_lost)
    assert lost[0] in (15, 16) and 158 <= lost[1] <= 161 and 540 <= lost[2] <= 545


def test_two_stalls_with_a_moment_between_them_each_have_their_fifo():
    clock, _, uart = made(9600)
    uart.receive(count_up(60), 0, 9600)
    for _ in range(2):
        clock.stall(30000)
        clock.advance(10)
    clock.advance(1000000)
    assert uart.bytes_lost == 0 and uart.read() == count_up(60)


def test_a_write_takes_what_fits_and_says_so():
    clock, peer, uart = made(9600, txbuf=64)
    assert uart.write(count_up(200)) == 96  # 64 and the FIFO
    assert uart.write(b"more") is None
    assert peer.heard == [(count_up(96), 0, 1042, 9600)]
    clock.advance(1042 * 10)
    assert uart.write(count_up(50)) == 10
    assert peer.heard[1] == (count_up(10), 96 * 1042, 1042, 9600)
    assert not uart.txdone()
    uart.flush()
    assert uart.txdone() and clock.now_us == 106 * 1042


def test_at_another_rate_only_rubbish_arrives():
    for there, here in ((38400, 9600), (9600, 38400), (115200, 9600), (9600, 115200)):
        clock, _, uart = made(here, 4096)
        sent = b"$GNRMC,090802.00,A,5327.03976,N,00214.41006,W,0.144,,220221,,,A,V*09\r\n" * 4
        uart.receive(sent, 0, there)
        clock.advance(10000000)
        got = uart.read() or b""
        assert b"$GNRMC" not in got and b"*09" not in got
        assert abs(len(got) - len(sent) * here // there) <= 2 + len(got) // 100, (there, here)


def test_a_stall_makes_a_gap_in_what_is_being_sent():
    clock, peer, uart = made(9600, txbuf=512)
    uart.write(count_up(200))
    clock.advance(1042 * 50)
    clock.stall(100000)
    # 32 bytes still leave the FIFO, then the line rests until interrupts are on again.
    assert peer.gaps == [(1042 * 82, 100000 - 1042 * 32)]


def test_a_stall_while_the_fifo_can_finish_makes_no_gap():
    clock, peer, uart = made(9600, txbuf=512)
    uart.write(count_up(60))
    clock.advance(1042 * 30)
    clock.stall(400000)
    assert peer.gaps == []
    uart.write(count_up(200))
    clock.advance(1042 * 20)
    clock.stall(30000)  # shorter than the FIFO lasts
    assert peer.gaps == []


def test_deinit_forgets_what_was_received():
    clock, _, uart = made()
    uart.receive(count_up(20), 0, 9600)
    clock.advance(10000)
    assert uart.any() == 9
    uart.deinit()
    clock.advance(1000000)
    assert uart.any() == 0
