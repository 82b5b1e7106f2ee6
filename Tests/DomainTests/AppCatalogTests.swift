import Testing

@testable import Domain

/// The 18 apps as contract.md names them.
struct AppCatalogTests {
  @Test func `there are eighteen apps, three in each category, under the ids of the contract`() {
    let ids = """
      salesforce hubspot pipedrive slack microsoft-teams discord google-workspace microsoft-365 \
      notion google-analytics mixpanel amplitude google-drive dropbox onedrive github gitlab jira
      """
    #expect(AppCatalog.apps.map(\.id.rawValue) == ids.split(separator: " ").map(String.init))
    for category in App.Category.allCases {
      #expect(AppCatalog.apps.filter { $0.category == category }.count == 3)
    }
    #expect(AppCatalog.apps.allSatisfy { AppID(rawValue: $0.id.rawValue) == $0.id })
  }

  @Test(arguments: AppCatalog.apps.compactMap(\.provider))
  func `every provider has https addresses, and no scope twice`(_ provider: Provider) {
    let addresses = provider.addresses
    for address in [addresses.authorization, addresses.token, addresses.revocation]
      .compactMap({ $0 }) + [addresses.identity].compactMap({ $0 })
    {
      #expect(address.hasPrefix("https://"))
    }
    let names = provider.scopes.map { provider.scopeDialect.canonical($0.name) }
    #expect(Set(names).count == names.count)
    #expect((provider.revocation == .none) == (addresses.revocation == nil))
  }

  @Test func `check 5: PKCE is left out where providers refuse it, and nowhere else`() {
    let without = AppCatalog.apps.filter { $0.provider?.usesPKCE == false }.map(\.id.rawValue)
    #expect(without == ["pipedrive", "slack", "notion"])
  }

  @Test(arguments: [
    ("Acme CRM", "acme-crm"), ("  Ünï / one ", "n-one"), ("A--b", "a-b"), ("7", "7"),
  ])
  func `an app of one's own is called by its name`(name: String, id: String) {
    #expect(AppID(name: name)?.rawValue == id)
  }

  @Test(arguments: ["", "-", "é", String(repeating: "a", count: 51)])
  func `a name that leaves no id has none`(name: String) {
    #expect(AppID(name: name) == nil)
  }
}
