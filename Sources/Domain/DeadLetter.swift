/// Why deliveries failed for good, as far as they are alike: `timeout`, or `status` with its number.
package struct DeadCause: Hashable, Sendable {
  package let error: AttemptError
  /// Of the last answer; nil where there was none.
  package let status: Int?

  package init(error: AttemptError, status: Int?) {
    self.error = error
    self.status = status
  }

  /// `timeout`, `status-401`.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard let error = AttemptError(rawValue: String(parts[0])), error != .dropped else {
      return nil
    }
    self.init(error: error, status: parts.count == 2 ? Int(parts[1]) : nil)
    guard text == self.text, (100...999).contains(status ?? 100) else { return nil }
  }

  package var text: String { status.map { "\(error.rawValue)-\($0)" } ?? error.rawValue }
}

/// Which deliveries that failed for good are meant; of the last 30 days in any case.
package struct DeadFilter: Equatable, Sendable {
  /// Of the endpoint, in lower case.
  package var host: String?
  package var cause: DeadCause?
  package var user: User.ID?
  package var webhook: Webhook.ID?
  package var eventType: String?
  /// Instead of the above, at most `RetryScope.selectionLimit`.
  package var selection: [Delivery.ID]?

  package init(
    host: String? = nil, cause: DeadCause? = nil, user: User.ID? = nil, webhook: Webhook.ID? = nil,
    eventType: String? = nil, selection: [Delivery.ID]? = nil
  ) {
    self.host = host
    self.cause = cause
    self.user = user
    self.webhook = webhook
    self.eventType = eventType
    self.selection = selection
  }

  package var narrows: Bool { self != DeadFilter() }

  /// Of those that failed for good, the newest that are counted: without a filter the index alone is
  /// read.
  package var countedRows: Int { narrows ? 5_000 : BulkJob.limit }

  /// How far back they are shown.
  package static let days = 30
}

/// A job of an administrator's: what failed for good, of whatever webhook, is sent again or given up.
///
///     running ──all came back──▶ done
///       └─stopped by a person──▶ stopping ──what is queued came back──▶ stopped
///
/// After failures in a row it goes on one at a time: each still gets its attempt.
package struct BulkJob: Sendable {
  package let id: RetryJob.ID
  /// `retry` or `drop`.
  package let kind: RetryJob.Kind
  package let state: RetryJob.State
  package let filter: DeadFilter
  /// As many as there were when it began.
  package let total: Int
  /// Put into the queue, or dropped.
  package let queued: Int
  package let delivered: Int
  package let failed: Int
  /// Since the last that was delivered.
  package let failedInRow: Int
  /// Passed over: the webhook is paused or deleted, its user disabled, the payload gone.
  package let skipped: Int
  package let createdAt: Timestamp
  package let finishedAt: Timestamp?
  /// The administrator's address; nil once deleted.
  package let startedBy: String?

  package init(
    id: RetryJob.ID, kind: RetryJob.Kind, state: RetryJob.State, filter: DeadFilter, total: Int,
    queued: Int, delivered: Int, failed: Int, failedInRow: Int = 0, skipped: Int,
    createdAt: Timestamp, finishedAt: Timestamp?, startedBy: String?
  ) {
    self.id = id
    self.kind = kind
    self.state = state
    self.filter = filter
    self.total = total
    self.queued = queued
    self.delivered = delivered
    self.failed = failed
    self.failedInRow = failedInRow
    self.skipped = skipped
    self.createdAt = createdAt
    self.finishedAt = finishedAt
    self.startedBy = startedBy
  }

  /// Those with a result; of a drop, those dropped.
  package var done: Int { kind == .drop ? queued : delivered + failed }
  package var left: Int { max(0, total - done - skipped) }
  /// One at a time, since the last ones have all failed.
  package var isSlow: Bool { kind == .retry && failedInRow >= Self.failureLimit }

  /// In the queue at once, all webhooks together.
  package static let window = 300
  /// And until one was delivered.
  package static let cautiousWindow = 50
  /// After so many failures in a row one at a time, until one is delivered.
  package static let failureLimit = 100
  /// Of all administrators together, at once.
  package static let liveLimit = 3
  /// A job takes no more than this: `DeadFilter.countedRows` is never more.
  package static let limit = 10_000
}
