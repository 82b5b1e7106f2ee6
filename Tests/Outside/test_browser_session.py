"""Sessions: what the cookie is, what ends it, and what it does not open."""

import hashlib
import http.client
import re
import uuid
from urllib.parse import urlsplit

import requests
from playwright.sync_api import expect

from support.browser import press
from support.browser_person import Client

SIGN_IN = "/settings/integrations/sign-in"


def is_signed_in(person, cookie):
    answer = person.http(cookie).get("/webhooks")
    assert answer.status_code == 200 or answer.headers["Location"].startswith(SIGN_IN)
    return answer.status_code == 200


def post_sign_in(person, cookies=None):
    return requests.post(
        f"{person.stack.url}/sign-in",
        data={"email": person.email, "password": person.password},
        cookies=cookies,
        allow_redirects=False,
        timeout=30,
    )


def session_row(person, columns):
    token = bytes.fromhex(person.cookie)
    digest = hashlib.sha256(token).hexdigest()
    return person.stack.sql(f"SELECT {columns} FROM sessions WHERE HEX(token_hash) = '{digest}'")


def age_session(person, change):
    digest = hashlib.sha256(bytes.fromhex(person.cookie)).hexdigest()
    person.stack.sql(f"UPDATE sessions SET {change} WHERE HEX(token_hash) = '{digest}'")


def test_the_cookie_can_be_read_by_no_script_and_goes_to_no_other_site(person):
    cookies = post_sign_in(person).raw.headers.getlist("Set-Cookie")
    assert len(cookies) == 1
    name, *attributes = cookies[0].split("; ")
    assert re.fullmatch("sid=[0-9a-f]{64}", name)
    assert set(attributes) == {"Path=/", "HttpOnly", "SameSite=Lax", f"Max-Age={7 * 86400}"}


def test_the_database_knows_the_cookie_by_its_hash_alone(person):
    assert session_row(person, "COUNT(*)") == [["1"]]
    (row,) = session_row(person, "HEX(token_hash), CONCAT(id, address, user_agent)")
    assert person.cookie not in " ".join(row).lower()


def test_a_cookie_planted_before_signing_in_is_never_adopted(person):
    planted = "ab" * 32
    cookie = post_sign_in(person, {"sid": planted}).cookies["sid"]
    assert cookie != planted
    assert is_signed_in(person, cookie) and not is_signed_in(person, planted)


def test_each_signing_in_makes_another_session(person):
    assert len({person.sign_in() for _ in range(3)}) == 3


def test_signing_out_ends_the_session_for_good(visit, person, script):
    page = visit("/webhooks", person, script)
    press(page, "Sign out")
    expect(page.get_by_text("You’re signed out.")).to_be_visible()
    assert page.context.cookies() == []
    assert not is_signed_in(person, person.cookie)
    assert session_row(person, "COUNT(*)") == [["0"]]
    page.go_back()
    assert page.get_by_role("heading", level=1).text_content() == "Sign in"


def test_signing_out_clears_what_the_browser_kept(person):
    client = person.http()
    answer = client.post("/sign-out", data={"csrf": client.field("csrf")})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "sid=; " in answer.headers["Set-Cookie"] and "Max-Age=0" in answer.headers["Set-Cookie"]


def test_after_twelve_idle_hours_one_signs_in_again_and_goes_on(visit, person, script):
    page = visit("/webhooks", person, script)
    age_session(person, "last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 12 HOUR - INTERVAL 5 SECOND")
    page.goto(f"{person.stack.url}/webhooks/new")
    expect(page.get_by_text("You were signed out after 12 hours without activity")).to_be_visible()
    page.get_by_label("Email address").fill(person.email)
    page.get_by_role("textbox", name="Password").fill(person.password)
    press(page, "Sign in")
    assert page.url == f"{person.stack.url}/webhooks/new"


def test_just_under_twelve_idle_hours_are_none_too_many(person):
    age_session(person, "last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 11 HOUR - INTERVAL 59 MINUTE")
    assert is_signed_in(person, person.cookie)
    # And being there counts from now on.
    assert session_row(person, "last_seen_at > UTC_TIMESTAMP() - INTERVAL 1 HOUR") == [["1"]]


def test_seven_days_are_the_end_however_busy_the_session_was(person):
    age_session(person, "expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND")
    assert not is_signed_in(person, person.cookie)


def test_who_is_disabled_is_out_with_the_next_request(person):
    assert is_signed_in(person, person.cookie)
    person.operate("user", "disable", person.email)
    assert not is_signed_in(person, person.cookie)
    assert post_sign_in(person).status_code == 422


def test_of_two_session_cookies_none_is_picked(person):
    cookie, other = person.cookie, person.sign_in()
    for headers in (
        [f"sid={cookie}; sid={other}"],
        [f"sid={cookie}; sid={cookie}"],
        [f"sid={cookie}", f"sid={other}"],
    ):
        place = urlsplit(person.stack.url)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=30)
        connection.putrequest("GET", f"{place.path}/webhooks")
        for header in headers:
            connection.putheader("Cookie", header)
        connection.endheaders()
        assert connection.getresponse().status == 400, headers
        connection.close()


def test_what_belongs_to_another_is_as_unknown_as_what_is_not_there(person, other_person):
    webhook = other_person.webhook("/ok")
    other_person.emit()
    delivery = other_person.wait_for_deliveries(webhook, 1)[0]["id"]
    own = person.webhook("/ok")["id"]
    nobodys = uuid.uuid4()
    client = person.http()
    missing = client.get(f"/webhooks/{nobodys}")
    assert missing.status_code == 404
    for path in (
        f"/webhooks/{webhook['id']}",
        f"/webhooks/{webhook['id']}/secret",
        f"/webhooks/{webhook['id']}/deliveries/{delivery}",
        f"/webhooks/{own}/deliveries/{delivery}",
        f"/webhooks/{own}/deliveries/{nobodys}",
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.text == missing.text, path
    # It is there for its owner.
    assert other_person.http().get(f"/webhooks/{webhook['id']}").status_code == 200


def test_an_address_that_does_not_exist_says_so_and_leads_back(visit, person, script):
    page = visit("/nowhere", person, script)
    expect(page.get_by_role("heading", level=1)).to_have_text("We can’t find that page")
    press(page, "Go to Patchbay")
    assert page.url == f"{person.stack.url}/apps"
    for path in ("/webhooks/1", "/webhooks/new/x", "/webhooks/", "//webhooks", "/admin"):
        assert person.http().get(path).status_code == 404, path


def test_without_a_session_every_page_asks_to_sign_in(stack):
    client = Client(stack.url)
    for path in ("", "/webhooks", "/webhooks/new", "/events", "/events/lead.created"):
        answer = client.get(path)
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith(f"{SIGN_IN}?next=")
