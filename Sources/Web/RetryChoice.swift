package import Domain

/// What a person wants to do with many deliveries: the address of the page that asks, and its form.
package struct RetryChoice: Equatable, Sendable {
  /// From when on.
  package enum Since: Equatable, Sendable {
    /// Since the last success.
    case worked
    case all
    /// So many hours ago.
    case hours(Int)
    case moment(Timestamp)

    static let words: [(word: String, since: Since)] = [
      ("worked", .worked), ("1h", .hours(1)), ("24h", .hours(24)), ("7d", .hours(168)),
      ("30d", .hours(720)), ("all", .all),
    ]
  }

  package let kind: RetryJob.Kind
  package var since: Since?
  package var until: Timestamp?
  package var event: String?
  /// Ticked in the log.
  package var selection: [Delivery.ID] = []
  /// A time that could not be read: `from` or `until`.
  package private(set) var unreadable: [String] = []

  package init(
    _ kind: RetryJob.Kind, since: Since? = nil, until: Timestamp? = nil, event: String? = nil,
    selection: [Delivery.ID] = []
  ) {
    self.kind = kind
    self.since = since
    self.until = until
    self.event = event
    self.selection = selection
  }

  /// - Parameter name: The last part of the path; nil for one that is none of these.
  package init?(_ name: String, _ query: Query) {
    guard let kind = RetryJob.Kind.allCases.first(where: { Self.name(of: $0) == name }) else {
      return nil
    }
    self.init(kind)
    read(query)
  }

  /// The same from a form.
  package func filled(from form: Query) -> RetryChoice {
    var choice = RetryChoice(kind)
    choice.read(form)
    return choice
  }

  private mutating func read(_ query: Query) {
    func given(_ name: String) -> String? { query.all(name).first { !$0.isEmpty } }
    if let text = given("since") {
      if let word = Self.Since.words.first(where: { $0.word == text }) {
        since = word.since
      } else if text != "from" {
        since = DeliveryFilter.moment(text).map(Since.moment)
        if since == nil { unreadable.append("from") }
      }
    }
    // The field wins where it is filled in: without the script it is always there.
    if let text = given("from") {
      since = DeliveryFilter.moment(text).map(Since.moment)
      if since == nil { unreadable.append("from") }
    }
    if let text = given("until") {
      until = DeliveryFilter.moment(text)
      if until == nil { unreadable.append("until") }
    }
    event = given("event")
    selection = query.all("d").compactMap { Delivery.ID($0) }
  }

  package var query: Query {
    var query = Query()
    switch since {
    case .moment(let time)?: query.append("since", DeliveryFilter.text(time))
    case let since?: query.append("since", Self.Since.words.first { $0.since == since }?.word)
    case nil: break
    }
    query.append("until", until.map(DeliveryFilter.text))
    query.append("event", event)
    for id in selection { query.append("d", id.description) }
    return query
  }

  package var name: String { Self.name(of: kind) }

  private static func name(of kind: RetryJob.Kind) -> String {
    switch kind {
    case .retry: "retry-failed"
    case .recover: "recover"
    case .drop: "drop-held"
    }
  }
}
