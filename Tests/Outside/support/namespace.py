"""A network namespace with a name server, a sink and a worker of a stack's own in it."""

import contextlib
import datetime
import os
import pathlib
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from stack import ROOT, wait_for

DOMAIN = "patchbay-dns.net"
PORT = 8443


class Namespace:
    def __init__(self, stack):
        self.stack = stack
        self.name = f"patchbay-{os.getpid()}"
        self.etc = pathlib.Path("/etc/netns") / self.name
        self.log = stack.state / "log" / "namespace.jsonl"
        self.processes = []

    def make(self):
        """Raises CalledProcessError where this machine has no namespaces."""
        ip("netns", "add", self.name)
        ip("-n", self.name, "link", "set", "lo", "up")
        ip("-n", self.name, "address", "add", "10.99.0.1/32", "dev", "lo")
        self.etc.mkdir(parents=True)
        # `ip netns exec` lays it over /etc/resolv.conf.
        (self.etc / "resolv.conf").write_text("nameserver 10.99.0.1\n")

    def remove(self):
        for process in reversed(self.processes):
            process.terminate()
            process.wait(60)
        ip("netns", "delete", self.name, check=False)
        (self.etc / "resolv.conf").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.etc.rmdir()

    def start(self, *command):
        log = (self.stack.state / "log" / "namespace.log").open("a")
        command = ["ip", "netns", "exec", self.name, *map(str, command)]
        self.processes.append(
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        )

    def start_all(self):
        here = pathlib.Path(__file__).resolve().parent
        self.start("/usr/bin/python3", here / "name_server.py", "10.99.0.1")
        certificate, key = self.make_certificate()
        self.start(
            "/usr/bin/python3", ROOT / "deploy/sink/sink.py", "--port", PORT,
            "--address", "10.99.0.1", "--certificate", certificate, "--key", key, "--log", self.log,
        )
        wait_for(self.log.exists)
        state = self.stack.state
        self.start(
            ROOT / "deploy/lib/with-settings", state / "patchbay.env", state / "bin/patchbay-worker"
        )

    def make_certificate(self):
        """For every name of the domain, signed by the stack's authority."""
        tls = self.stack.state / "tls"
        authority = x509.load_pem_x509_certificate((tls / "ca.pem").read_bytes())
        signer = serialization.load_pem_private_key((tls / "ca.key").read_bytes(), None)
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DOMAIN)]))
            .issuer_name(authority.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(f"*.{DOMAIN}")]), False)
            .sign(signer, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (tls / "domain.pem").write_bytes(certificate.public_bytes(pem))
        (tls / "domain.key").write_bytes(
            key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return tls / "domain.pem", tls / "domain.key"


def ip(*arguments, check=True):
    subprocess.run(["ip", *arguments], check=check, capture_output=True)
