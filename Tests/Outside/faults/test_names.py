"""Endpoints by name, in a network of its own: a silent name server, and names that lead inside."""

import json
import os
import signal
import subprocess
import time

import pytest

from stack import Stack, is_alive, wait_for
from support.account import Account
from support.namespace import DOMAIN, PORT, Namespace
from support.receipt import Receipt

SILENT = 300
HEALTHY = 20
EVENTS = 15


@pytest.fixture(scope="module")
def network(states):
    stack = Stack(states / "names")
    stack.run(
        {
            "PATCHBAY_RETRY_SCHEDULE": "1h",
            "PATCHBAY_MAX_WEBHOOKS": "1000",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
            "PATCHBAY_ENDPOINT_ALLOW": "10.99.0.0/16",
        }
    )
    # The stack's own worker is outside of the namespace and would take half of the deliveries.
    timer = stack.pid("timer")
    os.kill(timer, signal.SIGTERM)
    wait_for(lambda: not is_alive(timer), seconds=30)
    network = Namespace(stack)
    try:
        try:
            network.make()
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no network namespace can be made here: {error}")
        network.start_all()
        yield network
    finally:
        network.remove()
        stack.stop(purge=True)


def listen(account, names):
    """Webhooks to these names. The responder is outside and cannot look them up, so that the
    addresses are set behind its back."""
    webhooks = [account.webhook(f"/{name}") for name in names]
    for webhook, name in zip(webhooks, names):
        account.stack.sql(
            f"UPDATE webhooks SET endpoint_url = 'https://{name}.{DOMAIN}:{PORT}/{name}'"
            f" WHERE id = '{webhook['id']}'"
        )
    return webhooks


def received(network):
    return [Receipt(json.loads(line)) for line in network.log.read_text().splitlines()]


def healthy_account(network, first):
    account = Account(network.stack)
    listen(account, [f"ok{n}" for n in range(first, first + HEALTHY)])
    return account


def p99(network, account):
    """Milliseconds from event to endpoint."""
    sent = {}
    for _ in range(EVENTS):
        before = time.time()
        sent[account.emit()["id"]] = before
        time.sleep(0.3)

    def all_arrived():
        got = [receipt for receipt in received(network) if receipt.id in sent]
        return got if len(got) == EVENTS * HEALTHY else None

    got = wait_for(all_arrived, seconds=30)
    latencies = sorted((receipt.at.timestamp() - sent[receipt.id]) * 1000 for receipt in got)
    return latencies[len(latencies) * 99 // 100]


def emit_to_silent_names(network, kind):
    """One event to 300 names that the name server is silent about; gives their user."""
    silent = Account(network.stack, "silent")
    listen(silent, [f"silent-{kind}-{n}" for n in range(SILENT)])
    assert silent.emit()["deliveries"] == SILENT
    return silent


def untried(network, account):
    [[count]] = network.stack.sql(
        "SELECT COUNT(*) FROM webhook_deliveries"
        f" WHERE user_id = '{account.id}' AND attempt_number = 0"
    )
    return int(count)


def test_a_name_server_silent_for_300_names_delays_no_other_and_they_fail_with_dns(network):
    healthy = healthy_account(network, first=0)
    at_rest = p99(network, healthy)

    silent = emit_to_silent_names(network, "known")
    beside = p99(network, healthy)

    assert untried(network, silent) > 0, "the silent names were done with too early"
    wait_for(lambda: untried(network, silent) == 0, seconds=60, every=0.5)
    attempts = network.stack.sql(
        "SELECT a.error, COUNT(*), MAX(a.total_us)"
        " FROM webhook_attempts AS a JOIN webhook_deliveries AS d ON d.id = a.delivery_id"
        f" WHERE d.user_id = '{silent.id}' GROUP BY a.error"
    )
    print(f"p99 at rest {at_rest:.0f} ms, beside {SILENT} silent names {beside:.0f} ms")
    assert [row[:2] for row in attempts] == [["dns", str(SILENT)]]
    assert int(attempts[0][2]) <= 6_000_000
    assert beside <= 2 * at_rest + 100


def arrived(network, name):
    return [receipt for receipt in received(network) if receipt.path == f"/{name}"]


@pytest.mark.parametrize("name", ["loop", "metadata", "private", "second", "also-loop"])
def test_a_name_that_leads_inside_is_refused_before_anything_is_opened(network, name):
    account = Account(network.stack)
    [webhook] = listen(account, [name])
    account.emit()

    [attempt] = account.wait_for_attempts(webhook, 1)["attempts"]

    assert (attempt["error"], attempt["response_status"]) == ("address_refused", None)
    assert attempt["timings"]["connect_ms"] is None
    assert arrived(network, name) == []


@pytest.mark.parametrize("name", ["nxdomain", "servfail", "refused", "empty"])
def test_a_name_without_an_address_is_dns_and_is_tried_again(network, name):
    account = Account(network.stack)
    [webhook] = listen(account, [name])
    account.emit()

    delivery = account.wait_for_attempts(webhook, 1)

    assert [attempt["error"] for attempt in delivery["attempts"]] == ["dns"]
    assert delivery["attempts"][0]["remote_address"] is None
    assert (delivery["status"], delivery["next_attempt_at"] is None) == ("pending", False)


def test_a_name_that_is_moved_inside_after_it_was_judged_is_refused_until_it_comes_back(network):
    account = Account(network.stack)
    [webhook] = listen(account, ["moves"])
    account.emit()
    account.wait_for_status(webhook, "delivered")

    network.restart_worker()
    account.emit()
    wait_for(lambda: account.deliveries(webhook)[0]["attempt_number"] == 1)
    moved = account.delivery(account.deliveries(webhook)[0]["id"])
    network.restart_worker()
    network.stack.sql(
        f"UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6) WHERE id = '{moved['id']}'"
    )
    wait_for(lambda: account.delivery(moved["id"])["status"] == "delivered")

    [refused] = moved["attempts"]
    assert (refused["error"], refused["remote_address"]) == ("address_refused", None)
    assert len(arrived(network, "moves")) == 2
