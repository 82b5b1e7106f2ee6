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
from support.worker import Worker, end_leases, wait_until_done

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


@pytest.fixture(scope="module")
def forsaken(unmanned):
    """A worker whose database went away when the first test of this file began."""
    with DatabaseProxy(unmanned) as proxy:
        worker = Worker(unmanned, proxy.settings | {"PATCHBAY_WORKER_LINGER": "1h"})
        wait_for(lambda: '"ready"' in worker.log_text)
    yield worker
    worker.kill()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_a_database_that_ends_in_a_drain_and_comes_back_loses_nothing(
    unmanned, server, account, start_worker, tell, forsaken, number
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
    refused = len([status for status in load.statuses if status != 202])
    tell(f"{books.duplicates} duplicates of {len(books.arrived)}, {refused} calls refused")
    assert worker.is_alive
    assert books.unexplained == 0


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
    assert books.unexplained == 0


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
    """The first claims, and every third batch of results: what was lost with a claim waits for the
    end of its lease."""
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    counts = {"claim": 0, "results": 0}

    def cut(statement):
        kind = "claim" if statement.commits_claim else "results"
        if not (statement.commits_claim or statement.commits_results):
            return PASS
        counts[kind] += 1
        is_turn = counts["claim"] <= 3 if kind == "claim" else counts["results"] % 3 == 0
        return action if is_turn else PASS

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


def test_a_worker_told_to_stop_without_a_database_ends_within_seconds(
    unmanned, account, start_worker, tell
):
    """What it has sent but cannot record is sent again."""
    path = f"/slow/300?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    with DatabaseProxy(unmanned) as proxy:
        events = account.emit_many(4)
        worker = start_worker(proxy.settings)
        tail.wait_for(4)
    started = time.monotonic()
    assert worker.stop() == 75
    assert time.monotonic() - started < 20

    end_leases(unmanned, webhook)
    start_worker()
    wait_until_done(unmanned, webhook)
    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert books.duplicates == books.interruptions == 4


def test_a_worker_whose_database_stays_away_ends_after_a_minute(forsaken):
    """The timer starts the next one."""
    assert forsaken.process.wait(120) == 75
