"""What monitoring reads, by a parser that is not ours."""

import json
import secrets
import subprocess

import pytest
import requests

from stack import wait_for
from support.administrator import Administrator

# Debian's package is not in the tests' own environment.
PARSER = """
import json, sys
from prometheus_client.parser import text_string_to_metric_families
families = text_string_to_metric_families(sys.stdin.read())
print(json.dumps([
    [family.name, family.type, family.documentation,
     [[sample.name, sample.labels, sample.value] for sample in family.samples]]
    for family in families
]))
"""


def scrape(stack, key=None):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return requests.get(f"{stack.url}/metrics", headers=headers, timeout=30)


def parse(text):
    """Families by name: type, help, and samples as (name, labels, value)."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PARSER], input=text, capture_output=True, text=True, check=True
    )
    return {name: rest for name, *rest in json.loads(done.stdout)}


def value(families, family, sample=None, **labels):
    found = [
        number for name, has, number in families[family][2]
        if name == (sample or family) and has == labels
    ]  # fmt: skip
    assert len(found) == 1, (family, labels, families[family])
    return found[0]


@pytest.fixture(scope="module")
def service_key(stack):
    operator = Administrator(stack)
    name = f"metrics {secrets.token_hex(4)}"
    return operator.operate("api-key", "create", "--service", "--name", name, "--scopes", "metrics")


def test_only_a_service_key_of_that_scope_reads_it(stack, person):
    answer = scrape(stack)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert scrape(stack, "pb_" + "x" * 43).status_code == 401
    # The demo's user has every scope, and is a user.
    assert scrape(stack, stack.env["PATCHBAY_USER_API_KEY"]).status_code == 403
    operator = Administrator(stack)
    other = operator.operate(
        "api-key", "create", "--service", "--name", "no metrics", "--scopes", "webhooks:read"
    )
    answer = scrape(stack, other)
    assert answer.status_code == 403 and "metrics" in answer.json()["detail"]
    assert person.http().get("/metrics").status_code == 401
    assert requests.post(f"{stack.url}/metrics", timeout=30).status_code == 405


def test_a_parser_reads_every_figure(stack, service_key):
    answer = scrape(stack, service_key)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    families = parse(answer.text)
    types = {name: each[0] for name, each in families.items()}
    assert types.pop("patchbay_deliveries_finished") == "counter"
    assert types.pop("patchbay_attempt_duration_seconds") == "histogram"
    assert set(types.values()) == {"gauge"}
    assert {
        "patchbay_build_info", "patchbay_database_up", "patchbay_deliveries",
        "patchbay_oldest_due_seconds", "patchbay_workers",
        "patchbay_worker_last_seen_timestamp_seconds", "patchbay_revocations_pending",
    } <= set(types)  # fmt: skip
    for name, (_, help, samples) in families.items():
        assert name.startswith("patchbay_") and help.endswith(".") and samples, name
    assert {sample[1]["state"] for sample in families["patchbay_deliveries"][2]} == {
        "waiting", "due", "in_flight"
    }  # fmt: skip
    assert value(families, "patchbay_database_up") == 1
    assert value(families, "patchbay_workers") >= 1


def test_what_is_delivered_raises_the_sums(stack, service_key, person):
    before = parse(scrape(stack, service_key).text)
    webhook = person.webhook("/metrics")
    for _ in range(5):
        person.emit({"name": "Ada"})
    person.wait_for_deliveries(webhook, 5)
    after = parse(scrape(stack, service_key).text)

    def risen(family, sample, **labels):
        return value(after, family, sample, **labels) - value(before, family, sample, **labels)

    finished = "patchbay_deliveries_finished"
    assert risen(finished, finished + "_total", outcome="delivered") >= 5
    duration = "patchbay_attempt_duration_seconds"
    assert risen(duration, duration + "_count") >= 5
    assert risen(duration, duration + "_sum") > 0
    counts = [sample[2] for sample in after[duration][2] if sample[0] == duration + "_bucket"]
    assert counts == sorted(counts) and counts[-1] == value(after, duration, duration + "_count")


def test_removing_old_minutes_lowers_no_sum(stack, service_key):
    finished = ("patchbay_deliveries_finished", "patchbay_deliveries_finished_total")
    stack.sql(
        "INSERT INTO minute_counts (minute, delivered) VALUES"
        " (DATE_FORMAT(UTC_TIMESTAMP() - INTERVAL 5 MINUTE, '%Y-%m-%d %H:%i:00'), 1000)"
        " ON DUPLICATE KEY UPDATE delivered = delivered + 1000"
    )
    stack.sql("UPDATE noted_totals SET summed_to = UTC_TIMESTAMP() - INTERVAL 30 DAY, delivered = 0")
    before = value(parse(scrape(stack, service_key).text), *finished, outcome="delivered")
    assert before >= 1000
    # The worker's next note adds them up; what is too old goes with it.
    stack.sql("UPDATE chores SET due_at = UTC_TIMESTAMP(6) WHERE name = 'minutes'")
    wait_for(
        lambda: stack.sql("SELECT summed_to > UTC_TIMESTAMP() - INTERVAL 1 HOUR FROM noted_totals")
        == [["1"]]
    )
    assert value(parse(scrape(stack, service_key).text), *finished, outcome="delivered") >= before
