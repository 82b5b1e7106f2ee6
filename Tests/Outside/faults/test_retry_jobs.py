"""A job that sends many again outlives the worker that was at it."""

import pytest

from stack import wait_for
from support.account import Account
from support.worker import end_leases

LONG_AGO = {"since": "2020-01-01T00:00:00Z"}


@pytest.fixture
def account(unmanned):
    return Account(unmanned)


def job_of(stack, webhook):
    [row] = stack.sql(
        "SELECT state, total, queued, delivered, failed FROM retry_jobs"
        f" WHERE webhook_id = '{webhook['id']}'"
    )
    return row[0], *map(int, row[1:])


def test_a_job_goes_on_when_its_worker_was_killed(unmanned, account, start_worker):
    path = f"/slow/100?{account.id}"
    webhook = account.webhook(path)
    account.emit_many(150)
    where = f"WHERE webhook_id = '{webhook['id']}'"
    unmanned.sql(
        "UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, live_webhook_id = NULL,"
        f" finished_at = UTC_TIMESTAMP(6), error = 'timeout' {where}"
    )
    begun = account.call("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO, 202)
    assert begun == {"count": 150}

    first = start_worker()
    wait_for(lambda: job_of(unmanned, webhook)[3] >= 20)
    first.kill()
    assert job_of(unmanned, webhook)[0] == "running"
    end_leases(unmanned, webhook)
    start_worker()

    wait_for(lambda: job_of(unmanned, webhook)[0] == "done", seconds=60)
    assert job_of(unmanned, webhook) == ("done", 150, 150, 150, 0)
    states = unmanned.sql(
        f"SELECT status, retry_job_id IS NULL, COUNT(*) FROM webhook_deliveries {where} GROUP BY 1, 2"
    )
    assert states == [["delivered", "1", "150"]]


def test_a_webhook_deleted_meanwhile_ends_it(unmanned, account, start_worker):
    webhook = account.webhook(f"/slow/300?{account.id}")
    account.emit_many(100)
    where = f"WHERE webhook_id = '{webhook['id']}'"
    unmanned.sql(
        "UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, live_webhook_id = NULL,"
        f" finished_at = UTC_TIMESTAMP(6), error = 'timeout' {where}"
    )
    account.call("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO, 202)
    start_worker()
    wait_for(lambda: job_of(unmanned, webhook)[3] >= 1)

    assert account.api("DELETE", f"/webhooks/{webhook['id']}").status_code == 204

    wait_for(
        lambda: unmanned.sql(f"SELECT COUNT(*) FROM webhook_deliveries {where} AND status = 'pending'")
        == [["0"]]
    )
    wait_for(lambda: unmanned.sql(f"SELECT COUNT(*) FROM retry_jobs {where} AND finished_at IS NULL") == [["0"]])
