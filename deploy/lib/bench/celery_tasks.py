"""What a team would write with Celery: a task that signs, posts, and puts its result on record."""

import base64
import hashlib
import hmac
import json
import os
import threading
import time

import celery
import MySQLdb
import requests

app = celery.Celery("celery_tasks", broker=os.environ["BENCH_BROKER"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=int(os.environ.get("BENCH_PREFETCH", "4")),
)

SECRET = bytes(range(32))
session = requests.Session()
session.mount("https://", requests.adapters.HTTPAdapter(pool_connections=4, pool_maxsize=32))
session.verify = os.environ["BENCH_CA_FILE"]
# Neither proxies nor .netrc are looked for at each request.
session.trust_env = False
local = threading.local()


def database():
    """One connection for each thread, kept."""
    if not hasattr(local, "connection"):
        local.connection = MySQLdb.connect(
            unix_socket=os.environ["BENCH_SOCKET"], user=os.environ["BENCH_USER"],
            db="bench", charset="utf8mb4", autocommit=True,
        )
    return local.connection


@app.task
def deliver(identifier, url, body):
    now = int(time.time())
    signed = f"{identifier}.{now}.{body}".encode()
    signature = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    headers = {
        "content-type": "application/json",
        "user-agent": "Patchbay/0.0.0",
        "webhook-id": identifier,
        "webhook-timestamp": str(now),
        "webhook-signature": f"v1,{signature}",
    }
    began = time.monotonic()
    answer = session.post(url, data=body.encode(), headers=headers, timeout=15)
    database().cursor().execute(
        "INSERT INTO results (delivery_id, number, started_at, total_us, endpoint_url,"
        " response_status, request_headers, response_headers, response_body)"
        " VALUES (%s, 1, FROM_UNIXTIME(%s), %s, %s, %s, %s, %s, %s)",
        (
            identifier, now, int((time.monotonic() - began) * 1e6), url, answer.status_code,
            json.dumps(list(headers.items())), json.dumps(list(answer.headers.items())),
            answer.content,
        ),
    )
