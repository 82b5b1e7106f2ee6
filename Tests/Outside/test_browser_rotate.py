"""A new signing secret: how it takes the place of the old one."""

import base64
import re

import pytest
from playwright.sync_api import expect
from standardwebhooks import Webhook, WebhookVerificationError

from stack import wait_for
from support.browser import go, press
from support.browser_checks import check_everywhere, violations

OWN_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def webhook(person):
    return person.webhook(f"/rotate/{person.email}", name="Billing sync")


def path(webhook, rest=""):
    return f"/webhooks/{webhook['id']}{rest}"


def next_request(person):
    """Emits an event; the request that came of it."""
    event = person.emit()

    def look():
        for line in person.stack.sink_lines(f"/rotate/{person.email}"):
            headers = {name.lower(): value for name, value in line["headers"]}
            if headers["webhook-id"] == event["id"]:
                return headers, base64.b64decode(line["body_base64"])
        return None

    return wait_for(look)


def is_good(secret, request):
    headers, body = request
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


def open_rotation(visit, person, webhook, script):
    page = visit(path(webhook), person, script)
    if script:
        page.get_by_role("link", name="Make new secret").click()
        expect(page.get_by_role("dialog")).to_be_visible()
    else:
        press(page, "Make new secret")
    return page


def make(page):
    return go(page, page.get_by_role("button", name="Make new secret").click)


def test_both_sign_during_the_overlap_and_the_new_one_alone_after_it_was_ended(
    visit, person, webhook, script
):
    page = open_rotation(visit, person, webhook, script)
    expect(page.get_by_role("radio", name=re.compile("^24 hours, until"))).to_be_checked()
    make(page)
    new = page.get_by_label("Signing secret").input_value()
    request = next_request(person)
    assert len(request[0]["webhook-signature"].split(" ")) == 2
    assert is_good(webhook["secret"], request) and is_good(new, request)
    page.goto(person.stack.url + path(webhook))
    expect(page.get_by_text("signs along until")).to_be_visible()
    if script:
        page.get_by_role("link", name="End now").click()
    else:
        go(page, page.get_by_role("link", name="End now").click)
    expect(page.get_by_text("will refuse our requests")).to_be_visible()
    go(page, page.get_by_role("button", name="End old secret").click)
    expect(page.get_by_text("The old secret has ended")).to_be_visible()
    request = next_request(person)
    assert is_good(new, request) and not is_good(webhook["secret"], request)


def test_an_overlap_ends_by_itself_while_the_worker_runs(person, webhook):
    new = person.call("POST", path(webhook, "/rotate-secret"), {"overlap": "4s"})
    request = next_request(person)
    assert is_good(webhook["secret"], request) and is_good(new["secret"], request)
    person.stack.sql("DO SLEEP(4.5)")
    request = next_request(person)
    assert is_good(new["secret"], request) and not is_good(webhook["secret"], request)


def test_without_an_overlap_the_old_one_ends_at_once(visit, person, webhook, script):
    page = open_rotation(visit, person, webhook, script)
    page.get_by_role("radio", name="0 – stop it now").check()
    make(page)
    new = page.get_by_label("Signing secret").input_value()
    request = next_request(person)
    assert is_good(new, request) and not is_good(webhook["secret"], request)
    page.goto(person.stack.url + path(webhook))
    expect(page.get_by_role("link", name="End now")).to_have_count(0)


def test_a_second_rotation_needs_the_tick(visit, person, webhook, script):
    person.call("POST", path(webhook, "/rotate-secret"), {"overlap": "24h"})
    page = open_rotation(visit, person, webhook, script)
    button = page.get_by_role("button", name="Make new secret")
    sentence = "Tick to end the old secret, or wait"
    if script:
        button.click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(sentence)
        assert violations(page) == []
    else:
        assert make(page).status == 422
        check_everywhere(page)
    page.get_by_role("checkbox", name=f"End {webhook['secret'][-4:]} now").check()
    make(page)
    new = page.get_by_label("Signing secret").input_value()
    request = next_request(person)
    assert is_good(new, request) and not is_good(webhook["secret"], request)
    assert len(request[0]["webhook-signature"].split(" ")) == 2


def test_an_own_secret_can_be_used(visit, person, webhook, script):
    page = open_rotation(visit, person, webhook, script)
    page.get_by_text("More options").last.click()
    page.get_by_role("radio", name="Use my own").check()
    page.get_by_label("Your secret").fill("whsec_short")
    if script:
        page.get_by_role("button", name="Make new secret").click()
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("Secret must begin")
    else:
        assert make(page).status == 422
    expect(page.get_by_label("Your secret")).to_have_value("")
    page.get_by_label("Your secret").fill(OWN_SECRET)
    make(page)
    expect(page.get_by_label("Signing secret")).to_have_value(OWN_SECRET)
    assert is_good(OWN_SECRET, next_request(person))


def test_a_webhook_comes_to_key_pairs_and_back(visit, person, webhook, script):
    page = open_rotation(visit, person, webhook, script)
    page.get_by_text("More options").last.click()
    page.get_by_role("radio", name="Ed25519").check()
    make(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy your public key")
    public = page.locator("#public-key").inner_text()
    assert re.fullmatch(r"whpk_[A-Za-z0-9+/]{43}=", public)
    assert "whsk_" not in page.content()
    check_everywhere(page)
    found = person.call("GET", path(webhook))
    assert (found["signature"], found["public_key"]) == ("v1a", public)
    request = next_request(person)
    versions = [each.split(",")[0] for each in request[0]["webhook-signature"].split(" ")]
    assert versions == ["v1a", "v1"] and is_good(webhook["secret"], request)
    assert is_signed(public, request)
    # The key stays on the page.
    page.goto(person.stack.url + path(webhook))
    assert public in page.content()
    # And back: the next secret is shared again.
    page.goto(person.stack.url + path(webhook, "/secret/rotate"))
    page.get_by_role("radio", name="HMAC-SHA-256").check()
    page.get_by_role("checkbox", name=re.compile("^End .* now")).check()
    make(page)
    shared = page.get_by_label("Signing secret").input_value()
    request = next_request(person)
    assert is_good(shared, request) and is_signed(public, request)


def is_signed(public, request):
    """Whether a v1a signature of the request is good for the public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    headers, body = request
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for token in headers["webhook-signature"].split(" "):
        version, _, signature = token.partition(",")
        if version == "v1a":
            try:
                key.verify(base64.b64decode(signature), content)
                return True
            except InvalidSignature:
                pass
    return False


def test_the_dialog_is_open_to_everybody(visit, person, webhook):
    page = open_rotation(visit, person, webhook, True)
    page.get_by_text("More options").last.click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_form_sent_twice_makes_one_secret_and_shows_it(person, webhook):
    client = person.http()
    page = client.get(path(webhook, "/secret/rotate")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    form = hidden | {"overlap": "1h"}
    answers = [client.post(path(webhook, "/secret/rotate"), data=form) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert "whsec_" in client.get(path(webhook, "/secret")).text
    rows = person.stack.sql(
        f"SELECT COUNT(*) FROM webhook_secrets WHERE webhook_id = '{webhook['id']}'"
    )
    assert rows == [["2"]]


@pytest.mark.parametrize("overlap", [None, "", "8d", "-1h", "25"])
def test_an_overlap_that_is_none_is_refused(person, webhook, overlap):
    client = person.http()
    form = {"csrf": client.field("csrf"), "overlap": overlap}
    answer = client.post(path(webhook, "/secret/rotate"), data=form)
    assert answer.status_code == 422
    assert "Choose how long the old secret keeps working" in answer.text


def test_nobody_rotates_what_belongs_to_another(person, other_person, webhook):
    client = other_person.http()
    form = {"csrf": client.field("csrf"), "overlap": "0"}
    for rest in ("/secret/rotate", "/secret/end-overlap"):
        assert client.get(path(webhook, rest)).status_code == 404
        assert client.post(path(webhook, rest), data=form).status_code == 404


def test_by_the_api(person, webhook):
    rotate = path(webhook, "/rotate-secret")
    first = person.call("POST", rotate, {})
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{32}", first["secret"])
    assert set(first) == {"secret", "previous_expires_at"}
    # A program that calls twice means it.
    own = person.call("POST", rotate, {"overlap": "0", "secret": OWN_SECRET})
    assert own["secret"] == OWN_SECRET
    request = next_request(person)
    assert is_good(OWN_SECRET, request) and not is_good(first["secret"], request)
    for body in ({"overlap": "8d"}, {"overlap": 24}, {"secret": "x"}, {"more": 1}, {"overlap": None}):
        problem = person.call("POST", rotate, body, 422)
        assert [each["field"] for each in problem["errors"]] == list(body)


def test_by_the_api_a_key_pair_stays_a_key_pair(person):
    pair = person.webhook(f"/rotate/{person.email}", signature="v1a")
    new = person.call("POST", path(pair, "/rotate-secret"), {"overlap": "1h"})
    assert new["secret"].startswith("whsk_") and new["public_key"] != pair["public_key"]
    request = next_request(person)
    assert is_signed(new["public_key"], request) and is_signed(pair["public_key"], request)
    problem = person.call("POST", path(pair, "/rotate-secret"), {"secret": OWN_SECRET}, 422)
    assert problem["errors"][0]["field"] == "secret"
