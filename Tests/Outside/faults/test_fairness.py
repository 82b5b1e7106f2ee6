"""One endpoint's trouble is not another's: neither fifty that hang nor one with a long queue delay
what goes to an endpoint that is well."""

import random
import time

import pytest

from stack import Stack, free_port, wait_for
from support.account import Account
from support.gauge import Gauge
from support.ledger import check_books

HANGING = 50
WAITING = 100_000
EVENTS = 220
# Endpoints that were well until they became slow, each with more than it can be done with, and how long
# they take for an answer then: less than an attempt may.
SLOW = 8
SLOW_SECONDS = 2.5
# What the worker's rounds are at most apart: waits of up to as long spread the events over them.
PAUSE = 0.15
# A round that something else on the machine disturbed may be repeated; what is unfair fails all.
ROUNDS = 3


@pytest.fixture(scope="module")
def stack(states):
    port = free_port()
    stack = Stack(states / "fair")
    stack.run(
        {
            "PATCHBAY_RETRY_SCHEDULE": ",".join(["1s"] * 20),
            "PATCHBAY_ATTEMPT_TIMEOUT": "3s",
            "PATCHBAY_WORKER_LEASE": "13s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
            "PATCHBAY_MAX_WEBHOOKS": "100",
            "PATCHBAY_ENDPOINT_ALLOW": f"localhost:{port}",
        }
    )
    stack.gauge = Gauge(stack, port)
    yield stack
    stack.gauge.close()
    stack.stop(purge=True)


class Well:
    """An endpoint that answers at once."""

    def __init__(self, stack):
        self.gauge = stack.gauge
        self.account = Account(stack, "well")
        self.path = f"/well/{self.account.id}"
        self.webhook = self.account.webhook("/", endpoint_url=self.gauge.answer(self.path))
        self.events = []

    def p99(self):
        """Milliseconds from just before an event is sent to when the endpoint has read it."""
        sent = {}
        for _ in range(EVENTS):
            time.sleep(random.uniform(0, PAUSE))
            before = time.monotonic()
            event = self.account.emit()
            self.events.append(event)
            sent[event["id"]] = before

        def all_came():
            came = {visit.id: visit.began for visit in self.gauge.at(self.path)}
            return came if sent.keys() <= came.keys() else None

        came = wait_for(all_came, seconds=60)
        latencies = sorted((came[id] - before) * 1000 for id, before in sent.items())
        return latencies[len(latencies) * 99 // 100]


def hang(stack):
    """Fifty endpoints that hang, each with more than it can be done with in this test."""
    account = Account(stack, "hanging")
    for number in range(HANGING):
        account.webhook(f"/hang/{account.id}/{number}")
    account.emit_many(20)
    return account


def pile_up(stack):
    """An endpoint that takes a tenth of a second for each of very many."""
    account = Account(stack, "long")
    webhook = account.webhook(f"/slow/100?{account.id}")
    account.emit_many(WAITING)
    return webhook


def in_flight(stack, account):
    [[count]] = stack.sql(
        f"SELECT COUNT(*) FROM webhook_deliveries WHERE user_id = '{account.id}' AND in_flight"
    )
    return int(count)


def waiting(stack, webhook):
    [[count]] = stack.sql(
        f"SELECT COUNT(*) FROM webhook_deliveries WHERE live_webhook_id = '{webhook['id']}'"
    )
    return int(count)


def test_fifty_that_hang_and_one_with_100_000_waiting_delay_no_other(stack, tell):
    well = Well(stack)
    well.p99()  # warms up what is made on first use
    at_rest = well.p99()

    hanging = hang(stack)
    started = time.monotonic()
    long = pile_up(stack)
    filled = WAITING / (time.monotonic() - started)
    wait_for(lambda: in_flight(stack, hanging) >= HANGING)
    left = waiting(stack, long)
    for _ in range(ROUNDS):
        beside = well.p99()
        if beside < 2 * at_rest + 100:
            break

    tell(f"p99 {at_rest:.0f} ms at rest, {beside:.0f} ms beside them")
    tell(
        f"{filled:.0f} events/s by batches; {left} waited at first, {waiting(stack, long)} at last"
    )
    assert left > WAITING // 2, "the long queue was short too early"
    # Some may be between two attempts.
    assert waiting(stack, long) > 0 and in_flight(stack, hanging) >= HANGING // 2
    assert beside < 2 * at_rest + 100
    wait_for(lambda: waiting(stack, well.webhook) == 0)
    assert check_books(stack, well.webhook, well.events, stack.gauge.at(well.path)) == 0


class Slowing:
    """Endpoints that answer at once, and slowly from some moment on; each answer is a success."""

    def __init__(self, stack):
        self.gauge = stack.gauge
        self.account = Account(stack, "slowing")
        self.paths = [f"/slowing/{self.account.id}/{number}" for number in range(SLOW)]
        for path in self.paths:
            self.account.webhook("/", endpoint_url=self.gauge.answer(path, seconds=0.02))
        self.account.emit_many(3000)

    def count(self):
        return sum(len(self.gauge.at(path)) for path in self.paths)

    def become_slow(self):
        for path in self.paths:
            self.gauge.answer(path, seconds=SLOW_SECONDS)


def test_endpoints_that_become_slow_while_much_waits_for_them_delay_no_other(stack, tell):
    well = Well(stack)
    well.p99()  # warms up what is made on first use
    at_rest = well.p99()

    slowing = Slowing(stack)
    wait_for(lambda: slowing.count() > 100 * SLOW)
    slowing.become_slow()
    for _ in range(ROUNDS):
        beside = well.p99()
        if beside < 2 * at_rest + 100:
            break

    tell(f"p99 {at_rest:.0f} ms at rest, {beside:.0f} ms beside {SLOW} slow ones")
    tell(f"{in_flight(stack, slowing.account)} in flight to them")
    assert in_flight(stack, slowing.account) > 100, "they were done with too early"
    assert beside < 2 * at_rest + 100
    assert check_books(stack, well.webhook, well.events, stack.gauge.at(well.path)) == 0
