import Testing

@testable import Domain

/// Sites as Atlassian lists them.
struct ProviderSiteTests {
  private let jira = AppCatalog.app(AppID("jira"))!.provider!
  private func read(_ json: String, status: Int = 200, type: String = "application/json") throws
    -> [ProviderSite]
  {
    try jira.sites!.read(
      ProviderAnswer(status: status, contentType: type, body: Array(json.utf8)), jira)
  }

  @Test func `the list and the APIs lie beside the identity address`() throws {
    let request = try jira.sites!.request("token", jira)

    #expect(request.address == "https://api.atlassian.com/oauth/token/accessible-resources")
    #expect(request.headers.contains { $0 == ("Authorization", "Bearer token") })
    let sites = try read(#"[{"id":"11-aa","name":"engine","url":"https://engine.atlassian.net"}]"#)
    #expect(
      sites == [
        ProviderSite(
          id: "11-aa", name: "engine", address: "https://engine.atlassian.net",
          apiOrigin: "https://api.atlassian.com/ex/jira/11-aa")
      ])
    #expect(sites.first?.label == "engine (https://engine.atlassian.net)")
  }

  @Test func `a site of another product is left out, and one that is there twice is taken once`()
    throws
  {
    let sites = try read(
      """
      [{"id":"1","name":"wiki","scopes":["read:confluence-content.all"]},
       {"id":"2","name":"engine","scopes":["read:jira-work"]},
       {"id":"2","name":"engine","scopes":["read:jira-user"]}]
      """)

    #expect(sites.map(\.id) == ["2"])
  }

  @Test func `no site is an empty list`() throws {
    #expect(try read("[]") == [])
  }

  @Test(arguments: ["../me", "a/b", "a?b", "a#b", "a b", String(repeating: "a", count: 65)])
  func `an id that would lead elsewhere is refused`(id: String) {
    #expect(throws: ProviderFailure.unreadable(.noAccount)) {
      try read(#"[{"id":"\#(id)","name":"engine"}]"#)
    }
  }

  @Test func `names are shown in one line, and cut`() throws {
    let long = String(repeating: "n", count: 500)
    let sites = try read(#"[{"id":"1","name":"a\nb\u202e","url":"\#(long)"},{"id":"2"}]"#)

    #expect(sites[0].name == "ab" && sites[0].address.count == 120)
    #expect(sites[1].name == "2" && sites[1].label == "2")
  }

  @Test(arguments: ["{}", "[1]", "[", #"{"error":"x"}"#, "<p>"])
  func `what is no list is unreadable`(body: String) {
    #expect(throws: ProviderFailure.self) { try read(body) }
  }

  @Test func `trouble is told apart from an answer`() {
    #expect(throws: ProviderFailure.unavailable(status: 503)) { try read("[]", status: 503) }
    #expect(throws: ProviderFailure.unreadable(.contentType)) { try read("[]", type: "text/html") }
    #expect(throws: ProviderFailure.unreadable(.status)) { try read("[]", status: 403) }
  }
}
