extension AppCatalog {
  static let productivity = [
    App(
      id: AppID("google-workspace"), name: "Google Workspace", category: .productivity,
      purpose: "Use calendar, contacts and mail.", letters: "GW", colour: "#4285F4",
      way: .oauth(
        google([
          .required(googleScope + "calendar.readonly", "See your calendars and events"),
          .optional(googleScope + "calendar.events", "Create and change events"),
          .optional(googleScope + "gmail.readonly", "Read your mail"),
          .optional(googleScope + "gmail.send", "Send mail as you"),
          .optional(googleScope + "contacts.readonly", "See your contacts"),
          .optional(
            googleScope + "admin.directory.user.readonly",
            "See the users of your organisation (administrators there only)"),
        ]))),
    App(
      id: AppID("microsoft-365"), name: "Microsoft 365", category: .productivity,
      purpose: "Use calendar, contacts and mail.", letters: "M3", colour: "#D83B01",
      way: .oauth(
        microsoft(
          tenant: "common",
          [
            .required("Calendars.Read", "See your calendars"),
            .optional("Mail.Read", "Read your mail"),
            .optional("Mail.Send", "Send mail as you"),
            .optional("Contacts.Read", "See your contacts"),
            .optional("Sites.Read.All", "Read SharePoint sites you can open"),
          ]))),
    App(
      id: AppID("notion"), name: "Notion", category: .productivity,
      purpose: "Read and write the pages you choose.", letters: "No", colour: "#000000",
      way: .oauth(notion)),
  ]

  static let googleScope = "https://www.googleapis.com/auth/"

  /// A refresh token comes only with `access_type=offline` and, the second time, `prompt=consent`.
  /// Revoking takes back what the person gave to any client of the same Cloud project.
  static func google(_ scopes: [AppScope]) -> Provider {
    Provider(
      addresses: .init(
        authorization: "https://accounts.google.com/o/oauth2/v2/auth",
        token: "https://oauth2.googleapis.com/token",
        revocation: "https://oauth2.googleapis.com/revoke",
        identity: "https://openidconnect.googleapis.com/v1/userinfo"),
      scopeDialect: .google,
      parameters: [("access_type", "offline"), ("prompt", "consent select_account")],
      issuer: .ifPresent("https://accounts.google.com"),
      scopes: [
        .required("openid", "Sign you in"),
        .required(googleScope + "userinfo.email", "See your email address"),
        .required(googleScope + "userinfo.profile", "See your name and picture"),
      ] + scopes,
      renewal: .refreshToken(narrowsAccess: true), idleLimitDays: 180,
      identity: IdentityCall(
        source: .get, id: [["sub"]], name: [["email"], ["name"]], detail: [["hd"]]),
      revocation: .tokenAlone, sharedGrant: "google",
      accountPage: "https://myaccount.google.com/connections",
      accountPlace: "your Google account’s connections")
  }

  /// Capabilities are set in its developer portal, pages are picked by the person there.
  private static let notion = Provider(
    addresses: .init(
      authorization: "https://api.notion.com/v1/oauth/authorize",
      token: "https://api.notion.com/v1/oauth/token",
      revocation: "https://api.notion.com/v1/oauth/revoke"),
    clientAuthentication: .basic, bodyFormat: .json, usesPKCE: false, scopeParameter: .none,
    parameters: [("owner", "user")], headers: [("Notion-Version", "2022-06-28")],
    scopes: [
      .required("read_content", "See the pages and databases you pick"),
      .required("update_content", "Change those pages"),
      .required("insert_content", "Add pages and blocks"),
    ],
    assumedLifetimeSeconds: 55 * 60,
    identity: IdentityCall(
      source: .tokenAnswer, id: [["bot_id"]], name: [["workspace_name"], ["workspace_id"]],
      detail: [["owner", "user", "person", "email"]]),
    revocation: .json, removal: .atProvider, accountPlace: "Notion’s Settings, Connections")
}
