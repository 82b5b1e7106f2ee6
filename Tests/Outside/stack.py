"""One Patchbay stack, started and stopped as people do it: by deploy/run and deploy/stop."""

import json
import os
import pathlib
import random
import socket
import subprocess
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[2]

# A first start builds the programs.
START_SECONDS = 1800


def free_port():
    """A port with the two behind it free, below those that the kernel hands out itself."""
    while True:
        first = random.randrange(20000, 32000, 3)
        if all(is_free(first + offset) for offset in range(3)):
            return first


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def without_settings():
    """The environment but for PATCHBAY_*, which deploy/run would hand on."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PATCHBAY_")}


def run_command(command, *arguments, settings=None, seconds=START_SECONDS):
    """Runs deploy/COMMAND to its end. Its output is in `stdout`, both streams in one."""
    return subprocess.run(
        [ROOT / "deploy" / command, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
        env=without_settings() | (settings or {}),
    )


def wait_for(condition, seconds=20, every=0.05):
    """Calls until something true comes back, and gives that; fails when the time is over."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(every)


class Stack:
    def __init__(self, state, port=None):
        self.state = pathlib.Path(state)
        self.port = port or free_port()

    def run(self, settings=None, check=True):
        """deploy/run --detach, on this state and port."""
        done = run_command(
            "run", "--detach", "--state", self.state, "--port", self.port, settings=settings
        )
        assert not check or done.returncode == 0, done.stdout
        return done

    def stop(self, purge=False):
        done = run_command("stop", "--state", self.state, *(["--purge"] if purge else []))
        assert done.returncode == 0, done.stdout
        return done

    @property
    def env(self):
        """STATE/env, as a shell reads it."""
        return read_env(self.state / "env")

    @property
    def settings(self):
        """What the programs are started with."""
        return read_env(self.state / "patchbay.env")

    @property
    def url(self):
        return self.env["PATCHBAY_URL"]

    def pid(self, name):
        return int((self.state / f"{name}.pid").read_text())

    def api(self, method, path, body=None, key=None, **options):
        """A call of the JSON API as the demo's user, or with another key. `path` begins with /."""
        headers = {"Authorization": f"Bearer {key or self.env['PATCHBAY_USER_API_KEY']}"}
        headers |= options.pop("headers", {})
        return requests.request(
            method, f"{self.url}/api/v1{path}", json=body, headers=headers, timeout=30, **options
        )

    def sink_url(self, path):
        return self.env["PATCHBAY_SINK_URL"] + path

    def sink_lines(self, path=None):
        """What the sink has received, in order; with a path, only what went exactly there."""
        log = pathlib.Path(self.env["PATCHBAY_SINK_LOG"])
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        return [line for line in lines if path is None or line["path"] == path]

    def sql(self, statement):
        """Runs SQL as the database's root; rows as lists of text."""
        where = ["--socket", self.env["PATCHBAY_DB_SOCKET"], self.env["PATCHBAY_DB_NAME"]]
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names", *where, "-e", statement],
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.split("\t") for line in done.stdout.splitlines()]


def read_env(path):
    """An environment file as a shell reads it."""
    done = subprocess.run(
        ["env", "-i", "sh", "-c", 'set -a; . "$0"; env -0', path], capture_output=True, check=True
    )
    pairs = (entry.partition("=") for entry in done.stdout.decode().split("\0") if entry)
    return {name: value for name, _, value in pairs if name.startswith("PATCHBAY_")}


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False
