"""Who reads the worker's log stands still, or has gone: deliveries go on."""

import contextlib
import os
import socket

import pytest

from support.account import Account
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.worker import Worker, wait_until_done

STEPS = 5


@contextlib.contextmanager
def stuck_pipe():
    """What a container or a shell gives."""
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    os.close(writer)


@contextlib.contextmanager
def stuck_socket():
    """What systemd gives, with the journal at its end."""
    reader, writer = socket.socketpair()
    with reader, writer:
        yield reader.fileno(), writer.fileno()


def fill(writer):
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 512)
    os.set_blocking(writer, True)


@pytest.fixture(params=[stuck_pipe, stuck_socket])
def stuck_log(request):
    with request.param() as (reader, writer):
        yield reader, writer


@pytest.mark.parametrize("is_full", [True, False], ids=["from the start", "in the drain"])
def test_a_log_that_nobody_reads_stops_no_delivery(unmanned, stuck_log, is_full):
    account = Account(unmanned)
    paths = [f"/status/500?{account.id}", f"/slow/1?{account.id}"]
    webhooks = [account.webhook(path) for path in paths]
    tail = SinkTail(unmanned, *paths)
    events = account.emit_many(400)
    _, writer = stuck_log
    if is_full:
        fill(writer)

    worker = Worker(unmanned, log=writer)
    try:
        for webhook in webhooks:
            wait_until_done(unmanned, webhook)
        assert worker.stop(seconds=20) == 0
    finally:
        worker.kill()

    for webhook, path in zip(webhooks, paths, strict=True):
        arrived = [receipt for receipt in tail.read() if receipt.path == path]
        Books(unmanned, webhook, arrived).check(ids_of(events), STEPS)
