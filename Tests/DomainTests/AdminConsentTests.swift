import Testing

@testable import Domain

/// The way to who may agree for an organisation.
struct AdminConsentTests {
  private func page(_ app: StaticString) -> String? {
    AppCatalog.app(AppID(app))?.provider?
      .adminConsent(clientID: "c d", redirectURI: "https://us.example/callback")
  }

  private let query = "client_id=c%20d&redirect_uri=https%3A%2F%2Fus.example%2Fcallback"

  @Test(arguments: ["microsoft-teams", "microsoft-365", "onedrive"])
  func `Microsoft's page is of organisations, which alone have an administrator`(
    _ app: StaticString
  ) {
    #expect(page(app) == "https://login.microsoftonline.com/organizations/adminconsent?" + query)
  }

  @Test func `a tenant that an administrator entered stays`() throws {
    var provider = try #require(AppCatalog.app(AppID("onedrive"))?.provider)
    provider.addresses.authorization = "https://login.microsoftonline.us/t1/oauth2/v2.0/authorize"

    #expect(
      provider.adminConsent(clientID: "c d", redirectURI: "https://us.example/callback")
        == "https://login.microsoftonline.us/t1/adminconsent?" + query)
  }

  @Test func `others have no such page`() {
    let others = AppCatalog.apps.filter { $0.provider?.hasAdminConsent == false }
    #expect(others.count == 13)
    #expect(page("gitlab") == nil)
  }

  @Test(arguments: [
    ("AADSTS65001: The user", "AADSTS65001"), ("AADSTS90094<b>", "AADSTS90094"),
    ("AADSTS: no number", nil), ("see AADSTS65001", nil), ("error 65001", nil),
    ("AADSTS1234567890123", nil), ("", nil),
  ])
  func `of a description its number is kept and nothing else`(
    _ description: String, _ number: String?
  ) {
    #expect(ProviderFailure.reference(in: description) == number)
  }

  @Test(arguments: [
    ("access_denied", ConnectOutcome.denied), ("admin_policy_enforced", .needsAdmin),
    ("consent_required", .needsAdmin), ("org_internal", .accountRefused),
    ("disallowed_useragent", .embeddedBrowser), ("temporarily_unavailable", .providerTrouble),
    ("bad_redirect_uri", .misconfigured), ("something else", .providerTrouble),
  ])
  func `check 15: a word in the callback means one thing`(
    _ word: String, _ outcome: ConnectOutcome
  ) {
    #expect(ConnectOutcome(callbackError: word) == outcome)
  }
}
