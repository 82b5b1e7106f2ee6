"""Choosing events: boxes, groups, finding, all of them."""

import pytest
from playwright.sync_api import expect

from support.browser import press


def box(page, event):
    return page.get_by_role("checkbox", name=event, exact=True)


def events(page):
    """The boxes of events, without those of groups."""
    return page.locator('input[name="events"]')


def checked(page):
    return page.locator('input[name="events"]:checked').count()


@pytest.fixture
def page(visit, resident):
    return visit("/webhooks/new", resident)


@pytest.fixture
def plain_page(visit, resident):
    return visit("/webhooks/new", resident, script=False)


def test_each_box_is_called_by_its_event_and_described_by_its_meaning(page):
    boxes = events(page)
    for number in range(boxes.count()):
        each = boxes.nth(number)
        name = each.get_attribute("value")
        expect(each).to_have_accessible_name(name)
        meaning = page.locator(f"[id='{each.get_attribute('aria-describedby')}']").text_content()
        expect(each).to_have_accessible_description(meaning)
        assert meaning and meaning != name


def test_a_group_box_follows_its_events_and_leads_them(page):
    group = box(page, "All lead events")
    leads = [each for each in events(page).all() if each.get_attribute("value").startswith("lead.")]
    assert len(leads) > 1
    leads[0].check()
    assert group.evaluate("box => box.indeterminate") and not group.is_checked()
    # Half chosen, Space chooses all.
    group.press("Space")
    assert all(each.is_checked() for each in leads)
    assert group.is_checked() and not group.evaluate("box => box.indeterminate")
    total = events(page).count()
    expect(page.locator("[data-count]")).to_have_text(f"{len(leads)} of {total} chosen")
    group.press("Space")
    assert not any(each.is_checked() for each in leads)
    # It is no answer of its own.
    assert group.get_attribute("name") is None


def test_without_script_there_are_no_group_boxes_and_ticking_all_works(plain_page, resident):
    page = plain_page
    assert page.get_by_role("checkbox").count() == events(page).count()
    page.get_by_label("Name", exact=True).fill("Kept")
    page.get_by_role("radio", name="Add it paused").check()
    assert press(page, "Tick all").status == 200
    assert checked(page) == events(page).count()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Kept")
    expect(page.get_by_role("radio", name="Add it paused")).to_be_checked()
    assert not page.title().startswith("Error")
    press(page, "Untick all")
    assert checked(page) == 0
    assert resident.webhooks() == []


def test_with_script_ticking_all_needs_no_reload(page):
    address = page.url
    page.get_by_role("button", name="Tick all", exact=True).click()
    assert checked(page) == events(page).count()
    page.get_by_role("button", name="Untick all").click()
    assert checked(page) == 0
    assert page.url == address


def test_all_events_puts_the_boxes_away_and_keeps_them(page):
    box(page, "lead.created").check()
    page.get_by_role("radio", name="All events").check()
    expect(box(page, "lead.created")).to_be_hidden()
    page.get_by_role("radio", name="Only the events I choose").check()
    expect(box(page, "lead.created")).to_be_checked()


def test_finding_shows_what_matches_and_unticks_nothing(page):
    box(page, "user.login").check()
    page.get_by_label("Find an event").fill("LEAD")
    expect(box(page, "lead.created")).to_be_visible()
    expect(box(page, "user.login")).to_be_hidden()
    expect(page.locator("#say")).to_contain_text("event")
    page.get_by_label("Find an event").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add webhook")
    page.get_by_label("Find an event").fill("")
    expect(box(page, "user.login")).to_be_checked()


def test_the_enter_key_adds_and_does_not_tick(plain_page):
    plain_page.get_by_label("Name", exact=True).press("Enter")
    expect(plain_page.get_by_role("heading", level=2).first).to_have_text("There is a problem")
    assert checked(plain_page) == 0
