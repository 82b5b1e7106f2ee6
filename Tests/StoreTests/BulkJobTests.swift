import Domain
import MariaDB
import Testing

@testable import Store

/// Jobs of administrators, for deliveries of many webhooks.
@Suite struct BulkJobTests {
  let fixture: Fixture
  let administrator: User
  let people: [User]
  let webhooks: [Webhook.ID]

  init() throws {
    let fixture = try Fixture()
    self.fixture = fixture
    administrator = try fixture.user("root@example.com", role: .administrator)
    people = try ["ada@example.com", "bob@example.com"].map { try fixture.user($0) }
    webhooks = try people.map { try fixture.webhook(of: $0) }
  }

  private var jobs: BulkJobStore { fixture.stores.bulkJobs }
  private var actor: Actor { Actor(kind: .user, id: administrator.id.rawValue) }

  /// So many of each person's that failed for good.
  private func fail(_ count: Int) throws {
    for (person, webhook) in zip(people, webhooks) {
      try fixture.emit(count, for: person)
      let claimed = try fixture.claim(webhook, upTo: count)
      try fixture.record(
        claimed.map { Fixture.report($0, .failure(.status, status: 500)) },
        rules: Fixture.rules(waits: []))
    }
  }

  private func begin(_ kind: RetryJob.Kind = .retry, _ filter: DeadFilter = DeadFilter()) throws
    -> RetryJob.ID
  {
    let begun = try jobs.start(kind, filter, by: administrator.id, actor: actor)
    return try #require(begun.job)
  }

  private func run(_ id: RetryJob.ID, _ outcome: Outcome) throws {
    for _ in 1...200 where try !jobs.find(id).state.isOver {
      while try jobs.step(id) {}
      let claimed = try fixture.claim(webhooks[0], webhooks[1], upTo: 500)
      try fixture.record(claimed.map { Fixture.report($0, outcome) })
    }
  }

  private func statuses() throws -> [Delivery.Status: Int] {
    Dictionary(grouping: try fixture.deliveries(), by: \.status).mapValues(\.count)
  }

  private func actions() throws -> [String] {
    try fixture.database.query(
      """
      SELECT action FROM audit_log
       WHERE action LIKE 'deliveries.%' OR action LIKE 'bulk_job.%' ORDER BY at, id
      """
    ) { row in try row.text() }
  }

  @Test func `each failed one of every webhook gets one more attempt`() throws {
    try fail(80)
    let id = try begin()
    #expect(try jobs.find(id).total == 160 && jobs.live() == [id])

    try run(id, .success(status: 200))

    let job = try jobs.find(id)
    #expect(job.state == .done && job.delivered == 160 && job.left == 0)
    #expect(job.startedBy == "root@example.com")
    #expect(try statuses() == [.delivered: 160])
    #expect(try jobs.live().isEmpty && actions() == ["deliveries.retried", "bulk_job.ended"])
  }

  @Test func `no more than its window is queued at once, and few before the first success`() throws
  {
    try fail(300)
    let id = try begin()

    while try jobs.step(id) {}
    #expect(try statuses()[.pending] == BulkJob.cautiousWindow)
    let claimed = try fixture.claim(webhooks[0], webhooks[1], upTo: 500)
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    while try jobs.step(id) {}

    #expect(try statuses()[.pending] == BulkJob.window)
  }

  @Test func `what fails again is not sent once more`() throws {
    try fail(20)
    let id = try begin()

    try run(id, .failure(.timeout))

    #expect(try jobs.find(id).failed == 40)
    #expect(try fixture.deliveries().allSatisfy { $0.attemptNumber == 2 })
  }

  @Test func `failures in a row slow it down, and each still gets its attempt`() throws {
    try fail(70)
    let id = try begin()
    var widest = 0

    for _ in 1...200 where try !jobs.find(id).state.isOver {
      while try jobs.step(id) {}
      let claimed = try fixture.claim(webhooks[0], webhooks[1], upTo: 500)
      if try jobs.find(id).isSlow { widest = max(widest, claimed.count) }
      try fixture.record(claimed.map { Fixture.report($0, .failure(.status, status: 500)) })
    }

    let job = try jobs.find(id)
    #expect(job.state == .done && job.failed == 140 && job.isSlow)
    #expect(widest == 1)
    #expect(try fixture.deliveries().allSatisfy { $0.attemptNumber == 2 })
  }

  @Test func `one that is delivered makes it fast again`() throws {
    try fail(110)
    let id = try begin()
    while try jobs.find(id).failed < 100 {
      while try jobs.step(id) {}
      let claimed = try fixture.claim(webhooks[0], webhooks[1], upTo: 500)
      try fixture.record(claimed.map { Fixture.report($0, .failure(.status, status: 500)) })
    }
    while try jobs.step(id) {}
    #expect(try statuses()[.pending] == 1)

    let claimed = try fixture.claim(webhooks[0], webhooks[1])
    try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    while try jobs.step(id) {}

    #expect(try statuses()[.pending] == 119)
  }

  @Test func `whose webhook it was is told once for each job, however many steps it took`() throws {
    try fail(130)
    let other = try begin(.drop, DeadFilter(webhook: webhooks[0], selection: nil))
    try run(other, .success(status: 200))
    try run(try begin(), .success(status: 200))
    let attention = fixture.stores.attention

    let ada = try attention.find(of: people[0].id, rules: Self.noticeRules).items
    let bob = try attention.find(of: people[1].id, rules: Self.noticeRules).items

    #expect(ada.filter { $0.count != nil }.map(\.kind) == [.dropped])
    #expect(ada.first { $0.kind == .dropped }?.count == 130)
    #expect(bob.filter { $0.count != nil }.map(\.kind) == [.sentAgain])
    let told = try #require(bob.first { $0.kind == .sentAgain })
    #expect(told.count == 130 && told.subject == webhooks[1].rawValue)

    try attention.hide(try #require(told.notice), of: people[1].id, by: .command)
    #expect(
      try attention.find(of: people[1].id, rules: Self.noticeRules).items.allSatisfy {
        $0.kind != .sentAgain
      })
  }

  @Test func `an administrator is not told of their own job`() throws {
    let own = try fixture.webhook(of: administrator)
    try fixture.emit(3, for: administrator)
    let claimed = try fixture.claim(own)
    try fixture.record(
      claimed.map { Fixture.report($0, .failure(.timeout)) }, rules: Fixture.rules(waits: []))

    let id = try begin(.drop)
    while try jobs.step(id) {}

    #expect(try fixture.number("SELECT COUNT(*) FROM notices") == 0)
    #expect(try jobs.find(id).done == 3)
  }

  private static let noticeRules = NoticeRules(disableAfter: Interval(seconds: 5 * 86_400))

  @Test func `a paused webhook, a disabled user and a purged payload are passed over`() throws {
    try fail(10)
    let third = try fixture.user("eve@example.com")
    let hers = try fixture.webhook(of: third)
    try fixture.emit(2, for: third)
    let claimed = try fixture.claim(hers)
    try fixture.record(
      claimed.map { Fixture.report($0, .failure(.timeout)) }, rules: Fixture.rules(waits: []))
    try fixture.change(webhooks[0], of: people[0]) { $0.isActive = false }
    try fixture.stores.users.setStatus(.disabled, of: third.id, by: .command)
    try fixture.database.execute(
      "UPDATE events SET body = NULL WHERE user_id = \(people[1].id) ORDER BY id LIMIT 3")
    let id = try begin()

    try run(id, .success(status: 200))

    let job = try jobs.find(id)
    #expect(job.state == .done && job.delivered == 7 && job.skipped == 15 && job.left == 0)
    #expect(try statuses() == [.delivered: 7, .failed: 15])
  }

  @Test func `a filter and a list leave the others as they are`() throws {
    try fail(6)
    let list = Array(try fixture.deliveries().map(\.id)[3..<8])

    try run(try begin(.retry, DeadFilter(user: people[0].id)), .success(status: 200))
    #expect(try statuses() == [.delivered: 6, .failed: 6])
    try run(try begin(.drop, DeadFilter(selection: list)), .success(status: 200))

    let dropped = try fixture.deliveries().filter { $0.error == .dropped }.map(\.id)
    #expect(dropped == Array(list[3...]))
    #expect(try fixture.stores.deadLetters.count(DeadFilter()).count.number == 4)
    #expect(
      try actions() == [
        "deliveries.retried", "bulk_job.ended", "deliveries.dropped", "bulk_job.ended",
      ])
  }

  @Test func `one that is stopped sends nothing more, and ends when what is queued has ended`()
    throws
  {
    try fail(100)
    let id = try begin()
    while try jobs.step(id) {}

    try jobs.stop(id, by: actor)
    while try jobs.step(id) {}
    #expect(try jobs.find(id).state == .stopping)
    try run(id, .success(status: 200))

    let job = try jobs.find(id)
    #expect(job.state == .stopped && job.delivered == BulkJob.cautiousWindow && job.left == 150)
    #expect(try actions() == ["deliveries.retried", "bulk_job.stopped", "bulk_job.ended"])
  }

  @Test func `it ends though a webhook was paused with some of it in the queue`() throws {
    try fail(5)
    let id = try begin()
    while try jobs.step(id) {}
    for (person, webhook) in zip(people, webhooks) {
      try fixture.change(webhook, of: person) { $0.isActive = false }
      _ = try fixture.stores.queue.clear(webhook, leaseSeconds: 60)
    }
    #expect(try !jobs.find(id).state.isOver)
    try fixture.database.execute(
      "UPDATE retry_jobs SET moved_at = moved_at - INTERVAL 2 MINUTE")

    for _ in 1...3 { _ = try jobs.step(id) }

    #expect(try jobs.find(id).state == .done)
  }

  @Test func `a few run at once, and a form begins one`() throws {
    try fail(200)
    let session = try fixture.session(of: administrator)
    let form = FormTicket(session: session.id, form: try UUID.new()) { _ in "/there" }
    _ = try jobs.start(.retry, DeadFilter(), form: form, by: administrator.id, actor: actor)

    #expect(throws: StoreError.duplicate) {
      try jobs.start(.retry, DeadFilter(), form: form, by: administrator.id, actor: actor)
    }
    for _ in 2...BulkJob.liveLimit { _ = try begin() }
    #expect(throws: StoreError.limitReached(BulkJob.liveLimit)) { try begin() }
    #expect(
      try jobs.start(
        .drop, DeadFilter(host: "nowhere.example"), by: administrator.id, actor: actor
      ).job == nil)
  }

  @Test func `a webhook's own job is none of them`() throws {
    try fail(30)
    let own = try fixture.stores.retryJobs.start(
      RetryScope(kind: .retry, since: Timestamp(seconds: 0)), of: webhooks[0],
      user: people[0].id, by: .command)
    let job = try #require(own.job)

    #expect(throws: StoreError.notFound) { try jobs.find(job) }
    #expect(throws: StoreError.notFound) { try jobs.stop(job, by: actor) }
    #expect(try jobs.live().isEmpty && !jobs.step(job))
    let bulk = try begin()
    #expect(try fixture.stores.retryJobs.live() == [job])
    #expect(try !fixture.stores.retryJobs.step(bulk))
  }

  @Test func `two workers send none twice`() throws {
    try fail(100)
    let id = try begin(.drop)
    let options = fixture.options

    let steps = try inParallel(2) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      gate.wait()
      var steps = 0
      for _ in 1...50 where try stores.bulkJobs.step(id) { steps += 1 }
      return steps
    }

    #expect(steps.reduce(0, +) >= 1)
    let job = try jobs.find(id)
    #expect(job.state == .done && job.queued == 200 && job.skipped == 0)
  }
}
