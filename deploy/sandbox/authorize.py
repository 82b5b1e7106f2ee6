"""The authorization endpoint: checks what the app asks, lets a person decide, sends them back."""

import re
import secrets
import urllib.parse

from accounts import ACCOUNTS, TENANT
from call import Answer, Refusal, redirect_answer, single, with_query
from errors import MICROSOFT_NUMBERS
from pages import connections_page, consent_page, page_answer
from revocation import together_with
from scopes import NOTION_CAPABILITIES, asked, granted, words

# A SHA-256 in base64url. Source: RFC 7636, section 4.2.
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
# So many requests that nobody has decided are kept.
OPEN_REQUESTS = 1000


class Redirected(Exception):
    """A refusal that the app is told, since where to send the person is known."""

    def __init__(self, refusal, parameters):
        super().__init__(refusal.code)
        self.refusal = refusal
        self.parameters = parameters


def authorize(simulator, provider, call):
    """GET shows the page, POST is the person's decision."""
    if call.method == "POST":
        return decide(simulator, provider, call)
    if call.method != "GET":
        raise Refusal("method_not_allowed", "the consent page is got", 405)
    parameters = checked(simulator, provider, call)
    try:
        parts = check_request(provider, parameters)
    except Refusal as refusal:
        raise Redirected(refusal, parameters) from None
    call.notes["pkce"] = parameters.get("code_challenge_method", "none")
    call.notes["scopes"] = [scope for scopes, _ in parts.values() for scope in scopes]
    if "none" in words(parameters.get("prompt", "")):
        return without_page(simulator, provider, call, parameters, parts)
    request = secrets.token_urlsafe(12)
    while len(simulator.requests) >= OPEN_REQUESTS:
        del simulator.requests[next(iter(simulator.requests))]
    simulator.requests[request] = (provider.app, parameters, parts)
    labels = NOTION_CAPABILITIES if provider.kind == "notion" else ()
    return page_answer(consent_page(provider, parameters, parts, request, labels), provider)


def checked(simulator, provider, call):
    """The parameters where client and redirect URI are known; else nobody is sent anywhere.
    Source: RFC 6749, section 4.1.2.1."""
    parameters = single(call.query_text)
    call.notes["client_id"] = parameters.get("client_id")
    if parameters.get("client_id") != provider.client_id:
        raise Refusal("invalid_client", "client_id is not that of a registered app")
    uri = parameters.get("redirect_uri")
    call.notes["redirect_uri"] = uri
    if uri not in simulator.redirect_uris(provider.app):
        raise Refusal("invalid_redirect", "redirect_uri is not one that the app has registered")
    return parameters


def check_request(provider, parameters):
    if not parameters.get("state"):
        raise Refusal("invalid_request", "there is no state")
    for name, value in provider.needs:
        if parameters.get(name) != value:
            code = "unsupported_response_type" if name == "response_type" else "invalid_request"
            raise Refusal(code, f"{name} has to be {value}")
    if parameters.get("response_mode", "query") != "query":
        raise Refusal("invalid_request", "response_mode has to be query")
    check_challenge(provider, parameters)
    return asked(provider, parameters)


def check_challenge(provider, parameters):
    challenge = parameters.get("code_challenge")
    method = parameters.get("code_challenge_method")
    if provider.pkce == "refused" and (challenge or method):
        raise Refusal("invalid_request", "this client is not registered for PKCE")
    if provider.pkce == "required" and not challenge:
        raise Refusal("invalid_request", "code_challenge is needed")
    verifiable = method == "S256" and CHALLENGE.fullmatch(challenge or "")
    if provider.pkce in ("required", "optional") and challenge and not verifiable:
        raise Refusal("invalid_request", "the challenge has to be S256")


def without_page(simulator, provider, call, parameters, parts):
    """prompt=none: back at once, where somebody has given all of it before."""
    for grant in reversed(simulator.register.of(provider.app)):
        held = {part: set(grant.scopes) for part in parts}
        if all(held[part].issuperset(scopes) for part, (scopes, _) in parts.items()):
            given = {part: scopes for part, (scopes, _) in parts.items()}
            return with_code(simulator, provider, call, parameters, grant.account, given)
    raise Redirected(Refusal("interaction_required", "nobody has agreed before"), parameters)


def decide(simulator, provider, call):
    form = urllib.parse.parse_qs(call.body.decode(errors="replace"))
    request = simulator.requests.pop(form.get("request", [""])[0], None)
    if not request or request[0] != provider.app:
        raise Refusal("invalid_request", "this page has been answered before, or is too old")
    _, parameters, parts = request
    if call.fault.get("fault") == "error":
        refusal = Refusal(call.fault.get("error", "server_error"), call.fault.get("words", ""))
        raise Redirected(refusal, parameters)
    if form.get("decision") != ["allow"]:
        refusal = Refusal("access_denied", "the person has denied the request")
        raise Redirected(refusal, parameters)
    account = form.get("account", ["ada"])[0]
    given = granted(provider, parts, form.get("scope", []))
    for scopes in given.values():
        scopes[:] = [scope for scope in scopes if scope not in call.fault.get("scopes", [])]
    return with_code(
        simulator, provider, call, parameters, account if account in ACCOUNTS else "ada", given
    )


def with_code(simulator, provider, call, parameters, account, given):
    code = simulator.register.new_code(provider, account, given, parameters)
    call.notes |= {
        "account": account, "scopes": [scope for scopes in given.values() for scope in scopes],
    }  # fmt: skip
    return back(simulator, provider, parameters, {"code": code})


def back(simulator, provider, parameters, pairs, error=None):
    """To the app's redirect URI, with the state as it came."""
    if "state" in parameters:
        pairs = pairs | {"state": parameters["state"]}
    if provider.answers_iss:
        pairs = pairs | {"iss": provider.issuer(simulator.base)}
    if provider.kind == "google" and not error:
        pairs = pairs | {"scope": parameters.get("scope", ""), "authuser": "0", "prompt": "consent"}
    return redirect_answer(with_query(parameters["redirect_uri"], pairs), error)


def back_with_error(simulator, provider, redirected):
    refusal = redirected.refusal
    pairs = {"error": refusal.code, "error_description": refusal.words}
    if provider.kind == "microsoft":
        number = MICROSOFT_NUMBERS.get(refusal.code, 900144)
        pairs["error_description"] = f"AADSTS{number}: {refusal.words}"
        if refusal.code == "access_denied":
            pairs["error_subcode"] = "cancel"
    return back(simulator, provider, redirected.parameters, pairs, refusal.code)


def admin_consent(simulator, provider, call):
    """Microsoft's, for an administrator who agrees for a whole tenant: agreed at once."""
    parameters = checked(simulator, provider, call)
    pairs = {"admin_consent": "True", "tenant": TENANT}
    return redirect_answer(with_query(parameters["redirect_uri"], pairs))


def connections(simulator, provider, call):
    """The person's own page at the provider, where they take access back without the app."""
    register = simulator.register
    if call.method == "POST":
        form = urllib.parse.parse_qs(call.body.decode(errors="replace"))
        grant = register.grants.get(form.get("grant", [""])[0])
        if grant and grant.app == provider.app:
            call.notes["account"] = grant.account
            register.end(*together_with(grant, register))
        return Answer(303, [("Location", f"/{provider.app}/connections")])
    return page_answer(connections_page(provider, register.of(provider.app)), provider)
