"""The page that sends a test, with JavaScript and without."""

import re

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.endpoint import response
from support.receipt import receipts


@pytest.fixture
def open_test(visit, person, script):
    def open_test(webhook, query=""):
        return visit(f"/webhooks/{webhook['id']}/test{query}", person, script=script)

    return open_test


def send(page, script):
    """Presses the button; with the script the answer comes in place."""
    if script:
        page.get_by_role("button", name="Send test event", exact=True).click()
        page.wait_for_url(re.compile("/test/[0-9a-f-]{36}$"))
    else:
        press(page, "Send test event")


def result(page):
    return page.get_by_role("region", name="Result", exact=True)


def test_the_sample_is_sent_signed_and_its_result_is_on_the_page(stack, person, open_test, script):
    path = f"/tested/{person.email}"
    webhook = person.webhook(path)
    page = open_test(webhook, "?event=lead.updated")
    assert '"stage": "qualified"' in page.get_by_label("Payload", exact=True).input_value()

    send(page, script)

    expect(result(page)).to_contain_text("Delivered")
    expect(result(page)).to_contain_text("200 OK")
    expect(result(page).get_by_role("region", name="Response body")).to_have_text("200 OK\n")
    if script:
        expect(page.locator("#say")).to_have_text(re.compile(r"^Test delivered, 200, [\d.]+ m?s$"))
        expect(page.get_by_role("heading", name="Result")).to_be_focused()
    [receipt] = receipts(stack, path)
    receipt.verify(webhook["secret"])
    assert receipt.data == b'{"id":"lead_8f2c41","changed":["stage"],"stage":"qualified"}'
    [delivery] = person.deliveries(webhook)
    assert (delivery["test"], delivery["event_type"]) == (True, "lead.updated")
    page.goto(f"{stack.url}/webhooks/{webhook['id']}")
    expect(page.locator("tbody tr").first).to_contain_text("Test")
    expect(page.locator(".key")).not_to_contain_text("100 %")


def test_a_payload_of_ones_own_is_sent_as_it_is(stack, person, open_test, script):
    path = f"/own/{person.email}"
    page = open_test(person.webhook(path))
    page.get_by_label("Payload", exact=True).fill('{\n  "price": 1.10,\n  "b": "</textarea>&amp;"\n}')

    send(page, script)

    expect(result(page)).to_contain_text("Delivered")
    assert receipts(stack, path)[0].data == b'{"price":1.10,"b":"</textarea>&amp;"}'
    assert page.get_by_label("Payload", exact=True).input_value().startswith('{\n  "price": 1.10')


def test_a_mistake_in_the_payload_is_found_by_its_line(person, open_test, script):
    webhook = person.webhook("/ok")
    page = open_test(webhook)
    page.get_by_label("Payload", exact=True).fill('{\n  "id": 1\n  "name": 2\n}')

    page.get_by_role("button", name="Send test event", exact=True).click()

    expect(page.get_by_role("alert").first).to_contain_text("Line 3: expected a comma or } after 1")
    box = page.get_by_label("Payload", exact=True)
    expect(box).to_have_attribute("aria-invalid", "true")
    assert box.input_value() == '{\n  "id": 1\n  "name": 2\n}'
    assert person.deliveries(webhook) == []


def test_a_failure_says_what_went_wrong(own_endpoint, person, open_test, script):
    address = own_endpoint.answer("/test-401", response(401, body=b"bad signature"))
    page = open_test(person.webhook("", endpoint_url=address))

    send(page, script)

    expect(result(page).locator(".sentence")).to_have_text("localhost answered 401 Unauthorized.")
    expect(result(page)).to_contain_text("bad signature")
    if script:
        expect(page.locator("#say")).to_have_text("Test failed: localhost answered 401 Unauthorized.")


def test_another_sample_is_loaded(person, open_test, script):
    page = open_test(person.webhook("/ok"), "?event=lead.created")
    page.get_by_label("Event", exact=True).select_option("export.completed")

    page.get_by_role("button", name="Load sample").click()

    expect(page.get_by_label("Payload", exact=True)).to_have_value(re.compile("exp_77"))
    expect(page.get_by_label("Event", exact=True)).to_have_value("export.completed")


def test_an_event_that_is_not_chosen_is_said_so(person, open_test, script):
    page = open_test(person.webhook("/ok", events=["user.login"]), "?event=lead.created")

    expect(page.get_by_text("This webhook has not chosen lead.created.")).to_be_visible()


def test_one_that_we_stopped_is_offered_to_be_resumed_and_nothing_turns_itself_on(
    stack, person, open_test, script
):
    webhook = person.webhook("/ok", name="Billing sync")
    stack.sql(
        "UPDATE webhooks SET status = 'paused', paused_reason = 'failing', paused_at = UTC_TIMESTAMP(6)"
        f" WHERE id = '{webhook['id']}'"
    )
    page = open_test(webhook)

    send(page, script)

    expect(result(page).get_by_text("It works.")).to_be_visible()
    expect(result(page).get_by_role("button", name="Resume")).to_be_visible()
    assert person.call("GET", f"/webhooks/{webhook['id']}")["paused_reason"] == "failing"


def test_the_last_tests_are_listed(person, open_test, script):
    webhook = person.webhook("/ok")
    for _ in range(6):
        person.call("POST", f"/webhooks/{webhook['id']}/test", {"type": "user.login"})

    page = open_test(webhook)

    expect(page.get_by_role("region", name="Last tests").get_by_role("listitem")).to_have_count(5)


def test_a_form_sent_twice_sends_one_test(stack, person):
    path = f"/twice/{person.email}"
    webhook = person.webhook(path)
    client = person.http()
    address = f"/webhooks/{webhook['id']}/test"
    fields = {"event": "lead.created", "data": "{}", "form_id": client.field("form_id", address)}
    fields["csrf"] = client.field("csrf", address)

    first, second = client.post(address, data=fields), client.post(address, data=fields)

    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    assert len(receipts(stack, path)) == 1


def test_more_than_ten_in_a_minute_have_to_wait(person):
    webhook = person.webhook("/ok")
    call = f"/webhooks/{webhook['id']}/test"
    answers = [person.api("POST", call, {"type": "lead.created"}) for _ in range(12)]
    assert [each.status_code for each in answers[:10]] == [200] * 10
    refused = [each for each in answers if each.status_code == 429]
    assert refused and int(refused[0].headers["Retry-After"]) >= 1

    client = person.http()
    fields = {"event": "lead.created", "data": '{"kept": 1}', "csrf": client.field("csrf", f"{call}")}
    answer = client.post(call, data=fields)

    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) >= 1
    assert "&quot;kept&quot;: 1" in answer.text and "Wait " in answer.text
