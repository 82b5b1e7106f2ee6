"""A grant that reaches several sites of its provider, as Atlassian's does: one of them is worked with."""

import re
import time

import pytest

from support.connecting import (
    Provider, begin, below, choose_site, come_back, connect, destination, sites, submit,
)  # fmt: skip
from test_apps import expire, gone

ON_SITES = "accessible-resources"


@pytest.fixture
def jira(stack):
    return Provider(stack, "jira").start_anew()


def ask(client, there, **decision):
    """Connects until the site is asked for; the answer that leads there."""
    address = destination(client, begin(client, there.app))
    return client.get(come_back(client, there.answer_to(address, **decision)))


def origin(person):
    return person.call("GET", "/connections/jira/token").get("api_origin")


def choice(client, site, **fields):
    return submit(client, "/apps/jira/site", site=site, **fields)


def test_several_sites_are_asked_about_and_the_chosen_ones_api_is_given(person, jira):
    client = person.http()
    asked = ask(client, jira)
    assert asked.status_code == 303 and "/apps/jira/site?attempt=" in asked.headers["Location"]
    # Connected already, but for that.
    assert person.call("GET", "/connections/jira")["status"] == "connected"
    assert origin(person) is None
    for path in ("/apps", "/apps/jira"):
        assert "Choose a site" in client.get(path).text
    page = client.get(below(client, asked.headers["Location"])).text
    offered = sites(page)
    assert list(offered) == ["engine", "notes"] and "checked" not in page
    assert "engine.analytical.example" in page

    result = choose_site(client, asked, "notes")

    assert "Jira is connected" in result.text
    base = f"{jira.base}/jira/ex/jira/"
    assert origin(person) == base + offered["notes"]
    page = client.get("/apps/jira").text
    assert "notes (https://notes.analytical.example)" in page and "Choose another site" in page
    assert choice(client, offered["engine"]).status_code == 303
    assert origin(person) == base + offered["engine"]


def test_who_has_yet_to_choose_is_told_on_every_page(person, jira):
    client = person.http()
    asked = ask(client, jira)
    told = "Jira waits for you to choose a site"
    link = re.compile(r'<a class="button plain small" href="[^"]*/apps/jira/site">Choose a site')
    for path in ("/webhooks", "/attention"):
        page = client.get(path).text
        assert told in page and link.search(page), path
    # These say so themselves.
    for path in ("/apps/jira", "/apps/jira/site"):
        assert told not in client.get(path).text, path

    choose_site(client, asked, "notes")

    assert "Nothing needs attention" in client.get("/attention").text


def test_the_only_site_is_taken_without_asking(person, jira):
    jira.control(set={"sites": ["notes"]})
    page = connect(person.http(), jira)
    assert "Jira is connected" in page.text
    assert "/ex/jira/" in origin(person)
    assert "notes (https://notes.analytical.example)" in person.http().get("/apps/jira").text


def test_without_a_site_nothing_is_kept_and_the_grant_is_given_back(person, jira, stack):
    jira.control(set={"sites": []})
    page = connect(person.http(), jira)
    assert "There is no Jira site to connect" in page.text and "Connect Jira" in page.text
    assert person.call("GET", "/connections")["data"] == []
    stack.sql("UPDATE revocations SET due_at = UTC_TIMESTAMP(6) WHERE outcome IS NULL")
    end = time.monotonic() + 20
    while not gone(jira):
        assert time.monotonic() < end
        time.sleep(0.2)


def test_only_a_site_that_the_provider_lists_now_can_be_chosen(person, jira):
    client = person.http()
    offered = sites(client.get(below(client, ask(client, jira).headers["Location"])).text)
    for wrong in ("other", "", "../me", "<script>"):
        answer = choice(client, wrong)
        assert answer.status_code == 422 and "not among these" in answer.text
        assert "<script>" not in answer.text.replace("<script src=", "")
    assert submit(client, "/apps/jira/site").status_code == 422
    jira.control(set={"sites": ["engine"]})
    gone = choice(client, offered["notes"])
    assert gone.status_code == 422 and list(sites(gone.text)) == ["engine"]
    assert origin(person) is None


@pytest.mark.parametrize("fault", ["status", "html", "garbage", "hang", "redirect"])
def test_trouble_with_the_list_ends_the_attempt_in_words(person, jira, fault):
    jira.control(fault=fault, on=ON_SITES)
    page = connect(person.http(), jira)
    assert "could not" in page.text and "Connect Jira" in page.text
    assert person.call("GET", "/connections")["data"] == []


@pytest.mark.parametrize("fault", ["status", "html", "garbage", "endless"])
def test_trouble_while_choosing_changes_nothing_and_keeps_the_choice(person, jira, fault):
    client = person.http()
    path = below(client, ask(client, jira).headers["Location"])
    site = sites(client.get(path).text)["notes"]
    token = client.field("csrf", "/apps")
    jira.control(fault=fault, on=ON_SITES, times=2)
    silent = client.get(path)
    assert silent.status_code == 503 and silent.headers["Retry-After"]
    assert "The sites could not be read" in silent.text
    silent = client.post("/apps/jira/site", data={"csrf": token, "site": site})
    assert silent.status_code == 503 and f'name="site" value="{site}"' in silent.text
    assert origin(person) is None


def test_a_site_is_kept_when_the_same_account_connects_again(person, jira):
    client = person.http()
    choose_site(client, ask(client, jira), "notes")
    before = origin(person)
    assert "Jira is connected" in ask(client, jira).text
    assert origin(person) == before


def test_another_account_is_asked_for_its_site_once_it_was_chosen(person, jira):
    client = person.http()
    choose_site(client, ask(client, jira))
    page = ask(client, jira, account="grace")
    assert "different Jira account" in page.text
    path = re.search(r'action="[^"]*(/connect/[^"]*/choose)"', page.text)[1]
    token = client.field("csrf", "/apps")
    answer = client.post(path, data={"csrf": token, "account": "new"})
    asked = client.get(below(client, answer.headers["Location"]))
    assert "Jira is connected" in choose_site(client, asked, "notes").text
    assert "Grace" in person.call("GET", "/connections/jira")["account"]


def test_a_dead_grant_is_found_out_by_choosing(person, jira, stack):
    client = person.http()
    ask(client, jira)
    jira.control(forget=True)
    expire(stack, person)
    answer = client.get("/apps/jira/site")
    assert answer.status_code == 303
    assert "stopped accepting" in client.get("/apps/jira").text


def test_access_that_is_refused_before_its_time_is_renewed_or_found_dead(person, jira):
    client = person.http()
    ask(client, jira)
    jira.control(expire=True)
    # Found out and renewed; asked again, there is the list.
    assert client.get("/apps/jira/site").status_code == 503
    assert list(sites(client.get("/apps/jira/site").text)) == ["engine", "notes"]


def test_nobody_chooses_for_another_and_no_other_app_has_sites(person, other_person, jira, stack):
    client = person.http()
    path = below(client, ask(client, jira).headers["Location"])
    other = other_person.http()
    token = other.field("csrf", "/apps")
    assert other.get(path).status_code == 404
    assert other.post("/apps/jira/site", data={"csrf": token, "site": "x"}).status_code == 404
    assert client.post("/apps/jira/site", data={"csrf": "00", "site": "x"}).status_code == 403
    connect(client, Provider(stack, "gitlab").start_anew())
    assert client.get("/apps/gitlab/site").status_code == 404


def test_who_disconnects_is_asked_no_more(person, jira, stack):
    client = person.http()
    asked = ask(client, jira)
    attempt = asked.headers["Location"].partition("attempt=")[2]
    submit(client, "/apps/jira/disconnect")
    assert client.get(f"/connect/{attempt}/status").json()["outcome"] == "overtaken"
    assert client.get("/apps/jira/site").status_code == 404


def test_a_choice_is_in_the_audit_log(person, jira, stack):
    client = person.http()
    choose_site(client, ask(client, jira), "notes")
    rows = stack.sql(
        "SELECT after_change FROM audit_log WHERE action = 'connection.site_chosen' AND user_id ="
        f" user_id('{person.email}')"
    )
    assert len(rows) == 1 and "notes" in rows[0][0]
    assert "chose the site to work with in" in client.get("/account/activity").text
