import Domain
import MariaDB
import TestSupport
import Testing

@testable import Store

/// While a new version is rolled out, a worker of this one meets what only that one knows: statuses,
/// errors and reasons besides those of our ENUMs, whose CHECKs are then others too.
@Suite struct NewerVersionTests {
  /// Altered, and so not of the pool.
  let database: Database
  let stores: Stores
  let user: User
  let webhook: Webhook.ID

  init() throws {
    let options = try DatabasePool.empty()
    database = Database(options)
    stores = Stores(Database(options), seal: Seal(Fixture.keys))
    _ = try stores.schema.migrate(SQLFile.migrations, lock: database)
    for (table, column) in [
      ("webhook_deliveries", "status"), ("webhook_deliveries", "error"),
      ("webhooks", "paused_reason"),
    ] {
      try Self.addWord(to: column, of: table, in: database)
    }
    try database.run(
      script: "ALTER TABLE webhook_deliveries DROP CONSTRAINT status_says_what_is_set")
    user = try stores.users.add(
      email: "ada@example.com", role: .user, passwordHash: nil, by: .command)
    webhook = try stores.webhooks.create(Fixture.draft(), for: user.id, limit: 9, by: .command)
  }

  @Test(arguments: [1, 100])
  func `a due delivery with an unknown status is left alone, and the rest is claimed`(limit: Int)
    throws
  {
    let ids = try emit(3)
    try set("status = 'newer', due_at = due_at - INTERVAL 1 HOUR", of: ids[0])
    let before = try row(ids[0])

    var claimed: [Delivery.ID] = []
    for _ in 0..<3 { claimed += try claim(upTo: limit).map(\.id) }

    #expect(Set(claimed) == Set(ids[1...]))
    #expect(try row(ids[0]) == before)
  }

  @Test func `an unknown error of the last attempt keeps no delivery from being sent`() throws {
    let ids = try emit(2)
    try set("error = 'newer'", of: ids[0])

    let claimed = try claim(upTo: 100)
    #expect(Set(claimed.map(\.id)) == Set(ids))
    let reports = claimed.map { Fixture.report($0, .success(status: 200)) }
    #expect(try stores.queue.record(reports, rules: Fixture.rules, random: { 0 }).isEmpty)

    #expect(try statuses() == ["delivered", "delivered"])
  }

  /// Somebody of the newer version took it out of the queue meanwhile.
  @Test func `a result for a delivery with an unknown status is on record and changes no status`()
    throws
  {
    let ids = try emit(3)
    let reports = try claim(upTo: 100).map { Fixture.report($0, .success(status: 200)) }
    try set(
      "in_flight = FALSE, status = 'newer', due_at = NULL, live_webhook_id = NULL", of: ids[1])

    #expect(try stores.queue.record(reports, rules: Fixture.rules, random: { 0 }).isEmpty)

    #expect(try statuses() == ["delivered", "newer", "delivered"])
    let recorded = try database.query("SELECT delivery_id FROM webhook_attempts") { row in
      try row.id(Delivery.self)
    }
    #expect(Set(recorded) == Set(ids))
    #expect(try database.first("SELECT delivered FROM delivery_counts") { try $0.int() } == 2)
  }

  @Test func `a webhook paused for an unknown reason gets nothing and stays as it is`() throws {
    let other = try stores.webhooks.create(
      Fixture.draft(name: "Other"), for: user.id, limit: 9, by: .command)
    _ = try emit(2)
    try database.execute(
      """
      UPDATE webhooks SET status = 'paused', paused_reason = 'newer', paused_at = UTC_TIMESTAMP(6)
       WHERE id = \(webhook)
      """)

    let claimed = try Fixture.claim([webhook, other], by: stores)
    let live = try stores.queue.liveWebhooks()
    let held = try stores.queue.clear(webhook, leaseSeconds: 60)

    #expect(Set(claimed.map(\.webhookID)) == [other])
    #expect(claimed.count == 2)
    #expect(live.stopped == [webhook])
    #expect(held == 2)
    #expect(
      try database.first("SELECT paused_reason FROM webhooks WHERE id = \(webhook)") {
        try $0.text()
      } == "newer")
  }

  @Test func `of a webhook that was paused what has an unknown status is not held`() throws {
    let ids = try emit(2)
    try set("status = 'newer'", of: ids[0])
    let before = try row(ids[0])
    try database.execute(
      """
      UPDATE webhooks SET status = 'paused', paused_reason = 'user', paused_at = UTC_TIMESTAMP(6)
       WHERE id = \(webhook)
      """)

    #expect(try stores.queue.clear(webhook, leaseSeconds: 60) == 1)

    #expect(try statuses() == ["newer", "held"])
    #expect(try row(ids[0]) == before)
    #expect(try stores.queue.clear(webhook, leaseSeconds: 60) == 0)
  }

  /// One more word than we know, after ours.
  private static func addWord(to column: String, of table: String, in database: Database) throws {
    let definition = try database.first(
      """
      SELECT column_type, is_nullable FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = \(table) AND column_name = \(column)
      """
    ) { row in (type: try row.text(), isNullable: try row.text() == "YES") }
    let found = try #require(definition)
    let type = found.type.dropLast() + ",'newer')"
    try database.run(
      script: """
        ALTER TABLE \(table) MODIFY \(column) \(type) \(found.isNullable ? "NULL" : "NOT NULL")
        """)
  }

  /// Their deliveries to the webhook, oldest first.
  private func emit(_ count: Int) throws -> [Delivery.ID] {
    try stores.events.emit((0..<count).map { _ in Fixture.event(for: user) })
    return try database.query(
      "SELECT id FROM webhook_deliveries WHERE webhook_id = \(webhook) ORDER BY id"
    ) { row in try row.id() }
  }

  private func claim(upTo count: Int) throws -> [ClaimedDelivery] {
    try Fixture.claim([webhook], upTo: count, by: stores)
  }

  private func set(_ assignments: String, of id: Delivery.ID) throws {
    try database.run(
      script: "UPDATE webhook_deliveries SET \(assignments) WHERE id = '\(id)'")
  }

  private func statuses() throws -> [String] {
    try database.query("SELECT status FROM webhook_deliveries ORDER BY id") { row in
      try row.text()
    }
  }

  private func row(_ id: Delivery.ID) throws -> [String?] {
    try database.query(
      """
      SELECT CONCAT_WS(' ', status, due_at, live_webhook_id, in_flight, lease_number,
                       attempt_number, error, finished_at)
        FROM webhook_deliveries WHERE id = \(id)
      """
    ) { row in try row.optionalText() }
  }
}
