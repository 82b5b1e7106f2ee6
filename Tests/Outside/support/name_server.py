"""A name server over UDP that answers by a name's first letters, or not at all; a program of its
own, so that it can run in a network namespace: name_server.py ADDRESS"""

import socket
import struct
import sys

# What the first label begins with, and its address. Every other name gets no answer.
ADDRESSES = {
    b"ok": "10.99.0.1",
    b"loop": "127.0.0.1",
    b"metadata": "169.254.169.254",
    b"private": "10.98.0.1",
}
TYPE_A = 1


def answer(query):
    """The answer to a query, RFC 1035 section 4; None for a name to be silent about."""
    length = query[12]
    label = query[13 : 13 + length].lower()
    address = next((a for start, a in ADDRESSES.items() if label.startswith(start)), None)
    if address is None:
        return None
    end = query.index(b"\0", 12) + 5
    question = query[12:end]
    (kind,) = struct.unpack("!H", query[end - 4 : end - 2])
    records = b""
    if kind == TYPE_A:
        # A pointer to the question's name, type A, class IN, 60 s, four bytes.
        records = struct.pack("!HHHIH", 0xC00C, TYPE_A, 1, 60, 4) + socket.inet_aton(address)
    return query[:2] + struct.pack("!5H", 0x8180, 1, bool(records), 0, 0) + question + records


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((sys.argv[1], 53))
        while True:
            query, client = server.recvfrom(4096)
            if (reply := answer(query)) is not None:
                server.sendto(reply, client)


if __name__ == "__main__":
    main()
