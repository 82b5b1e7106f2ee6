import Domain
import HTTPTypes
package import Store

/// Addresses of the catalog of event types, below `/admin/event-types`.
package enum AdminEventTypeRoute: Equatable, Sendable {
  /// By name.
  case list(ListPlace<String> = .first)
  case new
  case type(String)
  case retire(String)
  case restore(String)
}

extension AdminEventTypeRoute {
  /// - Parameter segments: What follows `event-types` in the path, decoded.
  init?(_ segments: ArraySlice<String>, _ query: Query) {
    guard let first = segments.first else {
      self = .list(ListPlace(query) { EventType.isName($0) ? $0 : nil })
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

  /// Path and query below `/admin`.
  var path: String {
    switch self {
    case .list(let place):
      {
        var query = Query()
        place.write(to: &query) { $0 }
        return "/event-types" + query.text
      }()
    case .new: "/event-types/new"
    case .type(let name): "/event-types/\(name)"
    case .retire(let name): "/event-types/\(name)/retire"
    case .restore(let name): "/event-types/\(name)/restore"
    }
  }

  var methods: [HTTPRequest.Method] {
    if case .list = self { [.get] } else { [.get, .post] }
  }
}
