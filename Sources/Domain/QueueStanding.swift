/// How many deliveries there are to be sent, and how long they have waited.
package struct QueueStanding: Sendable, Equatable {
  /// Pending: due, being sent, or to be tried again later.
  package let waiting: Int
  /// Of those, what should go out now.
  package let due: Int
  /// Of those, what is being sent.
  package let inFlight: Int
  /// Since when the first of the due ones is due.
  package let oldestDueAt: Timestamp?
  /// False where there are more than were counted.
  package let isAll: Bool
  /// When a worker counted; nil: just now.
  package let notedAt: Timestamp?

  package init(
    waiting: Int, due: Int, inFlight: Int, oldestDueAt: Timestamp?, isAll: Bool = true,
    notedAt: Timestamp? = nil
  ) {
    self.waiting = waiting
    self.due = due
    self.inFlight = inFlight
    self.oldestDueAt = oldestDueAt
    self.isAll = isAll
    self.notedAt = notedAt
  }

  /// How many a page counts.
  package static let countLimit = 10_000
  /// What was counted longer ago says nothing of now.
  package static let noteSeconds: Int64 = 180

  package func oldestDueSeconds(now: Timestamp) -> Int64? {
    oldestDueAt.map { max(0, (now.microseconds - $0.microseconds) / 1_000_000) }
  }
}

/// Whether delivering keeps up with what comes.
package enum DeliveryService: Sendable, Equatable {
  case keepsUp
  /// For so many seconds the oldest delivery has been due.
  case isBehind(seconds: Int64)
  case hasNoWorker
  /// None ever was there: the timer that starts it has yet to be switched on.
  case awaitsFirstWorker

  /// A delivery that is due longer is late.
  package static let limitSeconds: Int64 = 60
  /// Where no worker was seen for so long, none is there: they say so every second, and a new one begins
  /// a second after the last has ended.
  package static let silenceSeconds: Int64 = 120

  /// - Parameter workerSeenAt: nil where none ever was.
  package init(queue: QueueStanding?, workerSeenAt: Timestamp?, now: Timestamp) {
    if workerSeenAt == nil {
      self = .awaitsFirstWorker
    } else if Self.isSilent(workerSeenAt, now: now) {
      self = .hasNoWorker
    } else if let age = queue?.oldestDueSeconds(now: now), age > Self.limitSeconds {
      self = .isBehind(seconds: age)
    } else {
      self = .keepsUp
    }
  }

  package static func isSilent(_ workerSeenAt: Timestamp?, now: Timestamp) -> Bool {
    guard let workerSeenAt else { return true }
    return workerSeenAt < now.advanced(bySeconds: -silenceSeconds)
  }
}

/// One run of the worker.
package struct WorkerRun: Sendable, Equatable {
  package let host: String
  package let processID: Int
  package let version: String
  package let startedAt: Timestamp
  package let lastSeenAt: Timestamp
  /// nil: it has not said that it ended.
  package let stoppedAt: Timestamp?

  package init(
    host: String, processID: Int, version: String, startedAt: Timestamp, lastSeenAt: Timestamp,
    stoppedAt: Timestamp?
  ) {
    self.host = host
    self.processID = processID
    self.version = version
    self.startedAt = startedAt
    self.lastSeenAt = lastSeenAt
    self.stoppedAt = stoppedAt
  }

  private static let aliveSeconds: Int64 = 30

  /// It has ended without a word where it was not seen for a while.
  package func isAlive(now: Timestamp) -> Bool {
    stoppedAt == nil && lastSeenAt >= now.advanced(bySeconds: -Self.aliveSeconds)
  }
}

/// Sums that only rise, from the first delivery on.
package struct DeliveryTotals: Sendable, Equatable {
  package let delivered: Int
  package let failed: Int
  /// Of attempts that were answered.
  package let answerTimes: AnswerTimes
  /// What those took together.
  package let answerMicroseconds: Int

  package init(delivered: Int, failed: Int, answerTimes: AnswerTimes, answerMicroseconds: Int) {
    self.delivered = delivered
    self.failed = failed
    self.answerTimes = answerTimes
    self.answerMicroseconds = answerMicroseconds
  }
}
