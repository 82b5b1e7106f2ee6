"""The database's disk is full in the middle of a drain, and has room again.

All its tables are in one file that may not grow, from the first: so there is no page left for anybody,
as on a full disk, and still none is torn. MariaDB may end by itself then: a purge that finds no page
for five seconds aborts the server (row0purge.cc of 10.11). Nothing may be lost by that either.
"""

import signal

import pymysql
import pytest

from stack import Stack, wait_for
from support.account import Account
from support.database import Server
from support.host import host_connection
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.worker import Worker, stop_timer, wait_until_done

STEPS = 5
FULL = (1114, 1021)
ENDED = (2006, 2013)


def capped(megabytes):
    """All tables in one file that may not grow further."""
    path = f"ibdata1:12M:autoextend:max:{megabytes}M"
    return [f"--innodb-data-file-path={path}", "--innodb-file-per-table=0"]


@pytest.fixture
def stack(states):
    """Its worker is started by the test."""
    stack = Stack(states / "disk")
    stack.run(
        {
            "DEPLOY_MARIADB_OPTIONS": " ".join(capped(48)),
            "PATCHBAY_ATTEMPT_TIMEOUT": "3s",
            "PATCHBAY_WORKER_LEASE": "15s",
            "PATCHBAY_RETRY_SCHEDULE": "1s,1s,1s,1s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
        }
    )
    stop_timer(stack)
    stack.sql("CREATE DATABASE faults; CREATE TABLE faults.filler (bytes LONGBLOB)")
    yield stack
    stack.stop(purge=True)


def fill(stack):
    """To the last page, as far as one table can: rows of many pages, then of two, then of one."""
    with host_connection(stack, autocommit=True) as connection, connection.cursor() as cursor:
        for size in (1 << 20, 20_000, 7_000):
            try:
                while True:
                    cursor.execute("INSERT INTO faults.filler VALUES (REPEAT('x', %s))", [size])
            except pymysql.err.OperationalError as error:
                if error.args[0] in ENDED:
                    return
                assert error.args[0] in FULL


def emit(account, events=None):
    """One of the largest; kept in `events` where it was acknowledged."""
    event = {"type": "lead.created", "data": {"text": "x" * 200_000}}
    answer = account.api("POST", "/events", event)
    if events is not None and answer.status_code == 202:
        events.append(answer.json())
    return answer


def test_a_full_disk_is_503_for_hosts_and_loses_nothing(stack, tell):
    account = Account(stack)
    path = f"/slow/100?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(stack, path)
    events = account.emit_many(2000)
    server = Server(stack)
    worker = Worker(stack)
    tail.wait_for(100)

    fill(stack)
    while (answer := emit(account, events)).status_code == 202:
        pass
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["Content-Type"] == "application/problem+json"
    # Results have no room either: they are kept, and no more is sent than may wait for the record.
    wait_for(lambda: "the queue cannot be reached" in worker.log_text, seconds=60)
    assert worker.is_alive
    sent = len(tail.read())
    assert sent < len(events)

    server.end(signal.SIGTERM)
    server.start(*capped(256))
    wait_for(lambda: emit(account, events).status_code == 202)
    wait_until_done(stack, webhook)

    books = Books(stack, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{sent} of {len(events)} sent before; {books.duplicates} duplicates")
    assert worker.stop() == 0
