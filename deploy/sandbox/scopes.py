"""What is asked for and what is given, in each provider's spelling.

A request has parts: Slack's "user" and "bot", one part "user" elsewhere.
"""

import re

from call import Refusal
from providers import GOOGLE

# GitHub leaves out what another scope of the grant implies.
GITHUB_IMPLIES = {
    "repo": ("public_repo",),
    "user": ("read:user", "user:email"),
}
GOOGLE_LONG = {"email": f"{GOOGLE}userinfo.email", "profile": f"{GOOGLE}userinfo.profile"}
NOTION_CAPABILITIES = ("Read content", "Update content", "Insert content", "Read comments")


def asked(provider, parameters):
    """{part: (scopes, those of them that a person may untick)}."""
    match provider.kind:
        case "slack":
            parts = {
                part: (scopes, [scope for scope in scopes[1:]])
                for part, name in (("bot", "scope"), ("user", "user_scope"))
                if (scopes := words(parameters.get(name, ""), ","))
            }
        case "hubspot":
            optional = words(parameters.get("optional_scope", ""))
            required = words(parameters.get("scope", ""))
            parts = {"user": (required + [s for s in optional if s not in required], optional)}
        case "pipedrive":
            return {"user": (list(provider.scopes), [])}
        case "notion":
            return {"user": ([], [])}
        case "github":
            scopes = words(parameters.get("scope", ""), " ,")
            parts = {"user": (scopes, scopes)}
        case "google":
            scopes = spelt(provider, words(parameters.get("scope", "")))
            fixed = ("openid", *GOOGLE_LONG.values())
            parts = {"user": (scopes, [scope for scope in scopes if scope not in fixed])}
        case "microsoft":
            scopes = spelt(provider, words(parameters.get("scope", "")))
            parts = {"user": (scopes, [])}
        case _:
            parts = {"user": (words(parameters.get("scope", "")), [])}
    check(provider, parts)
    return parts


def spelt(provider, scopes):
    """In the spelling that is kept: Google's long one, Microsoft's short one."""
    match provider.kind:
        case "google":
            return [GOOGLE_LONG.get(scope, scope) for scope in scopes]
        case "microsoft":
            return [scope.rpartition("/")[2] for scope in scopes]
        case _:
            return scopes


def check(provider, parts):
    known = {scope.lower() for scope in provider.scopes}
    for scopes, _ in parts.values():
        for scope in scopes:
            if scope.lower() not in known:
                raise Refusal("invalid_scope", f"the app is not registered for {scope}")
    # GitHub gives what was given before.
    if provider.kind != "github" and not any(scopes for scopes, _ in parts.values()):
        raise Refusal("invalid_scope", "no scope is asked for")


def granted(provider, parts, ticked):
    """{part: scopes} of what a person leaves ticked; `ticked` holds "part scope"."""
    return {
        part: [s for s in scopes if s not in optional or f"{part} {s}" in ticked]
        for part, (scopes, optional) in parts.items()
    }


def told(provider, scopes):
    """As an answer's `scope` has it."""
    match provider.kind:
        case "github":
            implied = {s for scope in scopes for s in GITHUB_IMPLIES.get(scope, ())}
            return ",".join(scope for scope in scopes if scope not in implied)
        case "slack" | "pipedrive":
            return ",".join(scopes)
        case "microsoft":
            return " ".join(s for s in scopes if s.lower() not in ("offline_access", "openid"))
        case _:
            return " ".join(scopes)


def words(text, separators=" "):
    """Each once, in order."""
    return list(dict.fromkeys(word for word in re.split(f"[{separators}]+", text) if word))


def united(first, second):
    return list(dict.fromkeys([*first, *second]))
