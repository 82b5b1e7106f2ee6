"""PATCHBAY_AUTH=param: nginx says who is signed in, and nobody else can."""

import pytest

from stack import Stack, free_port
from support.account import Account
from support.host_site import host_site
from support.site import Site

VICTIM = "victim@example.com"
# `victim@example.com:x` in base64.
BASIC = "Basic dmljdGltQGV4YW1wbGUuY29tOng="
FORGED = {
    "Authorization": BASIC,
    "PATCHBAY-USER": VICTIM,
    "Patchbay-User": VICTIM,
    "Patchbay_User": VICTIM,
    "HTTP-PATCHBAY-USER": VICTIM,
    "Remote-User": VICTIM,
    "REMOTE_USER": VICTIM,
    "X-Remote-User": VICTIM,
    "X-Forwarded-User": VICTIM,
    "X-Forwarded-Email": VICTIM,
    "X-User-Email": VICTIM,
    "X-Patchbay-User": VICTIM,
    "Proxy-Authorization": BASIC,
}


@pytest.fixture(scope="module")
def stack(states):
    stack = Stack(states / "param")
    stack.run({"PATCHBAY_AUTH": "param"})
    yield stack
    stack.stop(purge=True)


@pytest.fixture(scope="module")
def site(stack, tmp_path_factory):
    with host_site(stack, free_port(), tmp_path_factory.mktemp("nginx")) as url:
        yield url


def is_user(stack, email):
    return stack.sql(f"SELECT user_id('{email}') IS NOT NULL") == [["1"]]


def signed_in(site, email, headers=None):
    return Site(site, {"Cookie": f"host={email}"} | (headers or {}))


@pytest.mark.parametrize("name, value", FORGED.items())
def test_no_header_signs_anybody_in_where_nginx_names_nobody(stack, name, value):
    answer = Site(stack.url, {name: value}).get("/webhooks")

    assert answer.status_code in (303, 401, 403)
    assert "Set-Cookie" not in answer.headers
    assert VICTIM not in answer.text
    assert not is_user(stack, VICTIM)


@pytest.mark.parametrize("name, value", FORGED.items())
def test_no_header_makes_of_one_person_another(stack, site, name, value):
    page = signed_in(site, "forger@example.com", {name: value}).get("/webhooks")

    assert page.status_code == 200
    assert "forger@example.com" in page.text and VICTIM not in page.text
    assert not is_user(stack, VICTIM)


def test_no_address_names_anybody_either(stack):
    for query in (f"PATCHBAY_USER={VICTIM}", f"patchbay_user={VICTIM}"):
        assert Site(stack.url).get(f"/webhooks?{query}").status_code in (303, 401, 403)
    assert not is_user(stack, VICTIM)


def test_without_the_hosts_session_there_is_no_page(site):
    assert Site(site).get("/webhooks").status_code == 401


def test_a_user_is_made_at_first_sight_and_once(stack, site):
    email = "first-sight@example.com"
    assert not is_user(stack, email)

    first = signed_in(site, "First-Sight@Example.com").get("/webhooks")
    second = signed_in(site, email).get("/webhooks")

    assert (first.status_code, second.status_code) == (200, 200)
    assert email in first.text
    rows = stack.sql(f"SELECT role, status, password_hash IS NULL FROM users WHERE email = '{email}'")
    assert rows == [["user", "active", "1"]]


def test_what_is_no_address_signs_nobody_in(stack, site):
    before = stack.sql("SELECT COUNT(*) FROM users")

    for name in ("nobody", "a@b@c", "@example.com", "x" * 300 + "@example.com"):
        assert signed_in(site, name).get("/webhooks").status_code in (303, 401, 403)

    assert stack.sql("SELECT COUNT(*) FROM users") == before


def test_a_person_whom_the_host_signed_in_saves_a_webhook(stack, site):
    person = signed_in(site, "saver@example.com")
    # The host's cookie stands beside ours.
    person.session.headers.pop("Cookie")
    person.session.cookies.set("host", "saver@example.com", domain="localhost.local")

    added = person.add_webhook("by a guest of the host", stack.sink_url("/host"))

    assert added.status_code == 303, added.text
    assert "by a guest of the host" in person.get("/webhooks").text


def test_another_person_of_the_host_does_not_go_on_with_the_session(site):
    person = signed_in(site, "one@example.com")
    person.session.headers.pop("Cookie")
    person.session.cookies.set("host", "one@example.com", domain="localhost.local")
    assert "one@example.com" in person.get("/webhooks").text

    person.session.cookies.set("host", "two@example.com", domain="localhost.local")
    page = person.get("/webhooks").text

    assert "two@example.com" in page and "one@example.com" not in page


def test_there_is_no_sign_in_of_our_own(stack, site):
    env = stack.env
    fields = {"email": env["PATCHBAY_USER_EMAIL"], "password": env["PATCHBAY_USER_PASSWORD"]}

    answer = Site(stack.url).submit("/sign-in", fields)

    assert answer.status_code in (403, 404)
    assert "Set-Cookie" not in answer.headers


def test_the_api_has_keys_as_ever(stack):
    account = Account(stack)

    assert account.api("GET", "/webhooks").status_code == 200
    assert account.api("GET", "/webhooks", key=False, headers={"PATCHBAY-USER": account.email}).status_code == 401
