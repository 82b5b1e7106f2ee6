"""A client of each provider as its documentation has it, written apart from the sandbox."""

import base64
import dataclasses
import hashlib
import html
import json
import re
import secrets
import urllib.parse

from support.sandbox import CALLBACK, query_of

GOOGLE = "https://www.googleapis.com/auth/"


@dataclasses.dataclass(frozen=True)
class Ways:
    """How one provider wants to be spoken to."""

    scope: str = ""
    # What comes back; None: the same. False: no `scope` in the answer.
    told: object = None
    extra: dict = dataclasses.field(default_factory=dict)
    pkce: bool = True
    auth: str = "post"
    refresh: str = "constant"
    expires: object = True
    revoke: str = "standard"
    # Where the answer of `identity` names the account.
    name: tuple = ("name",)


def google(card):
    return Ways(
        f"openid email {GOOGLE}{card}",
        f"openid {GOOGLE}userinfo.email {GOOGLE}{card}",
        {"access_type": "offline", "prompt": "consent"},
        revoke="form",
    )


def microsoft(card):
    asked = f"openid profile offline_access User.Read https://graph.microsoft.com/{card}"
    told = f"profile User.Read {card}"
    return Ways(asked, told, refresh="sliding", revoke="none", name=("displayName",))


WAYS = {
    "salesforce": Ways("api refresh_token openid", expires=False, revoke="form",
                       name=("display_name",)),
    "hubspot": Ways("oauth crm.objects.contacts.read", False, name=("user",)),
    "pipedrive": Ways(told="base,deals:full,contacts:full,activities:read,users:read", pkce=False,
                      auth="basic", name=("data", "name")),
    "slack": Ways("team:read,users:read", False, pkce=False, auth="basic", refresh="none",
                  expires=False, revoke="slack", name=("user",)),
    "microsoft-teams": microsoft("Chat.Read"),
    "discord": Ways("identify email", auth="basic", refresh="rotating", name=("global_name",)),
    "google-workspace": google("calendar.readonly"),
    "microsoft-365": microsoft("Mail.Read"),
    "notion": Ways(told=False, extra={"owner": "user"}, pkce=False, auth="basic",
                   refresh="rotating", expires=False, revoke="notion",
                   name=("bot", "owner", "user", "name")),
    "google-analytics": google("analytics.readonly"),
    "google-drive": google("drive.file"),
    "dropbox": Ways("account_info.read files.metadata.read",
                    extra={"token_access_type": "offline"}, revoke="dropbox",
                    name=("name", "display_name")),
    "onedrive": microsoft("Files.Read"),
    "github": Ways("read:user user:email repo public_repo", "read:user,user:email,repo",
                   refresh="none", expires=False, revoke="github"),
    "gitlab": Ways("read_user read_api", refresh="rotating"),
    "jira": Ways("offline_access read:me read:jira-work", refresh="rotating",
                 extra={"audience": "api.atlassian.com", "prompt": "consent"}),
    "standard": Ways("openid read", auth="basic", refresh="rotating"),
}  # fmt: skip


class Client:
    """One app's client, and what it holds after `connect`."""

    def __init__(self, sandbox, app):
        self.sandbox = sandbox
        self.app = app
        self.ways = WAYS[app]
        self.known = sandbox.credentials[app]
        self.redirect_uri = CALLBACK.replace("{app}", app)

    # The person's way there and back

    def request(self, **changes):
        """Parameters of an authorization request; None takes one away."""
        self.state = secrets.token_urlsafe(16)
        self.verifier = secrets.token_urlsafe(48)
        parameters = {
            "response_type": "code", "client_id": self.known["client_id"],
            "redirect_uri": self.redirect_uri, "state": self.state, **self.ways.extra,
        }  # fmt: skip
        if self.ways.scope:
            parameters["user_scope" if self.app == "slack" else "scope"] = self.ways.scope
        if self.ways.pkce:
            parameters |= {"code_challenge": challenge(self.verifier),
                           "code_challenge_method": "S256"}  # fmt: skip
        return {name: v for name, v in (parameters | changes).items() if v is not None}

    def consent_url(self, **changes):
        query = urllib.parse.urlencode(self.request(**changes))
        return f"{self.known['authorization_url']}?{query}"

    def open(self, **changes):
        return self.sandbox.call(
            "GET", self.known["authorization_url"], params=self.request(**changes)
        )

    def decide(self, page, decision="allow", untick=(), account="ada"):
        """Presses a button of the consent page; the answer leads back."""
        request = re.search(r'name="request" value="([^"]+)"', page.text)[1]
        boxes = re.findall(r'name="scope" value="([^"]+)" checked>', page.text)
        ticked = [html.unescape(box) for box in boxes]
        form = {
            "request": request, "decision": decision, "account": account,
            "scope": [box for box in ticked if box.partition(" ")[2] not in untick],
        }  # fmt: skip
        return self.sandbox.call("POST", self.known["authorization_url"], data=form)

    def authorize(self, changes=None, **decision):
        """What the redirect URI is called with."""
        page = self.open(**changes or {})
        assert page.status_code == 200, page.headers.get("Location") or page.text
        answer = self.decide(page, **decision)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(self.redirect_uri + "?")
        back = query_of(answer.headers["Location"])
        assert back["state"] == self.state
        return back

    # The token endpoint

    def token(self, parameters, secret=None, auth=None):
        auth = auth or self.ways.auth
        client = self.known["client_id"], secret or self.known["client_secret"]
        headers = {"Accept": "application/json"}
        if auth == "post":
            parameters = parameters | {"client_id": client[0], "client_secret": client[1]}
        body = {"json" if self.app == "notion" else "data": parameters}
        return self.sandbox.call(
            "POST", self.known["token_url"], headers=headers, **body,
            auth=client if auth == "basic" else None,
        )  # fmt: skip

    def by_code(self, code, **changes):
        parameters = {"grant_type": "authorization_code", "code": code,
                      "redirect_uri": self.redirect_uri}  # fmt: skip
        if self.ways.pkce:
            parameters["code_verifier"] = self.verifier
        parameters |= {name: v for name, v in changes.items() if name not in ("secret", "auth")}
        client = {name: v for name, v in changes.items() if name in ("secret", "auth")}
        return self.token({n: v for n, v in parameters.items() if v is not None}, **client)

    def by_refresh(self, token, **changes):
        parameters = {"grant_type": "refresh_token", "refresh_token": token}
        if self.app == "gitlab":
            parameters["redirect_uri"] = self.redirect_uri
        return self.token({n: v for n, v in (parameters | changes).items() if v is not None})

    def connect(self, changes=None, **decision):
        answer = self.by_code(self.authorize(changes, **decision)["code"])
        assert answer.status_code == 200, answer.text
        return self.take(answer.json())

    def take(self, members):
        self.tokens = members
        token = members.get("authed_user", members)
        self.access = token["access_token"]
        self.refresh = token.get("refresh_token")
        return members

    # With a token

    def identity(self, access=None):
        access = access or self.access
        headers = {"Authorization": f"Bearer {access}", "Notion-Version": "2026-03-11"}
        address = self.tokens.get("id") or self.known["identity_url"]
        if self.app == "hubspot":
            return self.sandbox.call("GET", f"{address}/{access}")
        return self.sandbox.call(
            "POST" if self.app == "dropbox" else "GET", address, headers=headers
        )

    def is_alive(self, access=None):
        answer = self.identity(access)
        return answer.status_code == 200 and answer.json().get("ok") is not False

    def revoke(self, token=None):
        client = self.known["client_id"], self.known["client_secret"]
        address = self.known["revocation_url"]
        bearer = {"Authorization": f"Bearer {token or self.access}"}
        refresh = token or self.refresh
        match self.ways.revoke:
            case "form":
                return self.sandbox.call("POST", address, data={"token": refresh})
            case "slack":
                return self.sandbox.call("POST", address, headers=bearer)
            case "dropbox":
                return self.sandbox.call("POST", address, headers=bearer)
            case "notion":
                return self.sandbox.call("POST", address, json={"token": refresh}, auth=client)
            case "github":
                body = {"access_token": token or self.access}
                return self.sandbox.call("DELETE", address, json=body, auth=client)
            case "standard" if self.ways.auth == "basic":
                return self.sandbox.call("POST", address, data={"token": refresh}, auth=client)
            case "standard":
                form = {"token": refresh, "client_id": client[0], "client_secret": client[1]}
                return self.sandbox.call("POST", address, data=form)


def challenge(verifier):
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def claims_of(id_token):
    payload = id_token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
