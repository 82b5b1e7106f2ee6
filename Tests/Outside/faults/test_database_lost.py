"""MariaDB is killed, stopped, frozen, or its connections break, in the middle of a drain."""

import random
import signal
import time

import pytest

from stack import wait_for
from support.account import Account
from support.database import Server
from support.database_proxy import CUT, CUT_ANSWER, PASS, DatabaseProxy
from support.ledger import Books, ids_of
from support.load import Load
from support.receipt import SinkTail
from support.worker import wait_until_done

STEPS = 5


@pytest.fixture
def account(unmanned):
    return Account(unmanned)


@pytest.fixture
def server(unmanned):
    server = Server(unmanned)
    yield server
    server.send(signal.SIGCONT)
    if not server.answers():
        server.start()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_a_database_that_ends_in_a_drain_and_comes_back_loses_nothing(
    unmanned, server, account, start_worker, tell, number
):
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    worker = start_worker()
    load = Load(account, threads=2, batch=20)

    for _ in range(3):
        tail.wait_for(len(tail.read()) + 200)
        server.end(number)
        server.start()
    tail.wait_for(len(tail.read()) + 200)
    load.stop()
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(load.acknowledged, STEPS)
    tell(f"{books.duplicates} duplicates of {len(books.arrived)}, {load.broken} calls broken")
    assert worker.is_alive
    assert books.duplicates <= books.interruptions


def test_a_database_frozen_for_30_seconds_in_a_drain_loses_nothing(
    unmanned, server, account, start_worker, tell
):
    """For longer than claims last, and than the worker waits for an answer."""
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(3000)
    worker = start_worker()
    tail.wait_for(500)

    server.send(signal.SIGSTOP)
    time.sleep(31)
    server.send(signal.SIGCONT)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates of {len(books.arrived)}")
    assert worker.is_alive
    assert books.duplicates <= books.interruptions


def test_connections_cut_after_any_number_of_bytes_lose_nothing(
    unmanned, account, start_worker, tell
):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    path = f"/cut/{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    # A sign-in and the first look take some 3,000 bytes; a claim and its results a few more.
    with DatabaseProxy(unmanned, budget=lambda: chance.randrange(2_000, 40_000)) as proxy:
        worker = start_worker_through(start_worker, proxy)
        events = account.emit_many(1000)
        wait_for(lambda: proxy.cuts >= 60, seconds=90)
        proxy.budget = lambda: None
        wait_until_done(unmanned, webhook)
        assert worker.is_alive

        books = Books(unmanned, webhook, tail.read())
        books.check(ids_of(events), STEPS)
        tell(f"seed {seed}: {books.duplicates} duplicates, {proxy.cuts} cuts")
        assert worker.stop() == 0


def start_worker_through(start_worker, proxy):
    """One that has come through its own start, where a lost database is the end of it."""
    while True:
        worker = start_worker(proxy.settings)
        time.sleep(0.5)
        if worker.is_alive:
            return worker


@pytest.mark.parametrize("action", [CUT, CUT_ANSWER], ids=["before", "after"])
def test_connections_cut_in_commits_lose_nothing_and_record_nothing_twice(
    unmanned, account, start_worker, tell, action
):
    """Every third claim and every third batch of results; nobody tells the worker which it was."""
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    counts = {"claim": 0, "results": 0}

    def cut(statement):
        kind = "claim" if statement.commits_claim else "results"
        if not (statement.commits_claim or statement.commits_results):
            return PASS
        counts[kind] += 1
        return action if counts[kind] % 3 == 0 else PASS

    with DatabaseProxy(unmanned, cut) as proxy:
        worker = start_worker(proxy.settings)
        events = account.emit_many(1000)
        wait_until_done(unmanned, webhook, seconds=90)
        assert worker.is_alive

        books = Books(unmanned, webhook, tail.read())
        books.check(ids_of(events), STEPS)
        tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted, {counts}")
        assert worker.stop() == 0
    # What was claimed by a commit without an answer was not sent.
    assert books.duplicates == 0
