"""The sink answers as the path says and writes down all that it receives."""

import base64
import contextlib
import socket
import ssl
import time

import pytest
import requests


@pytest.fixture
def session(stack):
    with requests.Session() as session:
        session.verify = stack.env["PATCHBAY_CA_FILE"]
        session.trust_env = False
        yield session


def test_a_request_is_on_record_as_it_was_sent(stack, session):
    body = bytes(range(256)) * 10

    answer = session.post(
        stack.sink_url("/as-sent?x=1"), data=body, headers={"X-Odd-CASE": "v é".encode("latin-1")}
    )

    [line] = stack.sink_lines("/as-sent?x=1")
    assert answer.status_code == 200
    assert set(line) == {"at", "method", "path", "headers", "body_base64", "status"}
    assert (line["method"], line["status"]) == ("POST", 200)
    assert ["X-Odd-CASE", "v é"] in line["headers"]
    assert base64.b64decode(line["body_base64"]) == body
    assert line["at"].endswith("Z") and len(line["at"]) == len("2026-01-01T00:00:00.000000Z")


def test_a_chunked_body_is_read_whole(stack, session):
    pieces = [b"first", b"x" * 100_000, b"last"]

    session.post(stack.sink_url("/chunked"), data=iter(pieces))

    [line] = stack.sink_lines("/chunked")
    assert base64.b64decode(line["body_base64"]) == b"".join(pieces)


@pytest.mark.parametrize(
    "path, status",
    [
        ("/status/500", 500),
        ("/status/204", 204),
        ("/status/429", 429),
        ("/gone", 410),
        ("/other", 200),
        ("/status/x", 200),
    ],
)
def test_the_path_decides_the_status(stack, session, path, status):
    assert session.get(stack.sink_url(path)).status_code == status
    assert stack.sink_lines(path)[-1]["status"] == status


def test_a_redirect_leads_to_the_sink_itself(stack, session):
    answer = session.get(stack.sink_url("/status/302"), allow_redirects=False)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/redirected")


def test_a_sequence_repeats_its_last_and_each_name_has_its_own(stack, session):
    statuses = [
        session.get(stack.sink_url("/sequence/500,503,200/one")).status_code for _ in range(4)
    ]
    other = session.get(stack.sink_url("/sequence/500,503,200/two")).status_code

    assert statuses == [500, 503, 200, 200]
    assert other == 500


def test_a_slow_answer_is_on_record_before_it_is_sent(stack, session):
    before = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        session.get(stack.sink_url("/slow/1500"), timeout=0.5)
    assert stack.sink_lines("/slow/1500")[0]["status"] == 200

    session.get(stack.sink_url("/slow/1500"))
    assert time.monotonic() - before >= 1.5


def test_a_hanging_path_is_read_and_never_answered(stack, session):
    with pytest.raises(requests.ReadTimeout):
        session.post(stack.sink_url("/hang/me"), data=b"x", timeout=1)

    [line] = stack.sink_lines("/hang/me")
    assert line["status"] is None


@contextlib.contextmanager
def connection_to(stack):
    context = ssl.create_default_context(cafile=stack.env["PATCHBAY_CA_FILE"])
    with (
        socket.create_connection(("localhost", stack.port + 1), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        yield connection


def test_many_requests_go_over_one_connection_also_without_waiting(stack):
    request = b"POST /pipelined HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"

    with connection_to(stack) as connection:
        connection.sendall(request * 20)
        answers = b""
        while answers.count(b"HTTP/1.1 200") < 20:
            answers += connection.recv(65536)

    assert len(stack.sink_lines("/pipelined")) == 20


def test_what_is_no_request_is_refused_and_not_on_record(stack):
    before = len(stack.sink_lines())

    with connection_to(stack) as connection:
        connection.sendall(b"nonsense\r\n\r\n")
        answer = connection.recv(65536)

    assert answer.startswith(b"HTTP/1.1 400")
    assert len(stack.sink_lines()) == before
