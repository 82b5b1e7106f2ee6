"""What holds for every page, whatever it is about."""

import pytest
from playwright.sync_api import expect

from support.browser import press
from support.browser_checks import check_document, check_everywhere, tab_through
from support.browser_person import Client, Person
from support.connecting import Provider, begin, come_back, destination

# Names of pages, and their addresses; {good} and {bad} are webhooks, {delivery} is of the first.
PAGES = {
    "sign-in": "/sign-in",
    "signed out": "/sign-in?note=signed-out",
    "session ended": "/sign-in?note=expired&next=/settings/integrations/webhooks",
    "forgotten password": "/sign-in/reset",
    "link over": "/welcome/unknown",
    "account": "/account",
    "webhooks": "/webhooks",
    "add": "/webhooks/new",
    "webhook": "/webhooks/{good}",
    "failing webhook": "/webhooks/{bad}",
    "paused webhook": "/webhooks/{paused}",
    "filtered log": "/webhooks/{good}?status=failed&event=lead.created&from=2026-01-01T00:00",
    "log with a mistake": "/webhooks/{good}?from=2026-11-02T00:00&to=2026-11-01T00:00",
    "log from a lost place": "/webhooks/{bad}?after=nonsense",
    "secret shown before": "/webhooks/{good}/secret",
    "edit": "/webhooks/{bad}/edit",
    "edit with headers": "/webhooks/{keyed}/edit",
    "two secrets": "/webhooks/{keyed}",
    "new secret": "/webhooks/{good}/secret/rotate",
    "another secret": "/webhooks/{keyed}/secret/rotate",
    "end of a secret": "/webhooks/{keyed}/secret/end-overlap",
    "public key": "/webhooks/{keyed}/secret",
    "no events": "/webhooks/{silent}",
    "damaged webhook": "/webhooks/{damaged}",
    "edit of a damaged one": "/webhooks/{damaged}/edit",
    "new secret for a damaged one": "/webhooks/{damaged}/secret/rotate",
    "test of a damaged one": "/webhooks/{damaged}/test",
    "delete": "/webhooks/{bad}/delete",
    "delivery": "/webhooks/{good}/deliveries/{delivery}",
    "failing delivery": "/webhooks/{bad}/deliveries/{failure}",
    "send again": "/webhooks/{good}/deliveries/{delivery}/retry",
    "log by answer": "/webhooks/{good}?answer=5xx&when=24h",
    "log with a wrong id": "/webhooks/{good}?id=x",
    "test": "/webhooks/{good}/test",
    "test result": "/webhooks/{good}/test/{test}",
    "failed test": "/webhooks/{bad}/test/{failed_test}",
    "retry failed": "/webhooks/{bad}/retry-failed?since=all",
    "retry a list": "/webhooks/{good}/retry-failed?d={delivery}",
    "retry with a mistake": "/webhooks/{bad}/retry-failed?from=2026-02-01T00:00&until=2026-01-01T00:00",
    "recover": "/webhooks/{paused}/recover",
    "drop held": "/webhooks/{paused}/drop-held",
    "job": "/webhooks/{good}/retry-jobs/{job}",
    "stop a job": "/webhooks/{good}/retry-jobs/{job}/stop",
    "check a signature": "/check-signature?delivery={delivery}",
    "failing webhooks": "/webhooks?health=failing",
    "webhooks not found": "/webhooks?health=paused&q=nothing+such",
    "webhook over a week": "/webhooks/{good}?span=week",
    "attention": "/attention",
    "keys": "/api-keys",
    "create key": "/api-keys/new",
    "key shown before": "/api-keys/{key}",
    "revoke key": "/api-keys/{key}/revoke",
    "apps": "/apps",
    "no app found": "/apps?q=figma&category=storage&state=connected",
    "app": "/apps/gitlab",
    "app without a site": "/apps/jira",
    "choice of a site": "/apps/jira/site",
    "ended attempt": "/apps/gitlab/callback?state=unknown",
    "approved": "/apps/onedrive/callback?admin_consent=True",
    "no permission": "/connect/{refused}",
    "credentials": "/apps/mixpanel/credentials",
    "events": "/events",
    "event": "/events/lead.created",
    "own activity": "/account/activity",
    "nowhere": "/nowhere",
}
SIGNED_OUT = {"sign-in", "signed out", "session ended", "forgotten password", "link over"}


@pytest.fixture(scope="module")
def inhabitant(stack):
    """A person with something to see on every page."""
    person = Person(stack)
    good = person.webhook("/a/rather/long/path/to/an/endpoint?token=1", name="Billing sync")
    name = "A name of a hundred characters without a space: " + "m" * 52
    bad = person.webhook("/status/500?every", name=name, events=["lead.updated"])
    paused = person.webhook("/paused", name="Old CRM", events=["lead.updated"], status="paused")
    keyed = person.webhook(
        "/keyed", name="Keyed", events=["lead.updated"], signature="v1a", headers={"X-Api-Key": "1"}
    )
    person.call("POST", f"/webhooks/{keyed['id']}/rotate-secret", {"overlap": "24h"})
    silent = person.webhook("/silent", name="Silent", events=["lead.updated"])
    person.stack.sql(f"DELETE FROM webhook_subscriptions WHERE webhook_id = '{silent['id']}'")
    for type in ["lead.created"] * 26 + ["lead.updated"]:
        person.emit({"name": "Ada", "long": "x" * 300}, type)
    sent = person.wait_for_deliveries(good, 27)
    failed = person.wait_for_deliveries(bad, 1)
    tests = [
        person.call("POST", f"/webhooks/{webhook['id']}/test", {"type": "lead.created"})["id"]
        for webhook in (good, bad)
    ]
    client = person.http()
    again = f"/webhooks/{good['id']}/retry-failed"
    fields = {"csrf": client.field("csrf", f"{again}?d={sent[0]['id']}"), "d": sent[0]["id"]}
    job = client.post(again, data=fields).headers["Location"].split("/")[-1]
    jira = Provider(stack, "jira").start_anew()
    come_back(client, jira.answer_to(destination(client, begin(client, "jira"))))
    jira.control(fault="error", on="back", error="consent_required")
    refused = come_back(client, jira.answer_to(destination(client, begin(client, "jira"))))
    # Long ago enough to be told of, on every page of this person's.
    stack.sql(
        "UPDATE webhook_health SET failing_since = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR"
        f" WHERE webhook_id = '{bad['id']}'"
    )
    stopped = person.webhook("/gone", name="Stopped", events=["lead.created"])
    stack.sql(
        "UPDATE webhooks SET status = 'paused', paused_reason = 'gone', paused_at = UTC_TIMESTAMP(6)"
        f" WHERE id = '{stopped['id']}'"
    )
    damaged = person.webhook(
        "/damaged", name="Damaged", events=["lead.updated"], headers={"x-key": "hunter2"}
    )
    for table, column in (("webhook_secrets", "secret_sealed"), ("webhook_headers", "value_sealed")):
        stack.sql(f"UPDATE {table} SET {column} = CONCAT({column}, '!')"
                  f" WHERE webhook_id = '{damaged['id']}'")  # fmt: skip
    person.call("POST", f"/webhooks/{damaged['id']}/test", {"type": "lead.created"})
    person.names = {
        "test": tests[0],
        "failed_test": tests[1],
        "job": job,
        "refused": refused.split("/")[-1],
        "good": good["id"],
        "bad": bad["id"],
        "paused": paused["id"],
        "keyed": keyed["id"],
        "silent": silent["id"],
        "damaged": damaged["id"],
        "key": person.own_key("A key of a name without a space " + "k" * 60),
        "delivery": sent[0]["id"],
        "failure": failed[0]["id"],
    }
    return person


@pytest.fixture
def open_page(visit, inhabitant):
    def open_page(name, **options):
        person = None if name in SIGNED_OUT else inhabitant
        return visit(PAGES[name].format(**inhabitant.names), person, **options)

    return open_page


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_open_to_everybody_at_every_width_and_in_both_themes(open_page, name):
    check_everywhere(open_page(name))


def test_so_are_pages_that_answer_a_form(visit, inhabitant, person):
    page = visit("/webhooks", person)
    check_everywhere(page)
    press(page, "Add webhook")
    press(page, "Add webhook")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check_everywhere(page)
    page.get_by_label("Name", exact=True).fill("Not there yet")
    page.get_by_label("Endpoint URL").fill("https://hooks.example.com/x")
    page.get_by_role("radio", name="All events").check()
    page.get_by_role("radio", name="Use my own").check()
    check_everywhere(page)
    page.get_by_role("radio", name="Make one for me").check()
    press(page, "Add webhook")
    expect(page.get_by_text("We can’t find hooks.example.com")).to_be_visible()
    check_everywhere(page)
    page = visit("/sign-in")
    press(page, "Sign in")
    check_everywhere(page)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_as_it_is_sent_holds_no_style_and_no_script_of_its_own(stack, inhabitant, name):
    client = Client(stack.url) if name in SIGNED_OUT else inhabitant.http()
    answer = client.get(PAGES[name].format(**inhabitant.names))
    check_document(answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_titles_tell_the_pages_apart(inhabitant):
    client = inhabitant.http()
    names = ["webhooks", "add", "webhook", "failing webhook", "secret shown before", "delivery"]
    names += ["failing delivery", "events", "event", "nowhere", "send again", "test", "job"]
    names += ["test result", "failed test", "retry failed", "recover", "drop held"]
    names += ["stop a job", "check a signature"]
    names += ["edit", "new secret", "end of a secret", "public key", "delete"]
    names += ["attention", "keys", "create key", "key shown before", "revoke key"]
    titles = set()
    for name in names:
        text = client.get(PAGES[name].format(**inhabitant.names)).text
        titles.add(text.partition("<title>")[2].partition("</title>")[0])
    assert len(titles) == len(names), titles


@pytest.mark.parametrize("name", [
    "sign-in", "webhooks", "add", "webhook", "failing delivery", "test result", "retry failed", "job",
    "check a signature", "keys", "create key", "attention", "apps", "app",
    "credentials", "choice of a site",
])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_tab_key_visits_everything_and_shows_where_it_is(open_page, name, width):
    page = open_page(name, width=width)
    stops = tab_through(page)
    assert "Skip to main content" in stops[0]["name"]
    for stop in stops:
        assert stop["outline"] >= 3, stop
        assert stop["inView"] and stop["onTop"], stop


def test_the_first_stop_leads_past_the_navigation(open_page):
    page = open_page("webhook")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("name", ["webhooks", "add", "webhook", "delivery", "apps", "app", "keys"])
def test_forced_colours_leave_borders_on_what_is_operated(open_page, name):
    page = open_page(name)
    page.emulate_media(forced_colors="active")
    without = page.evaluate(
        """() => 
          [...document.querySelectorAll("main :is(.tag, .button, input:not([type=hidden]))")]
          .filter((each) => each.checkVisibility())
          // A box in the system's own look has the system's border.
          .filter((each) => getComputedStyle(each).appearance === "none" || !each.matches("input"))
          .filter((each) => parseFloat(getComputedStyle(each).borderTopWidth) === 0)
          .map((each) => each.outerHTML.slice(0, 100))"""
    )
    assert without == []


@pytest.mark.parametrize("name", ["webhooks", "add", "webhook", "delivery", "apps", "app", "keys"])
def test_who_wants_no_motion_gets_none(open_page, name):
    page = open_page(name, reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("body *")].filter((each) => {
          const style = getComputedStyle(each);
          const longest = Math.max(...style.transitionDuration.split(",").map(parseFloat));
          return longest > 0.001 || (style.animationName !== "none" && !each.matches(".spinner"));
        }).map((each) => each.outerHTML.slice(0, 100))"""
    )
    assert moving == []


@pytest.mark.parametrize("name", ["webhooks", "add", "webhook", "failing delivery"])
def test_text_of_twice_the_size_is_not_cut(open_page, name):
    page = open_page(name)
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main *")].filter((each) => {
          const style = getComputedStyle(each);
          const isSeen = !each.closest(".unseen, thead, svg") && each.checkVisibility();
          const hides = style.overflowY === "hidden" || style.overflowX === "hidden";
          const isCut = each.scrollHeight > each.clientHeight + 1;
          return isSeen && hides && isCut && each.textContent.trim();
        }).map((each) => each.outerHTML.slice(0, 100))"""
    )
    assert cut == []


def test_nothing_comes_from_another_origin(visit, inhabitant, stack):
    page = visit("/webhooks", inhabitant)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for name in ("webhooks", "webhook", "add", "failing delivery", "events"):
        page.goto(stack.url + PAGES[name].format(**inhabitant.names))
    assert len(asked) > 5
    assert all(url.startswith(stack.url) for url in asked), asked
