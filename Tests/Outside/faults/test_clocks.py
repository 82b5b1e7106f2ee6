"""The database's clock, or the worker's, is set forward and back by an hour in a drain."""

import datetime

import pytest

from stack import wait_for
from support.account import Account
from support.clock import Clock
from support.database import Server
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.worker import wait_until_done

STEPS = 5
HOUR = 3600


@pytest.fixture
def account(unmanned):
    return Account(unmanned)


@pytest.fixture
def database_clock(unmanned, tmp_path):
    clock = Clock(tmp_path / "database.clock")
    server = Server(unmanned)
    server.end()
    server.start(environment=clock.environment)
    wait_for(lambda: unmanned.api("GET", "/webhooks").status_code == 200)
    yield clock
    clock.set(0)
    server.end()
    server.start()
    wait_for(lambda: unmanned.api("GET", "/webhooks").status_code == 200)


def ahead(stack):
    """Seconds that the database's clock is ahead of ours."""
    [[now]] = stack.sql("SELECT UTC_TIMESTAMP(6)")
    now = datetime.datetime.fromisoformat(now)
    return (now - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)).total_seconds()


def set_database(stack, clock, seconds):
    clock.set(seconds)
    wait_for(lambda: abs(ahead(stack) - seconds) < 60)


def test_the_databases_clock_set_forward_sends_again_only_what_was_in_flight(
    unmanned, database_clock, account, start_worker, tell
):
    """All leases are over at once, and whoever holds one is not asked."""
    path = f"/slow/200?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(1000)
    worker = start_worker()
    tail.wait_for(200)

    set_database(unmanned, database_clock, HOUR)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert worker.is_alive
    assert books.unexplained == 0
    assert books.interruptions <= 256


def test_the_databases_clock_set_back_makes_what_waits_later_and_sends_nothing_twice(
    unmanned, database_clock, account, start_worker, tell
):
    path = f"/slow/200?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(1000)
    worker = start_worker()
    tail.wait_for(200)

    set_database(unmanned, database_clock, -HOUR)
    # What comes now is due now; what came before is due again in an hour, here by the clock.
    events += account.emit_many(10)
    later = {event["id"] for event in events[-10:]}
    wait_for(lambda: later <= {receipt.id for receipt in tail.read()}, seconds=30)
    assert len({receipt.id for receipt in tail.receipts}) == len(tail.receipts)
    set_database(unmanned, database_clock, 0)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert worker.is_alive
    assert books.unexplained == 0


def test_the_workers_own_clock_changes_nothing_it_signs_by_the_databases(
    unmanned, account, start_worker, tmp_path, tell
):
    clock = Clock(tmp_path / "worker.clock")
    path = f"/slow/200?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(1500)
    worker = start_worker(clock.environment)

    for seconds in (HOUR, -HOUR, 0):
        tail.wait_for(len(tail.read()) + 200)
        clock.set(seconds)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert worker.is_alive
    assert (books.duplicates, books.interruptions) == (0, 0)
    away = max(abs(receipt.at.timestamp() - receipt.timestamp) for receipt in tail.receipts)
    assert away < 60
