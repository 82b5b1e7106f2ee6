"""Workers that a test starts by hand, beside the timer's or instead of it."""

import itertools
import json
import os
import signal
import subprocess

from stack import ROOT, is_alive, wait_for


def stop_timer(stack):
    """The stack's own worker ends; from now on only a test's own workers deliver."""
    timer = stack.pid("timer")
    os.kill(timer, signal.SIGTERM)
    wait_for(lambda: not is_alive(timer), seconds=60)


def attempts_in(log_text):
    """How many attempts a worker says that it put on record."""
    lines = (json.loads(line) for line in log_text.splitlines() if '"recorded"' in line)
    return sum(int(line["attempts"]) for line in lines)


_numbers = itertools.count(1)


class Worker:
    """With the stack's settings and these variables, by way of the command `under`. Its log is its own,
    or what `log` leads to."""

    def __init__(self, stack, settings=None, log=None, under=()):
        self.log = stack.state / "log" / f"worker-{next(_numbers)}.log"
        with self.log.open("w") as file:
            log = file if log is None else log
            self.process = subprocess.Popen(
                [
                    ROOT / "deploy" / "lib" / "with-settings",
                    stack.state / "patchbay.env",
                    "env",
                    *(f"{name}={value}" for name, value in (settings or {}).items()),
                    *under,
                    stack.state / "bin" / "patchbay-worker",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def pid(self):
        return self.process.pid

    @property
    def log_text(self):
        return self.log.read_text()

    @property
    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=60):
        """By SIGTERM; gives its exit code."""
        self.process.terminate()
        return self.process.wait(seconds)


def end_leases(stack, webhook):
    """What is in flight is due at once, as if its lease's time had gone by."""
    stack.sql(
        "UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6)"
        f" WHERE webhook_id = '{webhook['id']}' AND in_flight"
    )


def wait_until_done(stack, webhook, seconds=60):
    """Until nothing of the webhook's is pending."""
    wait_for(
        lambda: stack.sql(
            "SELECT COUNT(*) FROM webhook_deliveries"
            f" WHERE webhook_id = '{webhook['id']}' AND status = 'pending'"
        )
        == [["0"]],
        seconds,
        every=0.2,
    )
