"""What a person sees: the consent page, their own page at the provider, and the list of both."""

import base64
import hashlib
import html
import time

from accounts import ACCOUNTS, COMPANY
from call import Answer

STYLE = """
:root { color-scheme: light dark; --page: #fff; --text: #111827; --line: #6b7280;
  --accent: #1d4ed8; --on-accent: #fff; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { :root { --page: #111827; --text: #f3f4f6; --line: #9ca3af;
  --accent: #93b4fd; --on-accent: #0b1220; } }
body { margin: 0 auto; max-width: 34rem; padding: 1.5rem 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0.25rem 0 1rem; }
fieldset { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 1rem;
  padding: 0.5rem 1rem; }
legend { font-weight: 600; padding: 0 0.25rem; }
label { display: grid; grid-template-columns: auto 1fr; gap: 0.5rem; padding: 0.25rem 0; }
input { margin: 0.3rem 0 0; }
button { font: inherit; padding: 0.5rem 1.25rem; margin: 0 0.5rem 0.5rem 0; border-radius: 8px;
  border: 1px solid var(--line); background: transparent; color: inherit; min-height: 44px; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
a { color: var(--accent); }
small, .provider { font-size: 0.875rem; }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# No form-action: Chromium holds it against where the answer redirects to.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'"
)


def page_answer(text, provider=None, status=200, error=None):
    head = [
        ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
        ("Content-Security-Policy", POLICY), ("Referrer-Policy", "no-referrer"),
    ]  # fmt: skip
    if provider and provider.opener_policy:
        head.append(("Cross-Origin-Opener-Policy", provider.opener_policy))
    return Answer(status, head, text.encode(), error)


def page(title, body):
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{e(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def e(text):
    return html.escape(str(text))


def consent_page(provider, parameters, parts, request, labels):
    """`labels` stand where there are no scopes, and cannot be unticked."""
    hint = parameters.get("login_hint", "")
    chosen = next((key for key, account in ACCOUNTS.items() if account.email == hint), "ada")
    accounts = "\n".join(
        f'<label><input type="radio" name="account" value="{key}"{" checked" * (key == chosen)}> '
        f"<span>{e(account.name)} <small>{e(account.email)}</small></span></label>"
        for key, account in ACCOUNTS.items()
    )
    boxes = [f"<p>{e(label)}</p>" for label in labels] + [
        box(part, scope, scope in optional, len(parts) > 1)
        for part, (scopes, optional) in parts.items()
        for scope in scopes
    ]
    if not boxes:
        boxes = ["<p>What you gave it before</p>"]
    title = f"Patchbay asks for access to {provider.name}"
    return page(
        title,
        f"""<p class="provider">{e(provider.name)}, as played by this machine's sandbox</p>
<h1>{e(title)}</h1>
<form method="post" action="/{provider.app}/authorize">
<input type="hidden" name="request" value="{e(request)}">
<fieldset><legend>Account</legend>
{accounts}
</fieldset>
<fieldset><legend>Permissions</legend>
{chr(10).join(boxes)}
</fieldset>
<button class="main" name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>
<p><small>You go on to {e(parameters["redirect_uri"])}</small></p>""",
    )


def box(part, scope, optional, parted):
    of_whom = f" <small>({part})</small>" if parted else ""
    value = e(f"{part} {scope}")
    state = "" if optional else " disabled"
    return (
        f'<label><input type="checkbox" name="scope" value="{value}" checked{state}> '
        f"<span>{e(scope)}{of_whom}</span></label>"
    )


def connections_page(provider, grants):
    title = f"Apps with access to your {provider.name} account"
    entries = "\n".join(
        f"""<fieldset><legend>Patchbay, for {e(ACCOUNTS[grant.account].name)}</legend>
<p>{e(", ".join(grant.scopes) or "No scopes")}</p>
<p><small>Since {time.strftime("%Y-%m-%d %H:%M", time.gmtime(grant.since))} UTC</small></p>
<form method="post" action="/{provider.app}/connections">
<button name="grant" value="{grant.id}">Remove access<small> of {e(grant.id)}</small></button>
</form></fieldset>"""
        for grant in grants
    )
    back = '<p><a href="/">All providers of the sandbox</a></p>'
    return page(title, f"<h1>{e(title)}</h1>\n{entries or '<p>No app has access.</p>'}\n{back}")


def list_page(providers):
    entries = "\n".join(
        f'<li><a href="/{provider.app}/connections">{e(provider.name)}</a></li>'
        for provider in providers
    )
    title = "Providers of the sandbox"
    return page(
        title,
        f"<h1>{title}</h1>\n<p>Two people of {e(COMPANY)} have an account with each. "
        f"Here they see which apps have access, and remove it.</p>\n<ul>\n{entries}\n</ul>",
    )


def refusal_page(refusal):
    title = "This request cannot be shown"
    return page(
        title,
        f"<h1>{title}</h1>\n<p>{e(refusal.words[:300])} ({e(refusal.code)}).</p>\n"
        "<p>Close this window and start again where you came from.</p>",
    )
