"""The signature checker, with JavaScript and without."""

import re
import time

import pytest
from playwright.sync_api import expect

from support.browser import press


@pytest.fixture(scope="module")
def delivered(resident):
    """A webhook with its secret, and its delivery."""
    webhook = resident.webhook(f"/signed/{resident.email}")
    resident.emit({"name": "Ada", "list": [1, 2]})
    [delivery] = resident.wait_for_deliveries(webhook, 1)
    return webhook, delivery


def check(page, script):
    if script:
        page.get_by_role("button", name="Check signature").click()
    else:
        press(page, "Check signature")


def steps(page, count=4):
    items = page.locator(".findings li")
    expect(items).to_have_count(count)
    return items


def test_a_delivery_is_filled_in_and_good(visit, resident, delivered, script):
    webhook, delivery = delivered
    page = visit(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}", resident, script=script)
    press(page, "Check it step by step")
    page.get_by_label("Signing secret").fill(webhook["secret"])

    check(page, script)

    expect(page.get_by_role("heading", name="The signature is good")).to_be_visible()
    expect(steps(page)).to_contain_text(["good"] * 4)
    expect(page.get_by_label("Signing secret")).to_have_value("")
    assert webhook["secret"] not in page.content()
    if script:
        expect(page.locator("#say")).to_have_text("The signature is good")


def test_a_body_that_was_written_anew_is_named(visit, resident, delivered, script):
    webhook, delivery = delivered
    page = visit(f"/check-signature?delivery={delivery['id']}", resident, script=script)
    page.get_by_label("Signing secret").fill(webhook["secret"])
    body = page.get_by_label("Body", exact=True)
    body.fill(body.input_value().replace('":', '": ').replace(",", ", "))

    check(page, script)

    expect(page.get_by_role("heading", name="The signature is not good")).to_be_visible()
    expect(steps(page).nth(3)).to_contain_text("written without white space")


def test_another_secret_is_told_from_another_body(visit, resident, delivered, script):
    _, delivery = delivered
    page = visit(f"/check-signature?delivery={delivery['id']}", resident, script=script)
    page.get_by_label("Signing secret").fill("whsec_" + "A" * 32)

    check(page, script)

    expect(steps(page).nth(3)).to_contain_text("so the secret is another one")


def test_nobody_learns_of_the_bodies_of_others(visit, other_person, delivered, resident):
    _, delivery = delivered
    assert other_person.http().get(f"/check-signature?delivery={delivery['id']}").status_code == 404
    attempt = resident.delivery(delivery["id"])["attempts"][0]
    headers = "\n".join(f"{name}: {value}" for name, value in attempt["request_headers"])
    client = other_person.http()
    fields = {"secret": "whsec_" + "A" * 32, "headers": headers, "body": "{}"}
    fields["csrf"] = client.field("csrf", "/check-signature")

    text = client.post("/check-signature", data=fields).text

    assert "differs" not in text and "No entry is the signature" in text


def test_what_was_pasted_is_in_no_log_and_no_table(stack, resident, delivered):
    mark = f"mark-{time.time_ns()}"
    client = resident.http()
    fields = {"secret": f"whsec_{mark}", "headers": f"x: {mark}", "body": mark}
    fields["csrf"] = client.field("csrf", "/check-signature")

    assert client.post("/check-signature", data=fields).status_code == 200

    logs = [path.read_text(errors="replace") for path in (stack.state / "log").glob("*")]
    assert logs and not any(mark in text for text in logs)
    dump = stack.sql("SELECT COUNT(*) FROM audit_log WHERE CONCAT_WS('', before_change, after_change)"
                     f" LIKE '%{mark}%'")
    assert dump == [["0"]]


def test_snippets_are_tabs_with_the_script_and_all_there_without(visit, resident, script):
    page = visit("/check-signature", resident, script=script)
    if not script:
        expect(page.locator("[data-tabs] > section")).to_have_count(6)
        page.get_by_role("link", name="Ruby", exact=True).click()
        expect(page).to_have_url(re.compile("#snippet-ruby$"))
        return
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["Python", "JavaScript", "Go", "Ruby", "PHP", "Swift"])
    tabs.first.focus()
    for key, name in (("ArrowRight", "JavaScript"), ("End", "Swift"), ("ArrowRight", "Python"),
                      ("ArrowLeft", "Swift"), ("Home", "Python")):
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=name, exact=True)).to_be_focused()
        expect(page.get_by_role("tab", selected=True)).to_have_text(name)
        expect(page.get_by_role("tabpanel")).to_have_count(1)
    expect(page.get_by_role("tabpanel", name="Python")).to_contain_text("import base64")
