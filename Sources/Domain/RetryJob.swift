/// Deliveries of one webhook that are sent again, sent on or dropped, a few at a time.
///
///     running ──all came back───▶ done
///       │ └─────webhook paused──▶ paused
///       └─stopped by a person──▶ stopping ──what waited is back──▶ stopped
///
/// After failures in a row it goes on one at a time: each still gets its attempt.
package struct RetryJob: Sendable, Equatable {
  package typealias ID = Identifier<RetryJob>

  package enum Kind: String, Sendable, CaseIterable {
    /// Failed ones get one attempt each, outside the schedule.
    case retry
    /// Held ones are due now and go on in the schedule.
    case recover
    /// Held ones are given up.
    case drop
  }

  package enum State: String, Sendable, CaseIterable {
    case running, stopping
    /// Jobs of version 11 took back what waited after failures in a row; none does that any more.
    case givingUp = "giving_up"
    case done, stopped
    case gaveUp = "gave_up"
    /// The webhook was paused or deleted meanwhile.
    case paused

    package var isOver: Bool {
      switch self {
      case .running, .stopping, .givingUp: false
      case .done, .stopped, .gaveUp, .paused: true
      }
    }
  }

  package let id: ID
  package let webhookID: Webhook.ID
  package let kind: Kind
  package let state: State
  /// Of deliveries created from then on.
  package let since: Timestamp
  /// As many as there were when it began.
  package let total: Int
  /// Put into the queue, or dropped.
  package let queued: Int
  package let delivered: Int
  package let failed: Int
  /// Since the last that was delivered.
  package let failedInRow: Int
  package let createdAt: Timestamp
  package let finishedAt: Timestamp?

  package init(
    id: ID, webhookID: Webhook.ID, kind: Kind, state: State, since: Timestamp, total: Int,
    queued: Int, delivered: Int, failed: Int, failedInRow: Int, createdAt: Timestamp,
    finishedAt: Timestamp?
  ) {
    self.id = id
    self.webhookID = webhookID
    self.kind = kind
    self.state = state
    self.since = since
    self.total = total
    self.queued = queued
    self.delivered = delivered
    self.failed = failed
    self.failedInRow = failedInRow
    self.createdAt = createdAt
    self.finishedAt = finishedAt
  }

  /// Those with a result; of a drop, those dropped.
  package var done: Int { kind == .drop ? queued : delivered + failed }
  package var left: Int { max(0, total - done) }
  /// As it went so far; nil before the first result, and at the slow pace, which its webhook sets.
  package func secondsLeft(at now: Timestamp) -> Int? {
    guard state == .running, !isSlow, done > 0, left > 0 else { return nil }
    let elapsed = max(1, Int(now.seconds - createdAt.seconds))
    return elapsed * left / done
  }

  /// One at a time, since the last ones have all failed.
  package var isSlow: Bool { kind == .retry && failedInRow >= Self.failureLimit }

  /// In the queue at once, so that stopping means something and the endpoint is not flooded.
  package static let window = 100
  /// And until one was delivered.
  package static let cautiousWindow = 20
  /// After so many failures in a row one at a time, until one is delivered.
  package static let failureLimit = 20
  /// A page's job takes no more deliveries than this; one of the API takes all there are.
  package static let pageLimit = 10_000
}
