"""kill -9 of a worker at each step of a delivery, and at random."""

import random
import time

import pytest

from stack import wait_for
from support.account import Account
from support.database_proxy import HOLD, HOLD_ANSWER, PASS, DatabaseProxy
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.worker import end_leases, wait_until_done

# As many as a webhook begins with, so that one claim takes all.
COUNT = 4
STEPS = 5


@pytest.fixture
def account(unmanned):
    return Account(unmanned)


def commits_claim(statement):
    return statement.commits_claim


def begins_record(statement):
    return "ORDER BY id FOR UPDATE" in statement.text and "webhook_deliveries" in statement.text


def writes_states(statement):
    return "UPDATE webhook_deliveries" in statement.text and statement.follows(
        "INSERT INTO webhook_attempts"
    )


def commits_results(statement):
    return statement.commits_results


# Where the worker is held and killed, whether it had sent, and whether its claims are then found
# interrupted: None where its last results, or some of them, were recorded.
DEATHS = {
    "before the claim is committed": (commits_claim, HOLD, False, False),
    "after the claim and before anything is sent": (commits_claim, HOLD_ANSWER, False, True),
    "after the answers and before they are recorded": (begins_record, HOLD, True, True),
    "in the middle of the batch write": (writes_states, HOLD_ANSWER, True, True),
    "before the results are committed": (commits_results, HOLD, True, True),
    "after the results are committed": (commits_results, HOLD_ANSWER, True, None),
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_worker_killed_at_a_step_loses_nothing(unmanned, account, start_worker, tell, death):
    where, action, has_sent, is_interrupted = DEATHS[death]
    path = f"/slow/200?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    with DatabaseProxy(unmanned, lambda statement: action if where(statement) else PASS) as proxy:
        events = account.emit_many(COUNT)
        worker = start_worker(proxy.settings)
        assert proxy.held.wait(30)
        if has_sent:
            tail.wait_for(COUNT)
        worker.kill()
    assert len(tail.read()) == (COUNT if has_sent else 0)

    end_leases(unmanned, webhook)
    start_worker()
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates, {books.interruptions} interrupted")
    assert books.duplicates == (books.interruptions if has_sent else 0)
    if is_interrupted is None:
        assert books.interruptions < COUNT
    else:
        assert books.interruptions == (COUNT if is_interrupted else 0)


def test_a_worker_killed_with_requests_in_flight_sends_only_those_again(
    unmanned, account, start_worker, tell
):
    path = f"/slow/2000?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(12)
    worker = start_worker()
    tail.wait_for(COUNT)
    worker.kill()
    in_flight = len(tail.read())

    end_leases(unmanned, webhook)
    start_worker()
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(ids_of(events), STEPS)
    tell(f"{books.duplicates} duplicates of {in_flight} in flight")
    assert books.duplicates == books.interruptions == in_flight


def claims_of_the_dead(stack, account):
    """What a user has in flight while no worker lives, each claim once."""

    def look():
        # A COMMIT that was sent takes place though its sender has died.
        [[count], *claims] = stack.sql(
            "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'patchbay_worker';"
            "SELECT id, lease_number FROM webhook_deliveries"
            f" WHERE user_id = '{account.id}' AND live_webhook_id IS NOT NULL AND in_flight"
        )
        return count == "0" and (claims,)

    (claims,) = wait_for(look)
    return {(delivery, number) for delivery, number in claims}


def test_200_random_kills_in_20000_deliveries_lose_nothing(unmanned, account, start_worker, tell):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    paths = [f"/slow/20?{account.id}-{n}" for n in range(10)]
    webhooks = [account.webhook(path) for path in paths]
    tail = SinkTail(unmanned, *paths)
    events = []
    in_flight = set()

    for kill in range(200):
        if kill % 10 == 0:
            events += account.emit_many(100)
        worker = start_worker()
        # By what it has sent, so that it is in the middle of something; by time, where it finds
        # nothing but what those before it still hold.
        before, most = len(tail.read()), chance.randrange(80)
        end = time.monotonic() + 1
        while len(tail.read()) <= before + most and time.monotonic() < end:
            time.sleep(chance.random() * 0.01)
        worker.kill()
        in_flight |= claims_of_the_dead(unmanned, account)

    start_worker()
    for webhook in webhooks:
        wait_until_done(unmanned, webhook, seconds=120)

    books = [
        Books(unmanned, webhook, [r for r in tail.read() if r.path == path])
        for webhook, path in zip(webhooks, paths)
    ]
    for book in books:
        book.check(ids_of(events), STEPS)
    duplicates = sum(book.duplicates for book in books)
    interruptions = sum(book.interruptions for book in books)
    tell(f"seed {seed}: {duplicates} duplicates of {len(in_flight)} in flight at 200 kills")
    # What each that died had in flight is on record as interrupted, and nothing else came twice.
    assert sum(book.unexplained for book in books) == 0
    assert duplicates <= interruptions == len(in_flight)
