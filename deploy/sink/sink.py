#!/usr/bin/env python3
"""An HTTPS receiver on loopback that writes down what it receives.

Each request is one JSON object on a line of the log, written once the whole request has been read
and before it is answered: {at, method, path, headers: [[name, value]], body_base64, status}.
Header names and their order are as received. The answer is 200, or as the path says:

  /status/N                    status N; 3xx with a Location on this sink
  /sequence/500,500,200/NAME   one of the list per request with that NAME; the last one repeats
  /slow/MILLISECONDS           200 after that time
  /hang/NAME                   none; the log says status null
  /gone                        410

Python's standard library alone, one thread, HTTP/1.1 with kept connections.
"""

import argparse
import asyncio
import base64
import datetime
import http
import json
import os
import re
import signal
import ssl

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 64 * 1024 * 1024
CHUNK_LINE_LIMIT = 4096
STATUS = re.compile(r"[2-5]\d\d")


class BadRequest(Exception):
    """What cannot be read as a request; the answer is 400 and the end of the connection."""


class Answers:
    """What each path is answered with. Keeps how far each sequence has come."""

    def __init__(self):
        self.sequences = {}

    def of(self, path):
        """The status (None: no answer at all) and the seconds to wait before it."""
        parts = path.split("?", 1)[0].strip("/").split("/")
        match parts:
            case ["gone"]:
                return 410, 0
            case ["hang", *_]:
                return None, 0
            case ["status", status] if STATUS.fullmatch(status):
                return int(status), 0
            case ["slow", milliseconds] if milliseconds.isascii() and milliseconds.isdigit():
                return 200, int(milliseconds) / 1000
            case ["sequence", statuses, *name]:
                return self.next_of(statuses.split(","), "/".join(name)), 0
            case _:
                return 200, 0

    def next_of(self, statuses, name):
        step = self.sequences.get(name, 0)
        self.sequences[name] = step + 1
        status = statuses[min(step, len(statuses) - 1)]
        return int(status) if STATUS.fullmatch(status) else 200


class Request:
    """A request as far as it has been read: its head, then the bytes of its body."""

    def __init__(self, head):
        lines = head.decode("latin-1").split("\r\n")
        try:
            self.method, self.path, self.version = lines[0].split(" ")
        except ValueError:
            raise BadRequest from None
        if self.version not in ("HTTP/1.0", "HTTP/1.1"):
            raise BadRequest
        self.headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise BadRequest
            self.headers.append([name, value.strip(" \t")])
        self.body = bytearray()
        self.chunked = "chunked" in self.header("transfer-encoding").lower()
        length = self.header("content-length") or "0"
        if not (length.isascii() and length.isdigit()) or int(length) > BODY_LIMIT:
            raise BadRequest
        self.length = int(length)

    def header(self, name):
        return ", ".join(value for key, value in self.headers if key.lower() == name)

    @property
    def keeps_connection(self):
        wanted = self.header("connection").lower()
        return "close" not in wanted if self.version == "HTTP/1.1" else "keep-alive" in wanted


class Connection(asyncio.Protocol):
    """One connection. Requests are read and answered one after the other."""

    def __init__(self, sink):
        self.sink = sink
        self.buffer = bytearray()
        self.request = None
        self.chunk_left = None
        self.busy = False

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        if not self.busy:
            self.read_on()

    def read_on(self):
        try:
            while not self.busy and not self.transport.is_closing() and self.read_step():
                pass
        except BadRequest:
            self.respond(400, keep=False)

    def read_step(self):
        """Reads one more piece; false when more bytes must come first."""
        if self.request is None:
            return self.read_head()
        if self.request.chunked:
            return self.read_chunk()
        missing = self.request.length - len(self.request.body)
        self.request.body += self.buffer[:missing]
        del self.buffer[:missing]
        if len(self.request.body) < self.request.length:
            return False
        self.answer()
        return True

    def read_head(self):
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self.buffer) > HEAD_LIMIT:
                raise BadRequest
            return False
        self.request = Request(bytes(self.buffer[:end]))
        del self.buffer[: end + 4]
        if self.request.header("expect").lower() == "100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def read_chunk(self):
        """A line with the length, then so many bytes and a line end; the last one is empty."""
        if self.chunk_left is None:
            line = self.take_line()
            if line is None:
                return False
            try:
                self.chunk_left = int(line.split(b";", 1)[0], 16) + 2
            except ValueError:
                raise BadRequest from None
            if self.chunk_left == 2:
                self.chunk_left = 0
        if self.chunk_left == 0:
            return self.read_trailer()
        if self.chunk_left < 0 or len(self.request.body) + self.chunk_left > BODY_LIMIT:
            raise BadRequest
        if len(self.buffer) < self.chunk_left:
            return False
        self.request.body += self.buffer[: self.chunk_left - 2]
        del self.buffer[: self.chunk_left]
        self.chunk_left = None
        return True

    def read_trailer(self):
        line = self.take_line()
        if line is None:
            return False
        if not line:
            self.chunk_left = None
            self.answer()
        return True

    def take_line(self):
        end = self.buffer.find(b"\r\n")
        if end < 0:
            if len(self.buffer) > CHUNK_LINE_LIMIT:
                raise BadRequest
            return None
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return line

    def answer(self):
        request, self.request = self.request, None
        status, seconds = self.sink.answers.of(request.path)
        self.sink.write_down(request, status)
        if status is None:
            self.busy = True
        elif seconds:
            self.busy = True
            asyncio.get_running_loop().call_later(seconds, self.respond_late, status, request)
        else:
            self.respond(status, request.keeps_connection, request.method != "HEAD")

    def respond_late(self, status, request):
        self.busy = False
        if not self.transport.is_closing():
            self.respond(status, request.keeps_connection, request.method != "HEAD")
            self.read_on()

    def respond(self, status, keep, with_body=True):
        try:
            reason = http.HTTPStatus(status).phrase
        except ValueError:
            reason = "Status"
        body = b"" if status in (204, 304) else f"{status} {reason}\n".encode()
        lines = [f"HTTP/1.1 {status} {reason}", "Content-Type: text/plain; charset=utf-8"]
        if status != 204:
            lines.append(f"Content-Length: {len(body)}")
        if 300 <= status < 400:
            lines.append("Location: /redirected")
        if not keep:
            lines.append("Connection: close")
        head = "\r\n".join(lines) + "\r\n\r\n"
        self.transport.write(head.encode() + (body if with_body else b""))
        if not keep:
            self.transport.close()


class Sink:
    """The log and the answers, shared by all connections."""

    def __init__(self, log):
        # Unbuffered: a line is in the file before its answer leaves.
        self.log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.answers = Answers()

    def write_down(self, request, status):
        now = datetime.datetime.now(datetime.timezone.utc)
        line = json.dumps(
            {
                "at": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "method": request.method,
                "path": request.path,
                "headers": request.headers,
                "body_base64": base64.b64encode(request.body).decode(),
                "status": status,
            }
        )
        rest = memoryview(line.encode() + b"\n")
        while rest:
            rest = rest[os.write(self.log, rest) :]


async def serve(arguments):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)
    context.set_alpn_protocols(["http/1.1"])
    sink = Sink(arguments.log)
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    for address in arguments.address:
        await loop.create_server(
            lambda: Connection(sink), address, arguments.port, ssl=context, backlog=1024
        )
    await stop.wait()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--address", action="append", required=True, help="may be given several times"
    )
    parser.add_argument("--certificate", required=True, help="PEM file")
    parser.add_argument("--key", required=True, help="PEM file")
    parser.add_argument("--log", required=True, help="file that lines are added to")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
