"""Which of Jira's sites to work with, as a person is asked."""

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.browser_checks import check_everywhere
from support.connecting import Provider


@pytest.fixture
def jira(stack):
    return Provider(stack, "jira").start_anew()


def card(page):
    return page.locator("#app-jira")


def test_the_window_asks_and_the_card_waits_for_the_choice(visit, person, jira):
    page = visit("/apps", person, ignore_https_errors=True)
    with page.expect_popup() as opened:
        card(page).get_by_role("button", name="Connect Jira").click()
    window = opened.value
    window.get_by_role("button", name="Allow").click()
    expect(window.get_by_role("heading", name="Choose a Jira site")).to_be_visible()
    expect(card(page).get_by_text("Jira asks which site to use")).to_be_visible()
    check_everywhere(window)
    window.get_by_role("button", name="Use this site").click()
    expect(window.get_by_role("alert").get_by_role("link")).to_have_text("Choose a site")
    check_everywhere(window)
    window.get_by_role("alert").get_by_role("link").click()
    expect(window.get_by_role("radio", name="engine")).to_be_focused()
    window.get_by_role("radio", name="notes").check()
    window.get_by_role("button", name="Use this site").click()

    expect(card(page).get_by_text("Connected", exact=True)).to_be_visible()
    page.wait_for_timeout(1500)
    assert window.is_closed()
    assert "/ex/jira/" in person.call("GET", "/connections/jira/token")["api_origin"]


def test_who_puts_it_off_is_asked_on_the_page_and_may_choose_another(visit, person, jira, script):
    page = visit("/apps/jira", person, script, ignore_https_errors=True)
    if script:
        page.evaluate("window.open = () => null")
    page.get_by_role("button", name="Connect Jira").click()
    page.get_by_role("button", name="Allow").click()
    press(page, "Not now")
    expect(page.get_by_text("Choose the Jira site to work with")).to_be_visible()
    if script:
        check_everywhere(page)
    page.get_by_role("link", name="Connected apps").last.click()
    expect(card(page).get_by_text("Waits for your choice")).to_be_visible()
    if script:
        check_everywhere(page)
    card(page).get_by_role("link", name="Choose a site of Jira").click()
    page.get_by_role("radio", name="engine").check()
    press(page, "Use this site")
    expect(page.get_by_text("Patchbay works with engine")).to_be_visible()
    expect(page.get_by_text("Connected", exact=True).first).to_be_visible()
    if script:
        check_everywhere(page)
    press(page, "Choose another site")
    expect(page.get_by_role("radio", name="engine")).to_be_checked()
    page.get_by_role("radio", name="notes").check()
    press(page, "Use this site")
    expect(page.get_by_text("Patchbay works with notes")).to_be_visible()


def test_without_a_site_the_window_says_so(visit, person, jira, script):
    jira.control(set={"sites": []})
    page = visit("/apps/jira", person, script, ignore_https_errors=True)
    if script:
        page.evaluate("window.open = () => null")
    page.get_by_role("button", name="Connect Jira").click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="There is no Jira site to connect")).to_be_visible()
    expect(page.get_by_role("button", name="Connect Jira")).to_be_visible()
    if script:
        check_everywhere(page)


def test_when_the_list_cannot_be_read_it_is_tried_again(visit, person, jira, script):
    page = visit("/apps/jira", person, script, ignore_https_errors=True)
    if script:
        page.evaluate("window.open = () => null")
    page.get_by_role("button", name="Connect Jira").click()
    page.get_by_role("button", name="Allow").click()
    jira.control(fault="status", status=503, on="accessible-resources")
    page.get_by_role("radio", name="notes").check()
    press(page, "Use this site")
    expect(page.get_by_text("The sites could not be read")).to_be_visible()
    if script:
        check_everywhere(page)
    press(page, "Try again")
    expect(page.get_by_role("heading", name="Jira is connected")).to_be_visible()
