"""The simulated receiver: epochs on the second, limits of each dynamic model, orders obeyed and refused by the book."""

from hardware.simulated.clock import Clock
from hardware.simulated.nmea_text import course_e5
from hardware.simulated.random_source import RandomSource
from hardware.simulated.ublox import Ublox
from tests.portable.gps_rig import World, sentences, ubx

MODEL = b"\x21\x00\x11\x20"
BYTE_US = 1042


class Line:
    """Keeps what the receiver sends, with the time at which each piece starts."""

    def __init__(self):
        self.pieces = []

    def receive(self, data, start_us, baud):
        self.pieces.append((bytes(data), start_us, baud))

    def take(self):
        pieces, self.pieces = self.pieces, []
        return pieces


class Bench:
    def __init__(self, generation=8, **settings):
        self.clock = Clock()
        self.world = World()
        self.chip = Ublox(self.clock, self.world, generation, **settings)
        self.line = Line()
        self.chip.attach(self.line)

    def run(self, ms):
        """Let time pass. Returns the pieces sent."""
        self.clock.advance(ms * 1000)
        self.chip.pump(self.clock.now_us)
        return self.line.take()

    def order(self, message_id, payload=b"", message_class=6, baud=None):
        """Send one frame; the frames that come back within 100 ms, as (class, id, payload)."""
        data = ubx(message_class, message_id, payload)
        self.chip.on_write(data, self.clock.now_us, BYTE_US, baud or self.chip.baud)
        back = b"".join([piece for piece, _, _ in self.run(len(data) * BYTE_US // 1000 + 40)])
        return [(raw[2], raw[3], raw[6:-2]) for protocol, raw in sentences(back) if protocol == "ubx"]


def ack(message_id):
    return [(5, 1, bytes([6, message_id]))]


def nak(message_id):
    return [(5, 0, bytes([6, message_id]))]


def names(pieces):
    """The kinds of sentences in these pieces, in their order."""
    found = []
    for protocol, raw in sentences(b"".join([piece for piece, _, _ in pieces])):
        found.append("PVT" if protocol == "ubx" else raw[3:6].decode())
    return found


def test_epochs_start_50_to_100_ms_after_each_second_and_sentences_follow_each_other():
    for random in (None, RandomSource(5)):
        bench = Bench(8, random=random)
        bench.run(1500)
        for _ in range(20):
            pieces = bench.run(1000)
            assert names(pieces) == ["RMC", "VTG", "GGA", "GSA", "GSV", "GLL"]
            start_us = pieces[0][1]
            assert 50000 <= start_us % 1000000 <= 100000
            for piece, at_us, baud in pieces:
                assert baud == 9600 and at_us == start_us
                start_us += len(piece) * BYTE_US


def test_nothing_is_generated_while_no_epoch_is_due():
    bench = Bench()
    bench.run(5000)
    epochs = bench.chip.epochs
    assert names(bench.run(100))[0] == "RMC" and bench.chip.epochs == epochs + 1
    assert bench.run(900) == [] and bench.chip.epochs == epochs + 1


def test_the_first_fix_takes_its_time_and_the_time_of_day_comes_with_it():
    bench = Bench(8, cold_start_ms=28000)
    before = b"".join([piece for piece, _, _ in bench.run(27900)])
    assert b",A," not in before.replace(b"GSA,A,", b"") and b"RMC,,V" in before
    after = b"".join([piece for piece, _, _ in bench.run(2000)])
    assert b",A,37" in after


def test_each_dynamic_model_ends_where_its_table_says():
    for generation, model, limit_m in (
        (8, 0, 12000),
        (8, 2, 9000),
        (8, 3, 9000),
        (8, 4, 6000),
        (8, 5, 500),
        (8, 6, 50000),
        (8, 7, 50000),
        (8, 8, 50000),
        (10, 6, 80000),
        (10, 8, 80000),
        (10, 0, 12000),
    ):
        bench = Bench(generation, cold_start_ms=1000)
        bench.world.down_mm_s = 0
        bench.chip.settings[0x20110021] = model
        state = bench.world.at(0)
        state.north_mm_s = state.east_mm_s = 0
        for altitude_m, allowed in ((limit_m, True), (limit_m + 1, False)):
            state.altitude_mm = altitude_m * 1000
            assert bench.chip._within_limits(state) == allowed, (generation, model, altitude_m)


def test_models_for_the_ground_also_end_at_a_speed_and_airborne_ones_do_not():
    bench = Bench()
    state = bench.world.at(0)
    for model, horizontal_m_s, vertical_m_s in ((0, 310, 50), (3, 30, 20), (4, 100, 15)):
        bench.chip.settings[0x20110021] = model
        for north, down, allowed in (
            (horizontal_m_s, 0, True),
            (horizontal_m_s + 1, 0, False),
            (0, vertical_m_s, True),
            (0, -vertical_m_s - 1, False),
        ):
            state.north_mm_s, state.east_mm_s, state.down_mm_s = north * 1000, 0, down * 1000
            assert bench.chip._within_limits(state) == allowed, (model, north, down)
    bench.chip.settings[0x20110021] = 6
    state.north_mm_s, state.down_mm_s = 99000, 400000
    assert bench.chip._within_limits(state)


def test_old_receivers_obey_messages_and_refuse_keys():
    for generation in (6, 7, 8):
        bench = Bench(generation)
        assert bench.order(0x24, bytes([1, 0, 6]) + bytes(33)) == ack(0x24)
        answer = bench.order(0x24)
        assert answer[0][:2] == (6, 0x24) and len(answer[0][2]) == 36 and answer[0][2][2] == 6
        assert answer[1:] == ack(0x24)
        assert bench.order(0x8A, b"\x00\x01\x00\x00" + MODEL + b"\x07") == nak(0x8A)
        assert bench.order(0x8B, b"\x00\x00\x00\x00" + MODEL) == nak(0x8B)
        assert bench.chip.dynamic_model == 6
        assert bench.order(0x01, b"\x01\x07\x01") == (nak(1) if generation == 6 else ack(1))


def test_m10_obeys_keys_and_refuses_messages():
    bench = Bench(10)
    assert bench.order(0x24, bytes([1, 0, 6]) + bytes(33)) == nak(0x24)
    assert bench.order(0x24) == nak(0x24) and bench.order(0x01, b"\x01\x07\x01") == nak(1)
    assert bench.order(0x8A, b"\x00\x01\x00\x00" + MODEL + b"\x06") == ack(0x8A)
    assert bench.order(0x8B, b"\x00\x00\x00\x00" + MODEL) == [(6, 0x8B, b"\x01\0\0\0" + MODEL + b"\x06")] + ack(0x8B)
    assert bench.order(0x8B, b"\x00\x07\x00\x00" + MODEL)[0][2][-1] == 0


def test_u_blox_9_takes_both():
    bench = Bench(9)
    assert bench.order(0x24, bytes([1, 0, 6]) + bytes(33)) == ack(0x24)
    assert bench.order(0x8B, b"\x00\x00\x00\x00" + MODEL)[0][2][-1] == 6


def test_impossible_orders_are_refused_and_change_nothing():
    bench = Bench(10)
    for payload in (
        b"",
        b"\x00\x01\x00\x00\x21",
        b"\x00\x01\x00\x00" + MODEL,
        b"\x00\x01\x00\x00" + MODEL + b"\x63",
        b"\x00\x01\x00\x00" + MODEL + b"\x06" + b"\x99\x99\x99\x20\x01",
        b"\x00\x04\x00\x00" + MODEL + b"\x06",
    ):
        assert bench.order(0x8A, payload) == nak(0x8A), payload
        assert bench.chip.dynamic_model == 0
    bench = Bench(8)
    for payload in (bytes([1, 0, 99]) + bytes(33), bytes([1, 0, 6]) + bytes(32)):
        assert bench.order(0x24, payload) == nak(0x24)
    assert bench.order(0x24, bytes([2, 0, 6]) + bytes(33)) == ack(0x24)
    assert bench.chip.dynamic_model == 0, "the mask does not name the model"
    assert bench.order(0x01, b"\xf0\x55\x01") == nak(1) and bench.order(0x08, b"\x01\x00\x01\x00\x01\x00") == nak(8)


def test_orders_damaged_or_at_another_rate_are_not_heard_and_the_next_one_is():
    bench = Bench(8)
    frame = ubx(6, 0x24, bytes([1, 0, 7]) + bytes(33))
    assert bench.order(0x24, bytes([1, 0, 6]) + bytes(33), baud=38400) == []
    damaged = frame[:9] + b"\x55" + frame[10:]
    bench.chip.on_write(b"\xb5\x62\x06" + damaged + frame[:20], bench.clock.now_us, BYTE_US, 9600)
    bench.chip.on_write(frame[20:], bench.clock.now_us, BYTE_US, 9600)
    bench.run(200)
    assert bench.chip.dynamic_model == 7 and bench.chip.frames_heard == 1


def test_an_order_counts_from_its_last_bit_and_later_still_when_the_sender_stood_still():
    bench = Bench(8)
    frame = ubx(6, 0x24, bytes([1, 0, 6]) + bytes(33))
    now_us = bench.clock.now_us
    bench.chip.on_write(frame, now_us, BYTE_US, 9600)
    bench.chip.on_gap(now_us + 32 * BYTE_US, 100000)
    bench.run(len(frame) * BYTE_US // 1000 + 90)
    assert bench.chip.dynamic_model == 0
    bench.run(20)
    assert bench.chip.dynamic_model == 6


def test_a_reset_forgets_what_was_set_and_a_reset_order_is_one():
    bench = Bench(8)
    bench.order(0x24, bytes([1, 0, 6]) + bytes(33))
    bench.order(0x01, b"\x01\x07\x01")
    bench.chip.reset()
    assert bench.chip.dynamic_model == 0 and bench.chip.settings[0x20910007] == 0
    bench.order(0x24, bytes([1, 0, 6]) + bytes(33))
    assert bench.order(0x04, b"\xff\xff\x01\x00") == []
    assert bench.chip.dynamic_model == 0 and bench.chip.resets == 2
    assert b"TXT" in b"".join([piece for piece, _, _ in bench.run(2000)])


def test_rates_and_ports_are_set_by_either_way():
    bench = Bench(8)
    for message in (b"\xf0\x01\x00", b"\xf0\x02\x00", b"\xf0\x03\x00", b"\xf0\x05\x00"):
        assert bench.order(1, message) == ack(1)
    bench.run(2000)
    assert sorted(names(bench.run(1000))) == ["GGA", "RMC"]
    assert bench.order(1, b"\xf0\x00")[0] == (6, 1, b"\xf0\x00\x00\x01\x00\x00\x00\x00")
    assert bench.order(8, b"\xc8\x00\x01\x00\x01\x00") == ack(8)
    bench.run(2000)
    assert 4 <= len([name for name in names(bench.run(1000)) if name == "GGA"]) <= 6
    answer = bench.order(0)[0][2]
    assert len(answer) == 20 and answer[8:12] == b"\x80\x25\x00\x00"
    port = answer[:8] + b"\x00\xc2\x01\x00" + answer[12:]
    assert bench.order(0, port) == ack(0) and bench.chip.baud == 115200


def test_it_says_its_version():
    bench = Bench(10)
    answer = bench.order(4, message_class=10)
    assert answer[0][:2] == (10, 4) and len(answer[0][2]) == 70 and b"PROTVER=34.10" in answer[0][2]


def test_faults_do_what_they_say():
    bench = Bench(8, cold_start_ms=1000)
    bench.run(5000)
    first = bench.run(1000)
    bench.chip.frozen = True
    bench.world.altitude_m = 5000
    frozen = bench.run(1000)
    assert b",100.0,M" in frozen[2][0] and frozen[2][0] != first[2][0]
    bench.chip.stuck = True
    assert bench.run(1000)[2][0] == bench.run(1000)[2][0] == frozen[2][0]
    bench.chip.frozen = bench.chip.stuck = False
    bench.chip.jump = (10000000, 0, 1000000)
    assert b",6000.0,M" in bench.run(1000)[2][0]
    bench.chip.jump = None
    bench.chip.garbage = True
    assert sentences(b"".join([piece for piece, _, _ in bench.run(3000)])) == []
    bench.chip.garbage = False
    bench.chip.silent = True
    bench.run(1000)
    assert bench.run(5000) == []


def test_courses_are_right_within_two_thousandths_of_a_degree():
    for north, east, expected_e5 in (
        (0, 0, 0),
        (1000, 0, 0),
        (1000, 1000, 4500000),
        (0, 1000, 9000000),
        (-1000, 1000, 13500000),
        (-1000, 0, 18000000),
        (-1000, -1000, 22500000),
        (0, -1000, 27000000),
        (1000, -1000, 31500000),
        (1732051, 1000000, 3000000),
        (1000000, 1732051, 6000000),
        (999848, 17452, 100000),
    ):
        error = (course_e5(north, east) - expected_e5 + 18000000) % 36000000 - 18000000
        assert abs(error) <= 200, (north, east, course_e5(north, east))
