"""The programs of two hosts on databases that they reach by TCP: two responders behind one nginx, and
workers. What the machine has once, its sink, keys and programs, is a running stack's."""

import re
import signal
import subprocess

import requests

from stack import ROOT, Stack, wait_for
from support.galera import as_child


def grant_by_tcp(script):
    """setup.sql and grants.sql for accounts that come from loopback, as the README says it."""
    script = script.replace("IDENTIFIED VIA unix_socket;", "ACCOUNT LOCK;")
    return script.replace("@localhost", "@'127.0.0.1'")


def make_schema(site, node):
    """What an administrator does once: accounts, tables, rights."""
    sql = ROOT / "sql"
    node.sql(grant_by_tcp((sql / "setup.sql").read_text()), "mysql")
    passwords = (line.split() for line in (site.state / "db-passwords").read_text().splitlines())
    for account, password in passwords:
        change = f"IDENTIFIED BY '{password}' ACCOUNT UNLOCK"
        node.sql(f"ALTER USER {account}@'127.0.0.1' {change}", "mysql")
    site.command("patchbay", "migrate", "--directory", sql)
    node.sql(grant_by_tcp((sql / "grants.sql").read_text()), "mysql")


class ClusterSite(Stack):
    """Looks like a stack to accounts and receipts."""

    def __init__(self, stack, folder, hosts, port):
        super().__init__(folder, port)
        self.stack = stack
        self.processes = {}
        self.reader = None
        for name in ("log", "nginx", "wake"):
            (self.state / name).mkdir(parents=True)
        for name in ("bin", "assets", "db-passwords"):
            (self.state / name).symlink_to(stack.state / name)
        self.write_settings(hosts)

    def write_settings(self, hosts):
        settings = self.stack.settings | {
            "PATCHBAY_BASE_URL": self.stack.url.replace(f":{self.stack.port}/", f":{self.port}/"),
            "PATCHBAY_DB_HOST": hosts,
            "PATCHBAY_RUN_DIR": str(self.state / "wake"),
        }
        del settings["PATCHBAY_DB_SOCKET"]
        lines = [f"{name}='{value}'\n" for name, value in settings.items()]
        (self.state / "patchbay.env").write_text("".join(lines))

    @property
    def env(self):
        return self.stack.env | {"PATCHBAY_URL": self.settings["PATCHBAY_BASE_URL"]}

    def sql(self, statement):
        """Runs SQL as the root of the node that is looked at."""
        return self.reader.sql(statement)

    def command(self, program, *arguments):
        """One of the programs, with this site's settings."""
        done = subprocess.run(
            self.with_settings(program, *arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def with_settings(self, program, *arguments):
        settings = self.state / "patchbay.env"
        path = self.state / "bin" / program
        return [ROOT / "deploy" / "lib" / "with-settings", settings, path, *arguments]

    def start(self, name, *command):
        with (self.state / "log" / f"{name}.log").open("a") as log:
            self.processes[name] = subprocess.Popen(
                as_child(*command), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def start_worker(self, name):
        self.start(name, *self.with_settings("patchbay-worker"))

    def start_responders(self):
        sockets = [self.state / f"web{number}.sock" for number in (1, 2)]
        for number, socket in enumerate(sockets, start=1):
            self.start(f"web{number}", *self.with_settings("patchbay-web", "--socket", socket))
        wait_for(lambda: all(socket.exists() for socket in sockets), 30)
        self.write_nginx_configuration(sockets)
        self.start("nginx", "nginx", "-c", self.state / "nginx" / "nginx.conf")
        wait_for(self.answers, 30)

    def write_nginx_configuration(self, sockets):
        """The stack's, with two responders in the upstream."""
        for name in ("nginx.conf", "site.conf"):
            text = (self.stack.state / "nginx" / name).read_text()
            servers = "\n".join(f"    server unix:{socket};" for socket in sockets)
            text = re.sub(r"^    server unix:.*;$", servers, text, flags=re.M)
            text = text.replace(str(self.stack.state), str(self.state))
            text = text.replace(f":{self.stack.port};", f":{self.port};")
            (self.state / "nginx" / name).write_text(text)

    def answers(self):
        try:
            return requests.get(f"{self.url}/healthz", timeout=10).text == "ok"
        except requests.RequestException:
            return False

    def stop_process(self, name, seconds=60):
        """As systemd does; gives the exit code."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGQUIT if name == "nginx" else signal.SIGTERM)
        return process.wait(seconds)

    def stop_programs(self):
        for name in list(self.processes):
            self.stop_process(name)

    def log(self, name):
        return (self.state / "log" / f"{name}.log").read_text()
