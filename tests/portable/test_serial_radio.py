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
