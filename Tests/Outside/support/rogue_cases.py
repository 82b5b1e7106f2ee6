"""The ways in which an endpoint may misbehave, and what is to be on record of each."""

import gzip
import socket
import struct
import time

from support.endpoint import response
from support.rogues import Rogue

# Of an attempt, in seconds.
TIMEOUT = 4
BODY_KEPT = 16 * 1024
GIGABYTE = 1 << 30

CHUNKED = b"HTTP/1.1 500 X\r\nTransfer-Encoding: chunked\r\n\r\n"
BOMB = gzip.compress(b"\0" * (64 << 20))


def pour(piece, limit=GIGABYTE, pause=0.0):
    """Sends the piece again and again until the peer has had enough."""

    def act(connection):
        for _ in range(limit // len(piece)):
            connection.sendall(piece)
            if pause:
                time.sleep(pause)

    return act


def trickle(content):
    """One byte each half second."""

    def act(connection):
        for byte in content:
            connection.sendall(bytes([byte]))
            time.sleep(0.5)

    return act


def hang(connection):
    """Until the peer goes."""
    while connection.recv(65536):
        pass


def hang_unread(_):
    time.sleep(3 * TIMEOUT)


def reset(connection):
    time.sleep(0.1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def close_well(connection):
    connection.unwrap()


def say(content):
    def act(connection):
        connection.recv(65536)
        connection.sendall(content)

    return act


def head(*lines):
    return b"HTTP/1.1 500 X\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


class Case:
    """A rogue and what is to be on record of each attempt.

    error, status: None and a 2xx for a success.
    attempts: what comes of a first attempt and one retry, unless it ends sooner.
    """

    def __init__(self, rogue, error, status=None, attempts=None, check=None):
        self.rogue = rogue
        self.error = error
        self.status = status
        self.attempts = attempts or (2 if error else 1)
        self.check = check


def no_answer(error, *answer, **how):
    return Case(Rogue(*answer, **how), error)


def answered(status, *answer, check=None):
    return Case(Rogue(*answer), None if status // 100 == 2 else "status", status, check=check)


def body_is(body):
    def check(attempt):
        assert attempt["response_body"] == body

    return check


def header_is(name, value):
    def check(attempt):
        assert dict(attempt["response_headers"])[name] == value

    return check


CASES = {
    # Takes its time.
    "reads-nothing": no_answer("timeout", hang_unread, reads=False),
    "answers-nothing": no_answer("timeout", hang),
    "trickles-its-head": no_answer("timeout", trickle(b"HTTP/1.1 200 X\r\nX-Slow: " + b"y" * 100)),
    "trickles-its-body": answered(500, head(b"Content-Length: 100"), trickle(b"y" * 100)),
    "trickles-a-good-body": answered(
        200, b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n", trickle(b"y" * 100)
    ),
    "trickles-interim-answers": no_answer(
        "timeout", pour(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.1)
    ),
    # Never ends.
    "endless-body": answered(500, head(), pour(b"z" * 65536), check=body_is("z" * BODY_KEPT)),
    "endless-good-body": answered(
        200, b"HTTP/1.1 200 X\r\n\r\n", pour(b"z" * 65536), check=body_is("z" * BODY_KEPT)
    ),
    "gigabyte": answered(
        500,
        head(b"Content-Length: %d" % GIGABYTE),
        pour(b"z" * 65536),
        check=body_is("z" * BODY_KEPT),
    ),
    "gigabyte-in-chunks": answered(
        500, CHUNKED, pour(b"10000\r\n" + b"z" * 65536 + b"\r\n"), check=body_is("z" * BODY_KEPT)
    ),
    "gigabyte-in-single-bytes": answered(500, CHUNKED, pour(b"1\r\nz\r\n" * 1000)),
    "endless-chunk-extension": answered(500, CHUNKED + b"1;", pour(b"x" * 16384)),
    "endless-chunk-size": answered(500, CHUNKED, pour(b"0" * 16384)),
    "endless-trailers": answered(500, CHUNKED + b"0\r\n", pour(b"X-More: and more\r\n" * 100)),
    "ten-thousand-headers": no_answer(
        "protocol", b"HTTP/1.1 200 X\r\n" + b"X-Many: yes\r\n" * 10_000 + b"\r\n", hang
    ),
    "endless-headers": no_answer(
        "protocol", b"HTTP/1.1 200 X\r\n", pour(b"X-More: and more\r\n" * 100)
    ),
    "one-endless-header": no_answer("protocol", b"HTTP/1.1 200 X\r\nX-Long: ", pour(b"x" * 1024)),
    "endless-status-line": no_answer("protocol", b"HTTP/1.1 200 ", pour(b"x" * 1024)),
    "endless-interim-answers": no_answer("protocol", pour(b"HTTP/1.1 103 X\r\nLink: <x>\r\n\r\n")),
    "bomb-in-the-content": answered(
        500, head(b"Content-Encoding: gzip", b"Content-Length: %d" % len(BOMB)) + BOMB, hang
    ),
    "bomb-in-the-transfer": answered(
        500, head(b"Transfer-Encoding: gzip") + BOMB, check=body_is("\0" * BODY_KEPT)
    ),
    # Bytes that are no text.
    "nul-in-a-header": no_answer("protocol", head(b"X-Odd: a\0b", b"Content-Length: 0")),
    "no-utf-8-in-a-header": answered(
        500,
        head(b"X-Odd: \xff\xfe", b"Content-Length: 0"),
        check=header_is("X-Odd", "\ufffd\ufffd"),
    ),
    "no-utf-8-in-the-body": answered(
        500,
        response(500, body=b"a\xff\x00\xc3\x28\xed\xa0\x80z"),
        check=body_is("a\ufffd\x00\ufffd(\ufffd\ufffd\ufffdz"),
    ),
    # Breaks off.
    "resets-before-it-reads": no_answer("reset", reset, reads=False),
    "resets-without-an-answer": no_answer("reset", reset),
    "resets-in-the-head": no_answer("reset", b"HTTP/1.1 200 X\r\nX-Half: ", reset),
    "resets-in-the-body": answered(500, response(500, body=b"half", length=1000), reset),
    "resets-in-a-good-body": answered(200, response(200, body=b"half", length=1000), reset),
    "closes-without-an-answer": no_answer("reset", close_well),
    "breaks-off-without-an-answer": no_answer("reset"),
    "closes-in-the-head": no_answer("protocol", b"HTTP/1.1 200 X\r\n", close_well),
    "closes-in-the-body": answered(500, response(500, body=b"half", length=1000), close_well),
    # Is not HTTP.
    "garbage": no_answer("protocol", b"nonsense\r\n\r\n", hang),
    "no-head": no_answer("protocol", b"<html>hello</html>\n", hang),
    "no-status": no_answer("protocol", b"HTTP/1.1 abc\r\n\r\n", hang),
    "another-version": no_answer("protocol", b"HTTP/7.3 200 X\r\n\r\n", hang),
    "http2-alone": no_answer(
        "protocol",
        b"\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64",
        hang,
        certificate="http2",
        reads=False,
    ),
    "status-999": answered(999, response(999)),
    "status-600": answered(600, response(600)),
    "switches-protocols": answered(101, b"HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", hang),
    "two-lengths": answered(500, head(b"Content-Length: 5", b"Content-Length: 3") + b"abcde", hang),
    "length-and-chunks": answered(
        500,
        head(b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        close_well,
    ),
    "no-length-at-all": answered(
        500, head(b"Content-Length: 99999999999999999999") + b"abc", close_well
    ),
    "negative-length": no_answer("protocol", head(b"Content-Length: -1") + b"abc", close_well),
    # Its TLS.
    "expired": no_answer("tls", certificate="expired"),
    "not-yet-valid": no_answer("tls", certificate="early"),
    "wrong-host": no_answer("tls", certificate="elsewhere"),
    "self-signed": no_answer("tls", certificate="self-signed"),
    "unknown-authority": no_answer("tls", certificate="stranger"),
    "short-key": no_answer("tls", certificate="short-key"),
    "old-hash": no_answer("tls", certificate="old-hash"),
    "tls-1-0": no_answer("tls", certificate="tls-1.0"),
    "no-tls": no_answer("tls", greets=say(response(200))),
    "handshake-hangs": no_answer("connect_timeout", greets=hang),
    "closes-in-the-handshake": no_answer("tls", greets=lambda plain: plain.recv(65536)),
    "resets-in-the-handshake": no_answer("tls", greets=reset),
}
# It ends by itself and at once.
CASES["gone"] = Case(Rogue(response(410)), "status", 410, attempts=1)

# What becomes of a kept connection, and what is on record of the second delivery.
KEPT = b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n"
UNASKED = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"
LOST_ONCE = [("reset", None), (None, 200)]
KEPT_CASES = {
    "closes-under-the-second": (Rogue(KEPT, then=(close_well,)), LOST_ONCE),
    "breaks-off-under-the-second": (Rogue(KEPT, then=()), LOST_ONCE),
    "resets-under-the-second": (Rogue(KEPT, then=(reset,)), LOST_ONCE),
    "closes-before-the-second": (Rogue(KEPT, close_well), [(None, 200)]),
    # What comes unasked is not the second's answer.
    "answers-before-the-second": (Rogue(KEPT, UNASKED, hang), [(None, 200)]),
    "answers-twice-at-once": (Rogue(KEPT + UNASKED, then=(KEPT,)), [(None, 200)]),
}
