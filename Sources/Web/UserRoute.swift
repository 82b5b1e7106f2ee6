package import Domain
import HTTPTypes

/// Every address below `/admin/users`.
package enum UserRoute: Equatable, Sendable {
  case list(UserListFilter = UserListFilter())
  case invite
  case user(User.ID)
  case step(Step, User.ID)
  case revokeKey(UUID, of: User.ID)

  /// What is done with one person.
  package enum Step: String, Sendable, CaseIterable {
    case role, disable, enable, delete
    /// A new link: of an invitation where it was not accepted yet.
    case resetPassword = "reset-password"
    /// Shows the link once, where it is not mailed.
    case link
    case cancelInvitation = "cancel-invitation"
    case signOut = "sign-out"
  }
}

extension UserRoute {
  /// - Parameter segments: What follows `users` in the path, decoded.
  init?(_ segments: ArraySlice<String>, _ query: Query) {
    var rest = segments
    guard let first = rest.popFirst() else {
      self = .list(UserListFilter(query))
      return
    }
    if first == "new" {
      guard rest.isEmpty else { return nil }
      self = .invite
      return
    }
    guard let id = User.ID(first) else { return nil }
    let parts = Array(rest)
    switch parts.count {
    case 0: self = .user(id)
    case 1:
      guard let step = Step(rawValue: parts[0]) else { return nil }
      self = .step(step, id)
    case 3:
      guard parts[0] == "keys", parts[2] == "revoke", let key = UUID(parts[1]) else { return nil }
      self = .revokeKey(key, of: id)
    default: return nil
    }
  }

  /// Path and query below `/admin`.
  var path: String {
    switch self {
    case .list(let filter): "/users" + filter.query.text
    case .invite: "/users/new"
    case .user(let id): "/users/\(id)"
    case .step(let step, let id): "/users/\(id)/\(step.rawValue)"
    case .revokeKey(let key, let id): "/users/\(id)/keys/\(key)/revoke"
    }
  }

  var methods: [HTTPRequest.Method] {
    switch self {
    case .list, .user, .step(.link, _): [.get]
    case .step(.role, _), .step(.enable, _): [.post]
    case .invite, .step, .revokeKey: [.get, .post]
    }
  }
}
