import Domain
import Logging
import MariaDB
import Store
import Synchronization
import TestSupport
import Testing

@testable import Worker

/// The loops that claim and record, on a real database. What is handed out to be sent is answered with
/// 200 at once.
@Suite struct LoopsTests {
  private let database: Database
  private let options: DatabaseOptions
  private let user: User

  init() throws {
    var options = try TestServer.shared.makeDatabase()
    options.sessionStatements = Stores.sessionStatements
    self.options = options
    database = Database(options)
    for file in SQLFile.numbered { try database.run(script: file.text) }
    let stores = Stores(database, seal: Self.seal)
    user = try stores.users.add(
      email: "ada@example.com", role: .user, passwordHash: nil, by: .command)
    _ = try stores.webhooks.create(
      WebhookDraft(
        name: "CRM", endpointURL: "https://hooks.example.com/in", events: .all,
        startsPaused: false, secret: try Secret(.v1, bytes: Array("a secret of 24 bytes, ok".utf8)),
        headers: [], maxInFlight: nil, maxPerSecond: nil, isOrdered: false),
      for: user.id, limit: 1, by: .command)
    let event = NewEvent(
      user: user, type: "lead.created", timestamp: Timestamp(seconds: 1),
      body: Event.body(
        type: "lead.created", timestamp: Timestamp(seconds: 1), data: Array("{}".utf8)))
    try stores.events.emit([event, event, event])
  }

  private static let seal = Seal(
    KeyRing(
      primary: KeyRing.Key(
        id: 1, status: .primary, madeAt: Timestamp(seconds: 0),
        bytes: [UInt8](repeating: 7, count: 32))))

  /// Runs until nothing is left, by way of `socket`.
  private func drain(by socket: String) throws -> QueueLoopEnding {
    var options = options
    options.socket = socket
    let lines = Lines()
    return try run(on: options, receiver: Receiver(lines: lines), lines: lines)
  }

  private func run(
    on options: DatabaseOptions, receiver: Receiver, lines: Lines,
    concurrency: Int = 16, lingerMilliseconds: Int64 = 0, waitMilliseconds: Int64? = nil,
    waited: @escaping (Int64) -> Void = { _ in },
    until isDone: @escaping () -> Bool = { false }
  ) throws -> QueueLoopEnding {
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let records = onThread {
      var loop = RecordLoop(
        queue: Stores(Database(options), seal: Self.seal).queue,
        rules: RecordingRules(
          schedule: RetrySchedule(waits: [], jitter: 0), disableAfterSeconds: 86_400),
        events: lines.events, results: lines.results, isStopping: { false },
        wait: { MonotonicClock.sleep(milliseconds: min($0, 5)) }, logger: logger)
      return loop.run()
    }
    var loop = ClaimLoop(
      queue: Stores(Database(options), seal: Self.seal).queue,
      limits: ClaimLoop.Limits(
        concurrency: concurrency, leaseSeconds: 60, attemptTimeoutMilliseconds: 1_000,
        lingerMilliseconds: lingerMilliseconds, probeRestMilliseconds: 500),
      assignments: receiver, results: lines.results, isStopping: isDone,
      stopSending: { lines.events.put([.ended]) },
      wait: {
        waited($0)
        MonotonicClock.sleep(milliseconds: waitMilliseconds ?? min($0, 20))
      },
      logger: logger)
    let ending = loop.run()
    return try records() == .done ? ending : .databaseLost
  }

  /// So many more, with strict order.
  private func addOrdered(_ count: Int) throws -> [Webhook.ID] {
    try (1...count).map { try add("Webhook \($0)", isOrdered: true) }
  }

  private func addUnlimited() throws -> Webhook.ID {
    try add("Another", isOrdered: false)
  }

  private func add(_ name: String, isOrdered: Bool) throws -> Webhook.ID {
    try Stores(database, seal: Self.seal).webhooks.create(
      WebhookDraft(
        name: name, endpointURL: "https://hooks.example.com/more", events: .all,
        startsPaused: false, secret: try Secret(.v1, bytes: Array("a secret of 24 bytes, ok".utf8)),
        headers: [], maxInFlight: nil, maxPerSecond: nil, isOrdered: isOrdered),
      for: user.id, limit: 1_000, by: .command)
  }

  private func emit(_ count: Int) throws {
    let event = NewEvent(
      user: user, type: "lead.created", timestamp: Timestamp(seconds: 1), body: Array("{}".utf8))
    try Stores(database, seal: Self.seal).events.emit(Array(repeating: event, count: count))
  }

  private func number(_ sql: SQL) throws -> Int {
    try #require(database.first(sql) { row in try row.int() })
  }

  @Test func `what is due is sent and put on record`() throws {
    #expect(try drain(by: TestServer.shared.socket) == .done)

    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'") == 3)
    #expect(try number("SELECT COUNT(*) FROM webhook_attempts") == 3)
  }

  @Test func `a webhook whose secret is damaged is paused, and the others get theirs`() throws {
    let other = try addUnlimited()
    try emit(2)
    try database.execute(
      """
      UPDATE webhook_secrets SET secret_sealed = CONCAT(secret_sealed, '!')
       WHERE webhook_id <> \(other)
      """)

    #expect(try drain(by: TestServer.shared.socket) == .done)

    #expect(
      try number("SELECT COUNT(*) FROM webhooks WHERE paused_reason = 'damaged' AND version = 2")
        == 1)
    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'") == 2)
    #expect(try number("SELECT COUNT(*) FROM audit_log WHERE action = 'webhook.paused'") == 1)
  }

  /// Which bytes name the key says `Seal`.
  @Test func `a webhook whose key is missing waits, and that is noted once`() throws {
    try database.execute(
      """
      UPDATE webhook_secrets
         SET secret_sealed = CONCAT(LEFT(secret_sealed, 2), X'00000009', SUBSTR(secret_sealed, 7))
      """)

    for _ in 1...2 { #expect(try drain(by: TestServer.shared.socket) == .done) }

    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'pending'") == 3)
    #expect(try number("SELECT COUNT(*) FROM webhooks WHERE status = 'active'") == 1)
    #expect(
      try number("SELECT COUNT(*) FROM webhook_health WHERE key_missing_at IS NOT NULL") == 1)
  }

  /// The first COMMIT is the claim's, the second that of its results.
  @Test func `results whose COMMIT was not answered are on record once`() throws {
    let proxy = FaultProxy(.loseAnswer, to: .commit, after: 1)

    #expect(try drain(by: proxy.socket) == .done)

    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'") == 3)
    #expect(try number("SELECT COUNT(*) FROM webhook_attempts") == 3)
    #expect(try number("SELECT delivered FROM delivery_counts") == 3)
  }

  /// As between two workers on two nodes of a cluster: six times in a row another one was faster.
  @Test func `results that lost against others again and again are kept`() throws {
    let proxy = FaultProxy(.refuse, to: .commit, after: 1, times: 13)

    #expect(try drain(by: proxy.socket) == .done)

    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'") == 3)
    #expect(try number("SELECT COUNT(*) FROM webhook_attempts") == 3)
  }

  /// They answer once, so that they are not on probation, and then never again; strict order leaves
  /// each no room beside the one in flight.
  @Test func `webhooks without room do not take the places of one that has some`() throws {
    let slow = Set(try addOrdered(ClaimLoop.webhooksPerClaim + 8))
    try emit(40)
    let lines = Lines()
    let receiver = Receiver(
      lines: lines,
      isAnswered: { webhook, earlier in
        !slow.contains(webhook) || earlier == 0
      })
    let deadline = MonotonicClock.milliseconds + 10_000

    _ = try run(
      on: options, receiver: receiver, lines: lines, concurrency: 256,
      until: {
        receiver.answered { !slow.contains($0) } == 43 || MonotonicClock.milliseconds > deadline
      })

    #expect(receiver.answered { !slow.contains($0) } == 43)
  }

  @Test func `many webhooks with little each take no transaction for every few of them`() throws {
    _ = try (1...400).map { try add("Webhook \($0)", isOrdered: false) }
    try emit(1)
    let lines = Lines()
    let receiver = Receiver(lines: lines)

    #expect(try run(on: options, receiver: receiver, lines: lines, concurrency: 256) == .done)

    #expect(receiver.answered { _ in true } == 404)
    // With 32 in each it would be 13 at least.
    #expect(receiver.claimCount < 10)
  }

  /// One of each is in flight at another worker.
  @Test func `webhooks that give nothing now do not take the places of one that does`() throws {
    try database.execute("DELETE FROM webhook_deliveries")
    let busy = try addOrdered(ClaimLoop.webhooksPerClaim + 8)
    try emit(2)
    try database.execute(
      """
      UPDATE webhook_deliveries
         SET in_flight = TRUE, due_at = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR
       WHERE webhook_id IN (\(list: busy))
         AND id IN (SELECT MIN(id) FROM webhook_deliveries GROUP BY webhook_id)
      """)
    try database.execute(
      """
      UPDATE webhook_deliveries SET due_at = UTC_TIMESTAMP(6)
       WHERE webhook_id NOT IN (\(list: busy))
      """)
    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE in_flight") == busy.count)
    let lines = Lines()
    let receiver = Receiver(lines: lines)
    let deadline = MonotonicClock.milliseconds + 10_000

    _ = try run(
      on: options, receiver: receiver, lines: lines, concurrency: 256, lingerMilliseconds: 60_000,
      waitMilliseconds: 500,
      until: { receiver.answered { _ in true } == 2 || MonotonicClock.milliseconds > deadline })

    #expect(receiver.answered { !busy.contains($0) } == 2)
    #expect(receiver.answered(busy.contains) == 0)
  }

  /// Its number of attempts has come to what the column holds, and one more has to be put on record.
  @Test func `a webhook that cannot be claimed for leaves the others their turn`() throws {
    let broken = try addOrdered(1)[0]
    try emit(1)
    try database.execute(
      """
      UPDATE webhook_deliveries SET in_flight = TRUE, attempt_number = 65535
       WHERE webhook_id = \(broken)
      """)
    let lines = Lines()
    let receiver = Receiver(lines: lines)
    let deadline = MonotonicClock.milliseconds + 10_000

    _ = try run(
      on: options, receiver: receiver, lines: lines, lingerMilliseconds: 60_000,
      until: { receiver.answered { _ in true } == 4 || MonotonicClock.milliseconds > deadline })

    #expect(receiver.answered { $0 != broken } == 4)
  }

  /// A second and a half are room for four probes; the others' three deliveries come at once.
  @Test
  func `an endpoint that has failed for long gets one probe at a time, and nobody else waits`()
    throws
  {
    try database.execute("DELETE FROM webhook_deliveries")
    let dead = try addUnlimited()
    try emit(40)
    try database.execute(
      """
      INSERT INTO webhook_health (webhook_id, failing_since)
      VALUES (\(dead), UTC_TIMESTAMP(6) - INTERVAL 2 HOUR)
      """)
    let lines = Lines()
    let receiver = Receiver(
      lines: lines,
      outcome: { webhook in
        webhook == dead ? .failure(.status, status: 500) : .success(status: 200)
      })
    let start = MonotonicClock.milliseconds

    _ = try run(
      on: options, receiver: receiver, lines: lines, concurrency: 64,
      lingerMilliseconds: 60_000, until: { MonotonicClock.milliseconds > start + 1_500 })

    #expect(receiver.answered { $0 != dead } == 40)
    #expect((1...4).contains(receiver.answered { $0 == dead }))
  }

  /// They answered twenty each, which is how they came by so many at once.
  @Test func `endpoints that stop answering leave a slot to one that goes on`() throws {
    let hanging = Set(try (1...4).map { try add("Hangs \($0)", isOrdered: false) })
    try emit(100)
    let lines = Lines()
    let receiver = Receiver(
      lines: lines,
      isAnswered: { webhook, earlier in !hanging.contains(webhook) || earlier < 20 })
    let start = MonotonicClock.milliseconds
    var hasEmitted = false

    _ = try run(
      on: options, receiver: receiver, lines: lines, concurrency: 64,
      until: {
        let now = MonotonicClock.milliseconds
        let answered = receiver.answered { !hanging.contains($0) }
        // All slots that they can have are theirs by then.
        if !hasEmitted, answered == 103, now > start + 2_000 {
          hasEmitted = true
          do { try emit(1) } catch { Issue.record(error) }
        }
        return answered == 104 || now > start + 6_000
      })

    #expect(receiver.answered(hanging.contains) == 80)
    #expect(receiver.answered { !hanging.contains($0) } == 104)
  }

  /// The webhook's rate allows the next one after a second, but the only slot is taken.
  @Test func `it does not spin while nothing can be claimed`() throws {
    try database.execute("DELETE FROM webhook_deliveries")
    try database.execute("UPDATE webhooks SET max_per_second = 1")
    try emit(2)
    let lines = Lines()
    let receiver = Receiver(lines: lines, isAnswered: { _, _ in false })
    let start = MonotonicClock.milliseconds
    let shortWaits = Mutex(0)

    _ = try run(
      on: options, receiver: receiver, lines: lines, concurrency: 1,
      waited: { wait in if wait < 10 { shortWaits.withLock { $0 += 1 } } },
      until: { MonotonicClock.milliseconds > start + 1_500 })

    #expect(shortWaits.withLock { $0 } < 5)
  }
}

/// From one side to the other; here both sides are one thread.
private final class Box<Element: Sendable>: Channel {
  private let elements = Mutex<[Element]>([])

  func put(_ new: [Element]) {
    elements.withLock { $0 += new }
  }

  func take() -> [Element] {
    elements.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}

/// What the sending thread tells the two others.
private struct Lines {
  let events = Box<SendingEvent>()
  let results = Box<ResultEvent>()

  func tell(_ done: [SendingEvent]) {
    results.put(done.compactMap { ResultEvent($0) })
    events.put(done)
  }
}

/// Every assignment ends at once, as a success unless told otherwise, but for those never answered.
private final class Receiver: Channel {
  private let lines: Lines
  private let isAnswered: @Sendable (Webhook.ID, _ earlier: Int) -> Bool
  private let outcome: @Sendable (Webhook.ID) -> Outcome
  private let counts = Mutex<[Webhook.ID: Int]>([:])
  private let claims = Mutex(0)

  init(
    lines: Lines,
    outcome: @escaping @Sendable (Webhook.ID) -> Outcome = { _ in .success(status: 200) },
    isAnswered: @escaping @Sendable (Webhook.ID, _ earlier: Int) -> Bool = { _, _ in true }
  ) {
    self.lines = lines
    self.outcome = outcome
    self.isAnswered = isAnswered
  }

  /// How many were answered of webhooks that fit.
  func answered(_ fits: (Webhook.ID) -> Bool) -> Int {
    counts.withLock { counts in counts.filter { fits($0.key) }.values.reduce(0, +) }
  }

  /// How often something was assigned.
  var claimCount: Int { claims.withLock { $0 } }

  func put(_ assignments: [Assignment]) {
    claims.withLock { $0 += 1 }
    let answered = counts.withLock { counts in
      assignments.filter { assignment in
        let webhook = assignment.target.webhookID
        guard isAnswered(webhook, counts[webhook, default: 0]) else { return false }
        counts[webhook, default: 0] += 1
        return true
      }
    }
    lines.tell(answered.map(report))
  }

  private func report(_ assignment: Assignment) -> SendingEvent {
    let delivery = assignment.delivery
    return .attempted(
      AttemptReport(
        delivery: delivery.id, webhook: delivery.webhookID, leaseNumber: delivery.leaseNumber,
        startedAt: Timestamp(microseconds: MonotonicClock.microseconds + assignment.clockOffset),
        timings: Attempt.Timings(total: 1), remoteAddress: nil,
        endpointURL: assignment.target.endpointURL, requestHeaders: [], responseHeaders: [],
        responseBody: [], outcome: outcome(delivery.webhookID)))
  }

  func take() -> [Assignment] { [] }
}
