"""Webhooks are changed in every way there is while their deliveries are under way."""

import collections
import contextlib
import datetime
import random
import threading
import time

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from stack import wait_for
from support.account import Account
from support.ledger import Books, ids_of
from support.receipt import SinkTail
from support.worker import end_leases, wait_until_done

STEPS = 5
EVER = {"since": "2020-01-01T00:00:00Z"}
# From the claim, which reads the secrets, to the sink; the machine may be busy.
ON_THE_WAY = 2


class Secrets:
    """All that a webhook has had, each with when it ended: None while it counts."""

    def __init__(self, webhook):
        self.ends = {webhook["secret"]: None}

    def rotate(self, account, webhook, overlap):
        path = f"/webhooks/{webhook['id']}/rotate-secret"
        made = account.call("POST", path, {"overlap": overlap})
        end = datetime.datetime.fromisoformat(made["previous_expires_at"].replace("Z", "+00:00"))
        # One whose overlap still ran has ended by this, too.
        now = datetime.datetime.now(datetime.timezone.utc)
        for secret, before in self.ends.items():
            self.ends[secret] = end if before is None else min(before, now)
        self.ends[made["secret"]] = None

    def check(self, receipt):
        """That one signed it which was not over yet."""
        signers = [secret for secret in self.ends if is_signed(receipt, secret)]
        assert signers
        slack = datetime.timedelta(seconds=ON_THE_WAY)
        assert any(end is None or receipt.at <= end + slack for end in map(self.ends.get, signers))


def is_signed(receipt, secret):
    with contextlib.suppress(WebhookVerificationError):
        receipt.verify(secret)
        return True
    return False


def test_each_delivery_is_signed_by_a_secret_that_counts_then(unmanned, start_worker):
    account = Account(unmanned)
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path, max_per_second=100)
    secrets = Secrets(webhook)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(1000)
    start_worker()

    for number, overlap in enumerate(["0s", "3s", "0s", "1h"]):
        tail.wait_for(1 + 150 * number)
        secrets.rotate(account, webhook, overlap)
    wait_until_done(unmanned, webhook)

    assert {receipt.id for receipt in tail.read()} == ids_of(events)
    for receipt in tail.receipts:
        secrets.check(receipt)
    # After the last change both sign.
    assert len(tail.receipts[-1].signature.split(" ")) == 2


class Changes:
    """One change after the other of any of the webhooks, until it is stopped."""

    def __init__(self, stack, account, webhooks, chance):
        self.account = account
        self.webhooks = webhooks
        self.chance = chance
        self.answers = collections.Counter()
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.stopping.wait(self.chance.random() * 0.1):
            path = f"/webhooks/{self.chance.choice(self.webhooks)['id']}"
            method, more, body = self.chance.choice(self.all())
            self.answers[self.account.api(method, path + more, body).status_code] += 1

    def all(self):
        patches = [
            {"max_in_flight": self.chance.choice([None, 1, 3, 20])},
            {"max_per_second": self.chance.choice([None, 50, 400])},
            {"ordered": self.chance.random() < 0.4},
            {"headers": {"X-N": str(self.chance.randrange(1000))}},
            {"status": "paused"},
            {"status": "active"},
            {"status": "active"},
        ]
        return [("PATCH", "", patch) for patch in patches] + [
            ("POST", "/rotate-secret", {"overlap": "0s"}),
            ("POST", "/recover", EVER),
            ("POST", "/retry-failed", EVER),
        ]

    def stop(self):
        self.stopping.set()
        self.thread.join()


@pytest.fixture
def chance():
    seed = random.randrange(1 << 32)
    print("seed", seed)
    return random.Random(seed)


def test_changes_and_kills_lose_nothing_and_leave_nothing_waiting(
    unmanned, start_worker, tell, chance
):
    account = Account(unmanned)
    kinds = ["/slow/5", "/slow/150", "/status/500"]
    paths = [f"{kind}?{account.id}" for kind in kinds]
    webhooks = [account.webhook(path) for path in paths]
    tail = SinkTail(unmanned, *paths)
    events = []
    workers = [start_worker(), start_worker()]
    changes = Changes(unmanned, account, webhooks, chance)

    end = time.monotonic() + 20
    kills = 0
    while time.monotonic() < end:
        events += account.emit_many(100)
        time.sleep(0.5 + chance.random() * 0.5)
        worker = workers.pop(0)
        if chance.random() < 0.5:
            worker.kill()
            kills += 1
        else:
            worker.process.terminate()
        workers.append(start_worker())
    changes.stop()
    assert set(changes.answers) <= {200, 202, 409}

    for webhook in webhooks:
        calm = {"status": "active", "ordered": False, "max_in_flight": None, "max_per_second": None}
        account.call("PATCH", f"/webhooks/{webhook['id']}", calm)
        end_leases(unmanned, webhook)
    wait_for(lambda: is_over(unmanned, account, webhooks), seconds=120, every=0.5)

    for webhook, path in zip(webhooks, paths, strict=True):
        books = Books(unmanned, webhook, [one for one in tail.read() if one.path == path])
        # What was asked for again has one attempt then, whatever step of the schedule it had reached.
        books.check(ids_of(events), steps=1)
        tell(f"{kills} kills, {books.duplicates} more requests than events at {path.split('?')[0]}")
    check_jobs_ended(unmanned, account)


def is_over(stack, account, webhooks):
    """Whether nothing waits; what is held is sent on."""
    counts = dict(
        stack.sql(
            "SELECT status, COUNT(*) FROM webhook_deliveries"
            f" WHERE user_id = '{account.id}' GROUP BY status"
        )
    )
    if "held" in counts:
        for webhook in webhooks:
            # 409 while a job runs.
            account.api("POST", f"/webhooks/{webhook['id']}/recover", EVER)
    return not {"pending", "held"} & set(counts)


def check_jobs_ended(stack, account):
    where = f"WHERE user_id = '{account.id}' AND live_webhook_id IS NOT NULL"
    wait_for(lambda: stack.sql(f"SELECT COUNT(*) FROM retry_jobs {where}") == [["0"]], seconds=90)
