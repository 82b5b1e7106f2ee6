"""What a provider may answer instead of an answer, where a grant is given back and where its addresses are
read; test_apps.py has the same of tokens and accounts. Each ends in words, and in time."""

import html
import json
import re
import time

import pytest

from stack import wait_for
from support.administrator import Administrator
from support.connecting import Provider, connect, submit
from support.endpoint import response
from support.rogue_cases import hang, pour
from test_apps import ODD, gone

# A provider is given 10 s.
SECONDS = 14


@pytest.mark.parametrize("name", ["html", "redirect", "endless", "hangs", "dropped", "500", "429", "garbage"])
def test_a_revocation_that_nobody_confirms_is_told_and_tried_again(stack, person, name):
    there = Provider(stack, "gitlab").start_anew()
    client = person.http()
    connect(client, there)
    fault, _ = ODD[name]
    there.control(**fault, on="revoke")
    begun = time.monotonic()
    assert submit(client, "/apps/gitlab/disconnect").status_code == 303
    assert time.monotonic() - begun < SECONDS
    page = client.get("/apps/gitlab").text
    if name == "garbage":
        # By its status alone: RFC 7009 section 2.2 has nobody read the body.
        assert "GitLab confirmed that our access is cancelled." in page
        return
    assert "GitLab has not confirmed yet that our access is cancelled" in page
    person.call("GET", "/connections/gitlab/token", status=404)

    def is_given_back():
        stack.sql("UPDATE revocations SET due_at = UTC_TIMESTAMP(6) WHERE outcome IS NULL")
        return gone(there)

    wait_for(is_given_back, seconds=60, every=0.5)
    settled = r"GitLab (confirmed that our access is cancelled|had cancelled our access already)\."
    wait_for(lambda: re.search(settled, client.get("/apps/gitlab").text))


TOKEN_URL = "https://auth.example.com/token"
JSON = "Content-Type: application/json"
HEAD = f"HTTP/1.1 200 X\r\n{JSON}\r\n\r\n".encode()


def document(issuer, *fields, status=200, **members):
    """What that issuer says of itself, as it should but for what is given."""
    all = {
        "issuer": issuer,
        "authorization_endpoint": "https://auth.example.com/authorize",
        "token_endpoint": TOKEN_URL,
    } | members
    told = {name: value for name, value in all.items() if value is not None}
    return response(status, *(fields or [JSON]), body=json.dumps(told).encode())


def endless(connection):
    connection.sendall(HEAD)
    pour(b" " * 65536)(connection)


# By the issuer.
DOCUMENTS = {
    "slow": (lambda _: hang, "it did not answer within 10 seconds"),
    "endless": (lambda _: endless, "its answer is too long"),
    "HTML": (
        lambda _: response(200, "Content-Type: text/html", body=b"<!DOCTYPE html><p>Welcome</p>"),
        "what it answered is no such document",
    ),
    "of the wrong type": (
        lambda issuer: document(issuer, "Content-Type: text/plain"),
        "what it answered is no such document",
    ),
    "with 64 KiB in one member": (
        lambda issuer: document(issuer, token_endpoint=TOKEN_URL + "x" * 65536),
        "its answer is too long",
    ),
    "a redirect": (
        lambda issuer: document(issuer, JSON, "Location: /elsewhere", status=307),
        "it leads elsewhere. Enter the address that it leads to",
    ),
    "broken": (
        lambda _: response(200, JSON, body=b'{"issuer": "htt'),
        "what it answered is no such document",
    ),
    "without its addresses": (
        lambda issuer: document(issuer, token_endpoint=None),
        "what it answered is no such document",
    ),
    "not there": (lambda _: response(404), "there is no such page"),
    "of a server in trouble": (lambda _: response(503), "it answered 503. Try again later"),
    "cut off": (lambda _: b"", "it did not answer"),
}


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_discovery_document_that_is_none_is_told_at_its_field(administrator, own_endpoint, name):
    answer_of, words = DOCUMENTS[name]
    place = "/" + name.replace(" ", "-")
    issuer = own_endpoint.url + place
    own_endpoint.answer(f"{place}/.well-known/openid-configuration", answer_of(issuer))
    own_endpoint.answer(f"/.well-known/oauth-authorization-server{place}", answer_of(issuer))
    begun = time.monotonic()
    answer = submit(
        administrator.http(), "/admin/apps/new", discover="yes", discovery=issuer, name="Kept"
    )
    assert time.monotonic() - begun < SECONDS
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert f"No discovery document can be read there: {words}" in page
    assert 'value="Kept"' in page and f'value="{issuer}"' in page
    assert "/elsewhere" not in [request[0] for request in own_endpoint.requests]


def test_a_good_document_of_either_kind_fills_the_addresses_in(administrator, own_endpoint):
    """OpenID Connect's has the path in front of the well-known part, RFC 8414's behind it."""
    for place in ("/.well-known/openid-configuration", "/tenant/.well-known/openid-configuration",
                  "/.well-known/oauth-authorization-server/other/tenant"):  # fmt: skip
        own_endpoint.answers.clear()
        own_endpoint.answer("/other/tenant/.well-known/openid-configuration", response(404))
        path = place.replace("/.well-known/openid-configuration", "")
        issuer = own_endpoint.url + path.replace("/.well-known/oauth-authorization-server", "")
        ways = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        own_endpoint.answer(place, document(issuer, **ways))
        answer = submit(
            administrator.http(), "/admin/apps/new", discover="yes", discovery=issuer
        )
        assert answer.status_code == 200, answer.text
        assert f'value="{TOKEN_URL}"' in answer.text
        assert '<option value="post" selected>' in answer.text

