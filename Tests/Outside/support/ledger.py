"""Holds what the sink saw against what the database has on record."""

import collections

# Attempts that may have ended before the sink had read a request.
MAY_BE_UNSEEN = {"timeout", "connect_timeout", "connect", "tls", "reset", "dns", "internal"}


def ids_of(events):
    return {event["id"] for event in events}


def attempts(stack, webhook):
    """The webhook's attempts: (event id, error or None, `webhook-timestamp` or None)."""
    rows = stack.sql(
        "SELECT d.event_id, IFNULL(a.error, ''),"
        " REGEXP_SUBSTR(CONVERT(a.request_headers USING latin1),"
        "               '(?<=\"webhook-timestamp\",\")[0-9]+')"
        " FROM webhook_deliveries AS d JOIN webhook_attempts AS a ON a.delivery_id = d.id"
        f" WHERE d.webhook_id = '{webhook['id']}'"
    )
    return [(event, error or None, int(stamp) if stamp else None) for event, error, stamp in rows]


class Books:
    """One webhook's events, as the database and the sink have them."""

    def __init__(self, stack, webhook, receipts):
        self.deliveries = {
            event: (status, int(number), in_flight == "1")
            for event, status, number, in_flight in stack.sql(
                "SELECT event_id, status, attempt_number, in_flight FROM webhook_deliveries"
                f" WHERE webhook_id = '{webhook['id']}'"
            )
        }
        self.on_record = collections.Counter()
        self.answered = collections.Counter()
        self.unanswered = collections.Counter()
        self.interrupted = collections.Counter()
        self.errors = set()
        for event, error, stamp in attempts(stack, webhook):
            self.on_record[event] += 1
            self.errors.add(error)
            if error == "interrupted":
                self.interrupted[event] += 1
            elif error in MAY_BE_UNSEEN:
                self.unanswered[event] += 1
            else:
                self.answered[event, stamp] += 1
        self.seen = collections.Counter((receipt.id, receipt.timestamp) for receipt in receipts)
        self.arrived = collections.Counter(receipt.id for receipt in receipts)

    @property
    def duplicates(self):
        return sum(self.arrived.values()) - len(self.arrived)

    @property
    def interruptions(self):
        return sum(self.interrupted.values())

    @property
    def unexplained(self):
        """Duplicates for which no attempt on record was interrupted or got no answer in time."""
        return max(0, self.duplicates - self.interruptions - sum(self.unanswered.values()))

    def check(self, acknowledged, steps):
        """What holds after every fault, once it is over.

        - `acknowledged`: the ids of the events that were answered with 202.
        - `steps`: the number of attempts that a delivery is given before it fails.
        """
        self.check_nothing_lost(set(acknowledged), steps)
        self.check_record()

    def check_nothing_lost(self, acknowledged, steps):
        assert acknowledged <= set(self.deliveries)
        for event in acknowledged:
            status, number, in_flight = self.deliveries[event]
            assert not in_flight
            assert number == self.on_record[event]
            if status == "delivered":
                assert self.arrived[event] > 0
            else:
                counted = number - self.interrupted[event]
                assert status == "failed" and (counted >= steps or self.interrupted[event] >= 20)

    def check_record(self):
        # An attempt with an answer was a request; none is on record that the sink did not see.
        assert self.answered - self.seen == collections.Counter()
        # And what the sink saw besides is an attempt whose worker died or lost sight of it, so that
        # whatever came twice has two attempts on record.
        unmatched = collections.Counter()
        for (event, _), count in (self.seen - self.answered).items():
            unmatched[event] += count
        assert unmatched - self.interrupted - self.unanswered == collections.Counter()


def check_books(stack, webhook, events, receipts):
    """Every event arrived and is delivered, and no attempt failed but those that were interrupted.
    Gives how many those were."""
    books = Books(stack, webhook, receipts)
    books.check(ids_of(events), steps=1)
    assert set(books.arrived) == set(books.deliveries) == ids_of(events)
    assert {status for status, _, _ in books.deliveries.values()} == {"delivered"}
    assert books.errors <= {None, "interrupted"}
    return books.interruptions


def check_acknowledged(stack, webhook, acknowledged, receipts):
    """Every acknowledged event arrived, and nothing waits. An event whose caller had no answer may
    have been taken too, and has then arrived like any other. Gives how many attempts were
    interrupted."""
    books = Books(stack, webhook, receipts)
    books.check(acknowledged, steps=1)
    assert {(status, in_flight) for status, _, in_flight in books.deliveries.values()} == {
        ("delivered", False)
    }
    assert books.errors <= {None, "interrupted"}
    return books.interruptions
