"""What administrators say of apps, and that nobody else can."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from stack import ROOT
from support.administrator import Administrator
from support.browser import press
from support.browser_checks import check_everywhere
from support.connecting import Provider, connect, submit
from support.markup import filled


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


@pytest.mark.parametrize("path", ["/admin/apps", "/admin/apps/gitlab", "/admin/apps/new"])
def test_for_others_there_is_nothing(person, path):
    client = person.http()
    assert client.get(path).status_code == 404
    token = client.field("csrf")
    for address in ("/admin/apps/new", "/admin/apps/gitlab", "/admin/apps/gitlab/test"):
        assert client.post(address, data={"csrf": token}).status_code == 404


def test_an_app_of_ones_own_is_added_and_connected(visit, administrator, stack, person):
    there = Provider(stack, "standard")
    there.control(reset=True, forget=True)
    done = subprocess.run(
        [sys.executable, "-B", ROOT / "deploy/sandbox/sandbox.py", "--credentials", "--port",
         there.base.rpartition(":")[2]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    about = json.loads(done.stdout)["standard"]
    page = visit("/admin/apps/new", administrator)
    check_everywhere(page)
    press(page, "Add app")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check_everywhere(page)
    page.get_by_label("Name", exact=True).fill("Standard")
    page.get_by_label("Category").select_option("development")
    page.get_by_label("Client ID").fill(about["client_id"])
    page.get_by_label("Issuer (optional)").fill(f"{there.base}/standard")
    press(page, "Read addresses")
    expect(page.get_by_label("Token URL")).to_have_value(about["token_url"])
    page.get_by_label("Client secret").fill(about["client_secret"])
    page.get_by_label("Scopes").fill("openid profile read offline_access")
    press(page, "Add app")
    expect(page.get_by_role("heading", name="Standard", exact=True)).to_be_visible()
    assert "/admin/apps/standard" in page.url
    assert about["client_secret"] not in page.content()
    check_everywhere(page)
    press(page, "Test configuration")
    expect(page.get_by_text("Standard accepts these details")).to_be_visible()

    assert "Standard is connected" in connect(person.http(), there).text
    person.call("GET", "/connections/standard/token")


def test_a_wrong_secret_is_told_by_the_test_and_a_right_one_too(administrator, stack):
    client = administrator.http()
    path = "/admin/apps/discord"
    page = client.get(path).text
    assert "Test configuration" in page
    good = submit_test(client, "discord")
    assert "accepts these details" in good
    there = Provider(stack, "discord")
    there.control(fault="error", error="invalid_client", status=401)
    assert "does not accept the client ID or the secret" in submit_test(client, "discord")


def submit_test(client, app):
    token = client.field("csrf", f"/admin/apps/{app}")
    answer = client.post(f"/admin/apps/{app}/test", data={"csrf": token})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_stale_form_and_a_bad_address_are_refused(administrator):
    client = administrator.http()
    page = client.get("/admin/apps/notion").text
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    fields = filled(page, "version") | {"enabled": "on"}
    bad = submit(client, "/admin/apps/notion", **(fields | {"token_url": "http://10.0.0.1/x"}))
    assert bad.status_code == 422
    assert submit(client, "/admin/apps/notion", **fields).status_code == 303
    stale = submit(client, "/admin/apps/notion", **(fields | {"version": version}))
    assert stale.status_code == 409


def test_what_an_own_app_needs_cannot_be_emptied_and_an_emptied_issuer_is_none(
    administrator, stack, request
):
    client = administrator.http()
    # Other tests count the apps.
    request.addfinalizer(lambda: stack.sql("DELETE FROM apps WHERE id = 'emptied'"))
    added = submit(
        client, "/admin/apps/new", name="Emptied", category="crm", client_id="id",
        client_secret="a secret", authorization_url="https://as.example.com/authorize",
        token_url="https://as.example.com/token", issuer="https://as.example.com",
    )  # fmt: skip
    assert added.status_code == 303, added.text

    def form():
        fields = filled(client.get("/admin/apps/emptied").text, "version")
        return {name: values[0] for name, values in fields.items() if name != "csrf"}

    assert form()["issuer"] == "https://as.example.com"
    for field in ("client_id", "authorization_url", "token_url"):
        refused = submit(client, "/admin/apps/emptied", **(form() | {field: ""}))
        assert refused.status_code == 422 and f'id="{field}-error"' in refused.text, field

    saved = submit(client, "/admin/apps/emptied", **(form() | {"issuer": ""}))

    assert saved.status_code == 303
    now = form()
    assert now["issuer"] == "" and now["token_url"] == "https://as.example.com/token"
    page = client.get("/admin/apps/emptied").text
    assert ">Issuer (optional)</label>" in page and ">Token URL</label>" in page


@pytest.mark.parametrize("scopes", ['"read"', "a\\b", "lésen", "a " * 50 + "b", "x" * 256])
def test_what_is_no_scope_is_refused(administrator, scopes):
    scopes = " ".join(f"{each}{number}" for number, each in enumerate(scopes.split(" ")))
    answer = submit(administrator.http(), "/admin/apps/new", scopes=scopes)

    assert answer.status_code == 422
    assert 'id="scopes-error"' in answer.text


def test_an_app_that_is_switched_off_is_not_available(administrator, person, stack):
    client = administrator.http()
    page = client.get("/admin/apps/pipedrive").text
    fields = filled(page, "version")
    fields.pop("enabled", None)
    connect(person.http(), Provider(stack, "pipedrive").start_anew())
    asked = submit(client, "/admin/apps/pipedrive", **fields)
    assert asked.status_code == 422 and "Stop new Pipedrive connections?" in asked.text
    assert "1 person" in asked.text and "not available" not in person.http().get("/apps").text
    assert submit(client, "/admin/apps/pipedrive", **(fields | {"off": "on"})).status_code == 303
    try:
        person.call("GET", "/connections/pipedrive/token")
        submit(person.http(), "/apps/pipedrive/disconnect")
        text = person.http().get("/apps/pipedrive").text
        assert "is not available" in text and "Connect Pipedrive" not in text
        token = person.http().field("csrf", "/apps")
        answer = person.http().post("/apps/pipedrive/connect", data={"csrf": token})
        assert answer.status_code == 409
    finally:
        page = client.get("/admin/apps/pipedrive").text
        fields = filled(page, "version")
        submit(client, "/admin/apps/pipedrive", **(fields | {"enabled": "on"}))
