"""A webhook whose secret or header does not open any more: it is paused, its user is told, nothing is lost."""

import json

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.account import patchbay
from support.administrator import Administrator
from support.browser import press

SECRET = ("webhook_secrets", "secret_sealed")
HEADER = ("webhook_headers", "value_sealed")
WORDS = "our copy of its signing secret is damaged"


@pytest.fixture
def webhook(person):
    return person.webhook("/damaged", name="Warehouse", headers={"x-key": "hunter2"})


def spoil(person, webhook, table, column):
    """The last byte is another."""
    person.stack.sql(
        f"UPDATE {table} SET {column} = CONCAT(LEFT({column}, LENGTH({column}) - 1),"
        f" CHAR(ASCII(RIGHT({column}, 1)) ^ 1)) WHERE webhook_id = '{webhook['id']}'"
    )


def state(person, webhook):
    """As it is kept."""
    [[status, reason]] = person.stack.sql(
        "SELECT status, COALESCE(paused_reason, '') FROM webhooks"
        f" WHERE id = '{webhook['id']}'"
    )
    return status, reason or None


def paused_by(person, webhook):
    """Who found it, in the audit log."""
    rows = person.stack.sql(
        "SELECT actor_kind FROM audit_log WHERE action = 'webhook.paused'"
        f" AND subject_id = '{webhook['id']}'"
        " AND JSON_VALUE(after_change, '$.paused_reason') = 'damaged'"
    )
    return [row[0] for row in rows]


def worker_says(stack, words, webhook):
    lines = (stack.state / "log" / "worker.log").read_text().splitlines()
    return [line for line in lines if words in line and webhook["id"] in line]


def sent_to(person, webhook):
    return [each["status"] for each in person.deliveries(webhook)]


def test_the_worker_finds_it_and_a_new_secret_sends_what_was_held(person, webhook):
    other = person.webhook("/damaged-not", name="Other")
    spoil(person, webhook, *SECRET)
    person.emit_many(3)
    wait_for(lambda: state(person, webhook) == ("paused", "damaged"))
    # The API has no word of its own for it.
    assert person.call("GET", f"/webhooks/{webhook['id']}")["paused_reason"] == "failing"
    wait_for(lambda: sent_to(person, webhook) == ["held"] * 3)
    wait_for(lambda: sent_to(person, other) == ["delivered"] * 3)
    assert paused_by(person, webhook) == ["worker"]
    [line] = worker_says(person.stack, "changed or moved", webhook)
    assert json.loads(line)["damaged"] == "secret"

    path = f"/webhooks/{webhook['id']}"
    problem = person.call("PATCH", path, {"status": "active"}, status=409)
    assert "First rotate its secret." in problem["detail"]
    assert state(person, webhook) == ("paused", "damaged")
    made = person.call("POST", path + "/rotate-secret", {"overlap": "24h"})
    assert made["secret"] != webhook["secret"]
    assert person.call("PATCH", path, {"status": "active"})["paused_reason"] is None
    person.call("POST", path + "/recover", {"since": "2026-01-01T00:00:00Z"}, status=202)
    wait_for(lambda: sent_to(person, webhook) == ["delivered"] * 3)
    sent = person.delivery(person.deliveries(webhook)[0]["id"])["attempts"][0]["request_headers"]
    # By the new one alone.
    [signature] = [value for name, value in sent if name == "webhook-signature"]
    assert signature.count("v1,") == 1


def test_a_header_is_set_anew_or_removed_while_it_resumes(person, webhook):
    spoil(person, webhook, *HEADER)
    person.emit()
    wait_for(lambda: state(person, webhook) == ("paused", "damaged"))
    path = f"/webhooks/{webhook['id']}"
    problem = person.call("PATCH", path, {"status": "active"}, status=409)
    assert "x-key" in problem["detail"]
    person.call("PATCH", path, {"status": "active", "headers": {"x-key": "again"}})
    assert state(person, webhook) == ("active", None)
    spoil(person, webhook, *HEADER)
    person.call("PATCH", path, {"name": "Renamed"})
    person.emit()
    wait_for(lambda: state(person, webhook) == ("paused", "damaged"))
    person.call("PATCH", path, {"headers": {"x-key": None}})
    assert person.call("PATCH", path, {"status": "active"})["headers"] == []


def test_its_user_is_told_and_mends_it_in_the_browser(visit, person, webhook, script):
    spoil(person, webhook, *SECRET)
    spoil(person, webhook, *HEADER)
    person.emit()
    wait_for(lambda: sent_to(person, webhook) == ["held"])
    page = visit("/events", person, script)
    expect(page.get_by_text("“Warehouse” was stopped on")).to_be_visible()
    expect(page.get_by_text("our copy of what we sign or send with is damaged")).to_be_visible()
    page.goto(f"{person.stack.url}/webhooks")
    expect(page.locator(".tag", has_text="Stopped")).to_be_visible()
    press(page, "Resume Warehouse") if not script else page.goto(
        f"{person.stack.url}/webhooks/{webhook['id']}"
    )
    notice = page.locator(".notice.bad")
    expect(notice).to_contain_text("its signing secret and the value of x-key is damaged")
    expect(notice).to_contain_text("That is our fault, not yours.")
    expect(notice).to_contain_text("1 event not sent so far.")
    assert state(person, webhook) == ("paused", "damaged")
    if script:
        page.get_by_role("switch", name="Active").click()
        expect(page.get_by_text("Not resumed: our copy of")).not_to_have_count(0)
        page.reload()

    page.goto(f"{person.stack.url}/webhooks/{webhook['id']}/secret/rotate")
    expect(page.get_by_text("Our copy of the old one is damaged")).to_be_visible()
    expect(page.get_by_role("group", name="Keep the old secret")).to_have_count(0)
    press(page, "Make new secret")
    expect(page.get_by_text("whsec_").first).to_be_visible()
    page.goto(f"{person.stack.url}/webhooks/{webhook['id']}/edit")
    expect(page.get_by_text("Our copy of the value is damaged.")).to_be_visible()
    page.get_by_label("New value of x-key").fill("again")
    press(page, "Save changes")
    expect(page.get_by_text("What was damaged is replaced")).to_be_visible()
    press(page, "Resume")
    expect(page.get_by_text("Active again")).to_be_visible()
    assert state(person, webhook) == ("active", None)


def test_a_test_finds_it_and_says_so(person, webhook):
    spoil(person, webhook, *SECRET)
    sent = person.call("POST", f"/webhooks/{webhook['id']}/test", {"type": "lead.created"})
    assert (sent["status"], sent["error"]) == ("failed", "internal")
    assert state(person, webhook) == ("paused", "damaged")
    assert paused_by(person, webhook) == ["user"]
    client = person.http()
    for path in ("", "/test", f"/test/{sent['id']}"):
        assert WORDS in client.get(f"/webhooks/{webhook['id']}{path}").text, path
    for path in ("/secret", "/edit", "/delete"):
        assert client.get(f"/webhooks/{webhook['id']}{path}").status_code == 200, path
    refused = client.post(
        f"/webhooks/{webhook['id']}/active", data={"csrf": client.field("csrf"), "active": "1"}
    )
    assert refused.status_code == 409 and WORDS in refused.text


def test_a_paused_one_is_not_resumed_into_it(person, webhook):
    path = f"/webhooks/{webhook['id']}"
    person.call("PATCH", path, {"status": "paused"})
    spoil(person, webhook, *SECRET)
    person.call("PATCH", path, {"status": "active"}, status=409)
    assert state(person, webhook) == ("paused", "user")
    assert WORDS in person.http().get(path).text


def test_a_key_that_the_ring_lacks_pauses_nothing_and_is_told_once(person, webhook):
    [[before]] = person.stack.sql(
        f"SELECT HEX(secret_sealed) FROM webhook_secrets WHERE webhook_id = '{webhook['id']}'"
    )
    put = f"UPDATE webhook_secrets SET secret_sealed = UNHEX('{{}}') WHERE webhook_id = '{webhook['id']}'"
    person.stack.sql(put.format(before[:4] + "00000000" + before[12:]))
    person.emit()
    wait_for(lambda: worker_says(person.stack, "deliveries wait for a key", webhook))
    assert sent_to(person, webhook) == ["pending"]
    assert state(person, webhook) == ("active", None)
    overview = Administrator(person.stack).http().get("/admin").text
    assert "The key ring lacks a key" in overview
    assert "The key ring lacks a key" in patchbay(person.stack, "doctor").stdout
    person.stack.sql(put.format(before))
    wait_for(lambda: sent_to(person, webhook) == ["delivered"], seconds=40)
    [line] = worker_says(person.stack, "deliveries wait for a key", webhook)
    assert "the key ring has no key 00000000" in line
    assert "The key ring lacks a key" not in patchbay(person.stack, "doctor").stdout
    assert person.stack.sql(
        "SELECT COUNT(*) FROM notices WHERE kind = 'stopped' AND webhook_id ="
        f" '{webhook['id']}'"
    ) == [["0"]]
