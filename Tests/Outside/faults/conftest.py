"""A stack whose workers are started by hand and whose endpoint knows what it has at once."""

import pytest

from stack import Stack, free_port
from support.gauge import Gauge
from support.worker import stop_timer


@pytest.fixture(scope="session")
def gauged(states):
    port = free_port()
    stack = Stack(states / "gauged")
    stack.run(
        {
            "PATCHBAY_ATTEMPT_TIMEOUT": "3s",
            "PATCHBAY_WORKER_LEASE": "13s",
            "PATCHBAY_RATE_LIMIT": "1000000/s",
            "PATCHBAY_ENDPOINT_ALLOW": f"localhost:{port}",
        }
    )
    stop_timer(stack)
    stack.gauge = Gauge(stack, port)
    yield stack
    stack.gauge.close()
    stack.stop(purge=True)
