/// A signed-in browser.
package struct Session: Sendable {
  package typealias ID = Identifier<Session>

  package let id: ID
  package let user: User

  package init(id: ID, user: User) {
    self.id = id
    self.user = user
  }

  /// Ended after this long without a request.
  package static let idleLimitSeconds: Int64 = 12 * 3_600
  /// Ended after this long in any case.
  package static let lifetimeSeconds: Int64 = 7 * 86_400
}
