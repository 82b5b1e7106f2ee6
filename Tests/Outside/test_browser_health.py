"""The list narrowed by health and by name, the pictures of one webhook, and what needs attention."""

import re

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.browser_person import Client, Person


@pytest.fixture(scope="module")
def owner(stack):
    """One healthy, one failing and one paused webhook with three events that were not sent."""
    person = Person(stack)
    events = ["lead.created"]
    person.names = {
        name: person.webhook(path, name=name, events=events, status=status)["id"]
        for name, path, status in [
            ("Billing sync", "/fine", "active"),
            ("Warehouse", "/status/500?health", "active"),
            ("Old CRM", "/paused", "paused"),
        ]
    }
    for number in range(3):
        person.emit({"n": number})
    person.wait_for_deliveries({"id": person.names["Billing sync"]}, 3)
    person.wait_for_deliveries({"id": person.names["Warehouse"]}, 3)
    stack.sql(
        "UPDATE webhook_health SET failing_since = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR"
        f" WHERE webhook_id = '{person.names['Warehouse']}'"
    )
    return person


def names(page):
    return page.get_by_role("rowheader").locator(".name").all_inner_texts()


def test_the_list_is_narrowed_by_health_in_its_address(visit, owner, script):
    page = visit("/webhooks", owner, script)
    assert names(page) == ["Warehouse", "Billing sync", "Old CRM"]
    expect(page.get_by_text("3 events not sent while paused")).to_be_visible()
    kinds = page.get_by_role("navigation", name="Show")
    expect(kinds.get_by_role("link")).to_have_text(["All 3", "Failing 1", "Paused 1", "Healthy 1"])
    press(page, "Failing 1")
    assert page.url.endswith("/webhooks?health=failing")
    assert names(page) == ["Warehouse"]
    press(page, "All 3")
    assert page.url.endswith("/webhooks") and len(names(page)) == 3


def test_the_list_is_searched_by_name_and_address_and_keeps_what_was_asked(visit, owner, script):
    page = visit("/webhooks?health=healthy", owner, script)
    page.get_by_label("Search name or address").fill("BILLING")
    press(page, "Search")
    assert page.url.endswith("/webhooks?health=healthy&q=BILLING")
    assert names(page) == ["Billing sync"]
    page.get_by_label("Search name or address").fill("/paused")
    press(page, "Search")
    expect(page.get_by_text("No healthy webhook with “/paused” in it.")).to_be_visible()
    press(page, "Show all")
    page.get_by_label("Search name or address").fill("/paused")
    press(page, "Search")
    assert names(page) == ["Old CRM"]


def test_a_secret_in_an_address_is_not_found_by_a_search(owner):
    text = owner.http().get("/webhooks?q=%3Fhealth").text
    assert "No webhook with" in text


def test_the_page_of_a_webhook_has_both_pictures_and_how_fast_it_answers(visit, owner, script):
    page = visit(f"/webhooks/{owner.names['Billing sync']}?status=delivered", owner, script)
    expect(page.get_by_role("img", name="3 delivered and 0 failed in the last 24 hours")).to_be_visible()
    facts = page.locator("dl.key")
    expect(facts).to_contain_text(re.compile(r"[\d.]+ m?s half within"))
    expect(facts).to_contain_text("95 % within")
    expect(facts).to_contain_text("We stop after 5 days without a success")
    press(page, "7 days")
    assert page.url.endswith("?status=delivered&span=week")
    expect(page.get_by_role("img", name="3 delivered and 0 failed in the last 7 days")).to_be_visible()
    press(page, "Last 24 hours")
    assert page.url.endswith("?status=delivered")


def test_what_fails_is_told_on_every_page_but_its_own(visit, owner, script):
    page = visit("/events", owner, script)
    banner = page.get_by_role("region", name="Needs attention")
    expect(banner).to_contain_text("“Warehouse” is failing. We stop sending on")
    press(page, "See why Warehouse")
    assert page.url.endswith(owner.names["Warehouse"])
    expect(banner).to_have_count(0)
    expect(page.get_by_text("Every delivery has failed since")).to_be_visible()
    press(page, "Needs attention 1 items")
    expect(page.get_by_role("listitem").filter(has_text="“Warehouse” is failing")).to_be_visible()


def test_a_form_with_mistakes_has_its_summary_and_no_banner(visit, owner, script):
    page = visit("/webhooks/new", owner, script)
    expect(page.get_by_role("region", name="Needs attention")).to_be_visible()
    assert press(page, "Add webhook").status == 422
    expect(page.get_by_role("region", name="Needs attention")).to_have_count(0)


def test_several_things_fold(visit, owner, script):
    key = owner.own_key("Old laptop")
    in_three_days = "UTC_TIMESTAMP(6) + INTERVAL 3 DAY"
    owner.stack.sql(f"UPDATE api_keys SET expires_at = {in_three_days} WHERE id = '{key}'")
    try:
        page = visit("/events", owner, script)
        line = page.get_by_text("The API key “Old laptop” ends on")
        expect(line).to_be_hidden()
        page.get_by_text("2 things need attention").click()
        expect(line).to_be_visible()
    finally:
        owner.stack.sql(f"UPDATE api_keys SET revoked_at = UTC_TIMESTAMP(6) WHERE id = '{key}'")


def test_a_silent_worker_is_told(unmanned):
    person = Person(unmanned)
    unmanned.sql("UPDATE workers SET last_seen_at = last_seen_at - INTERVAL 1 HOUR")
    client = Client(unmanned.url)
    client.cookies.set("sid", person.cookie)
    assert "the delivery worker last ran on" in client.get("/webhooks").text
