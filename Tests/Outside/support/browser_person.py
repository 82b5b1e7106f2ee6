"""People for the browser tests: each has an account, so that none meets the webhooks of another."""

import re
import secrets
import subprocess

import pytest
import requests

from stack import ROOT, wait_for


class Person:
    def __init__(self, stack):
        self.stack = stack
        self.email = f"person-{secrets.token_hex(6)}@example.com"
        self.password = secrets.token_urlsafe(18)
        self.operate("user", "add", self.email, "--password-file", "-", given=self.password)
        self._key = None
        self._cookie = None

    def operate(self, *arguments, given=""):
        """Runs the operator's command on this person's stack."""
        state = self.stack.state
        return subprocess.run(
            [ROOT / "deploy/lib/with-settings", state / "patchbay.env", state / "bin/patchbay"]
            + list(arguments),
            input=given,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    @property
    def key(self):
        if not self._key:
            self._key = self.operate("api-key", "create", "--user", self.email, "--name", "Test")
        return self._key

    @property
    def cookie(self):
        """The value of a session's cookie, signed in when it is first asked for."""
        if not self._cookie:
            self._cookie = self.sign_in()
        return self._cookie

    def sign_in(self):
        """A new session's cookie."""
        answer = requests.post(
            f"{self.stack.url}/sign-in",
            data={"email": self.email, "password": self.password},
            allow_redirects=False,
            timeout=30,
        )
        assert answer.status_code == 303, answer.text
        return answer.cookies["sid"]

    def http(self, cookie=None):
        """A client with the session's cookie, that follows nothing by itself."""
        client = Client(self.stack.url)
        client.cookies.set("sid", cookie or self.cookie)
        return client

    def api(self, method, path, body=None):
        answer = self.stack.api(method, path, body, key=self.key)
        assert answer.ok, answer.text
        return answer.json()

    def add_webhook(self, path="/ok", **fields):
        """A webhook to the stack's sink, or to the `endpoint_url` given."""
        given = {
            "name": f"Webhook {secrets.token_hex(3)}",
            "endpoint_url": self.stack.sink_url(path),
            "events": ["*"],
        }
        return self.api("POST", "/webhooks", given | fields)

    def emit(self, type="lead.created", data=None):
        return self.api("POST", "/events", {"type": type, "data": data or {"id": 1}})

    def deliveries(self, webhook):
        return self.api("GET", f"/webhooks/{webhook['id']}/deliveries?limit=100")["data"]

    def wait_for_attempt(self, webhook, number=1, count=1):
        """Waits until that many deliveries are on record with that many attempts; the newest."""

        def look():
            done = [
                each
                for each in self.deliveries(webhook)
                if each["attempt_number"] >= number and each["status"] != "held"
            ]
            return done if len(done) >= count else None

        return wait_for(look, every=0.1)[0]


class Client(requests.Session):
    """Asks as a browser without a head would: forms with their token, no redirect followed."""

    def __init__(self, url):
        super().__init__()
        self.url = url

    def request(self, method, path, **options):
        options = {"timeout": 30} | options | {"allow_redirects": False}
        return super().request(method, self.url + path, **options)

    def field(self, name, path="/webhooks/new"):
        """The value of a hidden field on a page."""
        return hidden_field(self.get(path).text, name)


def hidden_field(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


@pytest.fixture
def person(stack):
    return Person(stack)


@pytest.fixture
def other_person(stack):
    return Person(stack)


@pytest.fixture(scope="module")
def resident(stack):
    """One person for all tests of a file, where they only look."""
    return Person(stack)
