import Domain
import MariaDB
import Testing

@testable import Store

/// Answers of providers that come when nobody waits for them any more.
struct LateAnswerTests {
  let fixture: Fixture
  let user: User
  let session: Session

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    session = try fixture.session(of: user)
  }

  private var requests: ConnectRequestStore { fixture.stores.connectRequests }
  private var revocations: RevocationStore { fixture.stores.revocations }

  /// One that the provider has answered, and whose code is being exchanged.
  private func exchanging(_ app: AppID = Fixture.github) throws -> ConnectRequest {
    let state = OAuthState(bytes: [UInt8](repeating: 3, count: 32))
    let id = try fixture.request(user, in: session, state: state, app: app)
    _ = try requests.take(
      state: state, app: app, of: user.id, in: session.id, .code("code-canary"), by: .command)
    let request = try requests.find(id, of: user.id, in: session.id)
    _ = try #require(try requests.claimExchange(of: request, seconds: 25))
    return request
  }

  private func disconnect(_ app: AppID = Fixture.github) throws {
    _ = try revocations.end(app, of: user.id, keepsRow: false, end: .revoke, by: .command)
  }

  private func isConnected() throws -> Bool {
    try fixture.stores.connections.find(Fixture.github, of: user.id) != nil
  }

  @Test func `check 38: an answer that comes after the disconnect connects nothing`() throws {
    try fixture.connect(user)
    let request = try exchanging()
    try disconnect()

    #expect(try !requests.finish(request, with: Fixture.grant(access: "late"), by: .command))
    #expect(try !isConnected())
    #expect(
      try requests.find(request.id, of: user.id, in: session.id).state
        == .ended(.overtaken, detail: nil))
    #expect(
      try fixture.number("SELECT COUNT(*) FROM oauth_requests WHERE code_encrypted IS NOT NULL")
        == 0)
  }

  @Test func `who disconnects one app goes on connecting another`() throws {
    try fixture.connect(user)
    let request = try exchanging(Fixture.drive)
    try disconnect()

    #expect(try requests.finish(request, with: Fixture.grant(Fixture.drive), by: .command))
  }

  @Test func `another person goes on connecting the app that somebody disconnects`() throws {
    let other = try fixture.user("other@example.com")
    try fixture.connect(other)
    let request = try exchanging()
    _ = try revocations.end(
      Fixture.github, of: other.id, keepsRow: false, end: .revoke, by: .command)

    #expect(try requests.finish(request, with: Fixture.grant(), by: .command))
  }

  @Test func `an answer that comes after it was given up connects nothing`() throws {
    let request = try exchanging()
    try fixture.database.execute("UPDATE oauth_requests SET exchanging_until = UTC_TIMESTAMP(6)")
    try requests.endLost(request, by: .worker)

    #expect(try !requests.finish(request, with: Fixture.grant(), by: .command))
    try requests.finish(request, .unreadable, detail: "not_json", by: .command)
    #expect(try !isConnected())
    #expect(
      try requests.find(request.id, of: user.id, in: session.id).state
        == .ended(.providerTrouble, detail: "interrupted"))
  }

  @Test func `an answer for somebody who is deleted connects nothing and is not lost`() throws {
    let request = try exchanging()
    try fixture.database.execute(
      "UPDATE users SET deleted_at = UTC_TIMESTAMP(6), email = NULL WHERE id = \(user.id)")

    #expect(try !requests.finish(request, with: Fixture.grant(), by: .command))
    #expect(try !isConnected())
  }

  @Test func `another account's answer that comes after the disconnect asks nothing`() throws {
    try fixture.connect(user)
    let request = try exchanging()
    try disconnect()

    #expect(try !requests.hold(Fixture.grant(account: "2"), for: request))
    #expect(try requests.takeHeld(request) == nil)
  }

  @Test func `a grant that waits to be chosen outlives its session, to be given back`() throws {
    let request = try exchanging()
    #expect(try requests.hold(Fixture.grant(account: "2"), for: request))
    try fixture.stores.sessions.end(session, by: .command)
    try fixture.database.execute(
      "UPDATE oauth_requests SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 2 HOUR")
    try requests.removeOld(rows: 10)

    #expect(try requests.unchosen(limit: 10).map(\.id) == [request.id])
  }

  @Test func `check 51: what is given back stays where another connection lives by it`() throws {
    try fixture.connect(user, Fixture.grant(Fixture.workspace, account: "g"))
    let late = TokenPair(access: "late", refresh: "late")
    func due() throws -> Int {
      try fixture.number("SELECT COUNT(*) FROM revocations WHERE outcome IS NULL")
    }

    try revocations.giveBack(
      late, of: Fixture.drive, account: AccountIdentity(id: "g", name: "Ada"), user: user.id)
    #expect(try due() == 0)
    try revocations.giveBack(
      late, of: Fixture.drive, account: AccountIdentity(id: "h", name: "Grace"), user: user.id)
    #expect(try due() == 1)
    try revocations.giveBack(
      late, of: Fixture.github, account: AccountIdentity(id: "g", name: "Ada"), user: user.id)
    #expect(try due() == 2)
  }
}
