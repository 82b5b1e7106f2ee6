import HTTPTypes

/// Every address of one's own account.
package enum AccountRoute: Equatable, Sendable {
  case show
  /// A new password is posted here.
  case password
  /// Ends one; the field `session` says which.
  case endSession
  case endOthers
}

extension AccountRoute {
  /// - Parameter segments: What follows `account` in the path, decoded.
  init?(_ segments: ArraySlice<String>) {
    switch segments.joined(separator: "/") {
    case "": self = .show
    case "password": self = .password
    case "sessions/end": self = .endSession
    case "sessions/end-others": self = .endOthers
    default: return nil
    }
  }

  /// Path below the prefix.
  var path: String {
    switch self {
    case .show: "/account"
    case .password: "/account/password"
    case .endSession: "/account/sessions/end"
    case .endOthers: "/account/sessions/end-others"
    }
  }

  var methods: [HTTPRequest.Method] {
    switch self {
    case .show: [.get]
    case .password, .endSession, .endOthers: [.post]
    }
  }
}
