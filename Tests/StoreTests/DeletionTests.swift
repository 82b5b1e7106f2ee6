import Domain
import MariaDB
import Testing

@testable import Store

/// Deleted webhooks and users: what goes at once, and what the worker removes.
@Suite struct DeletionTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    try fixture.addAuditRoutines()
    user = try fixture.user()
    webhook = try fixture.webhook(
      of: user, events: .chosen(["lead.created"]), headers: [.init("x-key", "value")],
      isOrdered: true)
  }

  @Test func `a deleted webhook's parts go, its log stays for the retention, then its row`() throws
  {
    try deliver()
    try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)
    try fixture.removeDeletedWebhooks()

    for table in ["subscriptions", "secrets", "headers", "health", "limits"] {
      #expect(try fixture.count("webhook_\(table)") == 0, "\(table)")
    }
    #expect(try fixture.count("delivery_counts") == 0)
    #expect(try fixture.count("webhook_deliveries") == 1 && fixture.count("webhook_attempts") == 1)

    try fixture.makeDeletionOld()
    try fixture.removeDeletedWebhooks()
    #expect(try fixture.count("webhooks") == 1)

    let later = try fixture.stores.queue.databaseTime().advanced(bySeconds: 1)
    _ = try fixture.stores.retention.removeDeliveries(after: nil, before: later, rows: 100)
    try fixture.removeDeletedWebhooks()
    #expect(try fixture.count("webhooks") == 0)
  }

  @Test func `a webhook that was just deleted keeps its row for what a host commits late`() throws {
    try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)
    try fixture.removeDeletedWebhooks()

    #expect(try fixture.count("webhooks") == 1)
  }

  @Test func `other webhooks keep what they have`() throws {
    let other = try fixture.webhook(of: user, name: "other", headers: [.init("x-key", "value")])
    try deliver()
    try deliver(other)
    try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)
    try fixture.makeDeletionOld()
    try fixture.removeDeletedWebhooks()

    #expect(try fixture.stores.queue.targets(of: [other])[other]?.headers.count == 1)
    #expect(try fixture.text("SELECT DISTINCT webhook_id FROM delivery_counts") == "\(other)")
  }

  @Test func `a deleted user is gone at once`() throws {
    let stores = fixture.stores
    let (_, token) = try stores.sessions.open(
      for: user, address: "::1", userAgent: "x", by: .command)
    let key = try stores.apiKeys.create(
      for: user.id, name: "CI", scopes: [.metrics], expiresAt: nil, by: .command)
    try stores.throttle.recordFailure(.account(email: user.email), by: .command)
    try fixture.emit(for: user)

    try stores.users.delete(user.id, by: .command)

    #expect(try stores.users.find(user.id) == nil)
    #expect(try stores.users.find(email: user.email) == nil)
    #expect(try stores.users.passwordHash(of: user.id) == nil)
    guard case .unknown = try stores.sessions.find(token: token) else {
      Issue.record("the session goes on")
      return
    }
    #expect(try stores.apiKeys.find(key) == nil)
    #expect(try stores.webhooks.list(of: user.id, limit: 10).isEmpty)
    #expect(try stores.webhooks.owner(of: webhook) == nil)
    #expect(try fixture.claim(webhook).isEmpty)
    for table in ["sign_in_failures", "sessions", "webhook_secrets", "webhook_headers"] {
      #expect(try fixture.count(table) == 0, "\(table)")
    }
    #expect(throws: StoreError.notFound) { try stores.users.delete(user.id, by: .command) }
    #expect(throws: StoreError.notFound) { try fixture.webhook(of: user, name: "late") }
    #expect(try fixture.user(user.email).id != user.id)
  }

  @Test func `the worker leaves nothing of a deleted user`() throws {
    let other = try fixture.user("other@example.com")
    let (kept, keptEvent) = try live(other)
    try live(user)
    try fixture.emit(1, "context.created", for: user)  // Nobody listens.
    let before = try fixture.tables(naming: [user.id.rawValue, webhook.rawValue])
    #expect(before.contains("events") && before.contains("webhook_deliveries"))

    try fixture.stores.users.delete(user.id, by: .command)
    try fixture.clearStopped()
    try fixture.removeDeletedWebhooks()
    try fixture.removeDeletedUsers()

    // Their rows alone, without a word, until no host can commit anything for them.
    #expect(
      try fixture.tables(naming: [user.id.rawValue, webhook.rawValue]) == [
        "audit_log", "users", "webhooks",
      ])
    #expect(try fixture.count("events WHERE user_id = '\(user.id)'") == 0)

    try fixture.makeDeletionOld()
    try fixture.removeDeletedWebhooks()
    try fixture.removeDeletedUsers()

    #expect(try fixture.tables(naming: [user.id.rawValue, webhook.rawValue]) == ["audit_log"])
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM audit_log
         WHERE (user_id = \(user.id) OR actor_id = \(user.id))
           AND (before_change IS NOT NULL OR after_change IS NOT NULL OR address IS NOT NULL)
        """) == 0)
    // The other one has everything still.
    #expect(try fixture.stores.webhooks.find(kept, of: other.id).name == "CRM")
    #expect(try fixture.count("events WHERE id = '\(keptEvent)'") == 1)
    #expect(try fixture.count("webhook_attempts") == 1 && fixture.count("api_keys") == 1)
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM audit_log WHERE user_id = \(other.id) AND after_change IS NOT NULL")
        > 0)
  }

  @Test func `what a host commits after the deletion goes with the second walk`() throws {
    let host = Database(fixture.options)
    try host.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    try host.transaction {
      _ = try host.first("SELECT COUNT(*) FROM users") { row in try row.int() }
      try fixture.stores.users.delete(user.id, by: .command)
      try fixture.clearStopped()
      try fixture.removeDeletedWebhooks()
      try fixture.removeDeletedUsers()
      try host.execute("CALL emit_event(\(user.id), 'lead.created', '{}')")
    }
    #expect(try fixture.count("webhook_deliveries") == 1)

    try fixture.makeDeletionOld()
    try fixture.clearStopped()
    try fixture.removeDeletedWebhooks()
    try fixture.removeDeletedUsers()

    for table in ["webhook_deliveries", "events", "webhooks", "users"] {
      #expect(try fixture.count(table) == 0, "\(table)")
    }
  }

  @Test func `what is in flight for a deleted user goes when it has ended`() throws {
    try fixture.emit(for: user)
    let claimed = try fixture.claim(webhook)
    try fixture.stores.users.delete(user.id, by: .command)
    try fixture.clearStopped()
    try fixture.removeDeletedWebhooks()
    try fixture.removeDeletedUsers()
    #expect(try fixture.count("webhook_deliveries") == 1 && fixture.count("events") == 1)

    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    try fixture.removeDeletedWebhooks()

    #expect(try fixture.count("webhook_deliveries") == 0 && fixture.count("events") == 0)
    #expect(try fixture.count("webhook_attempts") == 0)
  }

  @Test func `ended jobs of a deleted administrator go, and those for what was a deleted user's`()
    throws
  {
    let administrators = try ["root@example.com", "leaves@example.com"].map {
      try fixture.user($0, role: .administrator)
    }
    let other = try fixture.user("other@example.com")
    let kept = try fixture.webhook(of: other)
    for (owner, webhook) in [(user, webhook), (user, webhook), (other, kept), (other, kept)] {
      try fixture.emit(for: owner)
      let claimed = try fixture.claim(webhook)
      try fixture.record(
        claimed.map { Fixture.report($0, .failure(.status, status: 500)) },
        rules: Fixture.rules(waits: []))
    }
    let ofUser = try failed(of: user)
    let ofOther = try failed(of: other)
    try end(DeadFilter(user: user.id, selection: [ofUser[0]]), by: administrators[0])
    try end(DeadFilter(webhook: webhook, selection: [ofUser[1]]), by: administrators[0])
    try end(DeadFilter(selection: [ofOther[0]]), by: administrators[1])
    let job = try end(DeadFilter(selection: [ofOther[1]]), by: administrators[0])

    try fixture.stores.users.delete(user.id, by: .command)
    try fixture.stores.users.delete(administrators[1].id, by: .command)
    try fixture.removeDeletedWebhooks()
    try fixture.removeDeletedUsers()

    #expect(try fixture.count("retry_jobs") == 1)
    #expect(try fixture.stores.bulkJobs.find(job).state == .done)
    let said = try fixture.number(
      """
      SELECT COUNT(*) FROM audit_log
       WHERE after_change LIKE \("%\(user.id)%") OR after_change LIKE \("%\(webhook)%")
      """)
    #expect(said == 0)
  }

  private func failed(of user: User) throws -> [Delivery.ID] {
    try fixture.database.query(
      "SELECT id FROM webhook_deliveries WHERE user_id = \(user.id) ORDER BY id"
    ) { row in try row.id() }
  }

  /// A job that drops, from its start to its end.
  @discardableResult
  private func end(_ filter: DeadFilter, by administrator: User) throws -> RetryJob.ID {
    let jobs = fixture.stores.bulkJobs
    let begun = try jobs.start(
      .drop, filter, by: administrator.id,
      actor: Actor(kind: .user, id: administrator.id.rawValue))
    let id = try #require(begun.job)
    while try jobs.step(id) {}
    #expect(try jobs.find(id).state == .done)
    return id
  }

  @Test func `events are walked through once for a deletion and once a day later`() throws {
    #expect(try walks() == false)
    try fixture.stores.users.delete(user.id, by: .command)
    #expect(try walks())
    #expect(try walks() == false)
    let other = try fixture.user("other@example.com")
    try fixture.stores.users.delete(other.id, by: .command)
    #expect(try walks())
    #expect(try walks() == false)

    try fixture.makeDeletionOld()
    try fixture.removeDeletedWebhooks()
    #expect(try walks())
    #expect(try fixture.count("users") == 0)
    #expect(try walks() == false)
  }

  /// A whole turn of the chore; whether it walked.
  private func walks() throws -> Bool {
    try fixture.removeDeletedUsers() > 1
  }

  /// Something of the most that a user has; all there is: ForgettingTests.
  @discardableResult
  private func live(_ user: User) throws -> (Webhook.ID, Event.ID) {
    let stores = fixture.stores
    let actor = Actor(kind: .user, id: user.id.rawValue, address: "203.0.113.7")
    _ = try stores.sessions.open(for: user, address: "::1", userAgent: "x", by: actor)
    let key = try stores.apiKeys.create(
      for: user.id, name: "CI", scopes: [.eventsWrite], expiresAt: nil, by: actor)
    let holder = try #require(try stores.apiKeys.find(key))
    let mine =
      try stores.webhooks.list(of: user.id, limit: 1).first?.id
      ?? fixture.webhook(of: user, events: .chosen(["lead.created"]))
    let once = IdempotencyKey(apiKey: holder.id, key: "1", request: [])
    guard
      case .emitted(let emitted) = try stores.events.emit(
        [Fixture.event(for: user)], once: once, answer: { _ in [1] })
    else { fatalError("the key is new") }
    try deliverWhatIsDue(mine)
    return (mine, emitted[0].event.id)
  }

  private func deliver(_ other: Webhook.ID? = nil) throws {
    try fixture.emit(for: user)
    try deliverWhatIsDue(other ?? webhook)
  }

  private func deliverWhatIsDue(_ webhook: Webhook.ID) throws {
    let claimed = try fixture.claim(webhook)
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
  }
}
