"""What each provider's own way of saying no is told as, and the way on."""

import re

import pytest

from support.browser_checks import check_everywhere
from support.connecting import Provider, begin, below, come_back, connect, destination

ADMIN = "needs an administrator’s approval"
TROUBLE = "could not finish connecting"
# App, its word, the heading, and what else stands there.
SAID = [
    ("google-drive", "access_denied", "You chose not to connect", ["Connect Google Drive"]),
    ("google-workspace", "admin_policy_enforced", ADMIN, ["client ID there is sandbox-google"]),
    ("google-analytics", "org_internal", "does not let this account connect", ["another account"]),
    ("google-drive", "disallowed_useragent", "does not sign people in here", ["in a browser"]),
    ("slack", "access_denied", "You chose not to connect", ["Connect Slack"]),
    ("slack", "invalid_team_for_non_distributed_app", "does not let this account", ["one organi"]),
    ("slack", "invalid_scope", "is not set up correctly", ["client details"]),
    ("microsoft-teams", "access_denied", "You chose not to connect", ["AADSTS65004"]),
    ("microsoft-teams", "consent_required", ADMIN, ["AADSTS65001", "/adminconsent?client_id="]),
    ("onedrive", "interaction_required", ADMIN, ["AADSTS50105", "/adminconsent?client_id="]),
    ("microsoft-365", "temporarily_unavailable", TROUBLE, ["Connect Microsoft 365"]),
    ("salesforce", "OAUTH_APP_BLOCKED", ADMIN, ["client ID there is sandbox-salesforce"]),
    ("github", "application_suspended", "is not set up correctly", ["client details"]),
    ("jira", "unauthorized_client", "is not set up correctly", ["client details"]),
]


@pytest.mark.parametrize(("app", "word", "heading", "more"), SAID)
def test_check_15_a_providers_word_is_told_with_the_way_on(
    person, stack, app, word, heading, more
):
    there = Provider(stack, app).start_anew()
    there.control(fault="error", on="back", error=word, words="<b>told there</b>")
    page = connect(person.http(), there).text
    assert heading in re.search(r"<h1[^>]*>(.*?)</h1>", page)[1]
    for words in [*more, f"<code>{word}"]:
        assert words in page, page
    assert "told there" not in page
    assert person.call("GET", "/connections")["data"] == []


@pytest.mark.parametrize("word", ["consent_required", "interaction_required"])
def test_the_same_word_from_the_token_endpoint_means_the_same(person, stack, word):
    there = Provider(stack, "onedrive").start_anew()
    there.control(fault="error", error=word)
    assert ADMIN in connect(person.http(), there).text
    assert person.call("GET", "/connections")["data"] == []


def test_the_note_leads_an_administrator_to_where_they_agree_and_back(visit, person, stack, script):
    there = Provider(stack, "microsoft-teams").start_anew()
    there.control(fault="error", on="back", error="consent_required")
    client = person.http()
    address = destination(client, begin(client, there.app))
    path = come_back(client, there.answer_to(address))
    page = visit(path, person, script, ignore_https_errors=True)
    note = page.locator("#note").inner_text()
    if script:
        check_everywhere(page)
        assert page.get_by_role("button", name="Copy note").is_visible()
    link = re.search(r"http\S+/adminconsent\S+", note)[0]
    page.goto(link)
    assert "Microsoft Teams was approved" in page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_role("button", name="Connect Microsoft Teams").is_visible()
    if script:
        check_everywhere(page)


def test_only_where_there_is_such_a_page_anything_was_approved(person):
    client = person.http()
    for path in ("gitlab/callback?admin_consent=True", "onedrive/callback?error=permission_denied"):
        answer = client.get(f"/apps/{path}")
        assert answer.status_code == 400 and "attempt has ended" in answer.text


def test_a_description_adds_its_number_and_nothing_else(person, stack):
    client = person.http()
    for description, shown in [
        ("AADSTS90094: <script>", "consent_required AADSTS90094<"),
        ("AADSTS: none", "consent_required<"), ("AADSTS" + "1" * 13, "consent_required<"),
        ("see AADSTS90094", "consent_required<"),
    ]:  # fmt: skip
        there = Provider(stack, "microsoft-365").start_anew()
        state = re.search(r"state=([^&]*)", destination(client, begin(client, there.app)))[1]
        answer = client.get(f"/apps/{there.app}/callback", params={
            "state": state, "error": "consent_required", "error_description": description,
        })  # fmt: skip
        page = client.get(below(client, answer.headers["Location"])).text
        assert f"<code>{shown}" in page, page
