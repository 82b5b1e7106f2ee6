"""The administrators' first page: what it says, and that it says so while one looks."""

import re

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.administrator import Administrator
from support.browser import press
from support.browser_checks import check_document, check_everywhere, tab_through
from support.browser_person import Client, Person


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


@pytest.fixture(scope="module")
def busy(stack):
    """Somebody with a webhook that fails and deliveries that arrived."""
    person = Person(stack)
    good = person.webhook("/overview", name="Arrives")
    bad = person.webhook("/status/500?overview", name="Overview fails")
    for _ in range(3):
        person.emit({"name": "Ada"})
    person.wait_for_deliveries(good, 3)
    person.wait_for_deliveries(bad, 3)
    return person


def test_for_others_there_is_nothing(person, stack):
    assert person.http().get("/admin").status_code == 404
    assert person.http().post("/admin").status_code in (404, 415)
    answer = Client(stack.url).get("/admin")
    assert answer.status_code == 303 and "/sign-in?next=" in answer.headers["Location"]
    assert "Administration" not in person.http().get("/webhooks").text


@pytest.mark.parametrize("span", ["", "?span=day", "?span=week"])
def test_it_says_how_delivering_goes(administrator, busy, span):
    answer = administrator.http().get("/admin" + span)
    assert answer.status_code == 200
    check_document(answer.text)
    text = answer.text
    assert "Keeping up" in text
    assert "Overview fails" in text and busy.email in text
    assert "Nothing is wrong with its settings" in text and "MariaDB" in text
    delivered = int(re.search(r"Delivered <b>([\d,]+)</b>", text)[1].replace(",", ""))
    assert delivered >= 3
    assert 'role="img"' in text and f"{delivered:,} delivered" in text
    assert "Running" in text and re.search(r"Last ran <time [^>]*>\d+ s ago", text)


def test_a_worker_counts_what_waits_each_minute(stack):
    def look():
        rows = stack.sql("SELECT noted_at > UTC_TIMESTAMP(6) - INTERVAL 90 SECOND FROM noted_totals")
        return rows == [["1"]]

    wait_for(look, seconds=90, every=1)


def test_everybody_can_read_it(visit, administrator, busy):
    page = visit("/admin", administrator)
    check_everywhere(page)
    page.get_by_text("Show as a table").click()
    check_everywhere(page)
    check_everywhere(visit("/admin?span=week", administrator))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_tab_key_visits_everything(visit, administrator, busy, width):
    for stop in tab_through(visit("/admin", administrator, width=width)):
        assert stop["outline"] >= 3, stop
        assert stop["inView"] and stop["onTop"], stop


def test_its_numbers_change_in_place_until_they_are_paused(visit, administrator, busy, stack):
    page = visit("/admin", administrator)
    page.clock.install()
    page.reload()
    table = page.get_by_text("Show as a table")
    table.click()
    state = page.locator('[data-part="state"]')
    expect(state).to_have_text("Keeping up")
    # As if something had been due for long.
    person = Person(stack)
    webhook = person.webhook("/hang/overview", name="Slow")
    stack.sql(
        "INSERT INTO webhook_limits (webhook_id, next_at) VALUES"
        f" ('{webhook['id']}', UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)"
    )
    stack.sql(
        f"UPDATE webhooks SET max_per_second = 1, version = version + 1 WHERE id = '{webhook['id']}'"
    )
    person.emit({"name": "Ada"})
    stack.sql(
        "UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6) - INTERVAL 6 MINUTE"
        f" WHERE webhook_id = '{webhook['id']}'"
    )
    try:
        page.clock.run_for(10_500)
        expect(state).to_have_text("Behind")
        expect(page.locator("#say")).to_have_text("Behind")
        expect(page.get_by_text("the oldest delivery has waited 6 minutes")).to_be_visible()
        expect(page.locator("details.more table")).to_be_visible()
        pause = page.get_by_role("button", name="Pause updates")
        pause.click()
        expect(pause).to_have_attribute("aria-pressed", "true")
    finally:
        stack.sql(f"UPDATE webhooks SET deleted_at = UTC_TIMESTAMP(6) WHERE id = '{webhook['id']}'")
    wait_for(lambda: "Keeping up" in administrator.http().get("/admin").text, every=0.5)
    page.clock.run_for(30_000)
    expect(state).to_have_text("Behind")
    pause.click()
    page.clock.run_for(10_500)
    expect(state).to_have_text("Keeping up")


def test_when_it_cannot_be_read_its_time_says_so(visit, administrator, busy):
    page = visit("/admin", administrator)
    page.clock.install()
    page.reload()
    visit.cuts_off = True
    page.route("**/admin", lambda route: route.abort())
    page.clock.run_for(25_000)
    expect(page.get_by_text("Not updating since")).to_be_visible()
    page.unroute("**/admin")
    page.clock.run_for(10_500)
    expect(page.get_by_text("Not updating since")).to_be_hidden()
    expect(page.locator('[data-part="updated"]')).to_contain_text("Updated")


def test_without_a_script_links_do_it(visit, administrator, busy):
    page = visit("/admin", administrator, False)
    expect(page.get_by_role("button", name="Pause updates")).to_have_count(0)
    press(page, "24 hours")
    assert page.url.endswith("?span=day")
    press(page, "Refresh")
    assert page.url.endswith("?span=day")
    expect(page.get_by_role("link", name="24 hours")).to_have_attribute("aria-current", "true")


def test_without_a_worker_it_says_that_nothing_is_sent(unmanned):
    administrator = Administrator(unmanned)
    unmanned.sql("UPDATE workers SET last_seen_at = last_seen_at - INTERVAL 1 HOUR")
    text = administrator.http().get("/admin").text
    assert "No worker has reported for 2 minutes. Nothing is being sent." in text
    assert "systemctl start patchbay-worker.timer" in text


def test_a_database_that_is_read_only_is_told(unmanned):
    client = Administrator(unmanned).http()
    assert "The server is read-only" not in client.get("/admin").text
    unmanned.sql("SET GLOBAL read_only = 1")
    try:
        answer = client.get("/admin")
    finally:
        unmanned.sql("SET GLOBAL read_only = 0")
    assert answer.status_code == 200
    assert "The server is read-only: nothing is saved, and nothing sent." in answer.text


def test_people_see_when_the_worker_last_ran(busy, unmanned):
    text = busy.http().get("/webhooks").text
    assert re.search(r"Delivery worker last ran <time [^>]*>\d+ s ago", text)
    assert "Nothing is being sent" not in text
    unmanned.sql("UPDATE workers SET last_seen_at = last_seen_at - INTERVAL 1 HOUR")
    person = Person(unmanned)
    person.webhook("/unmanned")
    text = person.http().get("/webhooks").text
    assert "Nothing is being sent just now" in text and "not your endpoints" in text
