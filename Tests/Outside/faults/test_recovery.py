"""What one webhook may be sent at once and in a second holds for two workers together; and a receiver
that comes back after a minute gets what waited for it, little by little."""

import time

import pytest

from support.account import Account
from support.gauge import most_within
from support.ledger import Books, ids_of
from support.worker import Worker, wait_until_done

OUTAGE = 60
BACKLOG = 600
# An hour's outage under the schedule of every day, with all waits divided by 60.
SCHEDULE = "1s,5s,30s,40s"
# Of a worker, where the webhook has no limit of its own.
TOP = 64
OWN_LIMIT = 8
# The answers, once they come.
SECONDS = 0.05


@pytest.fixture(scope="module")
def workers(gauged):
    started = [Worker(gauged, {"PATCHBAY_RETRY_SCHEDULE": SCHEDULE}) for _ in range(2)]
    yield started
    for worker in started:
        worker.stop()


class Receiver:
    """One whose every request hangs or fails, until it is well again."""

    def __init__(self, account, name, status=200, seconds=0.0, **fields):
        self.gauge = account.stack.gauge
        self.path = f"/{name}/{account.id}"
        url = self.gauge.answer(self.path, status, seconds)
        self.webhook = account.webhook("/", endpoint_url=url, **fields)

    def recover(self):
        self.before = len(self.gauge.at(self.path))
        self.gauge.answer(self.path, 200, SECONDS)

    @property
    def visits_since(self):
        return self.gauge.at(self.path)[self.before :]


class Outage:
    def __init__(self, stack):
        self.account = Account(stack)
        self.receivers = {
            "hangs": Receiver(self.account, "hangs", seconds=3600),
            "hangs-limited": Receiver(
                self.account, "hangs-limited", seconds=3600, max_in_flight=OWN_LIMIT
            ),
            "overloaded": Receiver(self.account, "overloaded", status=503),
        }
        self.events = self.account.emit_many(BACKLOG)
        self.began = time.monotonic()


@pytest.fixture(scope="module")
def outage(gauged, workers):
    """Under way while the other tests run."""
    return Outage(gauged)


def test_no_more_than_max_in_flight_arrive_at_once_from_two_workers(outage, workers, gauged, tell):
    account = Account(gauged)
    path = f"/limited/{account.id}"
    url = gauged.gauge.answer(path, seconds=0.03)
    webhook = account.webhook("/", endpoint_url=url, max_in_flight=3)

    events = account.emit_many(300)
    wait_until_done(gauged, webhook)

    visits = gauged.gauge.at(path)
    tell(f"at most {max(visit.at_once for visit in visits)} at once")
    assert max(visit.at_once for visit in visits) == 3
    Books(gauged, webhook, visits).check(ids_of(events), steps=5)
    assert len(visits) == len(events)


def test_no_more_than_max_per_second_arrive_from_two_workers(outage, workers, gauged, tell):
    account = Account(gauged)
    rate = 20
    path = f"/paced/{account.id}"
    url = gauged.gauge.answer(path)
    webhook = account.webhook("/", endpoint_url=url, max_per_second=rate)

    events = account.emit_many(6 * rate)
    wait_until_done(gauged, webhook)

    visits = gauged.gauge.at(path)
    lasted = visits[-1].began - visits[0].began
    tell(f"at most {most_within(visits, 1.0)} in a second, {len(visits) / lasted:.1f}/s in all")
    # One second's worth may come as a burst.
    assert most_within(visits, 1.0) <= 2 * rate
    assert len(visits) <= rate * (lasted + 1)
    Books(gauged, webhook, visits).check(ids_of(events), steps=5)
    assert len(visits) == len(events)


def check_ramp(visits, limit, workers):
    """From one in flight, twice as many with each success and no more than the limit. What a worker
    has learned the other has not; and what hung when the receiver came back is still there."""
    left_over = workers
    for visit in visits:
        successes = sum(other.ended is not None and other.ended <= visit.began for other in visits)
        assert visit.at_once <= min(limit, 2**successes + workers - 1) + left_over


def test_a_receiver_that_comes_back_gets_what_waited_little_by_little(
    outage, workers, gauged, tell
):
    """Three of them: two hang, one is overloaded. Events go on coming."""
    account = outage.account
    while time.monotonic() < outage.began + OUTAGE:
        outage.events.append(account.emit())
        time.sleep(0.5)
    for receiver in outage.receivers.values():
        receiver.recover()
    recovered = time.monotonic()
    for receiver in outage.receivers.values():
        wait_until_done(gauged, receiver.webhook, seconds=120)

    limits = {"hangs": 2 * TOP, "hangs-limited": OWN_LIMIT, "overloaded": 2 * TOP}
    for name, receiver in outage.receivers.items():
        visits = receiver.visits_since
        tell(
            f"{name}: {len(visits)} in {visits[-1].began - recovered:.1f} s, at most"
            f" {max(visit.at_once for visit in visits)} at once and"
            f" {most_within(visits, 1.0)} in a second"
        )
        check_ramp(visits, limits[name], workers=2)
        books = Books(gauged, receiver.webhook, gauged.gauge.at(receiver.path))
        books.check(ids_of(outage.events), steps=5)
        assert {status for status, _, _ in books.deliveries.values()} == {"delivered"}
        assert all(receiver.webhook["id"] in worker.log.read_text() for worker in workers)
