"""Editing a webhook: its fields, their limits, and two people at once."""

import re

import pytest
from playwright.sync_api import expect

from stack import wait_for
from support.browser import press
from support.browser_checks import check_everywhere


@pytest.fixture
def webhook(person):
    return person.webhook("/edit", name="Warehouse", headers={"X-Api-Key": "hunter2", "X-Old": "1"})


def path(webhook, rest=""):
    return f"/webhooks/{webhook['id']}{rest}"


def found(person, webhook):
    return person.call("GET", path(webhook))


def test_every_field_can_be_changed(visit, person, webhook, script):
    page = visit(path(webhook), person, script)
    press(page, "Edit")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit “Warehouse”")
    assert "hunter2" not in page.content()
    page.get_by_label("Name", exact=True).fill("Depot")
    page.get_by_label("Endpoint URL").fill(person.stack.sink_url("/edited"))
    page.get_by_label(re.compile("New value of X-Api-Key")).fill("hunter3")
    page.get_by_role("checkbox", name="Remove X-Old").check()
    page.get_by_label("Header 1 name").fill("X-New")
    page.get_by_label("Value of header 1").fill("new")
    page.get_by_label("Most in flight").fill("2")
    page.get_by_label("Most per second").fill("50")
    page.get_by_role("checkbox", name="Strict order").check()
    press(page, "Save changes")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    changed = found(person, webhook)
    assert (changed["name"], changed["endpoint_url"]) == ("Depot", person.stack.sink_url("/edited"))
    assert sorted(changed["headers"]) == ["X-Api-Key", "X-New"]
    assert (changed["max_in_flight"], changed["max_per_second"], changed["ordered"]) == (2, 50, True)
    person.emit()
    line = wait_for(lambda: [
        each for each in person.stack.sink_lines("/edited")
        if ["X-New", "new"] in each["headers"]
    ])[0]
    assert ["X-Api-Key", "hunter3"] in line["headers"]
    page.get_by_text("More options").click()
    expect(page.get_by_text("X-New: ••••")).to_be_visible()
    assert "hunter3" not in page.content()


def test_saving_what_is_there_keeps_it(visit, person, webhook):
    before = found(person, webhook)
    page = visit(path(webhook, "/edit"), person, script=False)
    press(page, "Save changes")
    after = found(person, webhook)
    assert {**before, "updated_at": 0} == {**after, "updated_at": 0}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Enter a name"),
        ({"name": "x" * 101}, "Name must be 100 characters or fewer"),
        ({"name": "a\x07b"}, "Name must be one line of text"),
        ({"name": "Taken"}, "You already have a webhook called “Taken”"),
        ({"endpoint_url": "http://hooks.example.com/"}, "Use https."),
        ({"endpoint_url": "https://localhost/"}, "only reachable inside your own network"),
        ({"max_in_flight": "65"}, "Enter a whole number from 1 to 64"),
        ({"max_per_second": "0"}, "Enter a whole number from 1 to 1,000"),
        ({"header_name": "Host", "header_value": "x"}, "Host is set by us."),
        ({"header_name": "X-A", "header_value": ""}, "The value of X-A must be"),
        ({"header_name": "x-api-key", "header_value": "1"}, "x-api-key stands twice."),
    ],
)
def test_what_will_not_do_is_named_and_nothing_saved(person, webhook, fields, sentence):
    person.webhook("/taken", name="Taken")
    before = found(person, webhook)
    client = person.http()
    page = client.get(path(webhook, "/edit")).text
    form = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', page)) | {"kept_name": [], "remove": []}
    form |= {"name": "Warehouse", "endpoint_url": webhook["endpoint_url"], "ordered": "0"}
    form |= {"header_name": "", "header_value": ""}
    form.pop("add_header")
    answer = client.post(path(webhook, "/edit"), data=form | fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert found(person, webhook) == before


def test_a_field_with_a_mistake_is_reached_from_the_summary(visit, person, webhook, script):
    page = visit(path(webhook, "/edit"), person, script)
    page.get_by_label("Header 1 name").fill("Cookie")
    page.get_by_label("Value of header 1").fill("secret-value")
    assert press(page, "Save changes").status == 422
    page.get_by_role("link", name="Cookie is set by us.").click()
    expect(page.get_by_label("Header 1 name")).to_be_focused()
    expect(page.get_by_label("Value of header 1")).to_have_value("")
    assert "secret-value" not in page.content()
    check_everywhere(page)


def test_a_further_header_needs_no_script(visit, person, webhook, script):
    page = visit(path(webhook, "/edit"), person, script)
    page.get_by_label("Header 1 name").fill("X-One")
    if script:
        page.get_by_label("Value of header 1").fill("1")
        page.get_by_role("button", name="Add another header").click()
    else:
        press(page, "Add another header")
        page.get_by_label("Value of header 1").fill("1")
    page.get_by_label("Header 2 name").fill("X-Two")
    page.get_by_label("Value of header 2").fill("2")
    press(page, "Save changes")
    assert {"X-One", "X-Two"} <= set(found(person, webhook)["headers"])


def test_who_changed_it_meanwhile_is_not_overwritten(visit, person, webhook, script):
    page = visit(path(webhook, "/edit"), person, script)
    person.call("PATCH", path(webhook), {"name": "Theirs"})
    page.get_by_label("Name", exact=True).fill("Mine")
    assert press(page, "Save changes").status == 409
    block = page.get_by_role("region", name="This was changed meanwhile")
    expect(block.get_by_role("row", name=re.compile("Name"))).to_contain_text("Theirs")
    if script:
        expect(block).to_be_focused()
    check_everywhere(page)
    assert found(person, webhook)["name"] == "Theirs"
    press(page, "Use mine")
    assert found(person, webhook)["name"] == "Mine"


def test_who_only_paused_it_is_in_nobodys_way(visit, person, webhook):
    page = visit(path(webhook, "/edit"), person)
    person.call("PATCH", path(webhook), {"status": "paused"})
    page.get_by_label("Name", exact=True).fill("Mine")
    press(page, "Save changes")
    after = found(person, webhook)
    assert (after["name"], after["status"]) == ("Mine", "paused")


def test_a_form_without_a_good_version_saves_nothing(person, webhook):
    client = person.http()
    form = {
        "csrf": client.field("csrf"), "name": "Other", "endpoint_url": webhook["endpoint_url"],
    }
    for version in ({}, {"version": "x"}, {"version": "-1"}, {"version": "99"}):
        assert client.post(path(webhook, "/edit"), data=form | version).status_code == 409
    assert client.post(path(webhook, "/edit"), data=form | {"name": ["a", "b"]}).status_code == 400
    assert found(person, webhook)["name"] == "Warehouse"


def test_a_form_sent_twice_leads_on_both_times(person, webhook):
    client = person.http()
    page = client.get(path(webhook, "/edit")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    del hidden["kept_name"]
    form = hidden | {"name": "Twice", "endpoint_url": webhook["endpoint_url"]}
    answers = [client.post(path(webhook, "/edit"), data=form) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]


def test_waiting_deliveries_follow_and_another_host_brings_up_the_secret(visit, person):
    webhook = person.webhook("/status/500?moving", name="Moving")
    person.emit()
    person.wait_for_deliveries(webhook, 1)
    page = visit(path(webhook, "/edit"), person)
    expect(page.get_by_text("1 delivery that waits to be sent follows a changed address")).to_be_visible()
    page.get_by_label("Endpoint URL").fill("https://hooks.example.com/x")
    press(page, "Save changes")
    expect(page.get_by_text("if another company now receives these events")).to_be_visible()
    expect(page.get_by_role("link", name="Make new secret").first).to_be_visible()


def test_nobody_edits_what_belongs_to_another(person, other_person, webhook):
    client = other_person.http()
    assert client.get(path(webhook, "/edit")).status_code == 404
    form = {"csrf": client.field("csrf"), "name": "x", "endpoint_url": "https://x.example.com/"}
    assert client.post(path(webhook, "/edit"), data=form).status_code == 404
