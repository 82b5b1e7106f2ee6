"""The code that pages show to check a signature, run against deliveries as they were sent."""

import base64
import datetime
import html
import os
import re
import time

import pytest
from standardwebhooks.webhooks import Webhook

from stack import ROOT
from support.browser_person import Person
from support.receipt import wait_for_receipts
from support.snippets import answers, write

LANGUAGES = ("python", "javascript", "go", "ruby", "php", "swift")


@pytest.fixture(scope="module")
def sender(stack):
    return Person(stack)


@pytest.fixture(scope="module")
def page(sender):
    """The page as a browser without JavaScript gets it: every language is there."""
    return sender.http().get("/check-signature").text


@pytest.fixture(scope="module")
def good(stack, sender):
    """A secret, and a delivery signed with it as it was sent, with all that JSON and UTF-8 may hold."""
    path = f"/snippets/{sender.email}"
    webhook = sender.webhook(path)
    sender.emit({"name": "Zoë “x” 日本 \U0001f600", "price": 1.10, "text": "a\nb\\u0000"})
    [receipt] = wait_for_receipts(stack, path)
    return webhook["secret"], receipt


def case(secret, receipt, **changes):
    body = changes.pop("body", receipt.body)
    headers = {name: receipt.headers[f"webhook-{name}"] for name in ("id", "timestamp", "signature")}
    headers |= changes
    return {
        "secret": secret,
        "headers": {f"webhook-{name}": value for name, value in headers.items()},
        "body_base64": base64.b64encode(body).decode(),
    }


def signed_at(secret, receipt, seconds):
    """The same request signed at another time, by the reference library."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    signature = Webhook(secret).sign(receipt.id, moment, receipt.body.decode())
    return case(secret, receipt, timestamp=str(seconds), signature=signature)


def cases(secret, receipt):
    """Requests, and whether each is genuine."""
    other = "whsec_" + base64.b64encode(bytes(24)).decode()
    wrong = "v1," + base64.b64encode(bytes(32)).decode()
    now = int(time.time())
    return [
        (case(secret, receipt), True),
        (case(secret, receipt, signature=f"{receipt.signature} {wrong}"), True),
        (case(secret, receipt, signature=f"{wrong} {receipt.signature}"), True),
        (case(secret, receipt, signature=f"v1a,x {receipt.signature}"), True),
        (signed_at(secret, receipt, now - 200), True),
        (case(secret, receipt, body=receipt.body + b" "), False),
        (case(secret, receipt, body=receipt.body.replace(b"1.1", b"1.2")), False),
        (case(other, receipt), False),
        (case(secret, receipt, signature=wrong), False),
        (case(secret, receipt, signature=receipt.signature.replace("v1,", "v2,")), False),
        (case(secret, receipt, id="another"), False),
        (case(secret, receipt, timestamp="soon"), False),
        (signed_at(secret, receipt, now - 400), False),
        (signed_at(secret, receipt, now + 400), False),
    ]


def code_of(page, language):
    found = re.search(rf'<pre id="snippet-{language}-code"[^>]*><code>(.*?)</code>', page, re.S)
    return html.unescape(found[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_snippet_tells_genuine_requests_from_others(page, good, language, tmp_path):
    secret, receipt = good
    # Its dependency takes a minute to compile: once is enough.
    folder = ROOT / ".build" / "snippet-swift" if language == "swift" else tmp_path
    command = write(language, code_of(page, language), folder)

    given = cases(secret, receipt)

    assert answers(command, [each for each, _ in given]) == [wanted for _, wanted in given]


def test_a_delivery_and_its_secret_show_the_same_code(sender, page):
    [webhook] = sender.webhooks()
    [delivery] = sender.deliveries(webhook)
    shown = sender.http().get(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}").text
    for language in LANGUAGES:
        assert code_of(shown, language) == code_of(page, language)


def test_the_curl_command_sends_the_same_request(stack, sender, good):
    _, receipt = good
    [webhook] = sender.webhooks()
    [delivery] = sender.deliveries(webhook)
    shown = sender.http().get(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}").text
    command = html.unescape(re.search(r'<pre id="curl"[^>]*><code>(.*?)</code>', shown, re.S)[1])

    os.system(f"{command} --silent --cacert '{stack.env['PATCHBAY_CA_FILE']}' >/dev/null")

    first, second = wait_for_receipts(stack, receipt.path, 2)
    assert (first.body, first.signature, first.id) == (second.body, second.signature, second.id)
