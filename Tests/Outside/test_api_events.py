"""POST /events and /events/batch keep the contract."""

import json
import re
import threading

import pytest

from support.problem import fields_of
from support.receipt import wait_for_receipts

MICROSECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
EVENT = b'{"type":"lead.created","data":%s}'


def nested(depth):
    """So many arrays and objects within each other, the outermost an object."""
    return '{"a":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


def test_an_event_is_202_with_its_id_and_the_number_of_deliveries(account):
    account.webhook("/a", events=["lead.created"])
    account.webhook("/b", events=["lead.updated"])
    account.webhook("/c", status="paused")

    event = account.emit({"a": 1})

    assert set(event) == {"id", "type", "timestamp", "deliveries"}
    assert UUID7.fullmatch(event["id"]) and MICROSECONDS.fullmatch(event["timestamp"])
    assert (event["type"], event["deliveries"]) == ("lead.created", 2)


def test_a_given_timestamp_is_the_events(account):
    path = f"/timestamp/{account.id}"
    account.webhook(path)

    event = account.emit(timestamp="2026-03-04T07:06:07.5+02:00")

    assert event["timestamp"] == "2026-03-04T05:06:07.500000Z"
    [receipt] = wait_for_receipts(account.stack, path)
    assert json.loads(receipt.body)["timestamp"] == event["timestamp"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"nonsense", b"{", b'{"type":"lead.created","data":{}} x', b"[]", b'"text"', b"null",
        b'{"type":"lead.created","data":{"a":1.}}', b'{"type":"lead.created","data":{"a":01}}',
        b'{"type":"lead.created","data":{"a":"\\x"}}', b'{"type":"lead.created","data":{"a":1,}}',
        b'{"type":"lead.created","data":{"a":NaN}}', b"{'type':'lead.created'}",
        b'{"type":"lead.created","data":{"a":"\xff"}}', b'\xef\xbb\xbf{"type":"lead.created"}',
        b'{"type":"lead.created","data":{"a":"\n"}}', b'{"type":"lead.created"\x00,"data":{}}',
    ],
)
def test_what_is_not_json_or_no_object_is_400(account, body):
    assert fields_of(account.post_bytes("/events", body), 400) == []


@pytest.mark.parametrize(
    "data", [r'{"a":"\ud800"}', r'{"a":"\udc00"}', r'{"a":"\ud800\u0041"}', r'{"\ud83d":1}']
)
def test_a_lone_surrogate_is_400(account, data):
    fields_of(account.post_bytes("/events", EVENT % data.encode()), 400)


def test_a_duplicate_name_is_400_in_the_requests_own_object_and_passes_inside_data(account):
    twice = account.post_bytes("/events", b'{"type":"lead.created","data":{},"data":{"a":1}}')
    escaped = account.post_bytes("/events", b'{"type":"lead.created","data":{},"d\\u0061ta":{}}')
    inside = account.post_bytes("/events", EVENT % b'{"a":1,"a":2}')
    batch = account.post_bytes("/events/batch", b'{"events":[%s],"events":[]}' % (EVENT % b"{}"))

    fields_of(twice, 400)
    fields_of(escaped, 400)
    fields_of(batch, 400)
    assert inside.status_code == 202


def test_nesting_of_30_passes_and_31_is_422(account):
    account.post_bytes("/events", EVENT % nested(30).encode()).raise_for_status()
    assert fields_of(account.post_bytes("/events", EVENT % nested(31).encode()), 422) == ["data"]
    # However deep: an answer, and not the end of the process.
    deep = EVENT % (b'{"a":' + b"[" * 200_000 + b"]" * 200_000 + b"}")
    assert fields_of(account.post_bytes("/events", deep), 422) == ["data"]

    events = [EVENT % b"{}"] * 3 + [EVENT % nested(31).encode()]
    batch = account.post_bytes("/events/batch", b'{"events":[%s]}' % b",".join(events))
    assert fields_of(batch, 422) == ["events[3].data"]


@pytest.mark.parametrize(
    "body, fields",
    [
        ({}, ["type", "data"]),
        ({"type": "no.such", "data": {}}, ["type"]),
        ({"type": 7, "data": {}}, ["type"]),
        ({"type": None, "data": {}}, ["type"]),
        ({"type": "lead.created"}, ["data"]),
        ({"type": "lead.created", "data": []}, ["data"]),
        ({"type": "lead.created", "data": None}, ["data"]),
        ({"type": "lead.created", "data": "text"}, ["data"]),
        ({"type": "lead.created", "data": {}, "timestamp": "yesterday"}, ["timestamp"]),
        ({"type": "lead.created", "data": {}, "timestamp": 1}, ["timestamp"]),
        ({"type": "lead.created", "data": {}, "timestamp": "2026-02-30T00:00:00Z"}, ["timestamp"]),
        ({"type": "lead.created", "data": {}, "user": 1}, ["user"]),
        ({"type": "lead.created", "data": {}, "user": "nobody@example.com"}, ["user"]),
    ],
)
def test_a_bad_field_is_422_and_named(account, body, fields):
    assert fields_of(account.api("POST", "/events", body), 422) == fields


def test_a_batch_is_answered_per_event_in_order(account):
    account.webhook("/batch-order", events=["lead.updated"])
    events = [{"type": "lead.created", "data": {}}, {"type": "lead.updated", "data": {}}]

    made = account.call("POST", "/events/batch", {"events": events}, 202)

    assert [event["type"] for event in made["data"]] == ["lead.created", "lead.updated"]
    assert [event["deliveries"] for event in made["data"]] == [0, 1]
    assert len({event["id"] for event in made["data"]}) == 2


def test_a_batch_with_one_bad_event_sends_none(account):
    webhook = account.webhook("/batch-none")
    good = {"type": "lead.created", "data": {}}

    answer = account.api("POST", "/events/batch", {"events": [good, {"type": "no", "data": 1}, 3]})

    assert fields_of(answer, 422) == ["events[1].type", "events[1].data", "events[2]"]
    assert account.deliveries(webhook) == []
    assert account.stack.sql(f"SELECT 1 FROM events WHERE user_id = '{account.id}'") == []


@pytest.mark.parametrize("events", [None, [], {}, "text", [{"type": "lead.created", "data": {}}] * 1001])
def test_a_batch_has_1_to_1000_events(account, events):
    assert fields_of(account.api("POST", "/events/batch", {"events": events}), 422) == ["events"]


def test_an_event_too_large_in_a_batch_is_named(account):
    large = {"type": "lead.created", "data": {"x": "y" * (256 * 1024)}}
    batch = {"events": [{"type": "lead.created", "data": {}}, large]}

    assert fields_of(account.api("POST", "/events/batch", batch), 422) == ["events[1].data"]


def test_the_same_idempotency_key_gives_the_same_answer_and_sends_nothing(account):
    path = f"/once/{account.id}"
    webhook = account.webhook(path)
    key = {"headers": {"Idempotency-Key": "key-1"}}
    event = {"type": "lead.created", "data": {"a": 1}}

    first = account.api("POST", "/events", event, **key)
    second = account.api("POST", "/events", event, **key)
    other = account.api("POST", "/events", event | {"data": {}}, **key)
    elsewhere = account.api("POST", "/events/batch", {"events": [event]}, **key)
    free = account.api("POST", "/events", event, headers={"Idempotency-Key": "key-2"})

    assert first.status_code == second.status_code == 202
    assert second.content == first.content
    assert fields_of(other, 422) == ["Idempotency-Key"]
    assert fields_of(elsewhere, 422) == ["Idempotency-Key"]
    assert free.json()["id"] != first.json()["id"]
    assert len(account.deliveries(webhook)) == 2


def test_an_idempotency_key_is_of_one_api_key_and_serves_a_batch(account):
    other_key = account.make_key()
    batch = {"events": [{"type": "lead.created", "data": {"n": n}} for n in range(3)]}
    key = {"headers": {"Idempotency-Key": "batch"}}

    first = account.api("POST", "/events/batch", batch, **key)
    again = account.api("POST", "/events/batch", batch, **key)
    other = account.api("POST", "/events/batch", batch, key=other_key, **key)

    assert first.content == again.content != other.content
    counted = account.stack.sql(f"SELECT COUNT(*) FROM events WHERE user_id = '{account.id}'")
    assert counted == [["6"]]


def test_a_request_that_failed_does_not_use_up_its_idempotency_key(account):
    key = {"headers": {"Idempotency-Key": "after-mistake"}}

    assert account.api("POST", "/events", {"type": "no"}, **key).status_code == 422
    assert account.api("POST", "/events", {"type": "lead.created", "data": {}}, **key).status_code == 202


@pytest.mark.parametrize("value", ["", "x" * 256, "a b", "é"])
def test_an_idempotency_key_is_1_to_255_visible_characters(account, value):
    answer = account.api(
        "POST", "/events", {"type": "lead.created", "data": {}},
        headers={"Idempotency-Key": value.encode()},
    )

    assert fields_of(answer, 422) == ["Idempotency-Key"]


def test_of_many_requests_at_once_with_one_key_one_sends(account):
    webhook = account.webhook("/concurrent")
    batch = {"events": [{"type": "lead.created", "data": {"n": n}} for n in range(500)]}
    answers = []

    def send():
        answers.append(
            account.api("POST", "/events/batch", batch, headers={"Idempotency-Key": "race"})
        )

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    good = [answer for answer in answers if answer.status_code == 202]
    assert good and len({answer.content for answer in good}) == 1
    for answer in answers:
        if answer.status_code != 202:
            assert fields_of(answer, 409) == []
            assert answer.headers["Retry-After"] == "1"
    # At least one came while the first was being answered, or nothing was tried.
    assert len(good) < 6
    counted = account.stack.sql(
        f"SELECT COUNT(*) FROM webhook_deliveries WHERE webhook_id = '{webhook['id']}'"
    )
    assert counted == [["500"]]


def test_event_types_have_a_meaning_a_group_and_an_example(account):
    types = account.call("GET", "/event-types")["data"]

    assert len(types) >= 5
    for one in types:
        assert set(one) == {"type", "description", "group", "example"}
        assert isinstance(one["example"], dict)
        account.emit(one["example"], type=one["type"])


def test_patchbays_own_events_come_to_who_listens(account):
    """A webhook that listens to everything hears of the next one, and never of itself."""
    path = f"/own/{account.id}"
    first = account.webhook(f"{path}/first", events=["*"])
    second = account.webhook(f"{path}/second", events=["*"])

    delivery = account.wait_for_status(first, "delivered")

    assert delivery["event_type"] == "user.settings_changed"
    assert delivery["payload"]["data"] == {
        "user": account.email, "user_id": account.id, "changed": ["webhooks"],
        "action": "webhook.created", "id": second["id"],
    }
    assert account.deliveries(second) == []
