/// A key that somebody is about to make for themselves.
package struct APIKeyDraft: Sendable {
  package let name: String
  package let scopes: Set<APIScope>
  /// Days from now on; nil for a key that never ends.
  package let lifetimeDays: Int?

  package init(name: String, scopes: Set<APIScope>, lifetimeDays: Int?) {
    self.name = name
    self.scopes = scopes
    self.lifetimeDays = lifetimeDays
  }

  package static let nameLimit = 100
}
