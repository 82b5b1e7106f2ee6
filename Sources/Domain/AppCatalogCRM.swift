extension AppCatalog {
  static let crm = [
    App(
      id: AppID("salesforce"), name: "Salesforce", category: .crm,
      purpose: "Keep accounts, contacts and deals the same in both.", letters: "Sf",
      colour: "#00A1E0", way: .oauth(salesforce)),
    App(
      id: AppID("hubspot"), name: "HubSpot", category: .crm,
      purpose: "Share contacts and deals with your sales team.", letters: "Hs", colour: "#FF7A59",
      way: .oauth(hubSpot)),
    App(
      id: AppID("pipedrive"), name: "Pipedrive", category: .crm,
      purpose: "Follow deals from first call to close.", letters: "Pd", colour: "#017737",
      way: .oauth(pipedrive)),
  ]

  /// It tells no lifetime: the organisation's session policy, commonly two hours, decides.
  private static let salesforce = Provider(
    addresses: .init(
      authorization: "https://login.salesforce.com/services/oauth2/authorize",
      token: "https://login.salesforce.com/services/oauth2/token",
      revocation: "https://login.salesforce.com/services/oauth2/revoke"),
    parameters: [("prompt", "consent")],
    scopes: [
      .required("api", "Read and change your Salesforce records, within your own rights"),
      .required("refresh_token", "Stay connected while you are away"),
      .required("openid", "See your name, email address and organisation"),
      .optional("chatter_api", "Read and post in Chatter"),
      .optional("wave_api", "Use CRM Analytics"),
    ],
    answerShape: .salesforce, assumedLifetimeSeconds: 55 * 60,
    identity: IdentityCall(
      source: .getAddress(member: "id"), id: [["organization_id"], ["user_id"]],
      name: [["username"], ["email"], ["display_name"]],
      hosts: ["salesforce.com", "force.com", "cloudforce.com"]),
    revocation: .tokenAlone,
    accountPlace: "your personal settings, Advanced User Details, OAuth Connected Apps")

  /// A grant belongs to a portal, not to a person; its scopes are told by the identity call alone.
  private static let hubSpot = Provider(
    addresses: .init(
      authorization: "https://app.hubspot.com/oauth/authorize",
      token: "https://api.hubapi.com/oauth/2026-03/token",
      revocation: "https://api.hubapi.com/oauth/2026-03/token/revoke",
      identity: "https://api.hubapi.com/oauth/2026-03/token/introspect"),
    scopeParameter: .scopeAndOptionalScope,
    scopes: [
      .required("oauth", "Identify your HubSpot account"),
      .required("crm.objects.contacts.read", "See contacts"),
      .optional("crm.objects.contacts.write", "Create and change contacts"),
      .optional("crm.objects.companies.read", "See companies"),
      .optional("crm.objects.companies.write", "Create and change companies"),
      .optional("crm.objects.deals.read", "See deals"),
      .optional("crm.objects.deals.write", "Create and change deals"),
      .optional("crm.schemas.contacts.read", "See the field definitions of contacts"),
      .optional("crm.lists.read", "See contact lists"),
    ],
    answerShape: .hubSpot,
    identity: IdentityCall(
      source: .introspection, id: [["hub_id"]], name: [["hub_domain"]], detail: [["user"]],
      tellsScopes: ["scopes"]),
    leftover:
      "An access token that was given out stops by itself within 30 minutes, and the app stays "
      + "installed in HubSpot until somebody removes it there.",
    sharedGrant: "hubspot",
    accountPlace: "HubSpot’s settings, Integrations, Connected Apps")

  /// Scopes are ticked in its Developer Hub and never asked for.
  private static let pipedrive = Provider(
    addresses: .init(
      authorization: "https://oauth.pipedrive.com/oauth/authorize",
      token: "https://oauth.pipedrive.com/oauth/token",
      revocation: "https://oauth.pipedrive.com/oauth/revoke"),
    clientAuthentication: .basic, usesPKCE: false, scopeParameter: .none,
    scopes: [
      .required("base", "See your profile and company settings"),
      .optional("deals:read", "See deals"),
      .optional("deals:full", "See and change deals"),
      .optional("contacts:read", "See people and organisations"),
      .optional("contacts:full", "See and change people and organisations"),
      .optional("activities:read", "See activities"),
      .optional("activities:full", "See and change activities"),
      .optional("leads:read", "See leads"),
      .optional("products:read", "See products"),
      .optional("users:read", "See users"),
      .optional("search:read", "Search"),
    ],
    answerShape: .pipedrive, idleLimitDays: 60,
    identity: IdentityCall(
      source: .getAtOrigin(path: "/v1/users/me"), id: [["data", "company_id"], ["data", "id"]],
      name: [["data", "company_name"], ["data", "name"]], detail: [["data", "email"]],
      hosts: ["pipedrive.com"]), removal: .atProvider, signalsUninstall: true,
    accountPlace: "Pipedrive’s Tools and apps, Installed apps")
}
