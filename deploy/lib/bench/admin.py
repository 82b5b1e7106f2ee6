"""admin.py STATE PORT [--quick]: the administrators' pages with 100,000 users, 1,000,000 deliveries, one in
twenty of them failed for good, 1,000,000 rows of the audit log, 10,000 service keys and 1,000 event types."""

import pathlib
import sys
import time

from backlog import WEBHOOKS, Backlog, chunks, identifier, stop_timer
from figures import median, table, verdict
from person import Person, duration
from stack import Stack

TARGET_MS = 20
DAYS = 30
# An id that is found leads on to what it is the id of.
ANSWERED = (200, 303)

# Every address below the prefix that a GET reaches, filters included. {…} are filled in from the data.
VIEWS = {
    "overview": "/admin",
    "overview, 24 hours": "/admin?span=day",
    "overview, 7 days": "/admin?span=week",
    "apps": "/admin/apps",
    "one app": "/admin/apps/gitlab",
    "new app": "/admin/apps/new",
    "users": "/admin/users",
    "users, found": "/admin/users?q=user-050000",
    "users, many found": "/admin/users?q=user-0",
    "users, none found": "/admin/users?q=nobody",
    "one user": "/admin/users/{user}",
    "invite": "/admin/users/new",
    "deliveries": "/admin/deliveries",
    "deliveries, 30 days": "/admin/deliveries?when=30d",
    "deliveries, failed": "/admin/deliveries?when=30d&status=failed",
    "deliveries, by answer": "/admin/deliveries?when=30d&answer=4xx",
    "deliveries of a webhook": "/admin/deliveries?when=30d&webhook={webhook}",
    "deliveries of a host": "/admin/deliveries?when=30d&host=localhost",
    "deliveries of a user": "/admin/deliveries?when=30d&user={owner}",
    "deliveries, event id": "/admin/deliveries?id={event}",
    "deliveries, id": "/admin/deliveries?id={delivery}",
    "one delivery": "/admin/deliveries/{delivery}",
    "failed for good": "/admin/dead",
    "failed for good, of a host": "/admin/dead?host=localhost",
    "failed for good, by cause": "/admin/dead?cause=status-404",
    "failed for good, of a webhook": "/admin/dead?webhook={webhook}",
    "failed for good, retry all": "/admin/dead/retry",
    "event types": "/admin/event-types",
    "event types, in the middle": "/admin/event-types?after=bench.t500",
    "service keys": "/admin/keys",
    "service keys, in the middle": "/admin/keys?after={key}",
    "audit log": "/admin/audit",
    "audit log, of a user": "/admin/audit?person=user-000001@example.com",
    "audit log, of webhooks": "/admin/audit?group=webhooks",
    "audit log, of what is rare": "/admin/audit?group=operation",
    "audit log, sign-ins of a user": "/admin/audit?group=sessions&person=user-000001@example.com",
    "audit log, 30 days of keys": "/admin/audit?when=30d&group=keys",
    "settings": "/admin/settings",
    "metrics": "/metrics",
}


class Bench:
    def __init__(self, stack, quick):
        self.stack = stack
        self.backlog = Backlog(stack)
        self.users = 10_000 if quick else 100_000
        self.deliveries = 100_000 if quick else 1_000_000
        self.changes = 100_000 if quick else 1_000_000
        self.rounds = 5 if quick else 41
        self.log = pathlib.Path(stack.state / "log/web.log")

    def fill(self):
        self.backlog.make_webhooks(self.stack.env["PATCHBAY_SINK_URL"] + "/admin")
        self.backlog.sql(
            "INSERT INTO webhook_health (webhook_id, last_success_at, failing_since)"
            " SELECT id, NULL, UTC_TIMESTAMP(6) - INTERVAL n MINUTE FROM bench.webhooks"
            " ON DUPLICATE KEY UPDATE failing_since = VALUES(failing_since)"
        )
        start = int(time.time() * 1000) - 200 * 86_400_000
        for first, last in chunks(self.users, size=50_000):
            user = identifier(start, "seq")
            rows = f"seq_{first}_to_{last}"
            self.backlog.sql(
                f"""
                INSERT INTO users (id, email, role, status, created_at)
                SELECT {user}, CONCAT('user-', LPAD(seq, 6, '0'), '@example.com'), 'user',
                       IF(seq MOD 50, 'active', 'disabled'), UTC_TIMESTAMP(6) - INTERVAL seq SECOND
                  FROM {rows};
                INSERT INTO user_integrations
                  (id, user_id, provider, account_id, account_name, status, reconnect_reason,
                   reconnect_since, connected_at)
                SELECT {user}, {user}, 'gitlab', seq, 'Ada',
                       IF(seq MOD 100, 'connected', 'needs_reconnect'), IF(seq MOD 100, NULL, 'revoked'),
                       IF(seq MOD 100, NULL, UTC_TIMESTAMP(6)), UTC_TIMESTAMP(6)
                  FROM {rows};
                """
            )
        self.fill_keys(start)
        self.fill_audit(start)
        self.fill_deliveries()
        self.backlog.sql(
            """
            INSERT INTO minute_counts (minute, delivered, failed, waiting, within_50)
            SELECT DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL seq MINUTE, '%Y-%m-%d %H:%i:00'), 300, 3,
                   5000, 300 FROM seq_0_to_11519
            ON DUPLICATE KEY UPDATE delivered = 300;
            -- As a worker would have noted it: none runs while pages are measured.
            REPLACE INTO noted_totals (id, summed_to, noted_at, waiting, connected)
            VALUES (1, DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL 2 MINUTE, '%Y-%m-%d %H:%i:00'),
                    UTC_TIMESTAMP(6), 5000, 100000);
            ANALYZE TABLE users, user_integrations, audit_log, webhook_deliveries, webhook_attempts,
                          minute_counts, webhook_health;
            """
        )

    def fill_keys(self, start):
        """10,000 service keys, half of which have ended, and as many event types as there can be."""
        self.backlog.sql(
            f"""
            INSERT INTO api_keys (id, user_id, name, token_hash, prefix, scopes, created_at, expires_at,
                                  revoked_at)
            SELECT {identifier(start, "seq")}, NULL, CONCAT('bench ', seq), UNHEX(SHA2(seq, 256)), 'pb_bench',
                   'metrics', UTC_TIMESTAMP(6) - INTERVAL 60 DAY,
                   IF(seq MOD 10 = 1, UTC_TIMESTAMP(6) - INTERVAL seq MINUTE, NULL),
                   IF(seq MOD 10 IN (3, 5, 7, 9), UTC_TIMESTAMP(6) - INTERVAL seq MINUTE, NULL)
              FROM seq_1_to_10000;
            INSERT INTO event_types (name, description, group_name, example, position)
            SELECT CONCAT('bench.t', seq), 'Happens', CONCAT('Group ', seq DIV 50), '{{"id": 1}}', 100 + seq
              FROM seq_1_to_992;
            """
        )

    def fill_audit(self, first_user):
        """Over the last 300 days, by and about each user in turn; user-000001 has a thousandth of it."""
        now = int(time.time() * 1000)
        start = now - 300 * 86_400_000
        milliseconds = 300 * 86_400_000 // self.changes
        user = identifier(first_user, f"IF(seq MOD 1000 = 0, 1, seq MOD {self.users} + 1)")
        for first, last in chunks(self.changes, size=100_000):
            self.backlog.sql(
                f"""
                INSERT INTO audit_log
                  (id, at, actor_kind, actor_id, user_id, action, subject_id, after_change, address)
                SELECT {identifier(start, "seq")},
                       UTC_TIMESTAMP(6) - INTERVAL ({self.changes} - seq) * {milliseconds} * 1000 MICROSECOND,
                       'user', {user}, {user},
                       ELT(seq MOD 5 + 1, 'webhook.created', 'webhook.changed', 'api_key.created',
                           'session.opened', 'connection.made'), {user}, '{{"name": "bench"}}',
                       '203.0.113.7'
                  FROM seq_{first}_to_{last};
                """
            )

    def fill_deliveries(self):
        """Over the last days, of 100 webhooks in turn; each has an attempt. One in twenty failed, and
        5,000 wait for a later try."""
        now = int(time.time() * 1000)
        step = DAYS * 86_400_000 // self.deliveries
        at = f"FROM_UNIXTIME(({now} - ({self.deliveries} - seq) * {step}) / 1000)"
        milliseconds = f"LPAD(HEX({now} - ({self.deliveries} - seq) * {step}), 12, '0')"
        id = f"CONCAT({milliseconds}, '70008', LPAD(HEX(seq), 15, '0'))"
        waits = f"seq MOD {self.deliveries // 5_000} = 1"
        for first, last in chunks(self.deliveries, size=100_000):
            rows = f"seq_{first}_to_{last}"
            self.backlog.sql(
                f"""
                SET time_zone = '+00:00';
                INSERT INTO events (id, user_id, event_type, timestamp, created_at)
                SELECT {id}, w.user_id, 'lead.created', {at}, {at}
                  FROM {rows} JOIN bench.webhooks AS w ON w.n = seq MOD {WEBHOOKS} + 1;
                INSERT INTO webhook_deliveries
                  (id, webhook_id, user_id, event_id, event_type, status, lease_number,
                   attempt_number, was_delivered, response_status, error, created_at, finished_at,
                   due_at, live_webhook_id, dead_at)
                SELECT {id}, w.id, w.user_id, {id}, 'lead.created',
                       IF({waits}, 'pending', IF(seq MOD 20, 'delivered', 'failed')), 1, 1,
                       seq MOD 20 <> 0 AND NOT {waits}, IF(seq MOD 20, 200, 404 + seq MOD 100),
                       IF(seq MOD 20, NULL, 'status'), {at}, IF({waits}, NULL, {at}),
                       IF({waits}, UTC_TIMESTAMP(6) + INTERVAL 1 DAY, NULL), IF({waits}, w.id, NULL),
                       IF(seq MOD 20 OR {waits}, NULL, {at})
                  FROM {rows} JOIN bench.webhooks AS w ON w.n = seq MOD {WEBHOOKS} + 1;
                INSERT INTO webhook_attempts
                  (delivery_id, number, started_at, total_us, endpoint_url, response_status,
                   request_headers, response_headers, response_body, manual)
                SELECT {id}, 1, {at}, 1000, 'https://localhost/', 200,
                       '[["content-type","application/json"]]', '[["content-length","3"]]', '', FALSE
                  FROM {rows};
                """
            )

    def names(self):
        def first(statement):
            return self.backlog.sql(statement).splitlines()[0]

        return {
            "user": first("SELECT id FROM users WHERE email = 'user-000001@example.com'"),
            "webhook": first("SELECT id FROM bench.webhooks WHERE n = 1"),
            "delivery": first("SELECT id FROM webhook_deliveries ORDER BY id LIMIT 1"),
            "event": first("SELECT event_id FROM webhook_deliveries ORDER BY id LIMIT 1"),
            "owner": self.stack.env["PATCHBAY_USER_EMAIL"],
            "key": first("SELECT id FROM api_keys WHERE name = 'bench 5000'"),
        }

    def ask(self, path):
        """The status, and the responder's own milliseconds."""
        place = self.log.stat().st_size
        headers = {"Cookie": self.person.cookie}
        if path == "/metrics":
            headers = {"Authorization": f"Bearer {self.stack.env['PATCHBAY_SERVICE_API_KEY']}"}
        answer = self.person.ask("GET", path, headers=headers)
        return answer.status, duration(self.log, place)

    def run(self):
        began = time.monotonic()
        self.fill()
        print(f"# filled in {time.monotonic() - began:.0f} s", flush=True)
        # Now, since a connection that rests for long is closed.
        env = self.stack.env
        self.person = Person(self.stack, env["PATCHBAY_ADMIN_EMAIL"], env["PATCHBAY_ADMIN_PASSWORD"])
        names = self.names()
        paths = {name: path.format(**names) for name, path in VIEWS.items()}
        figures = {name: [] for name in paths}
        statuses = {name: self.ask(path)[0] for name, path in paths.items()}
        # In turn, so that none has the quieter minute.
        for _ in range(self.rounds):
            for name, path in paths.items():
                if statuses[name] in ANSWERED:
                    figures[name].append(self.ask(path)[1])
        rows = []
        for name, path in paths.items():
            if statuses[name] in ANSWERED:
                middle = median(figures[name])
                is_fast = "yes" if middle < TARGET_MS else "NO"
                rows.append((name, f"{middle:.1f}", f"{max(figures[name]):.1f}", is_fast))
            else:
                rows.append((name, "–", "–", f"{statuses[name]}: {path}"))
        print(
            f"milliseconds in the responder with {self.users:,} users and {self.deliveries:,} deliveries,"
            f" {self.changes:,} changes; median and worst of {self.rounds}"
        )
        table(("", "median", "worst", f"under {TARGET_MS} ms"), rows)
        slowest = max((median(each) for each in figures.values() if each), default=0)
        table(("", "worst median"), [("milliseconds", verdict(slowest, TARGET_MS, at_least=False))])
        missing = [f"{paths[name]} ({each})" for name, each in statuses.items() if each not in ANSWERED]
        if missing:
            raise SystemExit("not there: " + ", ".join(missing))


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    Bench(stack, "--quick" in sys.argv).run()


if __name__ == "__main__":
    main()
