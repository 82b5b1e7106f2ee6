import Domain
import HTTPTypes

/// Addresses of the catalog of event types, below `/admin/event-types`.
package enum AdminEventTypeRoute: Equatable, Sendable {
  case list
  case new
  case type(String)
  case retire(String)
  case restore(String)
}

extension AdminEventTypeRoute {
  /// - Parameter segments: What follows `event-types` in the path, decoded.
  init?(_ segments: ArraySlice<String>) {
    guard let first = segments.first else {
      self = .list
      return
    }
    let rest = Array(segments.dropFirst())
    if first == "new", rest.isEmpty {
      self = .new
      return
    }
    guard EventType.isName(first) else { return nil }
    switch rest {
    case []: self = .type(first)
    case ["retire"]: self = .retire(first)
    case ["restore"]: self = .restore(first)
    default: return nil
    }
  }

  /// Path below `/admin`.
  var path: String {
    switch self {
    case .list: "/event-types"
    case .new: "/event-types/new"
    case .type(let name): "/event-types/\(name)"
    case .retire(let name): "/event-types/\(name)/retire"
    case .restore(let name): "/event-types/\(name)/restore"
    }
  }

  var methods: [HTTPRequest.Method] { self == .list ? [.get] : [.get, .post] }
}
