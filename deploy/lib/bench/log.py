"""log.py STATE PORT [--quick]: pages of a delivery log of 1,000,000 beside those of one of 10,000."""

import base64
import pathlib
import struct
import sys
import time

from backlog import Backlog, stop_timer
from figures import median, table, verdict
from person import Person, duration
from stack import Stack

TARGET_MS = 20
TARGET_RATIO = 1.5
DAYS = 80
# One in so many is of a rare type, has a rare answer or a rare status.
RARE = 100_000


class Bench:
    def __init__(self, stack, sizes, rounds):
        self.stack = stack
        self.backlog = Backlog(stack)
        env = stack.env
        self.person = Person(stack, env["PATCHBAY_USER_EMAIL"], env["PATCHBAY_USER_PASSWORD"])
        self.rounds = rounds
        self.webhooks = {}
        for size in sizes:
            body = {"name": f"{size:,}", "endpoint_url": stack.env["PATCHBAY_SINK_URL"] + "/log", "events": ["*"]}
            self.webhooks[size] = stack.call("POST", "/webhooks", body)["id"]

    def fill(self, size):
        """Deliveries over the last days, one in twenty failed, and few of a rare kind: those lie in the
        older half. Each has an attempt."""
        webhook = self.webhooks[size]
        now = int(time.time() * 1000)
        step = DAYS * 86_400_000 // size
        at = f"FROM_UNIXTIME(({now} - {DAYS * 86_400_000} + seq * {step}) / 1000)"
        rare = f"seq MOD {RARE} = {min(size // 3, RARE // 3)}"
        prefix = f"LPAD(HEX({now} - {DAYS * 86_400_000} + seq * {step}), 12, '0')"
        number = f"LPAD(HEX({size % 9973} * 1000003 + seq), 15, '0')"
        identifier = f"CONCAT({prefix}, '70008', {number})"
        for begin in range(1, size + 1, 100_000):
            rows = f"seq_{begin}_to_{min(begin + 99_999, size)}"
            self.backlog.sql(
                f"""
                SET time_zone = '+00:00';
                INSERT INTO webhook_deliveries
                  (id, webhook_id, user_id, event_id, event_type, status, lease_number,
                   attempt_number, was_delivered, response_status, error, created_at, finished_at)
                SELECT {identifier}, w.id, w.user_id, {identifier},
                       IF({rare}, 'export.completed', 'lead.created'),
                       IF({rare}, 'held', IF(seq MOD 20, 'delivered', 'failed')), 1, 1, seq MOD 20 <> 0,
                       IF({rare}, 404, IF(seq MOD 20, 200, 500)), IF(seq MOD 20, NULL, 'status'),
                       {at}, IF({rare}, NULL, {at})
                  FROM {rows} JOIN webhooks AS w ON w.id = '{webhook}';
                INSERT INTO webhook_attempts
                  (delivery_id, number, started_at, total_us, endpoint_url, response_status,
                   request_headers, response_headers, response_body, manual)
                SELECT {identifier}, 1, {at}, 1000, 'https://example.com/', 200,
                       '[["content-type","application/json"]]', '[["content-length","3"]]', '', FALSE
                  FROM {rows};
                """
            )

    def views(self, webhook):
        oldest = base64.urlsafe_b64encode(struct.pack(">QQQ", 0, 0, 0)).decode()
        event = self.backlog.sql(
            f"SELECT event_id FROM webhook_deliveries WHERE webhook_id = '{webhook}' LIMIT 1"
        ).strip()
        day = time.strftime("%Y-%m-%dT%H:%M", time.gmtime(time.time() - DAYS // 2 * 86_400))
        return {
            "first page": "",
            "last page": f"?before={oldest}",
            "a time in the middle": f"?to={day}",
            "event id": f"?id={event}",
            "status, frequent": "?status=delivered",
            "status, 1 in 20": "?status=failed",
            "status, rare": "?status=held",
            "event, frequent": "?event=lead.created",
            "event, rare": "?event=export.completed",
            "answer, frequent": "?answer=2xx",
            "answer, rare": "?answer=4xx",
            "all of them, rare": f"?status=held&event=export.completed&answer=4xx&to={day}",
        }

    def measure(self, path):
        """The responder's own milliseconds."""
        log = pathlib.Path(self.stack.state / "log/web.log")
        place = log.stat().st_size
        self.person.get(path)
        return duration(log, place)

    def run(self):
        for size in self.webhooks:
            began = time.monotonic()
            self.fill(size)
            print(f"# {size:,} are there after {time.monotonic() - began:.0f} s", flush=True)
        self.backlog.sql("ANALYZE TABLE webhook_deliveries, webhook_attempts")
        small, large = self.webhooks
        views = {size: self.views(webhook) for size, webhook in self.webhooks.items()}
        rows = []
        worst = (0, 0)
        for name in views[small]:
            paths = {
                size: f"/webhooks/{webhook}{views[size][name]}" for size, webhook in self.webhooks.items()
            }
            for path in paths.values():
                self.person.get(path)
            # In turn, so that neither has the quieter minute.
            figures = {size: [] for size in paths}
            for _ in range(self.rounds):
                for size, path in paths.items():
                    figures[size].append(self.measure(path))
            first, last = median(figures[small]), median(figures[large])
            worst = max(worst[0], last), max(worst[1], last / first)
            rows.append((name, f"{first:.1f}", f"{last:.1f}", f"{last / first:.2f}"))
        print(f"milliseconds in the responder for a page of the log; median of {self.rounds}")
        table(("", f"{small:,}", f"{large:,}", "ratio"), rows)
        table(
            ("", "worst"),
            [
                ("milliseconds", verdict(worst[0], TARGET_MS, at_least=False)),
                ("ratio", verdict(worst[1], TARGET_RATIO, at_least=False)),
            ],
        )


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    quick = "--quick" in sys.argv
    bench = Bench(stack, (10_000, 100_000 if quick else 1_000_000), 5 if quick else 41)
    bench.run()


if __name__ == "__main__":
    main()
