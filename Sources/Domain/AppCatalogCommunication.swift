extension AppCatalog {
  static let communication = [
    App(
      id: AppID("slack"), name: "Slack", category: .communication,
      purpose: "Post updates to channels and people.", letters: "Sl", colour: "#4A154B",
      way: .oauth(slack)),
    App(
      id: AppID("microsoft-teams"), name: "Microsoft Teams", category: .communication,
      purpose: "Post updates to teams and chats.", letters: "MT", colour: "#5059C9",
      way: .oauth(
        microsoft(
          tenant: "organizations",
          [
            .required("Team.ReadBasic.All", "See the names of the teams you are in"),
            .required("Channel.ReadBasic.All", "See the names of channels"),
            .optional("Chat.Read", "Read your chats"),
            .optional("ChannelMessage.Send", "Post to channels as you"),
            .optional(
              "ChannelMessage.Read.All",
              "Read messages in channels (an administrator there has to agree)"),
          ]))),
    App(
      id: AppID("discord"), name: "Discord", category: .communication,
      purpose: "Post updates to a server.", letters: "Di", colour: "#5865F2", way: .oauth(discord)),
  ]

  /// PKCE would make the client a public one for good. A person has one token for each workspace, to
  /// which every further consent adds. Tokens of the person, not of a bot: one
  /// person's disconnecting then takes nothing from the others of a workspace.
  private static let slack = Provider(
    addresses: .init(
      authorization: "https://slack.com/oauth/v2/authorize",
      token: "https://slack.com/api/oauth.v2.access",
      revocation: "https://slack.com/api/auth.revoke", identity: "https://slack.com/api/auth.test"),
    clientAuthentication: .basic, usesPKCE: false, scopeParameter: .userScope, scopeSeparator: ",",
    scopes: [
      .required("team:read", "See the workspace’s name and icon"),
      .required("users:read", "See people in the workspace"),
      .required("channels:read", "See the list of public channels"),
      .optional("chat:write", "Send messages"),
      .optional("channels:history", "Read messages in public channels"),
      .optional("groups:read", "See private channels you are in"),
      .optional("files:read", "See shared files"),
      .optional("users:read.email", "See people’s email addresses"),
    ],
    answerShape: .slack,
    identity: IdentityCall(
      source: .get, id: [["team_id"], ["user_id"]], name: [["team"]], detail: [["user"]]),
    revocation: .bearer, sharedGrant: "slack",
    accountPlace: "Slack, under Tools and settings, Manage apps")

  /// Its pages cut the way back to the window that opened them, and nothing can be revoked.
  static func microsoft(tenant: String, _ scopes: [AppScope]) -> Provider {
    Provider(
      addresses: .init(
        authorization: "https://login.microsoftonline.com/\(tenant)/oauth2/v2.0/authorize",
        token: "https://login.microsoftonline.com/\(tenant)/oauth2/v2.0/token",
        identity: "https://graph.microsoft.com/v1.0/me"),
      scopeDialect: .microsoft,
      parameters: [("response_mode", "query"), ("prompt", "select_account")],
      scopes: [
        .required("openid", "Sign you in"),
        .required("profile", "See your name"),
        .required("offline_access", "Stay connected while you are away"),
        .required("User.Read", "See your profile"),
      ] + scopes,
      renewal: .refreshToken(narrowsAccess: true), idleLimitDays: 90,
      identity: IdentityCall(
        source: .get, id: [["id"]], name: [["displayName"]],
        detail: [["mail"], ["userPrincipalName"]]),
      revocation: .none, removal: .localOnly, hasAdminConsent: true,
      accountPage: "https://myapps.microsoft.com",
      accountPlace: "My Apps, or account.live.com/consent/Manage for a personal account")
  }

  private static let discord = Provider(
    addresses: .init(
      authorization: "https://discord.com/oauth2/authorize",
      token: "https://discord.com/api/oauth2/token",
      revocation: "https://discord.com/api/oauth2/token/revoke",
      identity: "https://discord.com/api/users/@me"),
    clientAuthentication: .basic, parameters: [("prompt", "consent")],
    scopes: [
      .required("identify", "See your user name and avatar"),
      .optional("email", "See your email address"),
      .optional("guilds", "See the servers you are in"),
      .optional("guilds.members.read", "See your member profile in servers"),
      .optional("connections", "See accounts you linked to Discord"),
      .optional("webhook.incoming", "Post to one channel you choose"),
    ],
    identity: IdentityCall(
      source: .get, id: [["id"]], name: [["global_name"], ["username"]], detail: [["email"]]),
    sharedGrant: "discord", accountPlace: "Discord’s User Settings, Authorized Apps")
}
