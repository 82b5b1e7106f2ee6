"""Taking back a grant, in each provider's shape: who may ask, what dies with it, the answer."""

import time

from call import Answer, Refusal, digest, empty_answer, json_answer
from clients import authenticate, same_client


def revoke(simulator, provider, call):
    if not provider.revokes:
        raise Refusal("not_found", "this provider has no revocation", 404)
    return BY_KIND.get(provider.kind, standard)(simulator, provider, call)


def note(call, text, grant, token):
    call.notes["token"] = digest(text)
    if grant:
        call.notes |= {"account": grant.account, "token_kind": token.kind}


def find(simulator, provider, call, text):
    """The grant and the token where both still live."""
    grant, token = simulator.register.find(provider.app, text)
    note(call, text, grant, token)
    return (grant, token) if grant and not grant.ended and not token.ended else (None, None)


def together_with(grant, register):
    """All that one person gave the app; with Google, the apps of one project."""
    google = grant.app.startswith("google-")
    return [
        other
        for other in register.of(account=grant.account)
        if other.app == grant.app or google and other.app.startswith("google-")
    ]


def need(method, call):
    if call.method != method:
        raise Refusal("method_not_allowed", f"revocation is {method} here", 405)


def standard(simulator, provider, call):
    """RFC 7009: 200 also for a token that nobody knows. The grant ends, whichever token it is; at
    Discord every other of that person too."""
    need("POST", call)
    parameters = call.parameters(("form",))
    try:
        authenticate(call, provider, parameters)
    except Refusal as refusal:
        if provider.kind == "gitlab" and refusal.code == "invalid_client":
            raise Refusal("unauthorized_client", refusal.words, 403) from None
        raise
    if not parameters.get("token"):
        raise Refusal("invalid_request", "there is no token")
    grant, _ = find(simulator, provider, call, parameters["token"])
    if grant and provider.kind == "discord":
        simulator.register.end(*together_with(grant, simulator.register))
    elif grant:
        simulator.register.end(grant)
    return json_answer({})


def one_token(simulator, grant, token):
    """A refresh token takes all of its grant along, an access token nothing."""
    if token.kind == "refresh":
        simulator.register.end(grant)
    else:
        token.ended = time.time()
        simulator.register.save()


def salesforce(simulator, provider, call):
    need("POST", call)
    parameters = call.parameters(("form",))
    grant, token = find(simulator, provider, call, parameters.get("token", ""))
    if not grant:
        raise Refusal("invalid_token", "invalid token: the token is unknown or has been revoked")
    one_token(simulator, grant, token)
    return empty_answer()


def pipedrive(simulator, provider, call):
    need("POST", call)
    parameters = call.parameters(("form",))
    authenticate(call, provider, parameters)
    grant, token = find(simulator, provider, call, parameters.get("token", ""))
    if grant:
        one_token(simulator, grant, token)
    return json_answer({"success": True})


def hubspot(simulator, provider, call):
    """The refresh token alone dies: access tokens live out their time."""
    if call.method == "DELETE":
        grant, token = find(simulator, provider, call, call.rest.partition("/")[2])
        if not grant or token.kind != "refresh":
            raise Refusal("not_found", "the refresh token is unknown", 404)
    else:
        need("POST", call)
        parameters = call.parameters(("form",))
        authenticate(call, provider, parameters)
        grant, token = find(simulator, provider, call, parameters.get("token", ""))
    if grant:
        token.ended = time.time()
        simulator.register.save()
    return empty_answer(204 if call.method == "DELETE" else 200)


def google(simulator, provider, call):
    """All that the person gave to any of the three apps: they are one project."""
    need("POST", call)
    parameters = call.query() | (call.parameters(("form",)) if call.body else {})
    text = parameters.get("token", "")
    grant, token = find(simulator, provider, call, text)
    if not grant:
        raise Refusal("invalid_token", "Token expired or revoked")
    simulator.register.end(*together_with(grant, simulator.register))
    return json_answer({})


def slack(simulator, provider, call):
    """The token that the call bears. Source: Slack's `auth.revoke`."""
    text = call.bearer()
    parameters = call.query() | (call.parameters(("form", "json")) if call.body else {})
    grant, token = find(simulator, provider, call, text)
    if not grant:
        raise Refusal("token_revoked" if call.notes.get("token_kind") else "invalid_token")
    if parameters.get("test") in ("1", "true"):
        return json_answer({"ok": True, "revoked": False})
    simulator.register.end(grant)
    return json_answer({"ok": True, "revoked": True})


def notion(simulator, provider, call):
    need("POST", call)
    parameters = call.parameters(("json",))
    authenticate(call, provider, parameters)
    grant, _ = find(simulator, provider, call, parameters.get("token", ""))
    if not grant:
        raise Refusal("invalid_grant", "the token is not valid")
    simulator.register.end(grant)
    return json_answer({"request_id": grant.id})


def need_no_arguments(call):
    """As Dropbox's calls without arguments want it: nothing, or `null` that says it is JSON."""
    kind = call.header("Content-Type").partition(";")[0].strip().lower()
    if kind and kind not in ("application/json", "text/plain"):
        raise Refusal("bad_content_type", f'Bad HTTP "Content-Type" header: "{kind}".')
    if call.body.strip() not in (b"", b"null"):
        raise Refusal("bad_input", "the call takes no arguments")


def dropbox(simulator, provider, call):
    """Bears an access token that must live; takes the refresh token along."""
    need("POST", call)
    text = call.bearer()
    need_no_arguments(call)
    note(call, text, *simulator.register.find(provider.app, text))
    grant, _ = simulator.register.live_access(provider.app, text)
    if not grant:
        raise Refusal("invalid_access_token", status=401)
    simulator.register.end(grant)
    return Answer(200, [("Content-Type", "application/json")], b"null")


def github(simulator, provider, call):
    """Every token of that person for the app. 404 for a token that GitHub does not know."""
    need("DELETE", call)
    basic = call.basic()
    call.notes |= {"client_auth": "basic" if basic else "none"}
    if not same_client(basic, (provider.client_id, provider.client_secret)):
        raise Refusal("invalid_client", "Requires authentication", 401)
    text = call.parameters(("json",)).get("access_token", "")
    if not text:
        raise Refusal("unprocessable", "access_token wasn't supplied.", 422)
    grant, _ = find(simulator, provider, call, text)
    if not grant:
        raise Refusal("not_found", "Not Found", 404)
    simulator.register.end(*together_with(grant, simulator.register))
    return empty_answer(204)


BY_KIND = {
    "salesforce": salesforce, "pipedrive": pipedrive, "hubspot": hubspot, "google": google,
    "slack": slack, "notion": notion, "dropbox": dropbox, "github": github,
}  # fmt: skip


def uninstall(simulator, provider, call):
    """The app goes from the whole portal, or workspace, with all tokens of everybody there."""
    text = call.bearer()
    grant, token = simulator.register.live_access(provider.app, text)
    note(call, text, grant, token)
    if not grant:
        raise Refusal("invalid_token", status=401)
    if provider.kind == "slack":
        form = call.parameters(("form",)) if call.body else {}
        authenticate(call, provider, call.query() | form)
    else:
        need("DELETE", call)
    simulator.register.end(*simulator.register.of(provider.app))
    return json_answer({"ok": True}) if provider.kind == "slack" else empty_answer(204)
