"""A name server over UDP that answers by a name's first letters, or not at all; a program of its
own, so that it can run in a network namespace: name_server.py ADDRESS"""

import collections
import socket
import struct
import sys

# What the first label begins with, and the addresses of that name. Every other name gets no answer.
ADDRESSES = {
    b"ok": ["10.99.0.1"],
    b"loop": ["127.0.0.1"],
    b"metadata": ["169.254.169.254"],
    b"private": ["10.98.0.1"],
    # Nobody listens at the first.
    b"second": ["10.99.0.2", "10.98.0.1"],
    b"also-loop": ["10.99.0.1", "::1"],
    b"empty": [],
}
# In answer to one look-up after the other; the last one stays.
MOVES = {b"moves": ["10.99.0.1", "10.98.0.1", "10.99.0.1"]}
REFUSALS = {b"servfail": 2, b"nxdomain": 3, b"refused": 5}
TYPE_A = 1
TYPE_AAAA = 28

looked_up = collections.Counter()


def answer(query):
    """The answer to a query, RFC 1035 section 4; None for a name to be silent about."""
    length = query[12]
    label = query[13 : 13 + length].lower()
    end = query.index(b"\0", 12) + 5
    (kind,) = struct.unpack("!H", query[end - 4 : end - 2])
    if (refusal := by_beginning(REFUSALS, label)) is not None:
        return reply(query, end, refusal, [])
    addresses = addresses_of(label, kind)
    if addresses is None:
        return None
    return reply(query, end, 0, [record for a in addresses if (record := record_of(a, kind))])


def by_beginning(table, label):
    return next((value for start, value in table.items() if label.startswith(start)), None)


def addresses_of(label, kind):
    moves = by_beginning(MOVES, label)
    if moves is None:
        return by_beginning(ADDRESSES, label)
    step = looked_up[label]
    looked_up[label] += kind == TYPE_A
    return [moves[min(step, len(moves) - 1)]]


def record_of(address, kind):
    """A resource record; empty where the address is of another kind."""
    family, its_kind = (socket.AF_INET6, TYPE_AAAA) if ":" in address else (socket.AF_INET, TYPE_A)
    if kind != its_kind:
        return b""
    data = socket.inet_pton(family, address)
    # A pointer to the question's name, its type, class IN, 60 s, the address.
    return struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data


def reply(query, end, code, records):
    counts = struct.pack("!5H", 0x8180 | code, 1, len(records), 0, 0)
    return query[:2] + counts + query[12:end] + b"".join(records)


def main():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((sys.argv[1], 53))
        while True:
            query, client = server.recvfrom(4096)
            if (reply := answer(query)) is not None:
                server.sendto(reply, client)


if __name__ == "__main__":
    main()
