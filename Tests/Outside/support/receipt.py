"""What the sink received, and whether its signature is good."""

import base64
import datetime
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks.webhooks import Webhook

from stack import wait_for


class Receipt:
    """One request that reached the sink."""

    def __init__(self, line):
        self.path = line["path"]
        self.method = line["method"]
        self.status = line["status"]
        self.at = datetime.datetime.fromisoformat(line["at"].replace("Z", "+00:00"))
        self.names = [name for name, _ in line["headers"]]
        self.headers = {name.lower(): value for name, value in line["headers"]}
        self.body = base64.b64decode(line["body_base64"])

    @property
    def id(self):
        return self.headers["webhook-id"]

    @property
    def timestamp(self):
        return int(self.headers["webhook-timestamp"])

    @property
    def signature(self):
        return self.headers["webhook-signature"]

    @property
    def data(self):
        """The bytes of `data` as they stand in the body; our own writer puts it last."""
        return self.body.partition(b',"data":')[2][:-1]

    def verify(self, secret):
        """By the reference library of Standard Webhooks; raises when it does not accept."""
        return Webhook(secret).verify(self.body, self.headers)

    def verify_v1a(self, public_key):
        """By Ed25519 over the same content as `v1`; raises when it is not good."""
        version, _, signature = self.signature.partition(",")
        assert version == "v1a"
        key = base64.b64decode(public_key.removeprefix("whpk_"))
        content = f"{self.id}.{self.timestamp}.".encode() + self.body
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature), content)


def receipts(stack, path=None):
    return [Receipt(line) for line in stack.sink_lines(path)]


def wait_for_receipts(stack, path, count=1, seconds=20):
    """Waits until so many requests went to that path, and gives all that did."""
    wait_for(lambda: len(stack.sink_lines(path)) >= count, seconds)
    return receipts(stack, path)


class SinkTail:
    """Reads on in a sink's log from where it last was; cheap to ask often."""

    def __init__(self, stack, *paths):
        self.paths = set(paths)
        self.file = open(stack.env["PATCHBAY_SINK_LOG"], "rb")
        self.file.seek(0, 2)
        self.rest = b""
        self.receipts = []

    def read(self):
        """All that went to the paths since the tail was made."""
        *lines, self.rest = (self.rest + self.file.read()).split(b"\n")
        found = (Receipt(json.loads(line)) for line in lines)
        self.receipts += [receipt for receipt in found if receipt.path in self.paths]
        return self.receipts

    def wait_for(self, count, seconds=60):
        return wait_for(lambda: len(self.read()) >= count and self.receipts, seconds, every=0.02)

    def wait_for_events(self, events, seconds=60):
        """Until each of these events has come, once or more."""
        ids = {event["id"] for event in events}
        wait_for(lambda: ids <= {receipt.id for receipt in self.read()}, seconds)
        return self.receipts
