"""Sending again by the API: one, many, what was held, and tests."""

import pytest

from stack import wait_for
from support.receipt import receipts, wait_for_receipts

LONG_AGO = {"since": "2020-01-01T00:00:00Z"}


def failed(account, path, count=1):
    """A webhook whose deliveries have all failed; its endpoint then answers as the path says."""
    webhook = account.webhook(path)
    for _ in range(count):
        account.emit()
    wait_for(
        lambda: all(each["status"] == "failed" for each in account.deliveries(webhook)), seconds=30
    )
    return webhook


def test_a_failed_delivery_gets_one_attempt_outside_the_schedule(account):
    path = f"/sequence/500,500,500,500,200/{account.id}"
    webhook = failed(account, path)
    [delivery] = account.deliveries(webhook)

    for status, attempts in (("failed", 4), ("delivered", 5)):
        begun = account.call("POST", f"/deliveries/{delivery['id']}/retry", status=202)
        assert begun["id"] == delivery["id"]
        account.wait_for_attempts(webhook, attempts)
        assert account.wait_for_status(webhook, status)["attempt_number"] == attempts

    got = receipts(account.stack, path)
    assert len({r.id for r in got}) == 1 and len({r.body for r in got}) == 1
    for receipt in got:
        receipt.verify(webhook["secret"])


def test_one_delivered_before_ends_as_delivered_in_any_case(account):
    webhook = account.webhook(f"/sequence/200,500/{account.id}")
    account.emit()
    delivery = account.wait_for_status(webhook, "delivered")

    account.call("POST", f"/deliveries/{delivery['id']}/retry", status=202)

    delivery = account.wait_for_attempts(webhook, 2)
    assert delivery["status"] == "delivered"
    assert [a["response_status"] for a in delivery["attempts"]] == [200, 500]


def test_a_pending_one_is_due_now(account):
    webhook = account.webhook(f"/sequence/500,200/{account.id}")
    account.emit()
    delivery = account.wait_for_attempts(webhook, 1)

    account.call("POST", f"/deliveries/{delivery['id']}/retry", status=202)

    delivery = account.wait_for_status(webhook, "delivered")
    assert delivery["attempt_number"] == 2


def test_one_that_is_being_sent_is_sent_once(account):
    path = f"/slow/1500?{account.id}"
    webhook = account.webhook(path)
    account.emit()
    wait_for_receipts(account.stack, path)
    [delivery] = account.deliveries(webhook)

    for _ in range(5):
        account.call("POST", f"/deliveries/{delivery['id']}/retry", status=202)

    assert account.wait_for_status(webhook, "delivered")["attempt_number"] == 1
    assert len(receipts(account.stack, path)) == 1


@pytest.mark.parametrize("call", ["retry", "retry-failed", "recover"])
def test_nothing_is_sent_again_while_the_webhook_is_paused(account, call):
    webhook = failed(account, f"/status/500?{account.id}")
    [delivery] = account.deliveries(webhook)
    account.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "paused"})
    path = {"retry": f"/deliveries/{delivery['id']}/retry"}.get(call, f"/webhooks/{webhook['id']}/{call}")

    answer = account.call("POST", path, LONG_AGO, status=409)

    assert "paused" in answer["detail"]


def test_nothing_is_sent_without_a_payload(account):
    webhook = account.webhook(f"/ok?{account.id}")
    event = account.emit()
    delivery = account.wait_for_status(webhook, "delivered")
    account.stack.sql(f"UPDATE events SET body = NULL WHERE id = '{event['id']}'")

    answer = account.call("POST", f"/deliveries/{delivery['id']}/retry", status=409)

    assert "payload" in answer["detail"]
    assert account.delivery(delivery["id"])["status"] == "delivered"


def test_all_that_failed_since_a_time_are_sent_again(account):
    path = f"/sequence/{','.join(['500'] * 36)},200/{account.id}"
    webhook = failed(account, path, 12)
    middle = account.deliveries(webhook)[5]["created_at"]

    begun = account.call("POST", f"/webhooks/{webhook['id']}/retry-failed", {"since": middle}, 202)

    assert begun == {"count": 6}

    def delivered():
        return [d for d in account.deliveries(webhook) if d["status"] == "delivered"]

    wait_for(lambda: len(delivered()) == 6)
    assert all(d["created_at"] >= middle and d["attempt_number"] == 4 for d in delivered())
    done = lambda: account.api("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO)
    assert wait_for(lambda: (a := done()).status_code == 202 and a).json() == {"count": 6}


def test_what_was_held_is_sent_on_and_goes_on_in_the_schedule(account):
    path = f"/sequence/500,500,200/{account.id}"
    webhook = account.webhook(path, status="paused")
    for _ in range(3):
        account.emit()
    account.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "active"})

    begun = account.call("POST", f"/webhooks/{webhook['id']}/recover", LONG_AGO, 202)

    assert begun == {"count": 3}
    wait_for(lambda: all(d["status"] == "delivered" for d in account.deliveries(webhook)))
    assert sum(d["attempt_number"] for d in account.deliveries(webhook)) == 5


def test_what_was_begun_is_seen_and_stopped(account):
    webhook = failed(account, f"/status/500?{account.id}", 40)
    hangs = {"endpoint_url": account.stack.sink_url(f"/hang/{account.id}")}
    account.call("PATCH", f"/webhooks/{webhook['id']}", hangs)
    begun = account.api("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO)
    assert begun.status_code == 202 and begun.json() == {"count": 40}
    place = begun.headers["Location"].partition("/api/v1")[2]

    job = account.call("GET", place)
    assert (job["kind"], job["status"], job["total"]) == ("retry", "running", 40)
    assert (job["webhook_id"], job["finished_at"]) == (webhook["id"], None)
    refused = account.call("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO, 409)
    assert begun.headers["Location"] in refused["detail"]

    stopped = account.call("POST", f"{place}/stop", status=202)
    assert stopped["status"] in ("stopping", "stopped")
    job = wait_for(lambda: (j := account.call("GET", place))["finished_at"] and j)
    assert job["status"] == "stopped" and job["failed"] == job["queued"] < 40
    assert account.call("POST", f"{place}/stop", status=202) == job


def test_nothing_to_be_done_is_no_job(account):
    webhook = account.webhook("/ok")

    answer = account.api("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO)

    assert (answer.status_code, answer.json()) == (202, {"count": 0})
    assert "Location" not in answer.headers


def test_a_job_is_its_users_and_needs_the_scope(account):
    webhook = failed(account, f"/status/500?{account.id}")
    begun = account.api("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO)
    place = begun.headers["Location"].partition("/api/v1")[2]
    others = account.webhook("/ok")
    elsewhere = place.replace(webhook["id"], others["id"])
    other = type(account)(account.stack)

    for method, path in (("GET", ""), ("POST", "/stop")):
        assert other.api(method, place + path).status_code == 404
        assert account.api(method, elsewhere + path).status_code == 404
    reader, writer = account.make_key("deliveries:read"), account.make_key("deliveries:write")
    assert account.api("GET", place, key=reader).status_code == 200
    assert account.api("POST", f"{place}/stop", key=reader).status_code == 403
    assert account.api("POST", f"{place}/stop", key=writer).status_code == 202


@pytest.mark.parametrize("since", [None, 5, "yesterday", ""])
def test_a_time_that_is_none_is_said_at_its_field(account, since):
    webhook = account.webhook("/ok")
    for call in ("retry-failed", "recover"):
        body = {} if since is None else {"since": since}
        answer = account.call("POST", f"/webhooks/{webhook['id']}/{call}", body, 422)
        assert answer["errors"][0]["field"] == "since"


def test_a_test_is_made_while_one_waits_and_counts_nowhere(account):
    path = f"/sequence/500,200/{account.id}"
    webhook = account.webhook(path, headers={"x-own": "value"})
    call = f"/webhooks/{webhook['id']}/test"

    first = account.call("POST", call, {"type": "lead.created", "data": {"n": 1.50}})
    second = account.call("POST", call, {"type": "user.login"})

    assert (first["status"], first["error"], first["response_status"]) == ("failed", "status", 500)
    assert (second["status"], second["test"]) == ("delivered", True)
    [attempt] = second["attempts"]
    assert (attempt["http_version"], attempt["tls_version"]) == ("1.1", "TLSv1.3")
    assert attempt["certificate_expires_at"] > attempt["started_at"]
    got = receipts(account.stack, path)
    assert [r.data for r in got][0] == b'{"n":1.5}'
    assert got[0].headers["x-own"] == "value"
    for receipt in got:
        receipt.verify(webhook["secret"])
    health = account.call("GET", f"/webhooks/{webhook['id']}")["health"]
    assert health == {"success_rate_24h": None, "last_success_at": None, "failing_since": None}
    assert account.call("POST", f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO, 202)["count"] == 0


def test_a_paused_webhook_is_tested_too(account):
    webhook = account.webhook(f"/paused?{account.id}", status="paused")

    delivery = account.call("POST", f"/webhooks/{webhook['id']}/test", {"type": "lead.created"})

    assert delivery["status"] == "delivered"


def test_what_may_not_be_tested_is_said_at_its_field(account):
    webhook = account.webhook("/ok")
    call = f"/webhooks/{webhook['id']}/test"
    for body, field in (
        ({}, "type"),
        ({"type": "no.such"}, "type"),
        ({"type": "lead.created", "data": [1]}, "data"),
        ({"type": "lead.created", "data": {"a": "x" * 262_144}}, "data"),
    ):
        assert account.call("POST", call, body, 422)["errors"][0]["field"] == field
    assert account.deliveries(webhook) == []


def test_a_test_goes_through_the_address_guard(account):
    webhook = account.webhook("/ok")
    account.stack.sql(
        "UPDATE webhooks SET endpoint_url = 'https://127.0.0.1/x', version = version + 1"
        f" WHERE id = '{webhook['id']}'"
    )

    delivery = account.call("POST", f"/webhooks/{webhook['id']}/test", {"type": "lead.created"})

    assert (delivery["status"], delivery["error"]) == ("failed", "address_refused")


def test_a_test_waits_no_longer_than_an_attempt(account):
    webhook = account.webhook(f"/hang/{account.id}")

    delivery = account.call("POST", f"/webhooks/{webhook['id']}/test", {"type": "lead.created"})

    [attempt] = delivery["attempts"]
    assert attempt["error"] == "timeout" and 1900 < attempt["duration_ms"] < 2600


def test_a_key_needs_the_scope_and_the_owner(account):
    webhook = failed(account, f"/status/500?{account.id}")
    [delivery] = account.deliveries(webhook)
    reader = account.make_key("deliveries:read,webhooks:write")
    other = type(account)(account.stack)
    for path, body in (
        (f"/deliveries/{delivery['id']}/retry", None),
        (f"/webhooks/{webhook['id']}/test", {"type": "lead.created"}),
        (f"/webhooks/{webhook['id']}/retry-failed", LONG_AGO),
        (f"/webhooks/{webhook['id']}/recover", LONG_AGO),
    ):
        assert account.api("POST", path, body, key=reader).status_code == 403
        assert other.api("POST", path, body).status_code == 404
