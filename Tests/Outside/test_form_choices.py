"""What no button of a form says is nobody's choice: it is told at the field, and nothing is saved."""

import html
import re

import pytest

from support.browser_person import Person


@pytest.fixture(scope="module")
def webhook(resident):
    return resident.webhook("/choices", name="Choices")


def text_of(answer):
    return html.unescape(re.sub(r"<[^>]+>", "", answer.text))


@pytest.mark.parametrize(
    "field, target",
    [
        ("selection", "selection-chosen"),
        ("secret_source", "secret_source-made"),
        ("status", "status-active"),
        ("signature", "signature-v1"),
    ],
)
def test_an_unknown_answer_of_a_new_webhook_is_told_at_its_field(resident, webhook, field, target):
    client = resident.http()
    fields = {"endpoint_url": resident.stack.sink_url("/x"), field: "other"}

    answer = client.post("/webhooks", data=client.form(**fields))

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and f'href="#{target}"' in answer.text
    assert f'id="{target}"' in answer.text
    assert [each["name"] for each in resident.webhooks()] == ["Choices"]


@pytest.mark.parametrize("field, target", [("signature", "signature-v1"), ("secret_source", "secret_source-made")])
def test_an_unknown_answer_about_a_new_secret_makes_none(resident, webhook, field, target):
    client = resident.http()
    path = f"/webhooks/{webhook['id']}/secret/rotate"
    hidden = {name: client.field(name, path) for name in ("csrf", "form_id")}

    answer = client.post(path, data=hidden | {"overlap": "24h", field: "other"})

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text and f'href="#{target}"' in answer.text


@pytest.mark.parametrize(
    "fields, error",
    [
        ({"selection": "other", "events": "lead.created"}, "selection"),
        ({"selection": "chosen", "events": ["lead.created", "no.such"]}, "events"),
    ],
)
def test_an_unknown_answer_about_its_events_changes_none(resident, webhook, fields, error):
    client = resident.http()
    page = f"/webhooks/{webhook['id']}"
    hidden = {name: client.field(name, page) for name in ("csrf", "form_id", "base", "version")}

    answer = client.post(f"{page}/events", data=hidden | fields)

    assert answer.status_code == 422 and f'id="{error}-error"' in answer.text
    [kept] = resident.webhooks()
    assert kept["events"] == webhook["events"]


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/{id}?status=failed&status=held",
        "/webhooks/{id}?event=lead.created&status=held&status=held",
        "/webhooks/{id}/retry-failed?since=1h&status=a&status=b",
        "/apps?state=connected&status=a&status=b",
    ],
)
def test_an_address_that_says_two_things_is_400_and_says_of_what(resident, webhook, path):
    answer = resident.http().get(path.format(id=webhook["id"]))

    assert answer.status_code == 400
    assert "The field status is there twice." in text_of(answer)


def test_an_empty_field_says_nothing(resident, webhook):
    answer = resident.http().get(f"/webhooks/{webhook['id']}?status=&status=held")

    assert answer.status_code == 200


def test_a_form_that_says_two_things_is_400_and_says_of_what(stack):
    person = Person(stack)
    client = person.http()
    fields = client.form(endpoint_url=stack.sink_url("/x"), name=["One", "Two"])

    answer = client.post("/webhooks", data=fields)

    assert answer.status_code == 400 and "The field name is there twice." in text_of(answer)
    assert person.webhooks() == []


def test_signing_in_with_two_addresses_is_400(stack):
    answer = Person(stack).http("none").post("/sign-in", data={"email": ["a@b.example", "c@d.example"]})

    assert answer.status_code == 400 and "The field email is there twice." in text_of(answer)
