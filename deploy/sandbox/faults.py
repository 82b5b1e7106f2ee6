"""What tests make go wrong with the next calls of an app, by POST /control/{app}.

`on` says with which: `authorize` (the consent page), `back` (the way back from it), `token` (if it
is not said), `identity`, `accessible-resources` (Jira's sites), `revoke`.

Instead of the answer, and nothing has happened:
  status {"status": 503, "retry_after": 7}    rate_limited {"retry_after": 7}
  html        a page with status 200          garbage     JSON that breaks off
  redirect    {"status": 307, "location": …}  error       {"error": "invalid_grant", "status": 400};
                                              on `back`, to the app, with `words`
  hang        never a byte                    endless     a body that does not end
  drip        a byte each second
After the call has done its work:
  slow {"seconds": 12}                        drop        the connection is closed without an answer
  huge_token  an access token of 64 KiB       missing     {"fields": ["access_token"]} are left out
  replace     {"members": {"expires_in": 0}}  content_type {"type": "text/plain"}
  header      {"name": …, "value": …}, such as Cross-Origin-Opener-Policy: same-origin
  wrong_nonce, wrong_audience, wrong_issuer   in the id_token
On `back`, which need not be said:
  wrong_iss, no_iss, wrong_state              fewer       {"scopes": […]} are not granted
"""

import base64
import json
import urllib.parse

from call import Answer, Refusal, json_answer, redirect_answer
from token_answers import signed

INSTEAD = (
    "status", "rate_limited", "html", "garbage", "redirect", "error", "hang", "endless", "drip",
)  # fmt: skip
AFTER = ("slow", "drop", "huge_token", "missing", "replace", "content_type", "header")
CLAIMS = {"wrong_nonce": "nonce", "wrong_audience": "aud", "wrong_issuer": "iss"}
BACK = ("wrong_iss", "no_iss", "wrong_state", "fewer")
NAMES = (*INSTEAD, *AFTER, *CLAIMS, *BACK)
WAYS = ("authorize", "back", "token", "identity", "accessible-resources", "revoke")


class Faults:
    """Those ahead, by app and way, in order."""

    def __init__(self):
        self.ahead = {}

    def add(self, app, fault):
        name = fault.get("fault")
        way = "back" if name in BACK else fault.get("on", "token")
        if name not in NAMES:
            raise Refusal("invalid_request", "fault: " + ", ".join(NAMES), 422)
        if way not in WAYS:
            raise Refusal("invalid_request", "on: " + ", ".join(WAYS), 422)
        self.ahead.setdefault((app, way), []).extend([fault] * int(fault.get("times", 1)))

    def take(self, call):
        """The next one for this call, or nothing."""
        way = "back" if (call.what, call.method) == ("authorize", "POST") else call.what
        faults = self.ahead.get((call.app, way))
        return faults.pop(0) if faults else {}

    def of(self, app):
        return [
            fault for (owner, _), faults in self.ahead.items() if owner == app for fault in faults
        ]

    def clear(self, app):
        self.ahead = {key: faults for key, faults in self.ahead.items() if key[0] != app}


def instead(fault):
    """The answer instead of the right one, or None where the call does its work."""
    match fault["fault"]:
        case "status" | "rate_limited":
            status = fault.get("status", 429 if fault["fault"] == "rate_limited" else 500)
            head = [("Content-Type", "text/plain")]
            if "retry_after" in fault or status == 429:
                head.append(("Retry-After", str(fault.get("retry_after", 7))))
            return Answer(status, head, b"not now\n", f"status_{status}")
        case "html":
            head = [("Content-Type", "text/html; charset=utf-8")]
            return Answer(200, head, b"<!DOCTYPE html><title>Oops</title><h1>Oops</h1>", "html")
        case "garbage":
            head = [("Content-Type", "application/json")]
            return Answer(200, head, b'{"access_token": "half a to', "garbage")
        case "redirect":
            answer = redirect_answer(fault.get("location", "/elsewhere"), "redirect")
            answer.status = fault.get("status", 307)
            return answer
        case "hang" | "endless" | "drip" as name:
            return Answer(200, [("Content-Type", "application/json")], b"", name)
    return None


def after(fault, answer, provider):
    """The answer, spoilt."""
    match fault["fault"]:
        case "content_type":
            answer.headers = [pair for pair in answer.headers if pair[0] != "Content-Type"]
            answer.headers.append(("Content-Type", fault.get("type", "text/plain")))
        case "header":
            answer.headers.append((fault["name"], fault["value"]))
        case "huge_token":
            rewrite(answer, lambda members: members | {"access_token": "x" * 65536})
        case "missing":
            gone = fault.get("fields", ["access_token"])
            rewrite(answer, lambda members: {k: v for k, v in members.items() if k not in gone})
        case "replace":
            rewrite(answer, lambda members: members | fault["members"])
        case "wrong_iss":
            move(answer, lambda query: query | {"iss": "https://evil.example"})
        case "no_iss":
            move(answer, lambda query: {k: v for k, v in query.items() if k != "iss"})
        case "wrong_state":
            move(answer, lambda query: query | {"state": "another"})
        case name if name in CLAIMS:
            rewrite(answer, lambda members: members | {
                "id_token": with_claim(members["id_token"], CLAIMS[name], provider.client_secret)
            })  # fmt: skip
    return answer


def rewrite(answer, change):
    kind = dict(answer.headers).get("Content-Type", "")
    if kind.startswith("application/json"):
        answer.body = json_answer(change(json.loads(answer.body))).body
    else:
        members = change(dict(urllib.parse.parse_qsl(answer.body.decode())))
        answer.body = urllib.parse.urlencode(members).encode()


def move(answer, change):
    """Another query of the redirect's address."""
    for index, (name, value) in enumerate(answer.headers):
        if name == "Location":
            address, _, query = value.partition("?")
            query = urllib.parse.urlencode(change(dict(urllib.parse.parse_qsl(query))))
            answer.headers[index] = (name, f"{address}?{query}")


def with_claim(token, claim, secret):
    """Signed anew, so that nothing but the claim is wrong."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return signed(claims | {claim: "another"}, secret)
