"""An endpoint of the tests' own, for answers that the stack's sink does not give."""

import http.server
import ssl
import threading

import pytest


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        status, headers, body = self.server.answers.get(self.path, (200, [], b""))
        self.send_response_only(status)
        for name, value in [*headers, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Endpoint:
    """`https://localhost:PORT`, with the certificate that the stack's CA gave its sink."""

    def __init__(self, stack):
        self.url = f"https://localhost:{stack.own_port}"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", stack.own_port), Handler)
        self.server.daemon_threads = True
        self.server.answers = {}
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls = stack.state / "tls"
        context.load_cert_chain(tls / "sink.pem", tls / "sink.key")
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path, status=200, headers=(), body=b""):
        """What requests to that path are answered with from now on; gives its address."""
        self.server.answers[path] = status, list(headers), body
        return self.url + path


@pytest.fixture(scope="session")
def endpoint(stack):
    endpoint = Endpoint(stack)
    yield endpoint
    endpoint.server.shutdown()
    endpoint.server.server_close()
