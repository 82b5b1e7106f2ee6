"""Workers die and are told to stop: nothing is lost, and nothing is unexplained."""

import os
import signal
import time

import pytest

from stack import Stack, is_alive, wait_for
from support.account import Account
from support.ledger import Books, attempts, check_books, ids_of
from support.receipt import SinkTail
from support.watch import live_worker, name_of
from support.worker import Worker

COUNT = 2000


@pytest.fixture(scope="module")
def stack(states):
    """Its claims run out soon, so that a test need not wait for what a dead worker held."""
    stack = Stack(states / "faults")
    stack.run(
        {
            "PATCHBAY_WORKER_LEASE": "11s",
            "PATCHBAY_ATTEMPT_TIMEOUT": "1s",
            "PATCHBAY_RETRY_SCHEDULE": "1s,1s,1s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
        }
    )
    yield stack
    stack.stop(purge=True)


@pytest.fixture
def account(stack):
    return Account(stack)


def wait_until_on_record(account, webhook, count, seconds=60):
    where = f"webhook_id = '{webhook['id']}' AND status = 'delivered'"
    wait_for(
        lambda: account.stack.sql(f"SELECT COUNT(*) FROM webhook_deliveries WHERE {where}")
        == [[str(count)]],
        seconds,
        every=0.2,
    )


def test_kill_9_of_the_worker_ten_times_in_2000_deliveries_loses_nothing(account):
    path = f"/slow/100?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(account.stack, path)
    events = account.emit_many(COUNT)
    killed = None

    for kill in range(10):
        killed = live_worker(account.stack, other_than=killed)
        # In the middle of it: this worker has sent, and holds some that it has not.
        tail.wait_for(len(tail.read()) + 100, seconds=30)
        os.kill(killed, signal.SIGKILL)
    assert len({receipt.id for receipt in tail.read()}) < COUNT, "the kills came too late"

    tail.wait_for_events(events)
    wait_until_on_record(account, webhook, COUNT)
    interrupted = check_books(account.stack, webhook, events, tail.read())
    assert interrupted >= 10


def test_sigterm_in_a_drain_records_what_is_in_flight_and_gives_back_the_rest(account):
    path = f"/slow/300?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(account.stack, path)
    log = account.stack.state / "log" / "timer.log"
    complaints = log.read_text()
    worker = live_worker(account.stack)
    events = account.emit_many(1000)
    tail.wait_for(200)

    started = time.monotonic()
    os.kill(worker, signal.SIGTERM)
    wait_for(lambda: not is_alive(worker), seconds=10, every=0.005)

    assert time.monotonic() - started < 3
    counts = account.stack.sql(
        "SELECT SUM(in_flight), SUM(status = 'delivered'),"
        " SUM(status = 'pending' AND due_at <= UTC_TIMESTAMP(6))"
        f" FROM webhook_deliveries WHERE webhook_id = '{webhook['id']}'"
    )
    in_flight, delivered, due = map(int, counts[0])
    assert (in_flight, delivered + due) == (0, 1000)
    assert delivered == len(tail.read()) < 1000
    # The timer speaks of every end but a good one.
    assert log.read_text() == complaints

    tail.wait_for_events(events)
    wait_until_on_record(account, webhook, 1000)
    assert check_books(account.stack, webhook, events, tail.read()) == 0
    assert len(tail.receipts) == 1000


def test_a_worker_that_slept_through_its_lease_decides_nothing(account):
    """SIGSTOP for longer than the lease: another one sends again, and the late result is an attempt
    like any other."""
    path = f"/slow/200?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(account.stack, path)
    first = live_worker(account.stack)
    events = account.emit_many(4)
    tail.wait_for(1)
    os.kill(first, signal.SIGSTOP)
    second = Worker(account.stack)
    try:
        wait_until_on_record(account, webhook, 4, seconds=30)
    finally:
        os.kill(first, signal.SIGCONT)
        assert second.stop() == 0

    # The stopped one comes back with answers that it was sent long ago.
    wait_for(lambda: len(attempts(account.stack, webhook)) > len(tail.read()))
    Books(account.stack, webhook, tail.read()).check(ids_of(events), steps=4)


def test_the_timer_starts_no_second_worker_beside_one_that_runs(account):
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(account.stack, path)
    live_worker(account.stack)
    events = account.emit_many(1500)
    most = 0

    def have_arrived():
        nonlocal most
        most = max(most, len(workers_of(account.stack.pid("timer"))))
        return ids_of(events) <= {receipt.id for receipt in tail.read()}

    wait_for(have_arrived, seconds=60, every=0.01)
    wait_until_on_record(account, webhook, 1500)
    assert most == 1
    assert check_books(account.stack, webhook, events, tail.receipts) == 0


def workers_of(timer):
    children = open(f"/proc/{timer}/task/{timer}/children").read().split()
    return [child for child in children if name_of(child) == "patchbay-worker"]
