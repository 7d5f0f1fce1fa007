"""Letting go from the page: a real command by a real key to the simulated balloon, and nothing that was not meant."""

import json

import pytest

from ground.raw_log import SENT, RawLogReader
from tests.browser.running import ROOT, Flight, Ground, samara, until
from tests.browser.watched import Watched

SPEED = 5
MISSION = (ROOT / "missions" / "commanded_release.toml").read_text(encoding="utf-8")
EARLY = 'not_before = "1 min"\nmin_agl_m = 300\nend = '
REASON = "over the field"
HOLD_MS = 2300  # a little more than is asked for
TOO_SHORT_MS = 1200


def _early(mission):
    """Something may be let go two minutes after the launch, and not after half an hour."""
    return (
        mission.replace("end = ", EARLY, 1)
        .replace("highest_ground_m = 350", "highest_ground_m = 130")
        .replace("packet_9600", "sik_57600")
    )


class Field:
    """A balloon in the air with a key on board, the ground station that has the key, and one window."""

    def __init__(self, browser, folder):
        mission = folder / "mission.toml"
        mission.write_text(_early(MISSION), encoding="utf-8")
        samara(folder, "key", "new")
        samara(folder, "key", "provision", "--simulated", folder / "key.bin")
        self.flight = Flight(folder, SPEED, "--mission", mission, "--key", folder / "key.bin")
        self.ground = Ground(folder, "--log", self.flight.log, "--mission", mission)
        self.watched = Watched(browser)
        self.page = self.watched.page(self.ground.url, "release")

    def sent(self):
        """Frames that have gone to the radio."""
        return [chunk for chunk in RawLogReader(self.flight.log / "raw.log") if chunk.kind == SENT]

    def command(self):
        return self.ground.state()["command"]

    def drop(self, name):
        return next(drop for drop in self.ground.state()["drops"] if drop["name"] == name)

    def high_enough(self):
        return (self.ground.state()["flight"] or {}).get("since_launch_s") or 0

    def fill(self, name, reason=REASON):
        self.page.get_by_role("radio", name=name).check()
        self.page.locator(".draft").get_by_label("Reason").fill(reason)

    def arm(self):
        self.page.get_by_role("button", name="Arm", exact=True).click()
        self.page.get_by_text("ARMED on this page").wait_for()

    def ring(self):
        return self.page.locator(".draft .ring-button")

    def put_away(self):
        self.page.get_by_role("button", name="Done").click()

    def wait_for_stage(self, stage, page=None):
        (page or self.page).locator(f'.procedure[data-stage="{stage}"]').wait_for(timeout=120_000)

    def close(self):
        self.watched.context.close()
        self.ground.close()
        self.flight.close()


@pytest.fixture(scope="module")
def field(browser, tmp_path_factory):
    field = Field(browser, tmp_path_factory.mktemp("field"))
    try:
        until(lambda: field.command()["available"], 120)
        yield field
    finally:
        field.close()


# In this order: from the pad into the air, to one drop after the other.


def test_it_cannot_be_armed_without_a_drop_and_a_reason(field):
    arm = field.page.get_by_role("button", name="Arm", exact=True)
    field.page.get_by_text("Not yet: drop, reason").wait_for()
    assert arm.is_disabled()
    field.page.get_by_role("radio", name="held").check()
    field.page.get_by_text("Not yet: reason").wait_for()
    assert arm.is_disabled()
    field.page.locator(".draft").get_by_label("Reason").fill(REASON)
    assert arm.is_enabled()


def test_arming_holding_too_shortly_clicking_and_pressing_enter_send_nothing(field):
    field.fill("held")
    field.page.get_by_role("button", name="Arm", exact=True).dblclick()
    field.page.get_by_text("ARMED on this page").wait_for()
    field.ring().dblclick()
    field.ring().hover()
    field.page.mouse.down()
    field.page.wait_for_timeout(TOO_SHORT_MS)
    field.page.mouse.up()
    field.page.get_by_text("Let go too early: nothing was sent").wait_for()
    field.ring().focus()
    for _ in range(5):
        field.page.keyboard.press("Enter")
    field.page.keyboard.press("Escape")
    field.page.get_by_text("LOCKED").wait_for()
    assert field.watched.posted == [] and field.sent() == [] and field.command()["current"] is None


def test_a_key_that_is_still_held_from_arming_sends_nothing(field):
    field.fill("held")
    field.page.get_by_role("button", name="Arm", exact=True).focus()
    field.page.keyboard.down("Enter")
    for _ in range(30):
        field.page.keyboard.down("Enter")  # as a keyboard repeats it
        field.page.wait_for_timeout(100)
    field.page.keyboard.up("Enter")
    assert field.watched.posted == []
    field.page.keyboard.press("Escape")


def test_a_reload_locks_what_was_armed(field):
    field.fill("held")
    field.arm()
    field.page.reload()
    field.page.get_by_text("LOCKED").wait_for()
    assert field.page.locator(".draft").get_by_label("Reason").input_value() == ""
    assert field.watched.posted == []


def test_the_way_up_is_tested_by_one_press(field):
    field.page.get_by_role("button", name="Test the way up").dblclick()
    field.wait_for_stage("confirmed")
    assert [posted["op"] for posted in field.watched.posted] == ["noop"]
    field.put_away()


def test_a_release_on_the_pad_is_refused_and_says_why(field):
    if field.high_enough():
        pytest.fail("the balloon has left already: this machine is too slow for the speed of this flight")
    field.fill("last")
    field.arm()
    field.ring().focus()
    field.page.keyboard.down(" ")
    field.page.wait_for_timeout(HOLD_MS)
    field.page.keyboard.up(" ")
    field.wait_for_stage("refused")
    assert "not_launched" in field.page.locator(".procedure-words").text_content()
    assert field.page.locator(".procedure-stage").text_content() == "REFUSED"
    assert field.drop("last")["attempts"] in (0, None)
    field.put_away()


def test_safe_is_one_press_and_blocks_a_release_until_resume_is_held(field):
    field.page.get_by_role("button", name="SAFE", exact=True).dblclick()
    field.page.get_by_text("SAFE is on: no drop is let go").wait_for(timeout=60_000)
    assert [posted["op"] for posted in field.watched.posted].count("safe") == 1
    field.wait_for_stage("confirmed")
    field.put_away()
    field.fill("early")
    assert field.page.get_by_role("button", name="Arm", exact=True).is_disabled()
    field.page.get_by_text("RESUME undoes both").wait_for()
    resume = field.page.get_by_role("button", name="Hold to resume")
    resume.hover()
    field.page.mouse.down()
    field.page.wait_for_timeout(HOLD_MS)
    field.page.mouse.up()
    field.wait_for_stage("confirmed")
    until(lambda: field.ground.state()["safe"] is False)
    field.put_away()


def test_a_release_is_heard_accepted_and_confirmed_and_every_window_sees_it(field):
    until(lambda: field.high_enough() > 120 and not field.drop("early")["reasons"], 180)
    before = len(field.watched.posted)
    other = field.watched.page(field.ground.url, "release")
    field.page.bring_to_front()
    field.fill("early")
    field.arm()
    field.ring().hover()
    field.page.mouse.down()
    field.page.wait_for_timeout(HOLD_MS + 1500)  # held on, it is sent once all the same
    field.page.mouse.up()
    field.page.locator(".procedure").wait_for()
    field.page.reload()
    for page in (field.page, other):
        page.get_by_text("Release early").first.wait_for()
        assert (
            not page.locator(".draft").is_visible() or page.locator('.procedure[data-stage="confirmed"]').is_visible()
        )
    for page in (field.page, other):
        field.wait_for_stage("confirmed", page)
        assert page.locator(".procedure-stage").text_content() == "CONFIRMED"
        assert page.locator('.step[data-step="done"]').count() == 4
    assert [posted["op"] for posted in field.watched.posted[before:]] == ["release"]
    assert field.drop("early")["state"] == "confirmed" and field.drop("early")["attempts"] == 1
    assert field.drop("held")["attempts"] in (0, None)
    other.close()
    field.put_away()


def test_what_is_over_cannot_be_chosen_again(field):
    assert field.page.get_by_role("radio", name="early").is_disabled()


def test_the_reason_and_every_stage_are_in_the_log(field):
    words = [row["words"] for row in field.ground.get("/api/events")["rows"] if row["kind"] == "command"]
    assert any("release drop 2" in row and REASON in row for row in words)
    assert any(row.startswith("confirmed: release drop 2") for row in words)


def test_cutdown_needs_the_word_the_reason_and_both_keys(field):
    page = field.page
    page.get_by_text("End the flight (cutdown)").click()
    box = page.locator(".cutdown")
    ring = box.get_by_role("button", name="Hold to end the flight")
    for step in (
        lambda: box.get_by_label("Type cutdown").fill("cutdown"),
        lambda: box.get_by_label("Reason").fill("drifts to the sea"),
        lambda: box.get_by_role("switch", name="Key 1").click(),
    ):
        step()
        assert ring.is_disabled()
    box.get_by_role("switch", name="Key 2").click()
    assert ring.is_enabled()
    page.get_by_text("End the flight (cutdown)").click()
    page.get_by_text("End the flight (cutdown)").click()
    assert ring.is_disabled()
    assert "cutdown" not in json.dumps(field.watched.posted)


def test_no_key_came_near_the_page(field):
    key = (field.flight.log.parent / "key.bin").read_bytes()
    text = field.page.content() + json.dumps(field.ground.state())
    assert not any(
        key[at : at + 4].hex() in text for at in range(8, len(key) - 4, 4) if key[at : at + 4].strip(b"\0\xff")
    )


def test_nothing_was_asked_of_anybody_else_and_nothing_went_wrong(field):
    field.watched.went_well()
