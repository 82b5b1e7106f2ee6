"""Requests byte by byte, where a well-behaved client cannot be made to misbehave."""

import socket


def exchange(stack, request, half_close=False, seconds=40):
    """Sends bytes to nginx and gives all that comes back until it hangs up."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=seconds) as connection:
        connection.sendall(request)
        if half_close:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while received := connection.recv(65536):
            answer += received
        return answer


def request(stack, method, path, *fields, body=b""):
    """A request's bytes; the connection ends with its answer. `path` is below the prefix."""
    lines = [f"{method} /settings/integrations{path} HTTP/1.1", f"Host: localhost:{stack.port}"]
    lines += ["Connection: close", *fields]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def status_of(answer):
    return int(answer.split(b" ", 2)[1])
