package import Domain
import HTTPTypes

/// Every address below `/admin/users`.
package enum UserRoute: Equatable, Sendable {
  case list(UserListFilter = UserListFilter())
  case invite
  case user(User.ID)
  case step(Step, User.ID)
  case revokeKey(UUID, of: User.ID)
  case disconnect(AppID, of: User.ID)

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
      switch (parts[0], parts[2]) {
      case ("keys", "revoke"):
        guard let key = UUID(parts[1]) else { return nil }
        self = .revokeKey(key, of: id)
      case ("apps", "disconnect"):
        guard let app = AppID(rawValue: parts[1]) else { return nil }
        self = .disconnect(app, of: id)
      default: return nil
      }
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
    case .disconnect(let app, let id): "/users/\(id)/apps/\(app)/disconnect"
    }
  }

  var methods: [HTTPRequest.Method] {
    switch self {
    case .list, .user, .step(.link, _): [.get]
    case .step(.role, _), .step(.enable, _): [.post]
    case .invite, .step, .revokeKey, .disconnect: [.get, .post]
    }
  }
}
