"""ingest.py STATE PORT [--quick]: events a second through nginx, beside bare inserts."""

import json
import pathlib
import subprocess
import sys

from backlog import Backlog, stop_timer
from figures import median, spread, table, verdict
from stack import Stack
from wrk import post_rate

HERE = pathlib.Path(__file__).resolve().parent
CLIENTS = (1, 8, 32)
FAN_OUTS = (1, 10)
BATCH = 100
SINGLE_TARGET = 0.3
BATCH_TARGET = 20_000
DATA = {"id": "lead_8f2c41", "name": "Ada Example", "text": "x" * 400}


class Bench:
    def __init__(self, stack, quick):
        self.stack = stack
        self.backlog = Backlog(stack)
        self.rounds, self.seconds = (1, 2) if quick else (3, 5)
        self.rates = {}
        self.webhooks = 0
        self.bare = stack.state / "bin/bare_insert"
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "libmariadb"],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout.split()
        subprocess.run(
            ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", str(self.bare),
             str(HERE / "bare_insert.c"), *flags],
            check=True,
        )
        self.backlog.sql(
            "CREATE DATABASE IF NOT EXISTS bench; CREATE TABLE bench.bare LIKE patchbay.events"
        )

    def listen(self, count):
        """Makes webhooks until so many listen."""
        while self.webhooks < count:
            self.webhooks += 1
            self.stack.call(
                "POST", "/webhooks",
                {"name": f"ingest {self.webhooks}", "events": ["lead.created"],
                 "endpoint_url": self.stack.env["PATCHBAY_SINK_URL"] + "/ingest"},
            )

    def clear(self):
        self.backlog.sql("TRUNCATE bench.bare")
        self.backlog.empty()
        self.backlog.settle()

    def inserts(self, clients):
        self.clear()
        output = subprocess.run(
            [str(self.bare), self.stack.env["PATCHBAY_DB_SOCKET"], "bench", str(clients),
             str(self.seconds), str(self.backlog.body_file)],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout
        self.note("bare inserts", clients, float(output))

    def events(self, name, path, body, each, clients, fan_out):
        self.clear()
        rate = post_rate(
            f"{self.stack.url.geturl()}/api/v1{path}", self.stack.state, json.dumps(body),
            {
                "authorization": f"Bearer {self.stack.env['PATCHBAY_USER_API_KEY']}",
                "content-type": "application/json",
            },
            clients, self.seconds,
        )
        self.check(fan_out)
        self.note(name, clients, rate * each)

    def check(self, fan_out):
        events, deliveries = self.backlog.sql(
            "SELECT (SELECT COUNT(*) FROM events), (SELECT COUNT(*) FROM webhook_deliveries)"
        ).split()
        if int(events) == 0 or int(deliveries) != int(events) * fan_out:
            raise SystemExit(f"{events} events gave {deliveries} deliveries, not {fan_out} each")

    def note(self, name, clients, rate):
        self.rates.setdefault((name, clients), []).append(rate)

    def run(self):
        event = {"type": "lead.created", "data": DATA}
        # Fan-out by fan-out, since webhooks are only added; the bare inserts with each of them.
        for fan_out in FAN_OUTS:
            self.listen(fan_out)
            for _ in range(self.rounds):
                for clients in CLIENTS:
                    self.inserts(clients)
                    self.events(
                        f"POST /events, fan-out {fan_out}", "/events", event, 1, clients, fan_out
                    )
                    self.events(
                        f"POST /events/batch of {BATCH}, fan-out {fan_out}", "/events/batch",
                        {"events": [event] * BATCH}, BATCH, clients, fan_out,
                    )

    def show(self):
        print(f"events a second over kept connections to nginx; median of {self.rounds} interleaved runs")
        print(f"of {self.seconds} s. Bare inserts: rows like an event's, each committed by itself.")
        rows = []
        for (name, clients), rates in sorted(self.rates.items(), key=lambda entry: entry[0]):
            rate, note = median(rates), ""
            if name.startswith("POST /events,"):
                bare = median(self.rates["bare inserts", clients])
                note = verdict(rate / bare, SINGLE_TARGET)
            rows.append((name, clients, f"{rate:,.0f}", spread(rates), note))
        table(("", "clients", "per second", "lowest to highest", "to bare inserts"), rows)
        best = max(
            median(rates) for (name, _), rates in self.rates.items()
            if name.startswith("POST /events/batch") and name.endswith("fan-out 1")
        )
        table(("", "per second"), [("batches at their best, fan-out 1", verdict(best, BATCH_TARGET))])


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    bench = Bench(stack, "--quick" in sys.argv)
    bench.run()
    bench.show()


if __name__ == "__main__":
    main()
