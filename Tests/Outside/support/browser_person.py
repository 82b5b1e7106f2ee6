"""People who sign in: each has an account, so that none meets the webhooks of another."""

import re
import secrets
import subprocess

import pytest
import requests

from stack import ROOT, wait_for
from support.account import Account
from support.endpoint import Endpoint


class Person(Account):
    """An account with a password; its key and its session are made when first asked for."""

    def __init__(self, stack):
        self.stack = stack
        self.email = f"person-{secrets.token_hex(6)}@example.com"
        self.password = secrets.token_urlsafe(18)
        self.url = stack.url + "/api/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        self.operate("user", "add", self.email, "--password-file", "-", given=self.password)
        self._key = None
        self._cookie = None

    def operate(self, *arguments, given=""):
        """Runs the operator's command, which reads `given`; what it prints."""
        state = self.stack.state
        settings = [ROOT / "deploy/lib/with-settings", state / "patchbay.env"]
        command = [*settings, state / "bin/patchbay", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    @property
    def key(self):
        self._key = self._key or self.make_key()
        return self._key

    @property
    def cookie(self):
        """The value of the session's cookie."""
        self._cookie = self._cookie or self.sign_in()
        return self._cookie

    def sign_in(self):
        """The cookie of a new session."""
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

    def own_key(self, name, scopes=("webhooks:read", "deliveries:read"), expires="30d"):
        """Makes a key on the page for it, looks at it, and gives its id."""
        client = self.http()
        hidden = {each: client.field(each, "/api-keys/new") for each in ("csrf", "form_id")}
        fields = {"name": name, "scopes": list(scopes), "expires": expires}
        page = client.post("/api-keys", data=hidden | fields).headers["Location"]
        id = page.rpartition("/")[2]
        client.get(f"/api-keys/{id}")
        return id

    def webhooks(self):
        return self.call("GET", "/webhooks")["data"]

    def wait_for_deliveries(self, webhook, count, attempts=1):
        """Waits until that many are on record with that many attempts; newest first."""

        def look():
            found = self.deliveries(webhook, "?limit=100")
            tried = [each for each in found if each["attempt_number"] >= attempts]
            return tried if len(tried) >= count else None

        return wait_for(look, every=0.1)


class Client(requests.Session):
    """Asks as a browser without a head would: forms with their token, no redirect followed."""

    def __init__(self, url):
        super().__init__()
        self.url = url
        self.trust_env = False

    def request(self, method, path, **options):
        options = {"timeout": 30} | options | {"allow_redirects": False}
        return super().request(method, self.url + path, **options)

    def field(self, name, path="/webhooks/new"):
        """The value of a hidden field on a page."""
        return re.search(rf'name="{name}" value="([^"]*)"', self.get(path).text)[1]

    def form(self, **fields):
        """A filled-in form for a webhook, as its page sends it."""
        page = self.get("/webhooks/new").text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        return hidden | {"name": "Form", "events": "lead.created"} | fields


@pytest.fixture
def person(stack):
    return Person(stack)


@pytest.fixture
def other_person(stack):
    return Person(stack)


@pytest.fixture(scope="module")
def resident(stack):
    """One person for all tests of a file that only look, or that clear up behind themselves."""
    return Person(stack)


@pytest.fixture(scope="session")
def own_endpoint(stack):
    """An endpoint of the shared stack that answers with bytes of the test's choice."""
    endpoint = Endpoint(stack, stack.own_port)
    yield endpoint
    endpoint.close()
