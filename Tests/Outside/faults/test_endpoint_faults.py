"""Endpoints that misbehave, all at once: each attempt ends in time and is on record as what it was,
is tried again by the schedule, and nobody else notices."""

import contextlib
import datetime
import socket
import time

import pytest

from stack import Stack, free_port, is_alive, wait_for
from support.account import Account
from support.ledger import attempts, check_books
from support.receipt import SinkTail
from support.rogue_cases import CASES, KEPT_CASES, TIMEOUT
from support.rogues import Rogues
from support.watch import complaints, live_worker, peak_memory

# Between two attempts, in seconds.
WAIT = 1
# What a receiver got rid of may lie in the sockets' buffers, some megabytes in each.
BUFFERS = 64 << 20


class Run:
    """All of them once: one event for each, and meanwhile events for an endpoint that is well."""

    def __init__(self, stack):
        self.stack = stack
        self.worker = live_worker(stack)
        self.complaints = complaints(stack)
        self.account = Account(stack)
        self.webhooks = {
            name: self.account.webhook("/", endpoint_url=url)
            for name, url in stack.urls.items()
            if name not in KEPT_CASES
        }
        self.well = Account(stack, "well")
        self.well_webhook = self.well.webhook(f"/well/{self.well.id}")
        self.tail = SinkTail(stack, f"/well/{self.well.id}")
        self.emitted = {}
        self.emit_to_well()
        self.tail.wait_for(1)
        self.memory = peak_memory(self.worker)
        self.event = self.account.emit()
        wait_for(self.is_over, seconds=20 * TIMEOUT, every=0.1)
        self.tail.wait_for_events([{"id": id} for id in self.emitted])

    def emit_to_well(self):
        before = time.time()
        self.emitted[self.well.emit()["id"]] = before

    def is_over(self):
        """Whether nothing is in the queue any more."""
        self.emit_to_well()
        where = f"WHERE user_id = '{self.account.id}' AND status = 'pending'"
        return self.stack.sql(f"SELECT COUNT(*) FROM webhook_deliveries {where}") == [["0"]]

    def delivery(self, name):
        return self.account.only_delivery(self.webhooks[name])


@pytest.fixture(scope="module")
def run(states):
    port = free_port()
    stack = Stack(states / "endpoints")
    rogues = {name: case.rogue for name, case in CASES.items()}
    rogues |= {name: rogue for name, (rogue, _) in KEPT_CASES.items()}
    stack.urls = {name: f"https://{name}.localhost:{port}/{name}" for name in rogues}
    stack.urls |= {"nobody": f"https://nobody.localhost:{port + 1}/"}
    stack.urls |= {"black-hole": f"https://black-hole.localhost:{port + 2}/"}
    stack.run(
        {
            "PATCHBAY_RETRY_SCHEDULE": f"{WAIT}s",
            "PATCHBAY_RETRY_JITTER": "0",
            "PATCHBAY_ATTEMPT_TIMEOUT": f"{TIMEOUT}s",
            "PATCHBAY_WORKER_LEASE": f"{TIMEOUT + 10}s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
            "PATCHBAY_MAX_WEBHOOKS": "100",
            "PATCHBAY_ENDPOINT_ALLOW": ",".join(url.split("/")[2] for url in stack.urls.values()),
        }
    )
    try:
        with contextlib.ExitStack() as held:
            fill_backlog(port + 2, held)
            stack.rogues = Rogues(stack, port, rogues)
            held.callback(stack.rogues.close)
            yield Run(stack)
    finally:
        stack.stop(purge=True)


def fill_backlog(port, held):
    """A listener that never accepts, with so much waiting that the kernel drops what else comes."""
    held.enter_context(socket.create_server(("127.0.0.1", port), backlog=0))
    for _ in range(4):
        client = held.enter_context(socket.socket())
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))

TLS_FAULTS = {
    "expired": "expired",
    "not-yet-valid": "not_yet_valid",
    "wrong-host": "wrong_name",
    "self-signed": "self_signed",
    "unknown-authority": "unknown_issuer",
    "short-key": "certificate",
    "old-hash": "certificate",
    "tls-1-0": "handshake",
    "no-tls": "handshake",
    "closes-in-the-handshake": "handshake",
}


def check_times(attempts):
    for attempt in attempts:
        assert attempt["duration_ms"] < TIMEOUT * 1000 + 1500
    for before, after in zip(attempts, attempts[1:]):
        ended = moment(before) + before["duration_ms"] / 1000
        assert WAIT - 0.05 <= moment(after) - ended < WAIT + 5


def moment(attempt):
    return datetime.datetime.fromisoformat(attempt["started_at"].replace("Z", "+00:00")).timestamp()


@pytest.mark.parametrize("name", CASES)
def test_an_endpoint_that_misbehaves_is_on_record_as_what_it_did(run, name):
    case = CASES[name]

    delivery = run.delivery(name)

    attempts = delivery["attempts"]
    found = [(attempt["error"], attempt["response_status"]) for attempt in attempts]
    assert found == [(case.error, case.status)] * case.attempts
    assert delivery["status"] == ("failed" if case.error else "delivered")
    check_times(attempts)
    if case.check:
        case.check(attempts[0])


@pytest.mark.parametrize("name, fault", TLS_FAULTS.items())
def test_which_fault_of_tls_it_was_is_kept(run, name, fault):
    found = run.stack.sql(
        "SELECT DISTINCT a.tls_fault FROM webhook_attempts AS a"
        " JOIN webhook_deliveries AS d ON d.id = a.delivery_id"
        f" WHERE d.webhook_id = '{run.webhooks[name]['id']}'"
    )
    assert found == [[fault]]


@pytest.mark.parametrize("name, error", [("nobody", "connect"), ("black-hole", "connect_timeout")])
def test_an_endpoint_that_is_not_there_is_tried_by_the_schedule(run, name, error):
    attempts = run.delivery(name)["attempts"]

    assert [attempt["error"] for attempt in attempts] == [error] * 2
    check_times(attempts)


def test_each_request_that_was_read_is_one_attempt_and_nothing_is_sent_past_bad_tls(run):
    rogues = run.stack.rogues
    for name, case in CASES.items():
        recorded = [(event, stamp) for event, _, stamp in attempts(run.stack, run.webhooks[name])]
        is_read = case.rogue.reads and not case.rogue.greets and case.error != "tls"
        assert sorted(rogues.seen[name]) == (sorted(recorded) if is_read else []), name


@pytest.mark.parametrize("name", KEPT_CASES)
def test_a_kept_connection_that_dies_takes_one_attempt_with_it_and_nothing_is_sent_twice(run, name):
    account = Account(run.stack)
    webhook = account.webhook("/", endpoint_url=run.stack.urls[name])
    account.emit()
    account.wait_for_status(webhook, "delivered")
    account.emit()
    wait_for(lambda: account.deliveries(webhook)[0]["status"] == "delivered")

    second, first = [account.delivery(one["id"]) for one in account.deliveries(webhook)]

    found = [(attempt["error"], attempt["response_status"]) for attempt in second["attempts"]]
    assert found == KEPT_CASES[name][1]
    assert first["attempt_number"] == 1
    recorded = [(event, stamp) for event, _, stamp in attempts(run.stack, webhook)]
    assert sorted(run.stack.rogues.seen[name]) == sorted(recorded)


def test_what_pours_in_is_left_where_it_comes_from(run):
    sent = {name: count for name, count in run.stack.rogues.sent.items() if count > BUFFERS}

    assert sent == {}


def test_the_worker_lives_and_its_memory_stays_bounded(run, tell):
    grown = peak_memory(run.worker) - run.memory
    tell(f"at most {(run.memory + grown) >> 20} MiB resident, {grown >> 20} MiB more than before")

    assert is_alive(run.worker) and run.stack.pid("worker") == run.worker
    assert complaints(run.stack) == run.complaints
    assert grown < 48 << 20


def test_an_endpoint_that_is_well_gets_its_events_meanwhile(run, tell):
    latencies = sorted(
        receipt.at.timestamp() - run.emitted[receipt.id] for receipt in run.tail.receipts
    )
    tell(f"{len(latencies)} events, the slowest after {latencies[-1] * 1000:.0f} ms")

    assert (
        check_books(
            run.stack, run.well_webhook, [{"id": id} for id in run.emitted], run.tail.receipts
        )
        == 0
    )
    # Nothing has waited until those that hang were given up.
    assert latencies[-1] < TIMEOUT
