"""A queue of deliveries to 100 webhooks, filled by SQL as the server's root, and drained."""

import os
import pathlib
import subprocess
import time

from usage import Finished, processor_seconds

ROOT = pathlib.Path(__file__).resolve().parents[3]
WEBHOOKS = 100

def identifier(start, number):
    """SQL for identifiers of version 7 that grow with `number`, 1,000 of them in a millisecond."""
    return (
        f"CONCAT(LPAD(HEX({start} + {number} DIV 1000), 12, '0'), '7', LPAD(HEX({number} MOD 1000),"
        f" 3, '0'), '8', LPAD(HEX({number}), 15, '0'))"
    )


def body():
    """1 KiB, as an event's body stands in the database."""
    start = '{"type":"lead.created","timestamp":"2026-01-01T00:00:00.000000Z","data":{"text":"'
    end = '"}}'
    return start + "x" * (1024 - len(start) - len(end)) + end


class Backlog:
    def __init__(self, stack):
        self.stack = stack
        self.user = None
        self.body_file = stack.state / "bench-body"
        self.body_file.write_text(body())

    def sql(self, text):
        """Runs statements as root. Gives the rows' text."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names",
             "--socket", self.stack.env["PATCHBAY_DB_SOCKET"], "patchbay"],
            input=text, text=True, stdout=subprocess.PIPE, check=False,
        )
        if done.returncode != 0:
            raise SystemExit("the database refused a statement of the benchmark")
        return done.stdout.strip()

    def number(self, text):
        return int(self.sql(text))

    def make_webhooks(self, url):
        """Through the API, since their secrets are sealed."""
        for n in range(1, WEBHOOKS + 1):
            self.stack.call(
                "POST", "/webhooks",
                {"name": f"bench {n}", "endpoint_url": url, "events": ["lead.created"]},
            )
        self.number_webhooks()

    def number_webhooks(self):
        """In bench.webhooks, those that there are now."""
        self.sql(
            "CREATE DATABASE IF NOT EXISTS bench;"
            "CREATE OR REPLACE TABLE bench.webhooks"
            " (n INT PRIMARY KEY, id UUID NOT NULL, user_id UUID NOT NULL)"
            " SELECT ROW_NUMBER() OVER (ORDER BY id) AS n, id, user_id FROM webhooks;"
        )

    def send_to(self, url):
        """`%03d` in the URL becomes the webhook's number."""
        self.sql(
            "UPDATE webhooks AS w JOIN bench.webhooks AS b USING (id)"
            f" SET w.endpoint_url = REPLACE('{url}', '%03d', LPAD(b.n, 3, '0')),"
            " w.version = w.version + 1;"
        )

    def empty(self):
        self.sql(
            "TRUNCATE events; TRUNCATE webhook_deliveries; TRUNCATE webhook_attempts;"
            "TRUNCATE delivery_counts; TRUNCATE webhook_health;"
        )

    def fill(self, count, webhooks=WEBHOOKS):
        """An event for each delivery, the webhooks in turn, a microsecond after one another."""
        start = int(time.time() * 1000) - count // 1000 - 1
        at = f"TIMESTAMPADD(MICROSECOND, {start * 1000} + seq, '1970-01-01 00:00:00')"
        for first, last in chunks(count):
            rows = f"seq_{first}_to_{last} JOIN bench.webhooks AS w ON w.n = seq MOD {webhooks} + 1"
            self.sql(
                f"""
                INSERT INTO events (id, user_id, event_type, timestamp, body, created_at)
                SELECT {identifier(start, "seq")}, w.user_id, 'lead.created', {at},
                       '{body()}', {at}
                  FROM {rows};
                INSERT INTO webhook_deliveries
                  (id, webhook_id, user_id, event_id, event_type, status, live_webhook_id, due_at,
                   created_at)
                SELECT {identifier(start, "seq")}, w.id, w.user_id, {identifier(start, "seq")},
                       'lead.created', 'pending', w.id, {at}, {at}
                  FROM {rows};
                """
            )

    def fill_finished(self, first, last):
        """Deliveries of yesterday, numbered so, each delivered by one attempt; their events' bodies
        are purged."""
        start = int(time.time() * 1000) - 86_400_000
        at = "UTC_TIMESTAMP(6) - INTERVAL 1 DAY"
        for begin, end in chunks(last, first):
            rows = f"seq_{begin}_to_{end} JOIN bench.webhooks AS w ON w.n = seq MOD {WEBHOOKS} + 1"
            self.sql(
                f"""
                INSERT INTO events (id, user_id, event_type, timestamp, created_at)
                SELECT {identifier(start, "seq")}, w.user_id, 'lead.created', {at}, {at}
                  FROM {rows};
                INSERT INTO webhook_deliveries
                  (id, webhook_id, user_id, event_id, event_type, status, lease_number,
                   attempt_number, was_delivered, response_status, created_at, finished_at)
                SELECT {identifier(start, "seq")}, w.id, w.user_id, {identifier(start, "seq")},
                       'lead.created', 'delivered', 1, 1, TRUE, 200, {at}, {at}
                  FROM {rows};
                INSERT INTO webhook_attempts
                  (delivery_id, number, started_at, total_us, endpoint_url, response_status,
                   request_headers, response_headers, response_body, manual)
                SELECT {identifier(start, "seq")}, 1, {at}, 1000, 'https://example.com/', 200,
                       '[["content-type","application/json"]]',
                       '[["content-type","text/plain"],["content-length","3"]]', '', FALSE
                  FROM {rows};
                """
            )

    def settle(self, seconds=120):
        """Waits until the server has cleared away what was deleted and overwritten."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.sql(
                "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS"
                " WHERE VARIABLE_NAME = 'INNODB_HISTORY_LIST_LENGTH'"
            )
            if int(text) < 100:
                return
            time.sleep(0.2)

    def database_seconds(self):
        return processor_seconds((self.stack.state / "mariadb.pid").read_text().strip())

    def command(self, program=None, wrapper=()):
        """A worker, as the stack would start it."""
        return [
            str(ROOT / "deploy/lib/with-settings"), str(self.stack.state / "patchbay.env"),
            *wrapper, str(program or self.stack.state / "bin/patchbay-worker"),
        ]

    def drain(self, program=None, wrapper=()):
        """Runs one worker until nothing is due."""
        with open(self.stack.state / "log/bench-worker.log", "ab") as log:
            return Finished(
                self.command(program, wrapper), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def check(self, count):
        delivered = self.number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'")
        attempts = self.number("SELECT COUNT(*) FROM webhook_attempts")
        if (delivered, attempts) != (count, count):
            raise SystemExit(f"{count} deliveries: {delivered} delivered by {attempts} attempts")


def chunks(last, first=1, size=250_000):
    """The numbers from first to last, in pieces that one statement takes."""
    for begin in range(first, last + 1, size):
        yield begin, min(last, begin + size - 1)


def stop_timer(stack):
    """Ends the stack's own worker and what starts it: here, each run starts its own."""
    pid = int((stack.state / "timer.pid").read_text())
    os.kill(pid, 15)
    end = time.monotonic() + 75
    while time.monotonic() < end:
        try:
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.05)
    raise SystemExit("the worker's timer does not end")
