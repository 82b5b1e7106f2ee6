"""Sending again in the browser, with JavaScript and without: one, those ticked, all that failed."""

import re
import time

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.browser import go, press
from support.endpoint import response
from support.receipt import receipts

numbers = iter(range(1, 1000))


def mended(stack, own_endpoint, person, count, answer):
    """A webhook with so many deliveries given up, whose endpoint answers otherwise now."""
    address = own_endpoint.answer(f"/mended-{next(numbers)}", response(500))
    webhook = person.webhook("", name="Billing sync", endpoint_url=address)
    for _ in range(count):
        person.emit({"name": "Ada"})
    person.wait_for_deliveries(webhook, count)
    # As if the schedule were over, which takes a day.
    where = f"WHERE webhook_id = '{webhook['id']}'"
    wait_for(
        lambda: stack.sql(
            "UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, live_webhook_id = NULL,"
            f" finished_at = UTC_TIMESTAMP(6) {where} AND NOT in_flight AND status = 'pending';"
            f" SELECT COUNT(*) FROM webhook_deliveries {where} AND status = 'failed'"
        )
        == [[str(count)]]
    )
    own_endpoint.answer(address.removeprefix(own_endpoint.url), answer)
    return webhook


def open_delivery(visit, person, webhook, script):
    delivery = person.deliveries(webhook)[0]
    return visit(f"/webhooks/{webhook['id']}/deliveries/{delivery['id']}", person, script=script)


def test_a_failed_delivery_is_sent_again_at_once(visit, stack, own_endpoint, person, script):
    webhook = mended(stack, own_endpoint, person, 1, response(200))
    page = open_delivery(visit, person, webhook, script)

    press(page, "Send again")

    if not script:
        person.wait_for_status(webhook, "delivered")
        page.reload()
    expect(page.get_by_role("heading", level=1).locator("..")).to_contain_text("Delivered")
    item = page.locator(".timeline li").first
    expect(item).to_contain_text("Attempt 2")
    expect(item).to_contain_text("Sent again by you")


def test_one_that_was_delivered_is_asked_about_first(visit, stack, person, script):
    path = f"/ok/{person.email}"
    webhook = person.webhook(path)
    person.emit()
    person.wait_for_status(webhook, "delivered")
    page = open_delivery(visit, person, webhook, script)

    link = page.get_by_role("link", name="Send again", exact=True)
    if script:
        link.click()
        dialog = page.get_by_role("dialog", name="Send it a second time?")
        expect(dialog).to_contain_text("same webhook-id")
        dialog.get_by_role("button", name="Send again").click()
    else:
        go(page, link.click)
        expect(page.get_by_role("heading", level=1)).to_have_text("Send it a second time?")
        press(page, "Send again")

    wait_for(lambda: len(receipts(stack, path)) == 2)
    first, second = receipts(stack, path)
    assert first.id == second.id


def test_a_paused_webhook_has_to_be_resumed_first(visit, stack, own_endpoint, person, script):
    webhook = mended(stack, own_endpoint, person, 1, response(200))
    person.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "paused"})
    page = open_delivery(visit, person, webhook, script)

    answer = press(page, "Send again")

    assert answer.status == 409
    expect(page.get_by_role("alert").first).to_contain_text("The webhook is paused. Resume it first.")
    assert person.deliveries(webhook)[0]["attempt_number"] == 1


def test_what_failed_is_counted_first_and_then_sent(visit, stack, own_endpoint, person, script):
    webhook = mended(stack, own_endpoint, person, 30, response(200))
    page = visit(f"/webhooks/{webhook['id']}", person, script=script)
    press(page, "Retry failed deliveries")
    expect(page.get_by_role("heading", name="30 deliveries")).to_be_visible()
    page.get_by_role("radio", name="7 days").check()
    press(page, "Show what would be sent")
    expect(page.get_by_role("heading", name="30 deliveries")).to_be_visible()
    assert all(each["attempt_number"] == 1 for each in person.deliveries(webhook))

    press(page, "Retry 30 deliveries")

    assert re.search(r"/retry-jobs/[0-9a-f-]{36}$", page.url)
    job = page.url.removeprefix(stack.url)
    for more, is_said in [("3", True), ("30", True), ("31", False), ("0", False), ("-3", False)]:
        text = person.http().get(f"{job}?more={more}").text
        assert ("more than were shown" in text) is is_said, more
    progress = page.get_by_role("progressbar", name="Progress")
    expect(progress).to_have_attribute("max", "30")
    done = page.get_by_role("heading", name="All 30 delivered")
    if script:
        expect(done).to_be_visible(timeout=15000)
        expect(page.locator("#say")).to_have_text("All 30 delivered")
    else:
        wait_for(lambda: page.reload() and done.is_visible())
    expect(progress).to_have_attribute("value", "30")
    assert {each["attempt_number"] for each in person.deliveries(webhook)} == {2}
    # The page can be left and come back to.
    again = visit(page.url.removeprefix(stack.url), person, script=script)
    expect(again.get_by_role("heading", name="All 30 delivered")).to_be_visible()


def test_how_a_job_ended_is_told_until_it_is_hidden(visit, stack, own_endpoint, person, script):
    webhook = mended(stack, own_endpoint, person, 3, response(200))
    page = visit(f"/webhooks/{webhook['id']}/retry-failed?since=all", person, script=script)
    press(page, "Retry 3 deliveries")
    job = page.url
    wait_for(lambda: page.reload() and page.get_by_role("heading", name="All 3 delivered").is_visible())
    # On its own page it says so itself.
    expect(page.get_by_text("of “Billing sync” ended")).to_have_count(0)

    page = visit("/attention", person, script=script)
    item = page.get_by_role("listitem").filter(has_text="Retrying 3 deliveries of “Billing sync” ended")
    expect(item).to_contain_text("All 3 delivered.")
    expect(item.get_by_role("link", name="See the result Billing sync")).to_have_attribute(
        "href", job.removeprefix(stack.url.removesuffix("/settings/integrations"))
    )
    go(page, item.get_by_role("button", name="Hide Billing sync").click)

    expect(page.get_by_text("Nothing needs attention.")).to_be_visible()


def test_a_job_slows_down_when_all_fail_again(visit, stack, own_endpoint, person, script):
    webhook = mended(stack, own_endpoint, person, 30, response(503))
    page = visit(f"/webhooks/{webhook['id']}/retry-failed?since=all", person, script=script)

    press(page, "Retry 30 deliveries")

    ended = page.get_by_role("heading", name="All 30 failed again")
    if script:
        expect(ended).to_be_visible(timeout=20000)
    else:
        wait_for(lambda: page.reload() and ended.is_visible(), seconds=30)
    deliveries = person.deliveries(webhook, "?limit=100")
    assert [each["attempt_number"] for each in deliveries] == [2] * 30
    assert {each["status"] for each in deliveries} == {"failed"}


def test_a_job_is_stopped_and_what_is_done_stays_done(visit, stack, own_endpoint, person, script):
    webhook = mended(stack, own_endpoint, person, 40, lambda connection: time.sleep(1))
    page = visit(f"/webhooks/{webhook['id']}/retry-failed?since=all", person, script=script)
    press(page, "Retry 40 deliveries")

    if script:
        page.get_by_role("link", name="Stop", exact=True).click()
        dialog = page.get_by_role("dialog", name="Stop sending?")
        go(page, dialog.get_by_role("button", name="Stop", exact=True).click)
    else:
        press(page, "Stop")
        press(page, "Stop")

    ended = page.get_by_role("heading", name=re.compile("Stopped by you"))
    if script:
        expect(ended).to_be_visible(timeout=20000)
    else:
        wait_for(lambda: page.reload() and ended.is_visible(), seconds=30)
    statuses = [each["status"] for each in person.deliveries(webhook, "?limit=100")]
    assert set(statuses) == {"failed"} and len(statuses) == 40
    assert any(each["attempt_number"] == 1 for each in person.deliveries(webhook, "?limit=100"))


def test_those_that_are_ticked_are_sent(visit, stack, own_endpoint, person, script):
    webhook = mended(stack, own_endpoint, person, 5, response(200))
    page = visit(f"/webhooks/{webhook['id']}", person, script=script)
    for index in (0, 3):
        page.get_by_role("checkbox", name="lead.created").nth(index).check()

    press(page, "Retry the chosen…")
    expect(page.get_by_role("heading", name="2 deliveries")).to_be_visible()
    press(page, "Retry 2 deliveries")

    wait_for(
        lambda: [each["status"] for each in person.deliveries(webhook)]
        == ["delivered", "failed", "failed", "delivered", "failed"]
    )


def test_what_was_held_is_sent_on_or_dropped(visit, person, script):
    webhook = person.webhook(f"/held/{person.email}", status="paused", name="Old CRM")
    for _ in range(3):
        person.emit()
    page = visit(f"/webhooks/{webhook['id']}", person, script=script)
    # What was held has no box, so there is nothing to be done with chosen ones.
    assert page.get_by_role("button", name="Retry the chosen…").count() == 0
    press(page, "Send what was missed")
    expect(page.get_by_text("is paused: resume it first")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Send "))).to_have_count(0)

    person.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "active"})
    page.reload()
    press(page, "Send 3 deliveries")

    wait_for(lambda: {each["status"] for each in person.deliveries(webhook)} == {"delivered"})
    where = f"WHERE webhook_id = '{webhook['id']}' AND finished_at IS NULL"
    wait_for(lambda: person.stack.sql(f"SELECT COUNT(*) FROM retry_jobs {where}") == [["0"]])
    person.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "paused"})
    person.emit()
    page.goto(page.url.split("/retry-jobs")[0])
    press(page, "Drop it")
    press(page, "Drop 1 delivery")
    expect(page.get_by_role("heading", name="All 1 dropped")).to_be_visible()
    assert person.deliveries(webhook)[0]["error"] == "dropped"


def test_nothing_to_be_sent_has_no_button(visit, person, script):
    webhook = person.webhook("/ok")
    page = visit(f"/webhooks/{webhook['id']}/retry-failed", person, script=script)

    expect(page.get_by_role("heading", name="No failed deliveries in this time.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Retry"))).to_have_count(0)


def test_a_range_that_is_none_is_said_at_its_field(visit, person, script):
    webhook = person.webhook("/ok")
    path = f"/webhooks/{webhook['id']}/retry-failed?from=2026-02-01T00:00&until=2026-01-01T00:00"
    page = visit(path, person, script=script)

    expect(page.get_by_role("alert").first).to_contain_text("“Until” must be after the beginning")
    expect(page.get_by_label(re.compile("^Until"))).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("path", ["retry-failed", "recover", "drop-held"])
def test_looking_changes_nothing_and_sending_takes_a_token(person, other_person, path):
    webhook = person.webhook("/ok")
    client = person.http()
    address = f"/webhooks/{webhook['id']}/{path}"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"since": "all"}).status_code == 403
    assert other_person.http().get(address).status_code == 404
