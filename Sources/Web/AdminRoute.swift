package import Domain
import HTTPTypes

/// Every address below `/admin`, for administrators alone.
package enum AdminRoute: Equatable, Sendable {
  case overview(DeliveryHistory.Span = .hour)
  case apps
  case newApp
  case app(AppID)
  case tryApp(AppID)
  case users(UserRoute)
  case deliveries(AdminDeliveryRoute)
  case eventTypes(AdminEventTypeRoute)
  case keys(AdminKeyRoute)
  case settings
  /// Disconnects everybody.
  case endApp(AppID)
  case audit(AuditFilter = AuditFilter())
  case auditFile(AuditFilter, AuditFile.Format)
}

extension AdminRoute {
  /// - Parameter segments: What follows `admin` in the path, decoded.
  init?(_ segments: ArraySlice<String>, _ query: Query) {
    let rest = segments.dropFirst()
    let route: AdminRoute? =
      switch segments.first {
      case nil: .overview(query["span"].flatMap(DeliveryHistory.Span.init(rawValue:)) ?? .hour)
      case "apps": Self.app(rest)
      case "users": UserRoute(rest, query).map { .users($0) }
      case "deliveries", "dead", "jobs":
        AdminDeliveryRoute(segments, query).map { .deliveries($0) }
      case "event-types": AdminEventTypeRoute(rest, query).map(Self.eventTypes)
      case "keys": AdminKeyRoute(rest, query).map(Self.keys)
      case "settings": rest.isEmpty ? .settings : nil
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
    case "disconnect": return .endApp(id)
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
    case .overview(let span): return span == .hour ? "" : "?span=\(span.rawValue)"
    case .apps: return "/apps"
    case .newApp: return "/apps/new"
    case .app(let id): return "/apps/\(id)"
    case .tryApp(let id): return "/apps/\(id)/test"
    case .users(let route): return route.path
    case .deliveries(let route): return route.path
    case .eventTypes(let route): return route.path
    case .keys(let route): return route.path
    case .settings: return "/settings"
    case .endApp(let id): return "/apps/\(id)/disconnect"
    case .audit(let filter): return "/audit" + filter.query.text
    case .auditFile(let filter, let format):
      return "/audit/\(format.fileName)" + filter.query.text
    }
  }

  /// What a browser may do here.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .overview, .apps, .audit, .auditFile, .settings: [.get]
    case .tryApp: [.post]
    case .newApp, .app, .endApp: [.get, .post]
    case .users(let route): route.methods
    case .deliveries(let route): route.methods
    case .eventTypes(let route): route.methods
    case .keys(let route): route.methods
    }
  }
}
