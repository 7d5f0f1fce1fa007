"""Places of the past on the wire: packed by history.py, read again by unwinding.py, or unknown; never wrong."""

from firmware.protocol import history
from firmware.protocol.unwinding import past_of_fix, read_hist, read_place
from firmware.retelling import Retelling
from firmware.way import Way

TURN_E7 = 3600000000


class Dice:
    """A linear congruential generator: the same throws on every interpreter."""

    def __init__(self, seed):
        self._state = seed

    def throw(self, below):
        self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
        return self._state % below if below < 65536 else (self._state << 8 ^ self._state >> 5) % below


def wrapped(longitude_e7):
    return (longitude_e7 + TURN_E7 // 2) % TURN_E7 - TURN_E7 // 2


def there_and_back(step_e7, place, near):
    buffer = bytearray(history.PLACE_BYTES)
    packed = history.pack_place(buffer, 0, step_e7, place[0], place[1], place[2], near[0], near[1])
    return packed, read_place(buffer, 0, step_e7, near[0], near[1])


def test_a_place_is_these_bytes():
    buffer = bytearray(7)
    assert history.pack_place(buffer, 1, 200, 521234567, 206543210, 12345, 521200000, 206500000)
    # Step 2606172 of latitude, 516358 of longitude (of 400 beyond 50 degrees): the lowest 14 bits. 1335 times 10 m.
    code = 2606172 & 0x3FFF | (516358 & 0x3FFF) << 14 | 1335 << 28
    assert code == 0x537841845C and bytes(buffer) == b"\0\x5c\x84\x41\x78\x53\0"


def test_unknown_is_all_ones():
    buffer = bytearray(7)
    history.pack_unknown(buffer, 1)
    assert bytes(buffer) == b"\0\xff\xff\xff\xff\xff\0"
    assert read_place(buffer, 1, 200, 0, 0) is None


def test_a_place_without_a_height_is_a_place():
    packed, read = there_and_back(200, (10000, 20000, None), (0, 0))
    assert packed and read == (10100, 20100, None)


def test_what_comes_back_is_right_to_half_a_step_wherever_it_is_or_unknown():
    dice = Dice(20260101)
    told = 0
    for _ in range(3000):
        step_e7 = (200, 500, 1000)[dice.throw(3)]
        near = (dice.throw(1800000001) - 900000000, dice.throw(TURN_E7) - TURN_E7 // 2)
        wide_e7 = history.longitude_step(step_e7, near[0])
        place = (
            near[0] + (dice.throw(20001) - 10000) * step_e7,
            wrapped(near[1] + (dice.throw(20001) - 10000) * wide_e7),
            dice.throw(45000) - 2000,
        )
        packed, read = there_and_back(step_e7, place, near)
        assert packed == (read is not None)
        if packed:
            told += 1
            assert abs(read[0] - place[0]) <= step_e7 // 2, (place, near)
            assert abs(wrapped(read[1] - place[1])) <= wide_e7 // 2, (place, near)
            assert -TURN_E7 // 2 <= read[1] < TURN_E7 // 2
            assert read[2] == max(min((place[2] + 1005) // 10 * 10 - 1000, 39940), -1000)
    assert 1500 < told < 3000


def test_as_far_as_a_receiver_can_tell_and_not_a_step_farther():
    for step_e7 in (200, 500, 1000):
        for latitude_e7 in (0, 499999999, 500000000, 700000000, -899000000):
            wide_e7 = history.longitude_step(step_e7, latitude_e7)
            near = (latitude_e7, 1799000000)
            for sign in (1, -1):
                for steps, told in ((8189, True), (8190, False), (9000, False), (16384, False)):
                    north = there_and_back(step_e7, (latitude_e7 + sign * steps * step_e7, near[1], 0), near)
                    east = there_and_back(step_e7, (latitude_e7, wrapped(near[1] + sign * steps * wide_e7), 0), near)
                    assert north[0] == east[0] == told, (step_e7, latitude_e7, steps)


def moved(latitude_e7, longitude_e7, north, east, seconds):
    """A Way of that many seconds, and what was noted in each: speeds in 1e-7 degree a second."""
    way = Way()
    noted = []
    for second in range(seconds):
        place = (latitude_e7 + north * second, wrapped(longitude_e7 + east * second), 100 + 5 * second)
        way.note(second * 1000, place[0], place[1], place[2])
        noted.append(place)
    return way, noted


def near_to(read, place, slack_e7):
    wide_e7 = history.longitude_step(slack_e7, place[0])
    return (
        abs(read[0] - place[0]) <= slack_e7
        and abs(wrapped(read[1] - place[1])) <= 2 * wide_e7
        and abs(read[2] - place[2]) <= 10
    )


def told(retelling):
    """What all frames that were asked for say, by their second."""
    found = {}
    frames = 0
    for _ in range(2000):
        if not retelling.left:
            break
        payload = retelling.asked()
        if payload is not None:
            frames += 1
            for at_ms, latitude_e7, longitude_e7, altitude_m in read_hist(bytes(payload)):
                found[at_ms // 1000] = (latitude_e7, longitude_e7, altitude_m)
    return frames, found


def test_a_hist_payload_is_these_bytes():
    way, _ = moved(521234567, 206543210, 100, 200, 8)
    retelling = Retelling(way)
    assert retelling.request(1, 1, 1) == 1
    payload = retelling.asked()
    assert len(payload) == history.HIST_BYTES and retelling.left == 0
    # start 1, step 1, the middle of the first place's step of 200, 110 m.
    head = (1).to_bytes(3, "little") + b"\1" + (521234700).to_bytes(4, "little") + (206543500).to_bytes(4, "little")
    assert bytes(payload[:14]) == head + (111).to_bytes(2, "little")
    assert [row[0] for row in read_hist(bytes(payload))] == [1000, 2000, 3000, 4000, 5000, 6000]


def test_places_that_were_asked_for_come_back_at_every_speed_and_everywhere():
    dice = Dice(7)
    for _ in range(40):
        latitude_e7 = dice.throw(1700000001) - 850000000
        north, east = dice.throw(12001) - 6000, dice.throw(12001) - 6000
        latitude_e7 -= north * 300
        longitude_e7 = (1799900000, -1799900000, 0, 206000000)[dice.throw(4)]
        way, noted = moved(latitude_e7, longitude_e7, north, east, 640)
        retelling = Retelling(way)
        step_s = 1 + dice.throw(20)
        frames = retelling.request(40, step_s, 63)
        sent, found = told(retelling)
        assert sent == frames
        wanted = list(range(40, 640, step_s))[: 6 * 63]
        assert sorted(found) == wanted
        for second in found:
            assert near_to(found[second], noted[second], 500), (second, found[second], noted[second])


def test_a_way_across_the_latitudes_at_which_the_steps_of_longitude_change_comes_back_right():
    for latitude_e7 in (499990000, -500010000, 699990000, -700010000):
        for offset in range(0, 500, 50):
            way, noted = moved(latitude_e7 + offset, 1799000000, 100 if offset % 100 else -100, 6000, 200)
            retelling = Retelling(way)
            retelling.request(0, 1, 63)
            _, found = told(retelling)
            assert len(found) == 200
            for second in found:
                assert near_to(found[second], noted[second], 500), (second, found[second], noted[second])


def test_a_request_is_cut_to_what_there_is():
    way, _ = moved(0, 0, 0, 0, 100)
    retelling = Retelling(way)
    for start_s, step_s, frames, expected in (
        (0, 1, 63, 17),
        (0, 1, 3, 3),
        (94, 1, 63, 1),
        (99, 60, 63, 1),
        (100, 1, 63, 0),
        (500, 1, 63, 0),
        (0, 0, 63, 0),
        (0, 1, 0, 0),
        (0, 60, 63, 1),
    ):
        assert retelling.request(start_s, step_s, frames) == expected, (start_s, step_s, frames)
        assert retelling.left == expected
    assert Retelling(Way()).request(0, 1, 10) == 0


def test_beyond_ten_minutes_places_come_in_the_steps_that_are_kept():
    way, noted = moved(521000000, 206000000, 400, 900, 7000)
    retelling = Retelling(way)
    frames = retelling.request(1003, 20, 63)
    sent, found = told(retelling)
    assert sent == frames == 34
    assert sorted(found) == list(range(1020, 7000, 30))
    for second in found:
        assert near_to(found[second], noted[second], 1000), second


def test_holes_are_left_out_and_said_as_unknown():
    way = Way()
    known = [second for second in range(300) if not 50 <= second < 200 and second % 7]
    for second in known:
        way.note(second * 1000, 1000 * second, 0, 100)
    retelling = Retelling(way)
    promised = retelling.request(0, 1, 63)
    sent, found = told(retelling)
    assert 0 < sent <= promised and sorted(found) == known
    assert retelling.left == 0 or retelling.asked() is None


def test_a_newer_request_replaces_the_older_one():
    way, _ = moved(0, 0, 100, 100, 300)
    retelling = Retelling(way)
    retelling.request(0, 1, 40)
    retelling.asked()
    assert retelling.request(250, 1, 2) == 2
    assert sorted(told(retelling)[1]) == list(range(250, 262))


def test_the_filler_covers_the_last_ten_minutes_again_and_again():
    for every_s in (2, 5):
        way = Way()
        retelling = Retelling(way)
        heard = {}
        for second in range(3000):
            way.note(second * 1000, second * 500, second * 900, 100)
            if second % every_s == 0:
                payload = retelling.filler()
                for at_ms, latitude_e7, _, _ in read_hist(bytes(payload)):
                    heard[at_ms // 1000] = heard.get(at_ms // 1000, 0) + 1
                    assert second - 606 <= at_ms // 1000 <= second
                    assert abs(latitude_e7 - at_ms // 2) <= 500
        missed = [second for second in range(2400) if second not in heard]
        assert missed == [], (every_s, missed[:5])


def test_the_filler_knows_nothing_where_nothing_was_known():
    way = Way()
    retelling = Retelling(way)
    assert retelling.filler() is None
    way.note(1000000, 0, 0, 0)
    payloads = [retelling.filler() for _ in range(250)]
    seen = [row[0] for payload in payloads if payload is not None for row in read_hist(bytes(payload))]
    assert set(seen) == {1000000}


def test_places_in_a_fix_are_read_with_the_frames_own_time():
    offsets = history.OFFSETS_3
    payload = bytearray(20)
    for index in range(3):
        history.pack_place(payload, 5 + 5 * index, offsets[index][1], 1000 * index, 0, 500, 0, 0)
    rows = past_of_fix(payload, 5, offsets, 700300, 0, 0)
    assert [row[0] for row in rows] == [685300, 580300, 95300]
    assert [row[0] for row in past_of_fix(payload, 5, offsets, 300000, 0, 0)] == [285000, 180000]
    assert past_of_fix(payload, 5, offsets, 700300, None, 0) == []
