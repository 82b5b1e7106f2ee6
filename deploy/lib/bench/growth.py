"""growth.py STATE PORT [--quick] [--full]: what a delivery costs while the tables grow."""

import subprocess
import sys
import time

from backlog import Backlog, stop_timer
from claim_log import ClaimLog
from figures import median, table, verdict
from receiver import Receiver
from stack import Stack
from usage import processor_seconds

DRAINED = 20_000
TARGET = 1.3


class Bench:
    def __init__(self, stack, receiver, sizes):
        self.stack = stack
        self.receiver = receiver
        self.backlog = Backlog(stack)
        self.finished, self.waiting, self.rounds = sizes
        self.backlog.make_webhooks(receiver.url())
        self.figures = {}
        self.claims = {}

    def drain(self, name, waiting):
        """Costs of a delivery in microseconds: time, processors of worker and mariadbd."""
        self.figures.setdefault(name, []).append(self.costs(waiting))

    def claim(self, name, waiting):
        """What the statements that claim a delivery take in the server, in microseconds; in a drain
        of its own, since each statement is logged."""
        claimed = self.backlog.number("SELECT COALESCE(SUM(lease_number), 0) FROM webhook_deliveries")
        with ClaimLog(self.backlog) as log:
            self.costs(waiting)
        claimed = (
            self.backlog.number("SELECT SUM(lease_number) FROM webhook_deliveries") - claimed
        )
        self.claims[name] = sum(log.seconds().values()) / claimed * 1e6

    def measure(self, name, waiting):
        for _ in range(self.rounds):
            self.drain(name, waiting)
        self.claim(name, waiting)

    def costs(self, waiting):
        backlog = self.backlog
        left = backlog.number(
            "SELECT COUNT(*) FROM webhook_deliveries FORCE INDEX (queue)"
            " WHERE live_webhook_id IS NOT NULL"
        )
        backlog.fill(waiting - left)
        backlog.settle()
        with open(self.stack.state / "log/bench-worker.log", "ab") as log:
            worker = subprocess.Popen(
                backlog.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        base = self.receiver.requests()
        count = min(DRAINED, waiting)
        first = self.reach(worker, base, count // 10)
        last = self.reach(worker, base, count * 95 // 100)
        worker.terminate()
        worker.wait(60)
        done = last[0] - first[0]
        return [(after - before) / done * 1e6 for before, after in zip(first[1:], last[1:], strict=True)]

    def reach(self, worker, base, count):
        """Waits for so many requests. Gives their number, the time, and the processors' times."""
        polls = 0
        while worker.poll() is None:
            polls += 1
            done = self.receiver.requests() - base - polls
            if done >= count:
                return (
                    done, time.monotonic(), processor_seconds(worker.pid),
                    self.backlog.database_seconds(),
                )
            time.sleep(0.02)
        raise SystemExit("the worker ended before it had sent what it should")

    def run(self):
        backlog = self.backlog
        for waiting in self.waiting:
            backlog.empty()
            self.measure(f"{waiting:,} waiting", waiting)
        backlog.empty()
        there = 0
        for finished in self.finished:
            began = time.monotonic()
            backlog.fill_finished(there + 1, finished)
            there = finished
            print(f"# {finished:,} finished ones are there after {time.monotonic() - began:.0f} s", flush=True)
            self.measure(f"{finished:,} finished", DRAINED * 2)

    def show(self):
        print(f"microseconds for each of {DRAINED:,} deliveries to 100 webhooks; median of {self.rounds}")
        rows = [
            (name, *(f"{median(figure):.1f}" for figure in zip(*figures, strict=True)),
             f"{self.claims[name]:.1f}")
            for name, figures in self.figures.items()
        ]  # fmt: skip
        table(("", "time", "worker", "mariadbd", "claim"), rows)
        rows = []
        for kind in ("waiting", "finished"):
            names = [name for name in self.figures if name.endswith(kind)]
            first, last = (
                [median(figure) for figure in zip(*self.figures[name], strict=True)]
                for name in (names[0], names[-1])
            )
            for place, what in ((0, "time"), (2, "mariadbd")):
                ratio = last[place] / first[place]
                rows.append((f"{what}, {names[-1]} / {names[0]}", verdict(ratio, TARGET, at_least=False)))
            ratio = self.claims[names[-1]] / self.claims[names[0]]
            rows.append((f"claim, {names[-1]} / {names[0]}", verdict(ratio, TARGET, at_least=False)))
        table(("", "ratio"), rows)


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    if "--quick" in sys.argv:
        sizes = ((0, 100_000), (20_000, 100_000), 1)
    else:
        finished = (0, 1_000_000, 10_000_000) if "--full" in sys.argv else (0, 100_000, 1_000_000)
        sizes = (finished, (10_000, 100_000, 1_000_000), 3)
    receiver = Receiver(stack, int(sys.argv[2]))
    try:
        bench = Bench(stack, receiver, sizes)
        bench.run()
        bench.show()
    finally:
        receiver.close()


if __name__ == "__main__":
    main()
