"""Deleting a webhook: on a page that asks, and in a dialog that shows the same."""

import re

import pytest
from playwright.sync_api import expect

from support.browser import go, press
from support.browser_checks import violations


@pytest.fixture
def webhook(person):
    return person.webhook("/delete", name="Billing sync")


def path(webhook, rest=""):
    return f"/webhooks/{webhook['id']}{rest}"


def delete_link(page):
    return page.get_by_role("link", name="Delete webhook")


def test_the_page_asks_and_looking_at_it_changes_nothing(visit, person, webhook):
    page = visit(path(webhook), person, script=False)
    press(page, "Delete webhook")
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete “Billing sync”?")
    press(page, "Keep webhook")
    assert page.url.endswith(path(webhook))
    assert len(person.webhooks()) == 1


def test_it_goes_and_the_list_says_so_once(visit, person, webhook, script):
    page = visit(path(webhook), person, script)
    if script:
        delete_link(page).click()
    else:
        press(page, "Delete webhook")
    go(page, page.get_by_role("button", name="Delete webhook").click)
    expect(page.get_by_text("“Billing sync” is deleted")).to_be_visible()
    assert person.webhooks() == []
    if script:
        assert page.url.endswith("/webhooks")
        page.reload()
        expect(page.get_by_text("is deleted")).to_be_hidden()


def test_the_dialog_has_the_safe_way_first_and_gives_the_focus_back(visit, person, webhook):
    page = visit(path(webhook), person)
    delete_link(page).click()
    dialog = page.get_by_role("dialog", name="Delete “Billing sync”?")
    expect(dialog.get_by_role("link", name="Keep webhook")).to_be_focused()
    expect(dialog).to_have_accessible_description(re.compile("Nothing more will be sent"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (320, 360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == []
            box = dialog.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(delete_link(page)).to_be_focused()
    delete_link(page).click()
    dialog.get_by_role("link", name="Keep webhook").click()
    expect(dialog).to_be_hidden()
    # A press beside it is no answer.
    delete_link(page).click()
    page.mouse.click(5, 5)
    expect(dialog).to_be_visible()
    assert len(person.webhooks()) == 1


def test_what_went_wrong_is_said_in_the_dialog(visit, person, webhook):
    page = visit(path(webhook), person)
    delete_link(page).click()
    dialog = page.get_by_role("dialog")
    status = dialog.get_by_role("status")
    button = dialog.get_by_role("button", name="Delete webhook")
    page.route("**/delete", lambda route: route.abort())
    page.on("console", lambda message: None)
    button.click()
    expect(status).to_contain_text("Not sent")
    page.unroute("**/delete")
    person.stack.sql(
        f"DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = '{person.email}')"
    )
    button.click()
    expect(status).to_contain_text("You’ve been signed out, so this was not saved")
    assert len(person.webhooks()) == 1


def test_where_the_question_cannot_be_fetched_the_link_is_followed(visit, person, webhook):
    page = visit(path(webhook), person)
    page.route("**/delete", lambda route: route.abort(), times=1)
    delete_link(page).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete “Billing sync”?")


def test_the_question_says_how_much_is_dropped(person):
    bad = person.webhook("/status/500?dropped", name="Bad")
    paused = person.webhook("/x", name="Paused", status="paused")
    person.emit_many(3)
    person.wait_for_deliveries(bad, 3)
    client = person.http()
    text = client.get(path(bad, "/delete")).text
    assert "3 waiting deliveries will be dropped" in text
    assert "3 deliveries not sent so far will be dropped" in client.get(path(paused, "/delete")).text
    quiet = person.webhook("/quiet", name="Quiet")
    assert "dropped" not in client.get(path(quiet, "/delete")).text


def test_a_form_sent_twice_leads_to_the_list_both_times(person, webhook):
    client = person.http()
    form = {"csrf": client.field("csrf", path(webhook, "/delete"))}
    answers = [client.post(path(webhook, "/delete"), data=form) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1


def test_a_banner_is_shown_only_where_it_is_true(person, other_person, webhook):
    client = person.http()
    address = f"/webhooks?note=deleted&of={webhook['id']}"
    assert "is deleted" not in client.get(address).text
    person.call("DELETE", path(webhook), status=204)
    assert "“Billing sync” is deleted" in client.get(address).text
    assert "is deleted" not in other_person.http().get(address).text


def test_nobody_deletes_what_belongs_to_another(person, other_person, webhook):
    client = other_person.http()
    assert client.get(path(webhook, "/delete")).status_code == 404
    form = {"csrf": client.field("csrf")}
    assert client.post(path(webhook, "/delete"), data=form).status_code == 404
    assert len(person.webhooks()) == 1
