package import Domain
import HTTPTypes

/// Every address below `/admin`, for administrators alone.
package enum AdminRoute: Equatable, Sendable {
  case apps
  case newApp
  case app(AppID)
  case tryApp(AppID)
  /// Disconnects everybody.
  case endApp(AppID)
}

extension AdminRoute {
  /// - Parameter segments: What follows `admin` in the path, decoded.
  init?(_ segments: ArraySlice<String>, _ query: Query) {
    let rest = segments.dropFirst()
    let route: AdminRoute? =
      switch segments.first {
      case "apps": Self.app(rest)
      default: nil
      }
    guard let route else { return nil }
    self = route
  }

  private static func app(_ segments: ArraySlice<String>) -> AdminRoute? {
    guard let first = segments.first else { return .apps }
    if segments.count == 1, first == "new" { return .newApp }
    guard let id = AppID(rawValue: first) else { return nil }
    switch segments.dropFirst().joined(separator: "/") {
    case "": return segments.count == 1 ? .app(id) : nil
    case "test": return .tryApp(id)
    case "disconnect": return .endApp(id)
    default: return nil
    }
  }

  /// Path and query below `/admin`.
  var path: String {
    switch self {
    case .apps: return "/apps"
    case .newApp: return "/apps/new"
    case .app(let id): return "/apps/\(id)"
    case .tryApp(let id): return "/apps/\(id)/test"
    case .endApp(let id): return "/apps/\(id)/disconnect"
    }
  }

  /// What a browser may do here.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .apps: [.get]
    case .tryApp: [.post]
    case .newApp, .app, .endApp: [.get, .post]
    }
  }
}
