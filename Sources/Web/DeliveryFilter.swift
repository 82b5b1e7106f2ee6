package import Domain

/// Which deliveries of a webhook the log shows: the query of its address.
package struct DeliveryFilter: Hashable, Sendable {
  /// What a person can ask for. `pending` is what the API calls `waiting` and `retrying` together.
  package enum Status: String, Sendable, CaseIterable {
    case delivered, failed, retrying, waiting, held, pending
  }

  /// Where a page of the list begins; the text is the store's.
  package enum Cursor: Hashable, Sendable {
    /// Those older than this one.
    case after(String)
    /// Those newer than this one.
    case before(String)
  }

  /// What was asked for and cannot be done.
  package enum Problem: Hashable, Sendable {
    case unreadableFrom, unreadableTo, fromIsNotBeforeTo
  }

  package var status: Status?
  package var event: String?
  package var from: Timestamp?
  package var to: Timestamp?
  package var cursor: Cursor?
  private var unreadable: [Problem] = []

  package init(
    status: Status? = nil, event: String? = nil, from: Timestamp? = nil, to: Timestamp? = nil,
    cursor: Cursor? = nil
  ) {
    self.status = status
    self.event = event
    self.from = from
    self.to = to
    self.cursor = cursor
  }

  /// Empty values count as not given, as an untouched form sends them.
  package init(_ query: Query) {
    func given(_ name: String) -> String? {
      query[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    status = given("status").flatMap(Status.init(rawValue:))
    event = given("event")
    if let text = given("from") {
      from = Self.moment(text)
      if from == nil { unreadable.append(.unreadableFrom) }
    }
    if let text = given("to") {
      to = Self.moment(text)
      if to == nil { unreadable.append(.unreadableTo) }
    }
    if let after = given("after") {
      cursor = .after(after)
    } else {
      cursor = given("before").map(Cursor.before)
    }
  }

  package var query: Query {
    var query = Query()
    query.append("status", status?.rawValue)
    query.append("event", event)
    query.append("from", from.map(Self.text))
    query.append("to", to.map(Self.text))
    switch cursor {
    case .after(let key): query.append("after", key)
    case .before(let key): query.append("before", key)
    case nil: break
    }
    return query
  }

  /// Empty when the log can be read as asked.
  package var problems: [Problem] {
    if let from, let to, from >= to { return [.fromIsNotBeforeTo] }
    return unreadable
  }

  /// True when it leaves something out; a cursor does not.
  package var narrows: Bool {
    status != nil || event != nil || from != nil || to != nil || !unreadable.isEmpty
  }

  /// The same choice, from another place on.
  package func at(_ cursor: Cursor?) -> DeliveryFilter {
    var filter = self
    filter.cursor = cursor
    return filter
  }

  /// RFC 3339, or what a `datetime-local` field sends, which is then UTC: `2026-11-23T14:05`.
  private static func moment(_ text: String) -> Timestamp? {
    Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "Z") ?? Timestamp(rfc3339: text + ":00Z")
  }

  /// `2026-11-23T14:05:07Z`, with the fraction only where there is one.
  private static func text(_ time: Timestamp) -> String {
    let full = time.rfc3339
    return time.microseconds % 1_000_000 == 0 ? full.dropLast(8) + "Z" : full
  }
}
