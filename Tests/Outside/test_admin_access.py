"""Administration by keyboard, at every width, in both themes and without a script, where no other file
has it: questions in dialogs, the audit log, event types, service keys, jobs."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from support.administrator import Administrator
from support.browser import go, press
from support.browser_checks import check_everywhere, tab_through
from support.browser_person import Person
from support.dead_letters import fail_for_good

PAGES = {
    "overview over a week": "/admin?span=week",
    "apps": "/admin/apps",
    "an app": "/admin/apps/slack",
    "own app": "/admin/apps/new",
    "users": "/admin/users",
    "users by state": "/admin/users?state=invited&role=user",
    "invite": "/admin/users/new",
    "a user": "/admin/users/{user}",
    "deliveries of a week": "/admin/deliveries?when=7d",
    "failed for good": "/admin/dead?user={user}",
    "drop all": "/admin/dead/drop?user={user}",
    "event types": "/admin/event-types",
    "new event type": "/admin/event-types/new",
    "event type": "/admin/event-types/lead.created",
    "service keys": "/admin/keys",
    "new service key": "/admin/keys/new",
    "audit log": "/admin/audit",
    "audit log narrowed": "/admin/audit?person={email}&group=webhooks&when=24h",
    "audit log with mistakes": "/admin/audit?person=nobody&from=x&to=y",
    "settings": "/admin/settings",
    "own activity": "/account/activity",
    "account": "/account",
}
# Where a link asks in a dialog, what it is called, and what its way out is called.
QUESTIONS = {
    "disable": ("/admin/users/{user}", "Disable", "Change nothing"),
    "delete": ("/admin/users/{user}", "Delete user", "Keep user"),
    "retire": ("/admin/event-types/lead.created", "Retire lead.created", "Keep it on offer"),
    "revoke": ("/admin/keys", "Revoke {key}", "Keep key"),
    "drop all": ("/admin/dead?user={user}", "Drop all matching…", "Leave them"),
    "drop one": ("/admin/deliveries/{delivery}", "Drop delivery", "Back to the delivery"),
}


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


@pytest.fixture(scope="module")
def names(stack, administrator):
    """Somebody with something that failed for good, and a service key."""
    person = Person(stack)
    webhook = fail_for_good(person, 3, name="A webhook of a long name without a space " + "m" * 50)
    client = administrator.http()
    key = f"Service {secrets.token_hex(4)}"
    fields = {"csrf": client.field("csrf", "/admin/keys/new"), "name": key, "expires": "30d"}
    assert client.post("/admin/keys", data=fields | {"scopes": "metrics"}).status_code == 303
    return {
        "user": administrator.id_of(person),
        "email": person.email,
        "key": key,
        "delivery": person.deliveries(webhook)[0]["id"],
    }


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 1280])
def test_the_tab_key_visits_everything_and_shows_where_it_is(
    visit, administrator, names, name, width
):
    stops = tab_through(visit(PAGES[name].format(**names), administrator, width=width), most=400)
    assert len(stops) >= 5
    for stop in stops:
        assert stop["outline"] >= 3, stop
        assert stop["inView"] and stop["onTop"], stop


@pytest.mark.parametrize("name", ["users by state", "a user", "drop all", "audit log narrowed",
                                  "audit log with mistakes", "deliveries of a week", "account"])  # fmt: skip
def test_everybody_can_read_it(visit, administrator, names, name):
    check_everywhere(visit(PAGES[name].format(**names), administrator))


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_asked_and_left_by_keyboard(visit, administrator, names, name):
    path, opener, keep = (text.format(**names) for text in QUESTIONS[name])
    page = visit(path, administrator)
    link = page.get_by_role("link", name=opener, exact=True)
    dialog = page.get_by_role("dialog")
    for leave in ("Escape", "Enter"):
        link.focus()
        page.keyboard.press("Enter")
        expect(dialog).to_be_visible()
        # What changes nothing has the focus, but where something is to be typed first.
        way_out = dialog.get_by_role("link", name=keep, exact=True)
        expect(way_out.or_(dialog.get_by_role("textbox")).first).to_be_visible()
        assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")
        acting = dialog.locator("[data-act]")
        assert not acting.evaluate("(button) => button === document.activeElement")
        # The page behind cannot be reached.
        for _ in range(8):
            page.keyboard.press("Tab")
            assert page.evaluate(
                "document.activeElement === document.body"
                " || document.querySelector('dialog').contains(document.activeElement)"
            )
        if leave == "Enter":
            check_everywhere(page)
            way_out.focus()
        page.keyboard.press(leave)
        expect(dialog).to_be_hidden()
        expect(link).to_be_focused()
    assert page.url.endswith(path)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_same_question_is_a_page_without_a_script(visit, administrator, names, name):
    path, opener, keep = (text.format(**names) for text in QUESTIONS[name])
    page = visit(path, administrator, script=False)
    question = go(page, page.get_by_role("link", name=opener, exact=True).click)
    assert question.status == 200 and "data-confirm" in page.content()
    press(page, keep)
    assert page.locator("h1").count() == 1


def test_the_audit_log_without_a_script(visit, administrator, names):
    page = visit("/admin/audit", administrator, script=False)
    page.get_by_label("Person").fill(names["email"])
    press(page, "Show")
    row = page.locator("tr", has_text="added the webhook A webhook of a long name").first
    row.get_by_text("Details").click()
    expect(row.get_by_text("webhook.created")).to_be_visible()
    page.get_by_label("Person").fill("nobody at all")
    answer = press(page, "Show")
    assert answer.status == 422
    expect(page.get_by_text("Nobody has this e-mail address")).to_be_visible()


def test_an_event_type_without_a_script(visit, administrator, stack):
    name = f"receipt.t_{secrets.token_hex(4)}"
    page = visit("/admin/event-types", administrator, script=False)
    press(page, "Add event type")
    page.get_by_label("Name", exact=True).fill("Not A Name")
    page.get_by_label("Example").fill('{"id": ')
    answer = press(page, "Add event type")
    assert answer.status == 422
    expect(page.get_by_text("This is no JSON")).to_have_count(2)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Meaning").fill("A receipt is <b>made</b>")
    page.get_by_label("Group").fill("Receipts")
    page.get_by_label("Example").fill('{"id": "\\u003c/textarea>"}')
    press(page, "Add event type")
    try:
        expect(page.get_by_text("Saved.")).to_be_visible()
        page.get_by_label("Meaning").fill("A receipt is made")
        press(page, "Save")
        press(page, f"Retire {name}")
        press(page, f"Retire {name}")
        expect(page.locator("h1 .tag, .tag").first).to_be_visible()
        press(page, f"Bring back {name}")
        press(page, f"Bring back {name}")
        expect(page.get_by_text("On offer").first).to_be_visible()
    finally:
        stack.sql(f"DELETE FROM event_types WHERE name = '{name}'")


def test_a_job_is_begun_and_stopped_without_a_script(visit, administrator, stack):
    person = Person(stack)
    fail_for_good(person, 6, name="Slow to retry", max_per_second=1)
    page = visit(f"/admin/dead?user={administrator.id_of(person)}", administrator, script=False)
    press(page, "Retry all matching…")
    press(page, "Retry 6 deliveries")
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    press(page, "Stop")
    press(page, "Stop retrying 6 deliveries")
    expect(page.get_by_role("heading", name=re.compile("Stopping|Stopped|failed again"))).to_be_visible()
    page.get_by_role("link", name="Check again").or_(
        page.get_by_role("link", name="Back to failed for good")
    ).first.click()
    assert page.locator("h1").count() == 1
