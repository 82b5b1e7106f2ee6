"""Finding in the log, taking it along, and being told of what is new."""

import csv
import io
import json
import re

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.browser import press
from support.endpoint import response

ANSWERS = {"200": [response(200)], "404": [response(404)], "503": [response(503)], "cut": []}


@pytest.fixture(scope="module")
def log(stack, own_endpoint, resident):
    """A webhook with a delivery of each class of answer, oldest first, and which event gave which."""
    webhook = resident.webhook("", endpoint_url=own_endpoint.answer("/classes"))
    events = {}
    for name, answer in ANSWERS.items():
        own_endpoint.answer("/classes", *answer)
        events[name] = resident.emit({"name": name})["id"]
        resident.wait_for_deliveries(webhook, len(events))
        # No second attempt, which would get another answer.
        stack.sql(
            "UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, live_webhook_id = NULL,"
            f" finished_at = UTC_TIMESTAMP(6) WHERE webhook_id = '{webhook['id']}'"
            " AND status = 'pending' AND NOT in_flight"
        )
    return webhook, events


def rows(page):
    return page.locator("tbody tr")


@pytest.mark.parametrize(
    "answer,found", [("2xx", ["200"]), ("4xx", ["404"]), ("5xx", ["503"]), ("No answer", ["cut"])]
)
def test_the_log_is_narrowed_to_a_class_of_answers(visit, resident, log, answer, found, script):
    webhook, events = log
    page = visit(f"/webhooks/{webhook['id']}", resident, script=script)
    page.get_by_label("Answer", exact=True).select_option(answer)
    press(page, "Show")

    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text(re.compile(f"answered {answer.lower()}")).first).to_be_visible()
    shown = resident.delivery(rows(page).get_by_role("link").get_attribute("href").split("/")[-1])
    assert shown["event_id"] == events[found[0]]
    again = visit(page.url.split("/settings/integrations")[1], resident, script=script)
    expect(rows(again)).to_have_count(1)


def test_an_event_is_found_by_its_id(visit, resident, log, script):
    webhook, events = log
    page = visit(f"/webhooks/{webhook['id']}", resident, script=script)
    page.get_by_label("Event id").fill(f" {events['503']} ")
    press(page, "Show")
    expect(rows(page)).to_have_count(1)

    page.get_by_label("Event id").fill("evt_1")
    press(page, "Show")
    expect(page.locator("#id-error")).to_contain_text("Enter an event’s whole id, a UUID")


def test_a_span_is_kept_in_the_address_and_a_time_wins_over_it(visit, resident, log, script):
    webhook, _ = log
    page = visit(f"/webhooks/{webhook['id']}", resident, script=script)
    page.get_by_label("When", exact=True).select_option("Last hour")
    press(page, "Show")
    assert "when=1h" in page.url
    expect(rows(page)).to_have_count(4)

    page = visit(f"/webhooks/{webhook['id']}?when=1h&to=2026-01-01T00:00", resident, script=script)
    expect(page.get_by_text(re.compile("^No deliveries before"))).to_be_visible()


def test_the_filtered_log_is_taken_along_as_csv_and_as_json_lines(resident, log):
    webhook, events = log
    client = resident.http()

    answer = client.get(f"/webhooks/{webhook['id']}/deliveries.csv?answer=5xx")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="deliveries.csv"'
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["event_id"], row["response_status"], row["error"]) == (events["503"], "503", "status")

    answer = client.get(f"/webhooks/{webhook['id']}/deliveries.jsonl")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines == resident.deliveries(webhook)
    assert client.get(f"/webhooks/{webhook['id']}/deliveries.csv?from=x").status_code == 400


def test_a_long_log_leaves_cut_and_says_so(stack, person):
    webhook = person.webhook("/ok", status="paused")
    event = person.emit()["id"]
    stack.sql(
        "INSERT INTO webhook_deliveries (id, webhook_id, user_id, event_id, event_type, status,"
        " created_at) SELECT UUID(), webhook_id, user_id, event_id, event_type, 'held',"
        " created_at - INTERVAL seq SECOND FROM webhook_deliveries, seq_1_to_10100"
        f" WHERE event_id = '{event}'"
    )

    text = person.http().get(f"/webhooks/{webhook['id']}/deliveries.csv").text

    lines = text.splitlines()
    assert len(lines) == 10_002
    assert "after 10,000 deliveries" in lines[-1]


def test_others_cannot_take_it(other_person, log):
    webhook, _ = log
    client = other_person.http()
    for name in ("deliveries.csv", "deliveries.jsonl", "deliveries/newer"):
        assert client.get(f"/webhooks/{webhook['id']}/{name}").status_code == 404


def test_new_deliveries_are_announced_and_do_not_jump_in(visit, person):
    webhook = person.webhook("/ok")
    person.emit()
    person.wait_for_deliveries(webhook, 1)
    page = visit(f"/webhooks/{webhook['id']}", person)
    for _ in range(3):
        person.emit()

    link = page.get_by_role("link", name="3 new deliveries")
    expect(link).to_be_visible(timeout=15000)
    expect(page.locator("#say")).to_have_text("3 new deliveries")
    expect(rows(page)).to_have_count(1)
    link.click()
    expect(rows(page)).to_have_count(4)


def test_a_delivery_leads_to_the_other_webhooks_that_got_the_event(visit, person, script):
    first = person.webhook("/ok", name="Billing sync")
    person.webhook("/ok", name="Warehouse")
    person.emit()
    [delivery] = person.wait_for_deliveries(first, 1)
    page = visit(f"/webhooks/{first['id']}/deliveries/{delivery['id']}", person, script=script)

    others = page.get_by_role("region", name="Other webhooks that got this event")
    others.get_by_role("link", name="Warehouse").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("lead.created to Warehouse")


def test_an_attempt_says_what_it_went_over(visit, person, script):
    webhook = person.webhook("/ok")
    person.emit()
    [delivery] = wait_for(lambda: person.wait_for_deliveries(webhook, 1))
    page = visit(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}", person, script=script)

    expect(page.locator(".attempt")).to_contain_text("HTTP/1.1, TLS 1.3, its certificate ends")
