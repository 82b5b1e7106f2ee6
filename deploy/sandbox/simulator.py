"""All providers together: which call goes where."""

import dataclasses
import threading

from authorize import Redirected, admin_consent, authorize, back_with_error, connections
from call import Refusal, json_answer
from control import control
from credentials import PATHS as KEY_PATHS
from discovery import discovery, keys
from errors import error_answer
from exchange import exchange
from faults import Faults, after, instead
from identity import accessible_resources, identity, organization, token_info
from journal import Journal
from pages import list_page, page_answer, refusal_page
from providers import KEYS, PROVIDERS
from register import Register
from revocation import revoke, uninstall

WORK = {
    "authorize": authorize, "token": exchange, "revoke": revoke, "identity": identity,
    "connections": connections, "discovery": discovery, "keys": keys, "uninstall": uninstall,
    "organization": organization, "accessible-resources": accessible_resources,
    "token-info": token_info, "adminconsent": admin_consent,
}  # fmt: skip
PAGES = ("authorize", "connections", "adminconsent")
# Paths that a client makes up itself, below an address that the provider has given it or that an
# administrator has typed.
OWN_PATHS = {
    "salesforce": {
        "services/oauth2/authorize": "authorize", "services/oauth2/token": "token",
        "services/oauth2/revoke": "revoke", "services/oauth2/userinfo": "identity",
    },
    "gitlab": {
        "oauth/authorize": "authorize", "oauth/token": "token", "oauth/revoke": "revoke",
        "oauth/token/info": "token-info", "api/v4/user": "identity",
    },
    "pipedrive": {"v1/users/me": "identity", "api/v1/users/me": "identity"},
    "jira": {"oauth/token/accessible-resources": "accessible-resources"},
    "hubspot": {"uninstall": "uninstall"},
    "slack": {"uninstall": "uninstall"},
    "microsoft": {
        "organization": "organization", "adminconsent": "adminconsent",
        # One document for all tenants, whose issuer has a gap.
        "common/v2.0/.well-known/openid-configuration": "discovery",
    },
}  # fmt: skip
COMMON = ("authorize", "token", "revoke", "identity", "connections", "keys")


class Simulator:
    def __init__(self, base, callbacks, log, state, life):
        self.base = base
        self.callbacks = callbacks
        self.life = life
        self.journal = Journal(log)
        self.register = Register(state)
        self.faults = Faults()
        # Held while a call does its work, never while an answer waits or is sent.
        self.lock = threading.Lock()
        self.requests = {}  # authorization requests that a person has not decided
        self.more_redirect_uris = {}
        self.providers = {}
        for provider in PROVIDERS:
            self.reset(provider.app)

    # What tests may change

    def reset(self, app):
        for provider in PROVIDERS:
            if provider.app == app:
                if self.life and provider.life:
                    provider = dataclasses.replace(provider, life=self.life)
                self.providers[app] = provider
        self.more_redirect_uris.pop(app, None)
        self.faults.clear(app)

    def change(self, app, fields):
        tuples = {k: tuple(v) if isinstance(v, list) else v for k, v in fields.items()}
        self.providers[app] = dataclasses.replace(self.providers[app], **tuples)

    def redirect_uris(self, app):
        own = [uri.replace("{app}", app) for uri in self.callbacks]
        return own + self.more_redirect_uris.get(app, [])

    # Calls

    def answer(self, call):
        """The answer; logged already."""
        with self.lock:
            provider = self.find(call)
            if provider is None and call.app not in KEYS:
                return self.answer_plain(call)
            fault = call.fault = self.faults.take(call)
            answer = self.instead(fault, provider, call) if fault else None
            if answer is None:
                answer = self.work(provider, call)
                # A call that fails anyway has nothing to spoil.
                if fault and answer.error is None:
                    answer = after(fault, answer, provider)
            if fault:
                call.notes["fault"] = fault["fault"]
            self.journal.write(call, answer)
            return answer

    def answer_plain(self, call):
        """What is no provider's: the list of them, and the control of tests. Not in the log."""
        try:
            if call.app == "":
                return page_answer(list_page(self.providers.values()))
            if call.app != "control" or call.rest not in (*self.providers, *KEYS):
                raise Refusal("not_found", "there is no such app", 404)
            return control(self, call.rest, call)
        except Refusal as refusal:
            return json_answer({"error": refusal.code, "detail": refusal.words}, refusal.status)

    def find(self, call):
        """Whose call it is; says in `call.what` what it wants, if that is there."""
        provider = self.providers.get(call.app)
        if provider:
            first, _, more = call.rest.partition("/")
            if call.rest in COMMON or (
                provider.kind == "hubspot" and more and first in ("identity", "revoke")
            ):
                call.what = first
            elif provider.kind == "salesforce" and first == "id":
                call.what = "identity"
            elif provider.kind == "github" and (
                call.rest == f"applications/{provider.client_id}/grant"
            ):
                call.what = "revoke"
            elif call.rest.removeprefix(".well-known/") in provider.discovery:
                call.what = "discovery"
            else:
                call.what = OWN_PATHS.get(provider.kind, {}).get(call.rest)
        elif (call.app, call.rest) in KEY_PATHS:
            call.what = "identity"
        return provider

    def instead(self, fault, provider, call):
        if fault["fault"] == "error" and call.what != "authorize" and provider:
            refusal = Refusal(fault.get("error", "invalid_grant"), status=fault.get("status", 400))
            return error_answer(provider, call, refusal)
        return instead(fault)

    def work(self, provider, call):
        try:
            if call.what is None:
                raise Refusal("not_found", "there is nothing here", 404)
            if provider is None:
                return KEY_PATHS[(call.app, call.rest)](call)
            return WORK[call.what](self, provider, call)
        except Redirected as redirected:
            return back_with_error(self, provider, redirected)
        except Refusal as refusal:
            if call.what in PAGES:
                return page_answer(refusal_page(refusal), None, refusal.status, refusal.code)
            if provider is None:
                return json_answer({"error": refusal.words}, refusal.status, error=refusal.code)
            return error_answer(provider, call, refusal)
