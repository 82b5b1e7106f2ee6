"""Other sessions of the same database: they hold rows, win deadlocks, and take all connections."""

import contextlib
import subprocess
import time

import pymysql
import pytest

from stack import wait_for
from support.account import Account
from support.database import Server
from support.host import host_connection
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.worker import wait_until_done

STEPS = 5


@pytest.fixture
def account(unmanned):
    return Account(unmanned)


@pytest.fixture
def server(unmanned):
    return Server(unmanned)


def locks_waited_for(stack, table):
    """Transactions that wait for a row of this table."""
    return stack.sql(
        "SELECT trx_id FROM information_schema.innodb_trx"
        f" WHERE trx_state = 'LOCK WAIT' AND trx_query LIKE '%{table}%'"
    )


def lock(cursor, table, where):
    cursor.execute(f"SELECT 1 FROM {table} WHERE {where} FOR UPDATE")


@contextlib.contextmanager
def heavy_transaction(stack):
    """One that has changed much, so that the server ends the other one of a deadlock."""
    stack.sql("CREATE DATABASE IF NOT EXISTS faults")
    stack.sql("CREATE TABLE IF NOT EXISTS faults.weight (n INT)")
    with host_connection(stack, "READ COMMITTED") as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO faults.weight SELECT seq FROM seq_1_to_1000")
        yield cursor
        connection.rollback()


def test_a_deadlock_lost_by_the_worker_is_recorded_at_the_next_try(
    unmanned, server, account, start_worker, tell
):
    path = f"/deadlock/{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    start_worker()
    events = [account.emit()]
    wait_until_done(unmanned, webhook)
    before = server.status("Innodb_deadlocks")

    # A round in which the worker's own wait was over first makes none.
    for _ in range(20):
        with heavy_transaction(unmanned) as cursor:
            lock(cursor, "webhook_health", f"webhook_id = '{webhook['id']}'")
            events.append(account.emit())
            # InnoDB makes its table anew only for who has not read it for 100 ms.
            wait_for(lambda: locks_waited_for(unmanned, "webhook_health"), every=0.15)
            # The worker holds the delivery and waits for us; now we wait for the worker.
            delivery = account.deliveries(webhook)[0]["id"]
            lock(cursor, "webhook_deliveries", f"id = '{delivery}'")
        wait_until_done(unmanned, webhook)
        deadlocks = server.status("Innodb_deadlocks") - before
        if deadlocks >= 3:
            break

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{deadlocks} deadlocks, {books.duplicates} duplicates")
    assert deadlocks >= 3
    assert books.on_record.total() == len(tail.receipts) == len(events)


def test_rows_that_another_session_holds_keep_no_others_from_the_record(
    unmanned, account, start_worker, tell
):
    """For longer than the worker would wait for them in all its tries."""
    path = f"/slow/1000?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(200)
    worker = start_worker()
    with host_connection(unmanned, "READ COMMITTED") as other, other.cursor() as cursor:
        [held] = wait_for(lambda: unmanned.sql(in_flight(webhook) + " LIMIT 1"))
        lock(cursor, "webhook_deliveries", f"id = '{held[0]}'")
        started = time.monotonic()
        wait_for(lambda: len(unmanned.sql(pending(webhook))) == 1, seconds=60)
        seconds = time.monotonic() - started
        assert unmanned.sql(pending(webhook)) == [held]
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"199 on record after {seconds:.1f} s, {books.duplicates} duplicates")
    assert worker.is_alive
    assert books.on_record.total() == len(tail.receipts) == len(events)


def pending(webhook):
    return (
        f"SELECT id FROM webhook_deliveries WHERE webhook_id = '{webhook['id']}'"
        " AND status = 'pending'"
    )


def in_flight(webhook):
    return pending(webhook) + " AND in_flight"


def test_a_lock_that_is_waited_for_in_vain_costs_no_result(unmanned, account, start_worker, tell):
    """The worker waits two seconds, six times over; then it tries again from the start."""
    path = f"/held/{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    worker = start_worker()
    events = [account.emit()]
    wait_until_done(unmanned, webhook)

    with host_connection(unmanned, "READ COMMITTED") as other, other.cursor() as cursor:
        lock(cursor, "webhook_health", f"webhook_id = '{webhook['id']}'")
        events += account.emit_many(3)
        tail.wait_for(4)
        wait_for(lambda: "database error 1205" in worker.log_text, seconds=60)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert worker.is_alive


def test_too_many_connections_are_503_for_hosts_and_a_pause_for_the_worker(
    unmanned, account, start_worker, tell
):
    path = f"/slow/50?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    worker = start_worker()
    events = account.emit_many(300)
    tail.wait_for(20)

    with all_connections_taken(unmanned):
        wait_for(lambda: "database error 1040" in worker.log_text)
        refused = account.api("POST", "/events", {"type": "lead.created", "data": {}})
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) >= 1
    wait_for(lambda: account.api("GET", "/webhooks").status_code == 200)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert worker.is_alive
    assert books.unexplained == 0


REFUSALS = {
    # 1226: more connections than the account may have.
    "1226": ("WITH MAX_USER_CONNECTIONS 1", "WITH MAX_USER_CONNECTIONS 0"),
    # 4151: any other reason not to let it in.
    "4151": ("ACCOUNT LOCK", "ACCOUNT UNLOCK"),
}


@pytest.mark.parametrize("code", REFUSALS)
def test_an_account_that_is_refused_for_a_while_loses_no_result(
    unmanned, account, start_worker, tell, code
):
    path = f"/slow/200?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(500)
    worker = start_worker()
    tail.wait_for(20)
    refuse, admit = REFUSALS[code]

    unmanned.sql(f"ALTER USER patchbay_worker@localhost {refuse}")
    try:
        for [connection] in unmanned.sql(
            "SELECT id FROM information_schema.processlist WHERE user = 'patchbay_worker'"
        ):
            ask(unmanned, f"KILL {connection}")
        wait_for(lambda: f"database error {code}" in worker.log_text)
    finally:
        unmanned.sql(f"ALTER USER patchbay_worker@localhost {admit}")
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert worker.is_alive
    assert "a result cannot be recorded" not in worker.log_text
    assert books.unexplained == 0


@contextlib.contextmanager
def all_connections_taken(stack):
    """By a user without the right to the one that the server keeps for its root."""
    stack.sql("CREATE USER IF NOT EXISTS crowd@localhost IDENTIFIED BY 'crowd'")
    [[_, usual]] = stack.sql("SHOW GLOBAL VARIABLES LIKE 'max_connections'")
    stack.sql("SET GLOBAL max_connections = 10")
    with contextlib.ExitStack() as crowd:
        try:
            wait_for(lambda: take_connections(stack, crowd), seconds=60)
            yield
        finally:
            crowd.close()
            wait_for(lambda: ask(stack, f"SET GLOBAL max_connections = {usual}") == [])


def ask(stack, statement):
    """As `sql`; None where the server refused: a connection of root's before is still ending."""
    try:
        return stack.sql(statement)
    except subprocess.CalledProcessError:
        return None


def take_connections(stack, crowd):
    """True once all are the crowd's."""
    ours = "SELECT id FROM information_schema.processlist WHERE user LIKE 'patchbay%'"
    for [connection] in ask(stack, ours) or []:
        ask(stack, f"KILL {connection}")
    while True:
        try:
            connection = pymysql.connect(
                unix_socket=stack.env["PATCHBAY_DB_SOCKET"], user="crowd", password="crowd"
            )
        except pymysql.err.OperationalError as error:
            assert error.args[0] == 1040
            return ask(stack, ours) == []
        crowd.callback(connection.close)
