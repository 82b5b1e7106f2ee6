"""The page of a delivery: what was sent, what came back, why, and what to do."""

import re

import pytest
from playwright.sync_api import expect

from stack import free_port
from support.browser import go
from support.browser_person import Person
from support.endpoint import response

SCRIPT = b"<script>document.title = 'taken over'; alert(1)</script><h1>Not ours</h1>"
# How an endpoint answers, the sentence about it, and a part of the advice.
OUTCOMES = {
    "302": (
        [response(302, "Location: https://elsewhere.example/x")],
        "localhost redirected us to elsewhere.example.",
        "We don’t follow redirects. Use the final address",
    ),
    "400": (
        [response(400)],
        "localhost answered 400 Bad Request.",
        "Your system did not like the content.",
    ),
    "401": (
        [response(401)],
        "localhost answered 401 Unauthorized.",
        "most often because its signature check failed",
    ),
    "404": ([response(404)], "localhost answered 404 Not Found.", "Check the path"),
    "405": ([response(405)], "localhost answered 405 Method Not Allowed.", "Accept POST"),
    "413": ([response(413)], "localhost answered 413 Content Too Large.", "at least 256 KiB"),
    "429": ([response(429)], "localhost answered 429 Too Many Requests.", "we send too fast"),
    "500": ([response(500)], "localhost answered 500 Internal Server Error.", "Look at its log"),
    "503": ([response(503)], "localhost answered 503 Service Unavailable.", "A server in front"),
    "418": ([response(418)], "localhost answered 418.", "Only an answer from 200 to 299"),
    "cut": ([], "The connection to localhost broke before it answered.", "Check firewalls"),
    "no_http": (
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        "localhost did not answer in HTTP/1.1.",
        "Check that the port speaks HTTPS.",
    ),
    "script": (
        [response(422, "Content-Type: text/html", body=SCRIPT)],
        "localhost answered 422 Unprocessable Content.",
        "Read its answer below",
    ),
    "binary": ([response(200, body=bytes(range(256)) * 2)], None, None),
    "long": ([response(200, body=b"x" * 20000)], None, None),
    "empty": ([response(204)], None, None),
}


@pytest.fixture(scope="module")
def deliveries(stack, own_endpoint):
    """A person and the page of a delivery for each outcome."""
    person = Person(stack)
    webhooks = {}
    for name, (answer, _, _) in OUTCOMES.items():
        address = own_endpoint.answer(f"/{name}", *answer)
        webhooks[name] = person.webhook("", name=f"Answers {name}", endpoint_url=address)
    sequence = f"/sequence/500,200/{person.email}"
    webhooks["twice"] = person.webhook(sequence, name="Answers at the second try")
    person.emit(data={"name": "Ada", "text": "<b>&amp;"})
    paths = {}
    for name, webhook in webhooks.items():
        attempts = 2 if name == "twice" else 1
        delivery = person.wait_for_deliveries(webhook, 1, attempts)[0]
        paths[name] = f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}"
    person.paths = paths
    return person


@pytest.mark.parametrize("name", [name for name in OUTCOMES if OUTCOMES[name][1]])
def test_each_failure_says_what_went_wrong_and_what_to_do(visit, deliveries, name):
    page = visit(deliveries.paths[name], deliveries, script=False)
    card = page.get_by_role("region", name="What went wrong")
    _, sentence, advice = OUTCOMES[name]
    expect(card.locator(".sentence")).to_have_text(sentence)
    expect(card.locator(".advice")).to_contain_text(advice)
    expect(card).to_contain_text(re.compile(r"Tries ?\d of 8"))
    assert page.title().startswith("Retrying: lead.created – Answers")


def test_a_delivered_one_has_nothing_that_went_wrong(visit, deliveries):
    page = visit(deliveries.paths["empty"], deliveries)
    expect(page.get_by_text("Delivered on the first attempt")).to_be_visible()
    expect(page.get_by_role("region", name="What went wrong")).to_have_count(0)
    expect(page.get_by_text("No body")).to_be_visible()


def milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)\s(ms|s)", text.strip()).groups()
    return float(number) * (1000 if unit == "s" else 1)


@pytest.mark.parametrize("name", ["empty", "500", "long", "cut"])
def test_the_parts_of_the_time_add_up(visit, deliveries, name):
    page = visit(deliveries.paths[name] + "?attempt=1", deliveries, script=False)
    panel = page.get_by_role("region", name="Attempt 1")
    total = milliseconds(panel.locator(".subhead b").first.text_content())
    parts = panel.locator("dl.times dd").all_text_contents()
    assert len(parts) >= 3
    assert abs(sum(map(milliseconds, parts)) - total) <= 1


def test_each_attempt_has_an_address_and_the_newest_is_shown(visit, deliveries, script):
    page = visit(deliveries.paths["twice"], deliveries, script)
    heading = page.get_by_role("heading", name=re.compile(r"^Attempt \d"), level=2)
    expect(heading).to_have_text("Attempt 2")
    expect(page.get_by_text("Delivered on attempt 2")).to_be_visible()
    attempts = page.get_by_role("region", name="Attempts").get_by_role("link")
    assert [text[:9] for text in attempts.all_text_contents()] == ["Attempt 2", "Attempt 1"]
    expect(attempts.nth(0)).to_have_attribute("aria-current", "true")
    if script:
        # In place: the document is the same one as before.
        page.evaluate("window.isSame = true")
        attempts.nth(1).click()
        expect(heading).to_have_text("Attempt 1")
        assert page.evaluate("window.isSame")
    else:
        go(page, attempts.nth(1).click)
        expect(heading).to_have_text("Attempt 1")
    assert "attempt=1" in page.url
    expect(page.get_by_role("region", name="Attempt 1")).to_contain_text("500")
    expect(attempts.nth(1)).to_have_attribute("aria-current", "true")
    page.reload()
    expect(heading).to_have_text("Attempt 1")


@pytest.mark.parametrize("attempt", ["0", "9", "-1", "x", "99999999999999999999"])
def test_an_attempt_that_was_never_made_shows_the_newest(deliveries, attempt):
    answer = deliveries.http().get(f"{deliveries.paths['twice']}?attempt={attempt}")
    assert answer.status_code == 200
    assert 'id="attempt-heading">Attempt 2<' in answer.text


def test_an_answer_with_a_script_is_text(visit, deliveries, script):
    page = visit(deliveries.paths["script"], deliveries, script)
    page.on("dialog", lambda dialog: pytest.fail("the answer's script has run"))
    body = page.get_by_role("region", name="Response body")
    expect(body).to_have_text(SCRIPT.decode())
    assert page.title().startswith("Retrying: ")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_an_answer_that_is_no_text_is_shown_in_hexadecimal(visit, deliveries):
    page = visit(deliveries.paths["binary"], deliveries)
    body = page.get_by_role("region", name="Response body")
    expect(body).to_contain_text("00 01 02 03")
    expect(page.get_by_text("512 bytes, not text")).to_be_visible()


def test_of_a_long_answer_the_first_sixteen_kilobytes_are_kept(visit, deliveries):
    page = visit(deliveries.paths["long"], deliveries)
    expect(page.get_by_text("the first 16 KB, text")).to_be_visible()
    assert page.get_by_role("region", name="Response body").text_content() == "x" * 16384


def test_what_was_sent_is_there_for_reading_and_as_it_went(visit, deliveries, own_endpoint):
    page = visit(deliveries.paths["empty"], deliveries, script=False)
    read = page.get_by_role("region", name="Request body", exact=True)
    expect(read).to_contain_text('"text": "<b>&amp;"')
    page.get_by_text("Body as sent", exact=True).click()
    sent = page.get_by_role("region", name="Request body as sent")
    (fields, body) = next(each[1:] for each in own_endpoint.requests if each[0] == "/empty")
    assert sent.text_content() == body.decode()
    headers = {name.lower(): value for name, value in fields}
    panel = page.get_by_role("region", name="Attempt 1")
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature", "user-agent"):
        expect(panel).to_contain_text(headers[name])


def test_where_nothing_listens_it_says_so(visit, deliveries, stack):
    # Deliveries follow a changed address: the port is allowed, and nobody is there any more.
    webhook = deliveries.webhook("/ok", name="Nobody there")
    gone = f"https://localhost:{free_port()}/gone"
    stack.sql(f"UPDATE webhooks SET endpoint_url = '{gone}' WHERE id = '{webhook['id']}'")
    deliveries.emit()
    delivery = deliveries.wait_for_deliveries(webhook, 1)[0]
    assert delivery["error"] == "address_refused"
    page = visit(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}", deliveries)
    expect(page.get_by_text("localhost leads to an address where we don’t send.")).to_be_visible()
    expect(page.get_by_text("There was none.")).to_be_visible()


def test_an_event_during_a_pause_is_not_sent_and_says_why(visit, person, script):
    webhook = person.webhook("/paused", name="Resting", status="paused")
    person.emit()
    page = visit(f"/webhooks/{webhook['id']}", person, script)
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("Not sent")
    go(page, row.get_by_role("link").click)
    expect(page.get_by_text("Not sent because the webhook is paused")).to_be_visible()
    expect(page.get_by_role("region", name="Request body", exact=True)).to_be_visible()
