"""Receivers that behave well or badly, over TLS on loopback, for the tests of the room Curl.

Prints one line `name=value …` with its ports and the file of its certificate authority, then serves
until its standard input closes, so it never outlives the tests. A request's path says what happens
to it: the first part names a function below, the rest is free and counted. Python's own library only.
"""

import gzip
import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter

KIB = 1024
seen = Counter()  # requests by path, once read to their end
connections = Counter()  # of each path's first request
lock = threading.Lock()


class Request:
    def __init__(self, head, body, number):
        self.head = head
        self.body = body
        self.path = head.split(b" ", 2)[1].decode()
        self.number = number  # on this connection, from 1


def read_request(stream, number):
    """The next request, or None when the peer has closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = stream.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += stream.recv(65536)
    return Request(head, body, number)


def answer(stream, body=b"ok", status=b"200 OK", fields=()):
    lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *fields]
    stream.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)


def endlessly(stream, piece, seconds=0.0):
    while True:
        stream.sendall(piece)
        if seconds:
            time.sleep(seconds)


# Behaviours: each returns True to keep the connection.


def ok(stream, request):
    answer(stream, fields=[b"Content-Type: text/plain", b"X-Twice: a", b"x-twice:  b \t"])
    return True


def echo(stream, request):
    answer(stream, request.head + b"\r\n\r\n" + request.body)
    return True


def count(stream, request):
    with lock:
        of = "/" + request.path.split("/", 2)[2]
        answer(stream, b"%d %d" % (seen[of], connections[of]))
    return True


def slow(stream, request):
    time.sleep(0.1)
    answer(stream)
    return True


def status(stream, request):
    answer(stream, status=request.path.split("/")[2].encode() + b" As asked")
    return True


def redirect(stream, request):
    target = request.path.replace("/redirect/", "/ok/").encode()
    answer(stream, status=b"302 Found", fields=[b"Location: " + target])
    return True


def size(stream, request):
    answer(stream, b"x" * int(request.path.split("/")[2]))
    return True


def pieces(stream, request):
    """A body in twelve pieces, which therefore come in one after another."""
    length = int(request.path.split("/")[2])
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length)
    for _ in range(12):
        time.sleep(0.01)
        stream.sendall(b"x" * (length // 12))
    return True


def endless(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    endlessly(stream, b"4000\r\n" + b"x" * 0x4000 + b"\r\n")


def chunk_extension(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
    endlessly(stream, b"x" * 16 * KIB)


BOMB = gzip.compress(b"\0" * (64 << 20))


def gzip_content(stream, request):
    answer(stream, BOMB, fields=[b"Content-Encoding: gzip"])
    return True


def gzip_transfer(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n" + BOMB)


def header_flood(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\n")
    endlessly(stream, b"X-More: and more\r\n" * 100)


def header_line(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
    endlessly(stream, b"x" * KIB)


def interim_flood(stream, request):
    endlessly(stream, b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 50)


def interim(stream, request):
    stream.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Interim: 1\r\n\r\n")
    answer(stream, fields=[b"X-Final: 1"])
    return True


def trailer(stream, request):
    stream.sendall(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Head: 1\r\n\r\n"
        b"2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n"
    )
    return True


def trickle(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    endlessly(stream, b"x", seconds=0.02)


def hang(stream, request):
    stream.recv(1)


def garbage(stream, request):
    stream.sendall(os.urandom(16).replace(b"\n", b"x") + b"\r\n\r\n" + b"\xff\x00" * 500)


def no_head(stream, request):  # HTTP/0.9
    stream.sendall(b"<html>hello</html>\n")


def nul_in_header(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 0\r\n\r\n")


def short_body(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")


def reset_in_body(stream, request):
    short_body(stream, request)
    time.sleep(0.05)
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionError("closing sends a reset now")


def half_head(stream, request):
    stream.sendall(b"HTTP/1.1 200 OK\r\nX-Cut: he")


def no_answer(stream, request):
    pass


def closes_after_second(stream, request):
    """Answers a connection's first request, reads the second to its end and closes."""
    if request.number == 1:
        answer(stream)
        return True
    return False


def closes_when_idle(stream, request):
    """Answers at once and then closes the connection as servers do, with a close_notify."""
    answer(stream)
    return False


def speaks_unasked(stream, request):
    """Answers, and sends an answer to a request that was not made."""
    answer(stream)
    time.sleep(0.05)
    answer(stream, b"not asked for")
    return True


def converse(connection, context):
    stream = connection
    try:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            stream = context.wrap_socket(connection, server_side=True)
        stream.settimeout(30)
        number = 0
        keeps = True
        while keeps:
            number += 1
            request = read_request(stream, number)
            if request is None:
                break
            with lock:
                seen[request.path] += 1
                connections[request.path] += number == 1
            behaviour = globals()[request.path.split("/")[1].replace("-", "_")]
            keeps = behaviour(stream, request)
        if context:
            stream.unwrap()  # sends close_notify
    except (OSError, ValueError):
        pass  # the peer has gone, as it should from most of these
    finally:
        stream.close()


def converse_http2(connection, context):
    """Takes HTTP/2 alone: its first frames are sent whatever was agreed on."""
    try:
        with context.wrap_socket(connection, server_side=True) as stream:
            settings = b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"
            go_away = b"\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01"
            stream.sendall(settings + go_away)
            stream.recv(1)
    except OSError:
        pass


def listen(context, converse=converse):
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=converse, args=(connection, context), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def make_authority(folder, name):
    openssl(folder, "req", "-x509", *KEY, "-keyout", name + ".key", "-out", name + ".pem",
            "-days", "3", "-subj", "/CN=" + name)


def make_context(folder, name, host="localhost", days=2, authority="authority", more=""):
    """A server's TLS, with a certificate for `host` and `more` extensions."""
    openssl(folder, "req", *KEY, "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=x")
    with open(os.path.join(folder, name + ".ext"), "w") as file:
        file.write("subjectAltName=" + ",".join("DNS:" + h for h in host.split(",")) + "\n" + more)
    openssl(folder, "x509", "-req", "-in", name + ".csr", "-CA", authority + ".pem", "-CAkey",
            authority + ".key", "-days", str(days), "-extfile", name + ".ext", "-out", name + ".pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*(os.path.join(folder, name + end) for end in (".pem", ".key")))
    return context


def main():
    with tempfile.TemporaryDirectory() as folder:
        make_authority(folder, "authority")
        make_authority(folder, "stranger")
        good = make_context(folder, "good", host="localhost,other.localhost")
        http2 = make_context(folder, "http2")
        http2.set_alpn_protocols(["h2"])
        old = make_context(folder, "old")
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        ports = {
            "good": listen(good),
            "plain": listen(None),
            "expired": listen(make_context(folder, "expired", days=-1)),
            "wrong": listen(make_context(folder, "wrong", host="elsewhere.example")),
            "unknown": listen(make_context(folder, "unknown", authority="stranger")),
            # As a public authority's, whose intermediate was left out.
            "bare": listen(make_context(
                folder, "bare", authority="stranger",
                more="authorityInfoAccess=caIssuers;URI:http://issuer.example/ca.crt")),
            "old": listen(old),
            "http2": listen(http2, converse_http2),
        }
        ports["authority"] = os.path.join(folder, "authority.pem")
        print(" ".join(f"{name}={value}" for name, value in ports.items()), flush=True)
        sys.stdin.read()


main()
