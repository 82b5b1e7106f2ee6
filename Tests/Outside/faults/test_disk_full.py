"""The database's disk is full in the middle of a drain, and has room again."""

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
            "PATCHBAY_ATTEMPT_TIMEOUT": "3s",
            "PATCHBAY_RETRY_SCHEDULE": "1s,1s,1s,1s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
        }
    )
    stop_timer(stack)
    yield stack
    stack.stop(purge=True)


@pytest.fixture
def server(stack):
    server = Server(stack)
    restart(server, megabytes=64)
    move_tables(stack)
    wait_for(lambda: stack.api("GET", "/webhooks").status_code == 200)
    return server


def restart(server, megabytes):
    server.end(signal.SIGTERM)
    server.start(*capped(megabytes))


def move_tables(stack):
    """Into the file that all share."""
    tables = stack.sql(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
    )
    stack.sql(
        "SET foreign_key_checks = 0;"
        + "".join(f"ALTER TABLE {table} ENGINE = InnoDB;" for [table] in tables)
    )


def fill(stack):
    """To the last page, as far as one table can."""
    stack.sql("CREATE DATABASE IF NOT EXISTS faults")
    stack.sql("CREATE TABLE faults.filler (bytes LONGBLOB)")
    with host_connection(stack, autocommit=True) as connection, connection.cursor() as cursor:
        for size in (1 << 20, 1 << 15, 1 << 12):
            try:
                while True:
                    cursor.execute("INSERT INTO faults.filler VALUES (REPEAT('x', %s))", [size])
            except pymysql.err.OperationalError as error:
                assert error.args[0] == 1114


def test_a_full_disk_is_503_for_hosts_and_no_request_without_its_claim(stack, server, tell):
    account = Account(stack)
    path = f"/slow/100?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(stack, path)
    events = account.emit_many(1000)
    worker = Worker(stack)
    tail.wait_for(100)

    fill(stack)
    while (answer := emit(account)).status_code == 202:
        events.append(answer.json())
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    wait_for(lambda: "database error 1114" in worker.log_text, seconds=60)
    sent = len(tail.read())
    check_sent_is_claimed(stack, webhook, tail)
    for _ in range(5):
        assert emit(account).status_code == 503

    # With no page left, nothing can be dropped either.
    restart(server, megabytes=256)
    wait_for(lambda: emit(account, events).status_code == 202)
    wait_until_done(stack, webhook)

    books = Books(stack, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{sent} of {len(events)} sent before; {books.duplicates} duplicates")
    assert worker.stop() == 0
    assert books.duplicates == 0


def emit(account, events=None):
    """One of the largest; kept in `events` where it was acknowledged."""
    event = {"type": "lead.created", "data": {"text": "x" * 200_000}}
    answer = account.api("POST", "/events", event)
    if events is not None and answer.status_code == 202:
        events.append(answer.json())
    return answer


def check_sent_is_claimed(stack, webhook, tail):
    claimed = stack.sql(
        f"SELECT event_id FROM webhook_deliveries WHERE webhook_id = '{webhook['id']}'"
        " AND (in_flight OR attempt_number > 0)"
    )
    assert {receipt.id for receipt in tail.read()} <= {event for [event] in claimed}
