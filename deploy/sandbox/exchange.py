"""The token endpoint: a code for a grant, a refresh token for an access token."""

import base64
import hashlib
import hmac
import re
import time

from call import Refusal, digest
from clients import authenticate
from scopes import spelt, united, words
from token_answers import refresh_answer, token_answer

# RFC 7636, section 4.1.
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def exchange(simulator, provider, call):
    parameters = call.parameters(provider.bodies)
    kind = parameters.get("grant_type")
    if kind is None and provider.kind in ("github", "slack"):
        kind = "authorization_code"
    call.notes["grant_type"] = kind
    authenticate(call, provider, parameters)
    if kind == "authorization_code":
        return by_code(simulator, provider, call, parameters)
    if kind == "refresh_token" and provider.refresh != "none":
        return by_refresh(simulator, provider, call, parameters)
    raise Refusal("unsupported_grant_type", f"there is no grant_type {kind}")


def by_code(simulator, provider, call, parameters):
    register = simulator.register
    code = register.codes.get(parameters.get("code", ""))
    call.notes["code"] = digest(parameters.get("code", ""))
    if not code or code.app != provider.app:
        raise Refusal("invalid_grant", "the code is unknown")
    if code.grants is not None:
        # RFC 6749, section 4.1.2: who has it the second time may have stolen it.
        register.end(*(register.grants[id] for id in code.grants))
        raise Refusal("invalid_grant", "the code has been used")
    code.grants = []
    call.notes["account"] = code.account
    if code.expires <= time.time():
        raise Refusal("invalid_grant", "the code has run out")
    check_redirect(provider, code.parameters["redirect_uri"], parameters.get("redirect_uri"))
    check_verifier(provider, code.parameters, parameters.get("code_verifier"))

    given = {
        part: give(register, provider, code, part, scopes) for part, scopes in code.parts.items()
    }
    code.grants = [grant.id for grant, _, _ in given.values()]
    call.notes["scopes"] = [scope for grant, _, _ in given.values() for scope in grant.scopes]
    return token_answer(simulator, provider, call, given)


def check_redirect(provider, wanted, sent):
    if sent is None and provider.kind == "github":
        return
    if sent != wanted:
        raise Refusal("invalid_redirect", "redirect_uri is not that of the authorization request")


def check_verifier(provider, request, verifier):
    challenge = request.get("code_challenge")
    if provider.pkce in ("ignored", "refused"):
        if verifier is not None and provider.pkce == "refused":
            raise Refusal("invalid_code_verifier", "this client is not registered for PKCE")
        return
    if challenge is None:
        if verifier is not None:
            raise Refusal("invalid_grant", "there is a verifier, and there was no challenge")
        return
    if not VERIFIER.fullmatch(verifier or ""):
        raise Refusal("invalid_grant", "code_verifier is missing, or has not its form")
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not hmac.compare_digest(hashed, challenge.encode()):
        raise Refusal("invalid_grant", "code_verifier does not match the challenge")


def give(register, provider, code, part, scopes):
    """(grant, access token, refresh token or None) for one part of a code."""
    earlier = earlier_grants(register, provider, code.account, part)
    if provider.kind in ("hubspot", "slack") and earlier:
        # One for the portal, or the workspace; what was granted before stays.
        grant = earlier[-1]
        grant.account = code.account
        grant.scopes = united(grant.scopes, scopes)
        access = grant.live("access")[-1:]
        if provider.kind == "slack" and provider.refresh == "none" and access:
            access[0].scopes = grant.scopes
            register.save()
            return grant, access[0], None
    else:
        if merges(provider, code.parameters, scopes):
            for other in earlier:
                scopes = united(other.scopes, scopes)
        grant = register.new_grant(
            provider, code.account, part, scopes, code.parameters["redirect_uri"]
        )
    grant.nonce = code.parameters.get("nonce")
    refresh = None
    if stays_connected(provider, code.parameters, scopes, earlier):
        live = grant.live("refresh")
        constant = provider.refresh == "constant" and live
        refresh = live[-1] if constant else register.new_refresh(grant, grant.scopes)
    return grant, register.new_access(provider, grant, grant.scopes), refresh


def earlier_grants(register, provider, account, part):
    shared = provider.kind == "hubspot" or (provider.kind, part) == ("slack", "bot")
    of_whom = None if shared else account
    return [grant for grant in register.of(provider.app, of_whom) if grant.part == part]


def merges(provider, request, scopes):
    match provider.kind:
        case "github":
            return not scopes
        case "google":
            return request.get("include_granted_scopes") == "true"
        case "dropbox":
            return request.get("include_granted_scopes") == "user"
        case _:
            return False


def stays_connected(provider, request, scopes, earlier):
    """Whether a refresh token is given."""
    if provider.refresh == "none":
        return False
    match provider.kind:
        case "salesforce":
            return "refresh_token" in scopes or "offline_access" in scopes
        case "microsoft" | "jira":
            return "offline_access" in scopes
        case "google":
            asked = "consent" in words(request.get("prompt", ""))
            return request.get("access_type") == "offline" and (asked or not earlier)
        case "dropbox":
            return request.get("token_access_type") == "offline"
        case _:
            return True


def by_refresh(simulator, provider, call, parameters):
    register = simulator.register
    text = parameters.get("refresh_token", "")
    grant, token = register.find(provider.app, text)
    call.notes["token"] = digest(text)
    if not grant or token.kind != "refresh" or grant.ended:
        raise Refusal("invalid_grant", "the refresh token is unknown, or was taken back")
    call.notes["account"] = grant.account
    now = time.time()
    if token.ended and now - token.ended > provider.leeway:
        # RFC 9700, section 4.14.2: one of two who have it is a thief.
        if provider.refresh == "rotating":
            register.end(grant)
        raise Refusal("invalid_grant", "the refresh token has been used")
    if provider.kind == "gitlab" and parameters.get("redirect_uri") != grant.redirect_uri:
        raise Refusal("invalid_grant", "redirect_uri is missing, or is not that of the grant")

    scopes = narrowed(provider, token, parameters.get("scope"))
    call.notes["scopes"] = scopes
    refresh = None
    if provider.refresh == "rotating":
        token.ended = token.ended or now
        if provider.kind in ("gitlab", "slack"):
            for old in grant.live("access"):
                old.ended = now
    if provider.refresh in ("rotating", "sliding"):
        kept = scopes if provider.narrowing == "kept" else token.scopes
        grant.scopes = kept if provider.narrowing == "kept" else grant.scopes
        refresh = register.new_refresh(grant, kept)
    elif provider.repeats_refresh:
        refresh = token
    access = register.new_access(provider, grant, scopes)
    return refresh_answer(simulator, provider, call, grant, access, refresh)


def narrowed(provider, token, asked):
    if asked is None or provider.narrowing == "ignored":
        return token.scopes
    scopes = spelt(provider, words(asked))
    held = {scope.lower() for scope in token.scopes}
    if not scopes or any(scope.lower() not in held for scope in scopes):
        raise Refusal("invalid_scope", "more is asked for than was granted")
    return scopes
