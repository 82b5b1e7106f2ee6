import Domain
import Glibc
import MariaDB
import TestSupport
import Testing

@testable import Store

/// Connections that die and locks that are held in the middle of the worker's writes.
@Suite struct FaultTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
    try fixture.emit(3, for: user)
  }

  @Test func `a worker that dies in the middle of a claim leaves all as it was`() throws {
    _ = try fixture.claim(webhook)
    try fixture.endLeases()
    let before = try fixture.deliveries()
    let webhook = webhook

    // The attempt that the claim wants to put on record is held by somebody else.
    try killing(whenItWaitsFor: before[2].id) { stores in
      _ = try Fixture.claim([webhook], by: stores)
    }

    #expect(try fixture.deliveries() == before)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 0)
    #expect(try fixture.claim(webhook).count == 3)
  }

  @Test func `a claim whose events cannot be read has claimed nothing`() throws {
    let before = try fixture.deliveries()
    try fixture.database.execute("RENAME TABLE events TO events_elsewhere")

    #expect(throws: DatabaseError.self) { try fixture.claim(webhook) }

    #expect(try fixture.deliveries() == before)
    try fixture.database.execute("RENAME TABLE events_elsewhere TO events")
    #expect(try fixture.claim(webhook).count == 3)
  }

  @Test func `a worker that dies in the middle of recording has recorded nothing`() throws {
    let reports = try fixture.claim(webhook).map { Fixture.report($0, .success(status: 200)) }
    let before = try fixture.deliveries()

    try killing(whenItWaitsFor: before[2].id) { stores in
      try stores.queue.record(reports, rules: Fixture.rules, random: { 0 })
    }

    #expect(try fixture.deliveries() == before)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM delivery_counts") == 0)
    // The server may be at undoing it still, and what is locked is left out.
    var left = reports
    for _ in 0..<1_000 where !left.isEmpty {
      left = try fixture.stores.queue.record(left, rules: Fixture.rules, random: { 0 })
    }
    #expect(try fixture.deliveries().allSatisfy { $0.status == .delivered })
    #expect(try fixture.number("SELECT delivered FROM delivery_counts") == 3)
  }

  @Test func `a result whose COMMIT was not answered is put on record once`() throws {
    let reports = try fixture.claim(webhook).map { Fixture.report($0, .success(status: 200)) }
    var options = fixture.options
    options.socket = FaultProxy(.loseAnswer, to: .commit).socket
    let far = Stores(Database(options), seal: Seal(Fixture.keys))

    let error = #expect(throws: DatabaseError.self) { try fixture.record(reports, by: far) }
    try far.queue.record(reports, isRepeated: true, rules: Fixture.rules, random: { 0 })

    #expect(error?.outcomeIsUnknown == true)
    #expect(try fixture.deliveries().map(\.attemptNumber) == [1, 1, 1])
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 3)
    #expect(try fixture.number("SELECT delivered FROM delivery_counts") == 3)
  }

  @Test func `of results that may be on record those that are not are added`() throws {
    let claimed = try fixture.claim(webhook)
    let first = claimed.map { Fixture.report($0, .failure(.timeout)) }
    try fixture.record(Array(first.prefix(2)))

    try fixture.stores.queue.record(
      first, isRepeated: true, rules: Fixture.rules, random: { 0.5 })

    #expect(try fixture.deliveries().map(\.attemptNumber) == [1, 1, 1])
    #expect(try fixture.deliveries().map(\.scheduleStep) == [1, 1, 1])
  }

  @Test func `a result whose delivery another session has locked is left out, the others are not`()
    throws
  {
    let reports = try fixture.claim(webhook).map { Fixture.report($0, .success(status: 200)) }
    let locked = reports[1].delivery

    let blocked = try fixture.database.transaction {
      try fixture.database.execute(
        "SELECT id FROM webhook_deliveries WHERE id = \(locked) FOR UPDATE")
      return try fixture.stores.queue.record(reports, rules: Fixture.rules, random: { 0 })
    }

    #expect(blocked.map(\.delivery) == [locked])
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 2)
    try fixture.record(blocked)
    #expect(try fixture.deliveries().map(\.attemptNumber) == [1, 1, 1])
    #expect(try fixture.number("SELECT delivered FROM delivery_counts") == 3)
  }

  @Test func `a result outlives a restart of the server`() throws {
    let server = TestServer()
    var options = try server.makeDatabase()
    options.sessionStatements = Stores.sessionStatements
    let stores = Stores(Database(options), seal: Seal(Fixture.keys))
    _ = try stores.schema.migrate(SQLFile.migrations, lock: Database(options))
    let user = try stores.users.add(
      email: "ada@example.com", role: .user, passwordHash: nil, by: .command)
    let webhook = try stores.webhooks.create(
      Fixture.draft(), for: user.id, limit: 1, by: .command)
    try stores.events.emit([Fixture.event(for: user)])
    let claimed = try Fixture.claim([webhook], by: stores)

    server.stop()
    #expect(throws: DatabaseError.self) { try stores.queue.dueWebhooks() }
    server.start()
    try stores.queue.record(
      claimed.map { Fixture.report($0, .success(status: 200)) }, rules: Fixture.rules,
      random: { 0 })

    let delivery = try stores.deliveries.find(claimed[0].id, of: user.id)
    #expect(delivery.state.status == .delivered)
    server.stop()
  }

  /// Runs `body` while another transaction holds the first attempt of `delivery`, and kills the
  /// connection of `body` when it has come to wait for that.
  private func killing(
    whenItWaitsFor delivery: Delivery.ID, _ body: @escaping @Sendable (Stores) throws -> Void
  ) throws {
    struct Done: Error {}
    let options = fixture.options
    let hasFailed = try inParallel(2) { number, gate in
      let database = Database(options)
      guard number == 0 else {
        gate.wait()
        do {
          try body(Stores(database, seal: Seal(Fixture.keys)))
          return false
        } catch {
          return true
        }
      }
      do {
        try database.transaction {
          try database.execute(
            """
            INSERT INTO webhook_attempts (delivery_id, number, started_at, endpoint_url,
                                          request_headers, response_headers, response_body, manual)
            VALUES (\(delivery), 1, NOW(6), '', '', '', '', FALSE)
            """)
          gate.wait()
          try Self.killWriter(by: database, of: options.database)
          throw Done()
        }
      } catch is Done {}
      return true
    }
    #expect(hasFailed[1])
  }

  /// Kills whoever else is inserting attempts into that database.
  private static func killWriter(by database: Database, of name: String) throws {
    for _ in 0..<1_000 {
      let found = try database.first(
        """
        SELECT id FROM information_schema.processlist
         WHERE db = \(name) AND id <> CONNECTION_ID() AND info LIKE 'INSERT INTO webhook_attempts%'
        """
      ) { row in try row.int() }
      if let found {
        try database.run(script: "KILL \(found)")
        return
      }
      usleep(10_000)
    }
    Issue.record("nobody came to insert attempts")
  }
}
