"""The flight log: frames collected in memory, appended in large pieces, and never a reason to wait."""

from firmware.flight_log import FlightLog
from firmware.health import Health
from firmware.protocol import deframing, faults, framing
from hardware.simulated.clock import Clock
from tests.portable.core_rig import fresh_storage


def made(storage=None):
    clock = Clock(wrap_in_ms=30000)
    health = Health(clock)
    if storage is None:
        storage, _ = fresh_storage()
    return clock, health, FlightLog(clock, storage, health), storage


def frame(number, size=40):
    return framing.encode(framing.header(1, 7, number, number * 1000) + bytes([number & 255]) * (size - 16))


def content(storage):
    with storage.open("flight.log", "rb") as file:
        return file.read(100000)


class Full:
    """A flash that is full."""

    def open(self, name, mode):
        raise OSError(28)


def test_what_was_added_is_what_one_reader_reads():
    clock, _, log, storage = made()
    frames = [frame(number) for number in range(40)]
    for one in frames:
        log.add(one, clock.ticks_ms())
        if log.wanted:
            log.write(clock.ticks_ms())
    log.write(clock.ticks_ms())
    assert content(storage) == b"".join(frames)
    packets = deframing.Deframer().feed(content(storage))
    assert [deframing.read_header(packet)[3] for packet in packets] == list(range(40))
    assert log.lost == 0


def test_a_log_goes_on_after_a_reset():
    clock, health, log, storage = made()
    log.add(frame(1), clock.ticks_ms())
    log.write(clock.ticks_ms())
    again = FlightLog(clock, storage, health)
    again.add(frame(2), clock.ticks_ms())
    again.write(clock.ticks_ms())
    assert content(storage) == frame(1) + frame(2)


def test_it_asks_for_a_write_when_much_has_come_together():
    clock, _, log, _ = made()
    count = 0
    while not log.wanted:
        log.add(frame(count), clock.ticks_ms())
        count += 1
    assert 5 <= count <= 14
    log.write(clock.ticks_ms())
    assert not log.wanted


def test_it_asks_after_a_minute_over_a_wrap():
    clock, _, log, _ = made()
    for second in range(70):
        log.add(frame(1, 17), clock.ticks_ms()) if second % 10 == 0 else None
        assert log.wanted == (second >= 60), second
        clock.sleep_ms(1000)


def test_an_event_is_written_at_once():
    clock, _, log, _ = made()
    log.add(frame(1), clock.ticks_ms(), True)
    assert log.wanted


def test_writing_nothing_makes_no_file():
    clock, _, log, storage = made()
    log.write(clock.ticks_ms())
    assert storage.size("flight.log") is None


def test_a_full_flash_is_counted_loses_only_frames_and_heals():
    clock, health, log, storage = made()
    log._storage = Full()
    frames = [frame(number) for number in range(30)]
    for one in frames:
        log.add(one, clock.ticks_ms())
        if log.wanted:
            log.write(clock.ticks_ms())
    assert health.counts[faults.FLIGHT_LOG_WRITE_FAILED] > 0
    assert log.lost > 0
    kept = 30 - log.lost
    log._storage = storage
    log.write(clock.ticks_ms())
    assert content(storage) == b"".join(frames[:kept])
    log.add(frame(99), clock.ticks_ms())
    log.write(clock.ticks_ms())
    assert content(storage) == b"".join(frames[:kept]) + frame(99)


def test_its_memory_is_bounded():
    clock, _, log, _ = made()
    for number in range(1000):
        log.add(frame(number & 255), clock.ticks_ms())
    assert len(log._buffer) == 600 and log.lost >= 980
