"""spread.py STATE PORT [--quick]: a drain of as many deliveries to few and to many webhooks."""

import json
import sys
import threading

from backlog import Backlog, stop_timer
from figures import median, spread, table
from receiver import Receiver
from stack import Stack

COUNT = 20_000
WEBHOOKS_OF_A_USER = 1_000


class Bench:
    def __init__(self, stack, receiver, quick):
        self.stack = stack
        self.receiver = receiver
        self.backlog = Backlog(stack)
        self.rounds = 1 if quick else 3
        self.webhooks = (100, 2_000) if quick else (100, 2_000, 20_000)
        self.figures = {}

    def make_webhooks(self):
        """Through the API, since their secrets are sealed; users by SQL."""
        names = [f"spread{n}@example.com" for n in range(self.webhooks[-1] // WEBHOOKS_OF_A_USER)]
        for name in names:
            self.backlog.sql(
                "INSERT INTO users (id, email, role, status, created_at)"
                f" VALUES (UUID(), '{name}', 'user', 'active', UTC_TIMESTAMP(6));"
            )
        threads = [threading.Thread(target=self.make_of, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        there = self.backlog.number("SELECT COUNT(*) FROM webhooks")
        if there != self.webhooks[-1]:
            raise SystemExit(f"{there} webhooks were made, not {self.webhooks[-1]}")
        self.backlog.number_webhooks()

    def make_of(self, name):
        connection = self.stack.connect()
        headers = {
            "Authorization": f"Bearer {self.stack.env['PATCHBAY_SERVICE_API_KEY']}",
            "Content-Type": "application/json",
        }
        for number in range(WEBHOOKS_OF_A_USER):
            webhook = {
                "name": f"spread {number}", "endpoint_url": self.receiver.url(),
                "events": ["lead.created"],
            }
            connection.request(
                "POST", f"{self.stack.url.path}/api/v1/webhooks?user={name}",
                json.dumps(webhook), headers,
            )
            connection.getresponse().read()
        connection.close()

    def drain(self, webhooks):
        backlog = self.backlog
        backlog.empty()
        backlog.fill(COUNT, webhooks)
        backlog.settle()
        database = backlog.database_seconds()
        run = backlog.drain()
        database = backlog.database_seconds() - database
        backlog.check(COUNT)
        self.figures.setdefault(webhooks, []).append(
            (COUNT / run.seconds, run.processor_seconds / COUNT * 1e6, database / COUNT * 1e6)
        )

    def run(self):
        self.make_webhooks()
        for _ in range(self.rounds):
            for webhooks in self.webhooks:
                self.drain(webhooks)

    def show(self):
        print(f"{COUNT:,} deliveries, from the worker's start to its end; median of {self.rounds} interleaved runs,")
        print("processor time in microseconds for each")
        rows = []
        for webhooks, figures in self.figures.items():
            rates, worker, database = zip(*figures, strict=True)
            rows.append(
                (f"{webhooks:,} webhooks, {COUNT // webhooks:,} for each", f"{median(rates):,.0f}",
                 spread(rates), f"{median(worker):.0f}", f"{median(database):.0f}")
            )  # fmt: skip
        table(("", "per second", "lowest to highest", "worker", "mariadbd"), rows)


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    receiver = Receiver(stack, int(sys.argv[2]))
    try:
        bench = Bench(stack, receiver, "--quick" in sys.argv)
        bench.run()
        bench.show()
    finally:
        receiver.close()


if __name__ == "__main__":
    main()
