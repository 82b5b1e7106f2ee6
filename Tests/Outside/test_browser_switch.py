"""Pausing a webhook and letting it go on: the switch, and the button Resume."""

import json

import pytest
from playwright.sync_api import expect

from support.browser import press


@pytest.fixture
def webhook(person):
    return person.webhook("/switch", name="Warehouse")


def status(person, webhook):
    found = person.call("GET", f"/webhooks/{webhook['id']}")
    return found["status"], found["paused_reason"]


@pytest.mark.parametrize("place", ["/webhooks", "/webhooks/{id}"])
def test_it_flips_when_the_answer_has_come(visit, person, webhook, place):
    page = visit(place.format(**webhook), person)
    switch = page.get_by_role("switch", name="Active")
    name = switch.inner_text()
    expect(switch).to_have_attribute("aria-checked", "true")
    held = []
    page.route("**/active", lambda route: held.append(route))
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_have_attribute("aria-busy", "true")
    # A second press while it is busy counts for nothing.
    page.keyboard.press("Space")
    page.wait_for_timeout(200)
    assert len(held) == 1 and switch.get_attribute("aria-checked") == "true"
    held[0].continue_()
    page.unroute("**/active")
    expect(switch).to_have_attribute("aria-checked", "false")
    assert switch.get_attribute("aria-busy") is None
    assert switch.inner_text() == name
    expect(switch).to_be_focused()
    expect(page.locator(".switching .saved")).to_contain_text("Saved")
    expect(page.locator("#say")).to_contain_text("Warehouse: paused. New events are kept as not sent.")
    # What the rest of the page tells follows.
    expect(page.locator(".tag", has_text="Paused")).to_be_visible()
    assert status(person, webhook) == ("paused", "user")
    page.keyboard.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(page.locator(".tag", has_text="Paused")).to_be_hidden()
    assert status(person, webhook) == ("active", None)


@pytest.mark.parametrize("place", ["/webhooks", "/webhooks/{id}"])
def test_what_was_not_saved_stays_as_it_was_and_says_so(visit, person, webhook, place):
    visit.cuts_off = True
    page = visit(place.format(**webhook), person)
    switch = page.get_by_role("switch", name="Active")
    page.route("**/active", lambda route: route.abort())
    switch.click()
    expect(page.locator(".switching .saved")).to_have_text("Not saved. Try again.")
    expect(page.locator("#alarm")).to_have_text("Not saved. Try again.")
    expect(switch).to_have_attribute("aria-checked", "true")
    assert status(person, webhook) == ("active", None)


def test_of_a_webhook_that_was_deleted_meanwhile_it_says_so(visit, person, webhook):
    page = visit(f"/webhooks/{webhook['id']}", person)
    person.call("DELETE", f"/webhooks/{webhook['id']}", status=204)
    page.get_by_role("switch", name="Active").click()
    sentence = "“Warehouse” was deleted. Nothing was saved."
    expect(page.locator(".switching .saved")).to_have_text(sentence)
    expect(page.locator("#alarm")).to_have_text(sentence)


@pytest.mark.parametrize("place", ["/webhooks", "/webhooks/{id}"])
def test_without_script_the_same_button_leads_back_with_a_banner(visit, person, webhook, place):
    page = visit(place.format(**webhook), person, script=False)
    for checked, word in [("false", "aused"), ("true", "ctive")]:
        press_switch(page)
        expect(page.locator("[data-banner]")).to_contain_text(word)
        expect(page.get_by_role("switch", name="Active")).to_have_attribute("aria-checked", checked)
        if place == "/webhooks":
            assert page.url.endswith(f"#w-{webhook['id']}")
    assert status(person, webhook) == ("active", None)


def press_switch(page):
    with page.expect_navigation():
        page.get_by_role("switch", name="Active").click()


def test_another_tab_of_the_browser_follows(visit, person, webhook):
    page = visit(f"/webhooks/{webhook['id']}", person)
    other = page.context.new_page()
    other.goto(person.stack.url + "/webhooks")
    page.get_by_role("switch", name="Active").click()
    expect(other.get_by_role("switch", name="Active: Warehouse")).to_have_attribute(
        "aria-checked", "false"
    )
    expect(other.locator("#say")).to_have_text("Updated from another tab")


@pytest.mark.parametrize("reason", ["failing", "gone"])
def test_what_we_stopped_is_resumed_by_a_button(visit, person, webhook, script, reason):
    person.stack.sql(
        "UPDATE webhooks SET status = 'paused', paused_at = UTC_TIMESTAMP(6), "
        f"paused_reason = '{reason}', version = version + 1 WHERE id = '{webhook['id']}'"
    )
    page = visit("/webhooks", person, script)
    expect(page.get_by_role("switch")).to_have_count(0)
    expect(page.get_by_role("button", name="Resume Warehouse")).to_be_visible()
    page.goto(f"{person.stack.url}/webhooks/{webhook['id']}")
    expect(page.get_by_text("We stopped sending")).to_be_visible()
    press(page, "Resume")
    expect(page.get_by_text("Active again")).to_be_visible()
    assert status(person, webhook) == ("active", None)


def test_what_is_not_sent_is_counted(visit, person, webhook):
    page = visit(f"/webhooks/{webhook['id']}", person)
    page.get_by_role("switch", name="Active").click()
    expect(page.get_by_text("Paused by you")).to_be_visible()
    person.emit_many(3)
    page.reload()
    expect(page.get_by_text("3 events not sent so far.")).to_be_visible()
    page.goto(person.stack.url + "/webhooks")
    expect(page.get_by_text("3 events not sent while paused")).to_be_visible()


def test_it_is_in_the_audit_log_and_only_its_owner_can(person, other_person, webhook):
    path = f"/webhooks/{webhook['id']}/active"
    stranger = other_person.http()
    form = {"csrf": stranger.field("csrf"), "active": "0"}
    assert stranger.post(path, data=form).status_code == 404
    client = person.http()
    form["csrf"] = client.field("csrf")
    for value in ("x", ""):
        assert client.post(path, data=form | {"active": value}).status_code == 400
    assert status(person, webhook) == ("active", None)
    for _ in range(2):
        answer = client.post(path, data=form, headers={"Patchbay-Script": "1"})
        assert answer.json()["ok"] and answer.json()["saved_at"]
    rows = person.stack.sql(
        "SELECT action, after_change FROM audit_log "
        f"WHERE subject_id = '{webhook['id']}' AND action = 'webhook.changed'"
    )
    assert len(rows) == 1 and json.loads(rows[0][1])["status"] == "paused"
