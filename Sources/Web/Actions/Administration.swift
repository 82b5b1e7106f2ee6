import Domain
import Store

/// The administrators' part of the area. For everybody else there is nothing here.
struct Administration {
  let context: Context

  /// - Throws: `StoreError.notFound` where the visitor is no administrator, whatever was asked.
  func respond(_ route: AdminRoute, isPost: Bool) throws -> Response {
    guard context.user.isAdministrator else { throw StoreError.notFound }
    switch route {
    case .apps, .newApp, .app, .tryApp:
      return try AppAdministration(context: context).respond(route, isPost: isPost)
    case .audit(let filter): return try AuditActions(context: context).show(filter)
    case .auditFile(let filter, let format):
      return try AuditActions(context: context).file(filter, format)
    }
  }
}
