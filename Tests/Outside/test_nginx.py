"""nginx.conf.example, with the real nginx and the real responder behind it."""

import json
import os
import re
import signal
import socket

import pytest
import requests

PROBLEM = "application/problem+json"


def raw(stack, request):
    """Sends bytes to the site and gives all that comes back until it closes."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def access_log(stack):
    return [json.loads(line) for line in (stack.state / "log/access.log").open()]


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "user@localhost"])
def test_another_host_name_gets_no_answer(stack, host):
    request = f"GET /settings/integrations/healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"

    assert b"200" not in raw(stack, request.encode()).split(b"\r\n")[0]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_its_own_names_get_one(stack, host):
    request = (
        f"GET /settings/integrations/healthz HTTP/1.1\r\nHost: {host}:{stack.port}\r\n"
        "Connection: close\r\n\r\n"
    )

    assert raw(stack, request.encode()).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: +5",
        "Content-Length : 5",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "X: a\0b",
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(stack, head):
    request = (
        f"POST /settings/integrations/sign-in HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n"
        "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )

    answer = raw(stack, request.encode("latin-1"))

    assert answer.split()[1] in (b"400", b"501")
    assert not [line for line in access_log(stack) if line["path"] == "/smuggled"]


@pytest.mark.parametrize(
    "path, mebibytes",
    [("/events", 1.1), ("/events", 2.5), ("/events/batch", 8.2), ("/events/batch", 9.5)],
)
def test_a_request_that_is_too_large_is_a_problem_whoever_notices(stack, path, mebibytes):
    key = stack.env["PATCHBAY_USER_API_KEY"]

    answer = requests.post(
        f"{stack.url}/api/v1{path}",
        data=b" " * int(mebibytes * 2**20),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        timeout=30,
    )

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["status"] == 413


def test_a_large_batch_reaches_the_responder(stack):
    answer = stack.api("POST", "/events/batch", {"events": [], "padding": "x" * 7 * 2**20})

    assert answer.status_code == 422


def test_without_a_responder_pages_and_calls_get_a_503_of_their_kind(new_stack):
    stack = new_stack()
    stack.run()
    os.kill(stack.pid("web"), signal.SIGKILL)

    page = requests.post(f"{stack.url}/sign-in", data={"email": "x"}, timeout=10)
    call = stack.api("GET", "/webhooks")

    assert (page.status_code, call.status_code) == (503, 503)
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    for asset in re.findall(r'"([^"]*/assets/[^"]*)"', page.text):
        assert requests.get(f"http://localhost:{stack.port}{asset}", timeout=10).ok, asset
    assert call.headers["Content-Type"] == PROBLEM
    assert call.json()["status"] == 503
    for answer in (page, call):
        assert answer.headers["Cache-Control"] == "no-store"
        assert int(answer.headers["Retry-After"]) > 0

    # An error log quotes addresses: not those that carry a secret.
    requests.get(f"{stack.url}/welcome/SECRETTOKEN", timeout=10)
    requests.get(f"{stack.url}/apps/slack/callback?code=SECRETCODE", timeout=10)
    for log in (stack.state / "log").iterdir():
        assert "SECRET" not in log.read_text(errors="replace"), log.name


def test_the_access_log_has_one_object_a_request_without_query_or_token(stack):
    requests.get(f"{stack.url}/apps?q=SECRETQUERY", timeout=10)
    requests.get(f"{stack.url}/welcome/SECRETTOKEN?x=1", timeout=10)
    requests.get(f"{stack.url}/healthz", headers={"User-Agent": 'a "b" \\ \x01'}, timeout=10)

    lines = access_log(stack)

    assert not [line for line in lines if "SECRET" in json.dumps(line)]
    last = lines[-1]
    assert (last["method"], last["status"]) == ("GET", 200)
    assert last["path"] == "/settings/integrations/healthz"
    assert len(last["request_id"]) == 32


def test_assets_are_kept_by_their_version_and_only_they_are_compressed(stack):
    style = f"{stack.url}/assets/patchbay.css"

    versioned, plain = (requests.get(style + query, timeout=10) for query in ("?v=1", ""))
    page = requests.get(f"{stack.url}/sign-in", timeout=10)

    assert versioned.headers["Content-Type"] == "text/css; charset=utf-8"
    assert versioned.headers["Content-Encoding"] == "gzip"
    assert "immutable" in versioned.headers["Cache-Control"]
    assert "immutable" not in plain.headers["Cache-Control"]
    assert versioned.headers["X-Content-Type-Options"] == "nosniff"
    assert page.status_code == 200 and "Content-Encoding" not in page.headers
