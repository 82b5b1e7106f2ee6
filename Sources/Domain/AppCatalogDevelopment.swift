extension AppCatalog {
  static let development = [
    App(
      id: AppID("github"), name: "GitHub", category: .development,
      purpose: "Link issues and pull requests.", letters: "GH", colour: "#181717",
      way: .oauth(gitHub)),
    App(
      id: AppID("gitlab"), name: "GitLab", category: .development,
      purpose: "Link issues and merge requests.", letters: "GL", colour: "#FC6D26",
      way: .oauth(gitLab)),
    App(
      id: AppID("jira"), name: "Jira", category: .development,
      purpose: "Link tickets and their state.", letters: "Ji", colour: "#0052CC", way: .oauth(jira)),
  ]

  /// An OAuth app: its tokens do not expire, and there is no refresh token.
  private static let gitHub = Provider(
    addresses: .init(
      authorization: "https://github.com/login/oauth/authorize",
      token: "https://github.com/login/oauth/access_token",
      revocation: "https://api.github.com/applications/{client_id}/grant",
      identity: "https://api.github.com/user"),
    scopeDialect: .gitHub, parameters: [("prompt", "select_account")],
    issuer: .ifPresent("https://github.com/login/oauth"),
    scopes: [
      .required("read:user", "See your profile"),
      .required("user:email", "See your email addresses"),
      .optional("public_repo", "Read and write your public repositories"),
      .optional("repo", "Read and write all your repositories, private ones included"),
      .optional("read:org", "See your organisations and teams"),
      .optional("workflow", "Change Actions workflow files"),
      .optional("notifications", "Read and manage notifications"),
      .optional("gist", "Create gists"),
    ],
    answerShape: .gitHub, renewal: .none,
    identity: IdentityCall(
      source: .get, id: [["id"]], name: [["login"]], detail: [["name"]]),
    revocation: .gitHubGrant, sharedGrant: "github",
    accountPage: "https://github.com/settings/applications",
    accountPlace: "GitHub’s settings, Applications")

  /// Both tokens change with each refresh, and the redirect URI has to be sent along.
  private static let gitLab = Provider(
    addresses: .init(
      authorization: "https://gitlab.com/oauth/authorize", token: "https://gitlab.com/oauth/token",
      revocation: "https://gitlab.com/oauth/revoke", identity: "https://gitlab.com/api/v4/user"),
    scopes: [
      .required("read_user", "See your profile"),
      .optional("read_api", "Read projects, issues, merge requests and groups"),
      .optional("read_repository", "Clone and read repository files"),
      .optional("write_repository", "Push to repositories"),
    ],
    renewal: .refreshToken(sendsRedirectURI: true, narrowsAccess: true),
    identity: IdentityCall(
      source: .get, id: [["id"]], name: [["username"]], detail: [["name"]]),
    removal: .narrowsGrant, accountPage: "https://gitlab.com/-/user_settings/applications",
    accountPlace: "GitLab’s user settings, Applications")

  private static let jira = Provider(
    addresses: .init(
      authorization: "https://auth.atlassian.com/authorize",
      token: "https://auth.atlassian.com/oauth/token",
      revocation: "https://auth.atlassian.com/oauth/revoke",
      identity: "https://api.atlassian.com/me"),
    parameters: [("audience", "api.atlassian.com"), ("prompt", "consent")],
    scopes: [
      .required("offline_access", "Stay connected while you are away"),
      .required("read:me", "See your Atlassian profile"),
      .required("read:jira-user", "See Jira users"),
      .required("read:jira-work", "See projects and issues"),
      .optional("write:jira-work", "Create and change issues"),
      .optional("manage:jira-webhook", "Register for notices of changes"),
    ],
    idleLimitDays: 90,
    identity: IdentityCall(
      source: .get, id: [["account_id"]], name: [["name"]], detail: [["email"]]),
    sites: SiteCall(listPath: "oauth/token/accessible-resources", apiPath: "ex/jira/"),
    revocation: .bestEffort, accountPage: "https://id.atlassian.com/manage-profile/apps",
    accountPlace: "your Atlassian account’s connected apps")
}
