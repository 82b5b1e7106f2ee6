"""Connected apps against the sandbox, each provider with its own quirks. No browser.

The checks of an OAuth client go by their numbers in the tests' names; test_oauth_checks.py has them all.
"""

import concurrent.futures
import json
import re
import time
import urllib.parse

import pytest
import requests

from stack import ROOT
from support.browser_person import Person
from support.connecting import (
    Provider, begin, below, come_back, connect, destination, submit,
)  # fmt: skip

APPS = """
salesforce hubspot pipedrive slack microsoft-teams discord google-workspace microsoft-365 notion
google-analytics google-drive dropbox onedrive github gitlab jira
""".split()
# What the sandbox records of taking a grant back; nothing where a provider has no way.
NO_REVOCATION = {"microsoft-teams", "microsoft-365", "onedrive"}
CHOSEN_THERE = {"pipedrive", "notion"}
# An optional permission of each that lets people choose.
OPTIONAL = {
    "salesforce": "chatter_api",
    "hubspot": "crm.lists.read",
    "slack": "chat:write",
    "microsoft-teams": "Chat.Read",
    "discord": "email",
    "google-workspace": "https://www.googleapis.com/auth/calendar.events",
    "microsoft-365": "Mail.Read",
    "google-analytics": "https://www.googleapis.com/auth/analytics.edit",
    "google-drive": "https://www.googleapis.com/auth/drive.readonly",
    "dropbox": "sharing.read",
    "onedrive": "Files.Read.All",
    "github": "gist",
    "gitlab": "read_api",
    "jira": "write:jira-work",
}
NO_REFRESH = {"slack", "github"}


@pytest.fixture
def provider(stack):
    def provider(app):
        return Provider(stack, app).start_anew()

    return provider


@pytest.mark.parametrize("app", APPS)
def test_an_app_is_connected_renewed_narrowed_and_given_back(stack, person, provider, app):
    there = provider(app)
    client = person.http()
    chosen = [OPTIONAL[app]] if app in OPTIONAL else []

    page = connect(client, there, chosen)

    assert "is connected" in page.text, page.text
    [made] = person.call("GET", "/connections")["data"]
    assert made["app"] == app and made["status"] == "connected"
    assert "Ada" in made["account"] or "ada" in made["account"] or "Analytical" in made["account"]
    assert set(chosen) <= set(made["scopes"])
    first = person.call("GET", f"/connections/{app}/token")
    assert first["scopes"] == made["scopes"]
    if app not in NO_REFRESH:
        expire(stack, person)
        second = person.call("GET", f"/connections/{app}/token")
        assert second["access_token"] != first["access_token"]
        assert second["expires_at"] > made["connected_at"]
    else:
        assert first["expires_at"] is None

    if app in OPTIONAL:
        revoke_one(person, client, there, OPTIONAL[app])
    else:
        assert ">Revoke" not in client.get(f"/apps/{app}").text

    disconnect(person, client, there)


def revoke_one(person, client, there, scope):
    path = f"/apps/{there.app}/permissions/revoke"
    asked = client.get(path, params={"scope": scope})
    assert asked.status_code == 200 and "Revoke “" in asked.text
    token = re.search(r'name="csrf" value="([^"]*)"', asked.text)[1]
    answer = client.post(path, data={"csrf": token, "scope": scope})
    assert answer.status_code == 303, answer.text
    now = person.call("GET", f"/connections/{there.app}")
    assert scope not in now["scopes"]
    if now["status"] == "needs_reconnect":
        assert person.http().get(f"/apps/{there.app}").text.count("Reconnect") > 0
        assert gone(there)
        assert "is connected" in connect(client, there).text
        assert scope not in person.call("GET", f"/connections/{there.app}")["scopes"]
    else:
        token = person.call("GET", f"/connections/{there.app}/token")
        assert scope not in token["scopes"]


def disconnect(person, client, there):
    before = len(there.calls("revoke"))
    answer = submit(client, f"/apps/{there.app}/disconnect")
    assert answer.status_code == 303, answer.text
    assert person.call("GET", "/connections")["data"] == []
    revoked = there.calls("revoke")[before:]
    page = client.get(f"/apps/{there.app}").text
    if there.app in NO_REVOCATION:
        assert revoked == [] and "offers no way" in page
    else:
        assert [call["ok"] for call in revoked] == [True], revoked
        assert "cancelled" in page or "cancellation" in page
        assert gone(there)


def gone(there):
    """Nothing of the grant is left; of HubSpot's, but for access tokens of half an hour."""
    grants = there.grants()
    return not any(grant["refresh"] for grant in grants) if there.app == "hubspot" else not grants


def expire(stack, person):
    stack.sql(
        "UPDATE user_integrations SET access_expires_at = UTC_TIMESTAMP(6) WHERE user_id ="
        f" (SELECT id FROM users WHERE email = '{person.email}')"
    )


# The start.


def test_checks_1_and_5_each_start_has_its_own_state_and_challenge(person):
    client = person.http()
    first, second = (destination(client, begin(client, "gitlab")) for _ in range(2))
    for name in ("state", "code_challenge"):
        one, other = (re.search(rf"[?&]{name}=([^&]*)", each)[1] for each in (first, second))
        assert one != other and len(one) == 43
    assert "code_challenge_method=S256" in first


def test_check_8_the_redirect_uri_comes_from_the_configuration(person, stack):
    client = person.http()
    go = begin(client, "gitlab")
    to = destination(client, go)
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(to).query)
    assert asked["redirect_uri"] == [f"{stack.url}/apps/gitlab/callback"]
    for name, evil in (("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example")):
        page = client.get(go, headers={name: evil})
        assert page.headers["Refresh"] == f"0; url={to}" and "evil" not in page.text
    # A name that is not ours gets no answer.
    with pytest.raises(requests.ConnectionError):
        client.get(go, headers={"Host": "evil.example"})
    page = client.get(go + "?redirect_uri=https://evil.example/")
    assert "evil" not in page.text + page.headers.get("Refresh", "")


def test_check_9_starting_is_a_form_with_its_token(person):
    client = person.http()
    assert client.get("/apps/gitlab/connect").status_code == 405
    assert client.post("/apps/gitlab/connect", data={"csrf": "00"}).status_code == 403


def test_check_10_a_permission_that_is_not_offered_is_refused(person):
    client = person.http()
    token = client.field("csrf", "/apps")
    answer = client.post("/apps/gitlab/connect", data={"csrf": token, "scope": "sudo"})
    assert answer.status_code == 422


def test_an_attempt_can_be_gone_to_again_until_it_is_answered(person):
    client = person.http()
    go = begin(client, "gitlab")
    assert destination(client, go) == destination(client, go)


# The way back.


def test_check_2_another_persons_browser_takes_nothing(person, other_person, provider, stack):
    there = provider("gitlab")
    back = there.answer_to(destination(person.http(), begin(person.http(), "gitlab")))
    asked = len(there.calls("token"))
    client = other_person.http()
    answer = client.get(below(client, back))
    assert answer.status_code == 400
    assert "started somewhere else" in answer.text
    assert len(there.calls("token")) == asked
    for someone in (person, other_person):
        assert someone.call("GET", "/connections")["data"] == []


def test_check_3_an_answer_sent_twice_is_exchanged_once(person, provider):
    there = provider("gitlab")
    client = person.http()
    back = there.answer_to(destination(client, begin(client, "gitlab")))
    asked = len(there.calls("token"))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: person.http().get(below(client, back)), range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(there.calls("token")) == asked + 1
    assert person.call("GET", "/connections/gitlab")["status"] == "connected"


def test_check_4_after_ten_minutes_the_attempt_has_ended(person, provider, stack):
    there = provider("gitlab")
    client = person.http()
    back = there.answer_to(destination(client, begin(client, "gitlab")))
    stack.sql(
        "UPDATE oauth_requests SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE"
        f" WHERE user_id = (SELECT id FROM users WHERE email = '{person.email}')"
    )
    answer = client.get(below(client, back))
    assert answer.status_code == 400 and "attempt has ended" in answer.text
    assert person.call("GET", "/connections")["data"] == []


def test_check_12_an_answer_of_another_issuer_is_refused_before_the_token_call(person, provider):
    there = provider("github")
    there.control(fault="wrong_iss")
    asked = len(there.calls("token"))
    page = connect(person.http(), there)
    assert "did not come from GitHub" in page.text
    assert len(there.calls("token")) == asked


def test_check_13_a_code_is_not_taken_to_another_provider(person, provider):
    there, other = provider("gitlab"), provider("jira")
    client = person.http()
    back = there.answer_to(destination(client, begin(client, "gitlab")))
    asked = len(other.calls("token"))
    answer = client.get(below(client, back).replace("/apps/gitlab/", "/apps/jira/"))
    assert answer.status_code == 400
    assert len(other.calls("token")) == asked


def test_check_14_unknown_parameters_pass_and_doubled_ones_do_not(person, provider):
    there = provider("gitlab")
    client = person.http()
    back = below(client, there.answer_to(destination(client, begin(client, "gitlab"))))
    for doubled in ("&code=other", "&state=other", "&" + back.partition("?")[2]):
        assert client.get(back + doubled).status_code == 400
    result = come_back(client, client.url + back + "&authuser=0&hd=x")
    assert "is connected" in client.get(result).text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("access_denied", "You chose not to connect GitLab"),
        ("consent_required", "needs an administrator’s approval"),
        ("interaction_required", "needs an administrator’s approval"),
        ("admin_policy_enforced", "needs an administrator’s approval"),
        ("server_error", "could not finish connecting"),
        ("temporarily_unavailable", "could not finish connecting"),
        ("invalid_scope", "is not set up correctly"),
        ("<script>alert(1)</script>", "could not finish connecting"),
    ],
)
def test_checks_15_and_16_each_error_has_its_words_and_changes_nothing(
    person, provider, error, words
):
    there = provider("gitlab")
    client = person.http()
    connect(client, there)
    address = destination(client, begin(client, "gitlab"))
    state = re.search(r"state=([^&]*)", address)[1]
    # Of a state that is nobody's an error is told to nobody.
    refused = client.get("/apps/gitlab/callback", params={"state": "x" * 43, "error": error})
    assert refused.status_code == 400 and words not in refused.text
    answer = client.get(
        "/apps/gitlab/callback",
        params={"state": state, "error": error, "error_description": "<script>x</script>"},
    )
    page = client.get(below(client, answer.headers["Location"]))
    assert words in page.text
    assert "<script>" not in page.text.replace("<script src=", "")
    assert person.call("GET", "/connections/gitlab")["status"] == "connected"
    # The state is used up: a code that comes now is exchanged by nobody.
    asked = len(there.calls("token"))
    again = client.get(below(client, there.answer_to(address)))
    assert words in client.get(below(client, again.headers["Location"])).text
    assert len(there.calls("token")) == asked


def test_check_17_code_and_state_leave_the_address(person, provider):
    there = provider("gitlab")
    client = person.http()
    back = there.answer_to(destination(client, begin(client, "gitlab")))
    answer = client.get(below(client, back))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "code=" not in answer.headers["Location"] and "state=" not in answer.headers["Location"]
    page = client.get(below(client, answer.headers["Location"]))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []


def test_a_callback_without_a_session_keeps_its_code_out_of_the_next_address(person, stack):
    client = person.http()
    client.cookies.clear()
    answer = client.get("/apps/gitlab/callback?code=secret-code&state=s")
    assert answer.status_code == 303
    assert "secret-code" not in answer.headers["Location"]


ODD = {
    "html": ({"fault": "html"}, "could not read"),
    "garbage": ({"fault": "garbage"}, "could not read"),
    "redirect": ({"fault": "redirect", "status": 307, "location": "https://evil.example/"}, "could not read"),
    "content type": ({"fault": "content_type", "type": "text/plain"}, "could not read"),
    "huge token": ({"fault": "huge_token"}, "could not read"),
    "missing": ({"fault": "missing", "fields": ["access_token"]}, "could not read"),
    "endless": ({"fault": "endless"}, "could not read"),
    "500": ({"fault": "status", "status": 500}, "could not finish"),
    "429": ({"fault": "rate_limited", "retry_after": 7}, "could not finish"),
    "dropped": ({"fault": "drop"}, "could not finish"),
    "hangs": ({"fault": "hang"}, "could not finish"),
    "invalid client": ({"fault": "error", "error": "invalid_client", "status": 401}, "not set up correctly"),
    "invalid grant": ({"fault": "error", "error": "invalid_grant", "status": 400}, "attempt has ended"),
}  # fmt: skip


# Faults that only the token endpoint can have.
OF_TOKENS = {"huge token", "missing", "invalid grant", "invalid client"}
WAYS = [("token", name) for name in ODD] + [("identity", name) for name in ODD if name not in OF_TOKENS]


@pytest.mark.parametrize("way, name", WAYS)
def test_checks_18_to_20_odd_answers_end_in_words_and_nothing_is_kept(person, provider, name, way):
    fault, words = ODD[name]
    there = provider("gitlab")
    there.control(**fault, on=way)
    begun = time.monotonic()
    asked = len(there.calls("token"))
    page = connect(person.http(), there)
    # The code went out once, whatever came.
    assert len(there.calls("token")) == asked + 1
    assert words in page.text, page.text
    assert time.monotonic() - begun < 14
    assert person.call("GET", "/connections")["data"] == []


@pytest.mark.parametrize("status", [302, 307, 308])
def test_check_18_a_code_is_not_carried_on_by_a_redirect(person, provider, status):
    """To an address that would take it."""
    there, other = provider("gitlab"), provider("jira")
    there.control(fault="redirect", status=status, location=f"{there.base}/jira/token", on="token")
    before = len(other.calls())
    assert "could not read" in connect(person.http(), there).text
    assert len(other.calls()) == before


@pytest.mark.parametrize("app", ["google-workspace", "github", "slack"])
def test_check_21_what_was_not_given_is_told(person, provider, app):
    there = provider(app)
    client = person.http()
    page = connect(client, there, [OPTIONAL[app]], without=[OPTIONAL[app]])
    assert "with limits" in page.text
    assert OPTIONAL[app] not in person.call("GET", f"/connections/{app}")["scopes"]
    assert "Limited" in client.get("/apps").text
    assert "Not given" in client.get(f"/apps/{app}").text


@pytest.mark.parametrize("choice", ["new", "old"])
def test_check_22_another_account_is_a_question(person, provider, choice):
    there = provider("gitlab")
    client = person.http()
    connect(client, there)
    before = person.call("GET", "/connections/gitlab")["account"]
    page = connect(client, there, account="grace")
    assert "different GitLab account" in page.text
    assert person.call("GET", "/connections/gitlab")["account"] == before
    path = re.search(r'action="[^"]*(/connect/[^"]*/choose)"', page.text)[1]
    answer = client.post(path, data={"csrf": client.field("csrf", "/apps"), "account": choice})
    assert answer.status_code == 303
    now = person.call("GET", "/connections/gitlab")["account"]
    assert (now == before) == (choice == "old")


# Tokens.


def test_checks_31_and_32_no_token_is_in_a_page_or_a_log(person, provider, stack):
    there = provider("gitlab")
    client = person.http()
    address = destination(client, begin(client, "gitlab"))
    back = there.answer_to(address)
    page = client.get(come_back(client, back))
    token = person.call("GET", "/connections/gitlab/token")["access_token"]
    code, state = (re.search(rf"{name}=([^&]*)", back)[1] for name in ("code", "state"))
    grants = json.loads((stack.state / "sandbox.json").read_text())
    kept = {given["text"] for grant in grants for given in grant["tokens"]}
    about = json.loads((stack.state / "apps.json").read_text())["gitlab"]
    secrets = kept | {token, code, state, about["client_secret"], person.key}
    assert token in kept and len(kept) > 1
    pages = [page.text] + [client.get(path).text for path in ("/apps", "/apps/gitlab")]
    logs = [path.read_text(errors="replace") for path in (stack.state / "log").glob("*.log")]
    audit = [str(row) for row in stack.sql("SELECT before_change, after_change FROM audit_log")]
    for secret in secrets:
        assert not any(secret in text for text in pages + logs + audit)


def test_check_33_another_persons_connection_is_not_there(person, other_person, provider):
    connect(person.http(), provider("gitlab"))
    other_person.call("GET", "/connections/gitlab", status=404)
    other_person.call("GET", "/connections/gitlab/token", status=404)
    other_person.call("DELETE", "/connections/gitlab", status=404)
    client = other_person.http()
    token = client.field("csrf", "/apps")
    other_person.call("GET", "/connections/gitlab/credentials", status=404)
    for path in ("disconnect", "permissions/revoke?scope=read_api"):
        assert client.get(f"/apps/gitlab/{path}").status_code == 404
    for path in ("disconnect", "permissions/revoke", "check"):
        form = {"csrf": token, "scope": "read_api"}
        assert client.post(f"/apps/gitlab/{path}", data=form).status_code == 404
    assert person.call("GET", "/connections/gitlab")["status"] == "connected"


def test_check_37_fifty_askers_cause_one_refresh(person, provider, stack):
    there = provider("gitlab")
    connect(person.http(), there)
    expire(stack, person)
    asked = len(there.calls("token"))

    def ask(_):
        while True:
            answer = person.api("GET", "/connections/gitlab/token")
            if answer.status_code != 503:
                return answer.json()["access_token"]
            time.sleep(int(answer.headers["Retry-After"]))

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        tokens = set(pool.map(ask, range(50)))
    assert len(tokens) == 1
    assert len(there.calls("token")) == asked + 1


@pytest.mark.parametrize("fault", ["500", "429", "html", "hangs"])
def test_check_43_trouble_that_passes_asks_nobody_to_reconnect(person, provider, stack, fault):
    there = provider("gitlab")
    connect(person.http(), there)
    expire(stack, person)
    there.control(**ODD[fault][0])
    answer = person.api("GET", "/connections/gitlab/token")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert answer.json()["title"] == "provider_unavailable"
    assert person.call("GET", "/connections/gitlab")["status"] == "connected"
    person.call("GET", "/connections/gitlab/token")


def test_check_41_and_43_a_dead_grant_asks_its_person(person, provider, stack):
    there = provider("gitlab")
    client = person.http()
    connect(client, there)
    there.control(forget=True)
    expire(stack, person)
    problem = person.call("GET", "/connections/gitlab/token", status=409)
    assert problem["title"] == "needs_reconnect"
    page = client.get("/apps").text
    assert "GitLab stopped accepting our access" in page and ">Reconnect<" in page
    assert "is connected" in connect(client, there).text
    person.call("GET", "/connections/gitlab/token")


def test_the_worker_renews_what_ends(person, provider, stack):
    there = provider("gitlab")
    connect(person.http(), there)
    first = person.call("GET", "/connections/gitlab/token")["access_token"]
    stack.sql(
        "UPDATE user_integrations SET refresh_at = UTC_TIMESTAMP(6) WHERE user_id ="
        f" (SELECT id FROM users WHERE email = '{person.email}')"
    )
    end = time.monotonic() + 15
    while person.call("GET", "/connections/gitlab/token")["access_token"] == first:
        assert time.monotonic() < end
        time.sleep(0.2)


# The end.


def test_check_49_a_provider_that_is_down_is_asked_again_by_the_worker(person, provider, stack):
    there = provider("gitlab")
    client = person.http()
    connect(client, there)
    there.control(fault="status", status=503, on="revoke", times=2)
    submit(client, "/apps/gitlab/disconnect")
    assert person.call("GET", "/connections")["data"] == []
    assert "not confirmed yet" in client.get("/apps/gitlab").text
    end = time.monotonic() + 40
    while there.grants():
        stack.sql("UPDATE revocations SET due_at = UTC_TIMESTAMP(6) WHERE outcome IS NULL")
        assert time.monotonic() < end
        time.sleep(0.5)
    assert stack.sql(
        "SELECT COUNT(*) FROM revocations WHERE outcome IS NOT NULL"
        " AND access_token_encrypted IS NOT NULL"
    ) == [["0"]]


def test_check_51_a_shared_grant_is_revoked_with_the_last_card(person, provider):
    drive, workspace = provider("google-drive"), provider("google-workspace")
    client = person.http()
    connect(client, drive)
    connect(client, workspace)
    asked = len(drive.calls("revoke") + workspace.calls("revoke"))
    assert "Google Workspace uses the same access" in client.get("/apps/google-drive/disconnect").text
    submit(client, "/apps/google-drive/disconnect")
    assert len(drive.calls("revoke") + workspace.calls("revoke")) == asked
    person.call("GET", "/connections/google-workspace/token")
    submit(client, "/apps/google-workspace/disconnect")
    assert len(drive.calls("revoke") + workspace.calls("revoke")) == asked + 1


def test_check_53_a_deleted_users_grants_are_given_back(provider, stack):
    there = provider("gitlab")
    person = Person(stack)
    connect(person.http(), there)
    stack.sql(
        "UPDATE users SET deleted_at = UTC_TIMESTAMP(6), email = NULL"
        f" WHERE email = '{person.email}'"
    )
    end = time.monotonic() + 20
    while there.grants():
        assert time.monotonic() < end
        time.sleep(0.3)


def test_the_api_disconnects(person, provider):
    there = provider("dropbox")
    connect(person.http(), there)
    person.call("DELETE", "/connections/dropbox", status=204)
    assert there.grants() == []
    person.call("GET", "/connections/dropbox", status=404)


# Keys.

KEYS = {
    "mixpanel": ({"project_id": "2026", "username": "", "secret": ""}, "secret"),
    "amplitude": ({"api_key": "", "secret_key": ""}, "secret_key"),
}


@pytest.mark.parametrize("app", KEYS)
def test_keys_are_tried_before_they_are_kept(person, stack, app):
    about = json.loads((stack.state / "apps.json").read_text())[app]
    fields, secret = KEYS[app]
    good = {name: about[name] for name in fields} | {"region": "us"}
    client = person.http()
    path = f"/apps/{app}/credentials"
    assert submit(client, path, **(good | {secret: ""})).status_code == 422
    wrong = submit(client, path, **(good | {secret: "wrong"}))
    assert wrong.status_code == 422 and "did not accept" in wrong.text
    assert person.call("GET", "/connections")["data"] == []
    answer = submit(client, path, **good)
    assert answer.status_code == 303, answer.text
    assert "Connected" in client.get(f"/apps/{app}").text
    assert good[secret] not in client.get(path).text
    found = person.call("GET", f"/connections/{app}/credentials")["credentials"]
    assert found[secret] == good[secret]
    problem = person.call("GET", f"/connections/{app}/token", status=409)
    assert problem["title"] == "not_oauth"
    submit(client, f"/apps/{app}/disconnect")
    assert person.call("GET", "/connections")["data"] == []


# The rest.


def test_check_23_windows_are_never_spoken_to_by_message():
    script = (ROOT / "Sources/Web/Assets/patchbay.js").read_text()
    assert "BroadcastChannel" in script
    assert all(
        word == "channel" for word in re.findall(r"(\w+)\??\.postMessage\(", script)
    ), "a message to a window"
    assert "opener.post" not in script and ".closed" not in script


def test_check_35_starting_is_limited(stack):
    person = Person(stack)
    client = person.http()
    token = client.field("csrf", "/apps")
    answers = [
        client.post("/apps/gitlab/connect", data={"csrf": token}).status_code for _ in range(40)
    ]
    assert answers[:30] == [303] * 30 and 429 in answers[30:]
    refused = client.post("/apps/gitlab/connect", data={"csrf": token})
    assert int(refused.headers["Retry-After"]) >= 1


def test_checks_36_and_47_each_action_leaves_one_row(person, provider, stack):
    there = provider("gitlab")
    client = person.http()
    connect(client, there, ["read_api"])
    revoke_one(person, client, there, "read_api")
    there.control(forget=True)
    expire(stack, person)
    for _ in range(3):
        person.call("GET", "/connections/gitlab/token", status=409)
    connect(client, there)
    submit(client, "/apps/gitlab/disconnect")
    rows = stack.sql(
        "SELECT action FROM audit_log WHERE user_id = (SELECT id FROM users WHERE email ="
        f" '{person.email}') AND action REGEXP '^(connection|permission|grant|connect)[.]'"
        " ORDER BY at"
    )
    assert [action for [action] in rows] == [
        "connection.made", "permission.revoked", "connection.broke", "connection.renewed",
        "connection.ended", "grant.revoked",
    ]  # fmt: skip


def test_check_42_a_rotated_token_whose_answer_was_lost_is_not_tried_again_and_again(
    person, provider, stack
):
    there = provider("gitlab")
    client = person.http()
    connect(client, there)
    expire(stack, person)
    there.control(fault="drop")
    assert person.api("GET", "/connections/gitlab/token").status_code == 503
    asked = len(there.calls("token"))
    person.call("GET", "/connections/gitlab/token", status=409)
    person.call("GET", "/connections/gitlab/token", status=409)
    assert len(there.calls("token")) == asked + 1
    assert "Needs reconnecting" in client.get("/apps").text
