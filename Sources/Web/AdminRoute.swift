package import Domain
import HTTPTypes

/// Every address below `/admin`, for administrators alone.
package enum AdminRoute: Equatable, Sendable {
  case apps
  case newApp
  case app(AppID)
  case tryApp(AppID)
  case audit(AuditFilter = AuditFilter())
  case auditFile(AuditFilter, AuditFile.Format)
}

extension AdminRoute {
  /// - Parameter segments: What follows `admin` in the path, decoded.
  init?(_ segments: ArraySlice<String>, _ query: Query) {
    let rest = segments.dropFirst()
    let route: AdminRoute? =
      switch segments.first {
      case "apps": Self.app(rest)
      case "audit": Self.audit(rest, query)
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
    default: return nil
    }
  }

  private static func audit(_ segments: ArraySlice<String>, _ query: Query) -> AdminRoute? {
    guard let name = segments.first else { return .audit(AuditFilter(query)) }
    guard segments.count == 1 else { return nil }
    return AuditFile.Format(fileName: name).map { .auditFile(AuditFilter(query), $0) }
  }

  /// Path and query below `/admin`.
  var path: String {
    switch self {
    case .apps: return "/apps"
    case .newApp: return "/apps/new"
    case .app(let id): return "/apps/\(id)"
    case .tryApp(let id): return "/apps/\(id)/test"
    case .audit(let filter): return "/audit" + filter.query.text
    case .auditFile(let filter, let format):
      return "/audit/\(format.fileName)" + filter.query.text
    }
  }

  /// What a browser may do here.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .apps, .audit, .auditFile: [.get]
    case .tryApp: [.post]
    case .newApp, .app: [.get, .post]
    }
  }
}
