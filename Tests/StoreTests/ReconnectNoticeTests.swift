import Domain
import MariaDB
import Testing

@testable import Store

/// Check 47: who has to reconnect an app is told once for each time, on every page and by mail.
struct ReconnectNoticeTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private func review() throws {
    try fixture.stores.notices.review(
      NoticeRules(disableAfter: Interval("1h")!),
      mailing: .init(base: "https://app.example.com/settings"))
  }

  private func breakIt() throws {
    let held = try #require(
      try fixture.stores.connections.tokens(of: Fixture.github, user: user.id))
    try fixture.stores.connections.fail(held, .grantIsDead(reason: "invalid_grant"), by: .worker)
  }

  private func attention() throws -> [AttentionItem] {
    try fixture.stores.attention.find(
      of: user.id, rules: NoticeRules(disableAfter: Interval("1h")!)
    ).items
  }

  @Test func `check 47: a connection that broke is one mail, however often it is looked at`()
    throws
  {
    try fixture.connect(user)
    try review()
    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 0)

    try breakIt()
    for _ in 1...3 { try review() }

    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM mails WHERE subject = 'GitHub needs reconnecting'
           AND INSTR(body, 'https://app.example.com/settings/apps/github') > 0
        """) == 1)
    #expect(try fixture.number("SELECT COUNT(*) FROM notices WHERE ended_at IS NULL") == 1)
  }

  @Test func `check 47: it is over when the connection is made again, and the next break is news`()
    throws
  {
    try fixture.connect(user)
    try breakIt()
    try review()
    try fixture.connect(user)
    try review()
    #expect(try fixture.number("SELECT COUNT(*) FROM notices WHERE ended_at IS NULL") == 0)

    try breakIt()
    try review()
    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 2)
  }

  @Test func `what its person took back is no news`() throws {
    try fixture.connect(user)
    _ = try fixture.stores.revocations.end(
      Fixture.github, of: user.id, keepsRow: true, end: .revoke, by: .command)
    try review()
    #expect(try fixture.number("SELECT COUNT(*) FROM notices") == 0)
  }

  @Test func `its person alone sees it on every page until it is mended`() throws {
    let made = try fixture.connect(user)
    #expect(try attention().isEmpty)
    try breakIt()

    let item = try #require(try attention().first)
    #expect(item.kind == .needsReconnect && item.name == "GitHub" && item.app == Fixture.github)
    #expect(item.subject == made.id.rawValue)
    let other = try fixture.user("other@example.com")
    #expect(
      try fixture.stores.attention.find(
        of: other.id, rules: NoticeRules(disableAfter: Interval("1h")!)
      ).items.isEmpty)
    try fixture.connect(user)
    #expect(try attention().isEmpty)
  }
}
