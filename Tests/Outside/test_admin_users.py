"""People: asked in, given a role, signed out, disabled, deleted; and what nobody else can do."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from support.administrator import Administrator, audited, below, set_password
from support.browser import press
from support.browser_checks import check_everywhere, tab_through
from support.browser_person import Client
from support.connecting import Provider, connect

STEPS = ["role", "disable", "enable", "reset-password", "sign-out", "delete", "cancel-invitation"]
PASSWORD = "several words are best 7"


@pytest.fixture(scope="module")
def administrator(stack):
    return Administrator(stack)


def invite(administrator, role="user"):
    """Asks somebody new in: their address, id, and the path of their link."""
    email = f"asked-{secrets.token_hex(6)}@example.com"
    answer = administrator.post("/admin/users/new", email=email, role=role)
    link = administrator.shown_link(answer)
    id = re.search(r"/users/([0-9a-f-]{36})/link", answer.headers["Location"])[1]
    return email, id, link


def test_for_others_there_is_nothing(person, administrator, stack):
    id = administrator.id_of(person)
    client = person.http()
    token = client.field("csrf")
    paths = ["/admin/users", "/admin/users/new", f"/admin/users/{id}", f"/admin/users/{id}/link"]
    for path in paths:
        assert client.get(path).status_code == 404
        assert Client(stack.url).get(path).status_code == 303
    for step in STEPS:
        path = f"/admin/users/{id}/{step}"
        assert client.post(path, data={"csrf": token}).status_code == 404
        assert Client(stack.url).post(path, data={"csrf": token}).status_code == 303


def test_an_invitation_is_shown_once_and_sets_a_password_once(administrator, stack):
    email, id, link = invite(administrator)
    again = administrator.http().get(f"/admin/users/{id}/link").text
    assert "already been shown" in again and link not in again
    # A scanner of mails fetches links: nothing is used up by that.
    for _ in range(2):
        page = Client(stack.url).get(link)
        assert page.status_code == 200 and email in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
        assert link.split("/")[-1] not in re.search("<title>(.*)</title>", page.text)[1]
    assert Client(stack.url).head(link).status_code == 200

    assert set_password(stack, link, "short").status_code == 422
    assert set_password(stack, link, "password123456").status_code == 422
    done = set_password(stack, link, PASSWORD)
    assert done.status_code == 303 and "/sign-in?note=password-set" in done.headers["Location"]
    assert not any("sid=" in cookie and "Max-Age=0" not in cookie
                   for cookie in done.raw.headers.getlist("Set-Cookie"))  # fmt: skip
    entry = Client(stack.url).post("/sign-in", data={"email": email, "password": PASSWORD})
    assert entry.status_code == 303
    assert Client(stack.url).get(link).status_code == 410
    assert set_password(stack, link, PASSWORD).status_code == 410
    actions, said = audited(stack, id)
    assert actions == ["user.invited", "user.password_set", "session.opened"]
    assert link.split("/")[-1] not in said and PASSWORD not in said


def test_a_link_that_ended_and_one_that_never_was_say_the_same(administrator, stack):
    _, id, first = invite(administrator)
    second = administrator.shown_link(administrator.post(f"/admin/users/{id}/reset-password"))
    assert Client(stack.url).get(second).status_code == 200
    ended = Client(stack.url).get(first)
    unknown = Client(stack.url).get("/welcome/" + "A" * 43)
    broken = Client(stack.url).get("/welcome/x")
    assert [each.status_code for each in (ended, unknown, broken)] == [410, 404, 404]
    assert ended.text == unknown.text == broken.text

    cancelled = administrator.post(f"/admin/users/{id}/cancel-invitation")
    assert cancelled.status_code == 303
    assert Client(stack.url).get(second).text == ended.text
    assert administrator.http().get(f"/admin/users/{id}").status_code == 404


def test_no_log_holds_a_token_of_a_link(administrator, stack):
    _, _, link = invite(administrator)
    token = link.split("/")[-1]
    Client(stack.url).get(link)
    set_password(stack, link, "short")
    set_password(stack, link, PASSWORD)
    Client(stack.url).get(link + "?again")
    found = [
        file
        for file in (stack.state / "log").iterdir()
        if file.is_file() and token.encode() in file.read_bytes()
    ]
    assert found == []
    logs = [file.read_text(errors="replace") for file in (stack.state / "log").iterdir() if file.is_file()]
    assert any("/welcome/(token)" in log for log in logs)


def test_a_reset_ends_sessions_and_the_old_password_holds_until_then(administrator, stack, person):
    cookie = person.cookie
    id = administrator.id_of(person)
    link = administrator.shown_link(administrator.post(f"/admin/users/{id}/reset-password"))
    assert person.http(person.sign_in()).get("/webhooks").status_code == 200
    set_password(stack, link, PASSWORD)
    assert person.http(cookie).get("/webhooks").status_code == 303
    old = {"email": person.email, "password": person.password}
    assert Client(stack.url).post("/sign-in", data=old).status_code == 422


def test_a_role_is_saved_and_not_over_somebody_elses_change(administrator, stack, person):
    id = administrator.id_of(person)
    path = f"/admin/users/{id}/role"
    assert administrator.post(path, role="administrator", was="user").status_code == 303
    assert person.http().get("/admin/users").status_code == 200
    stale = administrator.post(path, role="user", was="user")
    assert stale.status_code == 409 and "changed this in the meantime" in stale.text
    assert administrator.post(path, role="user", was="administrator").status_code == 303
    assert person.http().get("/admin/users").status_code == 404
    actions, _ = audited(stack, id)
    assert actions.count("user.role_changed") == 2


def test_nobody_changes_themselves(administrator, stack):
    id = administrator.id_of(administrator)
    page = administrator.http().get(f"/admin/users/{id}").text
    assert "You can’t change your own role" in page and "Delete user" not in page
    fields = {"role": "user", "was": "administrator", "email": administrator.email}
    for step in ("role", "disable", "delete"):
        answer = administrator.post(f"/admin/users/{id}/{step}", **fields)
        assert answer.status_code == 409 and "can’t do this to yourself" in answer.text


def test_who_is_disabled_is_out_and_keys_open_nothing(administrator, person, stack):
    id = administrator.id_of(person)
    client = person.http()
    webhook = person.webhook("/disabled", events=["lead.created"])
    assert administrator.post(f"/admin/users/{id}/disable").status_code == 303
    assert client.get("/webhooks").status_code == 303
    assert person.api("GET", "/webhooks").status_code == 401
    service = {"Authorization": "Bearer " + stack.env["PATCHBAY_SERVICE_API_KEY"]}
    event = {"user": person.email, "type": "lead.created", "data": {}}
    url = stack.url + "/api/v1"
    client = Client("")
    sent = client.post(url + "/events", json=event, headers=service)
    assert sent.status_code == 202 and sent.json()["deliveries"] == 1
    held = stack.sql(f"SELECT status FROM webhook_deliveries WHERE webhook_id = '{webhook['id']}'")
    assert held in ([["held"]], [["pending"]])
    token = client.get(
        f"{url}/connections/github/token?user={person.email}", headers=service
    )
    assert token.status_code in (404, 409)
    assert administrator.post(f"/admin/users/{id}/enable").status_code == 303
    assert person.call("GET", f"/webhooks/{webhook['id']}")["status"] == "active"
    actions, _ = audited(stack, id)
    assert actions.count("user.disabled") == actions.count("user.enabled") == 1


def test_a_key_is_revoked_and_sessions_are_ended(administrator, person, stack):
    id = administrator.id_of(person)
    key = person.own_key("Robot")
    page = administrator.http().get(f"/admin/users/{id}").text
    assert "Robot" in page and f"/keys/{key}/revoke" in page
    assert administrator.post(f"/admin/users/{id}/keys/{key}/revoke").status_code == 303
    assert administrator.post(f"/admin/users/{id}/keys/{id}/revoke").status_code == 404
    assert "Robot" not in administrator.http().get(f"/admin/users/{id}").text
    assert person.http().get("/webhooks").status_code == 200
    assert administrator.post(f"/admin/users/{id}/sign-out").status_code == 303
    assert person.http().get("/webhooks").status_code == 303


@pytest.mark.parametrize("script", [True, False])
def test_an_app_of_somebody_is_disconnected(
    visit, administrator, person, other_person, stack, script
):
    there = Provider(stack, "gitlab").start_anew()
    connect(person.http(), there)
    id = administrator.id_of(person)
    path = f"/admin/users/{id}/apps/gitlab/disconnect"
    for client in (person.http(), other_person.http()):
        assert client.get(path).status_code == 404
        assert client.post(path, data={"csrf": client.field("csrf")}).status_code == 404
    assert administrator.http().get(path.replace("gitlab", "slack")).status_code == 404
    assert person.call("GET", "/connections/gitlab")["status"] == "connected"
    before, _ = audited(stack, id)

    page = visit(f"/admin/users/{id}", administrator, script=script)
    page.get_by_role("link", name="Disconnect GitLab").click()
    asked = page.get_by_role("dialog") if script else page.locator("main")
    expect(asked.get_by_role("heading", name="Disconnect GitLab of")).to_be_visible()
    if script:
        check_everywhere(page)
    asked.get_by_role("button", name="Disconnect GitLab").click()
    expect(page.get_by_text("The app is disconnected.")).to_be_visible()

    person.call("GET", "/connections/gitlab/token", status=404)
    assert not there.grants()
    after, _ = audited(stack, id)
    assert after[len(before) :] == ["connection.ended", "grant.revoked"]
    assert administrator.post(path).status_code == 303


def test_deletion_asks_for_the_address(administrator, person, stack):
    id = administrator.id_of(person)
    path = f"/admin/users/{id}/delete"
    wrong = administrator.post(path, email="someone@example.com")
    assert wrong.status_code == 422 and f"Type {person.email}" in wrong.text
    assert administrator.post(path, email=person.email.upper()).status_code == 303
    assert administrator.http().get(f"/admin/users/{id}").status_code == 404
    assert stack.sql(f"SELECT user_id('{person.email}') IS NULL") == [["1"]]


def test_the_list_pages_searches_and_filters(administrator, stack):
    prefix = f"list-{secrets.token_hex(4)}"
    values = ", ".join(
        f"(UUID(), '{prefix}-{number:02}@example.com', 'user', 'active', NOW(6))" for number in range(30)
    )
    stack.sql(f"INSERT INTO users (id, email, role, status, created_at) VALUES {values}")
    client = administrator.http()

    def shown(path):
        return re.findall(rf"({prefix}-\d\d)(?:<wbr>)?@example.com</a>", client.get(path).text)

    first = shown(f"/admin/users?q={prefix}")
    assert first == [f"{prefix}-{number:02}" for number in range(25)]
    page = client.get(f"/admin/users?q={prefix}").text
    later = re.search(r'href="([^"]*after=[^"]*)"', page)[1].replace("&amp;", "&")
    assert shown(below(stack, later)) == [f"{prefix}-{number:02}" for number in range(25, 30)]
    page = client.get(below(stack, later)).text
    earlier = re.search(r'href="([^"]*before=[^"]*)"', page)[1].replace("&amp;", "&")
    assert shown(below(stack, earlier)) == first
    assert shown(f"/admin/users?q={prefix}&role=administrator") == []
    assert shown(f"/admin/users?q={prefix}&state=disabled") == []
    assert "Nobody’s address begins with" in client.get("/admin/users?q=nobody-at-all").text


def test_the_pages_in_a_browser(visit, administrator, person, stack):
    person.webhook("/shown", name="A rather long name of a webhook that goes on and on " + "m" * 40)
    person.own_key("Key of a person " + "k" * 60)
    page = visit("/admin/users", administrator)
    check_everywhere(page)
    press(page, "Invite someone")
    check_everywhere(page)
    press(page, "Invite")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    check_everywhere(page)
    email = f"browser-{secrets.token_hex(6)}@example.com"
    page.get_by_label("Email address").fill(email)
    press(page, "Invite")
    expect(page.get_by_role("heading", name="Copy the link")).to_be_visible()
    check_everywhere(page)
    link = page.get_by_label("One-time link").input_value()
    press(page, "Go on")
    expect(page.get_by_text("Invited, and has set no password yet")).to_be_visible()
    check_everywhere(page)

    welcome = visit(link.removeprefix(stack.url))
    check_everywhere(welcome)
    welcome.get_by_label("New password").fill(PASSWORD)
    press(welcome, "Set password")
    expect(welcome.get_by_text("Your password is set")).to_be_visible()

    page = visit(f"/admin/users/{administrator.id_of(person)}", administrator)
    check_everywhere(page)
    for stop in tab_through(page):
        assert stop["outline"] >= 3 and stop["inView"], stop
    page.get_by_role("link", name="Disable", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    check_everywhere(page)
    dialog.get_by_role("button", name=f"Disable {person.email}").click()
    expect(page.get_by_text("Disabled, and signed out everywhere.")).to_be_visible()
    check_everywhere(page)


def test_deleting_without_a_script(visit, administrator, person):
    page = visit(f"/admin/users/{administrator.id_of(person)}", administrator, script=False)
    page.get_by_role("link", name="Delete user").click()
    page.get_by_label(f"Type {person.email} to confirm").fill("no")
    page.get_by_role("button", name=f"Delete {person.email}").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    page.get_by_label(f"Type {person.email} to confirm").fill(person.email)
    page.get_by_role("button", name=f"Delete {person.email}").click()
    expect(page.get_by_text("Deleted.")).to_be_visible()


def test_the_command_does_the_same(administrator, stack):
    email = f"shell-{secrets.token_hex(6)}@example.com"
    link = administrator.operate("user", "invite", email).removeprefix(stack.url)
    assert f"{email}\t" in administrator.operate("user", "list", "--state", "invited")
    assert Client(stack.url).get(link).status_code == 200
    set_password(stack, link, PASSWORD)
    administrator.operate("user", "role", email, "administrator")
    assert "\tadministrator\tactive" in administrator.operate("user", "list", "--prefix", email)
    administrator.operate("user", "sign-out", email)
    again = administrator.operate("user", "reset-password", email).removeprefix(stack.url)
    assert Client(stack.url).get(again).status_code == 200
    administrator.operate("user", "delete", email)
    assert Client(stack.url).get(again).status_code == 410
