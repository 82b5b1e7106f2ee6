"""A running stack as a benchmark sees it, by Python's standard library alone."""

import http.client
import json
import os
import pathlib
import shlex
import ssl
import subprocess
import time
import urllib.parse


class Stack:
    def __init__(self, state):
        self.state = pathlib.Path(state)
        self.env = {}
        for line in (self.state / "env").read_text().splitlines():
            if line.startswith("PATCHBAY_"):
                name, _, value = line.partition("=")
                self.env[name] = "".join(shlex.split(value))
        self.url = urllib.parse.urlsplit(self.env["PATCHBAY_URL"])
        self.connection = self.connect()
        self.called_at = time.monotonic()

    def connect(self):
        """A connection to nginx that is kept."""
        return http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=30)

    def call(self, method, path, body):
        """A call of the JSON API over a kept connection."""
        headers = {"Authorization": f"Bearer {self.env['PATCHBAY_USER_API_KEY']}"}
        headers["Content-Type"] = "application/json"
        # nginx closes what was idle for half a minute, such as between two rounds.
        if time.monotonic() - self.called_at > 10:
            self.connection.close()
        self.connection.request(
            method, f"{self.url.path}/api/v1{path}", json.dumps(body).encode(), headers
        )
        answer = self.connection.getresponse()
        self.called_at = time.monotonic()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text)

    def sink_connection(self):
        """A kept connection straight to the sink."""
        sink = urllib.parse.urlsplit(self.env["PATCHBAY_SINK_URL"])
        context = ssl.create_default_context(cafile=self.env["PATCHBAY_CA_FILE"])
        return http.client.HTTPSConnection(sink.hostname, sink.port, timeout=30, context=context)

    def memory(self, name):
        """Resident memory of a process of the stack, in KiB."""
        pid = int((self.state / f"{name}.pid").read_text())
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise SystemExit(f"{name} has no resident memory")

    def size(self, program):
        return (self.state / "bin" / program).stat().st_size


class Host:
    """A host application's one connection to the database; each line is executed as it comes."""

    def __init__(self, stack):
        self.client = subprocess.Popen(
            ["mariadb", "--no-defaults", "--batch", "--skip-column-names", "--unbuffered",
             "--socket", stack.env["PATCHBAY_DB_SOCKET"], stack.env["PATCHBAY_DB_NAME"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def execute(self, statement):
        self.client.stdin.write(statement.encode() + b";\n")
        self.client.stdin.flush()

    def ask(self, statement):
        """The first row of an answer."""
        self.execute(statement)
        return self.client.stdout.readline().decode().strip()

    def close(self):
        self.client.stdin.close()
        if self.client.wait(10) != 0:
            raise SystemExit("the database client failed")


class Sink:
    """Reads on in the sink's log: when which request had been read, by the machine's clock."""

    def __init__(self, stack):
        self.file = open(stack.env["PATCHBAY_SINK_LOG"], "rb")
        self.file.seek(0, os.SEEK_END)
        self.rest = b""

    def next(self, seconds=30):
        """The next request's line."""
        end = time.monotonic() + seconds
        while b"\n" not in self.rest:
            self.rest += self.file.read()
            if time.monotonic() > end:
                raise SystemExit("an event has not arrived")
            # Seldom enough to leave the processors to what is measured.
            time.sleep(0.001)
        line, _, self.rest = self.rest.partition(b"\n")
        return json.loads(line)
