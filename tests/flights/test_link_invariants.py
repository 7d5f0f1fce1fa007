"""The invariants of the link see a firmware that breaks them: each of them is broken here on purpose."""

from firmware.protocol import authentication, framing, telemetry
from tests.flights.short_flight import LAUNCH_S, Flight

CREW = ((LAUNCH_S + 100, "noop", 0), (LAUNCH_S + 200, "hold", 20), (LAUNCH_S + 250, "safe", 0))


def breaches(crew=CREW, **given):
    given.setdefault("channel", "clear")
    flight = Flight(judged=False, crew=crew, longest_s=LAUNCH_S + 300, **given)
    return " | ".join(flight.breaches)


def test_a_commanded_flight_as_it_should_be_breaks_none():
    assert breaches() == "" == breaches(channel="hostile")


def test_an_order_that_nobody_gave_is_seen():
    def by_itself(flight):
        flight.computer.orders.hold(5)

    assert "I6: hold is done, and nobody said it" in breaches(crew=(), actions=[(LAUNCH_S + 50, by_itself)])
    assert "I6: hold is done, and nobody said it" in breaches(actions=[(LAUNCH_S + 50, by_itself)])


def test_a_forged_command_that_is_obeyed_is_seen(monkeypatch):
    monkeypatch.setattr(authentication, "same", lambda one, other: True)
    found = breaches(
        crew=(), key="5a" * 48, faults=(("attacker_listens", 1, 0, 0), ("attacker_forges", LAUNCH_S, 200, 1000))
    )
    assert "is taken, and nobody said it" in found and "is done, and nobody said it" in found


def test_a_command_that_is_done_twice_is_seen():
    def forget(flight):
        flight.computer.state.command_counter = 0

    actions = [(LAUNCH_S + 200 + step, forget) for step in range(8)]
    repeats = (("attacker_listens", 1, 0, 0), ("attacker_repeats_all", LAUNCH_S + 202, 8, 700))
    assert "I6: command 2 is done twice" in breaches(actions=actions, faults=repeats)
    assert breaches(faults=repeats) == ""


def test_another_order_than_was_said_is_seen():
    def prepare(flight):
        orders = flight.computer.orders
        hold = orders.hold
        orders.hold = lambda seconds: hold(seconds + 1)

    assert "I6: hold 21 is done, and command 2 said something else" in breaches(prepare=prepare)


def test_an_order_that_is_late_or_not_done_is_seen():
    def prepare(flight):
        for activity in flight.computer.loop.activities:
            if activity.name == "uplink":
                activity.run = slow(activity.run, flight)

    def slow(run, flight):
        def look(now_ms):
            if flight.clock.now_us // 1_000_000 % 10 == 9:
                run(now_ms)

        return look

    found = breaches(prepare=prepare)
    assert "I7: command" in found and "was heard and is not done" in found

    def deaf(flight):
        flight.computer.uplink._take = lambda data, now_ms: None

    assert "I7: command" in breaches(prepare=deaf)


def test_a_frame_that_was_never_sent_is_seen():
    def whisper(flight):
        packet = framing.header(telemetry.EVENT, 0x1234, 5, 99) + bytes(telemetry.EVENT_LAYOUT.size)
        flight._heard(framing.encode(packet))

    assert "I10: the ground accepts a frame that was not sent" in breaches(actions=[(LAUNCH_S + 50, whisper)])


def test_a_frame_that_arrives_and_is_not_known_is_seen():
    def begin(flight):
        channel = flight.bench.channel
        hear = channel.to_ground
        count = [0]

        def half_deaf(data):
            count[0] += 1
            if count[0] % 50:
                hear(data)

        channel.to_ground = half_deaf

    assert "frames arrived whole, and the ground does not know them" in breaches(begin=begin)
