"""Connecting an app without a browser: our pages and the sandbox's, form by form."""

import html
import json
import pathlib
import re
import urllib.parse

import requests


class Provider:
    """One app at the stack's sandbox."""

    def __init__(self, stack, app):
        self.app = app
        self.base = stack.env["PATCHBAY_SANDBOX_URL"]
        self.ca = stack.env["PATCHBAY_CA_FILE"]
        self.log = pathlib.Path(stack.state / "sandbox.jsonl")
        self.stack = stack

    def request(self, method, url, **options):
        options = {"verify": self.ca, "timeout": 30, "allow_redirects": False} | options
        session = requests.Session()
        session.trust_env = False
        return session.request(method, url, **options)

    def start_anew(self):
        """As if nobody had ever connected it: connections of other people share its grants."""
        family = self.app.partition("-")[0]
        self.stack.sql(f"DELETE FROM user_integrations WHERE provider LIKE '{family}%'")
        self.control(reset=True, forget=True)
        return self

    def control(self, **wish):
        answer = self.request("POST", f"{self.base}/control/{self.app}", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def grants(self):
        return self.request("GET", f"{self.base}/control/{self.app}").json()["grants"]

    def calls(self, what=None):
        """What this app's provider was asked, in order."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [
            line for line in lines if line["app"] == self.app and what in (None, line["what"])
        ]

    def answer_to(self, address, decision="allow", account="ada", without=()):
        """Where the provider sends the browser back to once the person has decided."""
        page = self.request("GET", address)
        assert page.status_code == 200, page.text
        fields = [("request", re.search(r'name="request" value="([^"]*)"', page.text)[1])]
        fields += [("account", account), ("decision", decision)]
        boxes = re.findall(r'name="scope" value="([^"]*)" checked( disabled)?', page.text)
        for value, _ in boxes:
            value = html.unescape(value)
            if value.split(" ")[-1] not in without:
                fields.append(("scope", value))
        back = self.request("POST", f"{self.base}/{self.app}/authorize", data=fields)
        assert back.status_code in (302, 303), back.text
        return back.headers["Location"]


def begin(client, app, scopes=()):
    """Presses Connect; the path of the page that leads to the provider, below the prefix."""
    token = client.field("csrf", "/apps")
    fields = [("csrf", token)] + [("scope", scope) for scope in scopes]
    answer = client.post(f"/apps/{app}/connect", data=fields)
    assert answer.status_code == 303, answer.text
    return below(client, answer.headers["Location"])


def destination(client, go):
    """Where that page leads."""
    answer = client.get(go)
    assert answer.status_code == 200, answer.text
    address = answer.headers["Refresh"].removeprefix("0; url=")
    assert html.escape(address, quote=False) in answer.text
    return address


def come_back(client, location):
    """Follows the provider's answer to the result page; its path below the prefix."""
    answer = client.get(below(client, location))
    assert answer.status_code == 303, answer.text
    return below(client, answer.headers["Location"])


def connect(client, provider, scopes=(), **decision):
    """The whole way; the result page."""
    address = destination(client, begin(client, provider.app, scopes))
    page = client.get(come_back(client, provider.answer_to(address, **decision)))
    return page if page.status_code == 200 else choose_site(client, page)


def choose_site(client, asked, name="engine"):
    """Where a result page asks for a site; the result page after that choice."""
    path = below(client, asked.headers["Location"])
    attempt = re.search(r"attempt=(.*)", path)[1]
    answer = client.post(path, data={
        "csrf": client.field("csrf", path), "attempt": attempt,
        "site": sites(client.get(path).text)[name],
    })  # fmt: skip
    assert answer.status_code == 303, answer.text
    return client.get(below(client, answer.headers["Location"]))


def sites(page):
    """Ids by name, as a page offers them."""
    rows = re.findall(r'name="site" value="([^"]*)".*?<label[^>]*>([^<]*?) *<', page, re.DOTALL)
    return {name: id for id, name in rows}


def below(client, address):
    path = urllib.parse.urlsplit(address)
    prefix = urllib.parse.urlsplit(client.url).path
    assert path.path.startswith(prefix), address
    return path.path.removeprefix(prefix) + (f"?{path.query}" if path.query else "")


def submit(client, path, **fields):
    """Sends the form of a page with its token."""
    return client.post(path, data={"csrf": client.field("csrf", path)} | fields)
