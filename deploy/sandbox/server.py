"""Connections to calls, answers to bytes: a thread for each connection.

One port speaks both HTTPS and plain HTTP, told apart by the first byte."""

import http
import http.server
import socket
import socketserver
import ssl
import sys
import time

from call import Call

BODY_LIMIT = 1024 * 1024
# What a TLS connection begins with: the record type "handshake". Source: RFC 8446, section 5.1.
TLS_HANDSHAKE = b"\x16"
# An answer that never comes, or never ends, ends after this.
PATIENCE_SECONDS = 300
ENDLESS_BYTES = 1024 * 1024 * 1024


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, address, port, context, simulator):
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.context = context
        self.simulator = simulator
        super().__init__((address, port), Handler)

    def server_bind(self):
        if self.address_family == socket.AF_INET6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        # Not the base's: it looks up a name.
        socketserver.TCPServer.server_bind(self)

    def process_request_thread(self, request, client_address):
        """The handshake here, so that a slow one holds up nobody else."""
        request.settimeout(60)
        try:
            if request.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE:
                request = self.context.wrap_socket(request, server_side=True)
        except OSError:
            request.close()
            return
        super().process_request_thread(request, client_address)

    def handle_error(self, request, client_address):
        """A client that hangs up is no error of ours; the base prints all else."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ssl.SSLError)):
            super().handle_error(request, client_address)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = 60
    disable_nagle_algorithm = True

    def handle_any(self):
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self.close_connection = True
            self.send_error(411)
            return
        if int(length) > BODY_LIMIT:
            self.close_connection = True
            self.send_error(413)
            return
        body = self.rfile.read(int(length))
        call = Call(self.command, self.path, self.headers, body)
        self.perform(self.server.simulator.answer(call), call.fault)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = do_HEAD = handle_any

    def perform(self, answer, fault):
        match fault.get("fault"):
            case "slow":
                time.sleep(min(float(fault.get("seconds", 12)), PATIENCE_SECONDS))
            case "drop":
                self.close_connection = True
                return
            case "hang":
                self.close_connection = True
                time.sleep(min(float(fault.get("seconds", PATIENCE_SECONDS)), PATIENCE_SECONDS))
                return
            case "endless":
                self.stream(answer, b'{"access_token": "', b"x" * 65536, 0)
                return
            case "drip":
                self.stream(answer, b"{", b" ", 1)
                return
        self.send(answer)

    def head(self, answer, length):
        reason = http.HTTPStatus(answer.status).phrase
        lines = [f"HTTP/1.1 {answer.status} {reason}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        if length is not None and answer.status != 204:
            lines.append(f"Content-Length: {length}")
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def send(self, answer):
        # In one piece: two would wait for the first's acknowledgement.
        body = b"" if self.command == "HEAD" else answer.body
        self.wfile.write(self.head(answer, len(answer.body)) + body)

    def stream(self, answer, first, piece, seconds):
        self.close_connection = True
        self.wfile.write(self.head(answer, None) + first)
        end = time.monotonic() + PATIENCE_SECONDS
        sent = 0
        while time.monotonic() < end and sent < ENDLESS_BYTES:
            self.wfile.write(piece)
            sent += len(piece)
            time.sleep(seconds)

    def log_message(self, *_):
        """The journal is the simulator's."""
