package import Domain

/// What the address of a delivery log asks for: which deliveries, and from where on.
package struct DeliveryFilter: Equatable, Sendable {
  /// What a person can ask for. `pending` is what the API calls `waiting` and `retrying` together.
  package enum Status: String, Sendable, CaseIterable {
    case delivered, failed, retrying, waiting, held, pending
  }

  /// Where a page of the list begins.
  package enum Place: Equatable, Sendable {
    /// With the next older one.
    case after(Cursor)
    /// With the next newer one.
    case before(Cursor)
    /// Somewhere that cannot be read any more.
    case lost
  }

  /// What the endpoint answered last.
  package enum Answer: String, Sendable, CaseIterable {
    case success = "2xx"
    case redirect = "3xx"
    case refused = "4xx"
    case broken = "5xx"
    /// There was an attempt, and no answer.
    case none
  }

  /// From so long ago until now.
  package enum Span: String, Sendable, CaseIterable {
    case hour = "1h"
    case day = "24h"
    case week = "7d"
    case month = "30d"

    package var seconds: Int64 {
      switch self {
      case .hour: 3_600
      case .day: 86_400
      case .week: 7 * 86_400
      case .month: 30 * 86_400
      }
    }
  }

  /// What was asked for and cannot be done.
  package enum Problem: Equatable, Sendable {
    case unreadableFrom, unreadableTo, fromIsNotBeforeTo, unreadableEventID
  }

  package var status: Status?
  package var event: String?
  package var answer: Answer?
  package var eventID: Event.ID?
  /// Counts only where neither `from` nor `to` is given.
  package var span: Span?
  package var from: Timestamp?
  package var to: Timestamp?
  package var place: Place?
  /// The picture above the log is that of seven days. Narrows nothing.
  package var showsWeek = false
  private var unreadable: [Problem] = []

  package init(
    status: Status? = nil, event: String? = nil, answer: Answer? = nil, eventID: Event.ID? = nil,
    span: Span? = nil, from: Timestamp? = nil, to: Timestamp? = nil, place: Place? = nil
  ) {
    self.answer = answer
    self.eventID = eventID
    self.span = span
    self.status = status
    self.event = event
    self.from = from
    self.to = to
    self.place = place
  }

  /// Empty values count as not given, as an untouched form sends them.
  package init(_ query: Query) {
    func given(_ name: String) -> String? {
      query.all(name).first { !$0.isEmpty }
    }
    status = given("status").flatMap(Status.init(rawValue:))
    event = given("event")
    answer = given("answer").flatMap(Answer.init(rawValue:))
    span = given("when").flatMap(Span.init(rawValue:))
    if let text = given("id")?.trimmingSpaces {
      eventID = Event.ID(text)
      if eventID == nil { unreadable.append(.unreadableEventID) }
    }
    showsWeek = given("span") == "week"
    if let text = given("from") {
      from = Self.moment(text)
      if from == nil { unreadable.append(.unreadableFrom) }
    }
    if let text = given("to") {
      to = Self.moment(text)
      if to == nil { unreadable.append(.unreadableTo) }
    }
    if let text = given("after") {
      place = Cursor(text).map(Place.after) ?? .lost
    } else if let text = given("before") {
      place = Cursor(text).map(Place.before) ?? .lost
    }
  }

  package var query: Query {
    var query = Query()
    query.append("status", status?.rawValue)
    query.append("event", event)
    query.append("answer", answer?.rawValue)
    query.append("id", eventID?.description)
    query.append("when", span?.rawValue)
    query.append("span", showsWeek ? "week" : nil)
    query.append("from", from.map(Self.text))
    query.append("to", to.map(Self.text))
    switch place {
    case .after(let cursor): query.append("after", cursor.text)
    case .before(let cursor): query.append("before", cursor.text)
    case .lost, nil: break
    }
    return query
  }

  /// Empty when the log can be read as asked.
  package var problems: [Problem] {
    if let from, let to, from >= to { return [.fromIsNotBeforeTo] }
    return unreadable
  }

  /// True when it leaves something out; a place does not.
  package var narrows: Bool {
    status != nil || event != nil || answer != nil || eventID != nil || span != nil || from != nil
      || to != nil || !unreadable.isEmpty
  }

  /// From when on deliveries are shown; nil for all.
  package func start(now: Timestamp) -> Timestamp? {
    if from != nil || to != nil { return from }
    return span.map { now.advanced(bySeconds: -$0.seconds) }
  }

  /// The same choice from another place on, or from the newest.
  package func at(_ place: Place?) -> DeliveryFilter {
    var filter = self
    filter.place = place
    return filter
  }

  /// The same choice under the picture of seven days, or of one.
  package func over(week: Bool) -> DeliveryFilter {
    var filter = self
    filter.showsWeek = week
    return filter
  }

  /// RFC 3339, or what a `datetime-local` field sends, which is then UTC: `2026-11-23T14:05`.
  static func moment(_ text: String) -> Timestamp? {
    Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text + "Z") ?? Timestamp(rfc3339: text + ":00Z")
  }

  /// `2026-11-23T14:05:07Z`, with the fraction only where there is one.
  static func text(_ time: Timestamp) -> String {
    let full = time.rfc3339
    return time.microseconds.isMultiple(of: 1_000_000) ? full.dropLast(8) + "Z" : full
  }
}
