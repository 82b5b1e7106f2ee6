"""A worker that may have few files open: it sends less at once, and no delivery pays for it."""

import subprocess

from stack import wait_for
from support.account import Account
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.worker import Worker, wait_until_done

# What a worker has open besides its connections to endpoints is under 40.
FEW = 48


def check_all_delivered(stack, webhooks, tail, events):
    for path, webhook in webhooks.items():
        books = Books(stack, webhook, [one for one in tail.read() if one.path == path])
        books.check(ids_of(events), steps=1)
        assert books.errors == {None}
        assert books.duplicates == 0


def make_webhooks(stack):
    account = Account(stack)
    paths = [f"/slow/100?{account.id}-{n}" for n in range(20)]
    return account, {path: account.webhook(path) for path in paths}, SinkTail(stack, *paths)


def test_its_transfers_are_as_many_as_its_limit_is_enough_for(unmanned):
    account, webhooks, tail = make_webhooks(unmanned)
    events = account.emit_many(50)

    worker = Worker(unmanned, under=["prlimit", "--nofile=160:160"])
    try:
        for webhook in webhooks.values():
            wait_until_done(unmanned, webhook)
        assert worker.stop() == 0
    finally:
        worker.kill()

    check_all_delivered(unmanned, webhooks, tail, events)
    assert "too few files may be open" in worker.log_text


def test_files_that_run_out_in_a_drain_cost_no_attempt(unmanned):
    account, webhooks, tail = make_webhooks(unmanned)
    worker = Worker(unmanned)
    try:
        wait_for(lambda: '"ready"' in worker.log_text)
        limit = ["prlimit", "--pid", str(worker.pid), f"--nofile={FEW}:{FEW}"]
        subprocess.run(limit, check=True)
        events = account.emit_many(50)
        for webhook in webhooks.values():
            wait_until_done(unmanned, webhook)
        assert worker.stop() == 0
    finally:
        worker.kill()

    check_all_delivered(unmanned, webhooks, tail, events)
    assert "nothing can be sent" in worker.log_text
