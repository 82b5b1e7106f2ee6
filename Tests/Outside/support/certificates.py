"""Certificates for endpoints, good ones and others, signed as a test runs."""

import datetime
import subprocess

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

HOUR = datetime.timedelta(hours=1)
PEM = serialization.Encoding.PEM


class Authority:
    """Signs certificates for servers; their files are put beside each other in a folder."""

    def __init__(self, folder, subject, key):
        self.folder = folder
        self.subject = subject
        self.key = key

    @classmethod
    def of(cls, stack):
        """The one that the stack's programs trust."""
        tls = stack.state / "tls"
        certificate = x509.load_pem_x509_certificate((tls / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((tls / "ca.key").read_bytes(), None)
        return cls(tls, certificate.subject, key)

    def stranger(self):
        """One of another name and key, which nobody trusts."""
        name = subject("authority of strangers")
        return Authority(self.folder, name, ec.generate_private_key(ec.SECP256R1()))

    def issue(self, name, hosts, begins=-HOUR, ends=24 * HOUR):
        """A certificate and its key as two files NAME.pem and NAME.key; times are from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self.write(name, key, self.sign(subject(name), key, hosts, begins, ends))

    def issue_with_short_key(self, name, hosts):
        """RSA of 1,024 bits, which OpenSSL has not taken since Debian 10."""
        key = rsa.generate_private_key(65537, 1024)
        return self.write(name, key, self.sign(subject(name), key, hosts, -HOUR, 24 * HOUR))

    def issue_with_old_hash(self, name, hosts):
        """Signed with SHA-1, for which another certificate can be made to fit. By the command, since the
        library no longer does it."""
        certificate, key = self_signed(self.folder, name, hosts)
        signed = subprocess.run(
            ["openssl", "x509", "-sha1", "-days", "1", "-set_serial", "1",
             "-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key"],
            input=certificate.read_bytes(), check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).stdout  # fmt: skip
        certificate.write_bytes(signed)
        return certificate, key

    def sign(self, subject, key, hosts, begins, ends):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + begins)
            .not_valid_after(now + ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(h) for h in hosts]), False)
            .sign(self.key, hashes.SHA256())
        )

    def write(self, name, key, certificate):
        files = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        files[0].write_bytes(certificate.public_bytes(PEM))
        files[1].write_bytes(
            key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return files


def self_signed(folder, name, hosts):
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = Authority(folder, subject(name), key)
    return issuer.write(name, key, issuer.sign(issuer.subject, key, hosts, -HOUR, 24 * HOUR))


def subject(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
