"""Fixtures: a stack for the whole session, and states for tests that start their own."""

import itertools
import os
import pathlib
import tempfile

import pytest

from stack import Stack, free_port
from support.account import Account
from support.browser import chromium, script, visit  # noqa: F401
from support.browser_person import other_person, own_endpoint, person, resident  # noqa: F401
from support.endpoint import Endpoint
from support.worker import Worker, stop_timer


@pytest.fixture(scope="session")
def states():
    """Where states lie: given by deploy/test, which clears it up whatever happens."""
    given = os.environ.get("OUTSIDE_STATES")
    if given:
        yield pathlib.Path(given)
    else:
        with tempfile.TemporaryDirectory(prefix="outside.") as folder:
            yield pathlib.Path(folder)


@pytest.fixture(scope="session")
def stack(states):
    """One running stack that all tests share: make your own webhooks, and leave it running."""
    stack = Stack(states / "shared")
    # Where a test may have an endpoint of its own.
    stack.own_port = free_port()
    stack.run({"PATCHBAY_ENDPOINT_ALLOW": f"localhost:{stack.own_port}"})
    yield stack
    stack.stop(purge=True)


@pytest.fixture(scope="session")
def endpoint_port():
    """This and the next are ports that the quick stack sends to besides its sink's."""
    return free_port()


@pytest.fixture(scope="session")
def quick(states, endpoint_port):
    """A stack that gives up and tries again within seconds, shared by all tests of deliveries."""
    stack = Stack(states / "quick")
    stack.run(
        {
            "PATCHBAY_RETRY_SCHEDULE": "1s,1s",
            "PATCHBAY_RETRY_JITTER": "0",
            "PATCHBAY_ATTEMPT_TIMEOUT": "2s",
            "PATCHBAY_WORKER_LEASE": "12s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
            "PATCHBAY_MAX_WEBHOOKS": "100",
            "PATCHBAY_ENDPOINT_ALLOW": f"localhost:{endpoint_port},localhost:{endpoint_port + 1}",
        }
    )
    yield stack
    stack.stop(purge=True)


@pytest.fixture(scope="session")
def endpoint(quick, endpoint_port):
    """An endpoint of the quick stack that answers with bytes of the test's choice."""
    endpoint = Endpoint(quick, endpoint_port)
    yield endpoint
    endpoint.close()


@pytest.fixture
def account(quick):
    """A new user of the quick stack."""
    return Account(quick)


@pytest.fixture(scope="session")
def unmanned(states):
    """A stack on which nothing is delivered but by workers that a test starts by hand. Its claims
    run out soon, and a delivery gets five attempts."""
    stack = Stack(states / "unmanned")
    stack.run(
        {
            "PATCHBAY_WORKER_LEASE": "15s",
            "PATCHBAY_ATTEMPT_TIMEOUT": "5s",
            "PATCHBAY_RETRY_SCHEDULE": "1s,1s,1s,1s",
            "PATCHBAY_MAX_WEBHOOKS": "1000",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
        }
    )
    stop_timer(stack)
    yield stack
    stack.stop(purge=True)


@pytest.fixture
def start_worker(unmanned):
    """Starts workers by hand; what the test leaves of them is stopped."""
    started = []

    def start(settings=None):
        started.append(Worker(unmanned, settings))
        return started[-1]

    yield start
    for worker in started:
        if worker.is_alive:
            worker.stop()


@pytest.fixture
def tell(request):
    """Prints a line of figures at the end of the run, also where the test passed."""
    return lambda line: request.node.user_properties.append(("figures", line))


def pytest_terminal_summary(terminalreporter):
    lines = [
        f"{report.nodeid.rpartition('::')[2]}: {value}"
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == "figures"
    ]
    if lines:
        terminalreporter.section("figures")
        for line in lines:
            terminalreporter.line(line)


_numbers = itertools.count(1)


@pytest.fixture
def new_stack(states):
    """Makes stacks that are not started yet, and stops what has come of them."""
    made = []

    def make(port=None, name=""):
        made.append(Stack(states / f"own-{next(_numbers)}{name}", port))
        return made[-1]

    yield make
    for stack in made:
        stack.stop(purge=True)
