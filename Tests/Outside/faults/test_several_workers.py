"""Several workers at once, and what is changed in the database while they work."""

import shutil
import subprocess

import pytest

from stack import ROOT, wait_for
from support.account import Account, patchbay
from support.ledger import Books, ids_of
from support.load import Load
from support.receipt import SinkTail
from support.worker import attempts_in, wait_until_done

STEPS = 5


@pytest.fixture
def account(unmanned):
    return Account(unmanned)


@pytest.mark.parametrize("count", [2, 4, 8])
def test_several_workers_at_once_send_nothing_twice(
    unmanned, account, start_worker, tell, count
):
    paths = [f"/slow/50?{account.id}-{n}" for n in range(2)]
    webhooks = [account.webhook(path) for path in paths]
    tail = SinkTail(unmanned, *paths)
    workers = [start_worker() for _ in range(count)]
    for worker in workers:
        wait_for(lambda: '"ready"' in worker.log_text)

    events = account.emit_many(1500)
    for webhook in webhooks:
        wait_until_done(unmanned, webhook)

    for webhook, path in zip(webhooks, paths):
        books = Books(unmanned, webhook, [r for r in tail.read() if r.path == path])
        books.check(ids_of(events), STEPS)
        assert (books.duplicates, books.interruptions) == (0, 0)
    parts = [attempts_in(worker.log_text) for worker in workers]
    tell(f"no duplicates, {parts} attempts each")
    assert len([part for part in parts if part > 0]) >= 2


@pytest.fixture
def newer(unmanned, tmp_path):
    """The migrations and one more, the first step of a later version: it only adds."""
    for file in (ROOT / "sql").glob("[0-9]*.sql"):
        shutil.copy(file, tmp_path)
    number = len(list(tmp_path.iterdir())) + 1
    (tmp_path / f"{number:04}_expand.sql").write_text(
        "ALTER TABLE webhook_deliveries ADD COLUMN later INT NULL, ALGORITHM=INSTANT;\n"
        "ALTER TABLE webhook_attempts ADD COLUMN later INT NULL, ALGORITHM=INSTANT;\n"
        "ALTER TABLE webhook_attempts ADD INDEX later (later), ALGORITHM=INPLACE, LOCK=NONE;\n"
    )
    yield tmp_path
    unmanned.sql(
        "ALTER TABLE webhook_deliveries DROP COLUMN IF EXISTS later;"
        "ALTER TABLE webhook_attempts DROP INDEX IF EXISTS later, DROP COLUMN IF EXISTS later;"
        f"DELETE FROM schema_migrations WHERE number = {number}"
    )


def start_migration(stack, folder):
    return subprocess.Popen(
        [
            ROOT / "deploy" / "lib" / "with-settings",
            stack.state / "patchbay.env",
            stack.state / "bin" / "patchbay",
            "migrate",
            "--directory",
            folder,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_migrations_in_a_drain_keep_nobody_from_events_and_deliveries(
    unmanned, account, start_worker, newer, tell
):
    """What is there again, then a later version's first step, twice at once, beside the programs of
    this version."""
    path = f"/slow/20?{account.id}"
    webhook = account.webhook(path)
    tail = SinkTail(unmanned, path)
    worker = start_worker()
    load = Load(account, threads=2, batch=20)
    tail.wait_for(200)

    assert "applied" not in patchbay(unmanned, "migrate", "--directory", ROOT / "sql").stdout
    both = [start_migration(unmanned, newer) for _ in range(2)]
    said = "".join(one.communicate(timeout=60)[0] for one in both)
    assert [one.returncode for one in both] == [0, 0], said
    assert said.count("applied") == 1
    tail.wait_for(len(tail.read()) + 200)
    load.stop()
    wait_until_done(unmanned, webhook)

    books = Books(unmanned, webhook, tail.read())
    books.check(load.acknowledged, STEPS)
    tell(f"{len(load.acknowledged)} events meanwhile, {books.duplicates} duplicates")
    assert set(load.statuses) == {202} and load.broken == 0
    assert worker.is_alive
    assert (books.duplicates, books.interruptions) == (0, 0)
