"""The downlink: events first, one frame at a time, silence in a pulse, and numbers that never repeat."""

from firmware.downlink import Downlink
from firmware.drivers.serial_radio import SerialRadio
from firmware.flight_log import FlightLog
from firmware.flight_state import FlightState
from firmware.health import Health
from firmware.journal import Journal
from firmware.protocol import drops, faults, framing, phases, telemetry
from firmware.protocol.deframing import Deframer, read_header
from firmware.protocol.unpacking import unpack
from hardware.simulated.clock import Clock
from hardware.simulated.modem import Modem
from hardware.simulated.trace import Trace
from hardware.simulated.uart import Uart
from tests.portable.core_rig import fresh_storage
from tests.portable.release_rig import DUE_MS, Rig


class Desk:
    """A downlink with radio, log and journal, heard by a receiver."""

    def __init__(self, storage=None, txbuf=512):
        self.clock = Clock(wrap_in_ms=2000)
        self.deframer = Deframer()
        self.packets = []
        modem = Modem(self.clock, Trace(self.clock), lambda data: self.packets.extend(self.deframer.feed(bytes(data))))
        self.uart = Uart(self.clock, modem)
        self.uart.init(57600, txbuf=txbuf)
        self.storage = storage or fresh_storage()[0]
        self.health = Health(self.clock)
        self.state = FlightState()
        self.journal = Journal(self.clock, self.storage, self.state, b"mission!", self.health)
        self.resumed = self.journal.load()
        self.radio = SerialRadio(self.uart, self.clock, 57600)
        self.log = FlightLog(self.clock, self.storage, self.health)
        self.downlink = Downlink(self.clock, self.radio, self.log, self.journal, self.state, 0x1234, self.health)

    def passes(self, count, silent=False):
        for _ in range(count):
            self.clock.advance(100000)
            self.state.elapsed_ms += 100
            if not silent and self.downlink.free(self.clock.ticks_ms()):
                self.downlink.send_event(self.clock.ticks_ms())
            if self.journal.wanted:
                self.journal.write(self.clock.ticks_ms())

    def events(self):
        return [
            unpack(telemetry.EVENT_LAYOUT, packet[framing.HEADER_BYTES :])
            for packet in self.packets
            if read_header(packet)[1] == telemetry.EVENT
        ]


def test_events_go_out_in_their_order_with_their_own_time():
    desk = Desk()
    for number in range(5):
        desk.state.elapsed_ms = 1000 * number
        desk.downlink.event(telemetry.PHASE_CHANGED, number, 7, -number)
    desk.passes(8)
    seen = desk.events()
    assert [one["subject"] for one in seen] == [0, 1, 2, 3, 4]
    assert [one["argument"] for one in seen] == [0, -1, -2, -3, -4]
    assert [one["event_id"] for one in seen] == [1, 2, 3, 4, 5]
    assert [read_header(packet)[4] for packet in desk.packets] == [0, 1000, 2000, 3000, 4000]
    assert [read_header(packet)[2] for packet in desk.packets] == [0x1234] * 5


def test_an_events_argument_keeps_its_sign_and_its_32_bits():
    desk = Desk()
    for argument in (0, 1, -1, 0x7FFFFFFE, -0x80000000, 16777215):
        desk.downlink.event(1, 2, 3, argument)
    desk.passes(10)
    assert [one["argument"] for one in desk.events()] == [0, 1, -1, 0x7FFFFFFE, -0x80000000, 16777215]


def test_silence_holds_everything_back_and_loses_nothing():
    desk = Desk()
    for number in range(6):
        desk.downlink.event(1, number)
    desk.passes(60, True)
    assert desk.packets == [] and desk.radio.frames_sent == 0
    desk.passes(10)
    assert [one["subject"] for one in desk.events()] == list(range(6))


def test_waiting_events_are_bounded_and_the_oldest_go_to_the_log():
    desk = Desk()
    for number in range(40):
        desk.downlink.event(1, number)
        desk.passes(1, True)
    assert len(desk.downlink._events) <= 16
    desk.passes(30)
    seen = [one["subject"] for one in desk.events()]
    assert seen == list(range(40 - len(seen), 40)) and 1 <= len(seen) <= 16


def test_event_numbers_go_round_at_256():
    desk = Desk()
    for number in range(300):
        desk.downlink.event(1, number & 255)
        desk.passes(2)
    ids = [one["event_id"] for one in desk.events()]
    assert ids[:2] == [1, 2] and ids[254:258] == [255, 0, 1, 2]


def test_a_radio_that_takes_nothing_is_counted_and_the_log_has_the_frame():
    desk = Desk(txbuf=32)
    desk.uart.write(bytes(64))
    desk.uart._tx_free_us += 100000000  # a flow that has stopped
    desk.downlink.event(telemetry.LAUNCHED, 3)
    desk.passes(2)
    assert desk.health.counts[faults.RADIO_FULL] == 1
    desk.log.write(0)
    with desk.storage.open("flight.log", "rb") as file:
        (packet,) = Deframer().feed(file.read(1000))
    assert unpack(telemetry.EVENT_LAYOUT, packet[framing.HEADER_BYTES :])["code"] == telemetry.LAUNCHED


def numbers(desk):
    return [read_header(packet)[3] for packet in desk.packets]


def send(desk, count):
    for number in range(count):
        desk.downlink.event(1, number & 255)
        desk.passes(1)
    desk.passes(2)


def test_frame_numbers_count_up_by_one():
    desk = Desk()
    send(desk, 700)
    assert numbers(desk) == list(range(700))


def test_frame_numbers_never_repeat_over_resets():
    storage, _ = fresh_storage()
    seen = []
    for count in (300, 5, 1, 191, 193, 700, 3):
        desk = Desk(storage)
        send(desk, count)
        assert len(desk.packets) == count
        assert seen == [] or min(numbers(desk)) > max(seen)
        seen += numbers(desk)
    assert len(set(seen)) == len(seen)


def test_frame_numbers_never_repeat_when_the_power_goes_before_the_first_journal_write():
    storage, _ = fresh_storage()
    desk = Desk(storage)
    send(desk, 20)
    seen = numbers(desk)
    for _ in range(3):
        desk = Desk(storage)
        # Two seconds in which flash was never quiet enough: nothing is written, and the power goes again.
        for number in range(5):
            desk.downlink.event(1, number)
            desk.clock.advance(100000)
            assert desk.downlink.free(desk.clock.ticks_ms())
            desk.downlink.send_event(desk.clock.ticks_ms())
        desk.clock.advance(1000000)
        seen += numbers(desk)
    assert len(set(seen)) == len(seen)


def reported(change=None, drops_=((1, DUE_MS), (2, DUE_MS + 60000)), count=1):
    """The FIX frames of a board in flight on which `change(rig)` was made."""
    rig = Rig(drops=drops_)
    rig.at(600000)
    desk = Desk()
    desk.state = rig.state
    rig.measured.fix_ms = rig.clock.ticks_ms()
    rig.clock.advance(3000000)
    downlink = Downlink(rig.clock, desk.radio, desk.log, desk.journal, rig.state, 1, desk.health)
    if change is not None:
        change(rig)
    for _ in range(count):
        desk.clock.advance(1000000)
        downlink.report(
            rig.clock.ticks_ms(),
            rig.measured,
            rig.altitude,
            True,
            rig.plan,
            rig.controller,
            drops.BACKUP_READY,
            True,
        )
    desk.clock.advance(1000000)
    return [unpack(telemetry.FIX_LAYOUT, packet[framing.HEADER_BYTES :]) for packet in desk.packets]


def test_what_is_not_known_is_not_said():
    seen = reported()[0]
    for name in (
        "latitude_e7 longitude_e7 altitude_m ground_speed_cm_s course_cdeg vertical_cm_s satellites accuracy_m "
        "dynamic_model pressure_pa inside_c logic_mv"
    ).split():
        assert seen[name] is None, name
    assert seen["fix_type"] == 0 and seen["utc_known"] == 0


def test_what_is_known_is_said():
    def change(rig):
        m = rig.measured
        m.latitude_e7, m.longitude_e7, m.gps_altitude_m = -334500000, 1799999999, 29999
        m.ground_speed_cm_s, m.course_cdeg, m.fix_type, m.satellites, m.accuracy_m = 2500, 9000, 3, 12, 4
        m.dynamic_model, m.unix_s, m.pressure_pa = 8, 1780000000, 1200
        m.inside_cc, m.logic_mv = -1250, 3600
        rig.altitude.vertical_cm_s = -4000
        rig.state.reasons = drops.HOLD | drops.HOLDING_FOR
        rig.state.safe = True
        rig.state.hold_until_ms = 5
        rig.state.drop_steps[0] = 30
        rig.state.reset_count = 200

    seen = reported(change)[0]
    for name, value in (
        ("latitude_e7", -334500000),
        ("longitude_e7", 1799999999),
        ("altitude_m", 29999),
        ("ground_speed_cm_s", 2500),
        ("course_cdeg", 9000),
        ("vertical_cm_s", -4000),
        ("gps_age_s", 2),
        ("fix_type", 3),
        ("satellites", 12),
        ("accuracy_m", 4),
        ("dynamic_model", 8),
        ("utc_known", 1),
        ("pressure_pa", 1200),
        ("inside_c", -13),
        ("reasons", drops.HOLD | drops.HOLDING_FOR),
        ("backup_state", drops.BACKUP_READY),
        ("safe", 1),
        ("hold", 1),
        ("drop_step", 30),
        ("logic_mv", 3600),
        ("cutter_mv", 4500),
        ("phase", phases.ASCENT),
        ("armed", 1),
        ("mission_ok", 1),
        ("journal_ok", 1),
        ("next_drop_s", (DUE_MS - 600000) // 1000),
        ("reset_count", 15),
        ("drop", 0),
        ("drop_state", drops.WAITING),
    ):
        assert seen[name] == value, (name, seen[name])


def test_the_state_of_every_drop_that_is_over_is_heard_again_and_again():
    def change(rig):
        rig.state.drop_states[0] = drops.CONFIRMED
        rig.state.drop_states[1] = drops.FAILED
        rig.state.drop_attempts[1] = 2
        rig.plan.look()

    seen = reported(change, ((1, DUE_MS), (2, DUE_MS + 60000), (3, DUE_MS + 120000)), 24)
    heard = [(one["drop"], one["drop_state"]) for one in seen]
    for drop in ((0, drops.CONFIRMED), (1, drops.FAILED), (2, drops.WAITING)):
        assert heard.count(drop) >= 3, drop
