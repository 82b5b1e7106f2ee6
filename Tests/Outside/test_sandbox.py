"""The sandbox plays each provider: a strict client goes the whole way with all of them."""

import concurrent.futures
import json

import pytest
from support.oauth import WAYS, Client, claims_of
from support.sandbox import Sandbox

APPS = list(WAYS)
REFRESHING = [app for app, ways in WAYS.items() if ways.refresh != "none"]
ROTATING = [app for app, ways in WAYS.items() if ways.refresh == "rotating"]
CONSTANT = [app for app, ways in WAYS.items() if ways.refresh == "constant"]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def client(sandbox):
    """Makes clients, whose app has no grants yet."""

    def make(app):
        sandbox.control(app, reset=True, forget=True)
        return Client(sandbox, app)

    return make


@pytest.mark.parametrize("app", APPS)
def test_the_way_from_consent_to_identity(client, sandbox, app):
    client = client(app)
    ways = client.ways

    members = client.connect()

    told = ways.scope if ways.told is None else ways.told
    assert members.get("scope") == (told or None)
    assert ("expires_in" in members) == bool(ways.expires)
    assert bool(client.refresh) == (ways.refresh != "none")
    value = client.identity().json()
    for name in ways.name:
        value = value[name]
    assert value in ("Ada Lovelace", "ada", "ada@analytical.example")
    [grant] = sandbox.grants(app)
    assert grant["account"] == "ada"


@pytest.mark.parametrize("app", REFRESHING)
def test_a_refresh_gives_another_access_token(client, app):
    client = client(app)
    client.connect()
    first = client.access

    answer = client.by_refresh(client.refresh)

    assert answer.status_code == 200, answer.text
    client.take(client.tokens | answer.json())
    assert client.access != first and client.is_alive()


@pytest.mark.parametrize("app", ROTATING)
def test_a_rotated_refresh_token_used_again_kills_the_grant(client, sandbox, app):
    client = client(app)
    client.connect()
    # Jira's old ones answer for ten minutes more.
    sandbox.control(app, set={"leeway": 0})
    first = client.refresh
    second = client.by_refresh(first).json()

    again = client.by_refresh(first)

    assert second["refresh_token"] != first
    assert again.status_code in (400, 403)
    assert again.json()["error"] in ("invalid_grant", "unauthorized_client")
    assert client.by_refresh(second["refresh_token"]).status_code == again.status_code
    assert not client.is_alive(second["access_token"])


def test_jira_forgives_a_rotated_refresh_token_for_a_while(client):
    client = client("jira")
    client.connect()
    client.by_refresh(client.refresh)

    assert client.by_refresh(client.refresh).status_code == 200


@pytest.mark.parametrize("app", CONSTANT)
def test_a_constant_refresh_token_goes_on(client, app):
    client = client(app)
    client.connect()

    for _ in range(2):
        answer = client.by_refresh(client.refresh).json()
        assert answer.get("refresh_token", client.refresh) == client.refresh


def test_microsofts_old_refresh_tokens_live_beside_new_ones(client):
    client = client("onedrive")
    client.connect()
    second = client.by_refresh(client.refresh).json()["refresh_token"]

    assert second != client.refresh
    assert client.by_refresh(client.refresh).status_code == 200
    assert client.by_refresh(second).status_code == 200


@pytest.mark.parametrize("app", [app for app in APPS if WAYS[app].revoke != "none"])
def test_revocation_in_the_providers_own_way(client, sandbox, app):
    client = client(app)
    client.connect()

    answer = client.revoke()

    assert answer.status_code in (200, 204), answer.text
    line = sandbox.lines(app, "revoke")[-1]
    assert line["ok"] and line["account"] == "ada"
    if app == "hubspot":
        # The refresh token alone: access lives out its half hour.
        assert client.is_alive()
    else:
        assert not client.is_alive()
        assert sandbox.grants(app) == []
    if client.refresh:
        assert client.by_refresh(client.refresh).status_code in (400, 403)


@pytest.mark.parametrize("app", ["microsoft-teams", "microsoft-365", "onedrive"])
def test_microsoft_has_no_revocation(client, sandbox, app):
    document = sandbox.call("GET", f"/{app}/.well-known/openid-configuration").json()

    assert sandbox.credentials[app]["revocation_url"] is None
    assert "revocation_endpoint" not in document
    assert sandbox.call("POST", f"/{app}/revoke", data={"token": "x"}).status_code == 404


@pytest.mark.parametrize(
    "app, status, error",
    [
        ("salesforce", 400, "invalid_token"),
        ("google-drive", 400, "invalid_token"),
        ("notion", 400, "invalid_grant"),
        ("dropbox", 401, "invalid_access_token"),
        ("github", 404, "not_found"),
        ("slack", 200, "invalid_auth"),
        ("gitlab", 200, None),
        ("discord", 200, None),
    ],
)
def test_a_token_that_nobody_knows_is_revoked_as_the_provider_says(
    client, sandbox, app, status, error
):
    answer = client(app).revoke("unknown")

    assert answer.status_code == status
    assert sandbox.lines(app, "revoke")[-1]["error"] == error


# What belongs to one provider


def test_github_answers_a_form_to_who_does_not_ask_for_json(client, sandbox):
    client = client("github")
    code = client.authorize()["code"]
    form = {
        "code": code, "code_verifier": client.verifier, "client_id": client.known["client_id"],
        "client_secret": client.known["client_secret"],
    }  # fmt: skip

    answer = sandbox.call("POST", client.known["token_url"], data=form)

    assert answer.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert answer.text.startswith("access_token=gho_")


@pytest.mark.parametrize("app", ["github", "discord"])
def test_one_token_revokes_all_of_a_person_but_nobody_elses(client, app):
    client = client(app)
    client.connect(account="grace")
    grace = client.access
    client.connect()
    first = client.access
    client.connect()

    assert client.revoke().ok

    assert not client.is_alive(first)
    assert client.is_alive(grace)


def test_github_gives_again_what_it_gave_to_who_asks_for_nothing(client):
    client = client("github")
    client.connect()

    assert client.connect({"scope": None})["scope"] == "read:user,user:email,repo"


def test_google_takes_back_all_three_apps_of_an_account_at_once(sandbox):
    clients = [Client(sandbox, f"google-{card}") for card in ("workspace", "analytics", "drive")]
    for client in clients:
        client.connect()

    clients[0].revoke()

    assert not any(client.is_alive() for client in clients)


def test_google_gives_a_second_refresh_token_only_on_asking_for_consent(client):
    client = client("google-drive")
    client.connect({"prompt": None})
    assert client.refresh
    client.connect({"prompt": None})
    assert client.refresh is None
    client.connect({"prompt": "select_account consent"})
    assert client.refresh


def test_google_lets_a_person_untick_but_not_who_they_are(client):
    client = client("google-drive")

    members = client.connect(untick=["https://www.googleapis.com/auth/drive.file", "openid"])

    assert members["scope"] == "openid https://www.googleapis.com/auth/userinfo.email"


def test_hubspot_tells_scopes_in_the_identity_and_keeps_one_refresh_token_a_portal(client, sandbox):
    client = client("hubspot")
    client.connect({"optional_scope": "crm.lists.read crm.objects.deals.read"},
                   untick=["crm.lists.read"])  # fmt: skip
    first = client.refresh
    scopes = ["oauth", "crm.objects.contacts.read", "crm.objects.deals.read"]
    assert client.identity().json()["scopes"] == scopes

    client.connect(account="grace")

    assert client.refresh == first
    assert client.identity().json()["scopes"] == scopes
    answer = sandbox.call("DELETE", f"/hubspot/revoke/{first}")
    assert answer.status_code == 204
    assert first not in sandbox.log.read_text()
    assert sandbox.call("DELETE", f"/hubspot/revoke/{first}").status_code == 404


def test_hubspot_goes_from_the_whole_portal(client, sandbox):
    client = client("hubspot")
    client.connect()

    answer = sandbox.call(
        "DELETE", "/hubspot/uninstall", headers={"Authorization": f"Bearer {client.access}"}
    )

    assert answer.status_code == 204
    assert not client.is_alive()


def test_slack_has_one_bot_a_workspace_and_adds_scopes_up(client, sandbox):
    client = client("slack")
    members = client.connect({"scope": "chat:write", "user_scope": "team:read"})
    bot, person = members["access_token"], members["authed_user"]["access_token"]
    assert members["scope"] == "chat:write" and members["authed_user"]["scope"] == "team:read"
    assert (members["token_type"], members["authed_user"]["token_type"]) == ("bot", "user")

    members = client.connect({"scope": "files:read", "user_scope": "users:read"}, account="grace")

    assert members["access_token"] == bot
    assert members["scope"] == "chat:write,files:read"
    assert members["authed_user"]["access_token"] != person
    client.revoke(bot)
    assert not client.is_alive(bot) and client.is_alive(person)
    headers = {"Authorization": f"Bearer {person}"}
    form = {"client_id": client.known["client_id"], "client_secret": client.known["client_secret"]}
    gone = sandbox.call("POST", "/slack/uninstall", headers=headers, data=form)
    assert gone.json() == {"ok": True} and not client.is_alive(person)


def test_slack_tries_a_revocation_without_doing_it(client, sandbox):
    client = client("slack")
    client.connect()

    answer = sandbox.call(
        "POST", "/slack/revoke?test=1", headers={"Authorization": f"Bearer {client.access}"}
    )

    assert answer.json() == {"ok": True, "revoked": False}
    assert client.is_alive()


def test_slack_with_rotation_gives_both_halves_a_refresh_token(client, sandbox):
    client = client("slack")
    sandbox.control("slack", set={"refresh": "rotating", "life": 43200})
    members = client.connect({"scope": "chat:write"})
    assert members["refresh_token"] != members["authed_user"]["refresh_token"]

    answer = client.by_refresh(members["refresh_token"]).json()

    assert answer["ok"] and answer["expires_in"] == 43200
    assert answer["refresh_token"] != members["refresh_token"]
    assert client.is_alive(members["authed_user"]["access_token"])
    again = client.by_refresh(members["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (200, "invalid_refresh_token")


def test_salesforce_names_its_tenant_and_lets_five_approvals_live(client, sandbox):
    client = client("salesforce")
    members = client.connect()
    first = client.access
    assert members["instance_url"] == f"{sandbox.url}/salesforce"
    assert members["id"].startswith(f"{sandbox.url}/salesforce/id/")
    assert members["issued_at"].isdigit()

    for _ in range(5):
        client.connect()

    assert not client.is_alive(first) and client.is_alive()
    # As a client does that knows the tenant alone.
    path = f"{members['instance_url']}/services/oauth2/revoke"
    assert sandbox.call("POST", path, data={"token": client.refresh}).status_code == 200
    assert not client.is_alive()


def test_salesforce_ends_one_session_by_its_access_token(client):
    client = client("salesforce")
    client.connect()

    client.revoke(client.access)

    assert not client.is_alive()
    assert client.by_refresh(client.refresh).status_code == 200


def test_gitlab_keeps_a_narrowed_scope_and_refuses_a_wider_one(client, sandbox):
    client = client("gitlab")
    client.connect()

    narrow = client.by_refresh(client.refresh, scope="read_user").json()
    wide = client.by_refresh(narrow["refresh_token"], scope="read_user read_api")

    assert narrow["scope"] == "read_user"
    assert wide.json()["error"] == "invalid_scope"
    last = client.by_refresh(narrow["refresh_token"]).json()
    headers = {"Authorization": f"Bearer {last['access_token']}"}
    info = sandbox.call("GET", "/gitlab/oauth/token/info", headers=headers).json()
    assert info["scope"] == ["read_user"] and 7100 < info["expires_in"] <= 7200


@pytest.mark.parametrize("app", ["onedrive", "google-drive", "dropbox"])
def test_elsewhere_a_narrowed_scope_is_that_access_tokens_alone(client, app):
    client = client(app)
    client.connect()
    one = {"onedrive": "User.Read", "google-drive": "openid", "dropbox": "account_info.read"}[app]

    narrow = client.by_refresh(client.refresh, scope=one).json()
    whole = client.by_refresh(narrow.get("refresh_token", client.refresh)).json()

    assert len(narrow["scope"]) < len(whole["scope"])


@pytest.mark.parametrize(
    "app", ["google-drive", "onedrive", "dropbox", "gitlab", "standard", "discord", "jira"]
)
def test_the_scopes_that_were_asked_for_may_be_asked_for_again(client, app):
    client = client(app)
    members = client.connect()

    again = client.by_refresh(client.refresh, scope=client.ways.scope).json()

    assert again["scope"] == members["scope"]


def test_dropbox_wants_no_body_where_there_are_no_arguments(client, sandbox):
    client = client("dropbox")
    client.connect()
    headers = {"Authorization": f"Bearer {client.access}"}

    for body in ({"data": "x=y"}, {"json": {}}, {"data": "", "headers": headers | {
        "Content-Type": "application/x-www-form-urlencoded"}}):  # fmt: skip
        answer = sandbox.call("POST", "/dropbox/revoke", **({"headers": headers} | body))
        assert answer.status_code == 400, answer.text

    assert client.is_alive()


def test_jira_reaches_two_sites(client, sandbox):
    client = client("jira")
    client.connect()

    headers = {"Authorization": f"Bearer {client.access}"}
    sites = sandbox.call("GET", "/jira/oauth/token/accessible-resources", headers=headers).json()

    assert [site["name"] for site in sites] == ["engine", "notes"]
    assert sites[0]["scopes"] == ["read:jira-work"]


@pytest.mark.parametrize("app", ["github", "google-workspace", "standard"])
def test_who_sends_an_issuer_sends_it_on_both_ways_back(client, app):
    client = client(app)

    for decision in ("allow", "deny"):
        assert client.authorize(decision=decision)["iss"] == client.known["issuer"]


def test_the_others_send_none(client):
    assert "iss" not in client("gitlab").authorize()


@pytest.mark.parametrize("app", ["google-drive", "onedrive", "salesforce", "gitlab", "standard"])
def test_an_id_token_is_for_this_client_and_this_request(client, sandbox, app):
    client = client(app)
    wanted = "openid profile " + WAYS[app].scope if app == "gitlab" else WAYS[app].scope

    members = client.connect({"nonce": "once", "scope": wanted})

    claims = claims_of(members["id_token"])
    document = sandbox.call("GET", f"/{app}/.well-known/openid-configuration").json()
    issuer = document["issuer"].replace("{tenantid}", claims.get("tid", ""))
    assert (claims["iss"], claims["aud"]) == (issuer, client.known["client_id"])
    assert (claims["nonce"], claims["name"]) == ("once", "Ada Lovelace")
    assert document["token_endpoint"] == client.known["token_url"]


def test_microsofts_page_cuts_the_opener(client):
    assert client("onedrive").open().headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Cross-Origin-Opener-Policy" not in client("gitlab").open().headers


# Mixpanel and Amplitude


@pytest.mark.parametrize(
    "app, user, secret",
    [("mixpanel", "username", "secret"), ("amplitude", "api_key", "secret_key")],
)
def test_credentials_are_good_or_not(sandbox, app, user, secret):
    known = sandbox.credentials[app]
    address = known["verification_url"]

    good = sandbox.call("GET", address, auth=(known[user], known[secret]))
    bad = sandbox.call("GET", address, auth=(known[user], "wrong"))
    none = sandbox.call("GET", address)

    assert (good.status_code, bad.status_code, none.status_code) == (200, 401, 401)
    assert [line["ok"] for line in sandbox.lines(app)[-3:]] == [True, False, False]


# The record, and from start to start


def test_the_record_tells_each_call_and_no_secret(client, sandbox):
    client = client("gitlab")
    code = client.authorize()["code"]
    client.take(client.by_code(code).json())
    client.revoke()

    lines = sandbox.lines("gitlab")[-4:]
    assert [(line["what"], line["method"]) for line in lines] == [
        ("authorize", "GET"), ("authorize", "POST"), ("token", "POST"), ("revoke", "POST"),
    ]  # fmt: skip
    assert lines[2]["grant_type"] == "authorization_code" and lines[2]["client_auth"] == "post"
    assert lines[2]["scopes"] == ["read_user", "read_api"]
    text = sandbox.log.read_text()
    for secret in (code, client.access, client.refresh, client.verifier, client.state,
                   client.known["client_secret"]):  # fmt: skip
        assert secret not in text


def test_grants_outlive_a_start(client, sandbox):
    client = client("gitlab")
    client.connect()

    assert sandbox.stop() == 0
    sandbox.start()

    assert client.is_alive()
    assert client.by_refresh(client.refresh).status_code == 200
    assert (sandbox.folder / "sandbox.json").stat().st_mode & 0o077 == 0


def test_many_at_once_are_served_and_kept(client, sandbox):
    clients = [client("hubspot") for _ in range(12)]

    with concurrent.futures.ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(Client.connect, clients))

    tokens = sum(len(grant["access"]) for grant in sandbox.grants("hubspot"))
    assert tokens == len(clients)
    kept = (sandbox.folder / "sandbox.json").read_text()
    assert all(one.access in kept for one in clients)


def test_access_tokens_live_as_long_as_they_are_told(tmp_path):
    sandbox = Sandbox(tmp_path, "--short", "600")
    try:
        client = Client(sandbox, "gitlab")
        assert 590 < client.connect()["expires_in"] <= 600
        sandbox.control("gitlab", expire=True)
        assert not client.is_alive()
        assert "expires_in" not in Client(sandbox, "github").connect()
    finally:
        sandbox.stop()


def test_a_person_removes_access_at_the_provider(client, sandbox):
    client = client("discord")
    client.connect()
    page = sandbox.call("GET", "/discord/connections")
    grant = page.text.partition('name="grant" value="')[2].partition('"')[0]
    assert "Ada Lovelace" in page.text and "identify, email" in page.text

    answer = sandbox.call("POST", "/discord/connections", data={"grant": grant})

    assert answer.status_code == 303
    assert not client.is_alive()
    assert "No app has access" in sandbox.call("GET", "/discord/connections").text


def test_what_is_printed_is_all_that_a_client_needs(sandbox):
    printed = json.loads(sandbox.program("--credentials", "--port", "9999"))

    assert set(printed) == set(APPS) | {"mixpanel", "amplitude"}
    assert printed["jira"]["client_id"] == "sandbox-jira"
    assert printed["jira"]["client_secret"].startswith("secret-jira-")
    assert printed["jira"]["token_url"] == "https://localhost:9999/jira/token"
