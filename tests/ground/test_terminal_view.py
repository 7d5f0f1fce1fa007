"""The view and its lamps: calm, true, and never broken by what arrives."""

import io

import pytest
from rich.console import Console

from firmware.protocol import drops, phases, telemetry, words
from ground.altitude_profile import profile
from ground.big_digits import big
from ground.formats import ukhas
from ground.formats.heard import Heard
from ground.lamps import duration, look
from ground.station import Station
from ground.terminal_view import line, render
from ground.track import Position
from tests.ground import prepared_flight as prepared
from tests.ground.scripted_link import SECOND, ScriptedLink


class Watched:
    """A station on a scripted link, fed step by step."""

    def __init__(self, name="scripted"):
        self.link = ScriptedLink(name)
        self.station = Station(self.link).start()

    def hear(self, *packets):
        self.hear_bytes(prepared.wire(packets))

    def hear_bytes(self, data):
        count = self.station.receiver.bytes + len(data)
        self.link.push(data)
        assert self.station.wait_until(lambda station: station.receiver.bytes >= count, 10)

    def later(self, seconds):
        self.link.clock_ns += round(seconds * SECOND)

    @property
    def lit(self):
        return [lamp.lit for lamp in look(self.station).lamps]

    @property
    def advice(self):
        return look(self.station).advice

    def shown(self, width=100):
        console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
        console.print(render(self.station, width))
        return console.file.getvalue()

    def close(self):
        self.link.end()
        self.station.close()


@pytest.fixture
def watched():
    watched = Watched()
    yield watched
    watched.close()


def test_the_first_dark_lamp_is_the_one_that_is_spoken_of(watched):
    watched.link.trouble = "There is no /dev/ttyUSB0: plug it in."
    assert (watched.lit, watched.advice) == ([False, None, None, None, None], "There is no /dev/ttyUSB0: plug it in.")
    watched.link.trouble = None
    assert watched.lit == [True, False, None, None, None]
    assert watched.advice.startswith("Nothing received yet")
    watched.hear_bytes(b"\1\2\3")
    assert watched.lit == [True, True, False, None, None]
    assert "no undamaged frame yet" in watched.advice
    nowhere = {"latitude_e7": None, "longitude_e7": None, "fix_type": 0, "satellites": 3, "gps_age_s": None}
    watched.hear(prepared.fix_packet(1, 1000, **nowhere))
    assert watched.lit == [True, True, True, True, False]
    assert "no GPS position yet (3 satellites)" in watched.advice
    watched.hear(prepared.fix_packet(2, 2000))
    assert (watched.lit, watched.advice) == ([True] * 5, None)


def test_lamps_go_out_with_age(watched):
    watched.hear(prepared.fix_packet(1, 1000))
    watched.later(14)
    assert watched.lit == [True] * 5
    watched.later(30)
    assert watched.lit == [True, False, None, None, None]
    assert "Nothing received for 44 s" in watched.advice
    watched.hear_bytes(b"\1\2\3")
    assert "no undamaged frame for 44 s" in watched.advice


def test_a_payload_whose_clock_stands_still_is_an_alarm(watched):
    for n in range(1, 30):
        watched.later(1)
        watched.hear(prepared.fix_packet(n, 5000))
    assert watched.lit == [True, True, True, False, None]
    assert "clock stands still for 28 s" in watched.advice


def test_a_device_that_is_no_radio_is_called_so_with_counts(watched):
    watched.link.baud = 57600
    for n in range(12):
        watched.hear_bytes(b"$GNGGA,123519,4807.038,N,01131.000,E*47\r\n" + bytes([0, n]))
        watched.later(1)
    assert "scripted is not a Samara radio, or its baud rate is another (it is read at 57600)" in watched.advice
    assert "516 bytes" in watched.advice and "damaged frames, no good one; try --baud" in watched.advice
    watched.hear(prepared.fix_packet(1, 1000))
    assert watched.advice is None


def test_another_protocol_version_is_told_from_noise(watched):
    packet = bytearray(prepared.fix_packet(1, 1000))
    packet[0] |= 0xC0
    for _ in range(12):
        watched.hear(*[bytes(packet)] * 10)
        watched.later(1)
    assert "another protocol version" in watched.advice


def test_the_view_says_where_what_and_what_next(watched):
    watched.hear(
        prepared.event_packet(1, 1000, 1, telemetry.MISSION_LOADED, 3, 1, 0),
        prepared.event_packet(2, 1000, 2, telemetry.LAUNCHED, 0, 0, 500_000),
        prepared.fix_packet(
            3, 1_100_000, phase=phases.ASCENT, altitude_m=12345, drop=1, drop_state=drops.DUE, next_drop_s=754,
            reasons=drops.HOLD | drops.PLUG_OUT, drop_summary=drops.SUMMARY_RELEASED | drops.SUMMARY_ACTIVE << 2,
        ),
    )  # fmt: skip
    watched.later(3)
    text = watched.shown()
    for row in big("12 345"):
        assert row in text
    for said in (
        "ASCENT", "↑ 5.0 m/s", "T +0:10:00", "36.1234567, 129.1234567", "3.0 s ago", "drop 2 in 0:12:31",
        "1 released", "2 due", "3 pending", "the crew said HOLD; no volts on the cutters' rail", "logic 3.99 V",
        "cutter 6.00 V", "nothing is heard on its heartbeat line", "3 frames",
    ):  # fmt: skip
        assert said in text, said
    assert "drop 2 due" in line(watched.station) and "12345 m" in line(watched.station)


def test_every_reason_of_a_due_drop_is_said_in_words(watched):
    for n, (bit, _, text) in enumerate(words.REASONS):
        watched.hear(prepared.fix_packet(n, n * 1000, drop=2, drop_state=drops.DUE, reasons=bit))
        assert f"drop 3  {text}" in watched.shown(130)
        assert f"drop 3 held by: {text}" in line(watched.station)
    watched.hear(prepared.fix_packet(100, 100_000, drop=2, drop_state=drops.DUE, reasons=(1 << 21) - 1))
    shown = " ".join(word for word in watched.shown(130).split() if word != "│")
    for _, _, text in words.REASONS:
        assert text in shown, text


def test_a_drop_that_waits_and_does_not_say_why_is_not_called_free(watched):
    watched.hear(prepared.fix_packet(1, 1000, drop_state=drops.DUE))
    assert "drop 1  it does not say by what" in watched.shown()


def test_the_cutdown_stands_by_its_name_with_its_cause(watched):
    watched.hear(prepared.fix_packet(1, 1000))
    assert "cutdown" not in watched.shown()
    watched.hear(prepared.fix_packet(2, 2000, phase=phases.ASCENT, drop=drops.CUTDOWN, next_drop_s=90))
    text = watched.shown()
    assert "cutdown in 0:01:30" in text and "drop 8" not in text
    watched.hear(
        prepared.event_packet(3, 3000, 1, telemetry.CUTDOWN_DUE, drops.BY_AREA, 0, 21_000),
        prepared.fix_packet(4, 4000, drop=drops.CUTDOWN, drop_state=drops.DUE, reasons=drops.RAIL_SETTLING),
    )
    text = watched.shown(120)
    assert "due  it has left its area" in text
    assert "cutdown  the cutters' rail has its volts back, and not yet for 5 s" in text
    assert "cutdown due" in line(watched.station)


def test_on_the_pad_no_go_is_said_with_what_to_do_and_in_the_air_no_more(watched):
    ready = prepared.event_packet(
        1, 1000, 1, telemetry.READINESS, 0, 0, drops.BOOTED_WITH_PLUG | drops.BACKUP_NOT_READY
    )
    watched.hear(ready, prepared.fix_packet(2, 2000))
    text = watched.shown(120)
    assert "│ ready      NO GO" in text
    assert "it was switched on with the plug in (plug out, switch off and on, then the plug)" in text
    assert "the independent backup is not ready (look at its own lamp)" in text
    watched.hear(prepared.event_packet(3, 3000, 2, telemetry.READINESS, 1, 0, 0))
    text = watched.shown(120)
    assert "│ ready      GO" in text
    watched.hear(prepared.fix_packet(4, 4000, phase=phases.ASCENT))
    assert "│ ready" not in watched.shown(120)


def test_safe_and_hold_cannot_be_overlooked(watched):
    watched.hear(prepared.fix_packet(1, 1000))
    assert "crew" not in watched.shown() and "SAFE" not in line(watched.station)
    watched.hear(
        prepared.event_packet(2, 2000, 1, telemetry.HOLD_CHANGED, 1, 0, 1800),
        prepared.fix_packet(3, 62_000, safe=1, hold=1),
    )
    assert "SAFE: nothing is let go   HOLD for 0:29:00 more" in watched.shown()
    assert "SAFE  HOLD" in line(watched.station)


def test_the_backup_s_state_and_a_suspect_position_are_said(watched):
    for state, name, text in words.BACKUP_STATES:
        watched.hear(prepared.fix_packet(state, state * 1000, backup_state=state))
        assert f"{name}  {text}" in watched.shown(120)
    watched.hear(prepared.event_packet(50, 50_000, 1, telemetry.POSITION_SUSPECT, 1))
    assert "it contradicts itself: not trusted" in watched.shown(160)
    watched.hear(prepared.event_packet(51, 51_000, 2, telemetry.POSITION_SUSPECT, 0))
    assert "not trusted" not in watched.shown(160)


def test_a_repeated_drop_shows_how_many_of_its_occasions_are_over(watched):
    watched.hear(prepared.fix_packet(1, 1000, phase=phases.ASCENT, drop_step=4))
    assert "1 waiting (4 over)" in watched.shown()


def test_what_is_unknown_is_called_unknown_and_old_values_show_their_age(watched):
    watched.hear(prepared.fix_packet(1, 1000, altitude_m=777))
    watched.later(40)
    unknown = {
        name: None for name, value in prepared.CALM_FIX.items() if name.endswith(("_m", "_e7", "_mv", "_pa", "_s"))
    }
    watched.hear(prepared.fix_packet(2, 41_000, **unknown))
    text = watched.shown()
    for row in big("777"):
        assert row in text
    assert "altitude of 40 s ago" in text
    assert "40 s ago" in text[text.index("position") :]
    assert "logic unknown" in text and "cutter unknown" in text and "pressure unknown" in text
    assert "0.00 V" not in text
    assert "altitude unknown" in line(watched.station) and "position unknown" in line(watched.station)


@pytest.mark.parametrize("width", [20, 40, 79, 80, 132, 250])
def test_the_view_is_never_wider_than_the_terminal(watched, width):
    watched.hear(*prepared.flight_packets(until_ms=600_000))
    assert max(len(row) for row in watched.shown(width).splitlines()) <= width


def test_every_state_number_that_fits_in_a_frame_can_be_shown(watched):
    sequence = 0
    for phase in range(8):
        for state in range(16):
            sequence += 1
            packet = prepared.fix_packet(
                sequence, sequence * 1000, phase=phase, drop_state=state, reasons=0x1FFFFF, drop=7
            )
            watched.hear(packet)
            assert watched.shown()
    for fill in (b"\0", b"\xff", b"\x80"):
        sequence += 1
        watched.hear(prepared.packet(telemetry.FIX, sequence, 0xFFFFFF * 100, fill * telemetry.FIX_LAYOUT.size))
        assert watched.shown() and line(watched.station)


def test_names_that_look_like_markup_are_shown_as_they_are():
    watched = Watched("[red]tty[/nonsense][link=x]")
    watched.hear(prepared.fix_packet(1, 1000))
    assert "[red]tty[/nonsense][link=x]" in watched.shown()
    watched.close()


def test_the_profile_has_the_shape_of_the_flight():
    way = [Position(n * 1000, 0, 0, altitude) for n, altitude in enumerate((0, 10, 20, 30, 40, 50, 60, 70))]
    lines = profile(way, 4, 2)
    heights = []
    for column in range(8):
        dots = (0x40, 0x04, 0x02, 0x01) if column % 2 == 0 else (0x80, 0x20, 0x10, 0x08)
        heights.append(sum(ord(row[column // 2]) - 0x2800 & dot != 0 for row in lines for dot in dots))
    assert heights == [1, 2, 3, 4, 5, 6, 7, 8]
    assert profile([], 3, 2) == ["\u2800" * 3] * 2
    gap = profile([way[0], way[7]], 4, 1)[0]
    assert gap[1:3] == "\u2800" * 2  # nothing is drawn where nothing was heard


def test_big_digits_are_three_even_lines():
    for text in ("0", "-1 234", "98 765"):
        assert len({len(row) for row in big(text)}) == 1
    assert big("4") == ["█ █", "▀▀█", "  ▀"]


def test_durations_are_written_for_people():
    assert [duration(s) for s in (0.04, 9.94, 42.4, 185, 7620)] == [
        "0.0 s",
        "9.9 s",
        "42 s",
        "3 min 05 s",
        "2 h 07 min",
    ]


@pytest.mark.parametrize("width", [30, 40, 59])
def test_in_a_narrow_terminal_the_altitude_is_whole(watched, width):
    watched.hear(prepared.fix_packet(1, 1000, altitude_m=31234))
    assert "31,234 m" in watched.shown(width)


def meta_packet(sequence, mission_ms, **changes):
    names = [field for _, fields in telemetry.META_WORDS for field, _, _, _ in fields]
    values = {**dict.fromkeys(names, 0), "uplink_age_s": None, "free_heap_bytes": 64_000, "rate_s": 5, **changes}
    payload = bytearray(telemetry.META_LAYOUT.size)
    telemetry.META_LAYOUT.pack_into(payload, 0, values)
    return prepared.packet(telemetry.META, sequence, mission_ms, bytes(payload))


def test_the_link_as_the_payload_sees_it_and_what_was_told_later(watched):
    watched.hear(prepared.fix_packet(1, 1000))
    assert "told later" not in watched.shown() and "obeys nobody" not in watched.shown()
    watched.hear(meta_packet(2, 2000, profile=1, key_id=0))
    assert "packet_9600   a report every 5 s   it has no key and obeys nobody" in watched.shown()
    watched.hear(meta_packet(3, 3000, key_id=7, tags_bad=12))
    assert "it has heard no command   12 commands with a bad tag" in watched.shown()
    watched.hear(meta_packet(4, 4000, key_id=7, uplink_age_s=8))
    watched.later(60)
    assert "it heard us about 68 s ago" in watched.shown()
    base = (prepared.CALM_FIX["latitude_e7"], prepared.CALM_FIX["longitude_e7"], prepared.CALM_FIX["altitude_m"])
    watched.hear(prepared.history_packet(5, 700_000, telemetry.FIX_2, [base, base]))
    assert "2 of the newest 4 places told later" in watched.shown(200)


def test_the_way_of_another_payload_is_drawn_while_none_of_ours_is_heard(watched):
    for n in range(20):
        watched.hear_bytes(ukhas.encode(Heard("UKHAS", "HAB1", n, n * 60, 500000000 + n * 10_000, 70000000, n * 300)))
        watched.later(60)
    shown = watched.shown()
    assert "highest 5,700 m   20 places of HAB1" in shown
    watched.hear(prepared.fix_packet(1, 1000))
    assert "places of HAB1" not in watched.shown()


def test_a_line_that_names_nobody_is_shown_by_who_heard_it(watched):
    watched.hear_bytes(b"cfdr la:43.126101,lo:141.430831,a:8.2\n")
    assert "scripted" in watched.shown() and "unnamed" not in watched.shown()
