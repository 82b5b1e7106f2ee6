import Domain
import MariaDB
import Testing

@testable import Store

/// An administrator disconnects everybody from an app.
struct EndingEveryoneTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture()
  }

  private var apps: AppStore { fixture.stores.apps }

  @Test func `who was connected then is given up, and who connects later is not`() throws {
    let users = try (1...3).map { try fixture.user("user\($0)@example.com") }
    for user in users { try fixture.connect(user, Fixture.grant(account: user.email)) }
    try fixture.connect(users[0], Fixture.grant(Fixture.drive))
    #expect(try apps.givenUp(limit: 10).isEmpty)

    try apps.endAll(of: Fixture.github, by: .command)
    try fixture.connect(users[2], Fixture.grant(account: "again"))

    let given = try apps.givenUp(limit: 10)
    #expect(Set(given.map(\.user)) == Set(users.prefix(2).map(\.id)))
    #expect(given.allSatisfy { $0.app == Fixture.github })
    #expect(try apps.givenUp(limit: 1).count == 1)
    #expect(try apps.endedAll(of: Fixture.github)?.left == .init(2))
    #expect(try apps.endedAll(of: Fixture.drive) == nil)
  }

  @Test func `when none is left it is done with, and what became of each is told`() throws {
    let user = try fixture.user()
    try fixture.connect(user)
    try apps.endAll(of: Fixture.github, by: .command)
    let id = try #require(
      try fixture.stores.revocations.end(
        Fixture.github, of: user.id, keepsRow: false, end: .revoke, by: .worker))
    #expect(try apps.givenUp(limit: 10).isEmpty)
    #expect(try fixture.number("SELECT COUNT(*) FROM apps WHERE is_ending_all") == 0)

    let waiting = try #require(try apps.endedAll(of: Fixture.github))
    #expect(waiting.left.isNone)
    #expect(waiting.outcomes.map(\.outcome) == [nil] && waiting.outcomes.map(\.count) == [.init(1)])
    let revocation = try #require(try fixture.stores.revocations.find(id))
    try fixture.stores.revocations.finish(revocation, .confirmed, by: .worker)
    #expect(
      try apps.endedAll(of: Fixture.github)?.outcomes.map(\.outcome) == [.some(.confirmed)])
  }

  @Test func `nobody is handed a token from then on, though the worker has ended none yet`() throws
  {
    let user = try fixture.user()
    let connections = fixture.stores.connections
    try fixture.connect(user)
    try fixture.connect(user, Fixture.grant(Fixture.drive))
    let mixpanel = AppID(rawValue: "mixpanel")!
    try connections.save(
      credentials: Array("{}".utf8), account: AccountIdentity(id: "1", name: "1"), app: mixpanel,
      of: user.id, by: .command)
    try fixture.database.execute("UPDATE user_integrations SET refresh_at = UTC_TIMESTAMP(6)")
    let held = try #require(try connections.tokens(of: Fixture.github, user: user.id))
    let keys = try #require(try connections.find(mixpanel, of: user.id))

    for app in [Fixture.github, mixpanel] { try apps.endAll(of: app, by: .command) }

    #expect(try connections.tokens(of: Fixture.github, user: user.id) == nil)
    #expect(try connections.tokens(of: held.connection) == nil)
    #expect(try connections.claimRefresh(of: held, seconds: 15) == nil)
    #expect(try connections.credentials(of: keys) == nil)
    #expect(try connections.list(of: user.id).map(\.app) == [Fixture.drive])
    #expect(try connections.dueForRefresh(limit: 10).count == 1)
    #expect(try apps.tally(of: Fixture.github).connections.isNone)
    #expect(try fixture.number("SELECT COUNT(*) FROM user_integrations") == 3)
  }

  @Test func `who connects another account before the worker came has the old grant given back`()
    throws
  {
    let user = try fixture.user()
    try fixture.connect(user, Fixture.grant(access: "one", refresh: "one", account: "old"))
    try apps.endAll(of: Fixture.github, by: .command)
    try fixture.connect(user, Fixture.grant(access: "two", refresh: "two", account: "new"))

    #expect(try apps.givenUp(limit: 10).isEmpty)
    #expect(try fixture.number("SELECT COUNT(*) FROM revocations WHERE outcome IS NULL") == 1)
    #expect(
      try fixture.stores.connections.tokens(of: Fixture.github, user: user.id)?.pair.access
        == "two")
  }

  @Test
  func `an answer to what was begun before connects nobody, and one to what is begun later does`()
    throws
  {
    let user = try fixture.user()
    let session = try fixture.session(of: user)
    func begin(_ app: AppID, _ word: String) throws -> ConnectRequest {
      let id = try fixture.request(user, in: session, state: OAuthState(word), app: app)
      return try fixture.stores.connectRequests.find(id, of: user.id, in: session.id)
    }
    let (before, ofAnother) = (
      try begin(Fixture.github, "one"), try begin(Fixture.drive, "two")
    )
    try apps.endAll(of: Fixture.github, by: .command)
    let after = try begin(Fixture.github, "three")
    let requests = fixture.stores.connectRequests

    #expect(try !requests.finish(before, with: Fixture.grant(), by: .command))
    #expect(try fixture.number("SELECT COUNT(*) FROM user_integrations") == 0)
    #expect(try requests.finish(ofAnother, with: Fixture.grant(Fixture.drive), by: .command))
    #expect(try requests.finish(after, with: Fixture.grant(), by: .command))
    #expect(try fixture.stores.connections.list(of: user.id).count == 2)
  }

  @Test func `an answer that is kept while everybody is disconnected ends with them`() throws {
    let user = try fixture.user()
    let session = try fixture.session(of: user)
    // Whoever can be connected has a row.
    try apps.change(Fixture.github, to: AppChange(), by: .command)
    for round in 1...5 {
      let id = try fixture.request(user, in: session, state: OAuthState("\(round)"))
      let request = try fixture.stores.connectRequests.find(id, of: user.id, in: session.id)
      _ = try inParallel(2) { [options = fixture.options] number, gate in
        let stores = Stores(Database(options), seal: Seal(Fixture.keys))
        try stores.ping()
        gate.wait()
        if number == 0 { return try stores.apps.endAll(of: Fixture.github, by: .command) }
        _ = try stores.connectRequests.finish(request, with: Fixture.grant(), by: .command)
      }
      #expect(try fixture.stores.connections.list(of: user.id).isEmpty)
    }
  }

  @Test func `it is on record with how many there were`() throws {
    try fixture.connect(try fixture.user())
    try apps.endAll(of: Fixture.github, by: .command)
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM audit_log WHERE action = 'app.everyone_disconnected'
           AND JSON_VALUE(after_change, '$.connections') = 1
        """) == 1)
    #expect(throws: StoreError.notFound) {
      try apps.endAll(of: AppID(rawValue: "nobody-s")!, by: .command)
    }
  }

  @Test func `an administrator sees how many work, and how many do not`() throws {
    let users = try (1...3).map { try fixture.user("user\($0)@example.com") }
    for user in users { try fixture.connect(user, Fixture.grant(account: user.email)) }
    let tokens = try users.map {
      try #require(try fixture.stores.connections.tokens(of: Fixture.github, user: $0.id))
    }
    try fixture.stores.connections.fail(tokens[0], .passing(waitSeconds: 1), by: .worker)
    try fixture.stores.connections.fail(tokens[1], .grantIsDead(reason: "x"), by: .worker)

    let tally = try apps.tally(of: Fixture.github)
    #expect(tally.connections == .init(3) && tally.broken == .init(1) && tally.failing == .init(1))
  }
}
