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
}
