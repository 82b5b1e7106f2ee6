import Domain
import MariaDB
import Testing

@testable import Store

/// What goes when its time is over, and what stays.
@Suite struct RetentionTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  private var retention: RetentionStore { fixture.stores.retention }

  @Test func `finished and held deliveries go with their attempts, pending ones stay`() throws {
    try deliver(2)
    try fixture.emit(for: user)
    try hold()
    try fixture.emit(for: user)
    let cutoff = try fixture.stores.queue.databaseTime()
    #expect(try fixture.deliveries().map(\.status) == [.delivered, .delivered, .held, .pending])

    let batch = try retention.removeDeliveries(after: nil, before: cutoff, rows: 100)

    #expect(batch == .done(count: 3))
    #expect(try fixture.deliveries().map(\.status) == [.pending])
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 0)
  }

  @Test func `what is younger stays with its attempts`() throws {
    try deliver(1)
    try fixture.emit(for: user)
    try hold()
    let cutoff = try fixture.stores.queue.databaseTime()
    try deliver(2)

    let batch = try retention.removeDeliveries(after: nil, before: cutoff, rows: 100)

    #expect(batch.count == 2)
    #expect(try fixture.deliveries().map(\.status) == [.delivered, .delivered])
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 2)
  }

  @Test func `a delivery is kept from its last end, not from its beginning`() throws {
    try fixture.emit(for: user)
    let cutoff = try fixture.stores.queue.databaseTime()
    try deliverWhatIsDue()

    let batch = try retention.removeDeliveries(after: nil, before: cutoff, rows: 100)

    #expect(batch.count == 0)
    #expect(try fixture.deliveries().count == 1)
  }

  @Test func `a batch takes about as many rows as it may, and the next goes on behind it`() throws {
    try deliver(10)
    let cutoff = try fixture.stores.queue.databaseTime()
    var counts: [Int] = []
    var cursor: UUID?

    // Each delivery has one attempt.
    repeat {
      let batch = try retention.removeDeliveries(after: cursor, before: cutoff, rows: 6)
      counts.append(batch.count)
      cursor = batch.cursor
    } while cursor != nil

    #expect(counts == [3, 3, 3, 1])
    #expect(try fixture.deliveries().isEmpty)
  }

  @Test func `a walk comes past thousands that stay`() throws {
    try fixture.emit(1_000, for: user)
    try fixture.emit(1_000, for: user)
    try deliver(1, webhook: fixture.webhook(of: user, name: "other"))
    let cutoff = try fixture.stores.queue.databaseTime()
    let first = try retention.removeDeliveries(after: nil, before: cutoff, rows: 1_000)
    #expect(first.count == 0 && !first.isDone)

    let second = try retention.removeDeliveries(after: first.cursor, before: cutoff, rows: 1_000)
    let third = try retention.removeDeliveries(after: second.cursor, before: cutoff, rows: 1_000)

    #expect(second.count + third.count == 1)
    #expect(third.isDone)
  }

  @Test func `what another writer holds is left for the next walk`() throws {
    try deliver(2)
    let cutoff = try fixture.stores.queue.databaseTime()
    let row = try #require(try fixture.delivery())
    let other = Database(fixture.options)

    try other.transaction {
      try other.execute("SELECT id FROM webhook_deliveries WHERE id = \(row.id) FOR UPDATE")
      let batch = try retention.removeDeliveries(after: nil, before: cutoff, rows: 100)
      #expect(batch.count == 1)
    }

    #expect(try retention.removeDeliveries(after: nil, before: cutoff, rows: 100).count == 1)
  }

  @Test func `nothing waits for what a host has not committed`() throws {
    try deliver(3)
    let host = Database(fixture.options)
    try host.transaction {
      try host.execute("CALL emit_event(\(user.id), 'lead.created', '{}')")
      let cutoff = try fixture.stores.queue.databaseTime()

      #expect(try retention.removeDeliveries(after: nil, before: cutoff, rows: 100).count == 3)
      #expect(try retention.removeEvents(after: nil, before: cutoff, rows: 100).count == 3)
      #expect(try retention.removePayloads(after: nil, before: cutoff, rows: 100).count == 0)
    }
    #expect(try fixture.number("SELECT COUNT(*) FROM events WHERE body IS NOT NULL") == 1)
  }

  @Test func `an event goes when it is old and no delivery needs it`() throws {
    try deliver(2)
    let cutoff = try fixture.stores.queue.databaseTime()
    try fixture.emit(for: user)
    #expect(try retention.removeEvents(after: nil, before: cutoff, rows: 100).count == 0)

    _ = try retention.removeDeliveries(after: nil, before: cutoff, rows: 2)
    #expect(try retention.removeEvents(after: nil, before: cutoff, rows: 100).count == 1)
    _ = try retention.removeDeliveries(after: nil, before: cutoff, rows: 2)
    #expect(try retention.removeEvents(after: nil, before: cutoff, rows: 100).count == 1)

    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 1)
    #expect(try fixture.deliveries().count == 1)
  }

  @Test func `counts go by the hour when the whole of it is old`() throws {
    try fixture.database.execute(
      """
      INSERT INTO delivery_counts (webhook_id, hour, delivered)
      VALUES (\(webhook), '2026-01-01 10:00', 1), (\(webhook), '2026-01-01 11:00', 1),
             (\(webhook), '2026-01-01 12:00', 1)
      """)
    let cutoff = Timestamp(seconds: 1_767_268_799)  // 2026-01-01T11:59:59Z

    #expect(try retention.removeCounts(before: cutoff, rows: 1).isDone == false)
    #expect(try retention.removeCounts(before: cutoff, rows: 1).isDone)

    #expect(try fixture.number("SELECT HOUR(MIN(hour)) FROM delivery_counts") == 11)
  }

  private func deliver(_ count: Int, webhook: Webhook.ID? = nil) throws {
    try fixture.emit(count, for: user)
    try deliverWhatIsDue(webhook)
  }

  private func deliverWhatIsDue(_ other: Webhook.ID? = nil) throws {
    let claimed = try fixture.claim(other ?? webhook)
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
  }

  /// What is pending now.
  private func hold() throws {
    try fixture.database.execute(
      """
      UPDATE webhook_deliveries SET status = 'held', due_at = NULL, live_webhook_id = NULL
       WHERE status = 'pending'
      """)
  }
}
