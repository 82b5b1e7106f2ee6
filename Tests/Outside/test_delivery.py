"""Events reach their endpoints: signed, byte for byte, and nothing else happens."""

import base64
import json
import os
import time

import pytest

from support.host import emit_event, host_connection
from support.receipt import receipts, wait_for_receipts

# `data` as it is sent, and as it must arrive: only white space between tokens may go.
DATA = {
    "unicode": ('{"a":"é漢😀\U0010ffff","\U0010ffff":1}',) * 2,
    "escapes": (r'{"a":"\u00e9\ud83d\ude00\/\u0041\n\"\\ \u0000"}',) * 2,
    "beyond 2^53": ('{"a":9007199254740993,"b":-0,"c":123456789012345678901234567890}',) * 2,
    "trailing zeros": ('{"a":1.0,"b":1e5,"c":1.50E+05,"d":0.10,"e":-0.0,"f":1e400}',) * 2,
    "empty": ("{}",) * 2,
    "empty within": ('{"a":{},"b":[],"c":"","d":[{},[[]]]}',) * 2,
    "order": ('{"b":1,"a":2,"10":3,"9":4}',) * 2,
    "twice": ('{"a":1,"a":2,"b":{"c":1,"c":null}}',) * 2,
    "white space": ('{ "a" :\t[ 1 ,\r\n 2 ] , "b c" : " d  e\\t" }', '{"a":[1,2],"b c":" d  e\\t"}'),
    "markup": ('{"a":"<script>&\u2028\u2029\x7f</script>"}',) * 2,
}
BODY_LIMIT = 256 * 1024


def largest_data(timestamp):
    """`data` with which a body of lead.created is 256 KiB to the byte."""
    frame = len('{"type":"lead.created","timestamp":"","data":{"x":""}}') + len(timestamp)
    return '{"x":"%s"}' % ("y" * (BODY_LIMIT - frame))


@pytest.mark.parametrize("sent, arrives", DATA.values(), ids=DATA.keys())
def test_data_arrives_byte_for_byte_and_the_reference_library_accepts_it(account, sent, arrives):
    path = f"/bytes/{account.id}"
    webhook = account.webhook(path)

    answer = account.post_bytes("/events", b'{"type":"lead.created","data":%s}' % sent.encode())

    assert answer.status_code == 202, answer.text
    event = answer.json()
    [receipt] = wait_for_receipts(account.stack, path)
    head = f'{{"type":"lead.created","timestamp":"{event["timestamp"]}","data":'
    assert receipt.body == head.encode() + arrives.encode() + b"}"
    assert receipt.id == event["id"]
    receipt.verify(webhook["secret"])


def test_what_the_log_shows_as_payload_is_the_body_byte_for_byte(account):
    path = f"/payload/{account.id}"
    webhook = account.webhook(path)
    account.post_bytes("/events", b'{"type":"lead.created","data":{"n":1.50,"s":"\\u00e9"}}')

    delivery = account.wait_for_status(webhook, "delivered")

    text = account.api("GET", f"/deliveries/{delivery['id']}").content
    [receipt] = receipts(account.stack, path)
    assert b'"payload":' + receipt.body in text


def test_a_body_of_256_kib_arrives_and_one_byte_more_is_refused(account):
    path = f"/large/{account.id}"
    webhook = account.webhook(path)
    moment = "2026-01-02T03:04:05.678900Z"
    body = '{"type":"lead.created","timestamp":"%s","data":%s}'
    data = largest_data(moment)

    over = account.post_bytes("/events", (body % (moment, data.replace("y", "yy", 1))).encode())
    exact = account.post_bytes("/events", (body % (moment, data)).encode())

    assert over.status_code == 422
    assert [error["field"] for error in over.json()["errors"]] == ["data"]
    assert exact.status_code == 202, exact.text
    [receipt] = wait_for_receipts(account.stack, path)
    assert len(receipt.body) == BODY_LIMIT
    receipt.verify(webhook["secret"])


def test_a_delivery_says_what_standard_webhooks_and_the_contract_want(account):
    path = f"/headers/{account.id}"
    account.webhook(path, headers={"X-Team": "blue", "Authorization": "Bearer of-the-receiver"})

    before = time.time()
    account.emit({"a": 1})

    [receipt] = wait_for_receipts(account.stack, path)
    assert receipt.method == "POST"
    assert receipt.headers["content-type"] == "application/json"
    assert receipt.headers["user-agent"].startswith("Patchbay/")
    assert receipt.headers["content-length"] == str(len(receipt.body))
    assert receipt.headers["host"] == f"localhost:{account.stack.port + 1}"
    assert before - 2 <= receipt.timestamp <= time.time() + 2
    assert "expect" not in receipt.headers and "cookie" not in receipt.headers
    # Names go out as they were given.
    assert {"X-Team", "Authorization"} <= set(receipt.names)
    assert receipt.headers["x-team"] == "blue"
    assert receipt.headers["authorization"] == "Bearer of-the-receiver"


def test_values_of_own_headers_never_come_back(account):
    path = f"/masked/{account.id}"
    webhook = account.webhook(path, headers={"X-Key": "very-secret-value"})
    account.emit()

    delivery = account.wait_for_status(webhook, "delivered")

    assert receipts(account.stack, path)[0].headers["x-key"] == "very-secret-value"
    names = dict(delivery["attempts"][0]["request_headers"])
    assert "X-Key" in names and "webhook-signature" in names
    for call in ("/webhooks", f"/webhooks/{webhook['id']}", f"/deliveries/{delivery['id']}"):
        assert "very-secret-value" not in account.api("GET", call).text
    assert account.call("GET", f"/webhooks/{webhook['id']}")["headers"] == ["X-Key"]
    stored = account.stack.sql(
        f"SELECT COUNT(*) FROM webhook_headers WHERE webhook_id = '{webhook['id']}'"
        " AND INSTR(value_sealed, 'very-secret') = 0"
    )
    assert stored == [["1"]]


def test_an_own_secret_signs(account):
    path = f"/own-secret/{account.id}"
    secret = "whsec_" + base64.b64encode(os.urandom(64)).decode()
    webhook = account.webhook(path, secret=secret)

    account.emit()

    assert webhook["secret"] == secret
    [receipt] = wait_for_receipts(account.stack, path)
    receipt.verify(secret)


def test_v1a_is_verified_with_the_public_key(account):
    path = f"/v1a/{account.id}"
    webhook = account.webhook(path, signature="v1a")

    account.emit({"a": 1})

    assert webhook["public_key"].startswith("whpk_")
    assert account.call("GET", f"/webhooks/{webhook['id']}")["public_key"] == webhook["public_key"]
    [receipt] = wait_for_receipts(account.stack, path)
    receipt.verify_v1a(webhook["public_key"])


def test_every_webhook_that_listens_gets_the_event_and_no_other(account):
    path = f"/fan-out/{account.id}"
    account.webhook(path + "/all")
    account.webhook(path + "/this", events=["lead.created", "lead.updated"])
    other = account.webhook(path + "/other", events=["lead.updated"])

    event = account.emit()

    assert event["deliveries"] == 2
    for name in ("all", "this"):
        assert [r.id for r in wait_for_receipts(account.stack, f"{path}/{name}")] == [event["id"]]
    assert account.deliveries(other) == []


def test_emit_event_by_sql_is_delivered_without_a_poke(account):
    path = f"/sql/{account.id}"
    webhook = account.webhook(path)

    with host_connection(account.stack) as host:
        emit_event(host, account.id, '{"b": 1.0, "a": "\\u00e9"}')
        time.sleep(0.6)
        assert receipts(account.stack, path) == []
        host.commit()

    [receipt] = wait_for_receipts(account.stack, path)
    receipt.verify(webhook["secret"])
    assert receipt.data == b'{"b":1.0,"a":"\\u00e9"}'


def test_a_rollback_of_the_host_sends_nothing(account):
    path = f"/rollback/{account.id}"
    webhook = account.webhook(path)

    with host_connection(account.stack) as host:
        emit_event(host, account.id)
        host.rollback()
        emit_event(host, account.id, '{"kept":true}')
        host.commit()

    wait_for_receipts(account.stack, path)
    time.sleep(0.6)
    assert [r.data for r in receipts(account.stack, path)] == [b'{"kept":true}']
    assert len(account.deliveries(webhook)) == 1


def test_a_batch_is_delivered_whole(account):
    path = f"/batch/{account.id}"
    webhook = account.webhook(path)

    emitted = account.emit_many(1000)

    got = wait_for_receipts(account.stack, path, 1000, seconds=60)
    assert sorted(r.id for r in got) == sorted(event["id"] for event in emitted)
    assert {json.loads(r.body)["data"]["n"] for r in got} == set(range(1000))
    for receipt in got:
        receipt.verify(webhook["secret"])


def test_one_endpoint_that_hangs_does_not_delay_another(account):
    hanging = account.webhook(f"/hang/{account.id}", events=["lead.updated"])
    path = f"/beside/{account.id}"
    account.webhook(path, events=["lead.created"])
    account.emit_many(300, type="lead.updated")
    wait_for_receipts(account.stack, f"/hang/{account.id}")

    started = time.monotonic()
    account.emit()
    wait_for_receipts(account.stack, path)

    assert time.monotonic() - started < 1
    # Nor any test after this one.
    account.call("PATCH", f"/webhooks/{hanging['id']}", {"status": "paused"})
