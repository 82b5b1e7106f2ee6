"""A webhook with strict order: one at a time, in the order of creation, whatever dies."""

import pytest

from stack import wait_for
from support.account import Account
from support.ledger import check_books
from support.worker import Worker, attempts_in, end_leases, wait_until_done

COUNT = 200


@pytest.fixture
def start_worker(gauged):
    started = []

    def start():
        settings = {"PATCHBAY_RETRY_SCHEDULE": "1s,1s", "PATCHBAY_RETRY_JITTER": "0"}
        started.append(Worker(gauged, settings))
        return started[-1]

    yield start
    for worker in started:
        if worker.is_alive:
            worker.stop()


def ordered(account, **answer):
    """A webhook that wants order, and the path it is sent to."""
    gauge = account.stack.gauge
    path = f"/ordered/{account.id}"
    return account.webhook("/", endpoint_url=gauge.answer(path, **answer), ordered=True), path


def check_one_at_a_time(visits):
    assert max(visit.at_once for visit in visits) == 1
    for before, after in zip(visits, visits[1:]):
        assert before.ended <= after.began


def test_two_workers_and_a_kill_9_keep_the_order(gauged, start_worker):
    account = Account(gauged)
    webhook, path = ordered(account, seconds=0.01)
    workers = [start_worker(), start_worker()]

    events = account.emit_many(COUNT)
    wait_for(lambda: len(gauged.gauge.at(path)) > COUNT // 4, seconds=60)
    # One that has sent some of them; it is in the middle of the next.
    next(worker for worker in workers if attempts_in(worker.log_text)).kill()
    end_leases(gauged, webhook)
    start_worker()
    wait_until_done(gauged, webhook)

    visits = gauged.gauge.at(path)
    check_one_at_a_time(visits)
    numbers = [visit.number for visit in visits]
    assert numbers == sorted(numbers) and set(numbers) == set(range(COUNT))
    assert check_books(gauged, webhook, events, visits) <= 1


def test_a_failing_head_holds_the_later_ones_until_it_has_failed_and_nobody_else(
    gauged, start_worker
):
    account = Account(gauged)
    webhook, path = ordered(account, status=lambda number: 500 if number == 0 else 200)
    free_path = f"/free/{account.id}"
    free = account.webhook("/", endpoint_url=gauged.gauge.answer(free_path))
    start_worker(), start_worker()

    account.emit_many(10)
    wait_until_done(gauged, webhook)
    wait_until_done(gauged, free)

    visits = gauged.gauge.at(path)
    check_one_at_a_time(visits)
    assert [visit.number for visit in visits] == [0, 0, 0, *range(1, 10)]
    head_ended = visits[2].ended
    assert all(visit.began < head_ended for visit in gauged.gauge.at(free_path))
    statuses = gauged.sql(
        "SELECT status, COUNT(*) FROM webhook_deliveries"
        f" WHERE webhook_id = '{webhook['id']}' GROUP BY status ORDER BY status"
    )
    assert statuses == [["delivered", "9"], ["failed", "1"]]
