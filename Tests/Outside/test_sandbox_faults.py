"""What tests make go wrong in the sandbox goes wrong, as often as they say."""

import time

import pytest
import requests
from support.oauth import WAYS, Client, claims_of
from support.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox
    sandbox.stop()


@pytest.fixture
def client(sandbox):
    """One of GitLab, connected, with nothing ahead."""
    sandbox.control("gitlab", reset=True, forget=True)
    client = Client(sandbox, "gitlab")
    client.connect()
    return client


@pytest.mark.parametrize(
    "fault, status, kind",
    [
        ({"fault": "status", "status": 503, "retry_after": 9}, 503, "text/plain"),
        ({"fault": "rate_limited"}, 429, "text/plain"),
        ({"fault": "html"}, 200, "text/html; charset=utf-8"),
        ({"fault": "garbage"}, 200, "application/json"),
        ({"fault": "redirect", "location": "https://evil.example/"}, 307, None),
        ({"fault": "error", "error": "invalid_grant"}, 400, "application/json"),
    ],
)
def test_an_answer_instead_leaves_all_as_it_was(client, sandbox, fault, status, kind):
    sandbox.control("gitlab", times=2, **fault)

    for _ in range(2):
        answer = client.by_refresh(client.refresh)
        assert (answer.status_code, answer.headers.get("Content-Type")) == (status, kind)
        assert sandbox.lines("gitlab")[-1]["fault"] == fault["fault"]
        assert sandbox.lines("gitlab")[-1]["ok"] is False
    assert client.by_refresh(client.refresh).status_code == 200


def test_who_is_rate_limited_is_told_when_to_come_back(client, sandbox):
    sandbox.control("gitlab", fault="rate_limited", retry_after=3)

    assert client.by_refresh(client.refresh).headers["Retry-After"] == "3"


@pytest.mark.parametrize(
    "fault, holds",
    [
        ({"fault": "huge_token"}, lambda a: len(a.json()["access_token"]) == 65536),
        ({"fault": "missing", "fields": ["scope"]}, lambda a: "scope" not in a.json()),
        ({"fault": "replace", "members": {"scope": 1}}, lambda a: a.json()["scope"] == 1),
        ({"fault": "content_type"}, lambda a: a.headers["Content-Type"] == "text/plain"),
    ],
)
def test_an_answer_spoilt_has_done_its_work(client, sandbox, fault, holds):
    sandbox.control("gitlab", **fault)

    assert holds(client.by_refresh(client.refresh))

    assert not client.is_alive()  # GitLab's old token: it was rotated


def test_a_connection_dropped_after_rotating_loses_the_new_token(client, sandbox):
    sandbox.control("gitlab", fault="drop")

    with pytest.raises(requests.ConnectionError):
        client.by_refresh(client.refresh)

    assert client.by_refresh(client.refresh).json()["error"] == "invalid_grant"


def test_a_slow_answer_holds_up_nobody_else(client, sandbox):
    sandbox.control("gitlab", fault="slow", on="identity", seconds=1)
    before = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        requests.get(
            f"{sandbox.url}/gitlab/identity", verify=sandbox.certificate, timeout=0.3,
            headers={"Authorization": f"Bearer {client.access}"},
        )  # fmt: skip

    assert client.is_alive() and time.monotonic() - before < 1


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_an_answer_does_not_come(client, sandbox, fault):
    sandbox.control("gitlab", fault=fault, on="revoke")

    with pytest.raises(requests.RequestException):
        # `drip` sends something each second, so that a limit for each read alone sees no end.
        requests.post(f"{sandbox.url}/gitlab/revoke", verify=sandbox.certificate, timeout=0.3)

    assert client.is_alive()


def test_an_answer_does_not_end(client, sandbox):
    sandbox.control("gitlab", fault="endless")
    received = 0

    with requests.post(
        f"{sandbox.url}/gitlab/token", verify=sandbox.certificate, timeout=5, stream=True
    ) as answer:
        for piece in answer.iter_content(65536):
            received += len(piece)
            if received > 10_000_000:
                break

    assert received > 10_000_000


def test_the_way_back_goes_wrong(client, sandbox):
    google = Client(sandbox, "google-drive")
    sandbox.control("google-drive", reset=True, fault="wrong_iss")
    assert google.authorize()["iss"] == "https://evil.example"

    sandbox.control("google-drive", fault="no_iss")
    assert "iss" not in google.authorize()

    sandbox.control("google-drive", fault="error", on="back", error="temporarily_unavailable")
    back = google.authorize()
    assert back["error"] == "temporarily_unavailable" and "code" not in back

    drive = "https://www.googleapis.com/auth/drive.file"
    sandbox.control("google-drive", fault="fewer", scopes=[drive])
    assert drive not in google.connect()["scope"]
    assert drive in google.connect()["scope"]


def test_the_consent_page_cuts_the_opener_where_a_test_says_so(client, sandbox):
    name, value = "Cross-Origin-Opener-Policy", "same-origin"
    sandbox.control("gitlab", fault="header", on="authorize", name=name, value=value)

    page = client.open()

    assert page.headers[name] == value and page.status_code == 200


@pytest.mark.parametrize("claim", ["nonce", "audience", "issuer"])
def test_an_id_token_with_one_wrong_claim(sandbox, claim):
    name = {"audience": "aud", "issuer": "iss"}.get(claim, claim)
    client = Client(sandbox, "onedrive")
    right = claims_of(client.connect({"nonce": "n"})["id_token"])

    sandbox.control("onedrive", fault=f"wrong_{claim}")
    wrong = claims_of(client.connect({"nonce": "n"})["id_token"])

    assert wrong[name] == "another" != right[name]


def test_credentials_cannot_be_checked_while_the_provider_is_down(sandbox):
    known = sandbox.credentials["amplitude"]
    sandbox.control("amplitude", fault="status", on="identity", status=502)

    first, second = (
        sandbox.call("GET", known["verification_url"], auth=(known["api_key"], known["secret_key"]))
        for _ in range(2)
    )

    assert (first.status_code, second.status_code) == (502, 200)


def test_another_redirect_uri_is_registered(client, sandbox):
    client.redirect_uri = "http://localhost:9999/own/callback"
    assert client.open().status_code == 400

    sandbox.control("gitlab", redirect_uris=[client.redirect_uri])

    assert client.connect()["access_token"]
    sandbox.control("gitlab", reset=True)
    assert client.open().status_code == 400


@pytest.mark.parametrize("wish", [
    {"fault": "unheard-of"}, {"fault": "html", "on": "nothing"}, {"set": {"unheard": 1}}, [], "x",
])  # fmt: skip
def test_what_cannot_be_done_is_said(sandbox, wish):
    answer = sandbox.call("POST", "/control/gitlab", json=wish)

    assert answer.status_code == 422 and answer.json()["detail"]


def test_a_page_elsewhere_steers_nothing(sandbox):
    answer = sandbox.call("POST", "/control/gitlab", data='{"forget": true}')

    assert answer.status_code == 415


def test_every_app_can_be_steered(sandbox):
    for app in [*WAYS, "mixpanel", "amplitude"]:
        assert sandbox.control(app, reset=True)["faults"] == []
