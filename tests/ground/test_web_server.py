"""The page's server by real HTTP: what it shows, whom it answers, what survives."""

import http.client
import json
import os

import pytest

from firmware.protocol import framing
from ground.raw_log import Chunk, RawLog
from ground.uptime import uptime_ns
from tests.ground import prepared_flight as prepared
from tests.ground.ground_house import ROOT, House, wait_for, write_log

MISSION = ROOT / "missions" / "first_flight.toml"
UNTIL_MS = prepared.DROP_MS + 60_000


@pytest.fixture(scope="module")
def flown(tmp_path_factory):
    """A page over a finished part of a flight. Whoever changes something takes it back."""
    folder = write_log(tmp_path_factory.mktemp("flown") / "log", prepared.flight_packets(until_ms=UNTIL_MS))
    house = House("--log", folder, "--mission", MISSION, "--lan")
    house.folder = folder
    house.state()
    yield house
    status, said = house.close()
    assert status == 0, said


def test_the_state_says_what_the_frames_say(flown):
    state = flown.get("/api/state")
    assert state["live"] is True
    assert [lamp["name"] for lamp in state["lamps"]] == ["port", "bytes", "frames", "clock", "GPS"]
    assert state["flight"]["phase_word"] == "ascent"
    assert state["flight"]["since_launch_s"] == (UNTIL_MS - 1000 - prepared.LAUNCH_MS) / 1000
    assert state["fix"]["latitude"] == prepared.CALM_FIX["latitude_e7"] / 1e7
    assert state["fix"]["vertical_m_s"] == 5.0
    assert state["power"]["logic_mv"] == 3990
    assert state["receivers"][0]["name"] == "ttyUSB0"
    north, *others = state["drops"]
    assert (north["name"], north["state_word"], north["over"]) == ("north", "confirmed", True)
    assert [drop["name"] for drop in others] == ["middle", "south"]
    assert state["link"]["frames"] == len(prepared.flight_packets(until_ms=UNTIL_MS))
    values = {value["name"]: (value["text"], value["unit"]) for value in state["values"]}
    assert values["logic"] == ("3.99", "V")
    assert values["vertical"] == ("5.0", "m/s")


def test_track_events_series_frames_and_mission_are_tables(flown):
    track = flown.get("/api/track")
    assert track["columns"] == ["mission_ms", "latitude_e7", "longitude_e7", "altitude_m", "told_later"]
    assert len(track["rows"]) == track["next"] == UNTIL_MS // 1000
    tail = flown.get(f"/api/track?from={track['next'] - 3}")
    assert tail["rows"] == track["rows"][-3:]
    assert tail["from"] == track["next"] - 3
    events = flown.get("/api/events")["rows"]
    assert [row["n"] for row in events] == list(range(len(events)))
    told = {row["words"]: row for row in events}
    assert told["launched at mission time 0:05:00"]["level"] == "good"
    assert told["drop 1 (north) confirmed, pulse 1"]["clock"] == "+0:30:00"
    assert flown.get("/api/events?from=3")["rows"][0]["n"] == 3
    series = flown.get("/api/series")
    assert series["columns"][:3] == ["mission_ms", "altitude_m", "vertical_cm_s"]
    assert series["rows"][0][:2] == [0, 120]
    frames = flown.get("/api/frames?last=5")["rows"]
    assert len(frames) == 5
    assert bytes.fromhex(frames[-1]["hex"]) == prepared.flight_packets(until_ms=UNTIL_MS)[-1]
    mission = flown.get("/api/mission")
    assert [drop["name"] for drop in mission["drops"]] == ["north", "middle", "south"]
    assert mission["areas"]["type"] == "FeatureCollection"


# what is asked, with which headers, and the answer's status
ASKED = (
    ("GET", "/api/state", {}, 200),
    ("GET", "/api/state", {"Host": "127.0.0.1"}, 200),
    ("GET", "/api/state", {"Host": "localhost:{port}"}, 200),
    ("GET", "/api/state", {"Host": "evil.example"}, 421),
    ("GET", "/", {"Host": "evil.example:{port}"}, 421),
    ("GET", "/", {"Host": "127.0.0.1.evil.example"}, 421),
    ("GET", "/static/shell.js", {"Host": "evil.example"}, 421),
    ("GET", "/api/state", {"Host": "127.0.0.1:1"}, 421),
    ("GET", "/api/state", {"Host": ""}, 421),
    ("GET", "/api/state", {"Origin": "http://evil.example"}, 403),
    ("GET", "/api/state", {"Origin": "null"}, 403),
    ("GET", "/api/state", {"Origin": "http://127.0.0.1:1"}, 403),
    ("GET", "/api/state", {"Origin": "https://127.0.0.1:{port}"}, 403),
    ("GET", "/api/stream", {"Sec-Fetch-Site": "cross-site"}, 403),
    ("GET", "/api/state", {"Sec-Fetch-Site": "same-site"}, 403),
    ("POST", "/api/us", {"json": "1", "token": "1"}, 200),
    ("POST", "/api/us", {"json": "1"}, 403),
    ("POST", "/api/us", {"json": "1", "X-Samara-Token": "guess"}, 403),
    ("POST", "/api/us", {"form": "1"}, 403),
    ("POST", "/api/us", {"form": "1", "token": "1"}, 415),
    ("POST", "/api/us", {"token": "1", "Content-Type": "text/plain"}, 415),
    ("POST", "/api/us", {"json": "1", "token": "1", "Origin": "http://evil.example"}, 403),
    ("POST", "/api/us", {"json": "1", "token": "1", "Host": "evil.example"}, 421),
    ("POST", "/api/us", {"json": "1", "token": "1", "Origin": "http://127.0.0.1:{port}"}, 200),
    ("POST", "/api/command", {"json": "1"}, 403),
    ("POST", "/api/command/cancel", {"json": "1"}, 403),
    ("POST", "/api/alarms/test", {"json": "1"}, 403),
    ("POST", "/api/settings", {"json": "1"}, 403),
    ("GET", "/api/command", {}, 405),
    ("PUT", "/api/us", {"json": "1", "token": "1"}, 405),
    ("DELETE", "/api/state", {"token": "1"}, 405),
    ("GET", "/api/track?from=-1", {}, 400),
    ("GET", "/api/frames?last=many", {}, 400),
    ("GET", "/static/../web_process.py", {}, 404),
    ("GET", "/static/%2e%2e/web_process.py", {}, 404),
    ("GET", "/map/__init__.py", {}, 404),
    ("GET", "/nothing", {}, 404),
)


@pytest.mark.parametrize(("method", "path", "said", "status"), ASKED)
def test_who_is_answered(flown, method, path, said, status):
    headers = {name: value.format(port=flown.port) for name, value in said.items()}
    if headers.pop("json", None):
        headers["Content-Type"] = "application/json"
    if headers.pop("form", None):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if headers.pop("token", None):
        headers["X-Samara-Token"] = flown.token
    body = "{}" if method in ("POST", "PUT") else None
    connection = http.client.HTTPConnection("127.0.0.1", flown.port)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in {**headers, **({"Content-Length": str(len(body))} if body else {})}.items():
        connection.putheader(name, value)
    connection.endheaders(body.encode() if body else None)
    answer = connection.getresponse()
    assert answer.status == status
    if status != 200 and path != "/static/../web_process.py":
        assert json.loads(answer.read())["words"]
    connection.close()


@pytest.mark.parametrize("body", [b"no json", b"[1]", b'"text"', b'{"latitude": NaN'])
def test_a_body_that_is_no_object_is_refused(flown, body):
    told = {"X_Samara_Token": flown.token, "Content_Type": "application/json"}
    assert flown.ask("/api/us", "POST", body, **told).status == 400


def test_a_body_without_end_is_refused(flown):
    told = {"X_Samara_Token": flown.token, "Content_Type": "application/json"}
    assert flown.ask("/api/us", "POST", b" " * 70_000, **told).status == 413


@pytest.mark.parametrize("path", ["/", "/api/state", "/api/track", "/static/shell.js", "/nothing"])
def test_every_answer_has_the_headers_that_hold_a_browser_to_it(flown, path):
    headers = flown.ask(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == ("no-cache" if path.startswith("/static") else "no-store")
    assert "access-control-allow-origin" not in headers


def test_a_file_that_has_not_changed_is_not_sent_again(flown):
    first = flown.ask("/static/shell.js")
    assert flown.ask("/static/shell.js", If_None_Match=first.headers["etag"]).status == 304


def test_our_place_is_kept_and_gives_distance_bearing_and_elevation(flown):
    assert flown.post("/api/us", {"latitude": 36.1234567, "longitude": 129.0}).status == 200
    state = flown.get("/api/state")
    assert state["us"] == {"latitude": 36.1234567, "longitude": 129.0}
    assert 80 < state["from_us"]["bearing_deg"] < 100
    assert state["from_us"]["distance_m"] > 10_000
    assert state["from_us"]["elevation_deg"] > 0
    assert flown.post("/api/us", {"latitude": 91, "longitude": 0}).status == 400
    assert flown.post("/api/us", {"latitude": None, "longitude": None}).status == 200
    assert flown.get("/api/state")["us"] is None


def test_alarms_are_raised_and_an_acknowledged_one_is_known_as_such(flown):
    assert "launch" in {alarm["name"] for alarm in flown.get("/api/state")["alarms"]}
    identity = flown.post("/api/alarms/test", {}).json["id"]
    assert identity in {alarm["id"] for alarm in flown.get("/api/state")["alarms"]}
    assert flown.post("/api/alarms/acknowledge", {"id": identity}).status == 200
    assert flown.post("/api/alarms/acknowledge", {"id": "none of them"}).status == 404
    assert identity not in {alarm["id"] for alarm in flown.get("/api/state")["alarms"]}


def test_the_flight_is_exported(flown):
    answer = flown.ask("/api/export?format=geojson")
    assert answer.status == 200
    assert answer.json["type"] == "FeatureCollection"
    assert flown.ask("/api/export?format=exe").status == 400


# --- the view for phones ---------------------------------------------------------------------------------------------

COMMANDING = (
    "/api/command",
    "/api/command/cancel",
    "/api/alarms/acknowledge",
    "/api/us",
    "/api/settings",
    "/api/replay",
)


def lan(house, path, method="GET", **headers):
    return house.ask(path, method, "{}" if method == "POST" else None, house.told["lan_port"], **headers)


def cookie_of(house):
    answer = lan(house, f"/?pin={house.told['pin']}")
    assert answer.status == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    return answer.headers["set-cookie"].partition(";")[0]


def test_a_phone_sees_nothing_without_the_pin(flown):
    for path in ("/", "/api/state", "/api/stream", "/static/shell.js", "/?pin=000"):
        assert lan(flown, path).status == 401, path


def test_a_phone_with_the_pin_looks_on_and_is_given_no_token_and_no_commands(flown):
    cookie = cookie_of(flown)
    page = lan(flown, "/", Cookie=cookie)
    assert page.status == 200
    assert b'name="samara-token" content=""' in page.body
    assert flown.token.encode() not in page.body
    state = lan(flown, "/api/state", Cookie=cookie).json
    assert state["flight"]["phase_word"] == "ascent"
    assert state["command"] is None
    assert str(flown.folder) not in json.dumps(state)
    for path in ("/api/track", "/api/events", "/api/series", "/api/mission", "/static/shell.js"):
        assert lan(flown, path, Cookie=cookie).status == 200, path


def test_every_route_that_commands_is_absent_for_phones(flown):
    cookie = cookie_of(flown)
    for path in (*COMMANDING, "/api/preflight", "/api/export", "/api/lan", "/lan.svg"):
        told = {"X_Samara_Token": flown.token, "Content_Type": "application/json", "Cookie": cookie}
        assert lan(flown, path, "POST", **told).status == 404, path
        assert lan(flown, path, Cookie=cookie).status == 404, path


def test_a_phone_that_asks_by_a_foreign_name_is_refused(flown):
    assert lan(flown, "/", Host="evil.example").status == 421
    assert lan(flown, "/", Host=f"192.168.1.7:{flown.told['lan_port']}").status == 401


def test_pins_cannot_be_tried_out(tmp_path):
    house = House("--log", write_log(tmp_path / "log", prepared.flight_packets(until_ms=3000)), "--lan")
    try:
        said = [lan(house, f"/?pin={number:06}").status for number in range(12) if f"{number:06}" != house.told["pin"]]
        assert said[:10] == [401] * 10
        assert said[-1] == 429
        assert lan(house, f"/?pin={house.told['pin']}").status == 429
    finally:
        house.close()


def test_the_laptop_shows_phones_the_way(flown):
    told = flown.get("/api/lan")
    assert (told["on"], told["pin"]) == (True, flown.told["pin"])
    assert told["url"].endswith(f":{flown.told['lan_port']}/")
    picture = flown.ask("/lan.svg")
    assert picture.headers["content-type"] == "image/svg+xml"
    assert b"<svg" in picture.body


# --- what comes while it runs ----------------------------------------------------------------------------------------


def append(folder, packets):
    log = RawLog(folder / "raw.log")
    for packet in packets:
        log.append(Chunk(framing.encode(packet), 0, uptime_ns()))
    log.close()


@pytest.fixture
def live(tmp_path):
    """A page over a log to which the test appends."""
    packets = prepared.flight_packets(until_ms=prepared.LAUNCH_MS + 60_000)
    before = packets[: len(packets) // 2]
    house = House("--log", write_log(tmp_path / "log", before))
    house.folder, house.packets, house.at = tmp_path / "log", packets, len(before)
    house.state()
    yield house
    house.close()


def more(house, count):
    append(house.folder, house.packets[house.at : house.at + count])
    house.at += count


def test_a_stream_tells_the_state_at_once_and_new_rows_as_they_come(live):
    stream = live.stream()
    _, state = stream.next("state")
    frames = state["link"]["frames"]
    before = live.get("/api/track")["next"]
    more(live, 5)
    _, track = stream.next("track")
    assert track["from"] == before
    assert len(track["rows"]) == track["next"] - before
    while state["link"]["frames"] < frames + 5:
        _, state = stream.next("state")
    stream.close()


def test_the_numbers_of_a_stream_grow_and_a_lost_one_is_resumed_behind_the_last(live):
    stream = live.stream()
    stream.next("state")
    before = live.get("/api/track")["next"]
    more(live, 2)
    first = {"next": before}
    while first["next"] < before + 2:
        _, first = stream.next("track")
    last = stream.last_id
    stream.close()
    more(live, 3)
    live.state(lambda state: state["link"]["frames"] == live.at, "all is heard")
    again = live.stream(Last_Event_ID=str(last))
    rows = []
    while len(rows) < 3:
        _, track = again.next("track")
        assert again.last_id > last
        last = again.last_id
        rows += track["rows"]
    assert rows == live.get(f"/api/track?from={first['next']}")["rows"]
    again.close()


def test_a_restarted_server_goes_on_where_the_page_is(live):
    """kill -9: the same token, the same rows, numbers that are greater, what was acknowledged and set."""
    token = live.token
    assert live.post("/api/settings", {"units": "imperial"}).status == 200
    assert live.post("/api/us", {"latitude": 36.0, "longitude": 129.0}).status == 200
    identity = live.post("/api/alarms/test", {}).json["id"]
    live.post("/api/alarms/acknowledge", {"id": identity})
    stream = live.stream()
    stream.next("state")
    last, track = stream.last_id, live.get("/api/track")
    os.kill(live.pids()["web"], 9)
    state = live.state()
    assert live.token == token
    assert live.get("/api/track") == track
    assert state["settings"] == {"units": "imperial"}
    assert state["us"] == {"latitude": 36.0, "longitude": 129.0}
    assert identity not in {alarm["id"] for alarm in state["alarms"]}
    again = live.stream(Last_Event_ID=str(last))
    again.next("state")
    assert again.last_id > last
    again.close()
    stream.close()


def test_a_log_that_is_replaced_is_read_anew(live):
    before = live.get("/api/state")["generation"]
    other = write_log(live.folder.with_name("other"), prepared.flight_packets(until_ms=5000, net=0x1111))
    os.replace(other / "raw.log", live.folder / "raw.log")
    state = live.state(lambda state: (state["flight"] or {}).get("net") == "1111", "the other flight")
    assert state["generation"] != before
    assert live.get("/api/track")["next"] == 5


def test_a_payload_that_begins_anew_has_a_way_of_its_own(live):
    before = live.get("/api/track")["generation"]
    append(live.folder, [prepared.fix_packet(sequence, 500 + 1000 * sequence) for sequence in range(9)])
    live.state(lambda state: state["generation"] != before, "a new way")
    assert wait_for(lambda: live.get("/api/track")["rows"], "rows")[0][0] < 9000


def test_what_a_payload_says_is_data_and_never_markup(tmp_path):
    """Whatever is in the log comes through as the text that it is, as JSON only."""
    folder = write_log(tmp_path / "log", prepared.flight_packets(until_ms=3000))
    log = RawLog(folder / "raw.log")
    log.append(Chunk(b"Port: <script>alert(2)</script>", 0, uptime_ns(), 3))
    log.close()
    house = House("--log", folder)
    try:
        assert house.state()["receivers"][0]["trouble"] == "<script>alert(2)</script>"
        answer = house.ask("/api/events")
        assert answer.headers["content-type"] == "application/json"
        assert "<script>alert(2)</script>" in [row["words"] for row in answer.json["rows"]]
        assert b"<script>alert" not in house.ask("/").body
    finally:
        house.close()


# --- a replay --------------------------------------------------------------------------------------------------------


def test_a_replay_goes_to_any_position_and_back_at_any_speed(tmp_path):
    folder = write_log(tmp_path / "log", prepared.flight_packets(until_ms=600_000))
    house = House("--replay", folder, "--speed", "0")
    try:
        state = house.state()
        assert state["live"] is False
        assert state["command"]["available"] is False
        assert house.post("/api/command", {"op": "safe"}).status == 409
        assert house.post("/api/replay", {"position": 0.9}).status == 200
        late = house.state(lambda state: (state["flight"] or {}).get("phase_word") == "ascent", "after the launch")
        assert house.post("/api/replay", {"position": 0.1}).status == 200
        early = house.state(lambda state: (state["flight"] or {}).get("phase_word") == "ground", "before the launch")
        assert early["generation"] != late["generation"]
        assert house.get("/api/replay")["position"] == pytest.approx(0.1, abs=0.01)
        assert house.post("/api/replay", {"speed": 500}).status == 200
        house.state(lambda state: (state["flight"] or {}).get("mission_s", 0) >= 599, "it runs to its end")
        assert house.post("/api/replay", {"speed": "fast"}).status == 400
        assert sorted(path.name for path in folder.iterdir()) == ["raw.log"]  # nothing is written beside it
    finally:
        house.close()


def test_a_live_page_is_no_replay(flown):
    assert flown.ask("/api/replay").status == 404
