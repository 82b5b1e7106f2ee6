import Domain
import Store

/// The administrators' part of the area. For everybody else there is nothing here.
struct Administration {
  let context: Context

  /// - Throws: `StoreError.notFound` where the visitor is no administrator, whatever was asked.
  func respond(_ route: AdminRoute, isPost: Bool) throws -> Response {
    guard context.user.isAdministrator else { throw StoreError.notFound }
    switch route {
    case .overview(let span): return try OverviewActions(context: context).show(span)
    case .apps, .newApp, .app, .tryApp, .endApp:
      return try AppAdministration(context: context).respond(route, isPost: isPost)
    case .users(let route):
      return try UserAdministration(context: context).respond(route, isPost: isPost)
    case .deliveries(let route):
      return try DeliveryAdministration(context: context).respond(route, isPost: isPost)
    case .eventTypes(let route):
      return try EventTypeAdministration(context: context).respond(route, isPost: isPost)
    case .keys(let route):
      return try APIKeyActions(context: context, holder: .site).respond(route, isPost: isPost)
    case .settings:
      return try SettingAdministration(context: context).show()
    case .audit(let filter): return try AuditActions(context: context).show(filter)
    case .auditFile(let filter, let format):
      return try AuditActions(context: context).file(filter, format)
    }
  }
}
