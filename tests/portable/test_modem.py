"""The modem: a frame is on the air when its last byte has come in, and a pause in the UART breaks it in two."""

from firmware.protocol import framing
from firmware.protocol.deframing import Deframer
from hardware.simulated.clock import Clock
from hardware.simulated.modem import Modem
from hardware.simulated.trace import Trace
from hardware.simulated.uart import Uart


def made(baud=9600):
    clock = Clock()
    air = []
    modem = Modem(clock, Trace(clock), lambda data: air.append((clock.now_us, bytes(data))))
    uart = Uart(clock, modem)
    uart.init(baud, txbuf=512)
    return clock, uart, modem, air


def test_a_frame_is_on_the_air_when_its_last_byte_is_in():
    clock, uart, modem, air = made()
    uart.write(b"x" * 100)
    clock.advance(1042 * 100 - 1)
    assert air == []
    clock.advance(1)
    assert air == [(104200, b"x" * 100)]
    assert modem.writes == 1 and modem.bytes_sent == 100 and modem.gaps == 0


def test_a_pause_of_the_uart_breaks_a_frame_in_two_and_no_byte_is_lost():
    clock, uart, modem, air = made()
    frame = framing.encode(framing.header(1, 2, 3, 4) + bytes(range(1, 100)))
    uart.write(frame)
    clock.advance(1042 * 20)
    clock.stall(90000)
    clock.advance(1000000)
    assert modem.gaps == 1 and len(air) == 2
    assert air[0][1] == frame[:52] and air[1][1] == frame[52:]
    assert air[1][0] >= len(frame) * 1042 + 90000 - 32 * 1042
    assert modem.bytes_sent == len(frame)
    # As one stream the frame is still whole; as two packets neither is.
    assert Deframer().feed(air[0][1] + air[1][1]) != []
    assert Deframer().feed(air[0][1]) == [] and Deframer().feed(air[1][1]) == []


def test_a_frame_that_is_already_out_is_not_broken():
    clock, uart, modem, air = made()
    uart.write(b"y" * 50)
    clock.advance(1042 * 50)
    clock.stall(400000)
    assert modem.gaps == 0 and [data for _, data in air] == [b"y" * 50]


def test_the_next_frame_after_a_broken_one_is_whole():
    clock, uart, modem, air = made()
    uart.write(b"a" * 100)
    clock.stall(60000)
    clock.advance(1000000)
    uart.write(b"b" * 100)
    clock.advance(1000000)
    assert air[-1][1] == b"b" * 100 and b"".join([data for _, data in air]) == b"a" * 100 + b"b" * 100
    assert modem.gaps == 1


def test_the_trace_has_every_byte_with_its_time():
    traces = []
    for text in (b"one", b"two", b"one"):
        clock = Clock()
        trace = Trace(clock)
        uart = Uart(clock, Modem(clock, trace, len))
        uart.write(text)
        clock.advance(1000000)
        traces.append(trace.sha256())
    assert traces[0] == traces[2] != traces[1]
