"""Deliveries of all users, what failed for good, and jobs across webhooks, as an administrator has them."""

import json
import re
import secrets

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.administrator import Administrator
from support.browser import press
from support.browser_checks import check_everywhere, tab_through
from support.connecting import submit
from support.dead_letters import end_schedule
from support.endpoint import response


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


@pytest.fixture
def failed(stack, own_endpoint, person):
    """Makes a webhook with so many deliveries that have failed for good; its endpoint is well again."""

    def fail(count, answer=None, name="Billing sync", **options):
        path = f"/failed-{secrets.token_hex(4)}"
        address = own_endpoint.answer(path, response(500, "X-Answer: canary of the header", body=b"canary of the answer"))
        webhook = person.webhook("", name=name, endpoint_url=address, **options)
        for _ in range(count):
            person.emit({"name": "canary of the event"})
        person.wait_for_deliveries(webhook, count)
        end_schedule(stack, webhook, count)
        own_endpoint.answer(path, answer or response(200))
        return webhook

    return fail


def audit(stack, action, subject=None):
    """The rows of an action, as what came after; and nothing that was carried is in any."""
    rows = stack.sql(
        f"SELECT after_change FROM audit_log WHERE action = '{action}'"
        + (f" AND subject_id = '{subject}'" if subject else "")
        + " ORDER BY at"
    )
    assert stack.sql("SELECT COUNT(*) FROM audit_log WHERE after_change LIKE '%canary%'") == [["0"]]
    return [json.loads(row[0]) if row[0] not in ("NULL", "") else {} for row in rows]


def dead_path(person):
    """Those of one person, so that tests meet no other's."""
    ((user,),) = person.stack.sql(f"SELECT id FROM users WHERE email = '{person.email}'")
    return f"/admin/dead?user={user}"


def test_for_others_there_is_nothing(person, stack):
    client = person.http()
    id = "019ab1c2-0000-7000-8000-000000000001"
    token = client.field("csrf")
    paths = ["/admin/deliveries", f"/admin/deliveries/{id}", "/admin/dead", f"/admin/jobs/{id}"]
    forms = ["/admin/dead/retry", "/admin/dead/drop", f"/admin/jobs/{id}/stop"]
    forms += [f"/admin/deliveries/{id}/{verb}" for verb in ("retry", "drop")]
    for path in paths + forms:
        assert client.get(path).status_code == 404, path
        assert person.http(cookie="x").get(path).status_code == 303, path
    for path in [*forms, f"/admin/deliveries/{id}/payload"]:
        assert client.post(path, data={"csrf": token}).status_code == 404, path


def test_a_delivery_is_found_by_whatever_is_known_of_it(administrator, person, failed):
    name = f"CRM {secrets.token_hex(4)}"
    webhook = failed(2, name=name)
    client = administrator.http()
    delivery = person.deliveries(webhook)[0]
    found = client.get(f"/admin/deliveries?id={delivery['id']}")
    assert found.status_code == 303
    assert found.headers["Location"].endswith(f"/admin/deliveries/{delivery['id']}")
    ways = [f"id={delivery['event_id']}", f"user={person.email}", f"webhook={name}"]
    ways += [f"webhook={webhook['id']}", f"webhook={name}&host=localhost&code=500"]
    ways += [f"webhook={name}&status=failed&answer=5xx&event=lead.created&when=24h"]
    for way in ways:
        text = client.get(f"/admin/deliveries?{way}").text
        assert delivery["id"] in text and name in text and person.email in text, way
    for way in ("code=404", "host=nowhere.example", "status=delivered", "event=user.login"):
        text = client.get(f"/admin/deliveries?webhook={name}&{way}").text
        assert "No deliveries match" in text and delivery["id"] not in text, way
    for way in ("id=x", "user=nobody@example.com", "code=9", "from=x"):
        text = client.get(f"/admin/deliveries?{way}").text
        assert "<title>Error: " in text and "There is a problem" in text, way
    page = client.get(f"/admin/deliveries?user={person.email}").text
    assert "canary" not in page


def test_what_it_carried_is_shown_for_a_reason_and_once(administrator, person, failed, stack):
    webhook = failed(1)
    delivery = person.deliveries(webhook)[0]["id"]
    client = administrator.http()
    path = f"/admin/deliveries/{delivery}"
    page = client.get(path).text
    assert person.email in page and "X-Answer" in page and "500 Internal Server Error" in page
    assert "canary" not in page
    token = client.field("csrf", path)
    # Too short, nothing that can be read, an end of line, a character that nobody sees.
    for why in (" no ", "\u0001" * 8, "\u00a0" * 8, "- - - -", "for a\nreason", "a rea\u200bson"):
        refused = client.post(f"{path}/payload", data={"csrf": token, "reason": why})
        assert refused.status_code == 422 and "canary" not in refused.text, repr(why)
    assert audit(stack, "payload.read", delivery) == []

    reason = "Support case 4711 <b>"
    shown = client.post(f"{path}/payload", data={"csrf": token, "reason": reason, "attempt": "1"})

    assert shown.status_code == 200
    for what in ("canary of the event", "canary of the header", "canary of the answer"):
        assert what in shown.text, what
    assert audit(stack, "payload.read", delivery) == [{"reason": reason, "attempt": 1}]
    assert client.get(f"{path}/payload").status_code == 405
    assert "canary" not in client.get(path).text
    log = client.get(f"/admin/audit?reference={delivery}").text
    assert "read the payload of a delivery to <b>Billing sync</b>" in log
    assert re.search(rf'href="[^"]*{path}">See the delivery</a>', log)
    own = person.http().get("/account/activity").text
    assert "An administrator read the payload of a delivery to <b>Billing sync</b>" in own
    assert "See the delivery" not in own


def test_one_is_sent_again_or_dropped(administrator, person, failed, stack, visit, script):
    webhook = failed(2)
    again, given_up = (each["id"] for each in person.deliveries(webhook))
    page = visit(f"/admin/deliveries/{again}", administrator, script=script)
    page.get_by_role("link", name="Send again").click()
    page.get_by_role("button", name="Send again").click()
    page.wait_for_url(f"**/admin/deliveries/{again}#attempts")
    wait_for(lambda: person.call("GET", f"/deliveries/{again}")["status"] == "delivered")
    # With the script the page looks by itself, and would meet another reload.
    if not script:
        page.reload()
    expect(page.get_by_text("Sent again by hand")).to_be_visible(timeout=20_000)
    page.goto(page.url.replace(again, given_up))
    page.get_by_role("link", name="Drop delivery").click()
    expect(page.get_by_role("heading", name="Drop lead.created to Billing sync?")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Drop lead.created to ")).click()
    # Not by the address: it was that of the page already.
    wait_for(lambda: person.call("GET", f"/deliveries/{given_up}")["error"] == "dropped")
    assert person.call("GET", f"/deliveries/{given_up}")["status"] == "failed"
    assert len(audit(stack, "delivery.retried", again)) == 1
    assert len(audit(stack, "delivery.dropped", given_up)) == 1


def test_what_cannot_be_done_is_said(administrator, person, failed, stack):
    webhook = failed(1)
    delivery = person.deliveries(webhook)[0]["id"]
    person.call("PATCH", f"/webhooks/{webhook['id']}", {"status": "paused"})
    client = administrator.http()
    refused = submit(client, f"/admin/deliveries/{delivery}/retry")
    assert refused.status_code == 409 and "paused" in refused.text
    stack.sql(
        "UPDATE webhook_deliveries SET status = 'delivered', dead_at = NULL, error = NULL"
        f" WHERE id = '{delivery}'"
    )
    refused = submit(client, f"/admin/deliveries/{delivery}/drop")
    assert refused.status_code == 409 and "nothing to drop" in refused.text


def test_those_chosen_are_sent_again(administrator, person, failed, stack, visit, script):
    webhook = failed(3)
    page = visit(dead_path(person), administrator, script=script)
    boxes = page.locator("tbody input[name=d]")
    expect(boxes).to_have_count(3)
    if script:
        page.get_by_label("Choose all on this page").check()
        expect(page.get_by_role("button", name="Retry 3 selected…")).to_be_visible()
        page.get_by_label("Choose all on this page").uncheck()
    for number in range(2):
        boxes.nth(number).check()
    page.get_by_role("button", name=re.compile(r"Retry (2 )?selected")).click()
    expect(page.get_by_role("heading", name="Retry 2 deliveries?")).to_be_visible()
    press(page, "Retry 2 deliveries")
    page.wait_for_url("**/admin/jobs/*")
    job = page.url.rpartition("/")[2]

    def is_over():
        page.reload()
        return page.get_by_text("All 2 delivered").count() == 1

    wait_for(is_over, every=0.3)
    statuses = sorted(each["status"] for each in person.deliveries(webhook))
    assert statuses == ["delivered", "delivered", "failed"]
    (begun,) = audit(stack, "deliveries.retried", job)
    assert begun["count"] == 2 and len(begun["deliveries"]) == 2
    assert [each["state"] for each in audit(stack, "bulk_job.ended", job)] == ["done"]


def test_all_that_match_are_dropped_and_nothing_chosen_is_nothing(
    administrator, person, failed, stack, visit, script
):
    webhook = failed(3)
    path = dead_path(person)
    page = visit(path, administrator, script=script)
    page.get_by_role("button", name="Retry selected…").click()
    expect(page.get_by_role("heading", name="Nothing to retry")).to_be_visible()
    page.goto(page.url.partition("/admin")[0] + path)
    page.get_by_role("link", name="Drop all matching…").click()
    expect(page.get_by_role("heading", name="Drop 3 deliveries?")).to_be_visible()
    press(page, "Drop 3 deliveries")
    page.wait_for_url("**/admin/jobs/*")
    expect(page.get_by_role("heading", name="All 3 dropped")).to_be_visible()
    assert {each["error"] for each in person.deliveries(webhook)} == {"dropped"}
    (begun,) = audit(stack, "deliveries.dropped", page.url.rpartition("/")[2])
    assert begun["count"] == 3 and begun["user_id"] in path
    page.goto(page.url.partition("/admin")[0] + path)
    expect(page.get_by_text("Nothing matches.")).to_be_visible()
    # Whose they were is told, once, and may put it out of sight.
    told = "An administrator gave up 3 failed deliveries of “Billing sync”"
    page = visit("/attention", person, script=script)
    row = page.locator(".card.attention li", has_text=told)
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Hide Billing sync").click()
    expect(row).to_have_count(0)
    assert person.http().get("/webhooks").text.count("An administrator") == 0


def test_groups_lead_to_their_own(administrator, person, failed, stack, visit):
    failed(2)
    page = visit("/admin/dead", administrator)
    page.get_by_role("link", name=re.compile("localhost ?, Refused, 500")).click()
    expect(page).to_have_url(re.compile(r"host=localhost&cause=status-500"))
    expect(page.locator("tbody input[name=d]").first).to_be_visible()
    expect(page.get_by_role("link", name="Retry all matching…")).to_be_visible()


def test_a_job_is_stopped_and_one_form_begins_one(administrator, person, failed, stack, visit):
    # One a second, so that there is something left to be stopped.
    failed(8, max_per_second=1)
    client = administrator.http()
    path = dead_path(person).replace("/admin/dead", "/admin/dead/retry")
    page = client.get(path).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    first, second = (client.post("/admin/dead/retry", data=fields) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]
    job = first.headers["Location"].rpartition("/")[2]
    page = visit(f"/admin/jobs/{job}", administrator)
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    page.get_by_role("link", name="Stop").click()
    page.get_by_role("button", name="Stop retrying 8 deliveries").click()
    expect(page.get_by_role("heading", name=re.compile("Stopping|Stopped"))).to_be_visible()
    expect(page.get_by_role("heading", name="Stopped by a person")).to_be_visible(timeout=20_000)
    check_everywhere(page)
    assert len(audit(stack, "bulk_job.stopped", job)) == 1
    assert len(audit(stack, "bulk_job.ended", job)) == 1


def test_every_page_is_open_to_everybody_and_by_keyboard(administrator, person, failed, visit):
    webhook = failed(2)
    delivery = person.deliveries(webhook)[0]["id"]
    dead = dead_path(person)
    for path in (
        f"/admin/deliveries?user={person.email}",
        "/admin/deliveries?id=x&code=9&user=nobody&from=x",
        "/admin/deliveries?host=nowhere.example",
        f"/admin/deliveries/{delivery}",
        f"/admin/deliveries/{delivery}/drop",
        f"/admin/deliveries/{delivery}/retry",
        dead,
        "/admin/dead?host=nowhere.example",
        dead.replace("/admin/dead", "/admin/dead/retry"),
        dead.replace("/admin/dead", "/admin/dead/drop"),
        "/admin/dead/drop?only=chosen",
    ):
        check_everywhere(visit(path, administrator))
    page = visit(f"/admin/deliveries/{delivery}", administrator)
    press(page, "Show payload")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check_everywhere(page)
    page.get_by_label("Reason").fill("Support case 4711")
    press(page, "Show payload")
    expect(page.get_by_text("You see what this delivery carried")).to_be_visible()
    check_everywhere(page)
    for path in (f"/admin/deliveries?user={person.email}", f"/admin/deliveries/{delivery}", dead):
        for width in (360, 1280):
            for stop in tab_through(visit(path, administrator, width=width)):
                assert stop["outline"] >= 3 and stop["inView"] and stop["onTop"], stop
