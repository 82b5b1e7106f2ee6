"""Adding a webhook: the form, its mistakes, and what comes of it."""

import concurrent.futures
import re

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.browser_person import Person

SECRET = "Secret must begin with whsec_, followed by the base64 of 24 to 64 bytes"
OWN_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def fill(page, name, address):
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Endpoint URL").fill(address)


def box(page, event):
    return page.get_by_role("checkbox", name=event, exact=True)


def problems(page):
    """The sentences of the summary."""
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    return summary.get_by_role("link")


def test_a_webhook_is_made_from_what_was_filled_in(visit, person, script):
    page = visit("/webhooks", person, script)
    press(page, "Add webhook")
    fill(page, "Billing sync", person.stack.sink_url("/billing"))
    box(page, "lead.created").check()
    box(page, "user.login").check()
    assert press(page, "Add webhook").status == 200
    assert re.fullmatch(rf"{person.stack.url}/webhooks/[0-9a-f-]{{36}}/secret", page.url)
    press(page, "Go to Billing sync")
    (made,) = person.webhooks()
    assert page.url == f"{person.stack.url}/webhooks/{made['id']}"
    assert made["name"] == "Billing sync"
    assert made["endpoint_url"] == person.stack.sink_url("/billing")
    assert made["events"] == ["lead.created", "user.login"]
    assert made["status"] == "active"


def test_what_is_missing_is_named_above_and_at_the_field(visit, resident, script):
    page = visit("/webhooks/new", resident, script)
    assert press(page, "Add webhook").status == 422
    assert page.title().startswith("Error: ")
    sentences = {
        "Enter a name": page.get_by_label("Name", exact=True),
        "Enter a full address, like https://hooks.example.com/events": page.get_by_label(
            "Endpoint URL"
        ),
        "Choose at least one event, or choose all events": page.get_by_role("checkbox").nth(
            # With the script the first is that of a group.
            1 if script else 0
        ),
    }
    expect(problems(page)).to_have_text(list(sentences))
    if script:
        expect(page.get_by_role("alert").first).to_be_focused()
    for sentence, field in sentences.items():
        problems(page).filter(has_text=sentence).click()
        expect(field).to_be_focused()
        expect(page.get_by_text(f"Error: {sentence}")).to_be_visible()
    for label in ("Name", "Endpoint URL"):
        field = page.get_by_label(label, exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        described = field.get_attribute("aria-describedby").split()
        # Behind these the address has what its check finds.
        ids = [f"{field.get_attribute('id')}-{part}" for part in ("hint", "error")]
        assert described[:2] == ids
    assert resident.webhooks() == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("x" * 101, "Name must be 100 characters or fewer"),
        ("   ", "Enter a name"),
        ("Taken", "You already have a webhook called “Taken”"),
    ],
)
def test_a_name_that_will_not_do_is_refused(resident_with_one, name, sentence):
    client = resident_with_one.http()
    address = resident_with_one.stack.sink_url("/x")
    answer = client.post("/webhooks", data=client.form(name=name, endpoint_url=address))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert len(resident_with_one.webhooks()) == 1


@pytest.fixture(scope="module")
def resident_with_one(stack):
    person = Person(stack)
    person.webhook("/taken", name="Taken")
    return person


def test_an_own_secret_signs_and_is_shown_as_it_was_given(visit, person, script):
    page = visit("/webhooks/new", person, script)
    fill(page, "Own", person.stack.sink_url("/own"))
    box(page, "lead.created").check()
    page.get_by_role("radio", name="Use my own").check()
    page.get_by_label("Your secret").fill(OWN_SECRET)
    press(page, "Add webhook")
    expect(page.get_by_label("Signing secret")).to_have_value(OWN_SECRET)


@pytest.mark.parametrize(
    "secret",
    ["", OWN_SECRET[6:], "whsec_" + "QUJD" * 5, "whsec_" + "QUJD" * 22, "whsec_!" + OWN_SECRET[7:]],
    ids=["none", "no_prefix", "15_bytes", "66_bytes", "no_base64"],
)
def test_an_own_secret_that_is_none_is_refused_and_not_sent_back(visit, resident, script, secret):
    page = visit("/webhooks/new", resident, script)
    fill(page, "Own", resident.stack.sink_url("/own"))
    box(page, "lead.created").check()
    page.get_by_role("radio", name="Use my own").check()
    page.get_by_label("Your secret").fill(secret)
    assert press(page, "Add webhook").status == 422
    expect(problems(page)).to_have_text([SECRET])
    expect(page.get_by_role("radio", name="Use my own")).to_be_checked()
    expect(page.get_by_label("Your secret")).to_have_value("")
    assert not secret or secret not in page.content()
    assert resident.webhooks() == []


def test_a_webhook_can_be_added_paused(visit, person, script):
    page = visit("/webhooks/new", person, script)
    fill(page, "Later", person.stack.sink_url("/later"))
    page.get_by_role("radio", name="All events").check()
    page.get_by_role("radio", name="Add it paused").check()
    press(page, "Add webhook")
    (made,) = person.webhooks()
    assert (made["status"], made["paused_reason"]) == ("paused", "user")
    assert made["events"] == ["*"]
    page.goto(f"{person.stack.url}/webhooks/{made['id']}")
    expect(page.get_by_text("Paused by you")).to_be_visible()


def test_pressing_twice_makes_one_webhook(visit, person, script):
    page = visit("/webhooks/new", person, script)
    fill(page, "Once", person.stack.sink_url("/once"))
    box(page, "lead.created").check()
    page.get_by_role("button", name="Add webhook").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("secret")
    assert [each["name"] for each in person.webhooks()] == ["Once"]


def test_a_form_sent_many_times_at_once_makes_one_webhook(person):
    form = person.http().form(name="Once", endpoint_url=person.stack.sink_url("/once"))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        clients = [person.http() for _ in range(8)]
        answers = list(pool.map(lambda each: each.post("/webhooks", data=form), clients))
    (made,) = person.webhooks()
    secret_page = f"/settings/integrations/webhooks/{made['id']}/secret"
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.headers["Location"] for answer in answers} == {secret_page}


def test_the_twenty_first_webhook_is_one_too_many(visit, person):
    for number in range(20):
        person.webhook(f"/{number}", name=f"Webhook {number}")
    page = visit("/webhooks/new", person, script=False)
    sentence = "You have 20 of 20 webhooks. Delete one to add another."
    expect(page.get_by_text(sentence)).to_be_visible()
    fill(page, "One more", person.stack.sink_url("/x"))
    box(page, "lead.created").check()
    assert press(page, "Add webhook").status == 409
    expect(page.get_by_text(sentence)).to_be_visible()
    assert len(person.webhooks()) == 20
