"""A refusal in each provider's own words."""

import urllib.parse

from call import Answer, json_answer

GITHUB_CODES = {
    "invalid_client": "incorrect_client_credentials",
    "invalid_grant": "bad_verification_code",
    "invalid_redirect": "redirect_uri_mismatch",
}
SLACK_CODES = {
    "invalid_client": "bad_client_secret",
    "invalid_grant": "invalid_code",
    "invalid_redirect": "bad_redirect_uri",
    "invalid_token": "invalid_auth",
    "unsupported_grant_type": "invalid_grant_type",
}
MICROSOFT_NUMBERS = {
    "invalid_client": 7000215, "invalid_grant": 70008, "invalid_redirect": 50011,
    "access_denied": 65004, "consent_required": 65001, "interaction_required": 50105,
}  # fmt: skip


def error_answer(provider, call, refusal):
    code = "invalid_grant" if refusal.code == "invalid_redirect" else refusal.code
    plain = {"error": code, "error_description": refusal.words}
    status = refusal.status
    headers = []
    if status == 401:
        scheme = "Basic" if refusal.code == "invalid_client" else "Bearer"
        headers.append(("WWW-Authenticate", f'{scheme} realm="sandbox"'))
    match provider.kind:
        case "github" if call.what == "token":
            code = GITHUB_CODES.get(refusal.code, refusal.code)
            plain = {"error": code, "error_description": refusal.words, "error_uri": "/docs"}
            return github_answer(call, plain, code)
        case "github":
            return json_answer({"message": refusal.words}, status, headers, code)
        case "slack":
            code = SLACK_CODES.get(refusal.code, refusal.code)
            if refusal.code == "invalid_grant" and call.notes.get("grant_type") == "refresh_token":
                code = "invalid_refresh_token"
            return json_answer({"ok": False, "error": code}, 200, error=code)
        case "jira" if code == "invalid_grant" and call.notes.get("grant_type") == "refresh_token":
            plain = {"error": "unauthorized_client",
                     "error_description": "Unknown or invalid refresh token."}  # fmt: skip
            return json_answer(plain, 403, error="unauthorized_client")
        case "microsoft":
            number = MICROSOFT_NUMBERS.get(refusal.code, 900144)
            plain |= {"error_description": f"AADSTS{number}: {refusal.words}",
                      "error_codes": [number], "correlation_id": "0"}  # fmt: skip
        case "hubspot":
            plain |= {"status": code.upper(), "message": refusal.words, "correlationId": "0"}
        case "pipedrive":
            plain |= {"success": False, "message": refusal.words}
        case "notion":
            plain |= {"object": "error", "status": status, "code": code, "message": refusal.words}
        case "dropbox" if call.what != "token":
            plain = {"error_summary": f"{code}/..", "error": {".tag": code}}
            if status == 400:
                return Answer(400, [("Content-Type", "text/plain")], refusal.words.encode(), code)
    return json_answer(plain, status, headers, code)


def github_answer(call, value, error=None):
    """Status 200 also for errors, and form-encoded for who does not ask for JSON."""
    if "json" in call.header("Accept"):
        return json_answer(value, error=error)
    head = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
    return Answer(200, head, urllib.parse.urlencode(value).encode(), error)
