"""What is kept of a connection and does not open: changed, or copied to another row or column. It is
found by whoever opens it first, told to its person, and stands in nobody's way. Check 28, second half."""

import json

import pytest

from stack import wait_for
from support.administrator import Administrator
from support.authlib_site import connected, expire, person, row, server, site, there, token  # noqa: F401
from support.browser_person import Person
from support.connecting import Provider, connect, submit
from support.worker import Worker

WORDS = "Our copy of the access to Authlib is damaged"


def spoil(someone, app="authlib", columns=("access_token_encrypted", "refresh_token_encrypted")):
    """The last byte is another."""
    changes = ", ".join(
        f"{name} = CONCAT(LEFT({name}, LENGTH({name}) - 1),"
        f" CHAR(ASCII(RIGHT({name}, 1)) ^ 1))" for name in columns
    )  # fmt: skip
    someone.stack.sql(
        f"UPDATE user_integrations SET {changes} WHERE provider = '{app}' AND {row(someone)}"
    )


def told(someone):
    """Who found it, in the audit log."""
    return someone.stack.sql(
        "SELECT actor_kind, JSON_VALUE(after_change, '$.app') FROM audit_log"
        " WHERE action = 'connection.broke' AND JSON_VALUE(after_change, '$.reason') = 'damaged'"
        f" AND {row(someone)}"
    )


def logged(site):
    lines = (site.state / "log" / "web.log").read_text().splitlines()
    return [line for line in lines if "a connection is damaged" in line]


def test_check_28_the_host_is_told_to_reconnect_and_so_is_the_person(connected, there, site):
    other = Person(site)
    assert "is connected" in connect(other.http(), there).text
    spoil(connected)
    for _ in range(2):
        problem = connected.call("GET", "/connections/authlib/token", status=409)
        assert problem["title"] == "needs_reconnect"
    assert connected.call("GET", "/connections/authlib")["status"] == "needs_reconnect"
    assert [each[1] for each in told(connected)] == ["authlib"]
    assert len(logged(site)) == 1 and "authlib" in logged(site)[0]

    client = connected.http()
    page = client.get("/apps/authlib").text
    assert WORDS in page and "That is our fault" in page and "Reconnect Authlib" in page
    assert "stopped accepting our access" not in page
    assert WORDS in client.get("/webhooks").text
    about = Administrator(site)
    page = about.http().get(f"/admin/users/{about.id_of(connected)}").text
    assert "Our copy is damaged, since" in page
    # Nobody else's is.
    assert token(other) in there.live() and told(other) == []

    assert "is connected" in connect(client, there).text
    assert token(connected) in there.live()
    assert WORDS not in client.get("/webhooks").text


def test_check_28_the_worker_finds_it_and_renews_the_others(connected, there, site):
    other = Person(site)
    assert "is connected" in connect(other.http(), there).text
    spoil(connected)
    there.calls.clear()
    for each in (connected, other):
        expire(each, refresh_at=True)
    worker = Worker(site)
    try:
        wait_for(lambda: told(connected))
        wait_for(lambda: there.refreshes() == 1)
    finally:
        worker.stop()
    assert told(connected) == [["worker", "authlib"]]
    assert "a connection is damaged" in worker.log_text
    assert token(other) in there.live()


def test_check_now_finds_it(connected, site):
    spoil(connected, columns=["access_token_encrypted"])
    client = connected.http()
    form = {"csrf": client.field("csrf", "/apps/authlib")}
    assert client.post("/apps/authlib/check", data=form).status_code == 303
    assert WORDS in client.get("/apps/authlib?note=checked").text
    assert len(told(connected)) == 1


@pytest.mark.parametrize("is_found", [True, False], ids=["found", "not found before"])
def test_it_can_be_disconnected_and_the_page_says_what_is_left(connected, there, is_found):
    spoil(connected)
    if is_found:
        connected.call("GET", "/connections/authlib/token", status=409)
    client = connected.http()
    question = client.get("/apps/authlib/disconnect").text
    assert not is_found or "so we cannot ask Authlib to cancel it" in question
    there.calls.clear()
    assert submit(client, "/apps/authlib/disconnect").status_code == 303
    page = client.get("/apps/authlib").text
    assert "so we could not ask Authlib to cancel it" in page
    assert connected.call("GET", "/connections")["data"] == []
    assert there.calls == []


def test_taking_a_permission_back_finds_it(person, site):
    there = Provider(site, "gitlab").start_anew()
    client = person.http()
    connect(client, there, scopes=["read_repository"])
    spoil(person, "gitlab")
    answer = submit(client, "/apps/gitlab/permissions/revoke?scope=read_repository",
                    scope="read_repository")  # fmt: skip
    assert answer.status_code == 303, answer.text
    page = client.get("/apps/gitlab").text
    assert "reconnect" in page.lower() and "read_repository" in page
    assert person.call("GET", "/connections/gitlab")["status"] == "needs_reconnect"


def test_damaged_keys_are_asked_for_again(person, site):
    about = json.loads((site.state / "apps.json").read_text())["mixpanel"]
    keys = {name: about[name] for name in ("project_id", "username", "secret")}
    client = person.http()
    submit(client, "/apps/mixpanel/credentials", **keys, region="us")
    assert person.call("GET", "/connections/mixpanel/credentials")["credentials"]
    spoil(person, "mixpanel", ["credentials_encrypted"])
    problem = person.call("GET", "/connections/mixpanel/credentials", status=409)
    assert problem["title"] == "needs_reconnect"
    assert "Our copy of the access to Mixpanel is damaged" in client.get("/apps/mixpanel").text
    assert person.call("GET", "/connections/mixpanel/token", status=409)["title"] == "not_oauth"
    submit(client, "/apps/mixpanel/credentials", **keys, region="us")
    assert person.call("GET", "/connections/mixpanel/credentials")["credentials"]


def test_a_key_that_the_ring_lacks_damages_nothing(connected, site):
    """The bytes that name the key are another's: so it looks when the ring's file was not copied."""
    [[before]] = site.sql(
        f"SELECT HEX(access_token_encrypted) FROM user_integrations WHERE {row(connected)}"
    )
    put = f"UPDATE user_integrations SET access_token_encrypted = UNHEX('{{}}') WHERE {row(connected)}"
    site.sql(put.format(before[:4] + "00000000" + before[12:]))
    assert connected.api("GET", "/connections/authlib/token").status_code in (500, 503)
    log = (site.state / "log" / "web.log").read_text()
    assert "the key ring has no key 00000000" in log
    assert told(connected) == []
    assert connected.call("GET", "/connections/authlib")["status"] == "connected"
    site.sql(put.format(before))
    assert token(connected)
