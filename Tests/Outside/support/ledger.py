"""Holds what the sink saw against what the database has on record."""

import collections


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


def check_books(stack, webhook, events, receipts):
    """Every event arrived and is delivered; every request has its attempt; what is too much on
    either side is an attempt that was interrupted. Gives how many those were."""
    assert {receipt.id for receipt in receipts} == {event["id"] for event in events}
    states = stack.sql(
        "SELECT status, in_flight, COUNT(*) FROM webhook_deliveries"
        f" WHERE webhook_id = '{webhook['id']}' GROUP BY status, in_flight"
    )
    assert states == [["delivered", "0", str(len(events))]]
    return check_attempts(stack, webhook, receipts)


def check_acknowledged(stack, webhook, acknowledged, receipts):
    """Every acknowledged event arrived, and nothing waits. An event whose caller had no answer may
    have been taken too, and has then arrived like any other. Gives how many attempts were
    interrupted."""
    assert set(acknowledged) <= {receipt.id for receipt in receipts}
    states = stack.sql(
        "SELECT DISTINCT status, in_flight FROM webhook_deliveries"
        f" WHERE webhook_id = '{webhook['id']}'"
    )
    assert states == [["delivered", "0"]]
    return check_attempts(stack, webhook, receipts)


def check_attempts(stack, webhook, receipts):
    """Every request has its attempt; what is too much on either side is an attempt that was
    interrupted. Gives how many those were."""
    recorded = collections.Counter()
    interrupted = collections.Counter()
    for event, error, stamp in attempts(stack, webhook):
        if error == "interrupted":
            interrupted[event] += 1
        else:
            assert error is None, error
            recorded[event, stamp] += 1
    seen = collections.Counter((receipt.id, receipt.timestamp) for receipt in receipts)
    # An attempt with an answer was a request; there is none on record that the sink did not see.
    assert recorded - seen == collections.Counter()
    unmatched = collections.Counter()
    for (event, _), count in (seen - recorded).items():
        unmatched[event] += count
    assert unmatched - interrupted == collections.Counter()
    return sum(interrupted.values())
