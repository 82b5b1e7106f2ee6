"""Fixtures: a stack for the whole session, and states for tests that start their own."""

import itertools
import os
import pathlib
import tempfile

import pytest

from stack import Stack


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
    stack.run()
    yield stack
    stack.stop(purge=True)


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
