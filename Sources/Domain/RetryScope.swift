/// Which deliveries of a webhook a job is for.
package struct RetryScope: Sendable, Equatable {
  package var kind: RetryJob.Kind
  /// Created at or after then.
  package var since: Timestamp
  /// And before then; nil for all there are.
  package var until: Timestamp?
  package var eventType: String?
  /// Instead of the above, at most 100 of one webhook; kind `retry`, delivered ones too.
  package var selection: [Delivery.ID]?

  package init(
    kind: RetryJob.Kind, since: Timestamp, until: Timestamp? = nil, eventType: String? = nil,
    selection: [Delivery.ID]? = nil
  ) {
    self.kind = kind
    self.since = since
    self.until = until
    self.eventType = eventType
    self.selection = selection
  }

  package static let selectionLimit = 100
}

/// What a job would be for, counted oldest first.
package struct RetryCount: Sendable {
  package private(set) var count = 0
  package private(set) var byType: [String: Int] = [:]
  /// Those that were delivered before, of a selection.
  package private(set) var deliveredBefore = 0
  package private(set) var first: Timestamp?
  /// The last one that is counted.
  package private(set) var last: Cursor?
  /// There are more behind the last one, or there may be.
  package private(set) var isCut = false

  package init() {}

  /// Some more of one event type, out of the next piece of the log.
  package mutating func add(
    _ number: Int, type: String, deliveredBefore: Int, first: Timestamp, last: Cursor
  ) {
    count += number
    byType[type, default: 0] += number
    self.deliveredBefore += deliveredBefore
    self.first = min(self.first ?? first, first)
    self.last = self.last.map { $0 < last ? last : $0 } ?? last
  }

  /// - Parameter place: How far was looked; nil: to the last that is counted.
  package mutating func cut(after place: Cursor?) {
    isCut = true
    last = place ?? last
  }
}
