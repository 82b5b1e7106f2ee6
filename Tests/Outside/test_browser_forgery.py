"""Forms that no page of ours sent: refused, and nothing is changed."""

import re

import pytest

from support.browser_person import Client

ORIGIN = re.compile(r"^(https?://[^/]+)")


def origin(person):
    return ORIGIN.match(person.stack.url)[1]


@pytest.fixture
def form(resident):
    """A form that would be taken."""
    return resident.http().form(endpoint_url=resident.stack.sink_url("/forged"))


def assert_refused(resident, answer, status=403):
    assert answer.status_code == status
    assert "Set-Cookie" not in answer.headers
    assert "<h1>" in answer.text
    assert resident.webhooks() == []


def test_a_form_without_its_token_is_refused(resident, form):
    del form["csrf"]
    answer = resident.http().post("/webhooks", data=form)
    assert_refused(resident, answer)
    assert "This form is no longer valid" in answer.text


@pytest.mark.parametrize("token", ["", "0" * 128, "0", "x" * 128, "ä", "0" * 126 + "zz"])
def test_a_form_with_a_made_up_token_is_refused(resident, form, token):
    assert_refused(resident, resident.http().post("/webhooks", data=form | {"csrf": token}))


def test_a_token_with_one_digit_changed_is_refused(resident, form):
    digit = "1" if form["csrf"][-1] == "0" else "0"
    forged = form["csrf"][:-1] + digit
    assert_refused(resident, resident.http().post("/webhooks", data=form | {"csrf": forged}))


def test_the_token_of_another_session_is_refused(resident, form, other_person):
    for session in (other_person.http(), resident.http(resident.sign_in())):
        token = session.field("csrf")
        assert_refused(resident, resident.http().post("/webhooks", data=form | {"csrf": token}))


def test_two_tokens_are_none(resident, form):
    pairs = [*form.items(), ("csrf", form["csrf"])]
    assert_refused(resident, resident.http().post("/webhooks", data=pairs), 400)


def test_each_page_has_another_token_and_all_of_them_are_good(resident):
    client = resident.http()
    tokens = [client.field("csrf") for _ in range(3)]
    assert len(set(tokens)) == 3
    for token in tokens:
        # Taken far enough to be judged: what is missing is then named.
        assert client.post("/webhooks", data={"csrf": token}).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "{own}.evil.example"},
        {"Origin": "{own}0"},
    ],
    ids=str,
)
def test_what_comes_from_another_origin_is_refused_even_with_its_token(resident, form, headers):
    headers = {name: text.format(own=origin(resident)) for name, text in headers.items()}
    answer = resident.http().post("/webhooks", data=form, headers=headers)
    assert_refused(resident, answer)
    answer = resident.http().post("/sign-out", data=form, headers=headers)
    assert answer.status_code == 403
    assert resident.http().get("/webhooks").status_code == 200


def test_signing_in_for_somebody_else_s_browser_is_refused(resident):
    answer = Client(resident.stack.url).post(
        "/sign-in",
        data={"email": resident.email, "password": resident.password},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert_refused(resident, answer)


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "{own}"}]
)
def test_what_comes_from_our_origin_is_taken(resident, headers):
    headers = {name: text.format(own=origin(resident)) for name, text in headers.items()}
    client = resident.http()
    answer = client.post("/webhooks", data={"csrf": client.field("csrf")}, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "type", ["text/plain", "application/json", "multipart/form-data; boundary=x", ""]
)
def test_a_form_of_another_kind_is_refused(resident, form, type):
    body = "&".join(f"{name}={value}" for name, value in form.items())
    answer = resident.http().post("/webhooks", data=body, headers={"Content-Type": type})
    assert_refused(resident, answer, 415)


@pytest.mark.parametrize("body", ["name=%", "name=%zz", "name=%ff", "a=1&%80=2"])
def test_a_form_that_cannot_be_read_is_refused(resident, form, body):
    answer = resident.http().post(
        "/webhooks",
        data=f"csrf={form['csrf']}&{body}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert_refused(resident, answer, 400)


def test_the_key_of_the_api_opens_no_page_and_the_cookie_no_call(resident):
    bearer = {"Authorization": f"Bearer {resident.key}"}
    assert Client(resident.stack.url).get("/webhooks", headers=bearer).status_code == 303
    assert resident.http().get("/api/v1/webhooks").status_code == 401


def test_reading_changes_nothing(resident, form):
    """Every address, with a form's answers behind it, by GET and HEAD."""

    def counts():
        me = f"(SELECT id FROM users WHERE email = '{resident.email}')"
        columns = {"webhooks": "user_id", "sessions": "user_id", "audit_log": "actor_id"}
        return [
            resident.stack.sql(f"SELECT COUNT(*) FROM {table} WHERE {column} = {me}")
            for table, column in columns.items()
        ]

    client = resident.http()
    before = counts()
    for path in ("", "/webhooks", "/webhooks/new", "/events", "/events/lead.created"):
        for method in ("GET", "HEAD"):
            answer = client.request(method, path, params=form)
            assert answer.status_code in (200, 303)
            assert method == "GET" or answer.content == b""
    assert client.get("/sign-out", params=form).status_code == 405
    assert client.get("/webhooks").status_code == 200
    assert counts() == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_methods_are_told_what_is_possible(resident, method):
    evil = {"Origin": "https://evil.example"}
    answer = resident.http().request(method, "/webhooks", headers=evil)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, POST"
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_page_of_another_site_cannot_send_our_forms(visit, resident, form):
    """In the browser, with its cookies: by hand the headers could be wrong."""
    fields = "".join(f'<input name="{name}" value="{value}">' for name, value in form.items())
    page = visit("/webhooks", resident)
    page.route(
        "http://127.0.0.1:9/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{resident.stack.url}/webhooks">{fields}'
            "<button>Win a prize</button></form>",
        ),
    )
    page.goto("http://127.0.0.1:9/")
    with page.expect_navigation() as navigation:
        page.get_by_role("button").click()
    # SameSite=Lax keeps the cookie back, and the origin is not ours.
    assert navigation.value.status == 403
    assert resident.webhooks() == []
