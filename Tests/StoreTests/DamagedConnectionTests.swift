import Domain
import MariaDB
import Testing

@testable import Store

/// Check 28, second half: what does not open is told to its person, and stands in nobody's way.
struct DamagedConnectionTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private var connections: ConnectionStore { fixture.stores.connections }

  private func damaged(_ app: AppID = Fixture.github) throws -> Connection {
    let damage = try fixture.damage(fixture.connect(user, Fixture.grant(app)))
    #expect(try connections.mark(damage, by: .worker))
    return try #require(try connections.find(app, of: user.id))
  }

  @Test func `check 28: a connection found damaged has to be made again, and says why`() throws {
    let connection = try damaged()

    #expect(connection.status.word == "needs_reconnect")
    #expect(connection.reconnectReason == .damaged)
    #expect(try connections.tokens(of: Fixture.github, user: user.id) == nil)
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM audit_log WHERE action = 'connection.broke'
           AND actor_kind = 'worker' AND JSON_VALUE(after_change, '$.reason') = 'damaged'
        """) == 1)
  }

  @Test func `check 28: its person is told once, on every page and by mail, that it is our fault`()
    throws
  {
    let connection = try damaged()
    let rules = NoticeRules(disableAfter: Interval("1h")!)
    for _ in 1...2 { try fixture.stores.notices.review(rules, mailing: .init(base: nil)) }

    let items = try fixture.stores.attention.find(of: user.id, rules: rules).items
    #expect(items.map(\.kind) == [.damaged] && items.first?.subject == connection.id.rawValue)
    #expect(items.first?.app == Fixture.github && items.first?.name == "GitHub")
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM mails WHERE INSTR(body, 'our fault') > 0") == 1)
    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 1)
  }

  @Test func `what has been connected anew since it was read is left alone`() throws {
    let damage = try fixture.damage(fixture.connect(user))
    try fixture.connect(user, Fixture.grant(access: "new", refresh: "newer"))

    #expect(try !connections.mark(damage, by: .worker))
    #expect(
      try connections.tokens(of: Fixture.github, user: user.id)?.pair.access == "new")
  }

  @Test func `check 28: keys swapped between two people open for neither`() throws {
    let mixpanel = AppID(rawValue: "mixpanel")!
    let other = try fixture.user("other@example.com")
    for each in [user, other] {
      try connections.save(
        credentials: Array(#"{"secret":"canary"}"#.utf8),
        account: AccountIdentity(id: "1", name: "1"), app: mixpanel, of: each.id, by: .command)
    }
    try fixture.database.run(
      script: """
        CREATE TEMPORARY TABLE two AS SELECT id, credentials_encrypted AS s FROM user_integrations;
        UPDATE user_integrations AS c JOIN two AS t ON t.id <> c.id SET c.credentials_encrypted = t.s;
        """)

    for each in [user, other] {
      let connection = try #require(try connections.find(mixpanel, of: each.id))
      do {
        _ = try connections.credentials(of: connection)
        Issue.record("they opened")
      } catch let damage as DamagedConnection {
        #expect(try connections.mark(damage, by: .command))
      }
      let now = try #require(try connections.find(mixpanel, of: each.id))
      #expect(now.reconnectReason == .damaged && now.isByCredentials)
      #expect(try connections.credentials(of: now) == nil)
    }
  }

  @Test func `a key that the ring lacks damages nothing: with the key it opens`() throws {
    let made = try fixture.connect(user)
    let elsewhere = fixture.moreStores(keys: KeyRing(primary: Fixture.key(9, byte: 9)))

    #expect(throws: SealError.noSuchKey(0x0102_0304)) {
      try elsewhere.connections.tokens(of: made.id)
    }
    #expect(
      "\(SealError.noSuchKey(0xAB))" == "the key ring has no key 000000ab, or it is disabled there")
    #expect(try connections.tokens(of: made.id)?.pair.access == "access-canary")
  }

  @Test
  func `a damaged connection ends, found damaged before or not, and nothing is claimed of it`()
    throws
  {
    let revocations = fixture.stores.revocations
    for isMarked in [true, false] {
      let damage = try fixture.damage(fixture.connect(user))
      try fixture.database.execute(
        "UPDATE user_integrations SET refresh_token_encrypted = REVERSE(access_token_encrypted)")
      // Reversed it has another format; the format's bytes put back, it is damaged and no more.
      try fixture.database.execute(
        """
        UPDATE user_integrations SET refresh_token_encrypted =
          CONCAT(LEFT(access_token_encrypted, 6), SUBSTR(refresh_token_encrypted, 7))
        """)
      if isMarked { try connections.mark(damage, by: .worker) }

      let id = try revocations.end(
        Fixture.github, of: user.id, keepsRow: false, end: .revoke, by: .command)

      #expect(id == nil)
      #expect(try revocations.last(of: Fixture.github, user: user.id)?.outcome == .unreadable)
      #expect(try connections.find(Fixture.github, of: user.id) == nil)
    }
  }

  @Test func `of a grant half of which is damaged the other half is given back`() throws {
    _ = try fixture.damage(fixture.connect(user))

    let id = try #require(
      try fixture.stores.revocations.end(
        Fixture.github, of: user.id, keepsRow: false, end: .revoke, by: .command))
    let revocation = try #require(try fixture.stores.revocations.find(id))

    #expect(revocation.tokens == TokenPair(access: nil, refresh: "refresh-canary"))
    #expect(!revocation.isDamaged)
  }

  @Test func `a grant that waits for its revocation, and is damaged, says so`() throws {
    try fixture.connect(user, Fixture.grant(refresh: nil))
    let id = try #require(
      try fixture.stores.revocations.end(
        Fixture.github, of: user.id, keepsRow: false, end: .revoke, by: .command))
    try fixture.database.execute(
      "UPDATE revocations SET access_token_encrypted = CONCAT(access_token_encrypted, 'x')")

    let revocation = try #require(try fixture.stores.revocations.find(id))
    #expect(revocation.isDamaged)
    try fixture.stores.revocations.finish(revocation, .unreadable, by: .worker)
    #expect(
      try fixture.stores.revocations.last(of: Fixture.github, user: user.id)?.outcome
        == .unreadable)
  }

  @Test func `who reconnects what was damaged, and not found so yet, is connected`() throws {
    _ = try fixture.damage(fixture.connect(user, Fixture.grant(account: "old")))

    try fixture.connect(user, Fixture.grant(access: "new", refresh: "newer", account: "new"))

    #expect(
      try connections.tokens(of: Fixture.github, user: user.id)?.pair.access == "new")
  }
}
