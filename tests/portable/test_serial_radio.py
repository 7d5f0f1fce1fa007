"""The serial radio: a frame goes whole or not at all, and the end of its last byte is known."""

from firmware.drivers.serial_radio import SerialRadio
from hardware.simulated.clock import Clock
from hardware.simulated.modem import Modem
from hardware.simulated.trace import Trace
from hardware.simulated.uart import Uart


def made(baud=57600, txbuf=512, wrap_in_ms=1000):
    clock = Clock(wrap_in_ms=wrap_in_ms)
    got = []
    modem = Modem(clock, Trace(clock), lambda data: got.append((clock.now_us, bytes(data))))
    uart = Uart(clock, modem)
    uart.init(baud, txbuf=txbuf)
    return clock, uart, SerialRadio(uart, clock, baud), got


def test_a_frame_is_on_the_air_when_idle_says_so():
    for baud in (1200, 9600, 57600, 115200):
        clock, _, radio, got = made(baud)
        for number in range(40):
            frame = bytes([number]) * (1 + number * 6)
            assert radio.idle(clock.ticks_ms())
            assert radio.send(frame, clock.ticks_ms())
            passed_ms = 0
            while not radio.idle(clock.ticks_ms()):
                clock.sleep_ms(1)
                passed_ms += 1
            assert got[-1][1] == frame, (baud, number)
            assert passed_ms <= len(frame) * 10000 // baud + 5
        assert radio.frames_sent == 40 and radio.frames_refused == 0


def test_it_is_busy_over_a_wrap_of_the_ticks():
    clock, _, radio, _ = made(9600, wrap_in_ms=50)
    assert radio.send(bytes(100), clock.ticks_ms())
    busy = 0
    while not radio.idle(clock.ticks_ms()):
        clock.sleep_ms(1)
        busy += 1
    assert 104 <= busy <= 110 and clock.ticks_ms() < 100


def test_a_frame_that_does_not_fit_is_refused_and_counted():
    clock, _, radio, got = made(9600, txbuf=64)
    assert not radio.send(bytes(200), clock.ticks_ms())
    assert radio.frames_refused == 1 and radio.frames_sent == 0
    clock.sleep_ms(300)
    # What went out of it is no frame; the next one is whole.
    assert radio.idle(clock.ticks_ms()) and radio.send(b"next", clock.ticks_ms())
    clock.sleep_ms(100)
    assert got[-1][1] == b"next"


def test_a_full_transmit_buffer_is_no_exception():
    clock, uart, radio, _ = made(1200, txbuf=32)
    assert uart.write(bytes(64)) == 64 and uart.write(b"x") is None
    assert not radio.send(b"frame", clock.ticks_ms()) and radio.frames_refused == 1


# The way up ----------------------------------------------------------------------------------------------------


class Ear:
    """A UART that counts how much it was asked for beyond what it had promised: a board would wait for that."""

    def __init__(self):
        self.waiting = b""
        self.promised = 0
        self.waits = 0

    def any(self):
        self.promised = len(self.waiting)
        return self.promised

    def read(self, count):
        self.waits += count > self.promised
        taken = self.waiting[:count]
        self.waiting = self.waiting[count:]
        return taken


def test_what_comes_in_is_handed_over_whole_and_in_its_order():
    clock, uart, radio, _ = made(57600)
    assert radio.receive(clock.ticks_ms()) is None
    sent = bytes([number & 255 for number in range(100)])
    uart.receive(sent[:37], clock.now_us, 57600)
    clock.sleep_ms(50)
    assert radio.receive(clock.ticks_ms()) == sent[:37] and radio.receive(clock.ticks_ms()) is None
    uart.receive(sent[37:], clock.now_us, 57600)
    got = b""
    for _ in range(40):
        clock.sleep_ms(1)
        got += radio.receive(clock.ticks_ms()) or b""
    assert got == sent[37:]


def test_it_never_asks_for_more_than_there_is_and_takes_a_flood_in_pieces():
    ear = Ear()
    clock = Clock()
    radio = SerialRadio(ear, clock, 9600)
    for size in (1, 127, 128, 129, 500):
        ear.waiting = bytes([index & 255 for index in range(size)])
        expected = ear.waiting
        got = b""
        while ear.waiting:
            piece = radio.receive(0)
            assert 1 <= len(piece) <= 128
            got += piece
        assert got == expected and radio.receive(0) is None
    assert ear.waits == 0


def test_what_was_handed_over_is_not_overwritten_by_what_comes_next():
    ear = Ear()
    radio = SerialRadio(ear, Clock(), 9600)
    ear.waiting = b"first"
    first = radio.receive(0)
    ear.waiting = b"other"
    assert radio.receive(0) == b"other" and first == b"first"
