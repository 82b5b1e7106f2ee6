"""An event wakes the workers that linger, whenever they came."""

import os
import pathlib
import socket

import pytest


@pytest.fixture
def run_folder(account):
    for line in (account.stack.state / "patchbay.env").read_text().splitlines():
        name, _, value = line.partition("=")
        if name == "PATCHBAY_RUN_DIR":
            return pathlib.Path(value.strip("'\""))
    raise AssertionError("the stack's settings name no run folder")


class Lingering:
    """What a lingering worker listens on."""

    def __init__(self, folder, number):
        self.path = folder / f"worker-{number}.sock"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(10)
        self.socket.bind(str(self.path))
        self.path.chmod(0o666)

    def is_woken(self):
        return self.socket.recv(16) == b"\x01"

    def die(self):
        """As by kill -9: its socket's name stays."""
        self.socket.close()


@pytest.fixture
def linger(run_folder):
    made = []

    def make(number):
        made.append(Lingering(run_folder, number))
        return made[-1]

    yield make
    for worker in made:
        worker.socket.close()
        worker.path.unlink(missing_ok=True)


def test_an_event_wakes_each_worker_those_too_that_came_since_the_last_one(account, linger):
    account.webhook("/woken")
    first = linger(900001)
    account.emit()
    assert first.is_woken()

    second = linger(900002)
    # The folder's time is trusted from its second second on.
    os.utime(second.path.parent, (1, 1))
    for _ in range(3):
        account.emit()
        assert first.is_woken() and second.is_woken()
    third = linger(900003)
    account.emit()

    assert first.is_woken() and second.is_woken() and third.is_woken()


def test_the_socket_of_a_dead_worker_is_removed_and_the_others_are_woken(account, linger):
    account.webhook("/woken")
    dead, alive = linger(900004), linger(900005)
    dead.die()

    account.emit()

    assert alive.is_woken()
    assert not dead.path.exists()


def test_an_event_that_nobody_listens_to_wakes_nobody(account, linger):
    worker = linger(900006)
    account.emit()

    worker.socket.settimeout(0.2)
    with pytest.raises(TimeoutError):
        worker.is_woken()
