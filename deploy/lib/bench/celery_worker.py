"""A Celery worker that delivers from Redis, as a team would build it; see celery_tasks.py."""

import getpass
import os
import pathlib
import subprocess
import time
import uuid

HERE = pathlib.Path(__file__).resolve().parent
POOLS = {"prefork 4": ("prefork", "4"), "16 threads": ("threads", "16")}

RESULTS = """
CREATE TABLE IF NOT EXISTS bench.results (
  delivery_id UUID NOT NULL, number SMALLINT UNSIGNED NOT NULL, started_at DATETIME(6) NOT NULL,
  total_us INT UNSIGNED NULL, endpoint_url VARCHAR(2048) CHARACTER SET ascii NOT NULL,
  response_status SMALLINT UNSIGNED NULL, request_headers BLOB NOT NULL,
  response_headers MEDIUMBLOB NOT NULL, response_body BLOB NOT NULL,
  PRIMARY KEY (delivery_id, number))
"""


class Celery:
    """With a Redis of its own that keeps nothing on disk, which spares it the work."""

    def __init__(self, stack, backlog, receiver):
        self.backlog = backlog
        self.receiver = receiver
        self.log = open(stack.state / "log/bench-celery.log", "ab")
        # A unix socket's path may have 107 bytes; the stack's folder of sockets is short.
        socket = pathlib.Path((stack.state / "sockets").read_text().strip()) / "redis"
        self.redis = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "",
             "--appendonly", "no", "--dir", str(stack.state)],
            stdout=self.log, stderr=self.log,
        )
        self.environment = os.environ | {
            "BENCH_BROKER": f"redis+socket://{socket}",
            "BENCH_CA_FILE": stack.env["PATCHBAY_CA_FILE"],
            "BENCH_SOCKET": stack.env["PATCHBAY_DB_SOCKET"],
            "BENCH_USER": getpass.getuser(),
            "PYTHONPATH": str(HERE),
        }
        os.environ.update(self.environment)
        backlog.sql(RESULTS)
        while not socket.exists():
            time.sleep(0.05)

    def rate(self, pool, count):
        """Deliveries a second, from the first tenth on record to the last."""
        from celery_tasks import deliver

        self.backlog.sql("TRUNCATE bench.results")
        body = self.backlog.body_file.read_text()
        for _ in range(count):
            deliver.delay(str(uuid.uuid4()), self.receiver.url(), body)
        kind, concurrency = POOLS[pool]
        worker = subprocess.Popen(
            ["/usr/bin/python3", "-m", "celery", "-A", "celery_tasks", "worker", "--pool", kind,
             "--concurrency", concurrency, "--loglevel", "error", "--without-gossip",
             "--without-mingle", "--without-heartbeat"],
            env=self.environment, cwd=HERE, stdout=self.log, stderr=self.log,
        )
        try:
            first, began = self.wait_for(count // 10)
            last, ended = self.wait_for(count)
        finally:
            worker.terminate()
            worker.wait(60)
        return (last - first) / (ended - began)

    def wait_for(self, count):
        end = time.monotonic() + 300
        while time.monotonic() < end:
            done = self.backlog.number("SELECT COUNT(*) FROM bench.results")
            if done >= count:
                return done, time.monotonic()
            time.sleep(0.05)
        raise SystemExit("Celery does not get on; see the log bench-celery.log")

    def close(self):
        self.redis.terminate()
        self.redis.wait(10)
        self.log.close()
