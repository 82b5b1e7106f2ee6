"""What the token endpoint answers, in each provider's shape."""

import base64
import hashlib
import hmac
import json
import time

from accounts import ACCOUNTS, COMPANY, DOMAIN, ORGANISATION, PORTAL, TEAM, TENANT
from call import json_answer
from errors import github_answer
from scopes import told


def token_answer(simulator, provider, call, given):
    if provider.kind == "slack":
        return json_answer(slack_members(provider, given))
    grant, access, refresh = given["user"]
    return one_answer(simulator, provider, call, grant, access, refresh)


def refresh_answer(simulator, provider, call, grant, access, refresh):
    if provider.kind == "slack":
        kept = slack_token(provider, grant, access, refresh) | {"ok": True, **slack_team()}
        return json_answer(kept)
    return one_answer(simulator, provider, call, grant, access, refresh)


def one_answer(simulator, provider, call, grant, access, refresh):
    account = ACCOUNTS[grant.account]
    members = {"access_token": access.text, "token_type": "Bearer"}
    if access.expires and provider.tells_life:
        members["expires_in"] = round(access.expires - time.time())
    if refresh:
        members["refresh_token"] = refresh.text
    # HubSpot tells scopes in the identity alone; Notion has none.
    if provider.kind not in ("hubspot", "notion"):
        members["scope"] = told(provider, access.scopes)
    members |= EXTRAS.get(provider.kind, lambda *_: {})(simulator.base, provider, account)
    if "openid" in access.scopes and provider.discovery:
        members["id_token"] = id_token(simulator.base, provider, grant)
    if provider.kind == "github":
        return github_answer(call, members | {"token_type": "bearer"})
    return json_answer(members)


def salesforce_extras(base, provider, account):
    identity = f"{base}/salesforce/id/{ORGANISATION}/{salesforce_user(account)}"
    issued = str(int(time.time() * 1000))
    mac = hmac.digest(provider.client_secret.encode(), (identity + issued).encode(), "sha256")
    return {
        "instance_url": f"{base}/salesforce", "id": identity, "issued_at": issued,
        "signature": base64.b64encode(mac).decode(),
    }  # fmt: skip


def salesforce_user(account):
    return f"005{account.number('salesforce'):015}"


def notion_extras(base, provider, account):
    person = {"type": "person", "person": {"email": account.email}}
    return {
        "token_type": "bearer",
        "bot_id": account.uuid("notion bot"),
        "workspace_id": account.uuid("notion workspace"),
        "workspace_name": COMPANY,
        "workspace_icon": None,
        "duplicated_template_id": None,
        "owner": {
            "type": "user",
            "user": {"object": "user", "id": account.uuid("notion"), "name": account.name} | person,
        },
    }


EXTRAS = {
    "salesforce": salesforce_extras,
    "notion": notion_extras,
    "hubspot": lambda base, provider, account: {"token_type": "bearer", "hub_id": PORTAL},
    "pipedrive": lambda base, provider, account: {"api_domain": f"{base}/pipedrive"},
    "dropbox": lambda base, provider, account: {
        "token_type": "bearer", "account_id": f"dbid:{account.uuid('dropbox')}",
        "uid": str(account.number("dropbox")),
    },
    "microsoft": lambda base, provider, account: {"ext_expires_in": 3600},
    "gitlab": lambda base, provider, account: {"created_at": int(time.time())},
}  # fmt: skip


# Slack


def slack_team():
    return {"team": {"id": TEAM, "name": COMPANY}, "enterprise": None,
            "is_enterprise_install": False}  # fmt: skip


def slack_user(account):
    return f"U{account.number('slack')}"


def slack_token(provider, grant, access, refresh):
    members = {"access_token": access.text, "token_type": grant.part,
               "scope": told(provider, access.scopes)}  # fmt: skip
    if access.expires:
        members["expires_in"] = round(access.expires - time.time())
    if refresh:
        members["refresh_token"] = refresh.text
    return members


def slack_members(provider, given):
    members = {"ok": True, "app_id": "A0SANDBOX", **slack_team()}
    if "bot" in given:
        members |= slack_token(provider, *given["bot"]) | {"bot_user_id": "U0SANDBOXBOT"}
    grant = next(iter(given.values()))[0]
    # Of the bot's installer where no token of a person was asked for.
    members["authed_user"] = {"id": slack_user(ACCOUNTS[grant.account])}
    if "user" in given:
        members["authed_user"] |= slack_token(provider, *given["user"])
    return members


# OpenID Connect


def id_token(base, provider, grant):
    """Signed with the client's secret (HS256), as OpenID Connect lets a confidential client do."""
    account = ACCOUNTS[grant.account]
    now = int(time.time())
    claims = {
        "iss": provider.issuer(base), "aud": provider.client_id, "iat": now, "exp": now + 3600,
        "sub": str(account.number(provider.kind)), "name": account.name, "email": account.email,
    }  # fmt: skip
    match provider.kind:
        case "google":
            claims |= {"email_verified": True, "hd": DOMAIN, "azp": provider.client_id}
        case "microsoft":
            claims |= {
                "iss": f"{provider.issuer(base)}/{TENANT}/v2.0", "tid": TENANT,
                "oid": account.uuid("microsoft"), "preferred_username": account.email,
            }  # fmt: skip
        case "salesforce":
            claims["sub"] = f"{base}/salesforce/id/{ORGANISATION}/{salesforce_user(account)}"
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    return signed(claims, provider.client_secret)


def signed(claims, secret):
    head = {"alg": "HS256", "typ": "JWT"}
    text = ".".join(part(json.dumps(value).encode()) for value in (head, claims))
    return f"{text}.{part(hmac.digest(secret.encode(), text.encode(), hashlib.sha256))}"


def part(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
