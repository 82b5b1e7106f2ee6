"""One's own account: the password, and the browsers that are signed in."""

import re

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.browser_checks import check_everywhere
from support.browser_person import Client

NEW = "several words are best 8"


def change(client, current, new):
    token = client.field("csrf", "/account")
    return client.post("/account/password", data={"csrf": token, "current": current, "password": new})


def test_a_password_is_changed_by_who_knows_the_old_one(person, stack):
    other = person.sign_in()
    client = person.http()
    assert change(client, "", NEW).status_code == 422
    assert change(client, person.password, "short").status_code == 422
    assert change(client, person.password, person.password).status_code == 422
    assert change(client, "not the password", NEW).status_code == 422
    assert change(client, person.password, NEW).status_code == 303
    assert client.get("/account").status_code == 200
    assert person.http(other).get("/account").status_code == 303
    old = {"email": person.email, "password": person.password}
    assert Client(stack.url).post("/sign-in", data=old).status_code == 422
    assert Client(stack.url).post("/sign-in", data=old | {"password": NEW}).status_code == 303


def test_guessing_the_old_one_is_throttled(person):
    client = person.http()
    answers = [change(client, f"guess number {number}", NEW) for number in range(7)]
    assert [each.status_code for each in answers[:6]] == [422] * 6
    assert answers[6].status_code == 429 and int(answers[6].headers["Retry-After"]) >= 1


def test_sessions_are_ended_one_by_one_or_all_but_this(person, other_person):
    client = person.http()
    cookies = [person.sign_in() for _ in range(3)]
    page = client.get("/account").text
    ids = re.findall(r'name="session" value="([0-9a-f-]{36})"', page)
    assert len(ids) == 3
    token = client.field("csrf", "/account")
    stranger = other_person.http()
    theirs = stranger.field("csrf", "/account")
    stranger.post("/account/sessions/end", data={"csrf": theirs, "session": ids[0]})
    assert len(re.findall('name="session"', client.get("/account").text)) == 3
    done = client.post("/account/sessions/end", data={"csrf": token, "session": ids[0]})
    assert done.status_code == 303
    alive = [person.http(each).get("/account").status_code for each in cookies]
    assert sorted(alive) == [200, 200, 303]
    client.post("/account/sessions/end-others", data={"csrf": token})
    assert [person.http(each).get("/account").status_code for each in cookies] == [303] * 3
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("script", [True, False])
def test_the_page_in_a_browser(visit, person, script):
    person.sign_in()
    page = visit("/webhooks", person, script=script)
    page.get_by_role("link", name=f"Your account: {person.email}").click()
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
    if script:
        check_everywhere(page)
    press(page, "Change password")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    if script:
        check_everywhere(page)
    page.get_by_label("Current password").fill(person.password)
    page.get_by_label("New password").fill(NEW)
    press(page, "Change password")
    expect(page.get_by_text("Your password is changed")).to_be_visible()


def test_without_mail_a_forgotten_password_leads_to_an_administrator(visit, stack):
    page = visit("/sign-in")
    press(page, "Forgotten your password?")
    expect(page.get_by_text("Ask an administrator")).to_be_visible()
    check_everywhere(page)
    assert Client(stack.url).post("/sign-in/reset", data={"email": "a@example.com"}).status_code == 200
