"""What the statements of a claim take, as the server's own log of statements says."""

import re

# Where each is from: Sources/Store/QueueStore.swift (the look), QueueClaiming.swift (the others).
CLAIM = {
    "look": re.compile(r"SELECT live_webhook_id, in_flight, MIN\(due_at\)"),
    "read": re.compile(r"\(SELECT live_webhook_id, id FROM webhook_deliveries FORCE INDEX \(queue\)"),
    "lock": re.compile(
        r"live_webhook_id IS NOT NULL\s+AND due_at <= UTC_TIMESTAMP\(6\) AND status = 'pending'\s+"
        r"FOR UPDATE SKIP LOCKED"
    ),
    "update": re.compile(r"SET in_flight = TRUE, lease_number = lease_number \+ 1"),
}
HEAD = re.compile(r"^# Query_time: ([\d.]+) .*$", re.MULTILINE)


class ClaimLog:
    """Every statement of connections that are opened meanwhile is logged. Prepared ones are in no
    digest of the performance schema, so there is no other place to look."""

    def __init__(self, backlog):
        self.backlog = backlog
        self.file = backlog.stack.state / "log/statements.log"

    def __enter__(self):
        self.file.write_text("")
        self.file.chmod(0o666)
        self.backlog.sql(
            f"SET GLOBAL slow_query_log_file = '{self.file}'; SET GLOBAL long_query_time = 0;"
            " SET GLOBAL slow_query_log = 1"
        )
        return self

    def __exit__(self, *_):
        self.backlog.sql("SET GLOBAL slow_query_log = 0; SET GLOBAL long_query_time = DEFAULT")

    def seconds(self):
        """Of each kind of statement, what all of them took together; the looks' number as well."""
        parts = HEAD.split(self.file.read_text(errors="replace"))
        totals = dict.fromkeys(CLAIM, 0.0)
        for took, statement in zip(parts[1::2], parts[2::2], strict=True):
            for kind, pattern in CLAIM.items():
                if pattern.search(statement):
                    totals[kind] += float(took)
        if not all(totals.values()):
            raise SystemExit(f"statements of the claim are not in the log: {totals}")
        return totals
