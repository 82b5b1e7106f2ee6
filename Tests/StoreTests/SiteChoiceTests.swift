import Domain
import MariaDB
import Testing

@testable import Store

/// Which of a provider's sites a connection works with.
struct SiteChoiceTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private var connections: ConnectionStore { fixture.stores.connections }

  private func find() throws -> Connection? {
    try connections.find(Fixture.github, of: user.id)
  }

  /// An authorization that ended with a connection which asks for its site.
  private func asking(missing: [String] = []) throws -> (ConnectRequest.ID, Session) {
    let session = try fixture.session(of: user)
    let id = try fixture.request(user, in: session, state: OAuthState("s"))
    let request = try fixture.stores.connectRequests.find(id, of: user.id, in: session.id)
    _ = try fixture.stores.connectRequests.finish(
      request, with: Fixture.grant(missing: missing, asksForSite: true), by: .command)
    return (id, session)
  }

  private func outcome(_ id: ConnectRequest.ID, _ session: Session) throws -> ConnectOutcome? {
    let state = try fixture.stores.connectRequests.find(id, of: user.id, in: session.id).state
    if case .ended(let outcome, _) = state { return outcome }
    return nil
  }

  @Test(arguments: [([], ConnectOutcome.connected), (["repo"], .limited)])
  func `a choice is kept, and ends the attempt that asked for it`(
    missing: [String], end: ConnectOutcome
  ) throws {
    let (id, session) = try asking(missing: missing)
    #expect(try outcome(id, session) == .chooseSite)

    try connections.choose(Fixture.site, for: #require(try find()), by: .command)

    let made = try #require(try find())
    #expect(made.apiOrigin == "https://api.example/7")
    #expect(made.site == "engine (https://engine.example)")
    #expect(try outcome(id, session) == end)
  }

  @Test func `a connection that waits for its site needs attention until one is chosen`() throws {
    let jira = AppID(rawValue: "jira")!
    let rules = NoticeRules(disableAfter: Interval("1h")!)
    func items() throws -> [AttentionItem] {
      try fixture.stores.attention.find(of: user.id, rules: rules).items
    }
    // Of a provider without sites nothing is to be chosen.
    try fixture.connect(user)
    #expect(try items().isEmpty)

    let made = try fixture.connect(user, Fixture.grant(jira, asksForSite: true))
    #expect(try items().map(\.kind) == [.needsSite])
    #expect(try items().first?.subject == made.id.rawValue)
    #expect(try items().first?.app == jira && items().first?.name == "Jira")
    let other = try fixture.user("other@example.com")
    #expect(try fixture.stores.attention.find(of: other.id, rules: rules).items.isEmpty)

    try connections.choose(Fixture.site, for: made, by: .command)
    #expect(try items().isEmpty)
  }

  @Test func `the same choice again is not told again`() throws {
    try fixture.connect(user)
    for _ in 1...2 {
      try connections.choose(Fixture.site, for: #require(try find()), by: .command)
    }

    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'connection.site_chosen'")
        == 1)
  }

  @Test func `a choice made for another account, or another user, is refused`() throws {
    let before = try fixture.connect(user)
    try fixture.connect(user, Fixture.grant(account: "2"))
    let other = try fixture.user("other@example.com")
    let now = try #require(try find())
    let stolen = Connection(
      id: now.id, userID: other.id, app: now.app, clientID: nil, account: now.account,
      apiOrigin: nil, status: .connected, scopes: [], accessExpiresAt: nil,
      connectedAt: now.connectedAt, lastUsedAt: nil, isByCredentials: false)

    for wrong in [before, stolen] {
      #expect(throws: StoreError.notFound) {
        try connections.choose(Fixture.site, for: wrong, by: .command)
      }
    }
    #expect(try find()?.site == nil)
  }

  @Test func `who disconnects is asked for no site any more`() throws {
    let (id, session) = try asking()

    _ = try fixture.stores.revocations.end(
      Fixture.github, of: user.id, keepsRow: false, end: .revoke, by: .command)

    #expect(try outcome(id, session) == .overtaken)
  }

  @Test func `connecting with another account forgets the site`() throws {
    try fixture.connect(user)
    try connections.choose(Fixture.site, for: #require(try find()), by: .command)

    try fixture.connect(user, Fixture.grant(account: "2"))

    let made = try #require(try find())
    #expect(made.site == nil && made.apiOrigin == nil)
  }

  @Test func `a held grant keeps what it has to ask`() throws {
    let session = try fixture.session(of: user)
    let id = try fixture.request(user, in: session, state: OAuthState("s"))
    let request = try fixture.stores.connectRequests.find(id, of: user.id, in: session.id)
    _ = try fixture.stores.connectRequests.hold(Fixture.grant(asksForSite: true), for: request)

    #expect(try fixture.stores.connectRequests.takeHeld(request)?.asksForSite == true)
  }
}
