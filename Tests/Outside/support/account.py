"""A user of a stack with a key of its own, and what a host application does for that user."""

import itertools
import os
import subprocess

import requests

from stack import ROOT, wait_for

ALL = "lead.created"
# What hosts emit. Patchbay's own come whenever a test signs in or makes another webhook.
HOST_EVENTS = ["lead.created", "lead.updated", "context.created", "context.updated", "context.deleted"]
HOST_EVENTS += ["export.completed"]

_numbers = itertools.count(1)


def patchbay(
    stack, *arguments, program="patchbay", settings=None, check=True, stdin=subprocess.DEVNULL
):
    """Runs one of the stack's programs to its end, with the stack's settings and these."""
    done = subprocess.run(
        [
            ROOT / "deploy" / "lib" / "with-settings",
            stack.state / "patchbay.env",
            "env",
            *(f"{name}={value}" for name, value in (settings or {}).items()),
            stack.state / "bin" / program,
            *map(str, arguments),
        ],
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done


class Account:
    """Each has webhooks, events and limits apart from all others, so that tests share a stack."""

    def __init__(self, stack, name="person"):
        self.stack = stack
        # In a state that is kept, an earlier session's users are still there.
        self.email = f"{name}-{os.getpid()}-{next(_numbers)}@example.com"
        self.id = patchbay(stack, "user", "add", self.email).stdout.strip()
        self.key = self.make_key()
        self.url = stack.url + "/api/v1"
        self.session = requests.Session()
        self.session.trust_env = False

    def make_key(self, scopes="all"):
        made = patchbay(
            self.stack, "api-key", "create", "--user", self.email, "--name", "test", "--scopes", scopes
        )
        return made.stdout.strip()

    def api(self, method, path, body=None, key=None, **options):
        """A call of the JSON API. `path` begins with /; `key` False sends none."""
        headers = {} if key is False else {"Authorization": f"Bearer {key or self.key}"}
        headers |= options.pop("headers", {})
        return self.session.request(
            method, self.url + path, json=body, headers=headers, timeout=30, **options
        )

    def call(self, method, path, body=None, status=200, **options):
        """A call that must answer so; gives the answer's JSON."""
        answer = self.api(method, path, body, **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def post_bytes(self, path, body, **headers):
        """A POST of exactly these bytes, as JSON."""
        headers = {"Content-Type": "application/json"} | headers
        return self.api("POST", path, data=body, headers=headers)

    def webhook(self, path, **fields):
        """A webhook to the sink that listens to everything of the host's, with its secret."""
        body = {"name": "test", "endpoint_url": self.stack.sink_url(path), "events": HOST_EVENTS}
        body |= fields
        return self.call("POST", "/webhooks", body, 201)

    def emit(self, data=None, type=ALL, **members):
        return self.call("POST", "/events", {"type": type, "data": data or {}} | members, 202)

    def emit_many(self, count, type=ALL):
        """So many events, `data` {"n": 0}, {"n": 1} …; the answers for each."""
        emitted = []
        for start in range(0, count, 1000):
            numbers = range(start, min(start + 1000, count))
            events = [{"type": type, "data": {"n": n}} for n in numbers]
            emitted += self.call("POST", "/events/batch", {"events": events}, 202)["data"]
        return emitted

    def deliveries(self, webhook, query=""):
        return self.call("GET", f"/webhooks/{webhook['id']}/deliveries{query}")["data"]

    def delivery(self, id):
        return self.call("GET", f"/deliveries/{id}")

    def only_delivery(self, webhook):
        [delivery] = self.deliveries(webhook)
        return self.delivery(delivery["id"])

    def wait_for_status(self, webhook, status, seconds=20):
        """Waits until the webhook's only delivery has come so far, and gives it with attempts."""
        wait_for(lambda: self.deliveries(webhook)[0]["status"] == status, seconds)
        return self.only_delivery(webhook)

    def wait_for_attempts(self, webhook, count, seconds=20):
        wait_for(lambda: self.deliveries(webhook)[0]["attempt_number"] >= count, seconds)
        return self.only_delivery(webhook)
