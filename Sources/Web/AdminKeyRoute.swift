package import Domain
import HTTPTypes

/// Addresses of service keys, below `/admin/keys`.
package enum AdminKeyRoute: Equatable, Sendable {
  case list(KeyListChoice = KeyListChoice())
  case new
  case key(UUID)
  case revoke(UUID)
}

extension AdminKeyRoute {
  /// - Parameter segments: What follows `keys` in the path, decoded.
  init?(_ segments: ArraySlice<String>, _ query: Query) {
    guard let first = segments.first else {
      self = .list(KeyListChoice(query))
      return
    }
    let rest = Array(segments.dropFirst())
    if first == "new", rest.isEmpty {
      self = .new
      return
    }
    guard let id = UUID(first) else { return nil }
    switch rest {
    case []: self = .key(id)
    case ["revoke"]: self = .revoke(id)
    default: return nil
    }
  }

  /// Path and query below `/admin`.
  var path: String {
    switch self {
    case .list(let choice): "/keys" + choice.query.text
    case .new: "/keys/new"
    case .key(let id): "/keys/\(id)"
    case .revoke(let id): "/keys/\(id)/revoke"
    }
  }

  var methods: [HTTPRequest.Method] {
    switch self {
    case .new, .key: [.get]
    case .list, .revoke: [.get, .post]
    }
  }
}
