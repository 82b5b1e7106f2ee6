package import Domain

/// Which of those that failed for good an address or a form means, and from where on they are listed.
package struct DeadChoice: Equatable, Sendable {
  package var filter: DeadFilter
  package var place: DeliveryFilter.Place?

  package init(_ filter: DeadFilter = DeadFilter(), place: DeliveryFilter.Place? = nil) {
    self.filter = filter
    self.place = place
  }

  /// `only=chosen` says that boxes were to be ticked, so that none means none. What cannot be read
  /// names nothing, rather than everything.
  package init(_ query: Query) {
    func given(_ name: String) -> String? { query.all(name).first { !$0.isEmpty } }
    filter = DeadFilter(
      host: given("host")?.lowercased(), cause: given("cause").flatMap { DeadCause($0) },
      user: given("user").map { User.ID($0) ?? User.ID(Self.nobody) },
      webhook: given("webhook").map { Webhook.ID($0) ?? Webhook.ID(Self.nobody) },
      eventType: given("event"))
    let chosen = query.all("d").compactMap { Delivery.ID($0) }
    if given("only") == "chosen" || !chosen.isEmpty {
      filter.selection = Array(chosen.prefix(RetryScope.selectionLimit))
    }
    if let text = given("after") {
      place = Cursor(text).map(DeliveryFilter.Place.after) ?? .lost
    } else if let text = given("before") {
      place = Cursor(text).map(DeliveryFilter.Place.before) ?? .lost
    }
  }

  private static let nobody = UUID(high: 0, low: 0)

  package var query: Query {
    var query = Query()
    query.append("host", filter.host)
    query.append("cause", filter.cause?.text)
    query.append("user", filter.user?.description)
    query.append("webhook", filter.webhook?.description)
    query.append("event", filter.eventType)
    if let selection = filter.selection {
      query.append("only", "chosen")
      for id in selection { query.append("d", id.description) }
    }
    switch place {
    case .after(let cursor): query.append("after", cursor.text)
    case .before(let cursor): query.append("before", cursor.text)
    case .lost, nil: break
    }
    return query
  }

  package func at(_ place: DeliveryFilter.Place?) -> DeadChoice {
    DeadChoice(filter, place: place)
  }
}
