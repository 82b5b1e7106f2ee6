"""API keys: made, shown once, listed and revoked by their owner."""

import re

import pytest
import requests
from playwright.sync_api import expect

from support.browser import go, press
from support.browser_person import Person


def problems(page):
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    return summary.get_by_role("link")


def create(page, name, *boxes):
    """From the page "Create key"; gives the key that is shown."""
    page.get_by_label("Name", exact=True).fill(name)
    for box in boxes:
        page.get_by_role("checkbox", name=box, exact=True).check()
    press(page, "Create key")
    return page.get_by_label("API key", exact=True).input_value()


def call(person, key, path="/webhooks", **options):
    return person.api("GET", path, key=key, **options)


def test_a_key_is_made_from_boxes_shown_once_and_opens_just_that(visit, person, script):
    page = visit("/webhooks", person, script)
    press(page, "API keys")
    expect(page.get_by_text("No keys yet")).to_be_visible()
    press(page, "Create key")
    key = create(page, "Deploy pipeline", "Read webhooks")
    assert re.fullmatch(r"pb_[0-9A-Za-z]{43}", key)
    assert call(person, key).status_code == 200
    assert call(person, key, "/connections").status_code in (403, 404)
    assert person.api("POST", "/webhooks", {}, key=key).status_code == 403

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("This key has already been shown")
    assert key not in page.content()
    press(page, "Go to API keys")
    row = page.get_by_role("row").filter(has_text="Deploy pipeline")
    expect(row).to_contain_text(key[:11])
    expect(row).to_contain_text("Read webhooks")
    assert key not in page.content()


def test_a_revoked_key_opens_nothing_and_stays_in_sight(visit, person, script):
    page = visit("/api-keys/new", person, script)
    key = create(page, "Old laptop", "Read webhooks")
    press(page, "Go to API keys")
    page.get_by_role("link", name="Revoke Old laptop").click()
    expect(page.get_by_role("heading", name="Revoke “Old laptop”?")).to_be_visible()
    assert call(person, key).status_code == 200
    go(page, page.get_by_role("button", name="Revoke Old laptop").click)
    assert call(person, key).status_code == 401
    expect(page.get_by_text("“Old laptop” is revoked")).to_be_visible()
    page.get_by_text("Revoked and expired").click()
    row = page.get_by_role("row").filter(has_text="Old laptop")
    expect(row).to_contain_text("Revoked")
    expect(page.get_by_role("link", name="Revoke Old laptop")).to_have_count(0)


def test_what_is_missing_is_named_above_and_at_the_field(visit, resident, script):
    page = visit("/api-keys/new", resident, script)
    assert press(page, "Create key").status == 422
    expect(problems(page)).to_have_text(["Enter a name", "Choose at least one thing it can do"])
    for sentence in ("Enter a name", "Choose at least one thing it can do"):
        expect(page.get_by_text(f"Error: {sentence}")).to_be_visible()
    problems(page).nth(1).click()
    expect(page.get_by_role("checkbox").first).to_be_focused()
    assert resident.http().get("/api-keys").text.count("role=\"row\"") == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "x" * 101}, "Name must be 100 characters or fewer"),
        ({"scopes": "metrics"}, "One of the boxes does not exist any more"),
        ({"expires": "10y"}, "Choose when it ends"),
    ],
)
def test_what_the_form_does_not_have_is_refused(resident, fields, sentence):
    client = resident.http()
    form = {"csrf": client.field("csrf", "/api-keys/new"), "name": "x", "scopes": "webhooks:read"}
    answer = client.post("/api-keys", data=form | {"expires": "30d"} | fields)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_two_live_keys_are_not_called_the_same(person):
    client = person.http()

    def post():
        names = {name: client.field(name, "/api-keys/new") for name in ("csrf", "form_id")}
        fields = {"name": "Twin", "scopes": "webhooks:read", "expires": "never"}
        return client.post("/api-keys", data=names | fields)

    assert post().status_code == 303
    second = post()
    assert second.status_code == 422 and "You already have a key called “Twin”" in second.text


def test_pressing_twice_makes_one_key(visit, person, script):
    page = visit("/api-keys/new", person, script)
    page.get_by_label("Name", exact=True).fill("Once")
    page.get_by_role("checkbox", name="Send events", exact=True).check()
    page.get_by_role("button", name="Create key").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("key")
    [[count]] = person.stack.sql(f"SELECT COUNT(*) FROM api_keys WHERE name = 'Once' AND user_id = "
                                 f"(SELECT id FROM users WHERE email = '{person.email}')")
    assert count == "1"


def test_the_twenty_first_key_is_one_too_many(visit, person):
    client = person.http()
    for number in range(20):
        names = {name: client.field(name, "/api-keys/new") for name in ("csrf", "form_id")}
        fields = {"name": f"Key {number}", "scopes": "webhooks:read", "expires": "30d"}
        assert client.post("/api-keys", data=names | fields).status_code == 303
    page = visit("/api-keys/new", person, script=False)
    expect(page.get_by_text("You have 20 of 20 keys. Revoke one to create another.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("One more")
    page.get_by_role("checkbox", name="Send events", exact=True).check()
    assert press(page, "Create key").status == 409
    expect(page.get_by_label("Name", exact=True)).to_have_value("One more")


def test_another_persons_key_is_not_found(visit, person, other_person):
    page = visit("/api-keys/new", person, script=False)
    create(page, "Mine", "Read webhooks")
    address = page.url.removeprefix(person.stack.url)
    client = other_person.http()
    for path in (address, address + "/revoke"):
        assert client.get(path).status_code == 404
    form = {"csrf": client.field("csrf", "/api-keys/new")}
    assert client.post(address + "/revoke", data=form).status_code == 404


def test_a_call_says_where_its_key_stands(person):
    first, second = (call(person, person.key) for _ in range(2))
    assert re.fullmatch(r'"key";q=600;w=60', first.headers["RateLimit-Policy"])
    left = [int(re.fullmatch(r'"key";r=(\d+);t=\d+', each.headers["RateLimit"])[1]) for each in (first, second)]
    assert left[0] - left[1] == 1
    # Not answered as wished, and counted all the same.
    assert person.api("GET", "/webhooks?limit=x").headers["RateLimit"].startswith(f'"key";r={left[1] - 1};')


def test_who_has_no_key_or_a_service_key_is_told_of_no_limit(stack):
    assert "RateLimit" not in requests.get(f"{stack.url}/api/v1/webhooks", timeout=30).headers
    service = stack.env["PATCHBAY_SERVICE_API_KEY"]
    answer = stack.api("GET", "/event-types", key=service)
    assert answer.status_code == 200 and "RateLimit" not in answer.headers


@pytest.fixture(scope="module")
def narrow(states):
    """A stack on which a key may make three calls a day."""
    from stack import Stack

    stack = Stack(states / "narrow")
    stack.run({"PATCHBAY_RATE_LIMIT": "3/d"})
    yield stack
    stack.stop(purge=True)


def test_one_call_too_many_is_429_and_says_for_how_long(narrow):
    person = Person(narrow)
    answers = [person.api("GET", "/webhooks") for _ in range(5)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429, 429]
    last = answers[-1]
    assert last.headers["Content-Type"] == "application/problem+json"
    assert last.json()["status"] == 429
    assert 86_000 < int(last.headers["Retry-After"]) <= 86_400
    assert last.headers["RateLimit"].startswith('"key";r=0;t=')
    # Another key has its own calls, and a service key has no limit.
    assert Person(narrow).api("GET", "/webhooks").status_code == 200
    service = narrow.env["PATCHBAY_SERVICE_API_KEY"]
    assert {narrow.api("GET", "/event-types", key=service).status_code for _ in range(6)} == {200}
