"""The log: one JSON object a line for each call, written before its answer leaves."""

import datetime
import json
import os
import re

# Tokens that stand in a path (HubSpot's first interface).
IN_PATH = re.compile(r"^(/hubspot/(?:identity|revoke)/).+")


class Journal:
    def __init__(self, path):
        # Unbuffered: a line is in the file before its answer leaves.
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, call, answer):
        now = datetime.datetime.now(datetime.timezone.utc)
        line = {
            "at": now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "app": call.app,
            "what": call.what,
            "method": call.method,
            "path": IN_PATH.sub(r"\1-", call.path),
            "ok": answer.error is None and answer.status < 400,
            "status": answer.status,
            "error": answer.error,
            **{name: value for name, value in call.notes.items() if value is not None},
        }
        rest = memoryview(json.dumps(line).encode() + b"\n")
        while rest:
            rest = rest[os.write(self.file, rest) :]
