"""The house of processes: any of them killed at any moment, the port unplugged, the parent gone. Real signals."""

import json
import os
import random
import signal
import time
import urllib.request

import pytest

from ground.house.beside import page_beside
from ground.raw_log import RECEIVED, SENT, RawLogReader
from tests.ground import prepared_flight as prepared
from tests.ground.ground_house import ROOT, House, Radio, children_of, is_running, wait_for, write_log
from tests.system.ground_killing import NAMES, Killing, frames_in

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals on this system")
KILLS = 10
PULLS = 3


@pytest.fixture
def radio(tmp_path):
    one = Radio(tmp_path / "ttyRADIO")
    yield one
    one.unplug()


@pytest.fixture
def house(radio, tmp_path):
    one = House(radio.path, "--log", tmp_path / "log")
    one.folder = tmp_path / "log"
    one.state(lambda state: state["receivers"][0]["up"], "the port is open")
    yield one
    one.close()


def received(folder):
    return b"".join(chunk.data for chunk in RawLogReader(folder / "raw.log") if chunk.kind == RECEIVED)


def test_any_process_killed_at_random_moments_costs_less_than_a_second_and_sends_nothing(radio, house):
    killing = Killing(radio, house, random.Random(20260501))
    for _ in range(KILLS):
        killing.kill_one()
    killing.finish()
    assert killing.worst_gap_s < 1.0
    assert not [chunk for chunk in RawLogReader(house.folder / "raw.log") if chunk.kind == SENT]
    # The page knows it all without a click, and the store has what the log has.
    heard = frames_in(house.folder)
    house.state(lambda state: state["link"]["frames"] == len(heard), "the page has caught up")
    wait_for(lambda: killing.stored() == len(set(heard)), "the store has caught up")


def test_a_port_that_is_yanked_is_back_within_two_seconds_of_its_return(radio, house):
    packets = prepared.flight_packets(until_ms=60_000)
    for at in range(PULLS):
        radio.send(prepared.wire(packets[at : at + 1]))
        house.state(lambda state, at=at: state["link"]["frames"] == at + 1, "it is heard")
        radio.unplug()
        state = house.state(lambda state: state["receivers"][0]["trouble"], "the page says that the port is gone")
        assert "ttyRADIO" in state["advice"]
        assert state["lamps"][0]["on"] is False
        radio.plug_in()
        since = time.monotonic()
        until_heard(radio, house.folder)
        assert time.monotonic() - since < 2.0
        house.state(lambda state: state["receivers"][0]["up"], "the page says that it is back")


def until_heard(radio, folder):
    """Zero bytes stand between frames and mean nothing: the log grows as soon as the port is read."""
    before = len(received(folder))

    def heard():
        radio.send(b"\0")
        return len(received(folder)) > before

    wait_for(heard, "the port is read")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_them_all_and_what_was_heard_is_stored(radio, house, number):
    packets = prepared.flight_packets(until_ms=20_000)
    radio.send(prepared.wire(packets))
    house.state(lambda state: state["link"]["frames"] == len(packets), "all is heard")
    assert set(house.pids()) == set(NAMES)
    children = children_of(house.process.pid)
    stream = house.stream()
    stream.next("state")
    status, said = house.close(number)
    assert (status, said) == (0, "")
    stream.close()
    assert not [pid for pid in children if is_running(pid)]
    assert Killing.rows(house.folder) == len(set(frames_in(house.folder)))


def test_a_parent_that_is_killed_leaves_no_orphan(house):
    assert set(house.pids()) == set(NAMES)
    children = children_of(house.process.pid)
    house.process.send_signal(signal.SIGKILL)
    house.process.wait()
    wait_for(lambda: not [pid for pid in children if is_running(pid)], "they end too")


def test_a_child_that_cannot_be_asked_is_ended_by_force(house):
    children = children_of(house.process.pid)
    for pid in children:
        os.kill(pid, signal.SIGSTOP)
    assert house.close()[0] == 0
    assert not [pid for pid in children if is_running(pid)]


def test_the_same_log_is_not_written_twice(house, tmp_path):
    with pytest.raises(AssertionError, match="is being written by another samara"):
        House("loop://", "--log", house.folder)


def test_a_port_of_the_page_that_is_taken_is_said_and_without_a_wish_the_next_one_serves(house, tmp_path):
    with pytest.raises(AssertionError, match="give another --port"):
        House("--log", house.folder, "--port", house.port)
    other = House("--log", house.folder)
    assert other.port != house.port
    other.close()


def test_a_page_over_the_log_of_another_station_writes_no_bytes_into_it(radio, house):
    other = House("--log", house.folder)
    try:
        radio.send(prepared.wire(prepared.flight_packets(until_ms=3000)))
        mine, others = (one.state(lambda state: state["flight"], "it is heard") for one in (house, other))
        assert mine["flight"]["net"] == others["flight"]["net"]
        assert set(other.pids()) == {"commander", "web"}
    finally:
        other.close()


def test_a_page_stands_beside_a_program_that_writes_the_log_and_ends_with_it(tmp_path):
    folder = tmp_path / "log"
    before = set(children_of(os.getpid()))
    with page_beside(folder, ROOT / "missions" / "first_flight.toml") as house:
        begun = set(children_of(os.getpid())) - before
        write_log(folder, prepared.flight_packets(until_ms=5000))

        def heard():
            with urllib.request.urlopen(f"{house.url}api/state") as answer:
                flight = json.load(answer)["flight"]
                return flight is not None and flight["title"] == "first-flight"

        wait_for(heard, "the page shows it")
    assert begun
    assert not [pid for pid in begun if is_running(pid)]
