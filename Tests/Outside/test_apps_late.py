"""Answers of providers that come when things have changed meanwhile: nothing comes back, nothing is lost,
and no grant is taken from a connection that lives by it."""

import concurrent.futures
import re
import time

import pytest

from support.administrator import Administrator
from support.connecting import Provider, begin, come_back, connect, destination, submit
from support.markup import filled


@pytest.fixture
def provider(stack):
    return lambda app: Provider(stack, app).start_anew()


@pytest.fixture
def aside():
    with concurrent.futures.ThreadPoolExecutor() as pool:
        yield pool.submit


def wait_for(what, seconds=20):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def revoke_now(stack):
    """The worker's turn: it waits a while for who ended the connection."""
    stack.sql("UPDATE revocations SET due_at = UTC_TIMESTAMP(6) WHERE outcome IS NULL")
    return stack.sql("SELECT COUNT(*) FROM revocations WHERE outcome IS NULL") == [["0"]]


def revocations(*providers):
    return sum(len(there.calls("revoke")) for there in providers)


def slow_answer(person, there, aside):
    """Somebody comes back from a provider that takes its time; what comes of it."""
    client = person.http()
    location = there.answer_to(destination(client, begin(client, there.app)))
    asked = len(there.calls("token"))
    there.control(fault="slow", seconds=3)
    result = aside(lambda: client.get(come_back(client, location)))
    wait_for(lambda: len(there.calls("token")) > asked)
    return result


def test_check_38_who_disconnects_is_not_connected_by_an_answer_that_comes_late(
    person, provider, stack, aside
):
    there = provider("gitlab")
    connect(person.http(), there)
    result = slow_answer(person, there, aside)
    person.call("DELETE", "/connections/gitlab", status=204)

    assert "was disconnected meanwhile" in result.result().text
    person.call("GET", "/connections/gitlab", status=404)
    wait_for(lambda: revoke_now(stack))
    assert there.grants() == []


def test_a_renewal_that_comes_after_the_disconnect_leaves_the_other_cards_grant(
    person, provider, stack, aside
):
    drive, workspace = provider("google-drive"), provider("google-workspace")
    connect(person.http(), drive)
    connect(person.http(), workspace)
    stack.sql(
        "UPDATE user_integrations SET access_expires_at = UTC_TIMESTAMP(6)"
        " WHERE provider = 'google-drive'"
    )
    revoked = revocations(drive, workspace)
    asked = len(drive.calls("token"))
    drive.control(fault="slow", seconds=3)
    answer = aside(person.api, "GET", "/connections/google-drive/token")
    wait_for(lambda: len(drive.calls("token")) > asked)
    person.call("DELETE", "/connections/google-drive", status=204)

    assert answer.result().status_code == 409
    wait_for(lambda: revoke_now(stack))
    assert revocations(drive, workspace) == revoked
    assert workspace.grants()


def test_keeping_the_old_account_leaves_the_grant_that_another_card_lives_by(
    person, provider, stack
):
    drive, workspace = provider("google-drive"), provider("google-workspace")
    client = person.http()
    connect(client, drive)
    connect(client, workspace, account="grace")
    page = connect(client, drive, account="grace")
    revoked = revocations(drive, workspace)
    path = re.search(r'action="[^"]*(/connect/[^"]*/choose)"', page.text)[1]
    token = client.field("csrf", "/apps")
    assert client.post(path, data={"csrf": token, "account": "old"}).status_code == 303

    wait_for(lambda: revoke_now(stack))
    assert revocations(drive, workspace) == revoked


def test_an_app_that_is_switched_off_meanwhile_is_not_connected(person, provider, stack):
    there = provider("dropbox")
    client = person.http()
    location = there.answer_to(destination(client, begin(client, "dropbox")))
    asked = len(there.calls("token"))
    switch(stack, "dropbox", isOn=False)
    try:
        page = client.get(come_back(client, location))
    finally:
        switch(stack, "dropbox", isOn=True)

    assert "not set up correctly" in page.text
    assert len(there.calls("token")) == asked
    person.call("GET", "/connections/dropbox", status=404)


def switch(stack, app, isOn):
    client = Administrator(stack).http()
    path = f"/admin/apps/{app}"
    fields = filled(client.get(path).text, "version")
    fields.pop("enabled", None)
    answer = submit(client, path, **(fields | ({"enabled": "on"} if isOn else {})))
    assert answer.status_code == 303, answer.text


def test_a_description_that_names_another_issuer_fills_nothing_in(stack):
    there = Provider(stack, "microsoft-365")
    client = Administrator(stack).http()
    fields = {"discover": "yes", "discovery": f"{there.base}/microsoft-365"}

    answer = submit(client, "/admin/apps/new", **fields)

    assert answer.status_code == 422
    assert "names another issuer" in answer.text
    assert "/microsoft-365/token" not in answer.text


@pytest.mark.parametrize(
    "address",
    ["https://169.254.169.254/", "https://127.0.0.1/x", "https://user:pass@example.com",
     "http://example.com", "https://example.com:22", "file:///etc/passwd"],
)  # fmt: skip
def test_a_description_is_not_read_where_no_provider_may_be(stack, address):
    answer = submit(
        Administrator(stack).http(), "/admin/apps/new", discover="yes", discovery=address
    )

    assert answer.status_code == 422
    assert 'id="discovery-error"' in answer.text
    assert "can be read there" not in answer.text
