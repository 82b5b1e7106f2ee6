"""An HTTPS endpoint that answers with bytes of a test's choice, where the sink is too polite."""

import contextlib
import socket
import ssl
import threading


class Endpoint:
    """Listens on loopback with the sink's certificate. Every connection carries one request."""

    def __init__(self, stack, port):
        self.url = f"https://localhost:{port}"
        self.answers = {}
        self.requests = []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls = stack.state / "tls"
        self.context.load_cert_chain(tls / "sink.pem", tls / "sink.key")
        self.listener = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self.accept, daemon=True).start()

    def answer(self, path, *pieces):
        """What each request to that path gets: bytes are sent, a callable is called."""
        self.answers[path] = pieces
        return self.url + path

    def close(self):
        # `close` alone would leave `accept` waiting.
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, plain):
        with contextlib.suppress(OSError), plain:
            plain.settimeout(30)
            self.converse(plain)

    def converse(self, plain):
        with self.context.wrap_socket(plain, server_side=True) as connection:
            path, _, _ = self.read_request(connection)
            perform(self.answers.get(path, ()), connection)

    def read_request(self, connection):
        received = b""
        while b"\r\n\r\n" not in received:
            received += self.more(connection)
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        fields = [line.split(": ", 1) for line in lines[1:]]
        length = int({name.lower(): value for name, value in fields}.get("content-length", 0))
        while len(body) < length:
            body += self.more(connection)
        request = (lines[0].split(" ")[1], fields, body)
        self.requests.append(request)
        return request

    @staticmethod
    def more(connection):
        received = connection.recv(65536)
        if not received:
            raise OSError("the peer has gone")
        return received


def perform(pieces, connection):
    for piece in pieces:
        if callable(piece):
            piece(connection)
        else:
            connection.sendall(piece)


def response(status, *fields, body=b"", length=None):
    """An answer's bytes; `length` where its Content-Length is to be another."""
    lines = [f"HTTP/1.1 {status} X", "Connection: close", *fields]
    lines.append(f"Content-Length: {len(body) if length is None else length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
