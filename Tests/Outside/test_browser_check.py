"""The check of an address: advice while it is typed, which sends nothing and never blocks."""

import re

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.browser_checks import check_everywhere

NOT_FOUND = "We can’t find hooks.example.com. Check the spelling; new names can take an hour to appear."


def finding(page):
    return page.locator("#endpoint_url-finding")


def check(page, script, address):
    """Types an address and has it checked by the button."""
    page.get_by_label("Endpoint URL").fill(address)
    if script:
        page.get_by_role("button", name="Check address").click()
    else:
        press(page, "Check address")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://hooks.example.com/x", "Use https. We don't send over plain http"),
        ("https://localhost/x", "This address is only reachable inside your own network."),
        ("https://user:secret@hooks.example.com/", "Take the name and password out"),
        ("https://hooks.example.com/x", NOT_FOUND),
        ("hooks.example.com/x", "Add https:// in front: https://hooks.example.com/x"),
        ("https://hooks.example.com/x?token=1", "This address holds a secret."),
        ("", "Enter a full address"),
    ],
)
def test_each_finding_has_its_sentence_and_nothing_is_red(visit, person, script, address, sentence):
    page = visit("/webhooks/new", person, script)
    page.get_by_label("Name", exact=True).fill("Kept")
    page.get_by_role("checkbox", name="user.login", exact=True).check()
    check(page, script, address)
    expect(finding(page)).to_contain_text(sentence)
    field = page.get_by_label("Endpoint URL")
    assert field.get_attribute("aria-invalid") is None
    assert "endpoint_url-finding" in field.get_attribute("aria-describedby")
    expect(field).to_have_value(address)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kept")
    expect(page.get_by_role("checkbox", name="user.login", exact=True)).to_be_checked()
    assert not page.title().startswith("Error")


def test_a_good_address_is_said_to_be_good_and_gets_no_request(visit, person, script):
    page = visit("/webhooks/new", person, script)
    path = f"/checked/{person.email}"
    check(page, script, person.stack.sink_url(path))
    expect(finding(page)).to_have_text(
        re.compile(r"Found localhost\. .*, certificate valid until \d+ \w+ 20\d\d\.")
    )
    check_everywhere(page)
    assert person.stack.sink_lines(path) == []


def test_it_is_checked_as_it_is_typed_and_once(visit, person):
    page = visit("/webhooks/new", person)
    requests = []
    page.on("request", lambda each: requests.append(each) if "check-address" in each.url else None)
    field = page.get_by_label("Endpoint URL")
    field.press_sequentially("https://hooks.example.com/x", delay=10)
    expect(finding(page)).to_have_text(NOT_FOUND)
    field.blur()
    page.wait_for_timeout(1000)
    assert len(requests) == 1
    # It needs nothing else of what was filled in.
    assert set(re.findall(r"(\w+)=", requests[0].post_data)) == {"csrf", "endpoint_url"}


def test_a_missing_scheme_is_put_in_by_a_button(visit, person):
    page = visit("/webhooks/new", person)
    check(page, True, "hooks.example.com/x")
    page.get_by_role("button", name="Use this").click()
    expect(page.get_by_label("Endpoint URL")).to_have_value("https://hooks.example.com/x")
    expect(finding(page)).to_have_text(NOT_FOUND)


def test_another_webhook_with_the_address_is_named(visit, person, script):
    webhook = person.webhook("/same", name="Warehouse")
    page = visit("/webhooks/new", person, script)
    check(page, script, webhook["endpoint_url"])
    sentence = "“Warehouse” already sends to this address. Events both have chosen will arrive twice."
    expect(finding(page)).to_contain_text(sentence)
    page.get_by_label("Name", exact=True).fill("Second")
    page.get_by_role("radio", name="All events").check()
    press(page, "Add webhook")
    expect(page.get_by_text(sentence)).to_be_visible()
    # A webhook is not its own double.
    page.goto(f"{person.stack.url}/webhooks/{webhook['id']}/edit")
    check(page, script, person.stack.sink_url("/other"))
    expect(finding(page)).to_contain_text("Found localhost.")
    assert "already sends" not in finding(page).inner_text()


def test_ten_in_a_minute_are_enough(person):
    client = person.http()
    form = {"csrf": client.field("csrf"), "endpoint_url": "https://hooks.example.com/x", "name": "Kept"}
    answers = [client.post("/webhooks/check-address", data=form) for _ in range(11)]
    assert [each.status_code for each in answers] == [200] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 6
    assert "That was too often" in answers[-1].text and 'value="Kept"' in answers[-1].text
    told = client.post("/webhooks/check-address", data=form, headers={"Patchbay-Script": "1"})
    assert told.status_code == 429 and "too often" in told.json()["text"]
    # What the text alone tells costs nothing, and saving never fails for it.
    refused = client.post("/webhooks/check-address", data=form | {"endpoint_url": "http://x.com"})
    assert refused.status_code == 200
    saved = client.post("/webhooks", data=client.form(endpoint_url=form["endpoint_url"]))
    assert saved.status_code == 303


def test_only_who_is_signed_in_may_ask(person):
    client = person.http()
    form = {"csrf": client.field("csrf"), "endpoint_url": "https://hooks.example.com/x"}
    client.cookies.clear()
    assert client.post("/webhooks/check-address", data=form).status_code == 303
    told = client.post("/webhooks/check-address", data=form, headers={"Patchbay-Script": "1"})
    assert told.status_code == 401
    assert person.http().get("/webhooks/check-address").status_code == 405
