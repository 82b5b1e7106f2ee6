"""retention.py STATE PORT [--quick]: a drain while 100,000 old deliveries are removed."""

import json
import os
import signal
import subprocess
import sys
import time

from backlog import WEBHOOKS, Backlog, body, identifier, stop_timer
from figures import median, spread, table, verdict
from receiver import Receiver
from stack import Stack

OLD_DAYS = 100
LONGEST_MS = 100
SLOWER_PERCENT = 5


class Bench:
    def __init__(self, stack, receiver, quick):
        self.stack = stack
        self.backlog = Backlog(stack)
        self.receiver = receiver
        self.rounds = 1 if quick else 5
        self.count = 10_000 if quick else 50_000
        self.old = 20_000 if quick else 100_000
        self.rates = {}
        self.log = stack.state / "log/bench-worker.log"

    def fill_old(self):
        """Delivered long ago by one attempt each."""
        start = int((time.time() - OLD_DAYS * 86_400) * 1000)
        then = f"UTC_TIMESTAMP(6) - INTERVAL {OLD_DAYS} DAY"
        id = identifier(start, "seq")
        rows = f"seq_1_to_{self.old} JOIN bench.webhooks AS w ON w.n = seq MOD {WEBHOOKS} + 1"
        self.backlog.sql(
            f"""
            INSERT INTO events (id, user_id, event_type, timestamp, body, created_at)
            SELECT {id}, w.user_id, 'lead.created', {then}, '{body()}', {then} FROM {rows};
            INSERT INTO webhook_deliveries
              (id, webhook_id, user_id, event_id, event_type, status, attempt_number, created_at,
               finished_at)
            SELECT {id}, w.id, w.user_id, {id}, 'lead.created', 'delivered', 1, {then}, {then}
              FROM {rows};
            INSERT INTO webhook_attempts
              (delivery_id, number, started_at, endpoint_url, response_status, request_headers,
               response_headers, response_body, manual)
            SELECT {id}, 1, {then}, 'https://localhost/', 200, REPEAT('h', 300), REPEAT('h', 300),
                   REPEAT('r', 1024), FALSE
              FROM {rows};
            UPDATE chores SET due_at = UTC_TIMESTAMP(6), cursor_id = NULL;
            """
        )

    def old_left(self):
        is_old = "created_at < UTC_TIMESTAMP(6) - INTERVAL 1 DAY"
        return self.backlog.number(
            f"SELECT (SELECT COUNT(*) FROM webhook_deliveries WHERE {is_old})"
            f" + (SELECT COUNT(*) FROM events WHERE {is_old})"
        )

    def drain(self, name, has_old):
        backlog = self.backlog
        backlog.empty()
        if has_old:
            self.fill_old()
        else:
            backlog.sql("UPDATE chores SET due_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY")
        backlog.fill(self.count)
        backlog.settle()
        run = backlog.drain()
        self.rates.setdefault(name, []).append(self.count / run.seconds)

    def remove_all(self):
        """One worker with a queue that is never empty, until all that is old is gone."""
        backlog = self.backlog
        backlog.empty()
        self.fill_old()
        backlog.fill(20_000)
        backlog.settle()
        begin = self.log.stat().st_size
        command = backlog.command(wrapper=("env", "PATCHBAY_WORKER_LINGER=1h"))
        start = time.monotonic()
        with open(self.log, "ab") as log:
            worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        delivered = 20_000
        try:
            while self.old_left() > 0:
                # Events go in the walk after that of their deliveries, which is due minutes later.
                backlog.sql("UPDATE chores SET due_at = UTC_TIMESTAMP(6)")
                waiting = backlog.number(
                    "SELECT COUNT(*) FROM webhook_deliveries WHERE live_webhook_id IS NOT NULL"
                )
                if waiting < 10_000:
                    backlog.fill(20_000)
                    delivered += 20_000
                time.sleep(0.5)
                if time.monotonic() - start > 900:
                    raise SystemExit(f"after 15 minutes {self.old_left()} old rows are left")
        finally:
            seconds = time.monotonic() - start
            os.kill(worker.pid, signal.SIGTERM)
            worker.wait(60)
        return seconds, delivered, self.longest(begin)

    def longest(self, begin):
        """Of each chore the longest locks and the longest batch in milliseconds, as the worker says in
        its log: the locks of a batch are held from its first change until its commit."""
        longest = {}
        with open(self.log, encoding="utf-8") as log:
            log.seek(begin)
            for line in log:
                said = json.loads(line)
                if "longest_lock_ms" in said:
                    these = int(said["longest_lock_ms"]), int(said["longest_batch_ms"])
                    before = longest.get(said["chore"], (0, 0))
                    longest[said["chore"]] = tuple(map(max, before, these))
        return longest

    def run(self):
        self.backlog.make_webhooks(self.receiver.url())
        self.backlog.send_to(self.receiver.url())
        # Makes the rows of `chores`.
        self.backlog.drain()
        for _ in range(self.rounds):
            self.drain("nothing is old", has_old=False)
            self.drain(f"{self.old:,} are old", has_old=True)
        return self.remove_all()

    def show(self, seconds, delivered, longest):
        print(f"{self.rounds} interleaved runs; {self.count:,} deliveries to {WEBHOOKS} webhooks")
        table(
            ("a drain while", "per second", "lowest to highest"),
            [(name, f"{median(rates):,.0f}", spread(rates)) for name, rates in self.rates.items()],
        )
        alone, beside = (median(rates) for rates in self.rates.values())
        print(
            f"{self.old:,} deliveries with an attempt and an event each were removed in"
            f" {seconds:.0f} s, beside about {delivered:,} that were delivered"
        )
        slower = (1 - beside / alone) * 100
        rows = [("drain slower by, percent", verdict(slower, SLOWER_PERCENT, at_least=False))]
        for chore, (locked, batch) in sorted(longest.items()):
            held = verdict(locked, LONGEST_MS, at_least=False)
            rows.append((f"longest locks, {chore}, ms", held))
            rows.append((f"longest batch, its reading too, {chore}, ms", batch))
        table(("", ""), rows)


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    receiver = Receiver(stack, int(sys.argv[2]))
    try:
        bench = Bench(stack, receiver, "--quick" in sys.argv)
        bench.show(*bench.run())
    finally:
        receiver.close()


if __name__ == "__main__":
    main()
