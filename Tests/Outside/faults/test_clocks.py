"""The database's clock, or the worker's, is set forward and back in a drain; the server's time zone
leaves an hour out, or has it twice."""

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
UTC = datetime.timezone.utc
YEARS = 10 * 365 * 24 * HOUR


@pytest.fixture
def account(unmanned):
    return Account(unmanned)


@pytest.fixture
def database_clock(unmanned, tmp_path):
    """Of a server in Berlin, as an operator's may be; ours are told to use UTC."""
    clock = Clock(tmp_path / "database.clock")
    server = Server(unmanned)
    server.end()
    server.start(
        "--default-time-zone=SYSTEM", environment=clock.environment | {"TZ": "Europe/Berlin"}
    )
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
    return (now - datetime.datetime.now(UTC).replace(tzinfo=None)).total_seconds()


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


def change_of_time(month):
    """The next one in this month: its last Sunday, 01:00 UTC."""
    now = datetime.datetime.now(UTC)
    for year in (now.year, now.year + 1):
        day = datetime.datetime(year, month, 31, 1, tzinfo=UTC)
        day -= datetime.timedelta(days=day.isoweekday() % 7)
        if day > now + datetime.timedelta(days=1):
            return day
    raise AssertionError("there is one each year")


@pytest.mark.parametrize("month", [3, 10], ids=["an hour left out", "an hour twice"])
def test_a_change_of_the_servers_time_of_day_is_no_change_for_deliveries(
    unmanned, database_clock, account, start_worker, tell, month
):
    path = f"/slow/200?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    change = change_of_time(month)
    seconds = int((change - datetime.datetime.now(UTC)).total_seconds()) - 6
    set_database(unmanned, database_clock, seconds)
    events = account.emit_many(3000)
    worker = start_worker()
    wait_for(lambda: has_come(unmanned, change), seconds=60)
    # Some are in flight at that moment.
    assert 0 < len(tail.read()) < len(events) - 200
    events += account.emit_many(1000)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert worker.is_alive
    assert (books.duplicates, books.interruptions) == (0, 0)
    assert signed_between(tail, change - datetime.timedelta(minutes=2), minutes=10)


def has_come(stack, moment):
    [[now]] = stack.sql("SELECT UTC_TIMESTAMP(6)")
    return datetime.datetime.fromisoformat(now).replace(tzinfo=UTC) > moment


def signed_between(tail, begin, minutes):
    times = [datetime.datetime.fromtimestamp(receipt.timestamp, UTC) for receipt in tail.receipts]
    return min(times) > begin and max(times) < begin + datetime.timedelta(minutes=minutes)


def test_the_workers_clock_ten_years_ahead_costs_attempts_and_no_delivery(
    unmanned, account, start_worker, tmp_path, tell
):
    """Every certificate looks expired to it."""
    clock = Clock(tmp_path / "worker.clock")
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    clock.set(YEARS)
    worker = start_worker(clock.environment)
    events = account.emit_many(20)
    wait_for(lambda: '"error":"tls"' in worker.log_text, seconds=30)

    clock.set(0)
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{len({receipt.id for receipt in tail.receipts})} of {len(events)} arrived")
    assert worker.is_alive
    assert {receipt.id for receipt in tail.receipts} == {event["id"] for event in events}


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
