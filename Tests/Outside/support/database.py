"""A stack's MariaDB: killed, frozen, and started again as it was, or with other options."""

import os
import pathlib
import signal
import subprocess

from stack import is_alive, wait_for


class Server:
    def __init__(self, stack):
        self.stack = stack
        self.command = [
            part.decode()
            for part in pathlib.Path(f"/proc/{self.pid}/cmdline").read_bytes().split(b"\0")[:-1]
        ]
        self.process = None

    @property
    def pid(self):
        return self.stack.pid("mariadb")

    def send(self, number):
        os.kill(self.pid, number)

    def end(self, number=signal.SIGKILL):
        """By this signal, unless it has ended; returns once it is gone."""
        pid = self.pid
        if is_alive(pid):
            os.kill(pid, number)
        wait_for(lambda: not is_alive(pid), seconds=60)
        if self.process:
            self.process.wait()

    def start(self, *options, environment=None):
        """Returns once it answers. deploy/stop finds it by its record, like the first one."""
        log = (self.stack.state / "log" / "mariadb.log").open("a")
        self.process = subprocess.Popen(
            [*self.command, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | (environment or {}),
        )
        record(self.stack, "mariadb", self.process.pid)
        wait_for(self.answers, seconds=60)

    def answers(self):
        assert self.process is None or self.process.poll() is None, "MariaDB has ended"
        try:
            return self.stack.sql("SELECT 1")
        except subprocess.CalledProcessError:
            return None

    def status(self, name):
        [[_, value]] = self.stack.sql(f"SHOW GLOBAL STATUS LIKE '{name}'")
        return int(value)


def record(stack, name, pid):
    """As deploy/lib/process.sh does."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    (stack.state / f"{name}.started").write_text(f"{boot} {stat[19]}\n")
    (stack.state / f"{name}.pid").write_text(f"{pid}\n")
