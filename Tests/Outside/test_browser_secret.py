"""The signing secret: shown once, to one session, and nowhere again."""

import base64
import re

import pytest
from playwright.sync_api import expect
from standardwebhooks import Webhook

from stack import wait_for
from support.browser import press

SHOWN = "This secret has already been shown"


def add(page, person):
    """Adds a webhook by the form; its secret, and its page's address."""
    page.get_by_label("Name", exact=True).fill("Billing sync")
    page.get_by_label("Endpoint URL").fill(person.stack.sink_url(f"/secret/{person.email}"))
    page.get_by_role("checkbox", name="lead.created", exact=True).check()
    answer = press(page, "Add webhook")
    secret = page.get_by_label("Signing secret").input_value()
    return secret, page.url.removesuffix("/secret"), answer


@pytest.fixture
def page(visit, person, script):
    return visit("/webhooks/new", person, script)


def test_it_is_shown_once_and_not_on_reload_or_on_going_back(page, person):
    secret, address, answer = add(page, person)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{32}", secret)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert secret not in page.url and secret not in page.title()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy your signing secret")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(SHOWN)
    expect(page.get_by_text(f"It ends in {secret[-4:]}")).to_be_visible()


def test_going_back_right_after_it_was_shown_does_not_show_it_again(page, person):
    secret, address, _ = add(page, person)
    press(page, "Go to Billing sync")
    assert page.url == address
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(SHOWN)
    assert secret not in page.content()


def test_no_later_page_and_no_call_holds_it(page, person):
    secret, address, _ = add(page, person)
    webhook = {"id": address.rpartition("/")[2]}
    person.emit()
    delivery = person.wait_for_deliveries(webhook, 1)[0]["id"]
    client = person.http()
    here = f"/webhooks/{webhook['id']}"
    for path in ("/webhooks", here, f"{here}/secret", f"{here}/deliveries/{delivery}"):
        text = client.get(path).text
        assert secret not in text and secret.removeprefix("whsec_") not in text, path
    for call in (here, "/webhooks", f"{here}/deliveries", f"/deliveries/{delivery}"):
        assert secret not in person.api("GET", call).text, call


def test_it_is_what_signs_the_requests(page, person):
    secret, _, _ = add(page, person)
    event = person.emit()
    path = f"/secret/{person.email}"
    line = wait_for(lambda: person.stack.sink_lines(path))[0]
    headers = {name.lower(): value for name, value in line["headers"]}
    assert headers["webhook-id"] == event["id"]
    assert Webhook(secret).verify(base64.b64decode(line["body_base64"]), headers)


def made_by_form(person, client):
    address = person.stack.sink_url("/form")
    answer = client.post("/webhooks", data=client.form(endpoint_url=address))
    assert answer.status_code == 303
    return answer.headers["Location"].removeprefix("/settings/integrations")


def test_another_session_of_the_same_person_does_not_get_it(person):
    client, other = person.http(), person.http(person.sign_in())
    secret_page = made_by_form(person, client)
    assert SHOWN in other.get(secret_page).text
    # And by looking it has not taken it away from the one that made it.
    assert "whsec_" in client.get(secret_page).text


def test_after_ten_minutes_it_is_not_shown_any_more(person):
    client = person.http()
    secret_page = made_by_form(person, client)
    person.stack.sql("UPDATE shown_once SET expires_at = expires_at - INTERVAL 10 MINUTE")
    assert SHOWN in client.get(secret_page).text


def test_it_can_be_copied_with_script(visit, person):
    page = visit("/webhooks/new", person, permissions=["clipboard-read", "clipboard-write"])
    secret, _, _ = add(page, person)
    page.get_by_role("button", name="Copy signing secret").click()
    expect(page.locator("#say")).to_have_text(re.compile("copied", re.IGNORECASE))
    assert page.evaluate("navigator.clipboard.readText()") == secret


def test_without_script_nothing_offers_to_copy(visit, person):
    page = visit("/webhooks/new", person, script=False)
    add(page, person)
    expect(page.get_by_role("button", name="Copy signing secret")).to_be_hidden()
