package import Domain

/// What the address of the grid of apps asks for.
package struct AppFilter: Equatable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    case connected
    case needsReconnect = "needs_reconnect"
    case notConnected = "not_connected"
  }

  package var text: String
  package var category: App.Category?
  package var state: State?

  package init(text: String = "", category: App.Category? = nil, state: State? = nil) {
    self.text = text
    self.category = category
    self.state = state
  }

  package init(_ query: Query) {
    text = String((query["q"] ?? "").trimmingSpaces.prefix(60))
    category = query["category"].flatMap(App.Category.init(rawValue:))
    state = query["state"].flatMap(State.init(rawValue:))
  }

  var query: Query {
    var query = Query()
    query.append("q", text.isEmpty ? nil : text)
    query.append("category", category?.rawValue)
    query.append("state", state?.rawValue)
    return query
  }

  var isEmpty: Bool { self == AppFilter() }

  func with(category: App.Category?) -> AppFilter {
    AppFilter(text: text, category: category, state: state)
  }

  func with(state: State?) -> AppFilter {
    AppFilter(text: text, category: category, state: state)
  }

  /// By name, category and purpose, in any case.
  func matchesText(of app: App) -> Bool {
    let wanted = text.lowercased()
    guard !wanted.isEmpty else { return true }
    return [app.name, app.category.word, app.purpose].contains {
      $0.lowercased().hasPart(wanted)
    }
  }

  func matchesState(of connection: Connection?) -> Bool {
    switch state {
    case nil: true
    case .connected: connection?.status == .connected
    case .needsReconnect: connection.map { $0.status != .connected } ?? false
    case .notConnected: connection == nil
    }
  }
}

extension App.Category {
  var word: String {
    switch self {
    case .crm: "CRM"
    case .communication: "Communication"
    case .productivity: "Productivity"
    case .analytics: "Analytics"
    case .storage: "Storage"
    case .development: "Development"
    }
  }
}

extension String {
  fileprivate func hasPart(_ part: String) -> Bool {
    let (whole, wanted) = (Array(utf8), Array(part.utf8))
    guard wanted.count <= whole.count else { return false }
    return (0...(whole.count - wanted.count)).contains { start in
      whole[start..<(start + wanted.count)].elementsEqual(wanted)
    }
  }
}
