"""deliver.py STATE [--quick]: deliveries a second, beside the limits of the machine and Celery."""

import pathlib
import subprocess
import sys
import threading

from backlog import WEBHOOKS, Backlog, body, stop_timer
from celery_worker import POOLS, Celery
from figures import median, spread, table, verdict
from receiver import Receiver
from stack import Stack
from wrk import post_rate

HERE = pathlib.Path(__file__).resolve().parent
WHERE = {"one host name": 1, "100 host names": WEBHOOKS}
IN_FLIGHT = 256
MEMORY_TARGET_MIB = 100


class Bench:
    def __init__(self, stack, receiver, quick):
        self.stack = stack
        self.receiver = receiver
        self.backlog = Backlog(stack)
        self.rounds = 1 if quick else 5
        self.count = 10_000 if quick else 50_000
        self.celery_count = 1_000 if quick else 4_000
        self.rates = {}
        self.costs = {}
        self.bare = stack.state / "bin/bare_curl"
        subprocess.run(
            ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", str(self.bare),
             str(HERE / "bare_curl.c"), "-lcurl"],
            check=True,
        )

    def note(self, name, rate):
        self.rates.setdefault(name, []).append(rate)

    def url(self, hosts):
        return self.receiver.url() if hosts == 1 else self.receiver.url_of_many()

    def wrk(self):
        rate = post_rate(
            self.receiver.url(), self.stack.state, body(),
            {
                "content-type": "application/json",
                "user-agent": "Patchbay/0.0.0",
                "webhook-id": "01934f7e-0000-7000-8000-000000000000",
                "webhook-timestamp": "1700000000",
                "webhook-signature": "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            },
            64, 2,
        )
        self.note("wrk, 64 connections", rate)

    def curl(self, where, concurrency):
        output = subprocess.run(
            [str(self.bare), self.receiver.ca_file, str(self.backlog.body_file),
             self.url(WHERE[where]), str(WHERE[where]), str(self.count), str(concurrency)],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout.split()
        self.note(f"curl_multi {concurrency}, {where}", self.count / float(output[0]))
        self.costs.setdefault(f"curl_multi {concurrency}, {where}", []).append(float(output[1]))

    def worker(self, where):
        backlog = self.backlog
        backlog.empty()
        backlog.send_to(self.url(WHERE[where]))
        backlog.fill(self.count)
        backlog.settle()
        requests, database, nginx = (
            self.receiver.requests(), backlog.database_seconds(), self.receiver.processor_seconds(),
        )
        run = backlog.drain()
        spent = {
            "worker": run.processor_seconds,
            "mariadbd": backlog.database_seconds() - database,
            "nginx": self.receiver.processor_seconds() - nginx,
        }
        received = self.receiver.requests() - requests - 1
        backlog.check(self.count)
        if received != self.count:
            raise SystemExit(f"{self.count} deliveries, and the receiver had {received} requests")
        self.note(f"worker, {where}", self.count / run.seconds)
        for name, seconds in spent.items():
            costs = self.costs.setdefault(f"{name}, {where}", [])
            costs.append(seconds / self.count * 1e6)

    def memory(self):
        """Peak of resident MiB with as many in flight as may be, and how many that were."""
        backlog = self.backlog
        backlog.empty()
        backlog.send_to(self.receiver.url("/slow"))
        backlog.fill(2_000)
        most = 0
        watcher = Watcher(self.receiver)
        run = backlog.drain()
        most = watcher.end()
        backlog.check(2_000)
        return run.peak_kib / 1024, most

    def run(self):
        self.backlog.make_webhooks(self.receiver.url())
        celery = Celery(self.stack, self.backlog, self.receiver)
        try:
            for _ in range(self.rounds):
                self.wrk()
                for where in WHERE:
                    self.curl(where, 64)
                    self.curl(where, IN_FLIGHT)
                    self.worker(where)
                for pool in POOLS:
                    self.note(f"Celery, {pool}", celery.rate(pool, self.celery_count))
        finally:
            celery.close()

    def show(self):
        print(f"{self.rounds} interleaved runs; {self.count:,} deliveries of 1 KiB to {WEBHOOKS} webhooks,")
        print("each attempt on record (innodb_flush_log_at_trx_commit=1); from the worker's start to its end")
        table(
            ("", "per second", "lowest to highest"),
            [(name, f"{median(rates):,.0f}", spread(rates)) for name, rates in self.rates.items()],
        )
        table(
            ("processor time", "us for each"),
            [(name, f"{median(costs):.0f}") for name, costs in self.costs.items()],
        )
        celery = max(median(self.rates[f"Celery, {pool}"]) for pool in POOLS)
        rows = []
        for where, target in zip(WHERE, (0.5, 0.33), strict=True):
            rate = median(self.rates[f"worker, {where}"])
            bare = max(median(self.rates[f"curl_multi {n}, {where}"]) for n in (64, IN_FLIGHT))
            rows.append((f"worker / the better curl_multi, {where}", verdict(rate / bare, target)))
            rows.append((f"worker / the better Celery, {where}", verdict(rate / celery, 10)))
        table(("", "ratio"), rows)

    def show_memory(self):
        peak, in_flight = self.memory()
        table(
            ("worker's resident memory, peak", "MiB"),
            [(f"{in_flight} in flight", verdict(peak, MEMORY_TARGET_MIB, at_least=False))],
        )


class Watcher:
    """Looks at the receiver while a worker runs, for the most requests in flight."""

    def __init__(self, receiver):
        self.receiver = receiver
        self.most = 0
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while not self.done.wait(0.05):
            self.most = max(self.most, self.receiver.in_flight())

    def end(self):
        self.done.set()
        self.thread.join()
        return self.most


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    receiver = Receiver(stack, int(sys.argv[2]))
    try:
        bench = Bench(stack, receiver, "--quick" in sys.argv)
        bench.run()
        bench.show()
        bench.show_memory()
    finally:
        receiver.close()


if __name__ == "__main__":
    main()
