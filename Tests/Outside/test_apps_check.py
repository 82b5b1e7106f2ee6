"""Asking a provider whether a connection works, keys that nobody could try, and a provider that says by
itself that it was removed."""

import json
import re
import time

import pytest

from support.connecting import Provider, connect, submit
from support.markup import filled
from test_admin_apps import administrator  # noqa: F401
from test_apps import APPS, KEYS


@pytest.fixture
def provider(stack):
    return lambda app: Provider(stack, app).start_anew()


def check(client, app):
    """Presses Check now; the page that comes of it."""
    page = client.get(f"/apps/{app}")
    assert "Check now" in page.text, page.text
    token = client.field("csrf", f"/apps/{app}")
    answer = client.post(f"/apps/{app}/check", data={"csrf": token})
    assert answer.status_code == 303, answer.text
    place = answer.headers["Location"]
    return client.get(place[place.index("/apps/") :]).text


@pytest.mark.parametrize("app", APPS)
def test_a_connection_that_works_is_told_so_and_one_that_does_not_too(person, provider, app):
    there = provider(app)
    client = person.http()
    connect(client, there)
    page = check(client, app)
    assert "Checked just now" in page, page
    assert person.call("GET", f"/connections/{app}")["status"] == "connected"

    there.control(forget=True)
    page = check(client, app)
    assert "stopped accepting our access" in page, page
    assert "Checked just now" not in page
    assert person.call("GET", f"/connections/{app}")["status"] == "needs_reconnect"
    assert "stopped accepting our access" in client.get("/webhooks").text
    assert client.post(f"/apps/{app}/check", data={"csrf": client.field("csrf")}).status_code == 303


def test_check_45_a_token_that_is_refused_is_renewed_once_and_tried_once_more(person, provider):
    there = provider("gitlab")
    client = person.http()
    connect(client, there)
    first = person.call("GET", "/connections/gitlab/token")["access_token"]
    asked = len(there.calls("token"))
    there.control(fault="status", status=401, on="identity", times=1)
    assert "Checked just now" in check(client, "gitlab")
    assert len(there.calls("token")) == asked + 1
    assert person.call("GET", "/connections/gitlab/token")["access_token"] != first


@pytest.mark.parametrize("fault", ["hang", "html"])
def test_a_provider_that_does_not_answer_changes_nothing(person, provider, fault):
    there = provider("gitlab")
    client = person.http()
    connect(client, there)
    there.control(fault=fault, on="identity", times=1)
    assert "did not answer, so we could not check" in check(client, "gitlab")
    assert person.call("GET", "/connections/gitlab")["status"] == "connected"


def test_nobody_checks_what_is_not_theirs(person, other_person, provider):
    connect(person.http(), provider("gitlab"))
    other = other_person.http()
    token = other.field("csrf", "/apps")
    assert other.post("/apps/gitlab/check", data={"csrf": token}).status_code == 404
    assert person.http().get("/apps/gitlab/check").status_code == 405


@pytest.mark.parametrize("app", KEYS)
def test_keys_can_be_kept_while_nobody_can_try_them(person, stack, app):
    about = json.loads((stack.state / "apps.json").read_text())[app]
    fields, secret = KEYS[app]
    good = {name: about[name] for name in fields} | {"region": "us"}
    client = person.http()
    path = f"/apps/{app}/credentials"
    assert "Save without checking" not in client.get(path).text
    there = Provider(stack, app)
    there.control(fault="status", status=503, on="identity", times=1)
    silent = submit(client, path, **good)
    assert silent.status_code == 422 and "did not answer" in silent.text
    assert "Save without checking" in silent.text and good[secret] not in silent.text
    assert person.call("GET", "/connections")["data"] == []
    kept = submit(client, path, **(good | {"unchecked": "on"}))
    assert kept.status_code == 303
    place = kept.headers["Location"]
    assert "nobody has checked them" in client.get(place[place.index("/apps/") :]).text
    assert "Needs checking" in client.get("/apps").text
    there.control(fault="status", status=503, on="identity", times=1)
    assert "Needs checking" in check(client, app)
    page = check(client, app)
    assert "Checked just now" in page and "Needs checking" not in page
    assert "Needs checking" not in client.get("/apps").text
    rows = "SELECT COUNT(*) FROM audit_log WHERE action = 'connection.checked' AND user_id ="
    assert stack.sql(f"{rows} user_id('{person.email}')") == [["1"]]
    submit(client, f"/apps/{app}/disconnect")


def test_check_52_pipedrive_says_that_it_was_removed(person, provider, stack):
    there = provider("pipedrive")
    client = person.http()
    connect(client, there)
    about = json.loads((stack.state / "apps.json").read_text())["pipedrive"]
    [[account]] = stack.sql("SELECT account_id FROM user_integrations WHERE provider = 'pipedrive'")
    company, user = account.split(":")
    body = {"client_id": about["client_id"], "company_id": int(company), "user_id": int(user)}

    def say(secret, body, app="pipedrive"):
        return there.request(
            "DELETE", f"{client.url}/apps/{app}/callback", json=body, auth=(about["client_id"], secret)
        )

    assert say("wrong", body).status_code == 401
    assert say(about["client_secret"], body | {"client_id": "other"}).status_code == 422
    assert say(about["client_secret"], body, app="gitlab").status_code == 405
    assert person.call("GET", "/connections/pipedrive")["status"] == "connected"
    assert say(about["client_secret"], body).status_code == 204
    assert person.call("GET", "/connections")["data"] == []
    assert "had cancelled our access already" in client.get("/apps/pipedrive").text
    assert say(about["client_secret"], body).status_code == 204


def wait(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.3)


def test_an_administrator_disconnects_everybody(administrator, person, other_person, provider, stack):
    there = provider("gitlab")
    for someone in (person, other_person):
        connect(someone.http(), there)
    client = administrator.http()
    path = "/admin/apps/gitlab/disconnect"
    assert person.http().get(path).status_code == 404
    asked = client.get(path)
    assert "Disconnect everyone from GitLab?" in asked.text and "2 connections" in asked.text
    unticked = submit(client, path)
    assert unticked.status_code == 422 and "Tick to confirm" in unticked.text
    assert submit(client, path, understood="on").status_code == 303
    # Nothing is handed out from here on, whether or not the worker has come to it.
    for each in (person, other_person):
        assert each.call("GET", "/connections")["data"] == []
        each.call("GET", "/connections/gitlab/token", status=404)
    left = "SELECT COUNT(*) FROM user_integrations WHERE provider = 'gitlab'"
    wait(lambda: stack.sql(left) == [["0"]])
    stack.sql("UPDATE revocations SET due_at = UTC_TIMESTAMP(6) WHERE outcome IS NULL")
    wait(lambda: not there.grants())
    wait(lambda: "Everyone was disconnected from GitLab" in client.get("/admin/apps/gitlab").text)
    assert re.search(r"2 cancelled", client.get("/admin/apps/gitlab").text)


def test_another_client_id_is_asked_about_while_people_are_connected(
    administrator, person, provider
):
    connect(person.http(), provider("gitlab"))
    client = administrator.http()
    page = client.get("/admin/apps/gitlab").text
    fields = filled(page, "version") | {"enabled": "on"}
    [old] = fields["client_id"]
    fields |= {"client_id": f"{old}-other"}
    asked = submit(client, "/admin/apps/gitlab", **fields)
    assert asked.status_code == 422
    assert "Change the client ID?" in asked.text and "1 person will need to reconnect" in asked.text
    assert "-other" not in client.get("/admin/apps/gitlab").text
    assert submit(client, "/admin/apps/gitlab", **(fields | {"understood": "on"})).status_code == 303
    back = client.get("/admin/apps/gitlab").text
    assert "-other" in back
    version = re.search(r'name="version" value="(\d+)"', back)[1]
    fields |= {"client_id": old, "version": version, "understood": "on"}
    assert submit(client, "/admin/apps/gitlab", **fields).status_code == 303


# Permissions and clients that change at the provider.


def test_permissions_that_changed_are_found_when_somebody_checks(person, provider):
    """HubSpot names them where it says whose a token is, and nowhere else."""
    there = provider("hubspot")
    client = person.http()
    connect(client, there, scopes=["crm.lists.read"])
    has = person.call("GET", "/connections/hubspot")["scopes"]
    now = [scope for scope in has if scope != "crm.lists.read"] + ["tickets"]
    there.control(fault="replace", on="identity", members={"scopes": now})
    page = check(client, "hubspot")
    assert "Checked just now" in page and page.count("Permissions changed at HubSpot") == 2, page
    assert "which you had given" in page and "also lets us use" in page
    assert person.call("GET", "/connections/hubspot")["scopes"] == sorted(now)
    # Nothing is news twice.
    there.control(fault="replace", on="identity", members={"scopes": now})
    check(client, "hubspot")
    told = person.stack.sql(
        "SELECT action, COUNT(*) FROM audit_log WHERE action LIKE 'connection.%ed' AND user_id ="
        f" (SELECT id FROM users WHERE email = '{person.email}') GROUP BY action ORDER BY action"
    )
    assert [each for each in told if each[0] in ("connection.narrowed", "connection.widened")] == [
        ["connection.narrowed", "1"], ["connection.widened", "1"],
    ]  # fmt: skip


def test_check_43_a_client_that_is_refused_is_the_administrators_affair(
    administrator, person, provider, stack
):
    there = provider("gitlab")
    connect(person.http(), there)
    about = administrator.http()
    assert "has refused our details" not in about.get("/admin/apps/gitlab").text
    there.control(fault="error", error="invalid_client", status=401, on="token", times=1)
    stack.sql(
        "UPDATE user_integrations SET access_token_encrypted = access_token_encrypted,"
        " access_expires_at = UTC_TIMESTAMP(6) WHERE provider = 'gitlab'"
    )
    person.call("GET", "/connections/gitlab/token", status=503)
    assert person.call("GET", "/connections/gitlab")["status"] == "connected"
    page = about.get("/admin/apps/gitlab").text
    assert "GitLab has refused our details since" in page and "invalid_client" in page
    assert "Refused" in about.get("/admin/apps").text
    person.call("GET", "/connections/gitlab/token")
    assert "has refused our details" not in about.get("/admin/apps/gitlab").text
    assert "Refused" not in about.get("/admin/apps").text
