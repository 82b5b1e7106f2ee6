"""Deliveries that failed for good, at once instead of after a day."""

from stack import wait_for


def fail_for_good(person, count, name="Billing sync", **options):
    """A webhook of the person's with so many of them, and whose endpoint goes on failing."""
    stack = person.stack
    webhook = person.webhook("/status/500?for-good", name=name, events=["lead.updated"], **options)
    for _ in range(count):
        person.emit({"name": "Ada"}, "lead.updated")
    person.wait_for_deliveries(webhook, count)
    end_schedule(stack, webhook, count)
    return webhook


def end_schedule(stack, webhook, count):
    """As if the schedule of all were over, which takes a day. Each has been tried."""
    where = f"WHERE webhook_id = '{webhook['id']}'"
    wait_for(
        lambda: stack.sql(
            "UPDATE webhook_deliveries SET status = 'failed', due_at = NULL, live_webhook_id = NULL,"
            " finished_at = UTC_TIMESTAMP(6), dead_at = UTC_TIMESTAMP(6)"
            f" {where} AND NOT in_flight AND status = 'pending' AND attempt_number > 0;"
            f" SELECT COUNT(*) FROM webhook_deliveries {where} AND status = 'failed'"
        )
        == [[str(count)]]
    )
