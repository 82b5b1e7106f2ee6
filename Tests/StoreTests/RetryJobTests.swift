import Domain
import MariaDB
import Testing

@testable import Store

/// Many sent again, a few at a time.
@Suite struct RetryJobTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID
  let start: Timestamp

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
    start = try fixture.stores.queue.databaseTime()
  }

  private var jobs: RetryJobStore { fixture.stores.retryJobs }

  /// So many that failed for good.
  private func fail(_ count: Int) throws {
    try fixture.emit(count, for: user)
    let claimed = try fixture.claim(webhook, upTo: count)
    #expect(claimed.count == count)
    try fixture.record(
      claimed.map { Fixture.report($0, .failure(.status, status: 500)) },
      rules: Fixture.rules(waits: []))
  }

  private func hold(_ count: Int) throws {
    try fixture.emit(count, for: user)
    try fixture.change(webhook, of: user) { $0.isActive = false }
    _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)
  }

  private func resume() throws {
    try fixture.change(webhook, of: user) { $0.isActive = true }
  }

  private func begin(_ kind: RetryJob.Kind = .retry, limit: Int? = nil) throws -> RetryJob.ID {
    let begun = try jobs.start(
      RetryScope(kind: kind, since: start), of: webhook, user: user.id, limit: limit, by: .command)
    return try #require(begun.job)
  }

  private func find(_ id: RetryJob.ID) throws -> RetryJob {
    try jobs.find(id, of: webhook, user: user.id)
  }

  private func statuses() throws -> [Delivery.Status: Int] {
    Dictionary(grouping: try fixture.deliveries(), by: \.status).mapValues(\.count)
  }

  /// Steps until nothing more is put into the queue, sends that, and so on.
  private func run(_ id: RetryJob.ID, _ outcome: Outcome) throws {
    for _ in 1...200 where try !find(id).state.isOver {
      while try jobs.step(id) {}
      let claimed = try fixture.claim(webhook, upTo: 500)
      try fixture.record(claimed.map { Fixture.report($0, outcome) })
    }
  }

  @Test func `each failed one gets one more attempt, and the job says what came of them`() throws {
    try fail(150)
    let id = try begin()
    #expect(try find(id).total == 150)

    try run(id, .success(status: 200))

    let job = try find(id)
    #expect(job.state == .done && job.delivered == 150 && job.failed == 0)
    #expect(try statuses() == [.delivered: 150])
    let row = try #require(try fixture.delivery())
    let attempts = try fixture.attempts(of: row.id, user: user)
    #expect(attempts.map(\.jobID) == [nil, id] && attempts.map(\.isManual) == [false, true])
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM webhook_deliveries WHERE retry_job_id IS NOT NULL") == 0)
  }

  @Test
  func `no more than a hundred of a job are queued at once, and few before the first success`()
    throws
  {
    try fail(300)
    let id = try begin()

    while try jobs.step(id) {}
    #expect(try statuses()[.pending] == 20)
    let claimed = try fixture.claim(webhook, upTo: 20)
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    while try jobs.step(id) {}

    #expect(try statuses()[.pending] == 100)
  }

  @Test func `after twenty failures in a row it goes on one at a time, and each gets its attempt`()
    throws
  {
    try fail(70)
    let id = try begin()
    while try jobs.step(id) {}
    let first = try fixture.claim(webhook, upTo: 500)
    try fixture.record(first.map { Fixture.report($0, .failure(.status, status: 500)) })
    while try jobs.step(id) {}
    #expect(try find(id).isSlow)
    #expect(try statuses() == [.pending: 1, .failed: 69])

    try run(id, .failure(.status, status: 500))

    let job = try find(id)
    #expect(job.state == .done && job.failed == 70 && job.delivered == 0)
    #expect(try fixture.deliveries().allSatisfy { $0.status == .failed && $0.attemptNumber == 2 })
  }

  @Test func `one that is delivered ends the slow pace`() throws {
    try fail(130)
    let id = try begin()
    while try jobs.step(id) {}
    let first = try fixture.claim(webhook, upTo: 500)
    try fixture.record(first.map { Fixture.report($0, .failure(.status, status: 500)) })
    while try jobs.step(id) {}
    let probe = try fixture.claim(webhook, upTo: 500)
    #expect(probe.count == 1)

    try fixture.record(probe.map { Fixture.report($0, .success(status: 200)) })
    while try jobs.step(id) {}

    #expect(try statuses()[.pending] == 100)
  }

  @Test func `one at a time is stopped like any other`() throws {
    try fail(40)
    let id = try begin()
    while try jobs.step(id) {}
    let first = try fixture.claim(webhook, upTo: 500)
    try fixture.record(first.map { Fixture.report($0, .failure(.status, status: 500)) })
    while try jobs.step(id) {}

    try jobs.stop(id, of: webhook, user: user.id, by: .command)
    while try jobs.step(id) {}

    let job = try find(id)
    #expect(job.state == .stopped && job.failed == 20 && job.left == 20)
    #expect(try statuses() == [.failed: 40])
  }

  @Test func `one that is stopped takes back what waits and keeps what is done`() throws {
    try fail(60)
    let id = try begin()
    while try jobs.step(id) {}
    let claimed = try fixture.claim(webhook, upTo: 5)

    try jobs.stop(id, of: webhook, user: user.id, by: .command)
    while try jobs.step(id) {}
    #expect(try find(id).state == .stopping)
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    while try jobs.step(id) {}

    let job = try find(id)
    #expect(job.state == .stopped && job.delivered == 5 && job.left == 55)
    #expect(try statuses() == [.delivered: 5, .failed: 55])
    #expect(try fixture.claim(webhook).isEmpty)
  }

  @Test func `held ones go on in the schedule`() throws {
    try hold(3)
    #expect(throws: StoreError.webhookPaused) { try begin(.recover) }
    try resume()
    let id = try begin(.recover)

    try run(id, .failure(.timeout))

    let job = try find(id)
    #expect(job.state == .done && job.failed == 3)
    let rows = try fixture.deliveries()
    #expect(rows.allSatisfy { $0.status == .pending && $0.scheduleStep == 1 && $0.dueIn == 5 })
  }

  @Test func `held ones are dropped while the webhook is paused`() throws {
    try hold(300)
    let id = try begin(.drop)

    while try jobs.step(id) {}

    #expect(try find(id).state == .done)
    let rows = try fixture.deliveries()
    #expect(rows.allSatisfy { $0.status == .failed && $0.error == .dropped })
  }

  @Test func `a webhook has one at a time`() throws {
    try fail(30)
    _ = try begin()

    #expect(throws: StoreError.jobRunning) { try begin() }
  }

  @Test func `pausing the webhook ends it`() throws {
    try fail(30)
    let id = try begin()
    _ = try jobs.step(id)

    try fixture.change(webhook, of: user) { $0.isActive = false }
    _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)
    while try jobs.step(id) {}

    #expect(try find(id).state == .paused)
    #expect(try statuses() == [.failed: 10, .held: 20])
  }

  @Test func `what fails again is not sent once more`() throws {
    try fail(10)
    let id = try begin()

    try run(id, .failure(.status, status: 500))

    #expect(try find(id).failed == 10)
    #expect(try fixture.deliveries().allSatisfy { $0.attemptNumber == 2 })
  }

  @Test func `tests, other times and other types are left out`() throws {
    try fail(2)
    let test = try fixture.stores.deliveries.beginTest(
      of: webhook, user: user.id, type: "lead.created", timestamp: start, body: Array("{}".utf8),
      leaseSeconds: 60, by: .command)
    try fixture.record([Fixture.report(test, .failure(.timeout))])

    func count(_ scope: RetryScope) throws -> Int {
      try jobs.count(scope, of: webhook, user: user.id).count
    }
    #expect(try count(RetryScope(kind: .retry, since: start)) == 2)
    #expect(try count(RetryScope(kind: .retry, since: start, until: start)) == 0)
    #expect(try count(RetryScope(kind: .retry, since: start, eventType: "user.login")) == 0)
    #expect(
      try count(RetryScope(kind: .retry, since: start.advanced(bySeconds: 3_600))) == 0)
  }

  @Test func `a page's job takes the first so many`() throws {
    try fail(12)
    let counted = try jobs.count(
      RetryScope(kind: .retry, since: start), of: webhook, user: user.id, limit: 10)
    #expect(counted.count == 10 && counted.isCut)

    let id = try begin(limit: 10)
    try run(id, .success(status: 200))

    #expect(try find(id).total == 10)
    #expect(try statuses() == [.delivered: 10, .failed: 2])
  }

  @Test func `exactly so many are not more than so many`() throws {
    try fail(10)

    let counted = try jobs.count(
      RetryScope(kind: .retry, since: start), of: webhook, user: user.id, limit: 10)

    #expect(counted.count == 10 && !counted.isCut)
  }

  /// A log of so many that failed, in the hours before.
  private func pile(_ count: Int) throws -> RetryScope {
    try fail(1)
    try fixture.database.execute(
      """
      INSERT INTO webhook_deliveries (id, webhook_id, user_id, event_id, event_type, status,
             attempt_number, error, created_at, finished_at)
      SELECT UUID(), webhook_id, user_id, event_id, event_type, status, attempt_number, error,
             created_at - INTERVAL seq SECOND, finished_at - INTERVAL seq SECOND
        FROM webhook_deliveries, seq_1_to_100000 WHERE seq < \(count)
      """)
    return RetryScope(kind: .retry, since: start.advanced(bySeconds: -86_400))
  }

  @Test func `of a log longer than a page reads a program's job is for all`() throws {
    let scope = try pile(60_000)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET status = 'delivered' WHERE created_at < \(start) LIMIT 7000")

    let page = try jobs.count(scope, of: webhook, user: user.id)
    let begun = try jobs.start(scope, of: webhook, user: user.id, limit: nil, by: .command)

    #expect(page.count == RetryJob.pageLimit && page.isCut)
    #expect(begun.counted.count == 53_000 && !begun.counted.isCut)
    #expect(try find(#require(begun.job)).total == 53_000)
  }

  @Test func `the only one that failed is found behind a long log of others`() throws {
    let scope = try pile(60_000)
    try fixture.database.execute(
      "UPDATE webhook_deliveries SET status = 'delivered' WHERE created_at < \(start)")

    let page = try jobs.count(scope, of: webhook, user: user.id)
    let begun = try jobs.start(scope, of: webhook, user: user.id, limit: nil, by: .command)
    let id = try #require(begun.job)
    while try jobs.step(id), try fixture.claim(webhook).isEmpty {}

    #expect(page.count == 0 && page.isCut)
    #expect(begun.counted.count == 1)
    #expect(try find(id).queued == 1)
  }

  @Test func `a list is sent, those delivered before too`() throws {
    try fail(2)
    try fixture.emit(2, for: user)
    let claimed = try fixture.claim(webhook)
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    let ids = try fixture.deliveries().dropFirst().map(\.id)

    let begun = try jobs.start(
      RetryScope(kind: .retry, since: start, selection: Array(ids)), of: webhook, user: user.id,
      by: .command)
    try run(try #require(begun.job), .success(status: 200))

    #expect(begun.counted.count == 3)
    #expect(try fixture.deliveries().map(\.attemptNumber) == [1, 2, 2, 2])
  }

  @Test func `those whose payload is gone stay as they are`() throws {
    try fail(3)
    try fixture.database.execute("UPDATE events SET body = NULL LIMIT 1")
    let id = try begin()

    try run(id, .success(status: 200))

    #expect(try find(id).state == .done)
    #expect(try statuses() == [.delivered: 2, .failed: 1])
  }

  @Test func `two that step at once queue each delivery once`() throws {
    try fail(100)
    let id = try begin()
    let options = fixture.options

    _ = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      gate.wait()
      for _ in 1...20 { _ = try stores.retryJobs.step(id) }
      return 0
    }

    #expect(try find(id).queued == 20)
    #expect(try statuses()[.pending] == 20)
    #expect(try fixture.claim(webhook, upTo: 500).count == 20)
  }

  @Test func `the end of a job is told until its user hides it, for a week`() throws {
    let rules = NoticeRules(disableAfter: Interval("1h")!)
    func told() throws -> [AttentionItem] {
      try fixture.stores.attention.find(of: user.id, rules: rules).items
        .filter { $0.kind == .jobEnded }
    }
    try fail(3)
    let id = try begin()
    #expect(try told().isEmpty)
    #expect(throws: StoreError.notFound) {
      try fixture.stores.attention.hide(id, of: user.id, by: .command)
    }
    try run(id, .success(status: 200))

    let item = try #require(try told().first)
    #expect(item.subject == id.rawValue && item.notice == id.rawValue)
    #expect(item.job?.delivered == 3 && item.job?.state == .done && item.job?.webhookID == webhook)
    let other = try fixture.user("eve@example.com")
    #expect(try fixture.stores.attention.find(of: other.id, rules: rules).items.isEmpty)
    #expect(throws: StoreError.notFound) {
      try fixture.stores.attention.hide(id, of: other.id, by: .command)
    }

    try fixture.database.execute(
      "UPDATE retry_jobs SET finished_at = finished_at - INTERVAL 7 DAY")
    #expect(try told().isEmpty)
    try fixture.database.execute(
      "UPDATE retry_jobs SET finished_at = finished_at + INTERVAL 6 DAY")
    #expect(try told().count == 1)

    for _ in 1...2 { try fixture.stores.attention.hide(id, of: user.id, by: .command) }
    #expect(try told().isEmpty)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'retry_job.hidden'") == 1)
  }

  @Test func `another user's job is not there, and asking for one of their own does not move it`()
    throws
  {
    try fail(60)
    let id = try begin()
    let other = try fixture.user("eve@example.com")

    #expect(throws: StoreError.notFound) {
      try jobs.start(
        RetryScope(kind: .retry, since: start), of: webhook, user: other.id, by: .command)
    }
    #expect(try find(id).queued == 0)
    #expect(throws: StoreError.notFound) {
      try jobs.stop(id, of: webhook, user: other.id, by: .command)
    }
  }
}
