"""Who may call what, and for whom."""

import re

import pytest

from support.account import Account, patchbay
from support.problem import fields_of

SCOPES = {
    "deliveries:read": [("GET", "/webhooks/{webhook}/deliveries"), ("GET", "/deliveries/{delivery}")],
    "events:write": [("POST", "/events"), ("POST", "/events/batch")],
    "webhooks:read": [("GET", "/webhooks"), ("GET", "/webhooks/{webhook}")],
    # Last, since it deletes what the others look at.
    "webhooks:write": [
        ("POST", "/webhooks"), ("PATCH", "/webhooks/{webhook}"), ("DELETE", "/webhooks/{webhook}"),
    ],
}
CALLS = [(scope, method, path) for scope, calls in SCOPES.items() for method, path in calls]


@pytest.fixture
def places(account):
    webhook = account.webhook("/keys")
    account.emit()
    return {"webhook": webhook["id"], "delivery": account.deliveries(webhook)[0]["id"]}


def test_each_call_needs_its_scope(account, places):
    keys = {scope: account.make_key(scope) for scope in SCOPES}
    for scope, method, path in CALLS:
        path = path.format(**places)
        for held, key in keys.items():
            answer = account.api(method, path, {} if method in ("POST", "PATCH") else None, key=key)
            if held == scope:
                assert answer.status_code in (200, 204, 422), (held, method, path)
            else:
                assert fields_of(answer, 403) == [], (held, method, path)
                assert scope in answer.json()["detail"]
    assert account.api("GET", "/event-types", key=keys["events:write"]).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer pb_" + "A" * 43, "Bearer nonsense",
        "pb_" + "A" * 43, "Bearer {key}x", "Bearer {key} {key}", "Bearer {flipped}", "Token {key}",
    ],
)
def test_without_a_good_key_it_is_401(account, authorization):
    key = account.key
    flipped = key[:5] + ("b" if key[5] != "b" else "c") + key[6:]
    headers = {}
    if authorization is not None:
        headers = {"Authorization": authorization.format(key=key, flipped=flipped)}

    for path in ("/webhooks", "/event-types"):
        answer = account.api("GET", path, key=False, headers=headers)
        assert fields_of(answer, 401) == []
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_word_bearer_is_taken_in_any_case(account):
    headers = {"Authorization": f"bEARER {account.key}"}

    assert account.api("GET", "/webhooks", key=False, headers=headers).status_code == 200


def test_a_revoked_key_is_401_at_once(account):
    key = account.make_key()
    assert account.api("GET", "/webhooks", key=key).status_code == 200

    patchbay(account.stack, "api-key", "revoke", key)

    fields_of(account.api("GET", "/webhooks", key=key), 401)


def test_keys_look_as_the_contract_says(account):
    assert re.fullmatch(r"pb_[0-9A-Za-z]{43}", account.key)
    assert account.stack.sql(f"SELECT COUNT(*) FROM api_keys WHERE INSTR(prefix, '{account.key}')") == [["0"]]


@pytest.mark.parametrize("path", ["/webhooks/{webhook}", "/webhooks/{webhook}/deliveries", "/deliveries/{delivery}"])
def test_anothers_object_is_404(account, places, path):
    stranger = Account(account.stack, "stranger")

    fields_of(stranger.api("GET", path.format(**places)), 404)


def test_anothers_webhook_can_be_neither_changed_nor_deleted(account, places):
    stranger = Account(account.stack, "stranger")
    path = f"/webhooks/{places['webhook']}"

    fields_of(stranger.api("PATCH", path, {"name": "mine"}), 404)
    fields_of(stranger.api("DELETE", path), 404)
    assert account.call("GET", path)["name"] == "test"
    assert stranger.call("GET", "/webhooks")["data"] == []


@pytest.fixture
def service(account):
    return account.stack.env["PATCHBAY_SERVICE_API_KEY"]


@pytest.mark.parametrize("by", ["id", "email", "EMAIL"])
def test_a_service_key_acts_for_the_user_it_names(account, service, by):
    name = {"id": account.id, "email": account.email, "EMAIL": account.email.upper()}[by]
    webhook = account.webhook("/service")

    listed = account.call("GET", "/webhooks", key=service, params={"user": name})["data"]
    event = account.call(
        "POST", "/events", {"user": name, "type": "lead.created", "data": {}}, 202, key=service
    )
    made = account.call(
        "POST", "/webhooks",
        {"name": "by service", "endpoint_url": account.stack.sink_url("/s"), "events": ["*"]},
        201, key=service, params={"user": name},
    )

    assert [one["id"] for one in listed] == [webhook["id"]]
    assert event["deliveries"] == 1
    assert account.call("GET", f"/webhooks/{made['id']}")["name"] == "by service"


def test_a_service_key_finds_an_object_by_its_id_alone(account, service, places):
    for path in ("/webhooks/{webhook}", "/webhooks/{webhook}/deliveries", "/deliveries/{delivery}"):
        assert account.api("GET", path.format(**places), key=service).status_code == 200
    changed = account.call("PATCH", f"/webhooks/{places['webhook']}", {"name": "n"}, key=service)
    assert changed["name"] == "n"
    assert account.api("GET", "/event-types", key=service).status_code == 200


def test_a_service_key_that_names_another_user_does_not_find_the_object(account, service, places):
    stranger = Account(account.stack, "stranger")

    answer = account.api("GET", f"/webhooks/{places['webhook']}", key=service, params={"user": stranger.id})

    fields_of(answer, 404)


def test_a_service_key_has_to_say_for_whom(account, service):
    event = {"type": "lead.created", "data": {}}
    unknown = {"user": "nobody@example.com"}

    assert fields_of(account.api("GET", "/webhooks", key=service), 422) == ["user"]
    assert fields_of(account.api("GET", "/webhooks", key=service, params=unknown), 422) == ["user"]
    assert fields_of(account.api("POST", "/events", event, key=service), 422) == ["user"]
    assert fields_of(account.api("POST", "/events", event | unknown, key=service), 422) == ["user"]
    batch = {"events": [event | {"user": account.id}, event]}
    assert fields_of(account.api("POST", "/events/batch", batch, key=service), 422) == ["events[1].user"]


def test_a_batch_of_a_service_key_goes_to_each_events_user(account, service):
    other = Account(account.stack)
    mine, theirs = account.webhook("/mine"), other.webhook("/theirs")
    events = [
        {"user": user, "type": "lead.created", "data": {}}
        for user in (account.id, other.email, account.email)
    ]

    account.call("POST", "/events/batch", {"events": events}, 202, key=service)

    assert (len(account.deliveries(mine)), len(other.deliveries(theirs))) == (2, 1)


def test_a_users_own_key_names_that_user_or_nobody(account):
    stranger = Account(account.stack, "stranger")
    event = {"type": "lead.created", "data": {}}

    account.call("POST", "/events", event | {"user": account.email}, 202)
    account.call("GET", "/webhooks", params={"user": account.id})
    for name in (stranger.id, stranger.email, "nobody@example.com"):
        assert fields_of(account.api("POST", "/events", event | {"user": name}), 422) == ["user"]
        assert fields_of(account.api("GET", "/webhooks", params={"user": name}), 422) == ["user"]
