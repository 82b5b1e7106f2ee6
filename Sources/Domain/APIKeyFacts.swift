/// An API key as its owner sees it: never the key itself.
package struct APIKeyFacts: Sendable {
  package let id: UUID
  package let name: String
  /// The first characters, to know it by.
  package let prefix: String
  package let scopes: Set<APIScope>
  package let createdAt: Timestamp
  package let expiresAt: Timestamp?
  /// To the minute.
  package let lastUsedAt: Timestamp?
  package let revokedAt: Timestamp?
  package let maker: Maker

  package enum Maker: Equatable, Sendable {
    /// The operator's command.
    case command
    /// - email: nil where the user is deleted.
    case user(email: String?)
  }

  package init(
    id: UUID, name: String, prefix: String, scopes: Set<APIScope>, createdAt: Timestamp,
    expiresAt: Timestamp?, lastUsedAt: Timestamp?, revokedAt: Timestamp?, maker: Maker = .command
  ) {
    self.id = id
    self.name = name
    self.prefix = prefix
    self.scopes = scopes
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.lastUsedAt = lastUsedAt
    self.revokedAt = revokedAt
    self.maker = maker
  }

  /// It opens nothing any more.
  package func hasEnded(at now: Timestamp) -> Bool {
    revokedAt != nil || expiresAt.map { $0 <= now } ?? false
  }
}
