"""Who calls: the client that a request is authenticated as. Source: RFC 6749, section 2.3."""

import hmac
import urllib.parse

from call import Refusal


def authenticate(call, provider, parameters):
    """Checks id and secret, sent in the one way that the provider takes."""
    basic = call.basic()
    posted = "client_secret" in parameters
    if basic and posted:
        raise Refusal("invalid_request", "the client authenticates in two ways")
    way = "basic" if basic else "post" if posted else "none"
    call.notes["client_auth"] = way
    if way not in provider.client_auth:
        wanted = " or ".join(provider.client_auth)
        raise Refusal("invalid_client", f"the client has to authenticate by {wanted}", 401)
    if basic:
        # Some send them as they are, some form-encoded; ours are the same either way.
        client_id, secret = map(urllib.parse.unquote, basic)
        if parameters.get("client_id", client_id) != client_id:
            raise Refusal("invalid_client", "two clients are named", 401)
    else:
        client_id, secret = parameters.get("client_id", ""), parameters["client_secret"]
    call.notes["client_id"] = client_id
    if not same_client((client_id, secret), (provider.client_id, provider.client_secret)):
        raise Refusal("invalid_client", "the client is unknown or its secret is wrong", 401)


def same_client(sent, wanted):
    """Both halves, the secret compared in constant time; `sent` may be None."""
    return sent is not None and all(
        hmac.compare_digest(mine.encode(), theirs.encode())
        for mine, theirs in zip(sent, wanted, strict=True)
    )
