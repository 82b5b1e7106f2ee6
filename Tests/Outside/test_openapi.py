"""The description of the API, held against the API by schemathesis: every check is on, and where a
right request may be refused stands in openapi/schemathesis.toml with the reason."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import requests

from stack import Stack
from support.account import Account

FOLDER = pathlib.Path(__file__).parent / "openapi"
SECONDS = 100


@pytest.fixture(scope="module")
def open_stack(states):
    """A stack on which a key is not slowed down and a user may have many webhooks."""
    stack = Stack(states / "openapi")
    stack.run({"PATCHBAY_RATE_LIMIT": "1000000/s", "PATCHBAY_MAX_WEBHOOKS": "10000"})
    yield stack
    stack.stop(purge=True)


def test_schemathesis_finds_nothing(open_stack, tmp_path):
    users = {"one": Account(open_stack), "other": Account(open_stack)}
    for account in users.values():
        account.webhook("/openapi")
        account.emit({"id": 1})
    account = users["one"]
    keys = [
        {
            "name": name,
            "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {user.key}"}],
        }
        for name, user in users.items()
    ]
    (tmp_path / "users.json").write_text(json.dumps({"auth": keys}), encoding="utf-8")
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(FOLDER)}
    done = subprocess.run(
        [
            pathlib.Path(sys.executable).parent / "schemathesis",
            "--config-file", FOLDER / "schemathesis.toml", "--no-color",
            "run", f"{account.url}/openapi.json", "--max-time", str(SECONDS),
        ],
        cwd=tmp_path,
        env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS + 120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    # Warnings are no findings: a person connects apps, and tests are sent ten a minute.
    found, tested = re.search(r"Selected: (\d+)/\d+\s+Tested: (\d+)", done.stdout).groups()
    assert int(found) == int(tested) > 0 and "Failures:" not in done.stdout, done.stdout


def test_it_needs_no_key_and_names_the_site_and_its_event_types(open_stack):
    answer = requests.get(f"{open_stack.url}/api/v1/openapi.json", timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    document = answer.json()
    assert document["openapi"] == "3.1.1"
    assert document["servers"] == [{"url": f"{open_stack.url}/api/v1"}]
    types = document["components"]["schemas"]["NewEvent"]["properties"]["type"]["enum"]
    account = Account(open_stack)
    assert types == [each["type"] for each in account.call("GET", "/event-types")["data"]]


def test_an_answer_holds_no_member_that_is_not_described(open_stack):
    account = Account(open_stack)
    webhook = account.webhook("/described")
    account.emit()
    delivery = account.wait_for_status(webhook, "delivered")
    schemas = requests.get(f"{account.url}/openapi.json", timeout=30).json()["components"]["schemas"]
    answers = {
        "MadeWebhook": webhook,
        "Webhook": account.call("GET", f"/webhooks/{webhook['id']}"),
        "Delivery": account.deliveries(webhook)[0],
        "DeliveryWithAttempts": delivery,
        "Attempt": delivery["attempts"][0],
        "EventType": account.call("GET", "/event-types")["data"][0],
        "EmittedEvent": account.emit(),
        "Problem": account.api("GET", "/webhooks?limit=x").json(),
    }
    for name, answer in answers.items():
        assert set(answer) <= set(schemas[name]["properties"]), name
        assert set(answer) >= set(schemas[name]["required"]), name
