/// What may be shown of a signing secret.
package struct SecretFacts: Sendable {
  package let lastFour: String
  /// Of `v1a` alone.
  package let publicKey: [UInt8]?
  package let createdAt: Timestamp
  /// Nil of the newest; an older one signs along until then.
  package let expiresAt: Timestamp?

  package init(lastFour: String, publicKey: [UInt8]?, createdAt: Timestamp, expiresAt: Timestamp?) {
    self.lastFour = lastFour
    self.publicKey = publicKey
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }
}
