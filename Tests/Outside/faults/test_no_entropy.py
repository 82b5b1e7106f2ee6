"""The system has no entropy, or OpenSSL will not sign: nothing is made of what is not random, nothing
is acknowledged or sent unsigned, and all goes on by itself once there is some again."""

import os
import signal
import subprocess

import pytest
import requests

from stack import ROOT, Stack, is_alive, wait_for
from support.account import patchbay
from support.browser_person import Person
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.refusal import ENTROPY, HMAC, Refusal
from support.worker import Worker, stop_timer, wait_until_done

STEPS = 11
SETTINGS = {
    "PATCHBAY_RETRY_SCHEDULE": ",".join(["2s"] * (STEPS - 1)),
    "PATCHBAY_RATE_LIMIT": "1000000/s",
}


@pytest.fixture(scope="module")
def stack(states):
    """Its worker is started by the test."""
    stack = Stack(states / "entropy")
    stack.run(SETTINGS)
    stop_timer(stack)
    yield stack
    stack.stop(purge=True)


@pytest.fixture
def refusal(tmp_path):
    return Refusal(tmp_path)


@pytest.fixture
def person(stack):
    person = Person(stack)
    assert person.key
    return person


@pytest.fixture
def responder(stack, refusal):
    """The stack's own is replaced by one that the refusal is for."""
    os.kill(stack.pid("web"), signal.SIGTERM)
    wait_for(lambda: not is_alive(stack.pid("web")))
    process = subprocess.Popen(
        [
            ROOT / "deploy" / "lib" / "with-settings",
            stack.state / "patchbay.env",
            "env",
            *(f"{name}={value}" for name, value in refusal.environment.items()),
            stack.state / "bin" / "patchbay-web",
            "--socket",
            (stack.state / "sockets").read_text().strip() + "/web.sock",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(lambda: requests.get(stack.url + "/healthz", timeout=5).status_code == 200)
    yield process
    process.terminate()
    process.wait(35)
    stack.run(SETTINGS)
    stop_timer(stack)


TABLES = [
    "events",
    "webhook_deliveries",
    "webhooks",
    "webhook_secrets",
    "api_keys",
    "sessions",
    "audit_log",
    "idempotency_keys",
]


def counts(stack):
    return {table: stack.sql(f"SELECT COUNT(*) FROM {table}")[0][0] for table in TABLES}


def requests_that_need_entropy(person, webhook):
    """By name; each gives its answer. What they need beforehand is asked for now."""
    client = person.http()
    hidden = {name: client.field(name, "/api-keys/new") for name in ("csrf", "form_id")}
    key = {"name": "other", "scopes": ["webhooks:read"], "expires": "30d"}
    event = {"type": "lead.created", "data": {}}
    body = {"name": "other", "endpoint_url": person.stack.sink_url("/other")}
    body |= {"events": ["lead.updated"]}
    credentials = {"email": person.email, "password": person.password}
    rotate = f"/webhooks/{webhook['id']}/rotate-secret"
    with_key = {"headers": {"Idempotency-Key": "once"}}
    return {
        "event": lambda: person.api("POST", "/events", event),
        "event with a key": lambda: person.api("POST", "/events", event, **with_key),
        "batch": lambda: person.api("POST", "/events/batch", {"events": [event] * 3}),
        "webhook": lambda: person.api("POST", "/webhooks", body),
        "secret": lambda: person.api("POST", rotate, {"overlap": "24h"}),
        "API key": lambda: client.post("/api-keys", data=hidden | key),
        "sign-in": lambda: requests.post(
            person.stack.url + "/sign-in", data=credentials, allow_redirects=False, timeout=30
        ),
    }


def test_without_entropy_nothing_is_made_and_nothing_acknowledged(
    stack, refusal, responder, person
):
    webhook = person.webhook("/made")
    asked = requests_that_need_entropy(person, webhook)
    before = counts(stack)

    refusal.start(ENTROPY)
    refused = {name: ask() for name, ask in asked.items()}
    assert person.call("GET", f"/webhooks/{webhook['id']}")["id"] == webhook["id"]
    after = counts(stack)
    refusal.end(ENTROPY)

    for name, answer in refused.items():
        assert answer.status_code == 500, name
        is_page = name in ("API key", "sign-in")
        media_type = answer.headers["Content-Type"].partition(";")[0]
        assert media_type == ("text/html" if is_page else "application/problem+json"), name
        assert "Set-Cookie" not in answer.headers
    assert after == before
    assert responder.poll() is None
    answers = {name: ask().status_code for name, ask in asked.items()}
    assert answers == {
        "event": 202,
        "event with a key": 202,
        "batch": 202,
        "webhook": 201,
        "secret": 200,
        "API key": 303,
        "sign-in": 303,
    }


@pytest.mark.parametrize("what", [ENTROPY, HMAC])
def test_the_worker_sends_nothing_unsigned_and_loses_nothing(stack, refusal, person, tell, what):
    path = f"/refused/{what}"
    webhook = person.webhook(path)
    tail = SinkTail(stack, path)
    worker = Worker(stack, refusal.environment)
    try:
        wait_for(lambda: '"ready"' in worker.log_text)
        refusal.start(what)
        events = person.emit_many(20)
        wait_for(lambda: '"error":"internal"' in worker.log_text)
        assert tail.read() == []
        refusal.end(what)
        wait_until_done(stack, webhook)
    finally:
        assert worker.stop() == 0

    books = Books(stack, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    assert books.duplicates == 0
    tell(f"{len(books.arrived)} arrived")
    assert books.errors == {None, "internal"}
    assert {status for status, _, _ in books.deliveries.values()} == {"delivered"}
    for receipt in tail.receipts:
        receipt.verify(webhook["secret"])


@pytest.mark.parametrize("program", ["patchbay", "patchbay-web", "patchbay-worker"])
@pytest.mark.parametrize("what", [ENTROPY, HMAC])
def test_a_program_that_starts_then_ends_at_once_and_says_why(
    stack, refusal, tmp_path, program, what
):
    refusal.start(what)
    arguments = {"patchbay": ["doctor"], "patchbay-web": ["--socket", tmp_path / "web.sock"]}

    done = patchbay(
        stack,
        *arguments.get(program, []),
        program=program,
        settings=refusal.environment,
        check=False,
    )

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "OpenSSL cannot be used: " in line
    assert not (tmp_path / "web.sock").exists()
