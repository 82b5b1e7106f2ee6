"""Adding a webhook with more options: own headers, limits, order, and another signature."""

import re

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.browser import press


def open_form(visit, person, script, name="Options"):
    page = visit("/webhooks/new", person, script)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Endpoint URL").fill(person.stack.sink_url(f"/options/{person.email}"))
    page.get_by_role("radio", name="All events").check()
    page.get_by_text("More options").click()
    return page


def test_all_of_them_are_taken(visit, person, script):
    page = open_form(visit, person, script)
    page.get_by_label("Header 1 name").fill("X-Api-Key")
    page.get_by_label("Value of header 1").fill("hunter2")
    page.get_by_label("Most in flight").fill("3")
    page.get_by_label("Most per second").fill("40")
    page.get_by_role("checkbox", name="Strict order").check()
    page.get_by_role("radio", name="Ed25519").check()
    press(page, "Add webhook")
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy your public key")
    (made,) = person.webhooks()
    assert made["headers"] == ["X-Api-Key"] and made["signature"] == "v1a"
    assert (made["max_in_flight"], made["max_per_second"], made["ordered"]) == (3, 40, True)
    person.emit()
    (line,) = wait_for(lambda: person.stack.sink_lines(f"/options/{person.email}"))
    assert ["X-Api-Key", "hunter2"] in line["headers"]
    # What is sealed comes to no page.
    client = person.http()
    delivery = person.wait_for_deliveries(made, 1)[0]["id"]
    here = f"/webhooks/{made['id']}"
    for path in (here, f"{here}/edit", f"{here}/deliveries/{delivery}"):
        assert "hunter2" not in client.get(path).text
    sealed = person.stack.sql(
        f"SELECT COUNT(*) FROM webhook_headers WHERE webhook_id = '{made['id']}' "
        "AND INSTR(value_sealed, 'hunter2') = 0"
    )
    assert sealed == [["1"]]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("Host", "x", "Host is set by us. Choose another name."),
        ("webhook-id", "x", "webhook-id is set by us. Choose another name."),
        ("X Y", "x", "is no header name."),
        ("X-A", "ä", "The value of X-A must be 1 to 4,096 visible ASCII characters"),
        ("", "x", "Enter a header name"),
    ],
)
def test_a_header_that_will_not_do_is_refused_at_its_field(
    visit, resident, script, name, value, sentence
):
    page = open_form(visit, resident, script)
    page.get_by_label("Header 1 name").fill(name)
    page.get_by_label("Value of header 1").fill(value)
    assert press(page, "Add webhook").status == 422
    error = page.locator(".pair .error")
    expect(error).to_contain_text(sentence)
    expect(page.get_by_label("Header 1 name")).to_have_value(name)
    expect(page.get_by_label("Value of header 1")).to_have_value("")
    assert resident.webhooks() == []


def test_rows_are_added_with_and_without_script(visit, person, script):
    page = open_form(visit, person, script)
    for _ in range(2):
        if script:
            page.get_by_role("button", name="Add another header").click()
        else:
            page.get_by_label("Header 1 name").fill("X-1")
            press(page, "Add another header")
            expect(page.get_by_label("Name", exact=True)).to_have_value("Options")
    rows = page.locator("[data-row]").count()
    for number in range(1, rows + 1):
        page.get_by_label(f"Header {number} name").fill(f"X-{number}")
        page.get_by_label(f"Value of header {number}").fill(str(number))
    press(page, "Add webhook")
    (made,) = person.webhooks()
    assert made["headers"] == [f"X-{number}" for number in range(1, rows + 1)] and rows >= 2


def test_an_own_secret_and_a_key_pair_do_not_go_together(visit, resident, script):
    page = open_form(visit, resident, script)
    page.get_by_role("radio", name="Ed25519").check()
    page.get_by_role("radio", name="Use my own").check()
    page.get_by_label("Your secret").fill("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    assert press(page, "Add webhook").status == 422
    expect(page.get_by_text("Error: An own secret is for HMAC alone")).to_be_visible()
    expect(page.get_by_role("radio", name="Ed25519")).to_be_checked()


def test_each_event_shows_a_sample(visit, resident, script):
    page = visit("/webhooks/new", resident, script)
    page.get_by_text("Sample of lead.created").click()
    expect(page.get_by_role("region", name="Sample of lead.created")).to_contain_text(
        re.compile(r'"id": "lead_')
    )
