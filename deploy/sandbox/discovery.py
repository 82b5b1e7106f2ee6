"""The documents that tell a provider's addresses. Source: OpenID Connect Discovery, RFC 8414."""

from call import json_answer


def discovery(simulator, provider, call):
    base = f"{simulator.base}/{provider.app}"
    pages = base.replace("https:", "http:")
    issuer = provider.issuer(simulator.base)
    members = {
        # Microsoft's own names its issuer with a gap for the tenant.
        "issuer": f"{issuer}/{{tenantid}}/v2.0" if provider.kind == "microsoft" else issuer,
        "authorization_endpoint": f"{pages}/authorize",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/identity",
        "jwks_uri": f"{base}/keys",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256"],
        "scopes_supported": list(provider.scopes),
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": [
            f"client_secret_{a}" for a in provider.client_auth
        ],
        "authorization_response_iss_parameter_supported": provider.answers_iss,
    }
    if provider.revokes:
        members["revocation_endpoint"] = f"{base}/revoke"
    return json_answer(members)


def keys(simulator, provider, call):
    """None: id_tokens are signed with the client's secret."""
    return json_answer({"keys": []})
