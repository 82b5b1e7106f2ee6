"""Three nodes of a Galera cluster, two responders and two workers: a writer that dies takes nothing
with it. In the order they stand in, since each begins with the nodes as the last one left them."""

import collections
import contextlib
import itertools
import os
import pathlib
import tempfile
import time

import pytest

from stack import Stack, free_port, wait_for
from support.account import Account
from support.cluster_site import ClusterSite, make_schema
from support.galera import Cluster
from support.ledger import check_acknowledged
from support.load import Load
from support.rate import events_per_second
from support.receipt import SinkTail
from support.worker import attempts_in

WEBHOOKS = 4
EVENTS = 5000
# For a drain, on a machine that is slow and busy.
PATIENCE_SECONDS = 300


@pytest.fixture(scope="module")
def stack(states):
    """Has what the cluster's site shares with it: the programs, the keys, the sink."""
    stack = Stack(states / "galera")
    stack.run(
        {
            "PATCHBAY_RETRY_SCHEDULE": "1s,1s",
            "PATCHBAY_ATTEMPT_TIMEOUT": "10s",
            "PATCHBAY_WORKER_LEASE": "20s",
            "PATCHBAY_WORKER_LINGER": "10m",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
        }
    )
    yield stack
    stack.stop(purge=True)


@pytest.fixture(scope="module")
def cluster():
    """Where the nodes' account can reach it; deploy/steps/galera removes it whatever happens."""
    with tempfile.TemporaryDirectory(prefix="nodes.", dir=os.environ.get("GALERA_FOLDER")) as folder:
        cluster = Cluster(folder)
        yield cluster
        cluster.stop()


@pytest.fixture(scope="module")
def site(stack, cluster):
    """On the first node alone to begin with: a plain server, not yet of a cluster."""
    cluster.start_plain()
    site = ClusterSite(stack, pathlib.Path(cluster.folder) / "site", cluster.hosts, free_port())
    site.reader = cluster.nodes[0]
    make_schema(site, cluster.nodes[0])
    site.start_responders()
    yield site
    site.stop_programs()


def start_workers(site):
    for name in ("worker1", "worker2"):
        site.start_worker(name)


def stop_workers(site):
    for name in ("worker1", "worker2"):
        assert site.stop_process(name) == 0


@contextlib.contextmanager
def posting(account, threads):
    load = Load(account, threads)
    try:
        yield load
    finally:
        load.stop()


def show(capsys, *lines):
    """Past pytest, which keeps what a good test prints to itself."""
    with capsys.disabled():
        print("", *lines, sep="\n")


def measure(site):
    """Events and deliveries per second; each number is that of one run of a few seconds."""
    account = Account(site)
    account.webhook("/unused", status="paused")
    figures = {
        "events/s, one a call": events_per_second(account, 8),
        "events/s, 100 a call": events_per_second(account, 4, batch=100),
    }
    account = Account(site)
    path = f"/measured/{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(site, path)
    account.emit_many(EVENTS)
    start_workers(site)
    wait_until_nothing_waits(site, [webhook])
    stop_workers(site)
    receipts = tail.read()
    seconds = (receipts[-1].at - receipts[0].at).total_seconds()
    return figures | {"deliveries/s": len(receipts) / seconds}


def wait_until_nothing_waits(site, webhooks):
    ids = ",".join(f"'{webhook['id']}'" for webhook in webhooks)
    waiting = f"SELECT COUNT(*) FROM webhook_deliveries WHERE live_webhook_id IN ({ids})"
    wait_for(lambda: site.sql(waiting) == [["0"]], PATIENCE_SECONDS, every=0.25)


def test_three_nodes_carry_what_one_carries_and_cost_something(site, cluster, capsys):
    alone = measure(site)
    cluster.form()
    wait_for(site.answers, 30)
    together = measure(site)

    assert [node.status("wsrep_cluster_size") for node in cluster.nodes] == ["3"] * 3
    show(
        capsys,
        f"{'':24}{'one node':>10}{'three nodes':>14}{'ratio':>8}",
        *(
            f"{name:24}{alone[name]:10.0f}{together[name]:14.0f}{together[name] / alone[name]:8.2f}"
            for name in alone
        ),
    )


def users_of(node, account):
    """How many connections one of the programs has to a node."""
    where = f"user = '{account}'"
    return int(node.sql(f"SELECT COUNT(*) FROM information_schema.processlist WHERE {where}")[0][0])


def check_books(site, webhooks, tails, acknowledged, capsys, words):
    """Holds each webhook's deliveries against the sink, and says how many came twice, and why."""
    wait_until_nothing_waits(site, webhooks)
    received = twice = interrupted = 0
    for webhook, tail in zip(webhooks, tails):
        interrupted += check_acknowledged(site, webhook, acknowledged, tail.read())
        counts = collections.Counter(receipt.id for receipt in tail.receipts)
        twice += sum(count - 1 for count in counts.values())
        received += len(counts)
    # What is sent again was on record as interrupted before.
    assert twice <= interrupted
    show(
        capsys,
        f"{words}: {len(acknowledged)} events acknowledged, {received} deliveries, {twice} sent twice,",
        f"{interrupted} attempts interrupted (their claim was lost with the writer, or its answer)",
    )


def listeners(site, count=WEBHOOKS):
    """An account, its webhooks, and what reads the requests to each."""
    account = Account(site)
    paths = [f"/galera/{account.id}/{number}" for number in range(count)]
    webhooks = [account.webhook(path) for path in paths]
    return account, webhooks, [SinkTail(site, path) for path in paths]


def test_a_writer_that_is_killed_in_a_drain_and_comes_back_loses_nothing(site, cluster, capsys):
    first, second, _ = cluster.nodes
    account, webhooks, tails = listeners(site)
    emitted = [event["id"] for event in account.emit_many(EVENTS)]
    with posting(account, 4) as load:
        start_workers(site)
        tails[0].wait_for(EVENTS // 5)
        assert users_of(first, "patchbay_web") and users_of(first, "patchbay_worker")
        assert not users_of(second, "patchbay_web") + users_of(second, "patchbay_worker")

        first.kill()
        site.reader = second
        before, answered = len(tails[0].read()), len(load.acknowledged)
        assert before < EVENTS, "the kill came too late"
        tails[0].wait_for(before + 200)
        wait_for(lambda: len(load.acknowledged) > answered + 50, 60)
        assert users_of(second, "patchbay_web") and users_of(second, "patchbay_worker")
        cluster.rejoin(first)

    acknowledged = emitted + load.acknowledged
    for tail in tails:
        tail.wait_for_events([{"id": id} for id in acknowledged], PATIENCE_SECONDS)
    check_books(site, webhooks, tails, acknowledged, capsys, "writer killed")
    statuses = collections.Counter(load.statuses)
    show(
        capsys,
        f"answers to events posted meanwhile: {dict(statuses)}",
        f"longest time without a delivery: {longest_pause(tails):.1f} s",
    )
    assert set(statuses) <= {202, 503}


def longest_pause(tails):
    """Seconds between two requests to any of the paths."""
    times = sorted(receipt.at for tail in tails for receipt in tail.receipts)
    return max(later - earlier for earlier, later in itertools.pairwise(times)).total_seconds()


def test_two_writers_at_once_are_slower_and_no_less_right(site, cluster, capsys):
    """A worker that starts after the first node is back goes there, while the others stay on the
    second: no row lock of one is seen by the other."""
    first, second, _ = cluster.nodes
    assert site.stop_process("worker1") == 0
    site.start_worker("worker1")
    wait_for(lambda: users_of(first, "patchbay_worker"), 30)
    assert users_of(second, "patchbay_worker")

    before = {name: attempts_of(site, name) for name in ("worker1", "worker2")}
    account, webhooks, tails = listeners(site)
    events = account.emit_many(EVENTS // 5)
    for tail in tails:
        tail.wait_for_events(events, PATIENCE_SECONDS)

    check_books(site, webhooks, tails, [event["id"] for event in events], capsys, "two writers")
    assert all(attempts_of(site, name) > before[name] for name in before)
    lost = sum(int(node.status(name)) for node in cluster.nodes for name in CONFLICTS)
    show(capsys, f"transactions refused or ended for another node's: {lost}")


CONFLICTS = ("wsrep_local_cert_failures", "wsrep_local_bf_aborts")


def attempts_of(site, worker):
    """What each worker put on record."""
    return attempts_in(site.log(worker))


def test_a_node_that_is_not_synced_is_passed_over(site, cluster):
    first, second, _ = cluster.nodes
    stop_workers(site)
    first.sql("SET GLOBAL wsrep_desync = ON")
    wait_for(lambda: first.status("wsrep_local_state") == "2", 30)

    start_workers(site)
    wait_for(lambda: users_of(second, "patchbay_worker") >= 2, 30)
    # Each connection asks the first node whether it is fit, and leaves it.
    wait_for(lambda: not users_of(first, "patchbay_worker"), 10)

    first.sql("SET GLOBAL wsrep_desync = OFF")
    wait_for(first.is_synced, 30)


def test_without_a_quorum_nothing_is_acknowledged_and_later_all_goes_on(site, cluster, capsys):
    first, second, third = cluster.nodes
    account, webhooks, tails = listeners(site, 1)
    with posting(account, 4) as load:
        wait_for(lambda: len(load.acknowledged) > 100, 30)
        for node in (first, second):
            node.kill()
        wait_for(lambda: third.status("wsrep_ready") == "OFF", 60)
        wait_for(lambda: 503 in load.statuses[-1:], 60)
        # An answer may still be on its way.
        time.sleep(1)
        counted = len(load.acknowledged)
        time.sleep(2)
        assert len(load.acknowledged) == counted
        assert not site.answers()

        third.sql("SET GLOBAL wsrep_provider_options = 'pc.bootstrap=YES'")
        site.reader = third
        wait_for(lambda: len(load.acknowledged) > counted + 100, 60)

    tails[0].wait_for_events([{"id": id} for id in load.acknowledged], PATIENCE_SECONDS)
    check_books(site, webhooks, tails, load.acknowledged, capsys, "no quorum")
    assert set(load.statuses) <= {202, 503}
