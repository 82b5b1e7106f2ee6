"""HTTPS endpoints on one port, each under a name of its own and each misbehaving in its own way."""

import re
import socket
import ssl
import time
import warnings

from support.certificates import HOUR, Authority, self_signed
from support.endpoint import Endpoint, perform

NAME = re.compile(rb"([a-z0-9-]+)\.localhost")


class Rogue:
    """How one name behaves.

    answer: what comes once the request has been read: bytes are sent, a callable is called with the
      connection.
    certificate: one of those that `make_contexts` names.
    reads: whether the request is read; if not, `answer` comes right after the handshake.
    then: the answer to a second request on the same connection, which is read whole; None: that one
      is not waited for.
    greets: called with the plain connection in place of a handshake.
    """

    def __init__(self, *answer, certificate="good", reads=True, greets=None, then=None):
        self.answers = [answer] if then is None else [answer, then]
        self.certificate = certificate
        self.reads = reads
        self.greets = greets


class Rogues(Endpoint):
    """`NAME.localhost` is the rogue of that name. No name server is needed for it: to libcurl all
    that is under `localhost` is loopback."""

    def __init__(self, stack, port, rogues):
        self.rogues = rogues
        # Of each name: bytes sent, and (webhook-id, webhook-timestamp) of what has been read.
        self.sent = dict.fromkeys(rogues, 0)
        self.seen = {name: [] for name in rogues}
        self.contexts = make_contexts(stack, [f"{name}.localhost" for name in rogues])
        super().__init__(stack, port)

    def converse(self, plain):
        name = name_in_hello(plain)
        rogue = self.rogues[name]
        if rogue.greets:
            rogue.greets(plain)
            return
        with self.contexts[rogue.certificate].wrap_socket(plain, server_side=True) as secure:
            connection = Counted(secure, self.sent, name)
            for answer in rogue.answers:
                if rogue.reads:
                    self.note(name, self.read_request(connection))
                perform(answer, connection)

    def note(self, name, request):
        fields = {field.lower(): value for field, value in request[1]}
        self.seen[name].append((fields["webhook-id"], int(fields["webhook-timestamp"])))


class Counted:
    """A connection that counts what it has sent."""

    def __init__(self, connection, sent, name):
        self.connection = connection
        self.sent = sent
        self.name = name

    def sendall(self, piece):
        self.connection.sendall(piece)
        self.sent[self.name] += len(piece)

    def __getattr__(self, name):
        return getattr(self.connection, name)


def name_in_hello(plain):
    """The first label of the name that the client asks for; its hello is left to be read."""
    while True:
        hello = plain.recv(4096, socket.MSG_PEEK)
        if found := NAME.search(hello):
            return found[1].decode()
        if not hello:
            raise OSError("the peer has gone")
        time.sleep(0.01)


def make_contexts(stack, hosts):
    """A server's TLS by the name of what is wrong with it."""
    authority = Authority.of(stack)
    tls = stack.state / "tls"
    good = authority.issue("good", hosts)
    files = {
        "good": good,
        "expired": authority.issue("expired", hosts, begins=-48 * HOUR, ends=-24 * HOUR),
        "early": authority.issue("early", hosts, begins=24 * HOUR, ends=48 * HOUR),
        "elsewhere": authority.issue("elsewhere", ["elsewhere.localhost"]),
        "stranger": authority.stranger().issue("stranger", hosts),
        "self-signed": self_signed(tls, "self-signed", hosts),
        "short-key": authority.issue_with_short_key("short-key", hosts),
        "old-hash": authority.issue_with_old_hash("old-hash", hosts),
        "tls-1.0": good,
        "http2": good,
    }
    contexts = {name: context(*pair) for name, pair in files.items()}
    contexts["http2"].set_alpn_protocols(["h2"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        contexts["tls-1.0"].minimum_version = ssl.TLSVersion.TLSv1
        contexts["tls-1.0"].maximum_version = ssl.TLSVersion.TLSv1
    contexts["tls-1.0"].set_ciphers("ALL:@SECLEVEL=0")
    return contexts


def context(certificate, key):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("DEFAULT:@SECLEVEL=0")  # Or our own OpenSSL would not load the worst of them.
    made.load_cert_chain(certificate, key)
    return made
