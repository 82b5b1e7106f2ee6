"""Whatever an endpoint answers, the attempt ends in time and is on record."""

import base64
import datetime
import email.utils
import socket
import threading
import time

import pytest

from stack import wait_for
from support.endpoint import response

BODY_KEPT = 16 * 1024


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


def test_a_success_whose_body_breaks_off_is_a_success(send):
    account, webhook = send(response(200, body=b"half", length=1000))

    assert account.wait_for_status(webhook, "delivered")["attempts"][0]["response_status"] == 200


def test_the_first_16_kib_of_an_endless_answer_are_kept(send):
    def pour(connection):
        for _ in range(20_000):
            connection.sendall(b"z" * 65536)

    started = time.monotonic()
    account, webhook = send(b"HTTP/1.1 500 X\r\n\r\n", pour)

    attempt = first_attempt(account, webhook)

    assert time.monotonic() - started < 3
    assert (attempt["response_status"], attempt["response_body"]) == (500, "z" * BODY_KEPT)


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


@pytest.mark.parametrize(
    "pieces, errors",
    [
        ((), {"reset", "protocol"}),
        ((b"nonsense\r\n\r\n",), {"protocol"}),
        ((b"HTTP/1.1 abc\r\n\r\n",), {"protocol"}),
        ((b"HTTP/1.1 200 X\r\n",), {"reset", "protocol"}),
        ((b"HTTP/1.1 200 X\r\n" + b"X-Long: %s\r\n" % (b"y" * 200_000) + b"\r\n",), {"protocol"}),
        ((b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,), {"protocol"}),
    ],
    ids=["nothing", "nonsense", "no status", "half a head", "a huge head", "endless 1xx"],
)
def test_what_is_no_answer_is_a_failure(send, pieces, errors):
    account, webhook = send(*pieces)

    attempt = first_attempt(account, webhook)

    assert attempt["error"] in errors
    assert attempt["duration_ms"] < 2600


def test_an_answer_byte_by_byte_ends_at_the_timeout(send):
    def trickle(connection):
        for byte in b"HTTP/1.1 200 X\r\nX-Slow: " + b"y" * 1000:
            connection.sendall(bytes([byte]))
            time.sleep(0.2)

    attempt = first_attempt(*send(trickle))

    assert attempt["error"] == "timeout"
    assert attempt["duration_ms"] < 2600


def test_nobody_listening_is_connect(account, endpoint_port):
    webhook = account.webhook("/", endpoint_url=f"https://localhost:{endpoint_port + 1}/")
    account.emit()

    attempt = first_attempt(account, webhook)

    assert (attempt["error"], attempt["response_status"]) == ("connect", None)


def test_no_tls_on_the_other_side_is_tls(account, endpoint_port):
    plain = socket.create_server(("127.0.0.1", endpoint_port + 1))

    def serve():
        connection, _ = plain.accept()
        connection.recv(65536)
        connection.sendall(response(200))
        connection.close()

    threading.Thread(target=serve, daemon=True).start()
    webhook = account.webhook("/", endpoint_url=f"https://localhost:{endpoint_port + 1}/")
    account.emit()

    attempt = first_attempt(account, webhook)
    plain.close()

    assert attempt["error"] == "tls"


def test_the_same_bytes_go_out_in_every_attempt(account, endpoint):
    path = f"/{account.id}"
    webhook = account.webhook("/", endpoint_url=endpoint.answer(path, response(500)))
    account.emit({"a": "é"})

    account.wait_for_status(webhook, "failed")

    bodies = [body for sent_to, _, body in endpoint.requests if sent_to == path]
    assert len(bodies) == 3 and len(set(bodies)) == 1
    wait_for(lambda: account.call("GET", f"/webhooks/{webhook['id']}")["health"]["failing_since"])
