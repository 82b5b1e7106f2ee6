"""An authorization server that is not ours: Authlib's, behind a small HTTPS server of this process.

PKCE is required, refresh tokens rotate, one that is used twice ends its whole family, grants are
revoked by RFC 7009, and what the server is, is told by RFC 8414 alone.
"""

import contextlib
import http.server
import html
import json
import secrets
import ssl
import threading
import urllib.parse

from authlib.oauth2.rfc6749 import (
    AuthorizationServer, ClientMixin, OAuth2Error, OAuth2Request, TokenMixin, grants,
)  # fmt: skip
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter

SCOPES = {"profile": "See your name", "read": "Read your records", "write": "Change your records"}


class Client(ClientMixin):
    """The only one."""

    id = "patchbay-" + secrets.token_hex(8)
    # Signs that HTTP Basic has to encode.
    secret = f"s:{secrets.token_urlsafe(24)}%+&é"
    redirect_uris = ()

    def get_client_id(self):
        return self.id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return " ".join(name for name in (scope or "").split() if name in SCOPES)

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(client_secret.encode(), self.secret.encode())

    def check_endpoint_auth_method(self, method, endpoint):
        return True

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


class Code:
    def __init__(self, code, request):
        self.code = code
        self.redirect_uri = request.payload.redirect_uri
        self.scope = request.scope
        self.user = request.user
        self.code_challenge = request.payload.data.get("code_challenge")
        self.code_challenge_method = request.payload.data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class Token(TokenMixin):
    """One access token with the refresh token that came with it."""

    def __init__(self, members, user, family):
        self.access = members["access_token"]
        self.refresh = members.get("refresh_token")
        self.scope = members["scope"]
        self.user = user
        # What came of one authorization.
        self.family = family
        self.is_used = self.is_revoked_now = False

    def check_client(self, client):
        return True

    def get_scope(self):
        return self.scope

    def is_expired(self):
        return False

    def is_revoked(self):
        return self.is_revoked_now


class CodeGrant(grants.AuthorizationCodeGrant):
    def save_authorization_code(self, code, request):
        self.server.codes[code] = Code(code, request)

    def query_authorization_code(self, code, client):
        return self.server.codes.get(code)

    def delete_authorization_code(self, code):
        del self.server.codes[code.code]

    def authenticate_user(self, code):
        return code.user


class RefreshGrant(grants.RefreshTokenGrant):
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        for token in self.server.tokens:
            if token.refresh == refresh_token and not token.is_revoked_now:
                if not token.is_used:
                    return token
                # Somebody else has it: RFC 9700 section 4.14.2.
                self.server.end_family(token.family)
                self.server.reuses += 1
        return None

    def authenticate_user(self, token):
        return token.user

    def revoke_old_credential(self, token):
        token.is_used = True


class Revocation(RevocationEndpoint):
    def query_token(self, token_string, token_type_hint):
        for token in self.server.tokens:
            if token_string in (token.access, token.refresh):
                return token
        return None

    def revoke_token(self, token, request):
        self.server.end_family(token.family)


class Request(OAuth2Request):
    def __init__(self, method, uri, headers, form):
        super().__init__(method, uri, headers=headers)
        self.query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(uri).query))
        self.fields = form
        self.payload = BasicOAuth2Payload(self.query | form)

    @property
    def args(self):
        return self.query

    @property
    def form(self):
        return self.fields


class Response:
    def __init__(self, status, body, headers):
        self.status = status
        self.body = body
        self.headers = dict(headers)

    @property
    def location(self):
        return self.headers.get("Location")

    @location.setter
    def location(self, address):
        self.headers["Location"] = address


class Core(AuthorizationServer):
    def __init__(self, issuer):
        super().__init__(scopes_supported=list(SCOPES))
        self.client = Client()
        self.codes = {}
        self.tokens = []
        self.reuses = 0
        self.register_token_generator(
            "default",
            BearerTokenGenerator(
                lambda **_: "at-" + secrets.token_urlsafe(24),
                lambda **_: "rt-" + secrets.token_urlsafe(24),
                lambda client, grant_type: 3600,
            ),
        )
        self.register_grant(CodeGrant, [CodeChallenge(required=True)])
        self.register_grant(RefreshGrant)
        self.register_endpoint(Revocation)
        extension = IssuerParameter()
        extension.get_issuer = lambda: issuer
        extension(self)

    def query_client(self, client_id):
        return self.client if client_id == self.client.id else None

    def save_token(self, token, request):
        old = request.refresh_token
        family = old.family if old else secrets.token_hex(8)
        self.tokens.append(Token(token, request.user, family))

    def end_family(self, family):
        for token in self.tokens:
            if token.family == family:
                token.is_revoked_now = True

    def send_signal(self, name, *args, **kwargs):
        pass

    def create_oauth2_request(self, request):
        return request

    def handle_response(self, status, body, headers):
        return Response(status, body, headers)


class AuthlibServer:
    """Listens on loopback with a certificate of the stack's authority."""

    def __init__(self, stack, port):
        self.issuer = f"https://localhost:{port}"
        self.core = Core(self.issuer)
        self.client = self.core.client
        self.lock = threading.Lock()
        # What it was asked, in order: what, status, and of a token call its grant type.
        self.calls = []
        # Called between a token call's work and its answer.
        self.before_token_answer = lambda: None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(stack.state / "tls" / "sink.pem", stack.state / "tls" / "sink.key")
        handler = type("Handler", (Handler,), {"there": self})
        self.server = Server(("127.0.0.1", port), handler)
        self.server.context = context
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def asked(self, what, grant_type=None):
        return [
            call
            for call in list(self.calls)
            if call["what"] == what and grant_type in (None, call.get("grant_type"))
        ]

    def refreshes(self):
        return len(self.asked("token", "refresh_token"))

    def live(self):
        """Access tokens that it would still take."""
        return [token.access for token in self.core.tokens if not token.is_revoked_now]

    def secrets(self):
        """Everything that only it and its client may know."""
        tokens = [each for t in self.core.tokens for each in (t.access, t.refresh)]
        return [self.client.secret, *tokens]

    # One request at a time: Authlib's objects are used by one thread.

    def respond(self, method, path, headers, form):
        request = Request(method, self.issuer + path, headers, form)
        what = urllib.parse.urlsplit(path).path
        with self.lock:
            match method, what:
                case "GET", "/.well-known/oauth-authorization-server":
                    answer = json_response(self.metadata())
                case "GET" | "POST", "/authorize":
                    answer = self.authorize(request)
                case "POST", "/token":
                    answer = self.core.create_token_response(request)
                case "POST", "/revoke":
                    answer = self.core.create_endpoint_response("revocation", request)
                case "GET", "/userinfo":
                    answer = self.user_info(headers.get("Authorization", ""))
                case _:
                    # A browser looks for an icon, and we for OpenID Connect's document.
                    return Response(404, "nothing here\n", {"Content-Type": "text/plain"})
            call = {"what": what.rpartition("/")[2], "method": method, "status": answer.status}
            call |= {name: form[name] for name in ("grant_type", "token_type_hint") if name in form}
            self.calls.append(call)
        if what == "/token":
            self.before_token_answer()
        return answer

    def metadata(self):
        """RFC 8414 section 2."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": self.issuer + "/authorize",
            "token_endpoint": self.issuer + "/token",
            "revocation_endpoint": self.issuer + "/revoke",
            "userinfo_endpoint": self.issuer + "/userinfo",
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def authorize(self, request):
        try:
            grant = self.core.get_consent_grant(request, "ada")
        except OAuth2Error as error:
            return self.core.handle_error_response(request, error)
        if request.method == "GET":
            return consent_page(request.scope or request.payload.scope)
        user = "ada" if request.form.get("decision") == "allow" else None
        return self.core.create_authorization_response(request, grant_user=user, grant=grant)

    def user_info(self, authorization):
        if authorization.removeprefix("Bearer ") in self.live():
            return json_response({"sub": "1815", "name": "Ada Lovelace"})
        return Response(401, {"error": "invalid_token"}, {"WWW-Authenticate": "Bearer"})

    # What a test does without a browser

    def answer_to(self, address, decision="allow"):
        """Where the browser is sent once its person has decided."""
        path = address.removeprefix(self.issuer)
        answer = self.respond("POST", path, {}, {"decision": decision})
        assert answer.status == 302, (answer.status, answer.body)
        return answer.location


def consent_page(scopes):
    words = "".join(f"<li>{html.escape(SCOPES.get(name, name))}</li>" for name in scopes.split())
    body = f"""<!DOCTYPE html><html lang="en"><title>Authlib</title><h1>Allow Patchbay?</h1><ul>{words}</ul>
<form method="post"><button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button></form></html>"""
    return Response(200, body, {"Content-Type": "text/html; charset=utf-8"})


def json_response(members):
    return Response(200, members, {"Content-Type": "application/json"})


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def finish_request(self, request, client_address):
        request.settimeout(30)
        with contextlib.suppress(OSError, ssl.SSLError):
            with self.context.wrap_socket(request, server_side=True) as secure:
                self.RequestHandlerClass(secure, client_address, self)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send(self.there.respond("GET", self.path, self.headers, {}))

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        self.send(self.there.respond("POST", self.path, self.headers, form))

    def send(self, answer):
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body or {})
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass
