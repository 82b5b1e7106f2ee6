"""Stands between a program and MariaDB: sees each statement, holds it, or cuts the connection."""

import contextlib
import pathlib
import select
import socket
import tempfile
import threading

PASS = "pass"
# The statement never reaches the server; nothing more happens until the proxy is closed.
HOLD = "hold"
# The server runs it, its answer is kept back; nothing more happens until the proxy is closed.
HOLD_ANSWER = "hold answer"
CUT = "cut"
CUT_ANSWER = "cut answer"

# Of the client/server protocol.
QUERY, PREPARE, EXECUTE, EXECUTE_MANY = 0x03, 0x16, 0x17, 0xFA


class Statement:
    """One statement on its way, with those before it in its transaction, as texts with `?`."""

    def __init__(self, text, before):
        self.text = text
        self.before = before

    @property
    def is_commit(self):
        return self.text == "COMMIT"

    def follows(self, part):
        """Whether a statement with this in its text came before, in the same transaction."""
        return any(part in text for text in self.before)

    @property
    def commits_claim(self):
        return self.is_commit and self.follows("lease_number = lease_number + 1")

    @property
    def commits_results(self):
        return self.is_commit and self.follows("INSERT INTO webhook_attempts")


class DatabaseProxy:
    """
    - `rule` is asked for each statement and answers with one of the words above.
    - `budget`, if given, is asked at each connection for the bytes, both ways together, after which
      it is cut.
    """

    def __init__(self, stack, rule=lambda statement: PASS, budget=None):
        self.rule = rule
        self.budget = budget or (lambda: None)
        self.server = stack.settings["PATCHBAY_DB_SOCKET"]
        # A socket's path must be short.
        self.folder = tempfile.TemporaryDirectory(prefix="patchbay-proxy.")
        self.socket = str(pathlib.Path(self.folder.name) / "sock")
        self.settings = {"PATCHBAY_DB_SOCKET": self.socket}
        self.held = threading.Event()
        self.closing = threading.Event()
        self.cuts = 0
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.socket)
        self.listener.listen(64)
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closing.set()
        for thread in list(self.threads):
            thread.join(10)
        self.listener.close()
        self.folder.cleanup()

    def accept(self):
        while not self.closing.is_set():
            if select.select([self.listener], [], [], 0.1)[0]:
                client, _ = self.listener.accept()
                thread = threading.Thread(target=self.serve, args=[client], daemon=True)
                self.threads.append(thread)
                thread.start()

    def serve(self, client):
        with contextlib.closing(client), socket.socket(socket.AF_UNIX) as server:
            try:
                server.connect(self.server)
                Relay(self, client, server).run()
            except OSError:
                pass

    def decide(self, statement):
        """One statement after the other, so that a rule can count."""
        with self.lock:
            action = self.rule(statement)
            if action in (CUT, CUT_ANSWER):
                self.cuts += 1
            return action


class Relay:
    """One connection through the proxy. A client sends no command before the last is answered."""

    def __init__(self, proxy, client, server):
        self.proxy = proxy
        self.client = client
        self.server = server
        self.left = proxy.budget()
        self.packets = b""
        self.preparing = None
        self.prepared = {}
        self.transaction = []

    def run(self):
        while not self.proxy.closing.is_set():
            for ready in select.select([self.client, self.server], [], [], 0.1)[0]:
                data = ready.recv(1 << 20)
                if not data:
                    return
                relay = self.from_client if ready is self.client else self.from_server
                if not relay(data):
                    return

    def from_client(self, data):
        self.packets += data
        while len(self.packets) >= 4:
            end = 4 + int.from_bytes(self.packets[:3], "little")
            if len(self.packets) < end:
                return True
            packet, self.packets = self.packets[:end], self.packets[end:]
            if not self.pass_on(packet):
                return False
        return True

    def pass_on(self, packet):
        statement = self.statement(packet)
        action = self.proxy.decide(statement) if statement else PASS
        if action == CUT:
            return False
        if action == HOLD:
            self.hold()
            return False
        if not self.send(self.server, packet):
            return False
        if action != PASS:
            self.server.recv(1 << 20)
        if action == HOLD_ANSWER:
            self.hold()
        return action == PASS

    def hold(self):
        self.proxy.held.set()
        self.proxy.closing.wait()

    def statement(self, packet):
        """What this packet runs; None where it runs nothing."""
        command, body = packet[4], packet[5:]
        # What belongs to a sign-in is numbered on.
        if packet[3] != 0:
            return None
        if command == PREPARE:
            self.preparing = body.decode()
            return None
        if command == QUERY:
            text = body.decode()
        elif command in (EXECUTE, EXECUTE_MANY):
            text = self.prepared[int.from_bytes(body[:4], "little")]
        else:
            return None
        if text == "START TRANSACTION":
            self.transaction = []
        statement = Statement(text, self.transaction)
        self.transaction = [*self.transaction, text]
        return statement

    def from_server(self, data):
        if self.preparing is not None and data[4] == 0:
            self.prepared[int.from_bytes(data[5:9], "little")] = self.preparing
        self.preparing = None
        return self.send(self.client, data)

    def send(self, where, data):
        """False once the connection's bytes are used up; the last of them are sent."""
        if self.left is not None and self.left < len(data):
            where.sendall(data[: self.left])
            self.proxy.cuts += 1
            return False
        if self.left is not None:
            self.left -= len(data)
        where.sendall(data)
        return True
