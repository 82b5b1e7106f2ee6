"""connect.py STATE PORT [--quick]: from a provider's answer to the card, the grid, hanging providers, and
many who ask for one token that ends.

Run by the tests' Python with Tests/Outside on its path: it drives Chromium and the sandbox as they do.
"""

import concurrent.futures
import http.client
import pathlib
import sys
import threading
import time
import urllib.parse

from figures import median, table, verdict
from person import duration
from playwright.sync_api import sync_playwright

from stack import Stack
from support.browser import CHROMIUM
from support.browser_person import Person
from support.connecting import Provider, begin, below, connect, destination

CARD_TARGET_MS = 500
# Pages are not compressed: their form tokens would show by the length (BREACH).
GRID_TARGET_BYTES = 30 * 1024
GRID_TARGET_MS = 5
HANGING = 20
ASKERS = 50

# Resolves to when the card reads Connected, by the machine's clock in milliseconds.
WATCH = """
() => {
  window.turned = new Promise((resolve) => {
    const look = () => {
      if (!document.querySelector("#app-gitlab")?.textContent.includes("Manage")) return;
      resolve(performance.timeOrigin + performance.now());
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
}
"""


def p99(values):
    return sorted(values)[int(len(values) * 0.99)]


class Bench:
    def __init__(self, stack, quick):
        self.stack = stack
        self.url = urllib.parse.urlsplit(stack.url)
        self.gitlab = Provider(stack, "gitlab").start_anew()
        self.person = Person(stack)
        self.connects, self.pages, self.asks = (3, 5, 100) if quick else (20, 41, 1_000)
        self.log = pathlib.Path(stack.state / "log/web.log")

    def cards(self):
        """Milliseconds from the browser's request of the callback to the card."""
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            context = browser.new_context(ignore_https_errors=True)
            cookie = {"name": "sid", "value": self.person.cookie, "domain": "localhost", "path": "/"}
            context.add_cookies([cookie])
            page = context.new_page()
            page.goto(self.stack.url + "/apps")
            return [self.card(page) for _ in range(self.connects)]

    def card(self, page):
        with page.expect_popup() as opened:
            page.locator("#app-gitlab").get_by_role("button", name="Connect GitLab").click()
        window = opened.value
        asked = []
        window.on("request", lambda request: asked.append(request))
        page.evaluate(WATCH)
        with window.expect_event(
            "requestfinished", lambda request: "/apps/gitlab/callback" in request.url
        ):
            window.get_by_role("button", name="Allow").click(no_wait_after=True)
        turned = page.evaluate("() => window.turned")
        [callback] = [request for request in asked if "/apps/gitlab/callback" in request.url]
        sent = callback.timing["startTime"] + callback.timing["requestStart"]
        if not window.is_closed():
            window.close()
        self.person.call("DELETE", "/connections/gitlab", status=204)
        page.reload()
        return turned - sent

    def ask(self, connection, path):
        """The body as it came, and milliseconds from the request to its end."""
        begun = time.monotonic()
        headers = {"Cookie": f"sid={self.person.cookie}", "Accept-Encoding": "gzip"}
        connection.request("GET", self.url.path + path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        return body, (time.monotonic() - begun) * 1000

    def open(self):
        return http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)

    def grid(self):
        """Bytes as they are sent, and the responder's milliseconds."""
        connection = self.open()
        size, took = 0, []
        for _ in range(self.pages):
            place = self.log.stat().st_size
            size = len(self.ask(connection, "/apps")[0])
            took.append(duration(self.log, place))
        return size, took

    def webhooks(self):
        """Milliseconds of each of many pages, one after the other."""
        connection = self.open()
        self.ask(connection, "/webhooks")
        return [self.ask(connection, "/webhooks")[1] for _ in range(self.asks)]

    def beside_hanging(self):
        """The same while as many people come back from a provider that does not answer."""
        people = [Person(self.stack).http() for _ in range(HANGING)]
        places = [
            below(person, self.gitlab.answer_to(destination(person, begin(person, "gitlab"))))
            for person in people
        ]
        # More than are asked for: who finds no room asks again.
        self.gitlab.control(fault="hang", on="token", times=100 * HANGING)
        is_over = threading.Event()

        def wait(person, path):
            # As the window does: by redirect, and then by asking once a second.
            while not is_over.is_set():
                answer = person.get(path)
                if answer.status_code == 303:
                    path = below(person, answer.headers["Location"])
                is_over.wait(1)

        with concurrent.futures.ThreadPoolExecutor(HANGING) as pool:
            waiting = [pool.submit(wait, *each) for each in zip(people, places, strict=True)]
            time.sleep(1)
            took = self.webhooks()
            is_over.set()
            for each in waiting:
                each.result()
        self.gitlab.control(reset=True)
        return took

    def askers(self):
        """Milliseconds until each of many who ask at once has the new token; refreshes at the provider."""
        connect(self.person.http(), self.gitlab)
        old = self.person.call("GET", "/connections/gitlab/token")["access_token"]
        self.stack.sql("UPDATE user_integrations SET access_expires_at = UTC_TIMESTAMP(6)")
        asked = len(self.gitlab.calls("token"))
        together = threading.Barrier(ASKERS)

        def ask(_):
            together.wait()
            begun = time.monotonic()
            while True:
                answer = self.person.api("GET", "/connections/gitlab/token")
                if answer.status_code != 503:
                    return answer.json()["access_token"], (time.monotonic() - begun) * 1000
                time.sleep(int(answer.headers["Retry-After"]))

        with concurrent.futures.ThreadPoolExecutor(ASKERS) as pool:
            given = list(pool.map(ask, range(ASKERS)))
        tokens = {token for token, _ in given}
        if len(tokens) != 1 or old in tokens:
            raise SystemExit(f"{ASKERS} askers were given {len(tokens)} tokens")
        return [took for _, took in given], len(self.gitlab.calls("token")) - asked

    def show(self):
        cards = self.cards()
        size, took = self.grid()
        rest = self.webhooks()
        beside = self.beside_hanging()
        waits, refreshes = self.askers()
        print(f"GitLab's sandbox, {self.connects} connections; {self.pages} grids; {self.asks} pages of /webhooks")
        table(
            ("milliseconds", "median", "p99", "worst"),
            [
                (name, f"{median(each):.1f}", f"{p99(each):.1f}", f"{max(each):.1f}")
                for name, each in {
                    "from the callback to the card": cards,
                    "the grid, in the responder": took,
                    "/webhooks, at rest": rest,
                    f"/webhooks, beside {HANGING} callbacks that hang": beside,
                    f"the new token, {ASKERS} askers at once": waits,
                }.items()
            ],
        )
        limit = 2 * p99(rest) + 20
        table(
            ("", ""),
            [
                ("callback to card, ms", verdict(median(cards), CARD_TARGET_MS, at_least=False)),
                ("grid, bytes as sent", verdict(size, GRID_TARGET_BYTES, at_least=False)),
                ("grid, ms", verdict(median(took), GRID_TARGET_MS, at_least=False)),
                ("/webhooks beside them, p99 ms", verdict(p99(beside), round(limit, 1), at_least=False)),
                (f"refreshes for {ASKERS} askers", verdict(refreshes, 1, at_least=False)),
            ],
        )


def main():
    Bench(Stack(sys.argv[1]), "--quick" in sys.argv).show()


if __name__ == "__main__":
    main()
