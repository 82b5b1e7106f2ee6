import Domain
import MariaDB
import TestSupport
import Testing

@testable import Store

/// What failed for good, marked by `dead_at` whichever way it came and went.
@Suite struct DeadLetterTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  private var dead: DeadLetterStore { fixture.stores.deadLetters }

  /// A failed one that is marked wrongly, or another one that is marked at all.
  private func isMarkedRight() throws -> Bool {
    try fixture.number(
      """
      SELECT COUNT(*) FROM webhook_deliveries
       WHERE NOT dead_at <=> IF(status = 'failed' AND NOT test AND NOT error <=> 'dropped',
                                finished_at, NULL)
      """) == 0
  }

  private func count() throws -> Int { try dead.count(DeadFilter()).count.number }

  private func send(_ outcome: Outcome, waits: [Int64] = []) throws {
    let claimed = try fixture.claim(webhook, upTo: 500)
    try fixture.record(
      claimed.map { Fixture.report($0, outcome) }, rules: Fixture.rules(waits: waits))
  }

  private func pause() throws {
    try fixture.change(webhook, of: user) { $0.isActive = false }
    _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)
  }

  @Test func `a result marks what it ends, and nothing else`() throws {
    try fixture.emit(3, for: user)
    try send(.failure(.timeout), waits: [0])
    #expect(try count() == 0)
    try send(.failure(.timeout))
    #expect(try count() == 3)
    try fixture.emit(2, for: user)
    try send(.success(status: 200))

    #expect(try count() == 3 && isMarkedRight())
  }

  @Test func `sending one again takes the mark off, and a second failure brings it back`() throws {
    try fixture.emit(for: user)
    try send(.failure(.timeout))
    let id = try #require(try fixture.delivery()).id

    try fixture.stores.deliveries.retry(id, of: user.id, by: .command)
    #expect(try count() == 0 && isMarkedRight())
    try send(.failure(.timeout))
    #expect(try count() == 1 && isMarkedRight())
    try fixture.stores.deliveries.retry(id, of: user.id, by: .command)
    try send(.success(status: 200))

    #expect(try count() == 0 && isMarkedRight())
  }

  @Test func `what is interrupted too often is marked as well`() throws {
    try fixture.emit(for: user)
    for _ in 0...Delivery.interruptionLimit {
      _ = try fixture.claim(webhook)
      try fixture.endLeases()
    }

    #expect(try fixture.delivery()?.status == .failed)
    #expect(try count() == 1 && isMarkedRight())
  }

  @Test func `a job marks what it takes back again`() throws {
    try fixture.emit(40, for: user)
    try send(.failure(.status, status: 500))
    let jobs = fixture.stores.retryJobs
    let begun = try jobs.start(
      RetryScope(kind: .retry, since: Timestamp(seconds: 0)), of: webhook, user: user.id,
      by: .command)
    let job = try #require(begun.job)
    while try jobs.step(job) {}
    #expect(try count() == 20 && isMarkedRight())

    try jobs.stop(job, of: webhook, user: user.id, by: .command)
    while try jobs.step(job) {}

    #expect(try count() == 40 && isMarkedRight())
  }

  @Test func `a webhook that is paused, resumed, deleted leaves no wrong mark`() throws {
    try fixture.emit(2, for: user)
    try send(.failure(.timeout))
    try fixture.emit(3, for: user)
    try pause()
    #expect(try count() == 2 && isMarkedRight())
    try fixture.change(webhook, of: user) { $0.isActive = true }
    try fixture.emit(3, for: user)
    try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)
    _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)

    // What was dropped is no dead letter; what failed before is.
    #expect(try count() == 2 && isMarkedRight())
  }

  @Test func `held ones that are dropped are not dead, nor are tests`() throws {
    try fixture.emit(3, for: user)
    try pause()
    let jobs = fixture.stores.retryJobs
    let begun = try jobs.start(
      RetryScope(kind: .drop, since: Timestamp(seconds: 0)), of: webhook, user: user.id,
      by: .command)
    while try jobs.step(try #require(begun.job)) {}
    let test = try fixture.stores.deliveries.beginTest(
      of: webhook, user: user.id, type: "lead.created", timestamp: currentTime(),
      body: Array("{}".utf8), leaseSeconds: 60, by: .command)
    try fixture.record([Fixture.report(test, .failure(.timeout))])

    #expect(try fixture.deliveries().allSatisfy { $0.status == .failed })
    #expect(try count() == 0 && isMarkedRight())
  }

  @Test func `one is given up, unless it is delivered or on its way`() throws {
    let deliveries = fixture.stores.deliveries
    try fixture.emit(for: user)
    let id = try #require(try fixture.delivery()).id
    let claimed = try fixture.claim(webhook)
    #expect(throws: StoreError.beingSent) { try deliveries.drop(id, of: user.id, by: .command) }
    try fixture.record(
      [Fixture.report(claimed[0], .failure(.timeout))], rules: Fixture.rules(waits: []))
    let other = try fixture.user("other@example.com")
    #expect(throws: StoreError.notFound) { try deliveries.drop(id, of: other.id, by: .command) }

    for _ in 1...2 { try deliveries.drop(id, of: user.id, by: .command) }

    #expect(try fixture.delivery()?.error == .dropped)
    #expect(try count() == 0 && isMarkedRight())
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'delivery.dropped'") == 1)
    try deliveries.retry(id, of: user.id, by: .command)
    try send(.success(status: 200))
    #expect(throws: StoreError.delivered) { try deliveries.drop(id, of: user.id, by: .command) }
  }

  @Test func `what waits or is held is given up as well`() throws {
    try fixture.emit(for: user)
    try pause()
    try fixture.change(webhook, of: user) { $0.isActive = true }
    try fixture.emit(for: user)

    for row in try fixture.deliveries() {
      try fixture.stores.deliveries.drop(row.id, of: user.id, by: .command)
    }

    let rows = try fixture.deliveries()
    #expect(rows.allSatisfy { $0.status == .failed && $0.error == .dropped })
    #expect(try fixture.claim(webhook).isEmpty && isMarkedRight())
  }

  @Test func `those that failed before the column are marked by the migration`() throws {
    try fixture.emit(1_203, for: user)
    while try fixture.deliveries().contains(where: { $0.status == .pending }) {
      try send(.failure(.timeout))
    }
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET error = 'dropped' ORDER BY id DESC LIMIT 3")
    try fixture.database.execute("UPDATE webhook_deliveries SET dead_at = NULL")
    let script = try #require(SQLFile.migrations.first { $0.name.hasSuffix("_dead_letters") })
      .script

    for _ in 1...2 { try fixture.database.run(script: script) }

    #expect(try count() == 1_200 && isMarkedRight())
  }

  @Test func `pages go from the newest to the oldest and back, narrowed or not`() throws {
    try fixture.emit(9, for: user)
    for (start, outcome) in [Outcome.failure(.timeout), .failure(.status, status: 401)].enumerated()
    {
      let claimed = try fixture.claim(webhook, upTo: start == 0 ? 4 : 5)
      try fixture.record(
        claimed.map { Fixture.report($0, outcome) }, rules: Fixture.rules(waits: []))
    }
    let all = try fixture.database.query(
      "SELECT id FROM webhook_deliveries ORDER BY dead_at DESC, id DESC"
    ) { row in try row.id(Delivery.self) }

    let first = try dead.page(DeadFilter(), from: .newest, limit: 5)
    let second = try dead.page(DeadFilter(), from: .after(#require(first.older)), limit: 5)
    let back = try dead.page(DeadFilter(), from: .before(#require(second.newer)), limit: 5)
    let refused = DeadFilter(
      host: "hooks.example.com", cause: DeadCause(error: .status, status: 401), user: user.id,
      webhook: webhook, eventType: "lead.created")
    let narrowed = try dead.page(refused, from: .newest, limit: 25)
    let elsewhere = try dead.page(DeadFilter(host: "example.com"), from: .newest, limit: 25)

    #expect(first.deliveries.map(\.delivery.id) == Array(all[..<5]))
    #expect(second.deliveries.map(\.delivery.id) == Array(all[5...]))
    #expect(back.deliveries.map(\.delivery.id) == first.deliveries.map(\.delivery.id))
    #expect(first.newer == nil && second.older == nil && back.newer == nil)
    #expect(narrowed.deliveries.count == 5 && narrowed.searchedTo == nil)
    #expect(elsewhere.deliveries.isEmpty)
    #expect(try dead.count(refused).count == BoundedCount(5))
    #expect(
      try dead.groups().groups == [
        DeadGroup(
          host: "hooks.example.com", cause: DeadCause(error: .status, status: 401), count: 5),
        DeadGroup(
          host: "hooks.example.com", cause: DeadCause(error: .timeout, status: nil), count: 4),
      ])
    #expect(try dead.deadCount(sinceHours: 24) == BoundedCount(9))
    #expect(try dead.deadCount(sinceHours: 24, limit: 5) == BoundedCount(5, isAll: false))
  }

  @Test func `a host is the address's own, in lower case`() throws {
    let hosts = [
      "https://Hooks.Example.com/in": "hooks.example.com", "https://a.example?x=://b/": "a.example",
      "https://a.example:8443/x:y": "a.example", "http://localhost:8080": "localhost",
    ]
    for (url, host) in hosts {
      try fixture.database.execute("UPDATE webhooks SET endpoint_url = \(url)")
      #expect(try fixture.text("SELECT endpoint_host FROM webhooks") == host, "\(url)")
    }
  }
}
