import Domain
import MariaDB
import Testing

@testable import Store

/// Webhooks that do not send: what is not claimed for them, and what becomes of what waits.
@Suite struct StoppedTests {
  enum Stop: CaseIterable { case paused, deleted, userDisabled, userDeleted }

  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  @Test(arguments: Stop.allCases)
  func `nothing is claimed for a webhook that does not send`(reason: Stop) throws {
    try fixture.emit(for: user)
    try stop(reason)

    #expect(try fixture.stores.queue.targets(of: [webhook]).ready.isEmpty)
    #expect(try fixture.claim(webhook).isEmpty)
  }

  @Test(arguments: Stop.allCases)
  func `a stop between choosing and claiming is still heeded`(reason: Stop) throws {
    try fixture.emit(for: user)
    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])
    try stop(reason)

    let claim = try fixture.stores.queue.claim(
      [ClaimWish(target: target, count: 1)], leaseSeconds: 60)

    #expect(claim.deliveries.isEmpty)
    #expect(try fixture.delivery()?.isInFlight == false)
  }

  @Test func `nothing goes where the endpoint was before a change`() throws {
    try fixture.emit(for: user)
    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])
    try fixture.change(webhook, of: user) { $0.endpointURL = "https://other.example.com/" }

    let early = try fixture.stores.queue.claim(
      [ClaimWish(target: target, count: 1)], leaseSeconds: 60)
    let late = try fixture.claim(webhook)

    #expect(early.deliveries.isEmpty)
    #expect(late.count == 1)
  }

  @Test(arguments: Stop.allCases)
  func `what waits is held, or dropped for good`(reason: Stop) throws {
    try fixture.emit(3, for: user)
    try stop(reason)

    #expect(try clear() == 3)

    let isDropped = reason == .deleted || reason == .userDeleted
    for row in try fixture.deliveries() {
      #expect(row.status == (isDropped ? .failed : .held))
      #expect(row.error == (isDropped ? .dropped : nil))
      #expect(row.attemptNumber == 0 && row.dueIn == nil)
    }
    #expect(try clear() == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 0)
  }

  @Test(arguments: [Stop.paused, .deleted])
  func `one that was delivered before is not dropped as failed`(reason: Stop) throws {
    try fixture.emit(for: user)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET was_delivered = TRUE, single_attempt = TRUE")
    try stop(reason)

    #expect(try clear() == 1)

    #expect(try fixture.delivery()?.status == (reason == .deleted ? .delivered : .held))
    #expect(try fixture.number("SELECT single_attempt FROM webhook_deliveries") == 0)
  }

  @Test func `a thousand are moved at a time`() throws {
    try fixture.emit(1_000, for: user)
    try fixture.emit(5, for: user)
    try stop(.paused)

    #expect(try clear() == 1_000)
    #expect(try clear() == 5)
    #expect(try clear() == 0)
  }

  @Test(arguments: Stop.allCases)
  func `what is in flight is left alone until its lease is over`(reason: Stop) throws {
    try fixture.emit(for: user)
    _ = try fixture.claim(webhook)
    try stop(reason)
    #expect(try clear() == 0)
    #expect(try fixture.delivery()?.isInFlight == true)

    try fixture.endLeases()
    #expect(try clear() == 1)

    let row = try #require(try fixture.delivery())
    let isDropped = reason == .deleted || reason == .userDeleted
    #expect(row.status == (isDropped ? .failed : .held))
    #expect(row.error == (isDropped ? .dropped : .interrupted))
    #expect(row.attemptNumber == 1)
    let attempt = try #require(try fixture.attempts(of: row.id, user: user).first)
    #expect(attempt.error == .interrupted)
    #expect(attempt.endpointURL == "https://hooks.example.com/in")
  }

  @Test func `what was given back is held`() throws {
    try fixture.emit(for: user)
    let claimed = try fixture.claim(webhook)
    try stop(.paused)
    try fixture.stores.queue.giveBack(claimed.map { ($0.id, $0.leaseNumber) })

    #expect(try clear() == 1)
    #expect(try fixture.delivery()?.status == .held)
  }

  @Test func `what another writer holds is left for the next time`() throws {
    try fixture.emit(2, for: user)
    try stop(.paused)
    let row = try #require(try fixture.delivery())
    let other = Database(fixture.options)

    try other.transaction {
      try other.execute("SELECT id FROM webhook_deliveries WHERE id = \(row.id) FOR UPDATE")
      let moved = try clear()
      #expect(moved == 1)
    }

    #expect(try clear() == 1)
  }

  @Test func `a webhook resumed meanwhile keeps what came since`() throws {
    try stop(.paused)
    let other = fixture.moreStores()
    try fixture.emit(for: user)
    try fixture.database.execute(
      """
      UPDATE webhook_deliveries SET status = 'pending', due_at = NOW(6),
             live_webhook_id = webhook_id
      """)
    let stopped = try other.queue.liveWebhooks().stopped
    #expect(stopped == [webhook])

    try fixture.change(webhook, of: user) { $0.isActive = true }
    try fixture.emit(for: user)
    for webhook in stopped { _ = try other.queue.clear(webhook, leaseSeconds: 60) }

    #expect(try fixture.deliveries().map(\.status) == [.pending, .pending])
  }

  @Test func `a webhook paused and then deleted has its deliveries dropped`() throws {
    try fixture.emit(for: user)
    try stop(.paused)
    let stopped = try fixture.stores.queue.liveWebhooks().stopped
    try stop(.deleted)

    for webhook in stopped { _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60) }

    #expect(try fixture.delivery()?.error == .dropped)
  }

  @Test func `stopped webhooks are found among more than a statement can name`() throws {
    try stop(.paused)
    try fixture.database.run(
      script: """
        INSERT INTO webhook_deliveries (id, webhook_id, user_id, event_id, event_type, status,
                                        due_at, live_webhook_id, created_at)
        SELECT id, id, id, id, 'lead.created', 'pending', NOW(6), id, NOW(6)
          FROM (SELECT UUID() AS id FROM seq_1_to_40000) AS ids;
        UPDATE webhook_deliveries SET webhook_id = '\(webhook)', live_webhook_id = '\(webhook)'
         LIMIT 1
        """)

    let stopped = try fixture.stores.queue.liveWebhooks().stopped

    #expect(stopped.count == 40_000)
    #expect(stopped.contains(webhook))
  }

  @Test func `one that was known to send is found once it is stopped`() throws {
    try fixture.emit(for: user)
    let before = try fixture.stores.queue.liveWebhooks()
    #expect(before.sending == [webhook])
    #expect(before.stopped.isEmpty)

    try stop(.paused)
    let after = try fixture.stores.queue.liveWebhooks(besides: before.sending)

    #expect(after.sending.isEmpty)
    #expect(after.stopped == [webhook])
  }

  @Test func `one that sends and is known is told once, and another is found beside it`() throws {
    let another = try fixture.webhook(of: user, name: "Another")
    try fixture.emit(for: user)

    let live = try fixture.stores.queue.liveWebhooks(besides: [webhook])

    #expect(Set(live.sending) == [webhook, another])
    #expect(live.sending.count == 2)
  }

  private func stop(_ reason: Stop) throws {
    switch reason {
    case .paused:
      try fixture.change(webhook, of: user) { $0.isActive = false }
    case .deleted:
      try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)
    case .userDisabled:
      try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command)
    case .userDeleted:
      try fixture.database.execute(
        "UPDATE users SET email = NULL, deleted_at = NOW(6) WHERE id = \(user.id)")
    }
  }

  private func clear() throws -> Int {
    try fixture.stores.queue.liveWebhooks().stopped.reduce(0) {
      try $0 + fixture.stores.queue.clear($1, leaseSeconds: 60)
    }
  }
}
