"""The way in: what the sign-in page says, and where it leads."""

import re

import pytest
import requests
from playwright.sync_api import expect

from support.browser import press

NOT_RIGHT = "Email address or password is not right"


def fill(page, email, password):
    page.get_by_label("Email address").fill(email)
    page.get_by_role("textbox", name="Password").fill(password)


def test_the_right_password_leads_to_the_webhooks(visit, person, script):
    page = visit("/sign-in", script=script)
    fill(page, person.email, person.password)
    press(page, "Sign in")
    assert page.url == f"{person.stack.url}/webhooks"
    expect(page.get_by_role("heading", level=1)).to_have_text("Webhooks")
    expect(page.get_by_role("banner")).to_contain_text(person.email)


@pytest.mark.parametrize("known", [True, False], ids=["known_address", "unknown_address"])
def test_wrong_details_are_told_without_saying_which(visit, person, script, known):
    page = visit("/sign-in", script=script)
    email = person.email if known else f"not-{person.email}"
    fill(page, email, "not the password")
    assert press(page, "Sign in").status == 422
    assert page.title().startswith("Error: ")
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary.get_by_role("listitem")).to_have_text([NOT_RIGHT])
    expect(page.get_by_label("Email address")).to_have_value(email)
    expect(page.get_by_role("textbox", name="Password")).to_have_value("")
    if script:
        expect(summary).to_be_focused()


def test_each_empty_field_is_named(visit, script):
    page = visit("/sign-in", script=script)
    assert press(page, "Sign in").status == 422
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    expect(summary.get_by_role("listitem")).to_have_text(
        ["Enter your email address", "Enter your password"]
    )
    summary.get_by_role("link", name="Enter your password").click()
    expect(page.get_by_role("textbox", name="Password")).to_be_focused()


def test_the_way_leads_on_to_the_page_that_was_asked_for(visit, person, script):
    page = visit("/webhooks/new?x=1", script=script)
    assert page.url.startswith(f"{person.stack.url}/sign-in?next=")
    expect(page.get_by_text("To continue to Add webhook")).to_be_visible()
    # A mistake on the way does not lose it.
    press(page, "Sign in")
    fill(page, person.email, person.password)
    press(page, "Sign in")
    assert page.url == f"{person.stack.url}/webhooks/new"


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example",
        "https:evil.example",
        "//evil.example/settings/integrations/webhooks",
        "/\\evil.example",
        "\\/evil.example",
        "/%2f/evil.example",
        "/settings/integrations//evil.example",
        "/settings/integrations/../../evil",
        "/settings/integrations@evil.example",
        "/settings/integrations/webhooks\r\nLocation: https://evil.example",
        "javascript:alert(1)",
        "/somewhere/else",
        "/settings/integrations/sign-out",
        "/settings/integrations/sign-in",
        "/settings/integrations/healthz",
        "/settings/integrations/api/v1/webhooks",
    ],
)
def test_nobody_is_led_away_from_our_pages(resident, next):
    answer = requests.post(
        f"{resident.stack.url}/sign-in",
        data={"email": resident.email, "password": resident.password, "next": next},
        allow_redirects=False,
        timeout=30,
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/settings/integrations/webhooks"
    page = requests.get(f"{resident.stack.url}/sign-in", params={"next": next}, timeout=30)
    assert page.status_code == 200 and "evil" not in page.text


def test_an_address_elsewhere_ends_on_our_origin(visit, person, script):
    page = visit("/sign-in?next=https://evil.example/", script=script)
    fill(page, person.email, person.password)
    press(page, "Sign in")
    assert page.url == f"{person.stack.url}/webhooks"


def test_after_five_failures_even_the_right_password_has_to_wait(visit, person, other_person):
    def post(email, password):
        return requests.post(
            f"{person.stack.url}/sign-in",
            data={"email": email, "password": password},
            allow_redirects=False,
            timeout=30,
        )

    # Five are free: the next one is the first that those behind it wait for.
    codes = [post(person.email, "wrong").status_code for _ in range(6)]
    assert codes == [422] * 6
    page = visit("/sign-in", script=False)
    fill(page, person.email.upper(), person.password)
    answer = press(page, "Sign in")
    assert answer.status == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    expect(page.get_by_role("alert").first).to_contain_text("Too many tries. Wait 1 minute")
    # Whoever else is behind the same address is not meant.
    assert post(other_person.email, other_person.password).status_code == 303


def test_a_password_that_was_shown_is_hidden_before_it_is_sent(visit):
    page = visit("/sign-in")
    password = page.get_by_role("textbox", name="Password")
    assert password.get_attribute("autocomplete") == "current-password"
    assert page.get_by_label("Email address").get_attribute("autocomplete") == "username"
    show = page.get_by_role("button", name="Show password")
    show.click()
    expect(password).to_have_attribute("type", "text")
    expect(page.locator("#say")).to_have_text("Your password is visible")
    expect(page.get_by_role("button", name="Hide password")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.evaluate("document.forms[0].addEventListener('submit', (event) => event.preventDefault())")
    password.press("Enter")
    expect(password).to_have_attribute("type", "password")


def test_without_script_no_button_promises_to_show_the_password(visit):
    page = visit("/sign-in", script=False)
    buttons = page.get_by_role("button").all_text_contents()
    assert [re.sub(r"\s+", " ", text).strip() for text in buttons] == ["Sign in"]
