"""The delivery log: what appears in it, how it is narrowed, how it is paged."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.browser_person import Person

EVENTS = 30


def rows(page):
    return page.get_by_role("table", name=re.compile("^Deliveries")).get_by_role("row")


def ids(page):
    """The deliveries that are shown, in order."""
    links = page.get_by_role("rowheader").get_by_role("link")
    return [re.search(r"[0-9a-f-]{36}$", link.get_attribute("href"))[0] for link in links.all()]


@pytest.fixture(scope="module")
def history(stack):
    """A person with a webhook that got 30 events and another whose endpoint answers 500."""
    person = Person(stack)
    person.good = person.webhook("/good", name="Good")
    types = ["lead.created", "lead.updated"] * (EVENTS // 2)
    events = [{"type": type, "data": {"n": n}} for n, type in enumerate(types)]
    person.call("POST", "/events/batch", {"events": events}, 202)
    person.bad = person.webhook("/status/500?history", name="Bad", events=["lead.created"])
    person.emit()
    person.wait_for_deliveries(person.good, EVENTS + 1)
    person.wait_for_deliveries(person.bad, 1)
    return person


def test_an_event_sent_by_the_api_appears_as_delivered(visit, person, script):
    page = visit("/sign-in", script=script)
    page.get_by_label("Email address").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(person.password)
    press(page, "Sign in")
    expect(page.get_by_text("Send events to your own systems")).to_be_visible()
    page.get_by_role("link", name="Add webhook").first.click()
    page.get_by_label("Name", exact=True).fill("Billing sync")
    page.get_by_label("Endpoint URL").fill(person.stack.sink_url("/journey"))
    page.get_by_role("checkbox", name="lead.created", exact=True).check()
    press(page, "Add webhook")
    press(page, "Go to Billing sync")
    expect(page.get_by_text("Nothing sent yet.")).to_be_visible()
    person.emit(data={"name": "Ada"})
    person.wait_for_deliveries(person.webhooks()[0], 1)
    page.reload()
    expect(rows(page)).to_have_count(2)
    row = rows(page).nth(1)
    expect(row).to_contain_text("Delivered")
    expect(row).to_contain_text("lead.created")
    expect(row).to_contain_text("200")
    expect(page.get_by_text("100 % delivered")).to_be_visible()
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("lead.created to Billing sync")
    expect(page.get_by_text("Delivered on the first attempt")).to_be_visible()
    expect(page.get_by_role("region", name="Request body", exact=True)).to_contain_text('"Ada"')
    page.goto(f"{person.stack.url}/webhooks")
    listed = page.get_by_role("table", name="Your webhooks").get_by_role("row")
    expect(listed.nth(1)).to_contain_text("Healthy")


def test_a_failing_endpoint_shows_as_retrying_with_its_next_try(visit, history, script):
    page = visit(f"/webhooks/{history.bad['id']}", history, script)
    row = rows(page).nth(1)
    expect(row).to_contain_text("Retrying")
    expect(row).to_contain_text(re.compile(r"[1-8] of 8 (next \d+ |due now)"))
    expect(row).to_contain_text("500")
    expect(page.get_by_text("Every delivery has failed since")).to_be_visible()
    expect(page.get_by_text("None finished in 24 hours")).to_be_visible()
    assert "%" not in page.get_by_text("None finished in 24 hours").text_content()


def test_older_and_newer_lead_through_everything_once(visit, history, script):
    page = visit(f"/webhooks/{history.good['id']}", history, script)
    first = ids(page)
    assert len(first) == 25
    expect(page.get_by_role("link", name="Newer")).to_have_count(0)
    press(page, "Older")
    second = ids(page)
    assert len(second) == EVENTS + 1 - 25
    expect(page.get_by_role("link", name="Older")).to_have_count(0)
    wanted = [each["id"] for each in history.deliveries(history.good, "?limit=100")]
    assert first + second == wanted
    press(page, "Newer")
    assert ids(page) == first


def test_filters_are_in_the_address_and_in_words(visit, history, script):
    page = visit(f"/webhooks/{history.good['id']}", history, script)
    page.get_by_label("Status").select_option("Delivered")
    page.get_by_label("Event", exact=True).select_option("lead.updated")
    press(page, "Show")
    assert len(ids(page)) == EVENTS // 2
    expect(page.get_by_role("table", name="Deliveries, Delivered · lead.updated")).to_be_visible()
    # A fresh tab at that address shows the same, words and fields.
    again = visit(page.url.removeprefix(history.stack.url), history, script)
    assert ids(again) == ids(page)
    expect(again.get_by_label("Status")).to_have_value("delivered")
    expect(again.get_by_label("Event", exact=True)).to_have_value("lead.updated")
    expect(again.locator("section.log").get_by_text("Delivered · lead.updated").first).to_be_visible()
    press(again, "Clear")
    assert len(ids(again)) == 25


def test_where_nothing_matches_the_filter_is_repeated_in_words(visit, history, script):
    query = "?status=failed&event=lead.created"
    page = visit(f"/webhooks/{history.good['id']}{query}", history, script)
    expect(page.get_by_text("No failed deliveries of lead.created.")).to_be_visible()
    press(page, "Clear filters")
    assert len(ids(page)) == 25


@pytest.mark.parametrize(("status", "count"), [("retrying", 1), ("waiting", 0), ("held", 0)])
def test_each_state_finds_its_own(history, status, count):
    page = history.http().get(f"/webhooks/{history.bad['id']}?status={status}").text
    assert page.count('scope="row"') == count


def test_times_are_read_in_the_reader_s_own_zone(visit, history):
    page = visit(f"/webhooks/{history.good['id']}", history, timezone_id="Asia/Tokyo")
    created = history.deliveries(history.good)[0]["created_at"]
    utc = datetime.datetime.fromisoformat(created)
    tokyo = (utc + datetime.timedelta(hours=9)).strftime("%H:%M:%S")
    expect(rows(page).nth(1)).to_contain_text(tokyo)
    page.get_by_label("From").fill((utc + datetime.timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M"))
    press(page, "Show")
    assert f"from={utc + datetime.timedelta(hours=1):%Y-%m-%dT%H%%3A%M}" in page.url
    expect(page.get_by_text("No deliveries since")).to_be_visible()


def test_without_script_times_are_utc_and_say_so(visit, history):
    page = visit(f"/webhooks/{history.good['id']}", history, script=False, timezone_id="Asia/Tokyo")
    created = history.deliveries(history.good)[0]["created_at"]
    expect(rows(page).nth(1)).to_contain_text(f"{created[11:19]} UTC")
    page.get_by_label("From (UTC)").fill(f"{created[:4]}-01-01T00:00")
    press(page, "Show")
    assert len(ids(page)) == 25


def test_a_range_that_ends_before_it_begins_is_told_at_its_field(visit, history, script):
    page = visit(
        f"/webhooks/{history.good['id']}?from=2026-11-02T00:00&to=2026-11-01T00:00", history, script
    )
    expect(page.get_by_text("“From” must be before “To”")).to_be_visible()
    expect(page.get_by_label(re.compile("^From"))).to_have_attribute("aria-invalid", "true")
    assert page.title().startswith("Error: ")
    assert ids(page) == []


@pytest.mark.parametrize("nonsense", ["nonsense", "%00", "'--", "x" * 500, "AAAAAAAAAAAA"])
def test_a_cursor_that_is_none_shows_the_newest_and_says_so(history, nonsense):
    client = history.http()
    newest = client.get(f"/webhooks/{history.good['id']}").text
    for name in ("after", "before"):
        answer = client.get(f"/webhooks/{history.good['id']}?{name}={nonsense}")
        assert answer.status_code == 200
        assert "That page is no longer kept. Showing the newest." in answer.text
        assert first_id(answer.text) == first_id(newest)


def first_id(html):
    return re.search(r"/deliveries/([0-9a-f-]{36})", html)[1]


def test_on_a_phone_the_rows_are_blocks_and_still_a_table(visit, history):
    page = visit(f"/webhooks/{history.good['id']}", history, width=360)
    assert rows(page).nth(1).evaluate("row => getComputedStyle(row).display") != "table-row"
    tree = page.get_by_role("table", name=re.compile("^Deliveries")).aria_snapshot()
    assert "- columnheader" in tree and "- rowheader" in tree and tree.count("- row ") == 26


def test_the_numbers_in_words_are_those_of_the_drawing(visit, history):
    page = visit("/webhooks", history)
    row = page.get_by_role("row").filter(has_text="Good")
    expect(row.get_by_role("img")).to_have_accessible_name(
        f"{EVENTS + 1} delivered and 0 failed in the last 24 hours"
    )
    expect(row).to_contain_text(f"100 % delivered{EVENTS + 1} of {EVENTS + 1}")


def test_a_rate_is_rounded_down(visit, person):
    webhook = person.webhook("/rate", name="Nearly all")["id"]
    person.stack.sql(
        "INSERT INTO delivery_counts (webhook_id, hour, delivered, failed) VALUES "
        f"('{webhook}', DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%d %H:00:00'), 999999, 1)"
    )
    page = visit("/webhooks", person)
    expect(page.get_by_text("99.9 %")).to_be_visible()
    expect(page.get_by_text("999,999 of 1,000,000")).to_be_visible()
