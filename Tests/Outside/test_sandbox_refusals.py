"""The sandbox is strict: what a provider must refuse is refused, in that provider's words."""

import time

import pytest
from support.oauth import WAYS, Client, challenge
from support.sandbox import Sandbox, query_of

APPS = list(WAYS)
PKCE_REQUIRED = [app for app, ways in WAYS.items() if ways.pkce and app != "hubspot"]
REFRESHING = [app for app, ways in WAYS.items() if ways.refresh != "none"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def client(sandbox):
    def make(app):
        sandbox.control(app, reset=True, forget=True)
        return Client(sandbox, app)

    return make


def error_of(answer):
    """The error's code, wherever that provider puts it; GitHub and Slack with status 200."""
    assert "access_token" not in answer.text
    return answer.json()["error"]


def codes(app, standard):
    """What a provider calls an error of RFC 6749."""
    slack = {"invalid_client": "bad_client_secret", "invalid_grant": "invalid_code"}
    github = {"invalid_client": "incorrect_client_credentials",
              "invalid_grant": "bad_verification_code"}  # fmt: skip
    return {"slack": slack, "github": github}.get(app, {}).get(standard, standard)


# At the authorization endpoint


@pytest.mark.parametrize("app", APPS)
def test_nobody_is_sent_to_an_address_that_is_not_registered(client, app):
    client = client(app)
    right = client.redirect_uri

    for wrong in (right + "/", right + "?x=1", right.replace("http:", "https:"), right.upper(),
                  "https://evil.example/", None):  # fmt: skip
        answer = client.open(redirect_uri=wrong)
        assert (answer.status_code, "Location" in answer.headers) == (400, False), wrong
    assert client.open(client_id="another").status_code == 400


@pytest.mark.parametrize("app", APPS)
def test_a_request_without_state_is_refused(client, app):
    answer = client(app).open(state=None)

    assert query_of(answer.headers["Location"])["error"] == "invalid_request"


@pytest.mark.parametrize("app", PKCE_REQUIRED)
@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": "short"},
    ],
)
def test_a_challenge_has_to_be_s256(client, app, changes):
    client = client(app)

    back = query_of(client.open(**changes).headers["Location"])

    assert back["error"] == "invalid_request"
    assert back["state"] == client.state


def test_slack_refuses_a_challenge(client):
    back = client("slack").open(code_challenge=challenge("v" * 43), code_challenge_method="S256")

    assert query_of(back.headers["Location"])["error"] == "invalid_request"


@pytest.mark.parametrize("app", [app for app in APPS if WAYS[app].scope])
def test_a_scope_that_the_app_is_not_registered_for_is_refused(client, app):
    name = "user_scope" if app == "slack" else "scope"
    joint = "," if app == "slack" else " "

    answer = client(app).open(**{name: WAYS[app].scope + joint + "everything"})

    assert query_of(answer.headers["Location"])["error"] == "invalid_scope"


@pytest.mark.parametrize("app, name", [
    ("jira", "audience"), ("notion", "owner"), ("gitlab", "response_type"),
])  # fmt: skip
def test_a_parameter_that_the_provider_needs_is_missed(client, app, name):
    answer = client(app).open(**{name: None})

    assert "error" in query_of(answer.headers["Location"])


def test_a_parameter_that_stands_twice_is_refused(client, sandbox):
    client = client("gitlab")
    pairs = [*client.request().items(), ("state", "second")]

    answer = sandbox.call("GET", client.known["authorization_url"], params=pairs)

    assert answer.status_code == 400


@pytest.mark.parametrize("app", APPS)
def test_a_person_denies(client, sandbox, app):
    back = client(app).authorize(decision="deny")

    assert back["error"] == "access_denied" and "code" not in back
    assert sandbox.lines(app)[-1]["error"] == "access_denied"


def test_a_page_is_decided_once(client):
    client = client("gitlab")
    page = client.open()
    client.decide(page)

    assert client.decide(page).status_code == 400


def test_a_page_is_not_shown_again_to_who_wants_none(client):
    client = client("discord")
    before = query_of(client.open(prompt="none").headers["Location"])
    client.connect()

    after = query_of(client.open(prompt="none").headers["Location"])

    assert before["error"] == "interaction_required"
    assert client.by_code(after["code"]).status_code == 200


# At the token endpoint


@pytest.mark.parametrize("app", APPS)
def test_a_code_is_used_once_and_a_second_use_kills_what_it_gave(client, app):
    client = client(app)
    code = client.authorize()["code"]
    client.take(client.by_code(code).json())

    again = client.by_code(code)

    assert error_of(again) == codes(app, "invalid_grant")
    assert not client.is_alive()


@pytest.mark.parametrize("app", APPS)
def test_a_code_is_for_one_redirect_uri(client, app):
    client = client(app)
    code = client.authorize()["code"]

    wanted = {"slack": "bad_redirect_uri", "github": "redirect_uri_mismatch"}
    refused = client.by_code(code, redirect_uri=client.redirect_uri + "/")

    assert error_of(refused) == wanted.get(app, "invalid_grant")
    # It has been presented, so it is gone.
    assert error_of(client.by_code(code)) == codes(app, "invalid_grant")


@pytest.mark.parametrize("app", PKCE_REQUIRED)
@pytest.mark.parametrize("verifier", ["w" * 43, "short", None])
def test_a_code_is_for_who_has_the_verifier(client, app, verifier):
    client = client(app)
    code = client.authorize()["code"]

    assert error_of(client.by_code(code, code_verifier=verifier)) == codes(app, "invalid_grant")


@pytest.mark.parametrize("app", ["hubspot"])
def test_a_verifier_without_a_challenge_is_refused(client, app):
    client = client(app)
    code = client.authorize({"code_challenge": None, "code_challenge_method": None})["code"]

    assert error_of(client.by_code(code)) == "invalid_grant"


def test_a_code_is_for_one_provider(client, sandbox):
    code = client("gitlab").authorize()["code"]
    other = Client(sandbox, "discord")
    other.request()

    assert error_of(other.by_code(code)) == "invalid_grant"


@pytest.mark.parametrize("app", APPS)
def test_a_client_with_a_wrong_secret_gets_nothing_and_uses_no_code_up(client, sandbox, app):
    client = client(app)
    code = client.authorize()["code"]

    refused = client.by_code(code, secret="wrong")

    assert refused.status_code == (200 if app in ("github", "slack") else 401)
    assert error_of(refused) == codes(app, "invalid_client")
    assert sandbox.lines(app, "token")[-1]["ok"] is False
    assert client.by_code(code).status_code == 200


@pytest.mark.parametrize("app, auth", [
    ("pipedrive", "post"), ("notion", "post"), ("hubspot", "basic"), ("github", "basic"),
    ("gitlab", "basic"), ("jira", "basic"), ("onedrive", "basic"), ("salesforce", "none"),
])  # fmt: skip
def test_a_client_authenticates_in_the_way_that_the_provider_takes(client, app, auth):
    client = client(app)

    refused = client.by_code(client.authorize()["code"], auth=auth)

    assert error_of(refused) == codes(app, "invalid_client")


@pytest.mark.parametrize("app", ["salesforce", "google-drive", "dropbox", "discord"])
def test_some_take_a_client_both_ways_but_not_at_once(client, sandbox, app):
    client = client(app)
    known = client.known

    for auth in ("basic", "post"):
        assert client.by_code(client.authorize()["code"], auth=auth).status_code == 200
    both = sandbox.call(
        "POST", known["token_url"], auth=(known["client_id"], known["client_secret"]),
        data={"grant_type": "refresh_token", "client_secret": known["client_secret"]},
    )  # fmt: skip
    assert error_of(both) == "invalid_request"


def test_a_body_of_another_kind_is_refused(sandbox):
    for app, body in (("notion", {"data": {"a": "b"}}), ("discord", {"json": {"a": "b"}})):
        assert sandbox.call("POST", f"/{app}/token", **body).status_code == 415


def test_jira_takes_json_too(client, sandbox):
    client = client("jira")
    body = {
        "grant_type": "authorization_code", "code": client.authorize()["code"],
        "redirect_uri": client.redirect_uri, "code_verifier": client.verifier,
        "client_id": client.known["client_id"], "client_secret": client.known["client_secret"],
    }  # fmt: skip

    assert sandbox.call("POST", client.known["token_url"], json=body).status_code == 200


@pytest.mark.parametrize("app", REFRESHING)
def test_a_refresh_token_that_was_taken_back_is_refused(client, sandbox, app):
    client = client(app)
    client.connect()
    sandbox.control(app, forget=True)

    refused = client.by_refresh(client.refresh)

    assert refused.status_code == (403 if app == "jira" else 400)
    assert error_of(refused) == ("unauthorized_client" if app == "jira" else "invalid_grant")
    assert not client.is_alive()


@pytest.mark.parametrize("app", ["github", "slack"])
def test_where_there_is_no_refresh_it_is_refused(client, app):
    client = client(app)
    client.connect()

    wanted = {"github": "unsupported_grant_type", "slack": "invalid_grant_type"}
    assert error_of(client.by_refresh("anything")) == wanted[app]


def test_gitlab_wants_the_redirect_uri_when_refreshing(client):
    client = client("gitlab")
    client.connect()

    assert error_of(client.by_refresh(client.refresh, redirect_uri=None)) == "invalid_grant"
    assert client.by_refresh(client.refresh).status_code == 200


@pytest.mark.parametrize("app, changes", [
    ("google-drive", {"access_type": None}), ("dropbox", {"token_access_type": None}),
    ("onedrive", {"scope": "User.Read"}), ("jira", {"scope": "read:me"}),
    ("salesforce", {"scope": "api id"}),
])  # fmt: skip
def test_who_does_not_ask_to_stay_connected_gets_no_refresh_token(client, app, changes):
    client = client(app)
    client.connect(changes)

    assert client.refresh is None and client.is_alive()


# With a token


def test_a_token_is_for_one_provider_and_what_it_may(client, sandbox):
    gitlab, jira = client("gitlab"), client("jira")
    gitlab.connect()
    jira.connect({"scope": "offline_access read:jira-work"})

    assert not jira.is_alive(gitlab.access)
    assert jira.identity().status_code == 403
    assert sandbox.call("GET", "/gitlab/identity").status_code == 401


def test_github_and_notion_want_their_headers(client, sandbox):
    for app, name in (("github", "User-Agent"), ("notion", "Notion-Version")):
        one = client(app)
        one.connect()
        headers = {"Authorization": f"Bearer {one.access}", name: ""}
        assert sandbox.call("GET", f"/{app}/identity", headers=headers).status_code in (400, 403)


def test_a_stranger_revokes_nothing(client, sandbox):
    for app, status in (("gitlab", 403), ("discord", 401), ("github", 401), ("notion", 401)):
        one = client(app)
        one.connect()
        one.known = one.known | {"client_secret": "wrong"}
        assert one.revoke().status_code == status, app
        assert one.is_alive()


@pytest.mark.parametrize("path", ["/nothing", "/github/nothing", "/control/nothing", "/slack"])
def test_what_is_not_there_is_404_or_an_error(sandbox, path):
    answer = sandbox.call("GET", path)

    assert answer.status_code == 404 or answer.json()["error"] == "not_found"


def test_a_code_runs_out(client, sandbox):
    client = client("gitlab")
    sandbox.control("gitlab", set={"code_seconds": 0})
    code = client.authorize()["code"]
    time.sleep(0.01)

    assert error_of(client.by_code(code)) == "invalid_grant"
