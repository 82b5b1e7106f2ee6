import Domain

/// What the address of the list of webhooks asks for.
package struct WebhookListFilter: Equatable, Sendable {
  package enum Health: String, Sendable, CaseIterable {
    case failing, stopped, paused, healthy
  }

  package var health: Health?
  /// What a name or an address holds; empty for all.
  package var search: String

  package init(health: Health? = nil, search: String = "") {
    self.health = health
    self.search = search
  }

  package init(_ query: Query) {
    health = query["health"].flatMap(Health.init(rawValue:))
    search = (query["q"] ?? "").trimmingSpaces
  }

  package var query: Query {
    var query = Query()
    query.append("health", health?.rawValue)
    query.append("q", search.isEmpty ? nil : search)
    return query
  }

  package var narrows: Bool { health != nil || !search.isEmpty }

  /// Whether a webhook's name or address holds what is searched for, in any case. Its query is not
  /// looked at: it may hold a secret.
  func finds(_ webhook: Webhook) -> Bool {
    search.isEmpty || webhook.name.holds(search) || webhook.endpointURL.withoutQuery.holds(search)
  }
}

extension String {
  /// Whether `other` stands in it somewhere, in any case.
  fileprivate func holds(_ other: String) -> Bool {
    let (text, wanted) = (Array(lowercased().utf8), Array(other.lowercased().utf8))
    guard text.count >= wanted.count else { return false }
    return (0...text.count - wanted.count).contains { text[$0...].starts(with: wanted) }
  }
}
