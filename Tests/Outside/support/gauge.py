"""An HTTPS endpoint in the test's own process that knows when each request came and went, and how
many there were at once; it can be told to be slow or to fail."""

import asyncio
import contextlib
import dataclasses
import json
import ssl
import sys
import threading
import time

from stack import ROOT

sys.path.append(str(ROOT / "deploy" / "sink"))
import sink  # noqa: E402


@dataclasses.dataclass
class Visit:
    """One request, once it has been read whole. Times are of the monotonic clock; `ended` is when
    the answer left or the peer went, and `at_once` how many were there then, this one included."""

    path: str
    id: str
    timestamp: int
    number: int | None
    began: float
    at_once: int
    status: int
    ended: float | None = None


class Connection(sink.Connection):
    visit = None

    def connection_made(self, transport):
        super().connection_made(transport)
        self.sink.connections.add(self)

    def connection_lost(self, _):
        self.sink.connections.discard(self)
        self.leave()

    def answer(self):
        request, self.request = self.request, None
        self.busy = True
        self.visit, seconds = self.sink.enter(request)
        asyncio.get_running_loop().call_later(seconds, self.finish, request)

    def finish(self, request):
        if self.visit:
            status = self.visit.status
            self.leave()
            self.respond_late(status, request)

    def leave(self):
        if self.visit:
            self.sink.leave(self.visit)
            self.visit = None


class Gauge:
    def __init__(self, stack, port):
        self.url = f"https://localhost:{port}"
        self.port = port
        self.visits = []
        self.answers = {}
        self.present = {}
        self.connections = set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls = stack.state / "tls"
        self.context.load_cert_chain(tls / "sink.pem", tls / "sink.key")
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.run(self.listen())

    def answer(self, path, status=200, seconds=0.0):
        """What requests to that path get, and how many seconds after they were read; the status may
        be a function of the event's number."""
        self.answers[path] = (status, seconds)
        return self.url + path

    def at(self, path):
        """What has come there so far, in order."""
        return [visit for visit in self.visits[:] if visit.path == path]

    def close(self):
        self.run(self.leave_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    def run(self, task):
        asyncio.run_coroutine_threadsafe(task, self.loop).result(30)

    async def listen(self):
        self.server = await self.loop.create_server(
            lambda: Connection(self), "127.0.0.1", self.port, ssl=self.context, backlog=1024
        )

    async def leave_all(self):
        self.server.close()
        for connection in list(self.connections):
            connection.transport.abort()

    def enter(self, request):
        fields = {name.lower(): value for name, value in request.headers}
        status, seconds = self.answers.get(request.path, (200, 0.0))
        number = event_number(request.body)
        here = self.present[request.path] = self.present.get(request.path, 0) + 1
        visit = Visit(
            path=request.path,
            id=fields["webhook-id"],
            timestamp=int(fields["webhook-timestamp"]),
            number=number,
            began=time.monotonic(),
            at_once=here,
            status=status(number) if callable(status) else status,
        )
        self.visits.append(visit)
        return visit, seconds

    def leave(self, visit):
        visit.ended = time.monotonic()
        self.present[visit.path] -= 1


def event_number(body):
    """The `n` of {"n": 7}, which Account.emit_many sends; None without."""
    with contextlib.suppress(LookupError, TypeError):
        return json.loads(body)["data"]["n"]
    return None


def most_within(visits, seconds):
    """The most requests that came within any stretch of so long."""
    began = sorted(visit.began for visit in visits)
    most = first = 0
    for last, moment in enumerate(began):
        while began[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most
