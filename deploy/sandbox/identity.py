"""Whose token it is, in each provider's shape."""

import time

from accounts import ACCOUNTS, COMPANY, DOMAIN, ORGANISATION, PORTAL, TEAM, TENANT
from call import Refusal, digest, json_answer
from clients import authenticate
from revocation import need_no_arguments
from scopes import NOTION_CAPABILITIES, told
from token_answers import salesforce_user, slack_user


def identity(simulator, provider, call):
    account, token = whose(simulator, provider, call)
    return json_answer(BY_KIND[provider.kind](account, token), headers=headers(provider, token))


def headers(provider, token):
    """GitHub tells what a token may do with every answer of its API."""
    if provider.kind != "github":
        return []
    return [("X-OAuth-Scopes", told(provider, token.scopes).replace(",", ", "))]


def whose(simulator, provider, call):
    """The account and the access token, where the token lives and may tell."""
    check_form(provider, call)
    text = hubspot_token(provider, call) if provider.kind == "hubspot" else call.bearer()
    call.notes["token"] = digest(text)
    grant, token = simulator.register.live_access(provider.app, text)
    if not grant:
        raise Refusal("invalid_token", "the access token is unknown, run out or taken back", 401)
    call.notes["account"] = grant.account
    wanted = provider.identity_scopes
    if wanted and not any(scope in wanted for scope in token.scopes):
        raise Refusal("insufficient_scope", f"one of {', '.join(wanted)} is needed", 403)
    return ACCOUNTS[grant.account], token


def check_form(provider, call):
    methods = {"dropbox": ("POST",), "slack": ("GET", "POST"), "hubspot": ("GET", "POST")}
    if call.method not in methods.get(provider.kind, ("GET",)):
        raise Refusal("method_not_allowed", f"not by {call.method}", 405)
    match provider.kind:
        case "dropbox":
            call.bearer()
            need_no_arguments(call)
        case "github" if not call.header("User-Agent"):
            raise Refusal("forbidden", "Request forbidden: there is no User-Agent.", 403)
        case "notion" if not call.header("Notion-Version"):
            raise Refusal("missing_version", "Notion-Version header should be defined", 400)


def hubspot_token(provider, call):
    """In the path, as its first interface has it, or in a form beside the client."""
    if call.method == "GET":
        return call.rest.partition("/")[2] or call.bearer()
    parameters = call.parameters(("form",))
    authenticate(call, provider, parameters)
    return parameters.get("token", "")


def hubspot(account, token):
    return {
        "token": token.text, "user": account.email, "user_id": account.number("hubspot"),
        "hub_id": PORTAL, "hub_domain": DOMAIN, "app_id": 4711, "token_type": "access",
        "scopes": token.scopes, "expires_in": round(token.expires - time.time()), "active": True,
    }  # fmt: skip


def discord(account, token):
    members = {"id": str(account.number("discord")), "username": account.key,
               "global_name": account.name, "avatar": None}  # fmt: skip
    return members | ({"email": account.email} if "email" in token.scopes else {})


def google(account, token):
    return {
        "sub": str(account.number("google")), "name": account.name, "email": account.email,
        "given_name": account.first_name, "family_name": account.last_name,
        "email_verified": True, "hd": DOMAIN,
    }  # fmt: skip


def notion(account, token):
    person = {"object": "user", "id": account.uuid("notion"), "name": account.name,
              "person": {"email": account.email}}  # fmt: skip
    return {
        "object": "user", "id": account.uuid("notion bot"), "type": "bot",
        "bot": {"owner": {"type": "user", "user": person}, "workspace_name": COMPANY},
        "capabilities": NOTION_CAPABILITIES,
    }  # fmt: skip


BY_KIND = {
    "salesforce": lambda account, token: {
        "user_id": salesforce_user(account), "organization_id": ORGANISATION,
        "username": f"{account.email}.sandbox", "display_name": account.name,
        "email": account.email,
    },
    "hubspot": hubspot,
    "pipedrive": lambda account, token: {
        "success": True,
        "data": {"id": account.number("pipedrive"), "name": account.name, "email": account.email,
                 "company_id": 77, "company_name": COMPANY, "company_domain": "analytical"},
    },
    "slack": lambda account, token: {
        "ok": True, "url": f"https://{DOMAIN}/", "team": COMPANY, "team_id": TEAM,
        "user": account.key, "user_id": slack_user(account),
    },
    "microsoft": lambda account, token: {
        "id": account.uuid("microsoft"), "displayName": account.name, "mail": account.email,
        "userPrincipalName": account.email,
    },
    "discord": discord,
    "google": google,
    "notion": notion,
    "dropbox": lambda account, token: {
        "account_id": f"dbid:{account.uuid('dropbox')}", "email": account.email,
        "name": {"display_name": account.name, "given_name": account.first_name},
        "team": {"id": "dbtid:1", "name": COMPANY},
    },
    "github": lambda account, token: {
        "login": account.key, "id": account.number("github"), "name": account.name,
    },
    "gitlab": lambda account, token: {
        "id": account.number("gitlab"), "username": account.key, "name": account.name,
        "email": account.email,
    },
    "jira": lambda account, token: {
        "account_id": account.uuid("jira"), "name": account.name, "email": account.email,
    },
    "standard": lambda account, token: {
        "sub": str(account.number("standard")), "name": account.name, "email": account.email,
    },
}  # fmt: skip


# What only some have besides


def organization(simulator, provider, call):
    """Microsoft's tenant."""
    whose(simulator, provider, call)
    return json_answer({"value": [{"id": TENANT, "displayName": COMPANY}]})


def accessible_resources(simulator, provider, call):
    """Jira: the sites that the token reaches."""
    account, token = whose(simulator, provider, call)
    scopes = [scope for scope in token.scopes if scope.endswith(("jira-work", "jira-user"))]
    return json_answer([
        {"id": account.uuid(f"jira {name}"), "name": name, "scopes": scopes,
         "url": f"https://{name}.{DOMAIN}", "avatarUrl": f"https://{DOMAIN}/{name}.png"}
        for name in provider.sites
    ])  # fmt: skip


def token_info(simulator, provider, call):
    """GitLab: what the token may do now."""
    _, token = whose(simulator, provider, call)
    left = round(token.expires - time.time())
    return json_answer({"scope": token.scopes, "expires_in": left})
