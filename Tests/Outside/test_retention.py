"""What is removed when its time is over, and that nothing is left of a deleted user."""

import pytest

from stack import Stack, wait_for
from support.account import Account, patchbay


@pytest.fixture(scope="module")
def kept_stack(states):
    """Keeps the log for 90 days, and payloads for 10."""
    stack = Stack(states / "retention")
    stack.run({"PATCHBAY_PAYLOAD_RETENTION": "10d", "PATCHBAY_RATE_LIMIT": "1000000/s"})
    yield stack
    stack.stop(purge=True)


@pytest.fixture
def person(kept_stack):
    return Account(kept_stack)


def test_old_deliveries_go_with_everything_and_young_ones_stay(kept_stack, person):
    other = Account(kept_stack)
    for account in (person, other):
        sent, paused = account.webhook("/old"), account.webhook("/held", status="paused")
        account.emit()
        account.wait_for_status(sent, "delivered")
        assert account.deliveries(paused)[0]["status"] == "held"

    make_older(person, days=91)

    wait_for_chores(kept_stack, lambda: not rows_of(person))
    assert attempts_without_delivery(kept_stack) == 0
    assert rows_of(other) == {"events": 1, "webhook_deliveries": 2}
    assert [d["status"] for d in other.deliveries(sent)] == ["delivered"]
    assert other.only_delivery(sent)["payload"] is not None


def test_payloads_and_answers_go_before_the_rest_of_the_log(kept_stack, person):
    webhook = person.webhook("/payload")
    person.emit({"a": 1})
    person.wait_for_status(webhook, "delivered")
    paused = person.webhook("/later", status="paused")
    person.emit({"b": 2})
    wait_for(lambda: [d["status"] for d in person.deliveries(webhook)] == ["delivered"] * 2)
    first = person.deliveries(webhook)[-1]["id"]
    before = person.delivery(first)
    assert before["payload"]["data"] == {"a": 1}
    assert before["attempts"][0]["response_body"] == "200 OK\n"

    make_older(person, days=11)

    # Its id became older, too.
    def old():
        return person.delivery(person.deliveries(webhook)[-1]["id"])

    wait_for_chores(kept_stack, lambda: old()["payload"] is None)
    after = old()
    assert after["status"] == "delivered" and len(after["attempts"]) == 1
    assert after["attempts"][0]["response_body"] == ""
    assert after["attempts"][0]["response_headers"] == before["attempts"][0]["response_headers"]
    # Held for one webhook: for the other, too, it can be looked at still.
    assert person.only_delivery(paused)["payload"]["data"] == {"b": 2}
    assert person.delivery(person.deliveries(webhook)[0]["id"])["payload"]["data"] == {"b": 2}


def test_nothing_is_left_of_a_deleted_user(kept_stack, person):
    other = Account(kept_stack)
    webhooks = {}
    for account in (person, other):
        webhooks[account] = account.webhook("/user", headers={"X-Token": "value"})
        account.post_bytes(
            "/events", b'{"type": "lead.created", "data": {}}', **{"Idempotency-Key": "1"}
        )
        account.wait_for_status(webhooks[account], "delivered")
        account.call("PATCH", f"/webhooks/{webhooks[account]['id']}", {"events": ["lead.created"]})
        # Nobody listens.
        account.emit(type="export.completed")
    ids = [person.id, webhooks[person]["id"]]
    assert {"users", "events", "webhook_deliveries"} <= tables_naming(kept_stack, ids)

    patchbay(kept_stack, "user", "delete", person.email)

    assert person.api("GET", "/webhooks").status_code == 401
    assert patchbay(kept_stack, "user", "disable", person.email, check=False).returncode == 1
    # Their bare rows stay for a day, for what a host may commit late.
    only_rows = {"audit_log", "users", "webhooks"}
    wait_for_chores(kept_stack, lambda: tables_naming(kept_stack, ids) == only_rows)
    assert not text_anywhere(kept_stack, person.email)
    kept_stack.sql(
        "UPDATE users SET deleted_at = deleted_at - INTERVAL 25 HOUR;"
        "UPDATE webhooks SET deleted_at = deleted_at - INTERVAL 25 HOUR"
    )
    wait_for_chores(kept_stack, lambda: tables_naming(kept_stack, ids) == {"audit_log"})

    blanks = "before_change IS NULL AND after_change IS NULL AND address IS NULL"
    about = f"user_id = '{person.id}' OR actor_id = '{person.id}'"
    assert kept_stack.sql(f"SELECT DISTINCT {blanks} FROM audit_log WHERE {about}") == [["1"]]
    assert rows_of(other) == {"events": 2, "webhook_deliveries": 1}
    assert other.call("GET", f"/webhooks/{webhooks[other]['id']}")["name"] == "test"


def wait_for_chores(stack, condition):
    """Makes every chore due, again and again: one under way is due later, whatever was written."""

    def is_done():
        # The walk of payloads does not come back to what has become old behind it.
        stack.sql(
            "UPDATE chores SET due_at = UTC_TIMESTAMP(6),"
            " cursor_id = IF(name = 'payloads', NULL, cursor_id)"
        )
        return condition()

    wait_for(is_done, seconds=120, every=1)


def make_older(account, days):
    """Moves all events and deliveries of a user into the past; their ids say when they began."""

    def earlier(column):
        digits = f"REPLACE(CAST({column} AS CHAR), '-', '')"
        time = f"CONV(LEFT({digits}, 12), 16, 10) - {days * 86_400_000}"
        return f"CONCAT(LPAD(HEX({time}), 12, '0'), SUBSTR({digits}, 13))"

    ago = f"- INTERVAL {days} DAY"
    mine = f"user_id = '{account.id}'"
    account.stack.sql(
        f"""
        BEGIN;
        UPDATE webhook_attempts
           SET delivery_id = {earlier("delivery_id")}, started_at = started_at {ago}
         WHERE delivery_id IN (SELECT id FROM webhook_deliveries WHERE {mine});
        UPDATE webhook_deliveries SET id = {earlier("id")}, event_id = {earlier("event_id")},
               created_at = created_at {ago}, finished_at = finished_at {ago} WHERE {mine};
        UPDATE events SET id = {earlier("id")}, created_at = created_at {ago} WHERE {mine};
        COMMIT;
        """
    )


def rows_of(account):
    """How many rows of the log a user has, without the tables that have none."""
    counts = {
        table: int(
            account.stack.sql(f"SELECT COUNT(*) FROM {table} WHERE user_id = '{account.id}'")[0][0]
        )
        for table in ("events", "webhook_deliveries")
    }
    return {table: count for table, count in counts.items() if count}


def attempts_without_delivery(stack):
    [[count]] = stack.sql(
        "SELECT COUNT(*) FROM webhook_attempts WHERE delivery_id NOT IN"
        " (SELECT id FROM webhook_deliveries)"
    )
    return int(count)


def tables_naming(stack, ids):
    """The tables in which any column is one of these ids."""
    columns = stack.sql(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND column_type = 'uuid'"
    )
    values = ", ".join(f"'{id}'" for id in ids)
    return {
        table
        for table, column in columns
        if stack.sql(f"SELECT 1 FROM {table} WHERE {column} IN ({values}) LIMIT 1")
    }


def text_anywhere(stack, text):
    """The columns of text or bytes in which it stands."""
    columns = stack.sql(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND character_maximum_length IS NOT NULL"
    )
    return [
        (table, column)
        for table, column in columns
        if stack.sql(f"SELECT 1 FROM {table} WHERE INSTR({column}, '{text}') LIMIT 1")
    ]
