import Domain
import Logging
import MariaDB
import Store
import Synchronization
import TestSupport
import Testing

@testable import Worker

/// The loop on a real database. What it hands out to be sent is answered with 200 at once.
@Suite struct QueueLoopTests {
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
    _ = try stores.events.emit([event, event, event], answer: { _ in [] })
  }

  private static let seal = Seal(
    KeyRing(
      primary: KeyRing.Key(
        id: 1, status: .primary, madeAt: Timestamp(seconds: 0),
        bytes: [UInt8](repeating: 7, count: 32))))

  /// Runs until nothing is left, by way of `socket`.
  private func drain(by socket: String) -> QueueLoop.Ending {
    var options = options
    options.socket = socket
    let events = Box<SendingEvent>()
    var loop = QueueLoop(
      queue: Stores(Database(options), seal: Self.seal).queue,
      limits: QueueLoop.Limits(
        concurrency: 16, leaseSeconds: 60, attemptTimeoutMilliseconds: 1_000,
        lingerMilliseconds: 0,
        recording: RecordingRules(
          schedule: RetrySchedule(waits: [], jitter: 0), disableAfterSeconds: 86_400)),
      assignments: Receiver(answers: events), events: events, isStopping: { false },
      stopSending: { events.put([.ended]) },
      wait: { MonotonicClock.sleep(milliseconds: min($0, 20)) },
      logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    return loop.run()
  }

  private func number(_ sql: SQL) throws -> Int {
    try #require(database.first(sql) { row in try row.int() })
  }

  @Test func `what is due is sent and put on record`() throws {
    #expect(drain(by: TestServer.shared.socket) == .done)

    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'") == 3)
    #expect(try number("SELECT COUNT(*) FROM webhook_attempts") == 3)
  }

  /// The first COMMIT is the claim's, the second that of its results.
  @Test func `results whose COMMIT was not answered are on record once`() throws {
    let proxy = FaultProxy(.loseAnswer, to: .commit, after: 1)

    #expect(drain(by: proxy.socket) == .done)

    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'") == 3)
    #expect(try number("SELECT COUNT(*) FROM webhook_attempts") == 3)
    #expect(try number("SELECT delivered FROM delivery_counts") == 3)
  }

  /// As between two workers on two nodes of a cluster: six times in a row another one was faster.
  @Test func `results that lost against others again and again are kept`() throws {
    let proxy = FaultProxy(.refuse, to: .commit, after: 1, times: 13)

    #expect(drain(by: proxy.socket) == .done)

    #expect(try number("SELECT COUNT(*) FROM webhook_deliveries WHERE status = 'delivered'") == 3)
    #expect(try number("SELECT COUNT(*) FROM webhook_attempts") == 3)
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

/// Every assignment is a success at once.
private final class Receiver: Channel {
  private let answers: Box<SendingEvent>

  init(answers: Box<SendingEvent>) {
    self.answers = answers
  }

  func put(_ assignments: [Assignment]) {
    answers.put(
      assignments.map { assignment in
        let delivery = assignment.delivery
        return .attempted(
          AttemptReport(
            delivery: delivery.id, webhook: delivery.webhookID, leaseNumber: delivery.leaseNumber,
            startedAt: Timestamp(
              microseconds: MonotonicClock.microseconds + assignment.clockOffset),
            timings: Attempt.Timings(total: 1), remoteAddress: nil,
            endpointURL: assignment.target.endpointURL, requestHeaders: [], responseHeaders: [],
            responseBody: [], outcome: .success(status: 200)))
      })
  }

  func take() -> [Assignment] { [] }
}
