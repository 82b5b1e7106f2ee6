"""What holds for each administration page that a link leads to: found by walking, not from a list."""

import collections
import re
import secrets

import pytest

from support.administrator import Administrator, below
from support.browser_checks import check_document
from support.browser_person import Client, Person
from support.connecting import submit
from support.dead_letters import fail_for_good
from support.markup import Markup

# Pages of one shape, such as those of single users, are many: so many are looked at.
MOST_OF_A_SHAPE = 3
# The last word of an address that takes something away from somebody.
TAKING = re.compile(
    r"/(disable|delete|drop|revoke|retire|disconnect|stop|sign-out|cancel-invitation)(\?|$)"
)


@pytest.fixture(scope="module")
def walk(stack):
    """Every page reached from the overview and from one of each kind of thing, by its path."""
    administrator = Administrator(stack)
    client = administrator.http()
    owner = Person(stack)
    webhook = fail_for_good(owner, 2, name="Walked webhook")
    owner.own_key("Walked key")
    user = administrator.id_of(owner)
    deliveries = owner.deliveries(webhook)
    job = confirm(client, f"/admin/dead/retry?only=chosen&d={deliveries[0]['id']}")
    invited = f"walked-{secrets.token_hex(4)}@example.com"
    shown = below(stack, submit(client, "/admin/users/new", email=invited, role="user").headers["Location"])
    disabled = administrator.id_of(Person(stack))
    confirm(client, f"/admin/users/{disabled}/disable")
    key = {"csrf": client.field("csrf", "/admin/keys/new"), "scopes": "metrics", "expires": "30d"}
    client.post("/admin/keys", data=key | {"name": f"Walked service {secrets.token_hex(4)}"})
    stack.sql(
        "INSERT INTO user_integrations (id, user_id, provider, account_id, account_name, status,"
        " connected_at)"
        f" SELECT UUID(), '{user}', 'slack', 'walked', 'Walked account', 'connected', UTC_TIMESTAMP(6)"
    )
    todo = collections.deque([
        "/admin", "/account", "/account/activity", f"/admin/users/{user}", f"/admin/users/{disabled}",
        shown.removesuffix("/link"), f"/admin/deliveries/{deliveries[1]['id']}",
        f"/admin/dead?user={user}", f"/admin/dead/drop?only=chosen&d={deliveries[1]['id']}", job,
        "/admin/apps/slack",
    ])  # fmt: skip
    pages, shapes = {}, collections.Counter()
    while todo:
        path = todo.popleft()
        if path in pages or re.search(r"\.(csv|jsonl)(\?|$)|/link$", path):
            continue
        answer = client.get(path)
        pages[path] = answer
        for link in Markup(answer.text).links:
            to = below(stack, link["href"].split("#")[0])
            shape = re.sub(r"[0-9a-f-]{36}|\?.*", "*", to)
            shape = re.sub(r"/(apps|event-types)/(?!new)[\w.-]+", r"/\1/*", shape)
            isOurs = re.match(r"/(admin|account)(/|\?|$)", to)
            if isOurs and to not in pages and shapes[shape] < MOST_OF_A_SHAPE:
                shapes[shape] += 1
                todo.append(to)
    yield pages
    stack.sql("DELETE FROM user_integrations WHERE account_name = 'Walked account'")


def confirm(client, path):
    """Does what a page asks about; the path that it leads to."""
    (form,) = [form for form in Markup(client.get(path).text).forms if "data-confirm" in form]
    prefix = "/" + client.url.split("/", 3)[3]
    answer = client.post(form["action"].removeprefix(prefix), data=form["fields"])
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removeprefix(prefix)


def marked(walk):
    return {path: Markup(answer.text) for path, answer in walk.items()}


def forms(walk):
    """The page, the form and where it goes, of each that changes something; not the frame's."""
    for path, page in marked(walk).items():
        for form in page.forms:
            if form["method"] == "post" and not re.search(r"integrations/sign-out$", form["action"]):
                yield path, form


def test_every_link_leads_to_a_whole_page(walk):
    assert len(walk) > 60, sorted(walk)
    for path, answer in walk.items():
        assert answer.status_code in (200, 303), (path, answer.status_code)
        if answer.status_code == 200:
            check_document(answer.text)


def test_what_takes_something_away_asks_by_the_name_of_its_object(stack, walk):
    names = {row[0] for table, column in (
        ("users", "email"), ("webhooks", "name"), ("api_keys", "name"), ("apps", "name"),
        ("event_types", "name"),
    ) for row in stack.sql(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")}  # fmt: skip
    # Those of the catalog have their names in the program.
    apps = re.compile(r"/admin/apps/(?!new)[\w-]+$")
    names |= {page.title.strip() for path, page in marked(walk).items() if apps.match(path)}
    asked = set()
    for path, form in forms(walk):
        for button in form["buttons"]:
            if not (button["is_danger"] or TAKING.search(form["action"])):
                continue
            assert "data-confirm" in form, f"{path}: {button['text']} does it at once"
            words = " ".join(button["text"].split())
            counted = re.search(r"\b\d[\d,]* deliver(y|ies)$", words)
            assert counted or any(name in words for name in names), f"{path}: {words}"
            asked.add(re.sub(r"[0-9a-f-]{36}|\?.*", "*", below(stack, form["action"])))
    assert len(asked) >= 9, asked


def test_what_looks_dangerous_leads_to_a_question(stack, walk):
    followed = 0
    for path, page in marked(walk).items():
        for link in page.links:
            if link["is_danger"]:
                followed += 1
                to = below(stack, link["href"])
                # Pages of a shape that were not walked to are as those that were.
                if to in walk and "Nothing to" not in walk[to].text:
                    assert "data-confirm" in walk[to].text, f"{path}: {link['text']}"
        for form in page.forms:
            if any(button["is_danger"] for button in form["buttons"]):
                assert form["method"] == "get" or "data-confirm" in form, path
    assert followed >= 3


def test_no_form_is_taken_without_its_token_from_another_or_from_nobody(stack, walk, person):
    someone = Administrator(stack)
    administrator, other = someone.http(), person.http()
    others_token = other.field("csrf")
    done_by = ", ".join(f"'{someone.id_of(each)}'" for each in (someone, person))
    rows = f"SELECT COUNT(*) FROM audit_log WHERE actor_id IN ({done_by})"
    before = stack.sql(rows)
    tried = set()
    for path, form in forms(walk):
        action = below(stack, form["action"])
        if action in tried:
            continue
        tried.add(action)
        assert form["fields"].get("csrf"), path
        fields = {name: value for name, value in form["fields"].items() if name != "csrf"}
        # Another session's token is as good as none.
        for token in ({"name": ""}, {"csrf": ""}, {"csrf": form["fields"]["csrf"]}):
            assert administrator.post(action, data=fields | token).status_code == 403, action
        if action.startswith("/admin"):
            posted = other.post(action, data=fields | {"csrf": others_token})
            assert posted.status_code == 404, action
        answer = Client(stack.url).post(action, data=fields | {"csrf": ""})
        assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"], action
    assert len(tried) >= 20, tried
    assert stack.sql(rows) == before
