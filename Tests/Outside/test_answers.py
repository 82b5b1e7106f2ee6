"""What an endpoint answers is on record, and heeded where it asks for time. Those that misbehave are
in faults/test_endpoint_faults.py."""

import base64
import datetime
import email.utils

import pytest

from stack import wait_for
from support.endpoint import response


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def seconds_until_next(delivery):
    last = delivery["attempts"][-1]
    return (moment(delivery["next_attempt_at"]) - moment(last["started_at"])).total_seconds()


def first_attempt(account, webhook):
    return account.wait_for_attempts(webhook, 1)["attempts"][0]


@pytest.fixture
def send(account, endpoint):
    """Sends one event to an endpoint that answers so; gives the account and the webhook."""

    def send(*pieces, **fields):
        path = f"/{account.id}"
        webhook = account.webhook("/", endpoint_url=endpoint.answer(path, *pieces), **fields)
        account.emit({"a": 1})
        return account, webhook

    return send


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_in_seconds_is_honoured(send, status):
    account, webhook = send(response(status, "Retry-After: 100"))

    delivery = account.wait_for_attempts(webhook, 1)

    assert 99 < seconds_until_next(delivery) < 103


def test_retry_after_as_a_date_is_honoured(send):
    date = email.utils.format_datetime(
        datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=200), usegmt=True
    )
    account, webhook = send(response(503, f"Retry-After: {date}"))

    delivery = account.wait_for_attempts(webhook, 1)

    assert 195 < seconds_until_next(delivery) < 203


@pytest.mark.parametrize(
    "value, at_least, at_most",
    [
        ("99999999999999999999", 86_399, 86_403),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_399, 86_403),
        ("0", 0.9, 3),
        ("-1", 0.9, 3),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.9, 3),
        ("soon", 0.9, 3),
    ],
)
def test_retry_after_is_kept_within_reason(send, value, at_least, at_most):
    account, webhook = send(response(503, f"Retry-After: {value}"))

    delivery = account.wait_for_attempts(webhook, 1)

    assert at_least < seconds_until_next(delivery) < at_most


def test_retry_after_of_another_status_is_not_looked_at(send):
    account, webhook = send(response(500, "Retry-After: 100"))

    assert seconds_until_next(account.wait_for_attempts(webhook, 1)) < 3


def test_a_retry_comes_when_the_receiver_asked_for_it_and_not_before(account, endpoint):
    path = f"/{account.id}"
    url = endpoint.answer(path, response(503, "Retry-After: 3"))
    webhook = account.webhook("/", endpoint_url=url)
    account.emit()
    account.wait_for_attempts(webhook, 1)
    endpoint.answer(path, response(200))

    first, second = account.wait_for_status(webhook, "delivered")["attempts"]

    waited = (moment(second["started_at"]) - moment(first["started_at"])).total_seconds()
    assert 3 <= waited < 5


def test_a_new_connection_has_all_its_timings(send, endpoint_port):
    attempt = first_attempt(*send(response(200)))

    assert attempt["error"] is None
    assert all(value is not None for value in attempt["timings"].values()), attempt["timings"]
    assert attempt["timings"]["tls_ms"] > 0
    assert attempt["remote_address"] == f"127.0.0.1:{endpoint_port}"


def test_an_answer_that_is_not_utf_8_comes_back_as_text_and_as_base64(send):
    body = b"a\xff\x00\xc3\x28z"

    attempt = first_attempt(*send(response(200, "X-Odd: \xff\xfe", body=body)))

    assert base64.b64decode(attempt["response_body_base64"]) == body
    assert attempt["response_body"].startswith("a\ufffd\x00")
    assert "X-Odd" in dict(attempt["response_headers"])


def test_text_has_no_base64_beside_it(send):
    attempt = first_attempt(*send(response(200, body="é".encode())))

    assert attempt["response_body"] == "é"
    assert "response_body_base64" not in attempt


def test_the_same_bytes_go_out_in_every_attempt(account, endpoint):
    path = f"/{account.id}"
    webhook = account.webhook("/", endpoint_url=endpoint.answer(path, response(500)))
    account.emit({"a": "é"})

    account.wait_for_status(webhook, "failed")

    bodies = [body for sent_to, _, body in endpoint.requests if sent_to == path]
    assert len(bodies) == 3 and len(set(bodies)) == 1
    wait_for(lambda: account.call("GET", f"/webhooks/{webhook['id']}")["health"]["failing_since"])
