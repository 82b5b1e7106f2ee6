#!/usr/bin/env python3
"""The providers of all 18 apps on loopback, each with its own quirks.

Every app has its own addresses under https://localhost:PORT/{app}, the ids as in the catalog. What
a provider does not have is 404 here too. `sandbox.py --credentials --port N` prints, as JSON and by
app, the client, the addresses and the issuer to configure.

The same port speaks plain HTTP too. Pages that a browser opens are configured so (`authorize`,
`connections`): no browser knows the stack's CA, and a newcomer is not to be warned.

  GET  /{app}/authorize     the consent page; its buttons are Allow and Deny. A person chooses one
                            of two accounts, Ada and Grace, and unticks permissions where the
                            provider lets people do so
  POST /{app}/token         code and refresh; JSON for Notion, form for all others, both for Jira
       /{app}/revoke        in the provider's shape, see below
       /{app}/identity      whose token it is, in the provider's shape; Bearer
  GET  /{app}/connections   the person's own page at the provider; its buttons are Remove access
  GET  /{app}/.well-known/openid-configuration   Google, Microsoft, Salesforce, GitLab, standard;
                            …/oauth-authorization-server for GitHub and standard
  GET  /mixpanel/api/app/me, /amplitude/api/2/events/list   with Basic

Revocation and identity, where they are not RFC 7009 and a GET:

  salesforce   POST form `token`, no client; unknown: 400 invalid_token. The token answer's `id` is
               an address of identity, its `instance_url` https://localhost:PORT/salesforce, and
               the paths of the real host (/services/oauth2/…) answer there
  hubspot      POST form with client and token, or DELETE /hubspot/revoke/TOKEN: the refresh token
               alone dies. DELETE /hubspot/uninstall with Bearer: all of the portal. Scopes are in
               the identity alone: POST form with client and token, or GET /hubspot/identity/TOKEN
  pipedrive    Basic and form. `api_domain` is https://localhost:PORT/pipedrive, where /v1/users/me
               answers. Scopes are fixed, none is asked
  slack        Bearer, one token a call; `test=1` is a dry run. /slack/uninstall, the client too:
               the whole workspace. Failures are 200 with `ok` false. `scope` asks for a bot's
               token, one a workspace; `user_scope` for the person's, under `authed_user`
  microsoft-*, onedrive   none (404). /{app}/common/v2.0/.well-known/openid-configuration, too;
               /{app}/adminconsent agrees at once for the whole tenant
  google-*     POST form or query `token`, no client; takes back all three apps of that account
  notion       POST JSON and Basic; 400 where the token is dead. Identity wants Notion-Version
  discord      RFC 7009, for every grant of that person
  dropbox      POST, Bearer, no body (or `null` as JSON) and no form's Content-Type; so is identity
  github       DELETE, Basic, JSON {"access_token"}: 204, and every token of that person is dead;
               404 for a token it does not know. Identity refuses a request without User-Agent
  gitlab       RFC 7009, but 403 for a wrong client; takes access and refresh token together
  jira         RFC 7009. /jira/oauth/token/accessible-resources lists the sites, two unless set

`standard` is a nineteenth, in no catalog: OAuth 2.1 by the letter, with discovery, for an
administrator's own app. Name it Standard, so that its redirect URI is the registered one.

Strict everywhere: a redirect URI is compared whole, a code is used once and within 60 seconds (a
second use kills what the first one gave), PKCE S256 is demanded where the provider takes it, and a
verifier without a challenge is refused; a rotated refresh token used again kills its whole grant
(Jira gives 10 minutes, Microsoft's old ones live on).

Each call is one JSON object on a line of the log, written before its answer: {at, app, what,
method, path, ok, status, error} and, where they apply, client_auth, client_id, redirect_uri,
grant_type, pkce, scopes, account, body, code, token, token_kind and fault. Codes and tokens are the
first 16 digits of their SHA-256 there.

POST /control/{app} with JSON steers an app for tests, GET shows its grants and what is ahead:

  {"fault": NAME, "on": "token", "times": 1, …}   the next calls go wrong; names are in faults.py
  {"set": {"life": 5, "refresh": "rotating"}}     another value for fields of providers.Provider
  {"redirect_uris": […]}                          registered besides the stack's own
  {"expire": true}                                access tokens run out now
  {"forget": true}                                every grant ends, as if the person had removed it
  {"reset": true}                                 no more faults, everything else as at the start

Python's standard library alone.
"""

import argparse
import json
import signal
import ssl
import threading

from providers import credentials_of
from server import Server
from simulator import Simulator


def serve(arguments):
    simulator = Simulator(
        base=f"https://localhost:{arguments.port}",
        callbacks=arguments.callback,
        log=arguments.log,
        state=arguments.state,
        life=arguments.short,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate, arguments.key)
    for address in arguments.address:
        server = Server(address, arguments.port, context, simulator)
        threading.Thread(target=server.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    # A change under way is saved whole.
    simulator.lock.acquire()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--address", action="append", help="may be given several times")
    parser.add_argument("--certificate", help="PEM file")
    parser.add_argument("--key", help="PEM file")
    parser.add_argument("--log", help="file that lines are added to")
    parser.add_argument("--state", help="file that keeps grants from start to start")
    parser.add_argument(
        "--callback",
        action="append",
        default=[],
        metavar="URI",
        help="registered redirect URI, with {app} in it; may be given several times",
    )
    parser.add_argument("--short", type=int, metavar="SECONDS", help="life of every access token")
    parser.add_argument("--credentials", action="store_true", help="print them and end")
    arguments = parser.parse_args()
    if arguments.credentials:
        print(json.dumps(credentials_of(f"https://localhost:{arguments.port}"), indent=2))
        return
    needed = (arguments.address, arguments.log, arguments.certificate, arguments.key)
    if not all(needed):
        parser.error("--address, --log, --certificate and --key are needed")
    # Blocked in all threads, so that `sigwait` alone gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    serve(arguments)


if __name__ == "__main__":
    main()
