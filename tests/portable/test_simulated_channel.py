"""The simulated radio channel: what a row asks for truly happens, both ways, and by the seed alone."""

from hardware.simulated import channels
from hardware.simulated.channel import (
    ATTACKER,
    COLLIDED,
    DAMAGED,
    DOWN,
    FADED,
    JAMMED,
    NEIGHBOUR,
    OUT_OF_REACH,
    OUTAGE,
    UP,
    WHOLE,
    Channel,
)
from hardware.simulated.channel_weather import Distance, Spells
from hardware.simulated.clock import Clock
from hardware.simulated.trace import Trace

FRAME = bytes(range(1, 51))
PAD = (521500000, 206000000, 120)


class Link:
    """A channel of these numbers. `down` and `up` are what arrived: rows of (us, data)."""

    def __init__(self, seed=1, **numbers):
        self.clock = Clock()
        self.trace = Trace(self.clock)
        world = numbers.pop("world", None)
        self.channel = Channel(self.clock, self.trace, channels.channel("test", "", **numbers), seed, world, PAD)
        self.down = []
        self.up = []
        self.channel.to_ground = lambda data: self.down.append((self.clock.now_us, data))
        self.channel.to_board = lambda data: self.up.append((self.clock.now_us, data))

    def send(self, count=1, every_ms=1000, up=False):
        """So many frames of one end."""
        for number in range(count):
            data = bytes([number & 0xFF, number >> 8]) + FRAME
            if up:
                self.channel.up(data)
            else:
                self.channel.down(data)
            self.clock.advance(every_ms * 1000)
        return self

    def share(self, who, fate):
        """How many of 1000."""
        return self.channel.counts[who][fate] * 1000 // sum(self.channel.counts[who])


def steps(numbers):
    """From each to the next."""
    return [numbers[place + 1] - numbers[place] for place in range(len(numbers) - 1)]


def test_a_clear_channel_brings_every_frame_once_after_its_time_in_the_air_and_on_the_wires():
    link = Link(profile=1)
    link.channel.down(FRAME)
    link.channel.up(FRAME)
    link.clock.advance(1000000)
    air_us = 50 * 8000000 // 9600 + 10000
    wire_us = 500 * 1000000 // 9600
    assert link.down == [(air_us + wire_us, FRAME)]
    assert link.up == [(wire_us + air_us, FRAME)]
    assert link.channel.bytes_arrived == 50


def test_frames_of_one_end_wait_for_each_other_and_a_full_modem_refuses():
    link = Link(profile=3)
    for _ in range(30):
        link.channel.down(FRAME)
    link.clock.advance(60000000)
    times = [at_us for at_us, _ in link.down]
    assert len(times) == 30 - link.channel.refused[DOWN] and 5 <= link.channel.refused[DOWN] <= 15
    air_us = link.channel.air_us(50)
    for place in range(1, len(times)):
        assert times[place] - times[place - 1] == air_us > 1000000


def test_as_many_fade_as_the_row_says():
    link = Link(loss=300).send(4000).send(4000, up=True)
    for who in (DOWN, UP):
        assert 270 <= link.share(who, FADED) <= 330
    assert len(link.down) == link.channel.counts[DOWN][WHOLE]


def test_bursts_take_many_in_a_row_and_leave_the_calm_alone():
    link = Link(burst_every_ms=10000, burst_ms=5000, burst_loss=1000).send(6000, every_ms=500)
    numbers = [data[0] | data[1] << 8 for _, data in link.down]
    gaps = [step - 1 for step in steps(numbers) if step > 1]
    assert 250 <= 1000 - link.share(DOWN, WHOLE) <= 420
    assert sum(gaps) > 4 * len(gaps) and max(gaps) > 15


def test_an_outage_lasts_one_to_five_minutes_and_nothing_passes_either_way():
    link = Link(outage_every_s=900)
    for _ in range(20000):
        link.channel.down(FRAME)
        link.channel.up(FRAME)
        link.clock.advance(1000000)
    for heard in (link.down, link.up):
        seconds = [at_us // 1000000 for at_us, _ in heard]
        gaps = [step for step in steps(seconds) if step > 2]
        assert len(gaps) >= 10 and min(gaps) >= 60
        assert len([gap for gap in gaps if gap > 302]) <= len(gaps) // 4  # two in a row now and then
    assert link.channel.counts[DOWN][OUTAGE] > 1000


def test_the_weather_is_the_same_however_much_is_said():
    quiet = Spells(7, 10000, 0, 3000)
    chatty = Spells(7, 10000, 0, 3000)
    for second in range(2000):
        for step in range(5):
            chatty.bad(second * 1000000 + step * 200000)
        assert quiet.bad(second * 1000000 + 800000) == chatty.bad(second * 1000000 + 800000)


def test_what_the_crew_says_changes_nothing_for_the_balloons_frames():
    alone = Link(seed=3, loss=200, burst_every_ms=9000, burst_ms=2000, burst_loss=700).send(500)
    answered = Link(seed=3, loss=200, burst_every_ms=9000, burst_ms=2000, burst_loss=700)
    for number in range(500):
        answered.channel.down(bytes([number & 0xFF, number >> 8]) + FRAME)
        answered.channel.up(FRAME)
        answered.clock.advance(1000000)
    assert alone.down == answered.down and len(answered.up) > 200


def test_frames_come_twice_and_late_and_in_another_order():
    link = Link(twice=100, late=100, late_ms=5000).send(2000)
    numbers = [data[0] | data[1] << 8 for _, data in link.down]
    assert len(numbers) - len(set(numbers)) == link.channel.twice[DOWN] > 120
    assert len(set(numbers)) == 2000 and link.channel.late[DOWN] > 120
    assert len([step for step in steps(numbers) if step < 0]) > 100


def test_bits_flip_and_bytes_are_lost_and_put_in():
    flipped = Link(bit_errors=2000).send(2000)
    assert 60 <= flipped.share(DOWN, DAMAGED) <= 140
    assert all(len(data) == 52 for _, data in flipped.down) and len(flipped.down) == 2000
    fewer = Link(byte_losses=2000).send(2000)
    assert min([len(data) for _, data in fewer.down]) < 52 and max([len(data) for _, data in fewer.down]) == 52
    more = Link(byte_extras=2000).send(2000)
    assert max([len(data) for _, data in more.down]) > 52 and min([len(data) for _, data in more.down]) == 52


def test_two_at_a_time_spoil_each_other_on_a_half_duplex_channel_only():
    for half_duplex in (0, 1):
        link = Link(half_duplex=half_duplex, profile=1)
        for _ in range(40):
            link.channel.down(FRAME)
            link.clock.advance(20000)
            link.channel.send(UP, FRAME)
            link.clock.advance(1000000)
        assert link.channel.counts[DOWN][COLLIDED] == link.channel.counts[UP][COLLIDED] == 40 * half_duplex
        if half_duplex:
            assert 5 < len(link.down) < 35  # the others arrive as rubbish
            for _, data in link.down + link.up:
                assert len(data) == 50 and data != FRAME
            # What did not overlap is whole: the beginning of the first, the end of the second.
            assert all(data[:10] == FRAME[:10] for _, data in link.down)
            assert all(data[-10:] == FRAME[-10:] for _, data in link.up)


def test_who_waits_for_silence_loses_nothing():
    link = Link(half_duplex=1, profile=1)
    for _ in range(40):
        link.channel.down(FRAME)
        link.clock.advance(link.channel.air_us(50))
        link.channel.send(UP, FRAME)
        link.clock.advance(1000000)
    assert len(link.down) == len(link.up) == 40


class Place:
    """A world that stands still."""

    def __init__(self, north_km, altitude_m, east_km=0):
        self.latitude_e7 = PAD[0] + north_km * 89932
        self.longitude_e7 = PAD[1] + east_km * 146500
        self.altitude_mm = altitude_m * 1000

    def at(self, now_us):
        return self


def test_nothing_is_heard_beyond_the_reach_and_from_below_the_horizon():
    def loss(north_km, altitude_m, east_km=0):
        return Distance(Place(north_km, altitude_m, east_km), PAD, 60).loss(0)

    assert loss(5, 200) == loss(30, 9000) == 0
    assert loss(61, 30000) == loss(0, 30000, 61) == 1000
    assert 300 < loss(45, 30000) < 500 and 300 < loss(0, 30000, 45) < 500
    assert loss(30, 140) == 1000  # landed: 21 km beyond the antenna's own horizon
    assert loss(58, 120 + 130) == 1000 and loss(58, 120 + 150) < 1000
    far = Link(world=Place(61, 30000), reach_km=60).send(50)
    assert far.channel.counts[DOWN][OUT_OF_REACH] == 50 and far.down == []


def test_a_jam_stops_both_ways_and_ends():
    link = Link(jam_s=(10, 20)).send(40).send(1, up=True)
    assert link.channel.counts[DOWN][JAMMED] == 20 and len(link.down) == 20
    link.channel.jammed = True
    link.send(5).send(5, up=True)
    assert len(link.down) == 20 and len(link.up) == 1


def test_an_attacker_hears_both_ends_and_is_heard_by_the_board_and_a_neighbour_by_both():
    link = Link(loss=1000)
    heard = []
    link.channel.on_air = lambda who, data: heard.append((who, data))
    link.send().send(up=True)
    link.channel.send(ATTACKER, FRAME)
    link.clock.advance(1000000)
    assert [who for who, _ in heard] == [DOWN, UP]
    assert link.down == [] and [data for _, data in link.up] == [FRAME]
    link.channel.send(NEIGHBOUR, FRAME)
    link.clock.advance(1000000)
    assert [data for _, data in link.down] == [FRAME] and [data for _, data in link.up] == [FRAME, FRAME]


def test_the_same_seed_gives_the_same_and_another_seed_another():
    def flown(seed):
        link = Link(seed, loss=100, bit_errors=2000, twice=50, late=50, late_ms=900, burst_every_ms=9000, burst_ms=900)
        link.channel.row["burst_loss"] = 700
        link.send(300)
        return link.trace.sha256()

    assert flown(1) == flown(1) != flown(2)
    # On every interpreter.
    assert flown(1) == TRACE


TRACE = "516cf683272418c314b95d0c801b5aea632717dc9ca44c9920fac03b7027b131"


def test_every_row_of_the_table_has_a_name_a_sentence_and_can_be_made():
    names = [row["name"] for row in channels.CHANNELS]
    assert len(set(names)) == len(names) >= 10
    for row in channels.CHANNELS:
        assert row["text"] and len(row["name"]) < 19 and channels.row_of(row["name"]) is row
        Channel(Clock(), Trace(Clock()), row, 1, Place(0, 0), PAD)


def test_an_unknown_channel_is_refused_with_those_that_there_are():
    message = ""
    try:
        channels.row_of("telepathy")
    except ValueError as error:
        message = str(error)
    assert "telepathy" in message and "half_duplex_9600" in message


def test_an_unknown_number_is_refused():
    refused = False
    try:
        channels.channel("x", "", volume=11)
    except KeyError:
        refused = True
    assert refused
