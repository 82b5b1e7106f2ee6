"""What has been given: authorization codes, grants and their tokens, kept from start to start."""

import dataclasses
import json
import os
import random
import secrets
import string
import time

# Of tokens that no longer count, so many are remembered for each grant.
OLD_TOKENS = 50
ALPHABET = string.ascii_letters + string.digits


@dataclasses.dataclass
class Token:
    text: str
    kind: str  # "access" or "refresh"
    scopes: list
    expires: float = None  # seconds since 1970
    ended: float = None  # when it was rotated, or taken back alone


@dataclasses.dataclass
class Grant:
    """What one person gave one app. `part` tells Slack's two kinds of token apart."""

    id: str
    app: str
    account: str
    part: str
    scopes: list
    since: float
    redirect_uri: str
    nonce: str = None
    ended: float = None
    tokens: list = dataclasses.field(default_factory=list)

    def live(self, kind):
        return [token for token in self.tokens if token.kind == kind and not token.ended]


@dataclasses.dataclass
class Code:
    app: str
    account: str
    parts: dict  # part → scopes granted
    parameters: dict  # of the authorization request
    expires: float
    grants: list = None  # ids of what it gave, once used


class Register:
    def __init__(self, state):
        self.state = state
        self.codes = {}
        self.grants = {}
        self.by_token = {}
        if state and os.path.exists(state):
            self.load()

    # Codes

    def new_code(self, provider, account, parts, parameters):
        now = time.time()
        for text in [text for text, code in self.codes.items() if code.expires < now - 600]:
            del self.codes[text]
        text = secrets.token_urlsafe(24)
        self.codes[text] = Code(
            provider.app, account, parts, parameters, now + provider.code_seconds
        )
        return text

    # Grants

    def of(self, app=None, account=None):
        """Grants that live, the oldest first."""
        return [
            grant
            for grant in self.grants.values()
            if not grant.ended and app in (None, grant.app) and account in (None, grant.account)
        ]

    def new_grant(self, provider, account, part, scopes, redirect_uri):
        earlier = [grant for grant in self.of(provider.app, account) if grant.part == part]
        for grant in earlier[: len(earlier) + 1 - provider.grants_limit]:
            self.end(grant)
        grant = Grant(
            secrets.token_hex(8), provider.app, account, part, scopes, time.time(), redirect_uri
        )
        self.grants[grant.id] = grant
        return grant

    def end(self, *grants):
        for grant in grants:
            grant.ended = grant.ended or time.time()
        self.save()

    # Tokens

    def new_access(self, provider, grant, scopes):
        life = provider.life
        if isinstance(life, (tuple, list)):
            life = random.randint(*life)
        prefix = {"user": "xoxp-", "bot": "xoxb-"}[grant.part] if provider.kind == "slack" else (
            provider.access_prefix)  # fmt: skip
        text = prefix + letters(provider.access_length - len(prefix))
        return self.add(grant, Token(text, "access", scopes, life and time.time() + life))

    def new_refresh(self, grant, scopes):
        return self.add(grant, Token(f"r1-{letters(61)}", "refresh", scopes))

    def add(self, grant, token):
        grant.tokens.append(token)
        self.by_token[token.text] = (grant, token)
        now = time.time()
        old_tokens = [t for t in grant.tokens if t.ended or t.expires and t.expires < now]
        for old in old_tokens[:-OLD_TOKENS]:
            grant.tokens.remove(old)
            del self.by_token[old.text]
        self.save()
        return token

    def find(self, app, text):
        """The grant and the token, dead or alive; (None, None) where it is not this app's."""
        grant, token = self.by_token.get(text, (None, None))
        return (grant, token) if grant and grant.app == app else (None, None)

    def live_access(self, app, text):
        """The same for an access token that is good now; (None, None) otherwise."""
        grant, token = self.find(app, text)
        if not grant or grant.ended or token.ended or token.kind != "access":
            return None, None
        if token.expires and token.expires <= time.time():
            return None, None
        return grant, token

    # From start to start

    def save(self):
        if not self.state:
            return
        # Long dead grants only tell "unknown" from "dead", which no provider does.
        kept = sorted(self.grants.values(), key=lambda grant: (not grant.ended, grant.ended or 0))
        fresh = f"{self.state}.new"
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump([dataclasses.asdict(grant) for grant in kept[-1000:]], file)
        os.replace(fresh, self.state)

    def load(self):
        with open(self.state) as file:
            for fields in sorted(json.load(file), key=lambda fields: fields["since"]):
                tokens = [Token(**token) for token in fields.pop("tokens")]
                grant = self.grants[fields["id"]] = Grant(**fields, tokens=tokens)
                for token in tokens:
                    self.by_token[token.text] = (grant, token)


def letters(count):
    return "".join(random.SystemRandom().choices(ALPHABET, k=count))
