/// What an API key may do.
package enum APIScope: String, Sendable, CaseIterable {
  case eventsWrite = "events:write"
  case webhooksRead = "webhooks:read"
  case webhooksWrite = "webhooks:write"
  case deliveriesRead = "deliveries:read"
  case deliveriesWrite = "deliveries:write"
  case connectionsRead = "connections:read"
  case connectionsWrite = "connections:write"
  case connectionsToken = "connections:token"
  case metrics

  /// Those that a person may give to a key: the numbers of the whole site are none of theirs.
  package static let ofUsers = allCases.filter { $0 != .metrics }
}
