"""Endpoints that misbehave, all at once: each attempt ends in time and is on record as what it was,
is tried again by the schedule, and nobody else notices."""

import contextlib
import datetime
import gzip
import socket
import struct
import time

import pytest

from stack import Stack, free_port, is_alive, wait_for
from support.account import Account
from support.endpoint import response
from support.ledger import attempts, check_books
from support.receipt import SinkTail
from support.rogues import Rogue, Rogues
from support.watch import complaints, live_worker, peak_memory

# Of an attempt and between two, in seconds.
TIMEOUT = 4
WAIT = 1
BODY_KEPT = 16 * 1024
GIGABYTE = 1 << 30
# What a receiver got rid of may lie in the sockets' buffers, some megabytes in each.
BUFFERS = 64 << 20

CHUNKED = b"HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(b"\0" * (64 << 20))


def pour(piece, limit=GIGABYTE, pause=0.0):
    """Sends the piece again and again until the peer has had enough."""

    def act(connection):
        for _ in range(limit // len(piece)):
            connection.sendall(piece)
            if pause:
                time.sleep(pause)

    return act


def trickle(content):
    """One byte each half second."""

    def act(connection):
        for byte in content:
            connection.sendall(bytes([byte]))
            time.sleep(0.5)

    return act


def hang(connection):
    """Until the peer goes."""
    while connection.recv(65536):
        pass


def hang_unread(_):
    time.sleep(3 * TIMEOUT)


def reset(connection):
    time.sleep(0.1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_well(connection):
    connection.unwrap()


def say(content):
    def act(connection):
        connection.recv(65536)
        connection.sendall(content)

    return act


def head(*lines):
    return b"HTTP/1.1 500 X\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


class Case:
    """A rogue and what is to be on record of each attempt.

    error, status: None and a 2xx for a success.
    attempts: what comes of a first attempt and one retry, unless it ends sooner.
    """

    def __init__(self, rogue, error, status=None, attempts=None, check=None):
        self.rogue = rogue
        self.error = error
        self.status = status
        self.attempts = attempts or (2 if error else 1)
        self.check = check


def no_answer(error, *answer, **how):
    return Case(Rogue(*answer, **how), error)


def answered(status, *answer, check=None):
    return Case(Rogue(*answer), None if status // 100 == 2 else "status", status, check=check)


def body_is(body):
    def check(attempt):
        assert attempt["response_body"] == body

    return check


def header_is(name, value):
    def check(attempt):
        assert dict(attempt["response_headers"])[name] == value

    return check


CASES = {
    # Takes its time.
    "reads-nothing": no_answer("timeout", hang_unread, reads=False),
    "answers-nothing": no_answer("timeout", hang),
    "trickles-its-head": no_answer("timeout", trickle(b"HTTP/1.1 200 X\r\nX-Slow: " + b"y" * 100)),
    "trickles-its-body": answered(500, head(b"Content-Length: 100"), trickle(b"y" * 100)),
    "trickles-a-good-body": answered(
        200, b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n", trickle(b"y" * 100)
    ),
    "trickles-interim-answers": no_answer(
        "timeout", pour(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.1)
    ),
    # Never ends.
    "endless-body": answered(500, head(), pour(b"z" * 65536), check=body_is("z" * BODY_KEPT)),
    "endless-good-body": answered(
        200, b"HTTP/1.1 200 X\r\n\r\n", pour(b"z" * 65536), check=body_is("z" * BODY_KEPT)
    ),
    "gigabyte": answered(
        500, head(b"Content-Length: %d" % GIGABYTE), pour(b"z" * 65536),
        check=body_is("z" * BODY_KEPT),
    ),
    "gigabyte-in-chunks": answered(
        500, CHUNKED, pour(b"10000\r\n" + b"z" * 65536 + b"\r\n"), check=body_is("z" * BODY_KEPT)
    ),
    "gigabyte-in-single-bytes": answered(500, CHUNKED, pour(b"1\r\nz\r\n" * 1000)),
    "endless-chunk-extension": answered(500, CHUNKED + b"1;", pour(b"x" * 16384)),
    "endless-chunk-size": answered(500, CHUNKED, pour(b"0" * 16384)),
    "endless-trailers": answered(500, CHUNKED + b"0\r\n", pour(b"X-More: and more\r\n" * 100)),
    "ten-thousand-headers": no_answer(
        "protocol", b"HTTP/1.1 200 X\r\n" + b"X-Many: yes\r\n" * 10_000 + b"\r\n", hang
    ),
    "endless-headers": no_answer(
        "protocol", b"HTTP/1.1 200 X\r\n", pour(b"X-More: and more\r\n" * 100)
    ),
    "one-endless-header": no_answer("protocol", b"HTTP/1.1 200 X\r\nX-Long: ", pour(b"x" * 1024)),
    "endless-status-line": no_answer("protocol", b"HTTP/1.1 200 ", pour(b"x" * 1024)),
    "endless-interim-answers": no_answer("protocol", pour(b"HTTP/1.1 103 X\r\nLink: <x>\r\n\r\n")),
    "bomb-in-the-content": answered(
        500, head(b"Content-Encoding: gzip", b"Content-Length: %d" % len(BOMB)) + BOMB, hang
    ),
    "bomb-in-the-transfer": answered(
        500, head(b"Transfer-Encoding: gzip") + BOMB, check=body_is("\0" * BODY_KEPT)
    ),
    # Bytes that are no text.
    "nul-in-a-header": no_answer("protocol", head(b"X-Odd: a\0b", b"Content-Length: 0")),
    "no-utf-8-in-a-header": answered(
        500, head(b"X-Odd: \xff\xfe", b"Content-Length: 0"), check=header_is("X-Odd", "\ufffd\ufffd")
    ),
    "no-utf-8-in-the-body": answered(
        500, response(500, body=b"a\xff\x00\xc3\x28\xed\xa0\x80z"),
        check=body_is("a\ufffd\x00\ufffd(\ufffd\ufffd\ufffdz"),
    ),
    # Breaks off.
    "resets-before-it-reads": no_answer("reset", reset, reads=False),
    "resets-without-an-answer": no_answer("reset", reset),
    "resets-in-the-head": no_answer("reset", b"HTTP/1.1 200 X\r\nX-Half: ", reset),
    "resets-in-the-body": answered(500, response(500, body=b"half", length=1000), reset),
    "resets-in-a-good-body": answered(200, response(200, body=b"half", length=1000), reset),
    "closes-without-an-answer": no_answer("reset", close_well),
    "breaks-off-without-an-answer": no_answer("reset"),
    "closes-in-the-head": no_answer("protocol", b"HTTP/1.1 200 X\r\n", close_well),
    "closes-in-the-body": answered(500, response(500, body=b"half", length=1000), close_well),
    # Is not HTTP.
    "garbage": no_answer("protocol", b"nonsense\r\n\r\n", hang),
    "no-head": no_answer("protocol", b"<html>hello</html>\n", hang),
    "no-status": no_answer("protocol", b"HTTP/1.1 abc\r\n\r\n", hang),
    "another-version": no_answer("protocol", b"HTTP/7.3 200 X\r\n\r\n", hang),
    "http2-alone": no_answer(
        "protocol", b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64", hang, certificate="http2", reads=False
    ),
    "status-999": answered(999, response(999)),
    "status-600": answered(600, response(600)),
    "switches-protocols": answered(101, b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", hang),
    "two-lengths": answered(
        500, head(b"Content-Length: 5", b"Content-Length: 3") + b"abcde", hang
    ),
    "length-and-chunks": answered(
        500, head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        close_well,
    ),
    "no-length-at-all": answered(
        500, head(b"Content-Length: 99999999999999999999") + b"abc", close_well
    ),
    "negative-length": no_answer("protocol", head(b"Content-Length: -1") + b"abc", close_well),
    # Its TLS.
    "expired": no_answer("tls", certificate="expired"),
    "not-yet-valid": no_answer("tls", certificate="early"),
    "wrong-host": no_answer("tls", certificate="elsewhere"),
    "self-signed": no_answer("tls", certificate="self-signed"),
    "unknown-authority": no_answer("tls", certificate="stranger"),
    "tls-1-0": no_answer("tls", certificate="tls-1.0"),
    "no-tls": no_answer("tls", greets=say(response(200))),
    "handshake-hangs": no_answer("connect_timeout", greets=hang),
    "closes-in-the-handshake": no_answer("tls", greets=lambda plain: plain.recv(65536)),
    "resets-in-the-handshake": no_answer("tls", greets=reset),
}
# It ends by itself and at once.
CASES["gone"] = Case(Rogue(response(410)), "status", 410, attempts=1)

# What becomes of a kept connection, and what is on record of the second delivery.
KEPT = b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n"
LOST_ONCE = [("reset", None), (None, 200)]
KEPT_CASES = {
    "closes-under-the-second": (Rogue(KEPT, then=(close_well,)), LOST_ONCE),
    "breaks-off-under-the-second": (Rogue(KEPT, then=()), LOST_ONCE),
    "resets-under-the-second": (Rogue(KEPT, then=(reset,)), LOST_ONCE),
    "closes-before-the-second": (Rogue(KEPT, close_well), [(None, 200)]),
}



class Run:
    """All of them once: one event for each, and meanwhile events for an endpoint that is well."""

    def __init__(self, stack):
        self.stack = stack
        self.worker = live_worker(stack)
        self.complaints = complaints(stack)
        self.account = Account(stack)
        self.webhooks = {
            name: self.account.webhook("/", endpoint_url=url)
            for name, url in stack.urls.items()
            if name not in KEPT_CASES
        }
        self.well = Account(stack, "well")
        self.well_webhook = self.well.webhook(f"/well/{self.well.id}")
        self.tail = SinkTail(stack, f"/well/{self.well.id}")
        self.emitted = {}
        self.emit_to_well()
        self.tail.wait_for(1)
        self.memory = peak_memory(self.worker)
        self.event = self.account.emit()
        wait_for(self.is_over, seconds=20 * TIMEOUT, every=0.1)
        self.tail.wait_for_events([{"id": id} for id in self.emitted])

    def emit_to_well(self):
        before = time.time()
        self.emitted[self.well.emit()["id"]] = before

    def is_over(self):
        """Whether nothing is in the queue any more."""
        self.emit_to_well()
        where = f"WHERE user_id = '{self.account.id}' AND status = 'pending'"
        return self.stack.sql(f"SELECT COUNT(*) FROM webhook_deliveries {where}") == [["0"]]

    def delivery(self, name):
        return self.account.only_delivery(self.webhooks[name])


@pytest.fixture(scope="module")
def run(states):
    port = free_port()
    stack = Stack(states / "endpoints")
    rogues = {name: case.rogue for name, case in CASES.items()}
    rogues |= {name: rogue for name, (rogue, _) in KEPT_CASES.items()}
    stack.urls = {name: f"https://{name}.localhost:{port}/{name}" for name in rogues}
    stack.urls |= {"nobody": f"https://nobody.localhost:{port + 1}/"}
    stack.urls |= {"black-hole": f"https://black-hole.localhost:{port + 2}/"}
    stack.run(
        {
            "PATCHBAY_RETRY_SCHEDULE": f"{WAIT}s",
            "PATCHBAY_RETRY_JITTER": "0",
            "PATCHBAY_ATTEMPT_TIMEOUT": f"{TIMEOUT}s",
            "PATCHBAY_WORKER_LEASE": f"{TIMEOUT + 10}s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
            "PATCHBAY_MAX_WEBHOOKS": "100",
            "PATCHBAY_ENDPOINT_ALLOW": ",".join(
                url.split("/")[2] for url in stack.urls.values()
            ),
        }
    )
    try:
        with contextlib.ExitStack() as held:
            fill_backlog(port + 2, held)
            stack.rogues = Rogues(stack, port, rogues)
            held.callback(stack.rogues.close)
            yield Run(stack)
    finally:
        stack.stop(purge=True)


def fill_backlog(port, held):
    """A listener that never accepts, with so much waiting that the kernel drops what else comes."""
    held.enter_context(socket.create_server(("127.0.0.1", port), backlog=0))
    for _ in range(4):
        client = held.enter_context(socket.socket())
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", port))


def check_times(attempts):
    for attempt in attempts:
        assert attempt["duration_ms"] < TIMEOUT * 1000 + 1500
    for before, after in zip(attempts, attempts[1:]):
        ended = moment(before) + before["duration_ms"] / 1000
        assert WAIT - 0.05 <= moment(after) - ended < WAIT + 5


def moment(attempt):
    return datetime.datetime.fromisoformat(
        attempt["started_at"].replace("Z", "+00:00")
    ).timestamp()


@pytest.mark.parametrize("name", CASES)
def test_an_endpoint_that_misbehaves_is_on_record_as_what_it_did(run, name):
    case = CASES[name]

    delivery = run.delivery(name)

    attempts = delivery["attempts"]
    found = [(attempt["error"], attempt["response_status"]) for attempt in attempts]
    assert found == [(case.error, case.status)] * case.attempts
    assert delivery["status"] == ("failed" if case.error else "delivered")
    check_times(attempts)
    if case.check:
        case.check(attempts[0])


@pytest.mark.parametrize("name, error", [("nobody", "connect"), ("black-hole", "connect_timeout")])
def test_an_endpoint_that_is_not_there_is_tried_by_the_schedule(run, name, error):
    attempts = run.delivery(name)["attempts"]

    assert [attempt["error"] for attempt in attempts] == [error] * 2
    check_times(attempts)


def test_each_request_that_was_read_is_one_attempt_and_nothing_is_sent_past_bad_tls(run):
    rogues = run.stack.rogues
    for name, case in CASES.items():
        recorded = [
            (event, stamp) for event, _, stamp in attempts(run.stack, run.webhooks[name])
        ]
        is_read = case.rogue.reads and not case.rogue.greets and case.error != "tls"
        assert sorted(rogues.seen[name]) == (sorted(recorded) if is_read else []), name


@pytest.mark.parametrize("name", KEPT_CASES)
def test_a_kept_connection_that_dies_takes_one_attempt_with_it_and_nothing_is_sent_twice(run, name):
    account = Account(run.stack)
    webhook = account.webhook("/", endpoint_url=run.stack.urls[name])
    account.emit()
    account.wait_for_status(webhook, "delivered")
    account.emit()
    wait_for(lambda: account.deliveries(webhook)[0]["status"] == "delivered")

    second, first = [account.delivery(one["id"]) for one in account.deliveries(webhook)]

    found = [(attempt["error"], attempt["response_status"]) for attempt in second["attempts"]]
    assert found == KEPT_CASES[name][1]
    assert first["attempt_number"] == 1
    recorded = [(event, stamp) for event, _, stamp in attempts(run.stack, webhook)]
    assert sorted(run.stack.rogues.seen[name]) == sorted(recorded)


def test_what_pours_in_is_left_where_it_comes_from(run):
    sent = {name: count for name, count in run.stack.rogues.sent.items() if count > BUFFERS}

    assert sent == {}


def test_the_worker_lives_and_its_memory_stays_bounded(run, tell):
    grown = peak_memory(run.worker) - run.memory
    tell(f"at most {(run.memory + grown) >> 20} MiB resident, {grown >> 20} MiB more than before")

    assert is_alive(run.worker) and run.stack.pid("worker") == run.worker
    assert complaints(run.stack) == run.complaints
    assert grown < 48 << 20


def test_an_endpoint_that_is_well_gets_its_events_meanwhile(run, tell):
    latencies = sorted(
        receipt.at.timestamp() - run.emitted[receipt.id] for receipt in run.tail.receipts
    )
    tell(f"{len(latencies)} events, the slowest after {latencies[-1] * 1000:.0f} ms")

    assert check_books(
        run.stack, run.well_webhook, [{"id": id} for id in run.emitted], run.tail.receipts
    ) == 0
    # Nothing has waited until those that hang were given up.
    assert latencies[-1] < TIMEOUT
