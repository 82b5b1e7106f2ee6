"""Routes that are none, wrong methods, bodies that are too large, cut short or no UTF-8."""

import json

import pytest

from stack import is_alive
from support.problem import fields_of
from support.raw import exchange, request, status_of

MIB = 1 << 20
ANY_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.parametrize(
    "path",
    [
        "/", "/nothing", "/events/", "/webhooks/", "/webhooks/x", f"/webhooks/{ANY_ID}", "/webhooks//",
        f"/webhooks/{ANY_ID}/deliveries", f"/webhooks/{ANY_ID}/nothing", f"/deliveries/{ANY_ID}",
        "/deliveries", "/webhooks/%20", "/webhooks/" + "a" * 5000, "/events/batch/x", "/Webhooks",
    ],
)
def test_what_is_not_there_is_404(account, path):
    fields_of(account.api("GET", path), 404)


@pytest.mark.parametrize(
    "path, allowed",
    [
        ("/events", "POST"), ("/events/batch", "POST"), ("/event-types", "GET"),
        ("/webhooks", "GET, POST"), ("/webhooks/{id}", "GET, PATCH, DELETE"),
        ("/webhooks/{id}/deliveries", "GET"), (f"/deliveries/{ANY_ID}", "GET"),
    ],
)
def test_a_wrong_method_is_405_and_says_what_is_allowed(account, path, allowed):
    path = path.format(id=account.webhook("/methods")["id"])

    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} - set(allowed.split(", ")):
        answer = account.api(method, path)
        fields_of(answer, 405)
        assert answer.headers["Allow"] == allowed, method


@pytest.mark.parametrize("path", ["/webhooks", "/event-types", "/nothing"])
def test_head_is_get_without_the_body(account, path):
    get, head = account.api("GET", path), account.api("HEAD", path)

    assert head.status_code == get.status_code
    assert head.content == b""
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_media_type_is_415(account, content_type):
    webhook = account.webhook("/415")
    headers = {} if content_type is None else {"Content-Type": content_type}

    for method, path in (("POST", "/events"), ("POST", "/webhooks"), ("PATCH", f"/webhooks/{webhook['id']}")):
        fields_of(account.api(method, path, data=b'{"type":"lead.created"}', headers=headers), 415)


def test_json_with_parameters_is_json(account):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}

    answer = account.api("POST", "/events", data=b'{"type":"lead.created","data":{}}', headers=headers)

    assert answer.status_code == 202


@pytest.mark.parametrize(
    "path, limit", [("/events", MIB), ("/webhooks", MIB), ("/events/batch", 8 * MIB)]
)
@pytest.mark.parametrize("how", ["length", "chunked"])
def test_a_body_over_the_limit_is_413_and_one_at_the_limit_is_read(account, path, limit, how):
    """White space around JSON is no fault of it, so that the limit alone decides."""
    headers = {"Content-Type": "application/json"}

    def post(size):
        body = b"{}" + b" " * (size - 2)
        pieces = iter([body[:1000], body[1000:]]) if how == "chunked" else body
        return account.api("POST", path, data=pieces, headers=headers)

    at_limit, over, far_over = post(limit), post(limit + 1), post(limit * 3)

    assert at_limit.status_code == 422, at_limit.text
    assert fields_of(over, 413) == []
    assert far_over.status_code == 413
    assert far_over.headers["Content-Type"] == "application/problem+json"


def test_a_large_batch_is_taken(account):
    account.webhook("/large-batch", events=["lead.updated"])
    events = [{"type": "lead.created", "data": {"x": "y" * 7900}} for _ in range(1000)]

    made = account.call("POST", "/events/batch", {"events": events}, 202)

    assert len(made["data"]) == 1000


def authorized(account, method, path, *fields, body=b""):
    fields = (f"Authorization: Bearer {account.key}", *fields)
    return request(account.stack, method, f"/api/v1{path}", *fields, body=body)


def test_a_body_cut_short_does_nothing_and_the_process_lives(account):
    body = b'{"type":"lead.created","data":{}}'
    web = account.stack.pid("web")

    exchange(
        account.stack,
        authorized(account, "POST", "/events", "Content-Type: application/json",
                   f"Content-Length: {len(body) + 10}", body=body),
        half_close=True,
    )

    assert account.stack.sql(f"SELECT 1 FROM events WHERE user_id = '{account.id}'") == []
    assert account.api("GET", "/webhooks").status_code == 200
    assert is_alive(web) and account.stack.pid("web") == web


@pytest.mark.parametrize(
    "fields",
    [
        ["X-Odd: \xff\xfe"], ["User-Agent: \xc3\x28"], ["Idempotency-Key: \xff"], ["Cookie: a=\x80"],
        ["Content-Type: application/\xff"],
    ],
    ids=str,
)
def test_a_header_that_is_not_utf_8_is_an_answer_and_the_process_lives(account, fields):
    web = account.stack.pid("web")

    answer = exchange(account.stack, authorized(account, "GET", "/webhooks", *fields))

    assert status_of(answer) in (200, 400)
    assert status_of(answer) == 200 or b"application/problem+json" in answer
    assert account.api("GET", "/webhooks").status_code == 200
    assert is_alive(web) and account.stack.pid("web") == web


@pytest.mark.parametrize("query", ["limit=%FF", "user=%C3%28", "after=%", "x=%zz", "%ff=1"])
def test_a_query_that_is_not_encoded_utf_8_is_400(account, query):
    answer = exchange(account.stack, authorized(account, "GET", f"/webhooks?{query}"))

    assert status_of(answer) == 400
    assert b"application/problem+json" in answer


def test_a_type_that_cannot_be_one_finds_nothing(account):
    webhook = account.webhook("/odd-type")
    account.emit()
    for type in ("\x9d", "ä", "lead.created\N{COMBINING DIAERESIS}", "💥"):
        assert account.call("GET", f"/webhooks/{webhook['id']}/deliveries", params={"type": type})["data"] == []


def test_trace_is_refused_by_us_and_says_what_is_allowed(account):
    answer = account.api("TRACE", "/webhooks")
    fields_of(answer, 405)
    assert answer.headers["Allow"] == "GET, POST"


def test_an_address_over_8_kib_is_a_problem(account):
    answer = account.api("GET", "/webhooks?user=" + "a" * 9000)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status_code == answer.json()["status"] == 414


def test_a_parameter_twice_is_no_choice_of_ours(account):
    fields_of(account.api("GET", f"/webhooks?user={account.id}&user={account.id}"), 400)
    deliveries = f"/webhooks/{account.webhook('/twice')['id']}/deliveries"
    for query in ("limit=1&limit=1", "after=a&after=b", "status=failed&status=held", "type=a&type=a"):
        fields_of(account.api("GET", f"{deliveries}?{query}"), 400)


def test_a_header_twice_is_400(account):
    answer = exchange(
        account.stack,
        authorized(account, "GET", "/webhooks", f"Authorization: Bearer {account.key}"),
    )

    assert status_of(answer) == 400


@pytest.mark.parametrize(
    "line", ["GET /settings/integrations/api/v1/webhooks\r\n", "NONSENSE\r\n", "GET http://[::1 HTTP/1.1\r\n"]
)
def test_what_is_no_request_is_refused_by_nginx_alone(account, line):
    answer = exchange(account.stack, f"{line}Host: localhost\r\n\r\n".encode())

    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert account.api("GET", "/webhooks").status_code == 200


def test_another_host_name_is_not_answered(account):
    raw = authorized(account, "GET", "/webhooks").replace(b"Host: localhost", b"Host: evil.example")

    assert exchange(account.stack, raw) == b""


def test_an_answer_is_json_that_nobody_stores_or_guesses(account):
    answer = account.api("GET", "/webhooks")

    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    json.loads(answer.content.decode("utf-8"))
