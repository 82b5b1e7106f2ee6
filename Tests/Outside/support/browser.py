"""Chromium for the tests. A page that complains, of a script or of the policy, fails its test."""

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
WAIT_MILLISECONDS = 5000


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visits:
    """Opens pages, each in a browser of its own: no cookie and no cache is shared."""

    def __init__(self, chromium, stack):
        self.chromium = chromium
        self.stack = stack
        self.contexts = []
        self.complaints = []
        # Addresses of pages whose status Chromium complained of.
        self.refused = []
        self.visited = set()
        # Set by a test that takes the network away.
        self.cuts_off = False

    def __call__(self, path="", person=None, script=True, width=1280, **options):
        """A page at `path` below the prefix, of a person who is signed in or of nobody."""
        context = self.chromium.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            locale="en-GB",
            **({"timezone_id": "UTC"} | options),
        )
        self.contexts.append(context)
        context.set_default_timeout(WAIT_MILLISECONDS)
        if person:
            # As the server sets it: for the whole host.
            cookie = {"name": "sid", "value": person.cookie, "domain": "localhost", "path": "/"}
            context.add_cookies([cookie])
        page = context.new_page()
        self.listen(page)
        page.goto(self.stack.url + path)
        return page

    def listen(self, page):
        def note(response):
            is_told = "patchbay-script" in response.request.headers and response.status < 500
            if response.request.is_navigation_request() or is_told:
                self.visited.add(response.url)

        def judge(message):
            if message.text.startswith("Failed to load resource: the server responded"):
                self.refused.append(message.location["url"])
            elif self.cuts_off and message.text.startswith("Failed to load resource: net::"):
                pass
            elif message.type in ("error", "warning"):
                complain(message.text)

        def complain(text):
            # Chromium tells of a cross-fade that it gave up, as when the page is left meanwhile.
            if not str(text).startswith("Transition was "):
                self.complaints.append(f"{page.url}: {text}")

        page.on("response", note)
        page.on("console", judge)
        page.on("pageerror", complain)

    def end(self):
        for context in self.contexts:
            context.close()
        # Of a page whose status is an error Chromium complains always; such pages are looked for. Only
        # now, since its complaint may come before the answer.
        assert not set(self.refused) - self.visited, self.refused
        assert not self.complaints, self.complaints


@pytest.fixture
def visit(chromium, stack):
    visits = Visits(chromium, stack)
    yield visits
    visits.end()


@pytest.fixture(params=[True, False], ids=["with_script", "without_script"])
def script(request):
    """Tests that take it run twice: with JavaScript and without."""
    return request.param


def go(page, action):
    """Does what leads to another page, and gives the answer that the browser ended at."""
    answers = []

    def note(response):
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            answers.append(response)

    page.on("response", note)
    with page.expect_navigation():
        action()
    page.remove_listener("response", note)
    return answers[-1]


def press(page, button):
    """Presses a button or follows a link by its name, and gives the answer that it led to."""
    target = page.get_by_role("button", name=button, exact=True).or_(
        page.get_by_role("link", name=button, exact=True)
    )
    return go(page, target.click)


def answer(page, button):
    """Presses the button of a page that asks, or of its dialog: the link behind has the same name."""
    go(page, page.get_by_role("button", name=button, exact=True).click)
