"""The audit log: who sees what of it, and what is taken out of it."""

import json

import pytest
from playwright.sync_api import expect

from support.administrator import Administrator
from support.browser import press
from support.browser_checks import check_everywhere
from support.browser_person import Client, Person


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


@pytest.mark.parametrize("path", ["/admin/audit", "/admin/audit/audit.csv", "/admin/audit/audit.jsonl"])
def test_for_others_there_is_nothing(person, path):
    assert person.http().get(path).status_code == 404


def test_a_change_is_found_by_its_person(visit, administrator, person):
    person.webhook("/audited", name="Audited")
    page = visit(f"/admin/audit?person={person.email}&group=webhooks", administrator)
    row = page.locator("tr", has_text="added the webhook Audited")
    expect(row).to_be_visible()
    row.get_by_text("Details").click()
    expect(row.get_by_text("webhook.created")).to_be_visible()
    check_everywhere(page)


def test_a_block_of_sign_ins_is_one_row_and_its_person_sees_it(visit, stack, administrator):
    person = Person(stack)
    client = Client(stack.url)
    form = {"email": person.email, "password": "canary of a wrong password"}
    codes = []
    while 429 not in codes and len(codes) < 12:
        codes.append(client.post("/sign-in", data=form).status_code)
    assert codes[:6] == [422] * 6 and codes[-1] == 429
    page = visit(f"/admin/audit?group=sessions&person={person.email}", administrator)
    told = page.locator("tr", has_text="Somebody has to wait after wrong passwords for " + person.email)
    expect(told).to_have_count(1)
    assert stack.sql("SELECT COUNT(*) FROM audit_log WHERE after_change LIKE '%canary%'") == [["0"]]
    stack.sql("DELETE FROM sign_in_failures")
    page = visit("/account/activity", person)
    expect(page.locator("tr", has_text="Somebody has to wait after wrong passwords")).to_have_count(1)
    check_everywhere(page)


def test_migrations_are_told_and_found_by_their_group(visit, administrator):
    page = visit("/admin/audit?group=operation", administrator)
    expect(page.locator("tr", has_text="brought the database on by 0001_people")).to_have_count(1)
    check_everywhere(page)


def test_a_mistake_in_the_filter_is_said_at_its_field(visit, administrator):
    page = visit("/admin/audit?person=nobody@example.com", administrator)
    expect(page.get_by_text("Nobody has this e-mail address")).to_be_visible()
    check_everywhere(page)


def test_a_filter_that_finds_nothing_says_so(visit, administrator):
    page = visit("/admin/audit?reference=nothing", administrator)
    expect(page.get_by_text("Nothing recorded with these filters.")).to_be_visible()
    press(page, "Show")
    check_everywhere(page)


def test_a_file_has_what_the_filter_leaves_and_is_recorded(administrator, person):
    name = "=1+1"
    person.webhook("/cell", name=name)
    client = administrator.http()
    csv = client.get(f"/admin/audit/audit.csv?person={person.email}&group=webhooks")
    assert csv.status_code == 200
    assert ",'=1+1," in csv.text
    lines = client.get(f"/admin/audit/audit.jsonl?person={administrator.email}").text
    actions = [json.loads(line)["action"] for line in lines.splitlines()]
    assert actions.count("audit.exported") == 1


def test_ones_own_activity_is_ones_own(visit, person, stack):
    other = Person(stack)
    other.webhook("/others", name="Of somebody else")
    person.webhook("/mine", name="Of mine")
    page = visit("/account/activity", person)
    expect(page.locator("tr", has_text="added the webhook Of mine")).to_be_visible()
    expect(page.get_by_text("Of somebody else")).to_have_count(0)
    expect(page.get_by_text(other.email)).to_have_count(0)
    check_everywhere(page)
