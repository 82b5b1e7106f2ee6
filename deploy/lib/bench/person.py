"""Pages as a person asks for them, and what they took."""

import http.client
import json
import time
import urllib.parse


class Person:
    """Somebody who is signed in, over a kept connection."""

    def __init__(self, stack, email, password):
        self.stack = stack
        self.connection = http.client.HTTPConnection(stack.url.hostname, stack.url.port, timeout=60)
        fields = {"email": email, "password": password}
        answer = self.ask(
            "POST", "/sign-in", urllib.parse.urlencode(fields),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, self.stack.url.path + path, body, headers or {})
        answer = self.connection.getresponse()
        self.text = answer.read().decode()
        return answer

    def get(self, path):
        answer = self.ask("GET", path, headers={"Cookie": self.cookie})
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return self.text


def duration(log, place):
    """The responder's own milliseconds for the first request that its log tells of behind a place."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        with log.open("rb") as file:
            file.seek(place)
            for line in file.read().splitlines():
                entry = json.loads(line)
                if entry.get("message") == "request":
                    return int(entry["duration_us"]) / 1000
        time.sleep(0.002)
    raise SystemExit("the responder has logged nothing")
