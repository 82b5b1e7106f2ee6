"""An endpoint that answers 500 and 200 by turns: everything arrives, and nobody is told that it fails
and works and fails again; one that does nothing but fail gets one probe at a time, until one succeeds."""

import itertools
import time

import pytest

from support.account import Account
from support.ledger import Books, ids_of
from support.worker import Worker, wait_until_done

# So soon that one that only failed would be told of after two seconds and stopped before the end.
STOPPED_AFTER = 20
FLIPPING = 25
RETRIES = ",".join(["1s"] * 30)
# The wait before the first retry, where that is less than half a minute.
REST = 1


@pytest.fixture
def start_worker(gauged):
    started = []

    def start(**settings):
        started.append(Worker(gauged, {"PATCHBAY_RETRY_SCHEDULE": RETRIES} | settings))
        return started[-1]

    yield start
    for worker in started:
        worker.stop()


class Flipping:
    """Its requests get these answers, one after the other and again."""

    def __init__(self, stack, name, answers, seconds=0.02):
        self.account = Account(stack, name)
        self.path = f"/{name}/{self.account.id}"
        self.gauge = stack.gauge
        url = self.gauge.answer(self.path, lambda _: next(answers), seconds)
        self.webhook = self.account.webhook("/", endpoint_url=url)
        self.events = []

    @property
    def visits(self):
        return self.gauge.at(self.path)


def rows(stack, statement, flipping):
    return stack.sql(statement.format(f"'{flipping.webhook['id']}'"))


def check_all_delivered(stack, flipping):
    books = Books(stack, flipping.webhook, flipping.visits)
    books.check(ids_of(flipping.events), steps=1)
    assert {status for status, _, _ in books.deliveries.values()} == {"delivered"}
    assert books.errors == {None, "status"}
    assert books.interruptions == 0


def test_all_is_delivered_and_neither_notice_nor_mail_nor_pause_comes_of_it(
    gauged, start_worker, tell
):
    endpoints = [
        Flipping(gauged, "by-turns", itertools.cycle([500, 200])),
        Flipping(gauged, "by-twenties", itertools.cycle([500] * 20 + [200] * 20)),
    ]
    worker = start_worker(
        PATCHBAY_DISABLE_AFTER=f"{STOPPED_AFTER}s",
        PATCHBAY_SMTP_URL=f"smtp://127.0.0.1:{gauged.gauge.port + 1}",
        PATCHBAY_MAIL_FROM="patchbay@example.com",
    )
    end = time.monotonic() + FLIPPING
    while time.monotonic() < end:
        # So many that twenty failures are over within the time after which one is told.
        for flipping in endpoints:
            flipping.events += flipping.account.emit_many(8)
        time.sleep(0.2)
    for flipping in endpoints:
        wait_until_done(gauged, flipping.webhook)

    for flipping in endpoints:
        check_all_delivered(gauged, flipping)
        failures = sum(visit.status == 500 for visit in flipping.visits)
        tell(f"{len(flipping.events)} events, {failures} failures")
        webhook = flipping.account.call("GET", f"/webhooks/{flipping.webhook['id']}")
        assert webhook["status"] == "active"
        paused = "SELECT id FROM audit_log WHERE action = 'webhook.paused' AND subject_id = {}"
        assert rows(gauged, paused, flipping) == []
        assert rows(gauged, "SELECT kind FROM notices WHERE webhook_id = {}", flipping) == []
        mails = f"SELECT subject FROM mails WHERE user_id = '{flipping.account.id}'"
        assert gauged.sql(mails) == []
    assert worker.is_alive


def test_one_probe_at_a_time_until_one_succeeds_and_none_for_what_fails_after_it(
    gauged, start_worker, tell
):
    """It has failed for two minutes already by the record."""
    answers = itertools.chain([500] * 3, itertools.cycle([200, 500]))
    flipping = Flipping(gauged, "comes-back", answers, seconds=0.2)
    flipping.events = flipping.account.emit_many(100)
    rows(
        gauged,
        "REPLACE INTO webhook_health (webhook_id, failing_since)"
        " VALUES ({}, UTC_TIMESTAMP(6) - INTERVAL 2 MINUTE)",
        flipping,
    )
    start_worker()
    # By probes alone it would take minutes.
    wait_until_done(gauged, flipping.webhook, seconds=60)

    check_all_delivered(gauged, flipping)
    probes, others = flipping.visits[:4], flipping.visits[4:]
    assert [(probe.status, probe.at_once) for probe in probes] == [(500, 1)] * 3 + [(200, 1)]
    for probe, following in zip(probes, probes[1:]):
        assert following.began - probe.ended >= REST - 0.05
    tell(f"{max(visit.at_once for visit in others)} at once after the first success")
    assert others[0].began - probes[3].ended < REST - 0.05
    assert max(visit.at_once for visit in others) > 4
