"""admin.py STATE PORT [--quick]: the administrators' pages with 100,000 users and 1,000,000 deliveries."""

import pathlib
import sys
import time

from backlog import Backlog, chunks, identifier, stop_timer
from figures import median, table, verdict
from person import Person, duration
from stack import Stack

TARGET_MS = 20

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
    "deliveries, failed": "/admin/deliveries?status=failed",
    "deliveries of a webhook": "/admin/deliveries?webhook={webhook}",
    "deliveries of a user": "/admin/deliveries?user=user-000001@example.com",
    "deliveries, id": "/admin/deliveries?id={delivery}",
    "one delivery": "/admin/deliveries/{delivery}",
    "failed for good": "/admin/dead",
    "event types": "/admin/event-types",
    "service keys": "/admin/keys",
    "audit log": "/admin/audit",
    "audit log, of a user": "/admin/audit?user=user-000001@example.com",
    "audit log, of webhooks": "/admin/audit?kind=webhook",
    "settings": "/admin/settings",
    "metrics": "/metrics",
}


class Bench:
    def __init__(self, stack, quick):
        self.stack = stack
        self.backlog = Backlog(stack)
        self.users = 10_000 if quick else 100_000
        self.deliveries = 100_000 if quick else 1_000_000
        self.rounds = 5 if quick else 41
        env = stack.env
        self.person = Person(stack, env["PATCHBAY_ADMIN_EMAIL"], env["PATCHBAY_ADMIN_PASSWORD"])
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
                INSERT INTO audit_log
                  (id, at, actor_kind, actor_id, user_id, action, subject_id, after_change, address)
                SELECT {user}, UTC_TIMESTAMP(6) - INTERVAL seq SECOND, 'user', {user}, {user},
                       ELT(seq MOD 4 + 1, 'webhook.created', 'api_key.created', 'session.opened',
                           'connection.created'), {user}, '{{"name": "bench"}}', '203.0.113.7'
                  FROM {rows};
                """
            )
        self.backlog.fill_finished(1, self.deliveries)
        # One in twenty has failed, some of them lately, and 5,000 wait for a later try.
        self.backlog.sql(
            """
            UPDATE webhook_deliveries SET status = 'failed', was_delivered = FALSE,
                   response_status = 500, error = 'status'
             WHERE CONV(SUBSTR(id, 34), 16, 10) MOD 20 = 0;
            UPDATE webhook_deliveries SET status = 'pending', due_at = UTC_TIMESTAMP(6) + INTERVAL 1 DAY,
                   live_webhook_id = webhook_id, finished_at = NULL
             WHERE status = 'delivered' ORDER BY id LIMIT 5000;
            INSERT INTO minute_counts (minute, delivered, failed, waiting, within_50)
            SELECT DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL seq MINUTE, '%Y-%m-%d %H:%i:00'), 300, 3,
                   5000, 300 FROM seq_0_to_11519
            ON DUPLICATE KEY UPDATE delivered = 300;
            ANALYZE TABLE users, user_integrations, audit_log, webhook_deliveries, webhook_attempts,
                          minute_counts, webhook_health;
            """
        )

    def names(self):
        def first(statement):
            return self.backlog.sql(statement).splitlines()[0]

        return {
            "user": first("SELECT id FROM users WHERE email = 'user-000001@example.com'"),
            "webhook": first("SELECT id FROM bench.webhooks WHERE n = 1"),
            "delivery": first("SELECT id FROM webhook_deliveries ORDER BY id LIMIT 1"),
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
        names = self.names()
        paths = {name: path.format(**names) for name, path in VIEWS.items()}
        figures = {name: [] for name in paths}
        statuses = {name: self.ask(path)[0] for name, path in paths.items()}
        # In turn, so that none has the quieter minute.
        for _ in range(self.rounds):
            for name, path in paths.items():
                if statuses[name] == 200:
                    figures[name].append(self.ask(path)[1])
        rows = []
        for name, path in paths.items():
            if statuses[name] == 200:
                middle = median(figures[name])
                is_fast = "yes" if middle < TARGET_MS else "NO"
                rows.append((name, f"{middle:.1f}", f"{max(figures[name]):.1f}", is_fast))
            else:
                rows.append((name, "–", "–", f"{statuses[name]}: {path}"))
        print(
            f"milliseconds in the responder with {self.users:,} users and {self.deliveries:,} deliveries;"
            f" median and worst of {self.rounds}"
        )
        table(("", "median", "worst", f"under {TARGET_MS} ms"), rows)
        slowest = max((median(each) for each in figures.values() if each), default=0)
        table(("", "worst median"), [("milliseconds", verdict(slowest, TARGET_MS, at_least=False))])
        missing = [f"{paths[name]} ({status})" for name, status in statuses.items() if status != 200]
        if missing:
            raise SystemExit("not answered with 200: " + ", ".join(missing))


def main():
    stack = Stack(sys.argv[1])
    stop_timer(stack)
    Bench(stack, "--quick" in sys.argv).run()


if __name__ == "__main__":
    main()
