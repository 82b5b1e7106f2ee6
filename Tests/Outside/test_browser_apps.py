"""Connected apps as a person meets them: finding, a window at the provider, taking back."""

import pytest
from playwright.sync_api import expect

from support.browser import answer, press
from support.browser_checks import check_everywhere
from support.connecting import Provider, connect


@pytest.fixture
def gitlab(stack):
    return Provider(stack, "gitlab").start_anew()


@pytest.fixture
def visit_provider(chromium, stack, visit):
    """Visits that trust the sandbox's certificate."""
    return lambda path, person, **options: visit(path, person, ignore_https_errors=True, **options)


def look(page, script):
    """Axe is a script itself."""
    if script:
        check_everywhere(page)


def card(page, app):
    return page.locator(f"#app-{app}")


def open_window(page, app, name):
    """Presses Connect on a card; the window at the provider."""
    with page.expect_popup() as opened:
        card(page, app).get_by_role("button", name=f"Connect {name}").click()
    return opened.value


def test_apps_are_found_by_typing_and_by_the_address(visit, resident, script):
    page = visit("/apps", resident, script)
    # Another test's administrator may have added one of their own.
    names = page.get_by_role("heading", level=3).filter(has_not_text="Standard")
    expect(names).to_have_count(18)
    page.get_by_label("Search apps").fill("git")
    if script:
        expect(card(page, "gitlab")).to_be_visible()
    else:
        press(page, "Search")
    expect(page.get_by_role("heading", level=3)).to_have_text(["GitHub", "GitLab"])
    assert "q=git" in page.url
    page.get_by_label("Search apps").fill("figma")
    if not script:
        press(page, "Search")
    expect(page.get_by_role("heading", name="No app matches “figma”")).to_be_visible()
    press(page, "Clear search and filters")
    page.get_by_role("navigation", name="Categories").get_by_role("link", name="Storage").click()
    expect(page.get_by_role("heading", level=3)).to_have_text(
        ["Google Drive", "Dropbox", "OneDrive"]
    )
    look(page, script)


def test_a_card_turns_to_connected_when_the_window_is_done(visit_provider, person, gitlab):
    page = visit_provider("/apps", person)
    window = open_window(page, "gitlab", "GitLab")
    window.get_by_role("button", name="Allow").click()
    expect(card(page, "gitlab").get_by_text("Connected", exact=True)).to_be_visible()
    expect(page.locator("#say")).to_have_text("GitLab is connected")
    page.wait_for_timeout(1500)
    assert window.is_closed()
    expect(card(page, "gitlab").get_by_role("link", name="Manage GitLab")).to_be_visible()


@pytest.mark.parametrize("app, name", [("microsoft-365", "Microsoft 365"), ("gitlab", "GitLab")])
def test_check_24_a_window_that_cannot_find_its_way_back_ends_green_too(
    visit_provider, person, stack, app, name
):
    there = Provider(stack, app).start_anew()
    header = {"name": "Cross-Origin-Opener-Policy", "value": "same-origin"}
    there.control(fault="header", on="authorize", **header)
    page = visit_provider("/apps", person)
    window = open_window(page, app, name)
    window.get_by_role("button", name="Allow").click()
    expect(card(page, app).get_by_text("Connected", exact=True)).to_be_visible()


def test_check_25_a_blocked_window_goes_on_in_the_tab(visit_provider, person, gitlab, script):
    page = visit_provider("/apps", person, script=script)
    if script:
        page.evaluate("window.open = () => null")
    card(page, "gitlab").get_by_role("button", name="Connect GitLab").click()
    if not script:
        page.get_by_role("link", name="Continue to GitLab").or_(
            page.get_by_role("button", name="Allow")
        ).first.wait_for()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="GitLab is connected")).to_be_visible()
    assert "code=" not in page.url and "state=" not in page.url
    look(page, script)
    press(page, "Go to GitLab settings")
    expect(page.get_by_text("See your profile")).to_be_visible()


def test_a_denied_window_says_so_in_both_places(visit_provider, person, gitlab):
    page = visit_provider("/apps", person)
    window = open_window(page, "gitlab", "GitLab")
    window.get_by_role("button", name="Deny").click()
    expect(window.get_by_role("heading", name="You chose not to connect GitLab")).to_be_visible()
    check_everywhere(window)
    expect(card(page, "gitlab").get_by_text("You chose not to connect GitLab")).to_be_visible()
    expect(card(page, "gitlab").get_by_text("Not connected")).to_be_visible()


def test_permissions_are_chosen_seen_and_taken_back(visit_provider, person, gitlab, script):
    page = visit_provider("/apps/gitlab", person, script=script)
    page.get_by_label("Read projects, issues, merge requests and groups").check()
    look(page, script)
    if script:
        with page.expect_popup() as opened:
            page.get_by_role("button", name="Connect GitLab").click()
        opened.value.get_by_role("button", name="Allow").click()
    else:
        page.get_by_role("button", name="Connect GitLab").click()
        page.get_by_role("button", name="Allow").click()
        press(page, "Go to GitLab settings")
    row = page.get_by_role("row", name="Read projects")
    expect(row.get_by_text("Given")).to_be_visible()
    look(page, script)
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 800})
    date, button = (
        row.locator(part).bounding_box() for part in ("td[data-label=Since] time", "a.button")
    )
    assert button["y"] - date["y"] - date["height"] >= 6
    page.set_viewport_size(size)
    row.get_by_role("link", name="Revoke").click()
    if not script:
        look(page, script)
    answer(page, "Revoke Read projects, issues, merge requests and groups")
    expect(page.get_by_text("uses it no longer")).to_be_visible()
    expect(page.get_by_role("row", name="Read projects").get_by_text("Taken back")).to_be_visible()


def test_check_54_disconnecting_is_asked_first(visit, person, gitlab, script):
    connect(person.http(), gitlab)
    page = visit("/apps/gitlab", person, script)
    page.get_by_role("link", name="Disconnect GitLab").click()
    expect(page.get_by_text("We also ask GitLab to cancel the access")).to_be_visible()
    assert len(gitlab.grants()) == 1
    answer(page, "Disconnect GitLab")
    expect(page.get_by_text("GitLab confirmed that our access is cancelled.")).to_be_visible()
    assert gitlab.grants() == []
    look(page, script)


def test_keys_are_asked_for_on_a_page(visit, resident, script):
    page = visit("/apps", resident, script)
    card(page, "mixpanel").get_by_role("button", name="Connect Mixpanel").click()
    expect(page.get_by_role("heading", name="Connect Mixpanel")).to_be_visible()
    look(page, script)
    press(page, "Check and connect")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(
        ["Enter the project ID", "Enter the service account name", "Enter the secret"]
    )
    look(page, script)
