"""Service keys, event types and the settings shown, as administrators have them."""

import re
import secrets

import pytest
import requests
from playwright.sync_api import expect

from support.administrator import Administrator
from support.browser import go, press
from support.browser_checks import check_everywhere
from support.connecting import submit

PAGES = [
    "/admin/keys", "/admin/keys/new", "/admin/event-types", "/admin/event-types/new",
    "/admin/event-types/lead.created", "/admin/event-types/lead.created/retire", "/admin/settings",
]  # fmt: skip
EXAMPLE = '{"id": "inv_1", "total": 12.50}'


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


@pytest.fixture(scope="module", autouse=True)
def catalog_as_others_know_it(stack):
    """Other files count the types that are there from the start."""
    yield
    stack.sql("DELETE FROM webhook_subscriptions WHERE event_type LIKE 'invoice.%'")
    stack.sql("DELETE FROM event_types WHERE name LIKE 'invoice.%'")


def audited(stack, action):
    """How many such rows there are, and what the greatest of them says."""
    return stack.sql(f"SELECT COUNT(*), MAX(after_change) FROM audit_log WHERE action = '{action}'")[0]


@pytest.mark.parametrize("path", PAGES)
def test_for_others_there_is_nothing_and_for_nobody_the_sign_in(stack, person, path):
    client = person.http()
    assert client.get(path).status_code == 404
    token = client.field("csrf")
    assert client.post(path, data={"csrf": token}).status_code in (404, 405)
    answer = requests.get(stack.url + path, allow_redirects=False, timeout=30)
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_are_open_to_everybody(visit, administrator, path):
    check_everywhere(visit(path, administrator))


def test_a_service_key_is_made_shown_once_and_revoked(visit, administrator, stack, script):
    name = f"Product {secrets.token_hex(4)}"
    page = visit("/admin/keys", administrator, script)
    press(page, "Create key")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("checkbox", name="Read metrics", exact=True).check()
    press(page, "Create key")
    key = page.get_by_label("API key", exact=True).input_value()
    bearer = {"Authorization": f"Bearer {key}"}
    types = stack.url + "/api/v1/event-types"
    assert requests.get(types, headers=bearer, timeout=30).status_code == 200
    count, after = audited(stack, "api_key.created")
    assert int(count) >= 1 and key not in after

    page.reload()
    assert key not in page.content()
    press(page, "Go to service keys")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text(key[:11])
    expect(row).to_contain_text(administrator.email)
    row.get_by_role("link", name=f"Revoke {name}").click()
    go(page, page.get_by_role("button", name=f"Revoke {name}").click)
    expect(page.get_by_text(f"“{name}” is revoked")).to_be_visible()
    assert requests.get(types, headers=bearer, timeout=30).status_code == 401


def test_a_service_key_with_mistakes_is_sent_back(administrator):
    client = administrator.http()
    token = client.field("csrf", "/admin/keys/new")
    answer = client.post("/admin/keys", data={"csrf": token, "name": ""})
    assert answer.status_code == 422
    assert "Choose at least one thing it can do" in answer.text


def test_an_event_type_is_added_sent_retired_and_brought_back(administrator, person):
    client = administrator.http()
    name = f"invoice.t_{secrets.token_hex(4)}"
    webhook = person.webhook("/catalog", name="All", events=["*"])
    fields = {
        "name": name, "description": "An invoice is paid", "group": "Invoices", "example": EXAMPLE,
        "position": "90",
    }  # fmt: skip
    made = submit(client, "/admin/event-types/new", **fields)
    assert made.status_code == 303
    assert submit(client, "/admin/event-types/new", **fields).status_code == 422
    # Every responder takes it at once.
    person.emit({"id": "inv_1"}, name)
    person.wait_for_deliveries(webhook, 1)
    types = {each["type"]: each for each in person.call("GET", "/event-types")["data"]}
    assert types[name]["example"] == {"id": "inv_1", "total": 12.5}
    chosen = person.webhook("/chosen", name="Chosen", events=[name])

    path = f"/admin/event-types/{name}"
    asked = client.get(f"{path}/retire").text
    assert "1 webhook that chose it keeps it; new ones cannot choose it." in asked
    assert submit(client, f"{path}/retire").status_code == 303
    assert name not in [each["type"] for each in person.call("GET", "/event-types")["data"]]
    draft = {"name": "New", "endpoint_url": chosen["endpoint_url"], "events": [name]}
    assert person.api("POST", "/webhooks", draft).status_code == 422
    again = person.api("PATCH", f"/webhooks/{chosen['id']}", {"events": [name, "lead.created"]})
    assert again.status_code == 200, again.text
    person.emit({"id": "inv_2"}, name)
    person.wait_for_deliveries(chosen, 1)

    assert submit(client, f"{path}/restore").status_code == 303
    assert name in [each["type"] for each in person.call("GET", "/event-types")["data"]]


@pytest.mark.parametrize(("field", "value"), [
    ("name", "Not.A.Name"), ("name", "new"), ("description", ""), ("description", "x" * 201),
    ("group", ""), ("position", "65536"), ("example", "[]"), ("example", '{"a":1,}'),
])
def test_a_mistake_is_told_at_its_field(administrator, field, value):
    fields = {
        "name": "never.added", "description": "Never", "group": "None", "example": "{}",
        "position": "90",
    }  # fmt: skip
    answer = submit(administrator.http(), "/admin/event-types/new", **(fields | {field: value}))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_who_changes_what_somebody_else_has_changed_is_told(administrator, stack):
    client = administrator.http()
    path = "/admin/event-types/user.login"
    page = client.get(path).text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    fields = {"group": "Users", "example": "{}", "position": "60", "version": version}
    one = submit(client, path, **fields, description="Someone signs in here")
    assert one.status_code == 303
    two = submit(client, path, **fields, description="Someone signs in there")
    assert two.status_code == 409 and "Someone signs in there" in two.text
    assert "Somebody else changed this event type" in two.text


def test_the_settings_are_shown_with_their_sources_and_no_secret(administrator, stack):
    text = administrator.http().get("/admin/settings").text
    for name in ("PATCHBAY_BASE_URL", "PATCHBAY_THREADS", "PATCHBAY_KEYRING_FILE"):
        assert name in text
    assert "environment" in text and "default" in text
    assert "PATCHBAY_SMTP_URL is not set: no e-mail is sent." in text
    assert "systemctl restart patchbay-web" in text
