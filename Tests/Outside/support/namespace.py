"""A network namespace with a name server, a sink and a worker of a stack's own in it."""

import contextlib
import os
import pathlib
import subprocess

from stack import ROOT, wait_for
from support.certificates import Authority

DOMAIN = "patchbay-dns.net"
PORT = 8443
# Where nothing may be sent; the sink listens there as well, and would tell.
INSIDE = "10.98.0.1"


class Namespace:
    def __init__(self, stack):
        self.stack = stack
        self.name = f"patchbay-{os.getpid()}"
        self.etc = pathlib.Path("/etc/netns") / self.name
        self.log = stack.state / "log" / "namespace.jsonl"
        self.processes = []

    def make(self):
        """Raises CalledProcessError where this machine has no namespaces."""
        ip("netns", "add", self.name)
        ip("-n", self.name, "link", "set", "lo", "up")
        for address in ("10.99.0.1", "10.99.0.2", INSIDE):
            ip("-n", self.name, "address", "add", f"{address}/32", "dev", "lo")
        self.etc.mkdir(parents=True)
        # `ip netns exec` lays it over /etc/resolv.conf.
        (self.etc / "resolv.conf").write_text("nameserver 10.99.0.1\n")

    def remove(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(60)
        ip("netns", "delete", self.name, check=False)
        (self.etc / "resolv.conf").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.etc.rmdir()

    def start(self, *command):
        log = (self.stack.state / "log" / "namespace.log").open("a")
        command = ["ip", "netns", "exec", self.name, *map(str, command)]
        self.processes.append(
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        )

    def start_all(self):
        here = pathlib.Path(__file__).resolve().parent
        self.start("/usr/bin/python3", here / "name_server.py", "10.99.0.1")
        certificate, key = Authority.of(self.stack).issue("domain", [f"*.{DOMAIN}"])
        self.start(
            "/usr/bin/python3", ROOT / "deploy/sink/sink.py", "--port", PORT,
            *(f"--address={address}" for address in ("10.99.0.1", INSIDE, "127.0.0.1", "::1")),
            "--certificate", certificate, "--key", key, "--log", self.log,
        )
        wait_for(self.log.exists)
        self.start_worker()

    def start_worker(self):
        state = self.stack.state
        self.start(
            ROOT / "deploy/lib/with-settings", state / "patchbay.env", state / "bin/patchbay-worker"
        )

    def restart_worker(self):
        """Another one, which has looked nothing up yet."""
        worker = self.processes.pop()
        worker.terminate()
        assert worker.wait(60) == 0
        self.start_worker()


def ip(*arguments, check=True):
    subprocess.run(["ip", *arguments], check=check, capture_output=True)
