package import Domain
import Store

/// What the address of the audit log asks for, and from where on.
package struct AuditFilter: Equatable, Sendable {
  /// What an action is about.
  package enum Group: String, Sendable, CaseIterable {
    case webhooks, deliveries, connections, apps, keys, people, sessions, operation
  }

  package enum Problem: Equatable, Sendable {
    case unreadableFrom, unreadableTo, fromIsNotBeforeTo, nobody
  }

  /// An e-mail address: who acted, or who is concerned.
  package var person: String?
  package var group: Group?
  /// The id of a thing, or that of a request.
  package var reference: String?
  /// Counts only where neither `from` nor `to` is given.
  package var span: DeliveryFilter.Span?
  package var from: Timestamp?
  package var to: Timestamp?
  package var place: DeliveryFilter.Place?
  private var unreadable: [Problem] = []

  package init(
    person: String? = nil, group: Group? = nil, reference: String? = nil,
    span: DeliveryFilter.Span? = nil, from: Timestamp? = nil, to: Timestamp? = nil,
    place: DeliveryFilter.Place? = nil
  ) {
    self.person = person
    self.group = group
    self.reference = reference
    self.span = span
    self.from = from
    self.to = to
    self.place = place
  }

  /// Empty values count as not given, as an untouched form sends them.
  package init(_ query: Query) {
    func given(_ name: String) -> String? {
      query.all(name).map(\.trimmingSpaces).first { !$0.isEmpty }
    }
    person = given("person")
    group = given("group").flatMap(Group.init(rawValue:))
    reference = given("reference")
    span = given("when").flatMap(DeliveryFilter.Span.init(rawValue:))
    if let text = given("from") {
      from = DeliveryFilter.moment(text)
      if from == nil { unreadable.append(.unreadableFrom) }
    }
    if let text = given("to") {
      to = DeliveryFilter.moment(text)
      if to == nil { unreadable.append(.unreadableTo) }
    }
    if let text = given("after") {
      place = Cursor(text).map(DeliveryFilter.Place.after) ?? .lost
    } else if let text = given("before") {
      place = Cursor(text).map(DeliveryFilter.Place.before) ?? .lost
    }
  }

  package var query: Query {
    var query = Query()
    query.append("person", person)
    query.append("group", group?.rawValue)
    query.append("reference", reference)
    query.append("when", span?.rawValue)
    query.append("from", from.map(DeliveryFilter.text))
    query.append("to", to.map(DeliveryFilter.text))
    switch place {
    case .after(let cursor): query.append("after", cursor.text)
    case .before(let cursor): query.append("before", cursor.text)
    case .lost, nil: break
    }
    return query
  }

  package var problems: [Problem] {
    if let from, let to, from >= to { return [.fromIsNotBeforeTo] }
    return unreadable
  }

  package var narrows: Bool { at(nil) != AuditFilter() }

  package func at(_ place: DeliveryFilter.Place?) -> AuditFilter {
    var filter = self
    filter.place = place
    return filter
  }

  /// One's own log is not narrowed.
  var onlyPlace: AuditFilter { AuditFilter(place: place) }

  var logPlace: LogPlace {
    switch place {
    case .after(let cursor): .after(cursor)
    case .before(let cursor): .before(cursor)
    case .lost, nil: .newest
    }
  }

  /// The same in the store's words, but for the person.
  func search(now: Timestamp) -> AuditSearch {
    var search = AuditSearch()
    search.subjects = group?.subjects ?? []
    if let reference {
      // A request's id may be 32 digits, a thing's is printed with dashes.
      if reference.utf8.count == 36, let id = UUID(reference) {
        search.subjectID = id
      } else {
        search.requestID = reference
      }
    }
    search.from =
      from == nil && to == nil ? span.map { now.advanced(bySeconds: -$0.seconds) } : from
    search.to = to
    return search
  }
}

extension AuditFilter.Group {
  var label: String {
    switch self {
    case .webhooks: "Webhooks"
    case .deliveries: "Deliveries"
    case .connections: "Connections"
    case .apps: "Apps and event types"
    case .keys: "Keys"
    case .people: "People"
    case .sessions: "Sign-ins"
    case .operation: "Operation"
    }
  }

  /// What stands before the dot of its actions.
  var subjects: [String] {
    switch self {
    case .webhooks: ["webhook", "retry_job", "notice"]
    case .deliveries: ["delivery", "deliveries", "payload", "bulk_job"]
    case .connections: ["connection", "connect", "grant", "permission"]
    case .apps: ["app", "event_type"]
    case .keys: ["api_key", "service_key"]
    case .people: ["user"]
    case .sessions: ["session", "sign_in"]
    case .operation: ["schema", "keys", "audit"]
    }
  }
}
