/// A person, known by an e-mail address.
package struct User: Sendable {
  package typealias ID = Identifier<User>

  package enum Role: String, Sendable, CaseIterable { case user, administrator }
  package enum Status: String, Sendable { case active, disabled }

  package let id: ID
  package let email: String
  package let role: Role
  package let status: Status

  package init(id: ID, email: String, role: Role, status: Status) {
    self.id = id
    self.email = email
    self.role = role
    self.status = status
  }

  /// As lists tell it.
  package enum State: String, Sendable, CaseIterable {
    case active
    /// Was asked in and has set no password yet.
    case invited
    case disabled
  }

  package var isAdministrator: Bool { role == .administrator }
}
