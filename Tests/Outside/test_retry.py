"""What becomes of a delivery whose endpoint does not take it at once."""

import time

import pytest

from stack import wait_for
from support.receipt import receipts, wait_for_receipts


def test_an_endpoint_that_answers_500_500_200_is_tried_three_times_and_the_log_shows_it(account):
    path = f"/sequence/500,500,200/{account.id}"
    webhook = account.webhook(path)

    event = account.emit({"a": 1})
    delivery = account.wait_for_status(webhook, "delivered")

    got = receipts(account.stack, path)
    assert [r.id for r in got] == [event["id"]] * 3
    assert len({r.timestamp for r in got}) == 3
    assert len({r.signature for r in got}) == 3
    for receipt in got:
        receipt.verify(webhook["secret"])
    waits = [(after.at - before.at).total_seconds() for before, after in zip(got, got[1:])]
    assert all(0.9 < wait < 3 for wait in waits), waits
    attempts = delivery["attempts"]
    assert [a["number"] for a in attempts] == [1, 2, 3]
    assert [a["response_status"] for a in attempts] == [500, 500, 200]
    assert [a["error"] for a in attempts] == ["status", "status", None]
    assert [dict(a["request_headers"])["webhook-timestamp"] for a in attempts] == [
        str(r.timestamp) for r in got
    ]
    assert [a["response_body"] for a in attempts][2] == "200 OK\n"
    assert (delivery["attempt_number"], delivery["response_status"]) == (3, 200)
    assert delivery["error"] is None and delivery["next_attempt_at"] is None


def test_when_the_schedule_is_over_the_delivery_is_failed(account):
    path = f"/status/500?{account.id}"
    webhook = account.webhook(path)
    account.emit()

    delivery = account.wait_for_status(webhook, "failed")

    assert [a["error"] for a in delivery["attempts"]] == ["status"] * 3
    assert (delivery["error"], delivery["response_status"]) == ("status", 500)
    time.sleep(1.5)
    assert len(receipts(account.stack, path)) == 3


def test_an_attempt_on_record_says_how_long_it_took_and_what_came_back(account):
    webhook = account.webhook(f"/slow/120?{account.id}")
    account.emit()

    [attempt] = account.wait_for_status(webhook, "delivered")["attempts"]

    # A kept connection has no look-up, connect or handshake of its own.
    assert set(attempt["timings"]) == {"dns_ms", "connect_ms", "tls_ms", "first_byte_ms"}
    assert 120 <= attempt["timings"]["first_byte_ms"] <= attempt["duration_ms"] < 2000
    assert attempt["remote_address"].rpartition(":")[0] in ("127.0.0.1", "[::1]")
    assert ["Content-Type", "text/plain; charset=utf-8"] in attempt["response_headers"]


def test_410_ends_the_delivery_and_pauses_the_webhook_as_gone(account):
    webhook = account.webhook(f"/gone?{account.id}")
    account.emit()

    delivery = account.wait_for_status(webhook, "failed")

    assert len(delivery["attempts"]) == 1
    now = account.call("GET", f"/webhooks/{webhook['id']}")
    assert (now["status"], now["paused_reason"]) == ("paused", "gone")
    assert account.emit()["deliveries"] == 1
    assert account.deliveries(webhook)[0]["status"] == "held"
    resumed = account.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "active"})
    assert (resumed["status"], resumed["paused_reason"]) == ("active", None)


def test_a_redirect_is_a_failure_and_not_followed(account):
    path = f"/status/302?{account.id}"
    webhook = account.webhook(path)
    before = len(account.stack.sink_lines("/redirected"))
    account.emit()

    delivery = account.wait_for_status(webhook, "failed")

    assert {(a["error"], a["response_status"]) for a in delivery["attempts"]} == {("redirect", 302)}
    assert len(account.stack.sink_lines("/redirected")) == before


@pytest.mark.parametrize("status", [400, 404, 500, 502])
def test_what_is_not_2xx_is_tried_again(account, status):
    webhook = account.webhook(f"/sequence/{status},204/{account.id}")
    account.emit()

    delivery = account.wait_for_status(webhook, "delivered")

    assert [a["response_status"] for a in delivery["attempts"]] == [status, 204]


def test_an_attempt_ends_at_its_timeout(account):
    webhook = account.webhook(f"/hang/{account.id}")
    account.emit()

    [first, *_] = account.wait_for_attempts(webhook, 1)["attempts"]

    assert (first["error"], first["response_status"]) == ("timeout", None)
    assert 1900 < first["duration_ms"] < 2600


def test_a_paused_webhook_holds_its_events(account):
    path = f"/paused/{account.id}"
    webhook = account.webhook(path, status="paused")
    assert webhook["paused_reason"] == "user"

    assert account.emit()["deliveries"] == 1

    assert account.deliveries(webhook)[0]["status"] == "held"
    account.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "active"})
    account.emit({"later": True})
    wait_for_receipts(account.stack, path)
    time.sleep(0.6)
    # Resuming sends what is new; what was held waits for `recover`.
    assert [r.data for r in receipts(account.stack, path)] == [b'{"later":true}']


def test_pausing_takes_what_waits_for_its_next_attempt_out_of_the_queue(account):
    webhook = account.webhook(f"/status/500?{account.id}")
    account.emit()
    account.wait_for_attempts(webhook, 1)

    account.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "paused"})

    delivery = account.wait_for_status(webhook, "held")
    assert delivery["next_attempt_at"] is None
    assert delivery["attempt_number"] in (1, 2)


def test_deleting_drops_what_waits(account):
    webhook = account.webhook(f"/status/500?{account.id}")
    account.emit()
    account.wait_for_attempts(webhook, 1)
    [delivery] = account.deliveries(webhook)

    assert account.api("DELETE", f"/webhooks/{webhook['id']}").status_code == 204

    where = f"FROM webhook_deliveries WHERE id = '{delivery['id']}'"
    wait_for(lambda: account.stack.sql(f"SELECT status, error {where}") == [["failed", "dropped"]])
    errors = account.stack.sql(
        f"SELECT DISTINCT error FROM webhook_attempts WHERE delivery_id = '{delivery['id']}'"
    )
    assert errors == [["status"]]
