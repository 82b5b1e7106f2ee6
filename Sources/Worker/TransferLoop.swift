import Domain
package import Engine
package import Logging
package import Outbound
import Store

/// The thread that sends: many transfers at once, and never the database.
package struct TransferLoop {
  static let startsAtOnce = 32
  /// How long nothing is started after we had no socket, or no file of authorities, for what was.
  static let restMilliseconds: Int64 = 250
  /// One line is said of that, until it has been better for so long.
  static let silenceMilliseconds: Int64 = 10_000
  /// Each look-up is a thread of libcurl's, and one that nobody waits for any more runs on until the
  /// resolver has given up.
  static let mostLookups = 256

  private let deliverer: Deliverer
  private let sender: Sender
  private let assignments: any Channel<Assignment>
  private let events: any Channel<SendingEvent>
  private let results: any Channel<ResultEvent>
  private let isStopping: () -> Bool
  private let logger: Logger

  private var gate: LookupGate
  private var waiting: [Assignment] = []
  private var running: [Int: Running] = [:]
  private var nextTag = 0
  private var restUntil: Int64 = -TransferLoop.silenceMilliseconds

  private struct Running {
    let assignment: Assignment
    let message: SignedMessage
    let host: String
  }

  /// - Parameters:
  ///   - events: Tells the thread that records.
  ///   - results: Tells the thread that claims what is over: by way of the other it would hear of it
  ///     only between two transactions.
  ///   - concurrency: Most transfers at once.
  ///   - isStopping: True once no new transfer may begin.
  package init(
    deliverer: Deliverer, sender: Sender, assignments: any Channel<Assignment>,
    events: any Channel<SendingEvent>, results: any Channel<ResultEvent>, concurrency: Int,
    isStopping: @escaping () -> Bool, logger: Logger
  ) {
    self.deliverer = deliverer
    self.sender = sender
    self.assignments = assignments
    self.events = events
    self.results = results
    self.isStopping = isStopping
    self.logger = logger
    gate = LookupGate(cap: min(concurrency, Self.mostLookups))
  }

  /// Runs until it has been told to stop and what was in flight has ended.
  package mutating func run() throws {
    defer { events.put([.ended]) }
    while true {
      // Asked before the last are taken: what was assigned before the stop has then come.
      let mustEnd = isStopping()
      waiting += assignments.take()
      var hasMore = false
      if mustEnd {
        giveBackWaiting()
        if running.isEmpty { return }
      } else {
        hasMore = startWaiting()
      }
      // A wake-up ends the wait; the second is for clocks and for a stop that came between.
      let happened = try sender.run(
        waitingUpToMilliseconds: hasMore ? 0 : running.isEmpty ? 1_000 : 250)
      var done: [SendingEvent] = []
      for event in happened {
        switch event {
        case .resolved(let tag):
          if let host = running[tag]?.host {
            gate.resolved(host, at: MonotonicClock.milliseconds)
          }
        case .finished(let tag, let answer):
          if let report = finish(tag, answer) { done.append(.attempted(report)) }
        }
      }
      tell(done)
    }
  }

  private func tell(_ done: [SendingEvent]) {
    guard !done.isEmpty else { return }
    // The first, or one of them could be settled before it has ended.
    results.put(done.compactMap { ResultEvent($0) })
    events.put(done)
  }

  /// Starts some of those that wait; the next ones after what has happened meanwhile, so that an
  /// endpoint that answers at once is sent many over few connections.
  /// - Returns: Whether there are more to start now.
  private mutating func startWaiting() -> Bool {
    let now = MonotonicClock.milliseconds
    guard now >= restUntil else { return false }
    var done: [SendingEvent] = []
    var gated: [Assignment] = []
    var left = Self.startsAtOnce
    var seen = 0
    while left > 0, seen < waiting.count {
      let assignment = waiting[seen]
      seen += 1
      if now > assignment.startBy {
        done.append(.returned(assignment.delivery))
        continue
      }
      let host = deliverer.host(of: assignment.target)
      guard host.isEmpty || gate.admit(host, at: now) else {
        gated.append(assignment)
        continue
      }
      left -= 1
      if let report = start(assignment, host: host) { done.append(.attempted(report)) }
    }
    waiting.replaceSubrange(..<seen, with: gated)
    tell(done)
    return left == 0
  }

  /// - Returns: The report of an attempt that ended before anything was sent.
  private mutating func start(_ assignment: Assignment, host: String) -> AttemptReport? {
    let now = Timestamp(microseconds: MonotonicClock.microseconds + assignment.clockOffset)
    let message = deliverer.message(for: assignment.delivery, to: assignment.target, at: now)
    guard let request = message.request else {
      gate.withdrawn(host)
      return message.refused()
    }
    nextTag += 1
    do {
      try sender.start(request, tag: nextTag)
    } catch {
      gate.failed(host)
      return message.failed(.internal)
    }
    running[nextTag] = Running(assignment: assignment, message: message, host: host)
    return nil
  }

  /// - Returns: Its report; nil where it was no attempt, and waits again.
  private mutating func finish(_ tag: Int, _ answer: Answer) -> AttemptReport? {
    guard let run = running.removeValue(forKey: tag) else { return nil }
    if answer.error == .dns { gate.failed(run.host) }
    let now = MonotonicClock.milliseconds
    gate.resolved(run.host, at: now)
    if answer.lackedMeans {
      if now - restUntil > Self.silenceMilliseconds {
        logger.error(
          "nothing can be sent: no socket, or no file of authorities",
          metadata: ["transfers": "\(running.count)"])
      }
      waiting.append(run.assignment)
      restUntil = now + Self.restMilliseconds
      return nil
    }
    return run.message.report(answer)
  }

  private mutating func giveBackWaiting() {
    guard !waiting.isEmpty else { return }
    tell(waiting.map { .returned($0.delivery) })
    waiting = []
  }
}
