import Domain
import MariaDB
import Testing

@testable import Store

/// What people are told about their webhooks: once for each time that it happens.
@Suite struct NoticeTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID
  /// Grace 60 s, stopped after an hour, warned a quarter of an hour before.
  let rules = NoticeRules(disableAfter: Interval("1h")!)

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user, name: "Billing sync")
  }

  @Test func `a failure is told when it has lasted for a minute, once`() throws {
    try failing(for: 50)
    try review()
    #expect(try told() == [])

    try failing(for: 70)
    for _ in 1...3 { try review() }

    #expect(try told() == ["failing"])
  }

  @Test func `who is about to be stopped is warned`() throws {
    try failing(for: 44 * 60)
    try review()
    #expect(try told() == ["failing"])

    try fixture.database.execute("DELETE FROM notices")
    try failing(for: 46 * 60)
    try review()

    #expect(try told() == ["failing", "stopping"])
  }

  @Test(arguments: ["failing", "gone", "damaged"])
  func `a stop is told, and ends what was told before`(reason: String) throws {
    try failing(for: 50 * 60)
    try review()
    try pause(reason)
    try review()

    #expect(try told() == ["failing", "stopping", "stopped"])
    #expect(try open() == ["stopped"])
  }

  @Test func `a pause by its user is no news`() throws {
    try pause("user")
    try review()

    #expect(try told() == [])
  }

  @Test func `who delivers again is told, and the rest is over`() throws {
    try failing(for: 50 * 60)
    try review()
    try fixture.database.execute(
      "UPDATE webhook_health SET failing_since = NULL, last_success_at = UTC_TIMESTAMP(6)")
    for _ in 1...2 { try review() }

    #expect(try told() == ["failing", "stopping", "recovered"])
    #expect(try open() == [])
  }

  @Test func `a webhook resumed by hand has not recovered`() throws {
    try failing(for: 50 * 60)
    try review()
    try pause("failing")
    try review()
    try fixture.change(webhook, of: user) { $0.isActive = true }
    try review()

    #expect(try told() == ["failing", "stopping", "stopped"])
    #expect(try open() == [])
  }

  @Test func `failing anew is told anew`() throws {
    try failing(for: 120)
    try review()
    try fixture.database.execute("UPDATE webhook_health SET failing_since = NULL")
    try review()
    try failing(for: 100)
    try review()

    #expect(try told() == ["failing", "failing"])
    #expect(try open() == ["failing"])
  }

  @Test func `a deleted webhook is not told of`() throws {
    try failing(for: 120)
    try review()
    try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)
    try review()

    #expect(try open() == [])
    #expect(try attention().items.isEmpty)
  }

  @Test func `two that look at once tell once`() throws {
    try failing(for: 120)
    let (options, rules) = (fixture.options, rules)

    _ = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      gate.wait()
      try stores.notices.review(rules, mailing: .init(base: nil))
    }

    #expect(try told() == ["failing"])
    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 1)
  }

  @Test func `a mail is written with its notice, where there is mail`() throws {
    try failing(for: 120)
    try review()
    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 0)

    try fixture.database.execute("DELETE FROM notices")
    try review(mailing: .init(base: "https://app.example.com/p"))

    #expect(try fixture.text("SELECT subject FROM mails") == "Webhook “Billing sync” is failing")
    let body = try #require(try fixture.text("SELECT body FROM mails"))
    #expect(body.contains("https://app.example.com/p/webhooks/\(webhook)\n"))
    #expect(body.contains("Address: https://hooks.example.com/in\n"))
  }

  @Test func `nobody gets more than ten mails in an hour`() throws {
    for number in 0..<12 {
      try fixture.database.execute(
        """
        INSERT INTO webhook_health (webhook_id, failing_since)
        VALUES (\(try fixture.webhook(of: user, name: "\(number)")),
                UTC_TIMESTAMP(6) - INTERVAL 120 SECOND)
        """)
    }

    try review(mailing: .init(base: nil))

    #expect(try told().count == 12)
    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 10)
  }

  @Test func `attention says how things stand, the worst first`() throws {
    let stopped = try fixture.webhook(of: user, name: "Stopped")
    try failing(for: 120)
    try fixture.database.execute(
      """
      UPDATE webhooks SET status = 'paused', paused_reason = 'gone', paused_at = UTC_TIMESTAMP(6)
       WHERE id = \(stopped)
      """)
    try fixture.database.execute(
      """
      UPDATE webhook_secrets SET expires_at = UTC_TIMESTAMP(6) + INTERVAL 23 HOUR
       WHERE webhook_id = \(stopped)
      """)
    for (name, days) in [("soon", 13), ("later", 15)] {
      _ = try fixture.stores.apiKeys.create(
        APIKeyDraft(name: name, scopes: [.eventsWrite], lifetimeDays: days), for: user.id, limit: 9,
        form: nil, by: .command)
    }

    let items = try attention().items

    #expect(items.map(\.kind) == [.stopped, .failing, .secretEnds, .keyEnds])
    #expect(items.map(\.name) == ["Stopped", "Billing sync", "Stopped", "soon"])
    #expect(items[0].reason == .gone)
    let other = try fixture.user("other@example.com")
    #expect(try fixture.stores.attention.find(of: other.id, rules: rules).items.isEmpty)
  }

  @Test func `what is over can be hidden, by its user alone`() throws {
    try failing(for: 120)
    try review()
    try fixture.database.execute(
      "UPDATE webhook_health SET failing_since = NULL, last_success_at = UTC_TIMESTAMP(6)")
    try review()
    let item = try #require(try attention().items.first)
    let notice = try #require(item.notice)
    #expect(item.kind == .recovered)
    let other = try fixture.user("other@example.com")
    #expect(throws: StoreError.notFound) {
      try fixture.stores.attention.hide(notice, of: other.id, by: .command)
    }

    for _ in 1...2 { try fixture.stores.attention.hide(notice, of: user.id, by: .command) }

    #expect(try attention().items.isEmpty)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'notice.hidden'") == 1)
  }

  @Test func `when a worker was last there is known`() throws {
    #expect(try attention().workerSeenAt == nil)
    _ = try fixture.stores.workers.begin(host: "a", processID: 1, version: "1")

    #expect(try attention().workerSeenAt != nil)
  }

  private func attention() throws -> Attention {
    try fixture.stores.attention.find(of: user.id, rules: rules)
  }

  private func review(mailing: NoticeStore.Mailing? = nil) throws {
    try fixture.stores.notices.review(rules, mailing: mailing)
  }

  private func failing(for seconds: Int) throws {
    try fixture.database.execute(
      """
      REPLACE INTO webhook_health (webhook_id, failing_since)
      VALUES (\(webhook), UTC_TIMESTAMP(6) - INTERVAL \(seconds) SECOND)
      """)
  }

  private func pause(_ reason: String) throws {
    try fixture.database.execute(
      """
      UPDATE webhooks SET status = 'paused', paused_reason = \(reason), paused_at = UTC_TIMESTAMP(6)
       WHERE id = \(webhook)
      """)
  }

  private func told() throws -> [String] {
    try fixture.database.query("SELECT kind FROM notices ORDER BY created_at, kind") { row in
      try row.text()
    }
  }

  private func open() throws -> [String] {
    try fixture.database.query("SELECT kind FROM notices WHERE ended_at IS NULL ORDER BY kind") {
      row in try row.text()
    }
  }
}
