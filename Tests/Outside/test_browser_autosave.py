"""A webhook's events, saved as they are changed: once, together with others, and back again."""

import re

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.browser import go, press


@pytest.fixture
def webhook(person):
    return person.webhook("/autosave", name="Warehouse", events=["lead.created"])


def path(webhook):
    return f"/webhooks/{webhook['id']}"


def events(person, webhook):
    return person.call("GET", path(webhook))["events"]


def open_events(visit, person, webhook, script=True):
    page = visit(path(webhook), person, script)
    page.locator("#events > summary").click()
    return page


def box(page, event):
    return page.get_by_role("checkbox", name=event, exact=True)


def saved(page):
    return page.locator("#events-saved")


def sent(page):
    """What is sent to save events, from now on."""
    requests = []
    page.on(
        "request",
        lambda each: requests.append(each) if each.url.endswith("/events") and each.method == "POST" else None,
    )
    return requests


def test_three_quick_changes_are_saved_by_one_request(visit, person, webhook):
    page = open_events(visit, person, webhook)
    requests = sent(page)
    expect(page.get_by_text("Changes here are saved as you make them.")).to_be_visible()
    expect(page.get_by_role("button", name="Save events")).to_be_hidden()
    for event in ("lead.updated", "user.login", "export.completed"):
        box(page, event).check()
    expect(saved(page)).to_have_text(re.compile(r"4 of 8 events\. Saved \d\d:\d\d"))
    assert len(requests) == 1
    assert events(person, webhook) == [
        "export.completed", "lead.created", "lead.updated", "user.login",
    ]
    expect(page.locator("[data-part=events]")).to_contain_text("4 of 8")
    page.get_by_role("button", name="Undo").click()
    expect(saved(page)).to_have_text("Undone. 1 of 8 events.")
    expect(box(page, "export.completed")).to_be_focused()
    for event in ("lead.updated", "user.login"):
        expect(box(page, event)).not_to_be_checked()
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    assert events(person, webhook) == ["lead.created"]


def test_a_group_and_all_events_are_one_change_each(visit, person, webhook):
    page = open_events(visit, person, webhook)
    requests = sent(page)
    page.get_by_role("checkbox", name="All context events").check()
    expect(saved(page)).to_contain_text("4 of 8 events. Saved")
    page.get_by_role("radio", name="All events").check()
    expect(saved(page)).to_contain_text("All events. Saved")
    assert events(person, webhook) == ["*"] and len(requests) == 2
    page.get_by_role("radio", name="Only the events I choose").check()
    page.get_by_role("button", name="Untick all").click()
    expect(saved(page)).to_contain_text("0 of 8 events. Saved")
    page.reload()
    expect(page.get_by_text("No events chosen.")).to_be_visible()
    assert events(person, webhook) == []


def test_looking_for_an_event_saves_nothing(visit, person, webhook):
    page = open_events(visit, person, webhook)
    requests = sent(page)
    page.get_by_label("Find an event").fill("context")
    page.get_by_label("Find an event").blur()
    page.wait_for_timeout(1000)
    assert requests == []


def test_a_change_of_another_box_elsewhere_is_kept(visit, person, webhook):
    page = open_events(visit, person, webhook)
    person.call("PATCH", path(webhook), {"events": ["lead.created", "lead.updated"]})
    box(page, "user.login").check()
    expect(saved(page)).to_contain_text("together with a change made elsewhere")
    expect(box(page, "lead.updated")).to_be_checked()
    assert events(person, webhook) == ["lead.created", "lead.updated", "user.login"]


def test_a_change_of_the_same_box_elsewhere_is_told_and_nothing_overwritten(
    visit, person, webhook
):
    page = open_events(visit, person, webhook)
    theirs = ["lead.updated"]
    person.call("PATCH", path(webhook), {"events": theirs})
    box(page, "lead.created").uncheck()
    block = page.get_by_role("region", name="This was changed meanwhile")
    expect(block).to_be_focused()
    expect(block.get_by_role("row", name=re.compile("Events"))).to_contain_text("lead.updated")
    assert events(person, webhook) == theirs
    block.get_by_role("link", name="Edit mine again").click()
    expect(block).to_be_hidden()
    expect(box(page, "lead.created")).to_be_focused()
    box(page, "user.login").check()
    expect(saved(page)).to_contain_text("Saved")


@pytest.mark.parametrize("answer", ["Keep theirs", "Use mine"])
def test_either_can_be_had(visit, person, webhook, script, answer):
    page = open_events(visit, person, webhook, script)
    theirs = ["lead.created", "lead.updated", "user.login"]
    person.call("PATCH", path(webhook), {"events": theirs})
    box(page, "lead.updated").check()
    if not script:
        assert press(page, "Save events").status == 409
    block = page.get_by_role("region", name="This was changed meanwhile")
    expect(block).to_be_visible()
    press(page, answer)
    mine = ["lead.created", "lead.updated"]
    assert events(person, webhook) == (theirs if answer == "Keep theirs" else mine)


def test_a_network_that_is_away_is_waited_for(visit, person, webhook):
    visit.cuts_off = True
    page = open_events(visit, person, webhook)
    page.context.set_offline(True)
    box(page, "user.login").check()
    expect(saved(page)).to_contain_text("You’re offline. Not saved yet")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert events(person, webhook) == ["lead.created"]
    page.context.set_offline(False)
    expect(saved(page)).to_contain_text("2 of 8 events. Saved")
    assert events(person, webhook) == ["lead.created", "user.login"]


def test_a_save_whose_answer_was_lost_is_no_conflict_with_itself(visit, person, webhook):
    visit.cuts_off = True
    page = open_events(visit, person, webhook)

    def lose(route):
        route.fetch()
        route.abort()

    page.route("**/events", lose, times=1)
    box(page, "user.login").check()
    expect(saved(page)).to_contain_text("Not saved yet")
    expect(saved(page)).to_contain_text("2 of 8 events. Saved", timeout=5000)
    assert events(person, webhook) == ["lead.created", "user.login"]


def test_after_three_tries_it_can_be_put_back(visit, person, webhook):
    visit.cuts_off = True
    page = open_events(visit, person, webhook)
    page.clock.install()
    page.route("**/events", lambda route: route.abort())
    box(page, "user.login").check()
    for seconds in (1, 3, 5):
        page.clock.run_for(seconds * 1000)
        expect(saved(page)).to_contain_text("Not saved")
    expect(page.locator("#alarm")).to_have_text("Not saved. Check your connection.")
    page.get_by_role("button", name="Put it back").click()
    expect(box(page, "user.login")).not_to_be_checked()
    expect(saved(page)).to_be_hidden()


def test_another_tab_of_the_browser_follows(visit, person, webhook):
    page = open_events(visit, person, webhook)
    other = page.context.new_page()
    other.goto(person.stack.url + path(webhook))
    box(page, "user.login").check()
    expect(other.locator("#say")).to_have_text("Updated from another tab")
    other.locator("#events > summary").click()
    expect(box(other, "user.login")).to_be_checked()


def test_who_leaves_at_once_loses_nothing(visit, person, webhook):
    page = open_events(visit, person, webhook)
    box(page, "user.login").check()
    page.goto(person.stack.url + "/webhooks")
    wait_for(lambda: events(person, webhook) == ["lead.created", "user.login"], seconds=5)


def test_without_script_they_are_saved_by_a_button_and_taken_back(visit, person, webhook):
    page = open_events(visit, person, webhook, script=False)
    expect(page.get_by_text("Changes here are saved as you make them.")).to_be_hidden()
    press(page, "Tick all")
    expect(box(page, "export.completed")).to_be_checked()
    assert events(person, webhook) == ["lead.created"]
    box(page, "lead.updated").uncheck()
    go(page, page.get_by_role("button", name="Save events").click)
    expect(page.get_by_text("Events saved")).to_be_visible()
    assert len(events(person, webhook)) == 7
    press(page, "Undo")
    expect(page.get_by_text("Undone")).to_be_visible()
    assert events(person, webhook) == ["lead.created"]


def test_forms_that_are_old_or_sent_twice(person, webhook):
    client = person.http()
    page = client.get(path(webhook)).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    form = hidden | {"events": ["lead.created", "user.login"], "selection": "chosen"}
    target = path(webhook) + "/events"
    answers = [client.post(target, data=form) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    # An id that no page makes protects from nothing, and does no harm.
    for id in ("x", "019ab1c2-0000-0000-0000-000000000001", "ffffffff-ffff-ffff-ffff-ffffffffffff"):
        assert client.post(target, data=form | {"form_id": id}).status_code in (303, 409)
    # One that does not say what it was made from can only be judged by its version.
    del form["form_id"], form["base"]
    assert client.post(target, data=form).status_code == 409
    assert client.post(target, data=form | {"version": "x"}).status_code == 409
    undo = {"csrf": hidden["csrf"], "undo": "019ab1c2-0000-7000-8000-000000000001"}
    assert client.post(target, data=undo).status_code == 409
    # Types that there are not are nobody's choice; one that the page showed is no new one.
    current = {"version": re.search(r'name="version" value="(\d+)"', client.get(path(webhook)).text)[1]}
    unknown = form | current | {"events": ["no.such", "user.login"]}
    assert client.post(target, data=unknown).status_code == 422
    assert client.post(target, data=unknown | {"base": "no.such"}).status_code == 303
    assert events(person, webhook) == ["user.login"]
