/// Our own words for why a connection has to be made again; all others are its provider's.
package enum ReconnectReason: String, Sendable {
  /// The whole grant was given back, so as to take one permission back.
  case permissionRevoked = "permission_revoked"
  /// What we keep of it does not open: it was changed, or stands where it was not sealed. Not its
  /// person's fault, and not the provider's.
  case damaged
}

extension Connection {
  /// Why it has to be made again, where that is our doing.
  package var reconnectReason: ReconnectReason? {
    guard case .needsReconnect(_, let reason) = status else { return nil }
    return ReconnectReason(rawValue: reason)
  }
}
