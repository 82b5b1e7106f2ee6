"""One call and its answer, as values."""

import base64
import binascii
import dataclasses
import hashlib
import json
import urllib.parse


class Refusal(Exception):
    """What ends a call: a code of OAuth, words, and a status. Each provider says it its own way."""

    def __init__(self, code, words="", status=400):
        super().__init__(code)
        self.code = code
        self.words = words or code.replace("_", " ")
        self.status = status


@dataclasses.dataclass
class Answer:
    status: int
    headers: list
    body: bytes = b""
    # The error that it tells, for the log: some tell it with status 200.
    error: str = None


def json_answer(value, status=200, headers=(), error=None):
    head = [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers]
    return Answer(status, head, json.dumps(value).encode(), error)


def empty_answer(status=200):
    return Answer(status, [])


def redirect_answer(address, error=None):
    head = [
        ("Location", address),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
    ]
    return Answer(302, head, b"", error)


def with_query(address, pairs):
    """The address with more parameters; a query that it has stays."""
    joint = "&" if "?" in address else "?"
    return address + joint + urllib.parse.urlencode(pairs)


def digest(text):
    """How a secret stands in the log."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Call:
    def __init__(self, method, target, headers, body):
        path, _, query = target.partition("?")
        parts = [urllib.parse.unquote(part) for part in path.strip("/").split("/")]
        self.method = method
        self.app = parts[0]
        self.rest = "/".join(parts[1:])
        self.path = path
        self.query_text = query
        self.headers = headers
        self.body = body
        # What it wants of the provider, and what tests make of that; the simulator says.
        self.what = None
        self.fault = {}
        # What the log tells besides.
        self.notes = {}

    def header(self, name):
        return self.headers.get(name) or ""

    def query(self):
        return single(self.query_text)

    def parameters(self, kinds):
        """The body's members, as form or JSON, where its Content-Type is of those kinds."""
        kind = self.header("Content-Type").partition(";")[0].strip().lower()
        self.notes["body"] = {
            "application/x-www-form-urlencoded": "form", "application/json": "json", "": "none",
        }.get(kind, "other")  # fmt: skip
        if self.notes["body"] not in kinds:
            raise Refusal("invalid_request", f"the body has to be {' or '.join(kinds)}", 415)
        try:
            text = self.body.decode()
            if self.notes["body"] == "form":
                return single(text)
            value = json.loads(text)
        except ValueError:
            raise Refusal("invalid_request", "the body cannot be read") from None
        if not isinstance(value, dict):
            raise Refusal("invalid_request", "the body has to be an object")
        return {name: text for name, text in value.items() if isinstance(text, str)}

    def basic(self):
        """The two halves of Basic's credentials, or None without it."""
        scheme, _, value = self.header("Authorization").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise Refusal("invalid_client", "Basic cannot be read", 401) from None
        return (user, password) if colon else None

    def bearer(self):
        scheme, _, value = self.header("Authorization").partition(" ")
        if scheme.lower() != "bearer" or not value:
            raise Refusal("invalid_token", "there is no access token", 401)
        return value


def single(text):
    """A query or form whose names stand once each. Source: RFC 6749, section 3.1 and 3.2."""
    try:
        pairs = urllib.parse.parse_qsl(
            text, keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except ValueError:
        raise Refusal("invalid_request", "the parameters cannot be read") from None
    if len({name for name, _ in pairs}) != len(pairs):
        raise Refusal("invalid_request", "a parameter stands twice")
    return dict(pairs)
