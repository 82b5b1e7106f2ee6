"""Each app of the catalog in Chromium, from its page to what its provider has on record in the end."""

import json
import re

import pytest
from playwright.sync_api import expect

from support.browser import answer, press
from support.connecting import Provider
from test_apps import APPS, KEYS, NO_REFRESH, NO_REVOCATION, OPTIONAL, expire, gone


# They refuse a challenge, or have never heard of one.
NO_PKCE = {"slack", "pipedrive", "notion"}


def allow(page, button, name, script):
    """Presses Connect or Reconnect, and Allow at the provider; back on the app's page."""
    # A site that was chosen before is not asked for again.
    asks = name == "Jira" and button == "Connect"
    if script:
        with page.expect_popup() as opened:
            page.get_by_role("button", name=f"{button} {name}", exact=True).click()
        opened.value.get_by_role("button", name="Allow").click()
        if asks:
            choose_site(opened.value)
    else:
        page.get_by_role("button", name=f"{button} {name}", exact=True).click()
        page.get_by_role("button", name="Allow").click()
        if asks:
            choose_site(page)
        press(page, f"Go to {name} settings")
    expect(page.get_by_role("link", name=f"Disconnect {name}")).to_be_visible()


def choose_site(page):
    page.get_by_role("radio", name="notes").check()
    page.get_by_role("button", name="Use this site").click()


def name_on(page):
    """Behind the letters of its tile."""
    return page.get_by_role("heading", level=1).inner_text().split("\n")[-1]


def row(page, scope):
    return page.get_by_role("row").filter(has=page.get_by_text(scope, exact=True))


@pytest.mark.parametrize("app", APPS)
def test_an_app_is_connected_renewed_narrowed_and_given_back(visit, stack, person, app, script):
    there = Provider(stack, app).start_anew()
    page = visit(f"/apps/{app}", person, script, ignore_https_errors=True)
    name = name_on(page)
    scope = OPTIONAL.get(app)
    if scope:
        page.locator(f'input[name="scope"][value="{scope}"]').check()

    allow(page, "Connect", name, script)

    # Most take a request without a challenge as well: only their record shows it.
    asked = [call["pkce"] for call in there.calls("authorize") if "pkce" in call][-1]
    assert asked == ("none" if app in NO_PKCE else "S256")
    for each in person.call("GET", f"/connections/{app}")["scopes"]:
        expect(row(page, each).get_by_text("Given")).to_be_visible()
    given = [person.call("GET", f"/connections/{app}/token")["access_token"]]
    # Twice: where refresh tokens rotate, the second renewal shows that the new one was kept.
    for _ in range(0 if app in NO_REFRESH else 2):
        expire(stack, person)
        given.append(person.call("GET", f"/connections/{app}/token")["access_token"])
    assert len(set(given)) == len(given)

    if scope:
        take_back(page, there, name, scope, script)
        assert scope not in person.call("GET", f"/connections/{app}")["scopes"]
    else:
        expect(page.get_by_role("link", name="Revoke")).to_have_count(0)

    before = len(there.calls("revoke"))
    page.get_by_role("link", name=f"Disconnect {name}").click()
    answer(page, re.compile(f"^Disconnect {name}$"))
    expect(page.get_by_role("button", name=f"Connect {name}")).to_be_visible()
    assert person.call("GET", "/connections")["data"] == []
    revoked = there.calls("revoke")[before:]
    assert [call["ok"] for call in revoked] == ([] if app in NO_REVOCATION else [True])
    assert app in NO_REVOCATION or gone(there)


def take_back(page, there, name, scope, script):
    row(page, scope).get_by_role("link", name="Revoke").click()
    answer(page, re.compile("^Revoke "))
    expect(row(page, scope).get_by_text("Given")).to_have_count(0)
    reconnect = page.get_by_role("button", name=f"Reconnect {name}", exact=True)
    if reconnect.count():
        # Its provider knows no other way: the whole grant ends, and a narrower one is asked for.
        assert gone(there)
        allow(page, "Reconnect", name, script)


@pytest.mark.parametrize("app", KEYS)
def test_keys_are_tried_kept_and_forgotten(visit, stack, person, app, script):
    about = json.loads((stack.state / "apps.json").read_text())[app]
    fields, secret = KEYS[app]
    page = visit(f"/apps/{app}/credentials", person, script)
    for field in fields:
        page.locator(f'[name="{field}"]').fill("wrong" if field == secret else about[field])
    press(page, "Check and connect")
    expect(page.get_by_text("did not accept").first).to_be_visible()
    assert person.call("GET", "/connections")["data"] == []

    page.locator(f'[name="{secret}"]').fill(about[secret])
    press(page, "Check and connect")
    name = name_on(page)
    expect(page.get_by_text("Connected", exact=True).first).to_be_visible()
    assert about[secret] not in page.content()

    page.get_by_role("link", name=f"Disconnect {name}").click()
    answer(page, re.compile(f"^Disconnect {name}$"))
    expect(page.get_by_role("link", name=re.compile(f"Connect {name}$")).or_(
        page.get_by_role("button", name=f"Connect {name}")
    ).first).to_be_visible()
    assert person.call("GET", "/connections")["data"] == []
