"""The responder dies, stops, loses its database: no half event, and it comes back by itself."""

import os
import signal
import subprocess
import time

import pytest
import requests

from stack import ROOT, Stack, is_alive, wait_for
from support.account import Account
from support.load import Load
from support.receipt import SinkTail
from support.site import Site


@pytest.fixture(scope="module")
def stack(states):
    stack = Stack(states / "responder")
    stack.run({"PATCHBAY_RATE_LIMIT": "1000000/s"})
    yield stack
    stack.stop(purge=True)


@pytest.fixture
def account(stack):
    return Account(stack)


def socket_of(stack):
    return (stack.state / "sockets").read_text().strip() + "/web.sock"


def start_responder(stack):
    """Another responder on the stack's socket, as systemd would start it again; deploy/stop finds
    it by the same record."""
    log = (stack.state / "log" / "web.log").open("a")
    responder = subprocess.Popen(
        [
            ROOT / "deploy" / "lib" / "with-settings",
            stack.state / "patchbay.env",
            stack.state / "bin" / "patchbay-web",
            "--socket",
            socket_of(stack),
        ],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    wait_for(lambda: requests.get(stack.url + "/healthz", timeout=5).status_code == 200)
    return responder


@pytest.fixture
def responder(stack):
    """The stack's responder is replaced by one that the test may kill, and started again after it."""
    os.kill(stack.pid("web"), signal.SIGTERM)
    wait_for(lambda: not is_alive(stack.pid("web")))
    responder = start_responder(stack)
    yield responder
    responder.kill()
    responder.wait()
    stack.run({"PATCHBAY_RATE_LIMIT": "1000000/s"})


def check_no_half_event(account, webhooks, per_event):
    """Every event on record has a delivery for each webhook that listened."""
    halves = account.stack.sql(
        "SELECT e.id, COUNT(d.id) AS n FROM events AS e"
        " LEFT JOIN webhook_deliveries AS d ON d.event_id = e.id"
        f" WHERE e.user_id = '{account.id}' GROUP BY e.id HAVING n <> {per_event}"
    )
    assert halves == []
    orphans = account.stack.sql(
        "SELECT d.id FROM webhook_deliveries AS d LEFT JOIN events AS e ON e.id = d.event_id"
        f" WHERE d.user_id = '{account.id}' AND e.id IS NULL"
    )
    assert orphans == []


def test_kill_9_of_the_responder_under_load_leaves_no_half_event(account, responder):
    paths = [f"/half/{account.id}/{n}" for n in range(3)]
    webhooks = [account.webhook(path) for path in paths]
    tails = [SinkTail(account.stack, path) for path in paths]
    single, batches = Load(account), Load(account, threads=2, batch=100)
    current = responder

    for _ in range(5):
        before = len(single.acknowledged)
        wait_for(lambda: len(single.acknowledged) > before + 20)
        current.send_signal(signal.SIGKILL)
        current.wait()
        current = start_responder(account.stack)
    single.stop()
    batches.stop()
    current.kill()
    current.wait()
    start_again = start_responder(account.stack)

    assert single.broken + batches.broken + len([s for s in single.statuses if s == 503]) > 0
    check_no_half_event(account, webhooks, per_event=3)
    acknowledged = set(single.acknowledged) | set(batches.acknowledged)
    assert len(acknowledged) > 200
    for tail in tails:
        wait_for(lambda: acknowledged <= {r.id for r in tail.read()}, seconds=60)
        # What was not acknowledged may have come too: then it is on record, and came whole.
        assert len({r.id for r in tail.receipts}) == len(tail.receipts)
    start_again.kill()
    start_again.wait()


def test_sigterm_of_the_responder_finishes_requests_in_hand_and_exits_0(account, responder):
    account.webhook(f"/finish/{account.id}")
    load = Load(account, threads=6, batch=200)
    wait_for(lambda: len(load.acknowledged) > 1000)

    responder.send_signal(signal.SIGTERM)
    code = responder.wait(35)
    load.stop()

    assert code == 0
    # Who was being served got an answer; who came after it got a 503 that says so.
    assert set(load.statuses) <= {202, 503}
    assert load.broken == 0
    counted = account.stack.sql(f"SELECT COUNT(*) FROM events WHERE user_id = '{account.id}'")
    assert counted == [[str(len(load.acknowledged))]]


def test_without_a_responder_api_and_pages_are_503(account, responder):
    responder.send_signal(signal.SIGTERM)
    responder.wait(35)

    api = account.api("GET", "/webhooks")
    page = Site(account.stack.url).get("/webhooks")

    assert (api.status_code, page.status_code) == (503, 503)
    assert api.headers["Content-Type"] == "application/problem+json"
    assert api.json()["status"] == 503
    assert page.headers["Content-Type"].startswith("text/html")
    assert "Retry-After" in page.headers and "Retry-After" in api.headers


def test_without_the_database_all_answer_503_and_recover_by_themselves(stack, account):
    """Killed, not stopped, so that connections break in the middle; restarted as it was started."""
    webhook = account.webhook(f"/database/{account.id}")
    env = stack.env
    person = Site(stack.url).sign_in(env["PATCHBAY_USER_EMAIL"], env["PATCHBAY_USER_PASSWORD"])
    processes = {name: stack.pid(name) for name in ("web", "nginx", "timer")}
    pid = stack.pid("mariadb")
    command = open(f"/proc/{pid}/cmdline").read().split("\0")[:-1]
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(pid))

    health = requests.get(stack.url + "/healthz", timeout=10)
    api = account.api("GET", "/webhooks")
    emitted = account.api("POST", "/events", {"type": "lead.created", "data": {}})
    page = person.get("/webhooks")

    assert health.status_code == 503
    for answer in (api, emitted):
        assert answer.status_code == 503
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert int(answer.headers["Retry-After"]) >= 1
    assert page.status_code == 503 and "text/html" in page.headers["Content-Type"]

    log = (stack.state / "log" / "mariadb.log").open("a")
    database = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )
    try:
        wait_for(lambda: requests.get(stack.url + "/healthz", timeout=10).status_code == 200, 60)
        account.emit({"after": True})
        account.wait_for_status(webhook, "delivered", seconds=30)
        assert person.get("/webhooks").status_code == 200
        assert {name: stack.pid(name) for name in processes} == processes
        assert all(is_alive(pid) for pid in processes.values())
    finally:
        # First the worker: with results at hand and no database it would wait for a minute.
        os.kill(processes["timer"], signal.SIGTERM)
        wait_for(lambda: not is_alive(processes["timer"]), 30)
        database.terminate()
        database.wait(60)
        stack.run({"PATCHBAY_RATE_LIMIT": "1000000/s"})


def test_a_frozen_database_is_503_within_seconds(stack, account):
    """SIGSTOP: connections stand, nothing answers."""
    pid = stack.pid("mariadb")
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        answer = account.api("GET", "/webhooks")
        seconds = time.monotonic() - started
    finally:
        os.kill(pid, signal.SIGCONT)

    assert answer.status_code == 503
    assert seconds < 15
    wait_for(lambda: account.api("GET", "/webhooks").status_code == 200)
