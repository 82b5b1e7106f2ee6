"""A worker stands still in the middle of a transaction: for the database it is there, with its locks."""

import pytest

from support.account import Account
from support.database_proxy import HOLD, PASS, DatabaseProxy
from support.ledger import check_books
from support.receipt import SinkTail
from support.worker import wait_until_done


def commits_claim(statement):
    return statement.commits_claim


def commits_results(statement):
    return statement.commits_results


# Its host was stopped, or lost the network, before the server had this COMMIT.
@pytest.mark.parametrize("where", [commits_claim, commits_results])
@pytest.mark.parametrize("limits", [{}, {"max_in_flight": 2}], ids=["no limits", "limits"])
def test_what_it_holds_is_free_long_before_its_connection_is_missed(
    unmanned, start_worker, where, limits
):
    account = Account(unmanned)
    path = f"/slow/1?{account.id}"
    webhook = account.webhook(path, **limits)
    tail = SinkTail(unmanned, path)
    events = account.emit_many(40)

    with DatabaseProxy(unmanned, lambda statement: HOLD if where(statement) else PASS) as proxy:
        frozen = start_worker(proxy.settings)
        assert proxy.held.wait(30)
        start_worker()
        # Ten seconds, and the lease of what it had claimed meanwhile.
        wait_until_done(unmanned, webhook, seconds=45)
        frozen.kill()

    interruptions = check_books(unmanned, webhook, events, tail.read())
    assert where is not commits_claim or interruptions == 0
