"""latency.py STATE: from just before an event is sent to when its endpoint has read it, at rest."""

import base64
import datetime
import json
import random
import statistics
import sys
import time

from stack import Host, Sink, Stack

COUNT = 500
# The worker polls this often; waits of up to as long spread the events evenly over its rounds.
POLL_SECONDS = 0.25
TARGETS_MS = {"the API": 50, "emit_event": 400}
MEMORY_TARGETS_KIB = {"web": 30 * 1024, "worker": 25 * 1024}
SIZE_TARGET = 15_000_000


def measure(sink, send):
    """Milliseconds of COUNT events, one after another."""
    latencies = []
    for number in range(-10, COUNT):
        time.sleep(random.uniform(0, POLL_SECONDS))
        started = time.time()
        send(number)
        line = sink.next()
        body = json.loads(base64.b64decode(line["body_base64"]))
        if body["data"] != {"n": number}:
            raise SystemExit(f"event {number} was sent and {body['data']} arrived")
        read = datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00")).timestamp()
        # The first few warm up what is made on first use.
        if number >= 0:
            latencies.append((read - started) * 1000)
    return sorted(latencies)


def straight_to_the_sink(stack):
    connection = stack.sink_connection()

    def send(number):
        connection.request("POST", "/straight", json.dumps({"data": {"n": number}}))
        connection.getresponse().read()

    return send


def by_the_api(stack):
    # nginx has closed the connection while another way was measured; http.client opens a new one.
    stack.connection.close()
    return lambda number: stack.call("POST", "/events", {"type": "lead.created", "data": {"n": number}})


def by_emit_event(stack, host):
    user = host.ask(f"SELECT user_id('{stack.env['PATCHBAY_USER_EMAIL']}')")
    return lambda number: host.execute(f"CALL emit_event('{user}', 'lead.created', '{{\"n\":{number}}}')")


def show(rows):
    print(f"{COUNT} events each, one at a time, milliseconds until the endpoint has read them")
    print(f"{'':24}{'median':>9}{'p99':>9}{'worst':>9}{'ratio':>9}   median is to be")
    reference = statistics.median(rows["straight to it"])
    for name, latencies in rows.items():
        median = statistics.median(latencies)
        p99 = latencies[len(latencies) * 99 // 100]
        target = TARGETS_MS.get(name)
        verdict = "" if target is None else f"   < {target}: {'yes' if median < target else 'NO'}"
        print(f"{name:24}{median:9.1f}{p99:9.1f}{latencies[-1]:9.1f}{median / reference:9.1f}{verdict}")


def show_sizes(stack):
    print()
    print(f"{'':24}{'resident MiB':>14}   is to be")
    for name, program in (("web", "responder, 8 threads"), ("worker", "worker")):
        memory, target = stack.memory(name), MEMORY_TARGETS_KIB[name]
        print(f"{program:24}{memory / 1024:14.1f}   < {target // 1024}: {'yes' if memory < target else 'NO'}")
    print()
    print(f"{'':24}{'binary MB':>14}   is to be")
    for program in ("patchbay-web", "patchbay-worker", "patchbay"):
        size = stack.size(program)
        verdict = f"   < 15: {'yes' if size < SIZE_TARGET else 'NO'}" if program != "patchbay" else ""
        print(f"{program:24}{size / 1e6:14.1f}{verdict}")


def main():
    stack = Stack(sys.argv[1])
    stack.call(
        "POST",
        "/webhooks",
        {"name": "latency", "endpoint_url": stack.env["PATCHBAY_SINK_URL"] + "/latency", "events": ["*"]},
    )
    sink = Sink(stack)
    host = Host(stack)
    rows = {
        "straight to it": measure(sink, straight_to_the_sink(stack)),
        "the API": measure(sink, by_the_api(stack)),
        "emit_event": measure(sink, by_emit_event(stack, host)),
    }
    host.close()
    show(rows)
    show_sizes(stack)


if __name__ == "__main__":
    main()
