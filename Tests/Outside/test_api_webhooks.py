"""Webhooks and their deliveries by the API keep the contract."""

import re

import pytest

from stack import wait_for
from support.account import Account
from support.problem import fields_of

MICROSECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
MEMBERS = {
    "id", "name", "endpoint_url", "events", "status", "paused_reason", "headers", "signature",
    "max_in_flight", "max_per_second", "ordered", "created_at", "updated_at", "health",
}
DELIVERY = {
    "id", "webhook_id", "event_id", "event_type", "status", "attempt_number", "response_status",
    "error", "next_attempt_at", "created_at", "test",
}
ATTEMPT = {
    "number", "started_at", "duration_ms", "timings", "remote_address", "response_status", "error",
    "request_headers", "response_headers", "response_body", "http_version", "tls_version", "certificate_expires_at",
}


def test_a_webhook_comes_back_as_it_was_made_and_its_secret_once(account):
    made = account.webhook("/made", events=["lead.updated", "lead.created"], max_in_flight=3)

    shown = account.call("GET", f"/webhooks/{made['id']}")

    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{32}", made["secret"])
    assert set(shown) == MEMBERS and set(made) == MEMBERS | {"secret"}
    assert shown == {name: made[name] for name in MEMBERS}
    assert shown["name"] == "test" and shown["endpoint_url"] == account.stack.sink_url("/made")
    assert sorted(shown["events"]) == ["lead.created", "lead.updated"]
    assert (shown["status"], shown["paused_reason"], shown["signature"]) == ("active", None, "v1")
    assert (shown["max_in_flight"], shown["max_per_second"], shown["ordered"]) == (3, None, False)
    assert shown["health"] == {
        "success_rate_24h": None, "last_success_at": None, "failing_since": None
    }
    for name in ("created_at", "updated_at"):
        assert MICROSECONDS.fullmatch(shown[name])


def test_health_tells_of_successes(account):
    webhook = account.webhook("/healthy")
    account.emit()
    account.wait_for_status(webhook, "delivered")

    health = account.call("GET", f"/webhooks/{webhook['id']}")["health"]

    assert health["success_rate_24h"] == 1
    assert MICROSECONDS.fullmatch(health["last_success_at"]) and health["failing_since"] is None


@pytest.mark.parametrize(
    "change, fields",
    [
        ({"name": ""}, ["name"]),
        ({"name": "x" * 101}, ["name"]),
        ({"name": 1}, ["name"]),
        ({"name": None}, ["name"]),
        ({"name": "a\u0000b"}, ["name"]),
        ({"name": "Bill\u202egni"}, ["name"]),
        ({"name": "Bill\u200bing"}, ["name"]),
        ({"endpoint_url": "http://example.com/"}, ["endpoint_url"]),
        ({"endpoint_url": "https://127.0.0.1/"}, ["endpoint_url"]),
        ({"endpoint_url": "https://localhost/"}, ["endpoint_url"]),
        ({"endpoint_url": "https://user:pass@example.com/"}, ["endpoint_url"]),
        ({"endpoint_url": "https://example.com:444/"}, ["endpoint_url"]),
        ({"endpoint_url": "https://example.com/#x"}, ["endpoint_url"]),
        ({"endpoint_url": "https://2130706433/"}, ["endpoint_url"]),
        ({"endpoint_url": "https://metadata.google.internal/"}, ["endpoint_url"]),
        ({"endpoint_url": 1}, ["endpoint_url"]),
        ({"events": []}, ["events"]),
        ({"events": "lead.created"}, ["events"]),
        ({"events": ["lead.created", "no.such"]}, ["events[1]"]),
        ({"events": ["*", "lead.created"]}, ["events[0]"]),
        ({"status": "on"}, ["status"]),
        ({"secret": "whsec_short"}, ["secret"]),
        ({"secret": "x" * 40}, ["secret"]),
        ({"signature": "v2"}, ["signature"]),
        ({"headers": ["X-A"]}, ["headers"]),
        ({"headers": {"X-A": 1}}, ["headers.X-A"]),
        ({"headers": {"webhook-id": "x"}}, ["headers"]),
        ({"headers": {"Content-Length": "1"}}, ["headers"]),
        ({"headers": {"X-A": "a\r\nX-B: b"}}, ["headers"]),
        ({"headers": {"X A": "a"}}, ["headers"]),
        ({"max_in_flight": 0}, ["max_in_flight"]),
        ({"max_in_flight": 1.5}, ["max_in_flight"]),
        ({"max_per_second": "1"}, ["max_per_second"]),
        ({"ordered": 1}, ["ordered"]),
        ({"id": "x"}, ["id"]),
        ({"colour": "blue"}, ["colour"]),
    ],
    ids=str,
)
def test_a_bad_field_of_a_new_webhook_is_422_and_named(account, change, fields):
    body = {"name": "n", "endpoint_url": account.stack.sink_url("/"), "events": ["*"]} | change

    assert fields_of(account.api("POST", "/webhooks", body), 422) == fields
    assert account.call("GET", "/webhooks")["data"] == []


def test_all_mistakes_are_named_at_once(account):
    answer = account.api("POST", "/webhooks", {"events": ["no"], "status": 1})

    assert sorted(fields_of(answer, 422)) == ["endpoint_url", "events[0]", "name", "status"]


def test_a_name_has_up_to_100_characters_of_any_script(account):
    name = "漢😀" * 50

    webhook = account.webhook("/name", name=name)

    assert account.call("GET", f"/webhooks/{webhook['id']}")["name"] == name


def patch(account, webhook, change, **options):
    return account.call("PATCH", f"/webhooks/{webhook['id']}", change, **options)


def test_a_patch_changes_what_it_names_and_nothing_else(account):
    webhook = account.webhook("/patch", max_in_flight=5, headers={"X-A": "1"})

    changed = patch(account, webhook, {"name": "new", "events": ["lead.updated"]})

    same = MEMBERS - {"name", "events", "updated_at"}
    assert {name: changed[name] for name in same} == {name: webhook[name] for name in same}
    assert (changed["name"], changed["events"]) == ("new", ["lead.updated"])
    assert changed["updated_at"] > webhook["updated_at"]
    assert patch(account, webhook, {}) | {"updated_at": changed["updated_at"]} == changed


def test_null_in_a_patch_takes_an_optional_field_away_and_no_other(account):
    webhook = account.webhook("/null", max_in_flight=5, max_per_second=7, headers={"X-A": "1"})

    changed = patch(account, webhook, {"max_in_flight": None, "max_per_second": None, "headers": None})
    refused = {"name": None, "endpoint_url": None, "events": None, "status": None, "ordered": None}
    answer = account.api("PATCH", f"/webhooks/{webhook['id']}", refused)

    assert (changed["max_in_flight"], changed["max_per_second"], changed["headers"]) == (None, None, [])
    assert sorted(fields_of(answer, 422)) == sorted(refused)


def test_headers_are_merged_by_name(account):
    webhook = account.webhook("/merge", headers={"X-A": "1", "X-B": "2"})

    changed = patch(account, webhook, {"headers": {"x-b": None, "X-C": "3", "X-A": "4"}})

    assert sorted(changed["headers"]) == ["X-A", "X-C"]


def test_the_signature_and_secret_stay_as_they_were_made(account):
    webhook = account.webhook("/fixed")
    path = f"/webhooks/{webhook['id']}"

    assert fields_of(account.api("PATCH", path, {"signature": "v1a"}), 422) == ["signature"]
    assert fields_of(account.api("PATCH", path, {"secret": webhook["secret"]}), 422) == ["secret"]
    assert patch(account, webhook, {"signature": "v1"})["signature"] == "v1"


def test_pausing_and_resuming(account):
    webhook = account.webhook("/pausing")

    paused = patch(account, webhook, {"status": "paused"})
    active = patch(account, webhook, {"status": "active"})

    assert (paused["status"], paused["paused_reason"]) == ("paused", "user")
    assert (active["status"], active["paused_reason"]) == ("active", None)


def test_a_merge_patch_may_say_so(account):
    webhook = account.webhook("/media-type")
    headers = {"Content-Type": "application/merge-patch+json"}

    answer = account.api("PATCH", f"/webhooks/{webhook['id']}", data=b'{"name":"n"}', headers=headers)

    assert answer.status_code == 200


def test_a_deleted_webhook_is_gone(account):
    webhook = account.webhook("/deleted")
    path = f"/webhooks/{webhook['id']}"

    answer = account.api("DELETE", path)

    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "PATCH", "DELETE"):
        fields_of(account.api(method, path, {} if method == "PATCH" else None), 404)
    fields_of(account.api("GET", path + "/deliveries"), 404)
    assert account.call("GET", "/webhooks")["data"] == []
    assert account.emit()["deliveries"] == 0


def test_the_21st_webhook_is_409_and_a_deleted_one_makes_room(stack):
    account = Account(stack)
    made = [account.webhook(f"/{n}") for n in range(20)]
    body = {"name": "one more", "endpoint_url": stack.sink_url("/"), "events": ["*"]}

    assert fields_of(account.api("POST", "/webhooks", body), 409) == []
    account.api("DELETE", f"/webhooks/{made[0]['id']}")
    account.call("POST", "/webhooks", body, 201)


def pages_of(account, path, limit):
    query = f"{path}{'&' if '?' in path else '?'}limit={limit}"
    page = account.call("GET", query)
    yield page["data"]
    while page["next"] is not None:
        page = account.call("GET", query, params={"after": page["next"]})
        yield page["data"]


def test_webhooks_are_paged(account):
    made = [account.webhook(f"/{n}")["id"] for n in range(5)]

    pages = list(pages_of(account, "/webhooks", 2))

    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(one["id"] for page in pages for one in page) == sorted(made)


def test_deliveries_are_paged_and_filtered_and_newest_come_first(account):
    webhook = account.webhook("/log", status="paused")
    account.emit_many(120)
    account.emit(type="lead.updated")
    path = f"/webhooks/{webhook['id']}/deliveries"

    pages = list(pages_of(account, path, 50))
    listed = [one for page in pages for one in page]

    assert [len(page) for page in pages] == [50, 50, 21]
    assert len({one["id"] for one in listed}) == 121
    assert [one["created_at"] for one in listed] == sorted((one["created_at"] for one in listed), reverse=True)
    assert listed[0]["event_type"] == "lead.updated"
    assert len(account.call("GET", path)["data"]) == 50
    assert len(account.deliveries(webhook, "?type=lead.updated")) == 1
    assert account.deliveries(webhook, "?status=delivered") == []
    assert len(list(pages_of(account, path + "?status=held", 100))) == 2


@pytest.mark.parametrize(
    "query, fields",
    [
        ("limit=0", ["limit"]), ("limit=101", ["limit"]), ("limit=x", ["limit"]), ("limit=", ["limit"]),
        ("limit=%2B5", ["limit"]), ("after=nonsense", ["after"]), ("after=", ["after"]),
        ("limit=-1&after=x", ["limit", "after"]),
    ],
)
def test_a_bad_page_is_422_and_named(account, query, fields):
    webhook = account.webhook("/bad-page")

    for path in ("/webhooks", f"/webhooks/{webhook['id']}/deliveries"):
        assert fields_of(account.api("GET", f"{path}?{query}"), 422) == fields
    assert fields_of(account.api("GET", f"/webhooks/{webhook['id']}/deliveries?status=sent"), 422) == ["status"]


def test_a_delivery_has_what_the_contract_says(account):
    webhook = account.webhook("/one")
    event = account.emit({"a": 1})
    alone = account.wait_for_status(webhook, "delivered")
    [listed] = account.deliveries(webhook)

    assert set(listed) == DELIVERY
    assert set(alone) == DELIVERY | {"payload", "attempts"}
    assert (alone["webhook_id"], alone["event_id"]) == (webhook["id"], event["id"])
    assert (alone["event_type"], alone["test"]) == ("lead.created", False)
    assert alone["payload"] == {"type": "lead.created", "timestamp": event["timestamp"], "data": {"a": 1}}
    [attempt] = alone["attempts"]
    assert set(attempt) == ATTEMPT
    assert MICROSECONDS.fullmatch(attempt["started_at"]) and MICROSECONDS.fullmatch(alone["created_at"])


def test_a_pending_delivery_says_when_it_is_tried_next(account):
    webhook = account.webhook("/status/500?next")
    account.emit()
    wait_for(lambda: account.deliveries(webhook)[0]["attempt_number"] == 1)

    [delivery] = account.deliveries(webhook)

    if delivery["status"] == "pending":
        assert MICROSECONDS.fullmatch(delivery["next_attempt_at"])
    account.wait_for_status(webhook, "failed")
