"""An app of an administrator's own at an authorization server that others wrote: the whole way, and
many at once for one token that ends. Its server is strict where ours might be kind."""

import concurrent.futures
import contextlib
import re
import threading
import time
import urllib.parse

import pymysql
import pytest
from playwright.sync_api import expect

from stack import free_port, wait_for
from support.authlib_site import (  # noqa: F401
    connected, expire, person, row, server, site, there, token,
)  # fmt: skip
from support.browser import Visits, go
from support.browser_checks import check_everywhere
from support.connecting import begin, below, come_back, connect, destination, submit
from support.second_responder import two_responders
from support.worker import Worker

ASKERS = 50
# Of a renewal that nobody finished: then somebody else may try.
CLAIM_SECONDS = 30


@pytest.fixture
def see(chromium, site):
    visits = Visits(chromium, site)
    yield lambda path, person, **options: visits(path, person, ignore_https_errors=True, **options)
    visits.end()


def ask_all(person, urls):
    """What so many threads are given, which begin together."""
    person.key
    together = threading.Barrier(ASKERS)

    def ask(number):
        together.wait()
        return token(person, urls[number % len(urls)])

    with concurrent.futures.ThreadPoolExecutor(ASKERS) as pool:
        return list(pool.map(ask, range(ASKERS)))


def record(there):
    """What it was asked, in order."""
    return [(call.get("grant_type") or call["what"], call["status"]) for call in there.calls]


def test_the_whole_way_in_a_window(see, person, there):
    there.calls.clear()
    page = see("/apps", person)
    card = page.locator("#app-authlib")
    with page.expect_popup() as opened:
        card.get_by_role("button", name="Connect Authlib").click()
    window = opened.value
    expect(window.get_by_text("Read your records")).to_be_visible()
    window.get_by_role("button", name="Allow").click()
    expect(card.get_by_text("Connected", exact=True)).to_be_visible()
    go(page, card.get_by_role("link", name="Manage Authlib").click)
    expect(page.get_by_text("Ada Lovelace").first).to_be_visible()
    for scope in ("profile", "read", "write"):
        expect(page.get_by_role("row", name=scope).get_by_text("Given")).to_be_visible()
    check_everywhere(page)

    first = token(person)
    expire(person)
    second = token(person)
    assert second != first and there.core.reuses == 0
    assert second in there.live()

    page.get_by_role("link", name="Disconnect Authlib").click()
    go(page, page.get_by_role("button", name="Disconnect Authlib", exact=True).click)
    expect(page.get_by_text("Authlib confirmed that our access is cancelled.")).to_be_visible()
    assert second not in there.live()
    assert record(there) == [
        ("authorize", 200), ("authorize", 302), ("authorization_code", 200), ("userinfo", 200),
        ("refresh_token", 200), ("revoke", 200),
    ]  # fmt: skip


def test_the_whole_way_by_forms_and_the_api(person, there):
    there.calls.clear()
    connect(person.http(), there)
    made = person.call("GET", "/connections/authlib")
    assert made["status"] == "connected" and made["account"] == "Ada Lovelace"
    assert made["scopes"] == ["profile", "read", "write"]
    given = [token(person)]
    for _ in range(3):
        expire(person)
        given.append(token(person))
    assert len(set(given)) == 4 and there.core.reuses == 0
    person.call("DELETE", "/connections/authlib", status=204)
    person.call("GET", "/connections/authlib/token", status=404)
    assert not set(given) & set(there.live())
    assert record(there) == [
        ("authorize", 302), ("authorization_code", 200), ("userinfo", 200),
        *[("refresh_token", 200)] * 3, ("revoke", 200),
    ]  # fmt: skip


def test_checks_5_and_6_the_verifier_is_the_challenges(person, there):
    client = person.http()
    address = destination(client, begin(client, "authlib"))
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
    assert asked["code_challenge_method"] == "S256"
    # Somebody on the way has changed the challenge: the code is worth nothing, and is not tried twice.
    back = there.answer_to(address.replace(asked["code_challenge"], "x" * 43))
    there.calls.clear()
    answer = client.get(below(client, back))
    page = client.get(below(client, answer.headers["Location"]))
    assert "attempt has ended" in page.text
    assert record(there) == [("authorization_code", 400)]
    assert person.call("GET", "/connections")["data"] == []


def test_check_12_the_issuer_is_the_documents(person, there):
    client = person.http()
    back = there.answer_to(destination(client, begin(client, "authlib")))
    assert f"iss={urllib.parse.quote(there.issuer, safe='')}" in back
    there.calls.clear()
    other = back.replace(urllib.parse.quote(there.issuer, safe=""), "https%3A%2F%2Fevil.example")
    answer = client.get(below(client, other))
    page = client.get(below(client, answer.headers["Location"]))
    assert "did not come from Authlib" in page.text
    assert there.calls == []


def test_check_12_an_answer_without_the_issuer_that_its_document_promises_is_refused(person, there):
    client = person.http()
    back = there.answer_to(destination(client, begin(client, "authlib")))
    there.calls.clear()
    without = re.sub(r"[&?]iss=[^&]*", "", back)
    assert without != back
    page = client.get(come_back(client, without))
    assert "did not come from Authlib" in page.text
    assert there.calls == []
    assert person.call("GET", "/connections")["data"] == []


def test_who_says_no_has_nothing_connected(person, there):
    page = connect(person.http(), there, decision="deny")
    assert "You chose not to connect Authlib" in page.text
    assert person.call("GET", "/connections")["data"] == []


def test_permissions_that_a_renewal_changed_are_told(connected, there):
    def renewed(scope):
        """The server's own record of the grant, as if somebody had changed it there."""
        for each in there.core.tokens:
            each.scope = scope
        expire(connected)
        token(connected)
        return connected.http().get("/apps/authlib").text

    page = renewed("profile read")
    assert "Permissions changed at Authlib" in page and "which you had given" in page
    assert connected.call("GET", "/connections/authlib")["scopes"] == ["profile", "read"]
    page = renewed("profile read write")
    assert "Permissions changed at Authlib" in page and "also lets us use" in page
    assert "which you had given" not in page
    assert connected.call("GET", "/connections/authlib")["scopes"] == ["profile", "read", "write"]


# Many at once.


def test_check_37_fifty_askers_of_two_responders_cause_one_refresh(
    connected, there, site, tmp_path
):
    old = token(connected)
    expire(connected)
    with two_responders(site, free_port(), tmp_path) as url:
        given = ask_all(connected, [url])
    assert there.refreshes() == 1 and there.core.reuses == 0
    assert set(given) == {token(connected)} and given[0] != old
    assert given[0] in there.live()


def test_check_37_fifty_askers_beside_a_worker_that_renews_cause_one_refresh(
    connected, there, site
):
    old = token(connected)
    is_asked = threading.Event()

    def answer_late():
        is_asked.set()
        time.sleep(1)

    there.before_token_answer = answer_late
    with by_hand(site):
        expire(connected, refresh_at=True)
        assert is_asked.wait(20)
        given = ask_all(connected, [site.url])
    there.before_token_answer = lambda: None
    assert there.refreshes() == 1 and there.core.reuses == 0
    assert set(given) == {token(connected)} and given[0] != old


@contextlib.contextmanager
def by_hand(site):
    worker = Worker(site)
    try:
        yield worker
    finally:
        if worker.is_alive:
            worker.stop()


@contextlib.contextmanager
def locked(person):
    """Nobody can write the connection meanwhile."""
    site = person.stack
    database = pymysql.connect(
        unix_socket=site.env["PATCHBAY_DB_SOCKET"], user="root", database=site.env["PATCHBAY_DB_NAME"]
    )
    with contextlib.closing(database), database.cursor() as cursor:
        cursor.execute(f"SELECT id FROM user_integrations WHERE {row(person)} FOR UPDATE")
        yield
        database.rollback()


def test_check_39_a_worker_killed_between_the_answer_and_the_record_ends_in_words(
    connected, there, site
):
    """The new refresh token is lost, and the old one is used up: nobody can know. It is tried once
    more, the server takes that for a theft, and the person is asked, once."""
    with contextlib.ExitStack() as lock, by_hand(site) as worker:
        is_answered = threading.Event()

        def lock_the_row():
            lock.enter_context(locked(connected))
            is_answered.set()

        there.before_token_answer = lock_the_row
        expire(connected, refresh_at=True)
        assert is_answered.wait(20)
        there.before_token_answer = lambda: None
        # It has the answer, and waits for the row.
        # InnoDB makes that table anew only for who has not read it for 100 ms.
        wait_for(lambda: is_waiting(site), every=0.3)
        worker.kill()
        claimed = time.monotonic()
    assert there.refreshes() == 1

    # Until the claim's time is over nobody tries again.
    answer = connected.api("GET", "/connections/authlib/token")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1
    assert there.refreshes() == 1
    time.sleep(max(0, claimed + CLAIM_SECONDS + 1 - time.monotonic()))
    for _ in range(3):
        problem = connected.call("GET", "/connections/authlib/token", status=409)
        assert problem["title"] == "needs_reconnect"
    assert there.refreshes() == 2 and there.core.reuses == 1
    client = connected.http()
    assert client.get("/apps").text.count("Authlib stopped accepting our access") == 1
    assert "is connected" in connect(client, there).text
    assert token(connected) in there.live()


def is_waiting(site):
    return site.sql(
        "SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'"
    )


@contextlib.contextmanager
def answered_while_locked(person, there):
    """Somebody asks for the token; its provider has answered, and nobody can write the row until the end
    of this. What was given is called for afterwards."""
    with contextlib.ExitStack() as lock:
        there.before_token_answer = lambda: lock.enter_context(locked(person))
        expire(person)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(token, person)
            # InnoDB makes that table anew only for who has not read it for 100 ms.
            wait_for(lambda: is_waiting(person.stack), every=0.3)
            there.before_token_answer = lambda: None
            yield asked.result
            lock.close()


def expect_nothing_lost(person, there, given):
    assert there.refreshes() == 1 and given in there.live()
    expire(person)
    assert token(person) in there.live()
    assert there.refreshes() == 2 and there.core.reuses == 0


def test_check_39_a_new_refresh_token_outlives_a_row_that_is_locked(connected, there):
    """For longer than a statement waits for a lock, which is 2 s."""
    with answered_while_locked(connected, there) as given:
        time.sleep(5)
    expect_nothing_lost(connected, there, given())


def test_check_39_a_new_refresh_token_outlives_a_connection_to_the_database(
    connected, there, site
):
    with answered_while_locked(connected, there) as given:
        [[waiting]] = is_waiting(site)
        site.sql(f"KILL {waiting}")
        wait_for(lambda: is_waiting(site) not in ([], [[waiting]]), every=0.3)
    expect_nothing_lost(connected, there, given())


def test_a_worker_killed_before_its_answer_is_stood_in_for(connected, there, site):
    """Nothing was used up: who asks when the claim's time is over renews."""
    with by_hand(site) as worker:
        site.sql(
            "UPDATE user_integrations SET refreshing_until = UTC_TIMESTAMP(6) + INTERVAL 3 SECOND,"
            f" access_expires_at = UTC_TIMESTAMP(6) WHERE {row(connected)}"
        )
        worker.kill()
    given = token(connected)
    assert there.refreshes() == 1 and given in there.live()


def test_check_42_a_stolen_refresh_token_ends_in_words(connected, there):
    client = connected.http()
    stolen = next(each for each in there.core.tokens if each.access == token(connected))
    stolen.is_used = True
    expire(connected)
    problem = connected.call("GET", "/connections/authlib/token", status=409)
    assert problem["title"] == "needs_reconnect"
    assert there.refreshes() == 1 and there.core.reuses == 1
    page = client.get("/apps/authlib").text
    assert "Needs reconnecting" in page
    submit(client, "/apps/authlib/disconnect")
    assert connected.call("GET", "/connections")["data"] == []
