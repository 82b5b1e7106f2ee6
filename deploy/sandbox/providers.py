"""What tells one provider from another, as data. What data cannot say is a strategy, in the module
of its subject, found by the provider's kind.

Facts: the providers' own documentation, as of 2026-11.
"""

import dataclasses
import hashlib

GOOGLE = "https://www.googleapis.com/auth/"
OPENID = ("openid", "profile", "email")


@dataclasses.dataclass(frozen=True)
class Provider:
    app: str
    name: str
    # Providers of one kind are one authorization server.
    kind: str
    # Scopes that the client is registered for. Asking for another fails.
    scopes: tuple = ()
    # One of these must be in the token for the identity to be told.
    identity_scopes: tuple = ()
    # "required", "optional", "ignored", "refused".
    pkce: str = "required"
    client_auth: tuple = ("post",)
    bodies: tuple = ("form",)
    # Parameters that an authorization request must have, beyond client, redirect URI and state.
    needs: tuple = (("response_type", "code"),)
    # "none"; "constant": for good; "rotating": each once; "sliding": a new one each time, all live.
    refresh: str = "constant"
    # Whether a refresh's answer repeats a constant refresh token.
    repeats_refresh: bool = False
    # Seconds in which a rotated refresh token still answers.
    leeway: int = 0
    # Seconds of an access token; None: no end. A pair: at random between.
    life: object = 3600
    tells_life: bool = True
    # What a narrower `scope` does when refreshing: "ignored", "access" (that access token alone),
    # "kept" (for all that follow).
    narrowing: str = "ignored"
    # A code's life.
    code_seconds: int = 60
    # Live grants of one person; one more ends the oldest.
    grants_limit: int = 100
    answers_iss: bool = False
    # Cross-Origin-Opener-Policy of the consent page.
    opener_policy: str = ""
    # None: no revocation.
    revokes: bool = True
    discovery: tuple = ()
    # What a grant reaches, where it may reach several.
    sites: tuple = ()
    access_length: int = 64
    access_prefix: str = ""

    @property
    def client_id(self):
        return f"sandbox-{self.app}"

    @property
    def client_secret(self):
        digest = hashlib.sha256(self.app.encode()).hexdigest()[:24]
        # Microsoft's secrets hold what a form has to encode.
        return f"secret-{self.app}-{digest}" + ("~+/=" if self.kind == "microsoft" else "")

    def issuer(self, base):
        return f"{base}/{self.app}"


OIDC = ("openid-configuration",)


# fmt: off
def google(app, name, *scopes):
    return Provider(
        app, name, "google",
        scopes=OPENID + (f"{GOOGLE}userinfo.email", f"{GOOGLE}userinfo.profile")
        + tuple(GOOGLE + scope for scope in scopes),
        identity_scopes=("openid", f"{GOOGLE}userinfo.email", f"{GOOGLE}userinfo.profile"),
        client_auth=("post", "basic"), narrowing="access", answers_iss=True,
        discovery=OIDC, access_prefix="ya29.",
    )


def microsoft(app, name, *scopes):
    return Provider(
        app, name, "microsoft",
        scopes=OPENID + ("offline_access", "User.Read") + scopes, identity_scopes=("User.Read",),
        refresh="sliding", life=(3600, 5400), narrowing="access", opener_policy="same-origin",
        revokes=False, discovery=OIDC, access_length=1600, access_prefix="eyJ0",
    )


PROVIDERS = (
    Provider(
        "salesforce", "Salesforce", "salesforce",
        scopes=OPENID + ("api", "refresh_token", "offline_access", "id", "chatter_api", "wave_api",
                         "web", "full"),
        identity_scopes=("openid", "id", "profile", "email", "full"),
        client_auth=("post", "basic"), life=7200, tells_life=False, grants_limit=5,
        discovery=OIDC, access_prefix="00D5g!",
    ),
    Provider(
        "hubspot", "HubSpot", "hubspot",
        scopes=("oauth", "crm.schemas.contacts.read", "crm.lists.read") + tuple(
            f"crm.objects.{thing}.{right}"
            for thing in ("contacts", "companies", "deals") for right in ("read", "write")),
        pkce="optional", needs=(), repeats_refresh=True, life=1800,
        access_length=340, access_prefix="CN",
    ),
    Provider(
        "pipedrive", "Pipedrive", "pipedrive",
        scopes=("base", "deals:full", "contacts:full", "activities:read", "users:read"),
        pkce="ignored", client_auth=("basic",), needs=(), repeats_refresh=True,
    ),
    Provider(
        "slack", "Slack", "slack",
        scopes=("team:read", "users:read", "channels:read", "chat:write", "channels:history",
                "groups:read", "files:read", "users:read.email"),
        pkce="refused", client_auth=("basic", "post"), needs=(), refresh="none",
        life=None,
    ),
    microsoft("microsoft-teams", "Microsoft Teams", "Team.ReadBasic.All", "Channel.ReadBasic.All",
              "Chat.Read", "ChannelMessage.Send", "ChannelMessage.Read.All"),
    Provider(
        "discord", "Discord", "discord",
        scopes=("identify", "email", "guilds", "guilds.members.read", "connections",
                "webhook.incoming"),
        identity_scopes=("identify",), client_auth=("basic", "post"), refresh="rotating",
        life=604800,
    ),
    google("google-workspace", "Google Workspace", "calendar.readonly", "calendar.events",
           "gmail.readonly", "gmail.send", "contacts.readonly", "admin.directory.user.readonly"),
    microsoft("microsoft-365", "Microsoft 365", "Calendars.Read", "Mail.Read", "Mail.Send",
              "Contacts.Read", "Sites.Read.All"),
    Provider(
        "notion", "Notion", "notion", pkce="ignored", client_auth=("basic",), bodies=("json",),
        needs=(("response_type", "code"), ("owner", "user")), refresh="rotating", tells_life=False,
        access_prefix="ntn_",
    ),
    google("google-analytics", "Google Analytics", "analytics.readonly", "analytics.edit"),
    google("google-drive", "Google Drive", "drive.file", "drive.metadata.readonly",
           "drive.readonly", "drive"),
    Provider(
        "dropbox", "Dropbox", "dropbox",
        scopes=("account_info.read", "files.metadata.read", "files.content.read",
                "files.content.write", "sharing.read", "sharing.write"),
        identity_scopes=("account_info.read",), client_auth=("post", "basic"), life=14400,
        narrowing="access", access_length=140, access_prefix="sl.",
    ),
    microsoft("onedrive", "OneDrive", "Files.Read", "Files.ReadWrite", "Files.Read.All",
              "Files.ReadWrite.All"),
    Provider(
        "github", "GitHub", "github",
        scopes=("read:user", "user:email", "user", "public_repo", "repo", "read:org", "workflow",
                "notifications", "gist"),
        needs=(), refresh="none", life=None, grants_limit=10, answers_iss=True,
        discovery=("oauth-authorization-server",), access_length=40, access_prefix="gho_",
    ),
    Provider(
        "gitlab", "GitLab", "gitlab",
        scopes=OPENID + ("read_user", "read_api", "read_repository", "write_repository", "api"),
        identity_scopes=("read_user", "read_api", "api", "openid"), refresh="rotating", life=7200,
        narrowing="kept", discovery=OIDC,
    ),
    Provider(
        "jira", "Jira", "jira",
        scopes=("offline_access", "read:me", "read:jira-user", "read:jira-work", "write:jira-work",
                "manage:jira-webhook", "manage:jira-project", "manage:jira-configuration"),
        identity_scopes=("read:me",), bodies=("form", "json"),
        needs=(("response_type", "code"), ("audience", "api.atlassian.com")), refresh="rotating",
        leeway=600, access_length=900, access_prefix="eyJr", sites=("engine", "notes"),
    ),
    Provider(
        "standard", "Standard", "standard", scopes=OPENID + ("read", "write", "offline_access"),
        identity_scopes=("openid",), client_auth=("basic", "post"), refresh="rotating",
        narrowing="kept", answers_iss=True, discovery=OIDC + ("oauth-authorization-server",),
    ),
)
# fmt: on


def secret_of(name, digits):
    return hashlib.sha256(f"credential {name}".encode()).hexdigest()[:digits]


# Mixpanel's service account and Amplitude's key pair: Basic's two halves.
KEYS = {
    "mixpanel": ("sandbox.mp-service-account", f"secret-mixpanel-{secret_of('mixpanel', 24)}"),
    "amplitude": (secret_of("amplitude key", 32), f"secret-amplitude-{secret_of('secret', 24)}"),
}


def credentials_of(base):
    """By app: what a client has to know. Addresses that a provider has not are null."""
    pages = base.replace("https:", "http:")
    known = {
        provider.app: {
            "name": provider.name,
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
            "authorization_url": f"{pages}/{provider.app}/authorize",
            "token_url": f"{base}/{provider.app}/token",
            "revocation_url": f"{base}/{provider.app}/revoke" if provider.revokes else None,
            "identity_url": f"{base}/{provider.app}/identity",
            "connections_url": f"{pages}/{provider.app}/connections",
            "issuer": provider.issuer(base) if provider.answers_iss or provider.discovery else None,
        }
        for provider in PROVIDERS
    }
    user, secret = KEYS["mixpanel"]
    known["mixpanel"] = {
        "name": "Mixpanel", "username": user, "secret": secret, "project_id": "2026",
        "verification_url": f"{base}/mixpanel/api/app/me",
    }  # fmt: skip
    key, secret = KEYS["amplitude"]
    known["amplitude"] = {
        "name": "Amplitude", "api_key": key, "secret_key": secret,
        "verification_url": f"{base}/amplitude/api/2/events/list",
    }  # fmt: skip
    return known
