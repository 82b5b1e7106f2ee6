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
