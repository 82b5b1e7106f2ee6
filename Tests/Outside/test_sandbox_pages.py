"""The sandbox's pages: a person can use them, without scripts and without warnings."""

import re

import pytest
from support.browser_checks import violations
from support.oauth import Client
from support.sandbox import Sandbox, query_of

APPS = ("google-drive", "jira")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    """Its own first page stands for the stack's callback."""
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    for app in APPS:
        sandbox.control(app, redirect_uris=[f"{sandbox.page_url}/"])
    yield sandbox
    sandbox.stop()


@pytest.fixture
def page(chromium):
    """A browser that knows no CA of ours, and runs no scripts of pages."""
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    context.set_default_timeout(5000)
    yield context.new_page()
    context.close()


def came_from(client):
    client.redirect_uri = f"{client.sandbox.page_url}/"
    return client


def test_a_person_chooses_an_account_and_unticks_a_permission(sandbox, page):
    client = came_from(Client(sandbox, "google-drive"))
    page.goto(client.consent_url())

    page.get_by_label("Grace Hopper").check()
    page.get_by_label("drive.file").uncheck()
    assert page.get_by_label("openid").is_disabled()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{client.redirect_uri}?**")

    members = client.by_code(query_of(page.url)["code"]).json()
    assert "drive.file" not in members["scope"]
    client.take(members)
    assert client.identity().json()["name"] == "Grace Hopper"


def test_a_person_denies_with_the_keyboard(sandbox, page):
    client = came_from(Client(sandbox, "jira"))
    page.goto(client.consent_url())

    page.get_by_role("button", name="Deny").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{client.redirect_uri}?**")

    assert query_of(page.url)["error"] == "access_denied"


def test_the_account_that_is_hinted_at_is_chosen_already(sandbox, page):
    client = Client(sandbox, "onedrive")
    page.goto(client.consent_url(login_hint="grace@analytical.example"))

    assert page.get_by_label("Grace Hopper").is_checked()


def test_a_person_removes_access_on_the_providers_own_page(sandbox, page):
    client = Client(sandbox, "dropbox")
    client.connect()

    page.goto(client.known["connections_url"])
    page.get_by_role("button", name=re.compile("Remove access")).click()

    page.get_by_text("No app has access").wait_for()
    assert not client.is_alive()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_overflows(sandbox, chromium, scheme):
    client = Client(sandbox, "github")
    client.connect()
    client.connect(account="grace")
    context = chromium.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    addresses = [
        client.consent_url(), Client(sandbox, "notion").consent_url(), sandbox.page_url,
        client.known["connections_url"], client.consent_url(client_id="nobody"),
        Client(sandbox, "slack").consent_url(scope="chat:write"),
        Client(sandbox, "google-workspace").consent_url(),
    ]  # fmt: skip

    for address in addresses:
        page.goto(address)
        assert violations(page) == [], address
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, address
    context.close()


@pytest.mark.parametrize("app, cut", [("onedrive", True), ("gitlab", False)])
def test_microsofts_page_cuts_a_popups_opener_and_others_do_not(sandbox, chromium, app, cut):
    context = chromium.new_context()
    opener = context.new_page()
    opener.goto(sandbox.page_url)
    with context.expect_page() as popup:
        opener.evaluate("address => { window.popup = window.open(address) }",
                        Client(sandbox, app).consent_url())  # fmt: skip
    popup.value.wait_for_load_state()

    assert opener.evaluate("window.popup.closed") is cut
    assert popup.value.evaluate("window.opener === null") is cut
    context.close()
