"""The alarms of whole flights of the real firmware: each once, in order, whatever the stream and the process do."""

import json
import random
from pathlib import Path

import pytest

from firmware.protocol import drops, phases, telemetry
from ground.alarms.alarms import Alarms
from ground.alarms.laptop import Laptop, look
from ground.alarms.rows import ALARM, BY_NAME, INFO, ROWS, WARN
from ground.raw_log import Chunk
from ground.receiver import LATE, NEWEST, REPEATED, Receiver
from tests.ground import prepared_flight as prepared
from tests.ground.flown_log import batches, fly

S = 1_000_000_000
WALL_NS = 1_777_000_000_000_000_000
NOMINAL = [
    "launch",
    "drop_accepted",
    "drop_confirmed",
    "drop_accepted",
    "drop_confirmed",
    "drop_accepted",
    "drop_confirmed",
    "burst",
    "landing",
]


@pytest.fixture(scope="session")
def flown(tmp_path_factory):
    """scenario -> the batches of its log, flown when first asked for."""
    logs = {}

    def get(scenario):
        if scenario not in logs:
            folder = tmp_path_factory.mktemp(scenario) / "log"
            logs[scenario] = list(batches(fly(folder, scenario)))
        return logs[scenario]

    return get


def hear(alarms, found):
    new = []
    for records in found:
        new += alarms.update(records, None, records[-1].monotonic_ns)
    return new


def names(raised):
    return [alarm.name for alarm in raised]


def by_time(arrival):
    return arrival[0]


def records_of(packets, every_s=1.0, start_s=0.0):
    """A record a packet, each as long after the one before."""
    receiver = Receiver()
    found = []
    for n, packet in enumerate(packets):
        at_ns = int((start_s + n * every_s) * S)
        found += receiver.feed(Chunk(prepared.wire([packet]), WALL_NS + at_ns, at_ns))
    return found


def fixes(count, start=0, **changes):
    return [prepared.fix_packet(n, n * 1000, **changes) for n in range(start, start + count)]


def test_a_nominal_flight_raises_each_expected_alarm_once_and_in_order(flown):
    raised = hear(Alarms(names={0: "north"}), flown("first_flight"))
    assert names(raised) == NOMINAL
    assert len({alarm.id for alarm in raised}) == len(raised)
    assert [alarm.since_ms for alarm in raised] == sorted(alarm.since_ms for alarm in raised)
    assert raised[2].words == "drop 1 (north) is let go: confirmed"
    assert raised[2].speech == "Drop 1, north, confirmed."
    assert [alarm.level for alarm in raised if alarm.name == "burst"] == [WARN]


def test_how_the_bytes_are_cut_into_batches_changes_nothing(flown):
    records = [record for found in flown("first_flight") for record in found]
    one_by_one = hear(Alarms(), [[record] for record in records])
    at_once = hear(Alarms(), [records])
    assert one_by_one == at_once
    assert names(one_by_one) == NOMINAL


def test_restarts_in_between_repeat_nothing_and_forget_nothing(flown):
    found = flown("first_flight")
    whole = hear(Alarms(), found)
    stops = sorted(random.Random(4).sample(range(len(found)), 12))
    alarms, raised = Alarms(), []
    fed = 0
    for stop in [*stops, len(found)]:
        # The log goes on while nobody watches; then all of it is read again from its beginning.
        raised += hear(alarms, found[:stop])
        fed = stop
        alarms = Alarms.from_json(alarms.to_json())
    assert fed == len(found)
    assert raised == whole


def test_what_was_acknowledged_stays_so_over_a_restart_and_the_rest_stays_shown(flown):
    alarms = Alarms()
    raised = hear(alarms, flown("first_flight"))
    assert alarms.acknowledge(raised[0].id) and alarms.acknowledge(raised[0].id)
    assert not alarms.acknowledge("nothing of that name")
    again = Alarms.from_json(alarms.to_json())
    assert hear(again, flown("first_flight")) == []
    assert names(again.sounding) == NOMINAL[1:]
    again.acknowledge_all()
    assert again.state() == []


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "reset_while_firing",
            "launch drop_accepted payload_reset payload_reset drop_confirmed drop_accepted drop_confirmed burst "
            "landing",
        ),
        (
            "cutdown_on_exit",
            "launch drop_accepted drop_confirmed cutdown_due drop_cancelled drop_accepted drop_confirmed burst landing",
        ),
        (
            "safe_in_a_pulse",
            "launch drop_accepted drop_aborted safe safe_over drop_accepted drop_confirmed drop_accepted "
            "drop_confirmed burst landing",
        ),
        (
            "plug_shaken_out",
            "launch cutter_low drop_accepted drop_confirmed cutter_low drop_skipped drop_accepted drop_confirmed "
            "burst landing",
        ),
        (
            "jammed_flight",
            "launch no_signal no_signal_long signal_back drop_confirmed drop_confirmed drop_confirmed burst landing",
        ),
        (
            "leaking_low",
            "launch float drop_skipped landing drop_cancelled",
        ),
    ],
)
def test_a_flight_that_goes_wrong_raises_what_went_wrong_and_nothing_else(flown, scenario, expected):
    assert names(hear(Alarms(), flown(scenario))) == expected.split()


def test_a_launch_that_was_none_is_taken_back_and_the_real_one_is_another(flown):
    raised = names(hear(Alarms(), flown("false_launch")))
    assert [name for name in raised if "launch" in name] == ["launch", "launch_cancelled", "launch"]
    # What the false launch cancelled begins again with the real one.
    drop = ["drop_accepted", "drop_confirmed"]
    assert raised[-7:] == ["launch", *drop, *drop, "burst", "landing"]


def test_a_forger_is_told_once_and_ends_when_he_stops(flown):
    alarms = Alarms()
    raised = hear(alarms, flown("hostile_link"))
    assert names(raised).count("tags_bad") == 1
    # The crew's cutdown by radio is told with its cause, which is heard a second after the cutdown.
    assert [alarm.words for alarm in raised if alarm.name == "cutdown_due"] == [
        "the flight is to be ended: the crew said so"
    ]


def test_a_flight_computer_that_dies_is_silence_after_thirty_seconds_and_after_two_minutes(flown):
    alarms = Alarms()
    found = flown("primary_dead")
    hear(alarms, found)
    end_ns = found[-1][-1].monotonic_ns
    assert alarms.update([], None, end_ns + 29 * S) == []
    assert names(alarms.update([], None, end_ns + 31 * S)) == ["no_signal"]
    assert alarms.update([], None, end_ns + 119 * S) == []
    assert names(alarms.update([], None, end_ns + 121 * S)) == ["no_signal_long"]
    assert alarms.update([], None, end_ns + 9999 * S) == []


@pytest.mark.parametrize("seed", range(3))
def test_late_repeated_and_reordered_frames_raise_nothing_twice(flown, seed):
    """As a radio with two receivers does: every frame may come twice, and each up to twelve seconds late."""
    draw = random.Random(seed)
    clean = [record for found in flown("first_flight") for record in found]
    copies = [record for record in clean for _ in range(draw.choice((1, 2)))]
    arrivals = sorted(((record.monotonic_ns + int(draw.uniform(0, 12) * S), record) for record in copies), key=by_time)
    newest, seen, stream = -1, set(), []
    for at_ns, record in arrivals:
        key = (record.sequence, record.kind)
        order = REPEATED if key in seen else NEWEST if record.sequence > newest else LATE
        seen.add(key)
        newest = max(newest, record.sequence)
        stream.append([record._replace(order=order, monotonic_ns=at_ns, wall_ns=WALL_NS + at_ns)])
    assert {record.order for (record,) in stream} == {NEWEST, LATE, REPEATED}
    raised = hear(Alarms(), stream)
    assert len({alarm.id for alarm in raised}) == len(raised)
    # That a drop begins is no news once its end was heard; all else is told, each once.
    told = [alarm for alarm in raised if alarm.name != "drop_accepted"]
    assert names(told) == [name for name in NOMINAL if name != "drop_accepted"]
    assert set(names(raised)) <= set(NOMINAL)


def test_a_payload_that_was_down_before_anybody_listened_is_no_landing():
    landed = {"phase": phases.LANDED, "vertical_cm_s": 0}
    assert hear(Alarms(), [records_of(fixes(100, **landed), every_s=60)]) == []


def test_a_station_that_comes_late_tells_no_launch_and_the_landing():
    packets = [*fixes(10, phase=phases.DESCENT), *fixes(10, start=10, phase=phases.LANDED)]
    assert names(hear(Alarms(), [records_of(packets)])) == ["landing"]


def test_silence_that_a_replay_runs_through_is_told_as_by_one_who_watched():
    records = records_of(fixes(5)) + [
        record._replace(monotonic_ns=record.monotonic_ns + 95 * S, wall_ns=record.wall_ns + 95 * S)
        for record in records_of(fixes(5, start=5), start_s=5)
    ]
    replayed = hear(Alarms(), [records])
    watched = Alarms()
    told = hear(watched, [records[:5]])
    for second in range(4, 99):
        told += watched.update([], None, second * S)
    told += hear(watched, [records[5:]])
    assert told == replayed
    assert [(alarm.name, alarm.since_ms - WALL_NS // 10**6) for alarm in told] == [
        ("no_signal", 34_000),
        ("signal_back", 100_000),
    ]
    assert told[1].words == "heard again after 96 seconds"


def test_a_passing_alarm_goes_by_itself_and_a_latched_one_does_not():
    alarms = Alarms()
    records = records_of([*fixes(3), *fixes(3, start=60)], every_s=40)
    hear(alarms, [records])
    shown_ms = records[-1].wall_ns // 1_000_000
    alarms.update([], None, records[-1].monotonic_ns, now_ms=shown_ms)
    assert "signal_back" in names(alarms.sounding)
    alarms.update([], None, records[-1].monotonic_ns, now_ms=shown_ms + 61_000)
    assert "signal_back" not in names(alarms.sounding) and "no_signal" in names(alarms.sounding)


def test_what_goes_on_stays_shown_when_it_is_acknowledged_and_goes_when_it_is_over():
    alarms = Alarms()
    (first, *_) = hear(alarms, [records_of([*fixes(3), *fixes(3, start=3, safe=1)])])
    assert first.name == "safe"
    alarms.acknowledge(first.id)
    assert alarms.state()[0]["acknowledged"] is True
    later = records_of([*fixes(3), *fixes(3, start=3, safe=1), *fixes(3, start=6)])[6:]
    assert names(hear(alarms, [later])) == ["safe_over"]
    assert "safe" not in names(alarms.sounding)


def test_a_landed_payload_that_reports_once_a_minute_is_not_silent_and_a_slow_radio_neither():
    landed = [prepared.fix_packet(n, n * 60_000, phase=phases.LANDED) for n in range(10, 40)]
    packets = [*fixes(10, phase=phases.DESCENT), *landed]
    assert names(hear(Alarms(), [records_of(packets[:10]) + records_of(landed, every_s=60, start_s=11)])) == ["landing"]
    meta = bytearray(telemetry.META_LAYOUT.size)
    values = dict.fromkeys(telemetry.META_LAYOUT.names, 0) | {"rate_s": 25, "past_fixes": 3}
    telemetry.META_LAYOUT.pack_into(meta, 0, values)
    slow = [prepared.packet(telemetry.META, 0, 0, bytes(meta)), *fixes(20, start=1)]
    assert hear(Alarms(), [records_of(slow, every_s=50)]) == []


def test_a_clock_that_stands_still_is_an_alarm_until_it_goes_on():
    alarms = Alarms()
    packets = [*fixes(5), *[prepared.fix_packet(n, 4000) for n in range(5, 60)], prepared.fix_packet(60, 60_000)]
    raised = hear(alarms, [records_of(packets[:60])])
    assert names(raised) == ["clock_frozen"] and raised[0].level == ALARM and raised[0].lasts
    hear(alarms, [records_of(packets)[60:]])
    assert not raised[0].lasts


def test_a_laptop_clock_that_is_set_in_a_flight_is_told():
    records = records_of(fixes(10))
    moved = [record._replace(wall_ns=record.wall_ns + 3600 * S) for record in records[5:]]
    (alarm,) = hear(Alarms(), [records[:5] + moved])
    assert alarm.name == "clock_off" and alarm.words == "the laptop's clock is off: it was set 60 minutes forward"


def test_a_cell_is_low_after_ten_seconds_and_a_sag_is_none():
    sag = [prepared.fix_packet(n, n * 1000, cutter_mv=2800 if n % 20 < 8 else 6000) for n in range(100)]
    assert hear(Alarms(), [records_of(sag)]) == []
    low = [prepared.fix_packet(n, n * 1000, cutter_mv=2800, logic_mv=3300) for n in range(60)]
    raised = hear(Alarms(), [records_of(low)])
    assert names(raised) == ["cutter_low", "logic_low"]
    assert raised[0].words == "the cutters' rail has only 2.8 V"
    # With the plug out there are no volts on the rail, and that is as it should be.
    out = [prepared.fix_packet(n, n * 1000, cutter_mv=0, armed=0) for n in range(60)]
    assert hear(Alarms(), [records_of(out)]) == []


def test_a_backup_that_was_heard_and_says_nothing_any_more_is_an_alarm():
    silent = fixes(60)
    assert hear(Alarms(), [records_of(silent)]) == []
    packets = [*fixes(5, backup_state=drops.BACKUP_READY), *fixes(5, start=5), *fixes(5, start=10, backup_state=3)]
    (alarm,) = hear(Alarms(), [records_of(packets)])
    assert alarm.name == "backup_silent" and not alarm.lasts


@pytest.mark.parametrize(
    ("state", "row"),
    [
        (drops.FAILED, "drop_failed"),
        (drops.UNCONFIRMED, "drop_unconfirmed"),
        (drops.PARTED_EARLY, "drop_parted_early"),
        (drops.SKIPPED, "drop_skipped"),
    ],
)
def test_the_end_of_a_drop_is_told_by_an_event_or_by_the_report_alone_and_once_by_both(state, row):
    report = [prepared.fix_packet(n, n * 1000, drop=1, drop_state=state) for n in range(10, 20)]
    events = [prepared.event_packet(n, 9000, 4, telemetry.DROP_CHANGED, 1, state, 1 << 8) for n in range(7, 10)]
    parted = (
        [prepared.event_packet(6, 9000, 3, telemetry.WIRE_PARTED_EARLY, 1, 0)] if row == "drop_parted_early" else []
    )
    for packets in (report, [*parted, *events], [*parted, *events, *report]):
        assert names(hear(Alarms(), [records_of(packets)])) == [row]


def test_a_beginning_that_is_heard_after_its_end_is_no_news():
    receiver = Receiver()
    end = prepared.event_packet(9, 9000, 4, telemetry.DROP_CHANGED, 0, drops.CONFIRMED, 1 << 8)
    begin = prepared.event_packet(8, 8000, 3, telemetry.DROP_CHANGED, 0, drops.FIRING, 1 << 8)
    records = receiver.feed(Chunk(prepared.wire([end, begin]), WALL_NS, 0))
    assert [record.order for record in records] == [NEWEST, LATE]
    assert names(hear(Alarms(), [records])) == ["drop_confirmed"]


def test_an_event_that_is_repeated_after_newer_reports_turns_nothing_back():
    floats = (4, telemetry.PHASE_CHANGED, phases.FLOAT, phases.ASCENT, 9000)
    packets = [
        *fixes(5, phase=phases.ASCENT),
        prepared.event_packet(5, 5000, *floats),
        *fixes(2, start=6, phase=phases.DESCENT),
        prepared.event_packet(8, 5000, *floats),
        *fixes(2, start=9, phase=phases.DESCENT),
    ]
    assert names(hear(Alarms(), [records_of(packets)])) == ["float", "burst"]


def test_a_payload_that_counts_from_the_beginning_again_is_a_flight_of_its_own():
    bench = prepared.flight_packets()[::20]
    packets = [*bench, *prepared.flight_packets()]
    receiver = Receiver()
    found = []
    for n, packet in enumerate(packets):
        found += receiver.feed(Chunk(prepared.wire([packet]), WALL_NS + n * S, n * S))
    raised = names(hear(Alarms(), [found]))
    flight = ["launch", "drop_accepted", "drop_confirmed", "burst", "landing"]
    assert raised[-5:] == flight
    assert raised.count("landing") == 2


def test_another_flight_on_the_same_radio_raises_nothing():
    own, other = records_of(fixes(5)), records_of(prepared.flight_packets(net=0x1111))
    assert "landing" in names(hear(Alarms(), [other]))
    # All that is told of the followed flight is that it is not heard any more.
    assert names(hear(Alarms(), [[*own, *other]])) == ["no_signal", "no_signal_long"]


def test_the_laptop_s_battery_and_disk_are_told_once_and_again_only_after_they_were_well():
    alarms = Alarms()

    def say(**reading):
        return names(alarms.update([], None, 0, Laptop(**reading), now_ms=alarms._now_ms + 1000))

    assert say(battery_percent=80, on_power=False, disk_free_mb=50_000) == []
    assert say(battery_percent=19, on_power=False, disk_free_mb=400) == ["laptop_battery_low", "disk_low"]
    assert say(battery_percent=21, on_power=False, disk_free_mb=550) == []
    assert say(battery_percent=19, on_power=False, disk_free_mb=450) == []
    again = Alarms.from_json(alarms.to_json())
    assert again.update([], None, 0, Laptop(18, False, 300), now_ms=9_000) == []
    assert say(battery_percent=20, on_power=True, disk_free_mb=900) == []
    assert say(battery_percent=10, on_power=False, disk_free_mb=400) == ["laptop_battery_low", "disk_low"]
    assert say() == []


def test_the_battery_is_read_where_linux_tells_it_and_unknown_elsewhere(tmp_path):
    def supply(name, **texts):
        (tmp_path / name).mkdir()
        for key, text in texts.items():
            (tmp_path / name / key).write_text(text + "\n")

    assert look(None, tmp_path / "nowhere") == Laptop()
    supply("BAT0", type="Battery", capacity="42", status="Discharging")
    supply("BAT1", type="Battery", capacity="17", status="Discharging")
    supply("hid-mouse", type="Battery", capacity="3", scope="Device", status="Discharging")
    assert look(tmp_path, tmp_path)[:2] == (17, False)
    supply("AC", type="Mains", online="1")
    found = look(tmp_path, tmp_path)
    assert found.on_power is True and found.disk_free_mb is not None and found.disk_free_mb > 0
    assert look(Path("/nowhere/at/all"), tmp_path).disk_free_mb is None


def test_a_test_of_the_alarm_is_raised_each_time_it_is_asked_for():
    alarms = Alarms()
    first, second = alarms.test(), alarms.test()
    assert first.id != second.id and first.speech == "This is a test."
    third = Alarms.from_json(alarms.to_json()).test()
    assert third.id not in (first.id, second.id)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 9, "alarms": [], "low": []}', '{"version":1,"alarms":[{"x":1}],"low":[]}']
)
def test_what_is_no_list_of_alarms_is_refused_and_not_half_taken(text):
    with pytest.raises(ValueError):
        Alarms.from_json(text)


def test_every_row_can_be_told_apart_and_its_state_is_plain_json():
    assert len(BY_NAME) == len(ROWS)
    assert {row.level for row in ROWS} == {INFO, WARN, ALARM}
    assert all(row.armed and row.speech.endswith(".") for row in ROWS)
    alarms = Alarms()
    alarms.test()
    (row,) = json.loads(json.dumps(alarms.state()))
    assert set(row) == {"id", "name", "words", "speech", "level", "since_ms", "acknowledged", "lasts"}
