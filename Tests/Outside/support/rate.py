"""How many events a second the API takes, from clients that cost little themselves."""

import http.client
import json
import threading
import time


def events_per_second(account, threads, batch=0, seconds=3):
    """By so many clients at once; each sends single events, or batches of so many."""
    event = {"type": "lead.created", "data": {"name": "Ada Example", "stage": "new"}}
    path, body = "/events", json.dumps(event)
    if batch:
        path, body = "/events/batch", json.dumps({"events": [event] * batch})
    headers = {"Authorization": f"Bearer {account.key}", "Content-Type": "application/json"}
    address = account.url.removeprefix("http://").partition("/")
    counts = [0] * threads

    def post(number):
        connection = http.client.HTTPConnection(address[0], timeout=30)
        while time.monotonic() < end:
            connection.request("POST", f"/{address[2]}{path}", body, headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 202
            counts[number] += 1

    started = time.monotonic()
    end = started + seconds
    clients = [threading.Thread(target=post, args=[number]) for number in range(threads)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert all(counts), counts
    return sum(counts) * (batch or 1) / (time.monotonic() - started)
