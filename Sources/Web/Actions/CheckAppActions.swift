import Domain
import Engine
import HTTPTypes
import Store

/// Asks a provider, when its person wants to know, whether a connection works.
struct CheckAppActions {
  let context: Context

  func check(_ id: AppID) throws -> Response {
    guard let connection = try context.stores.connections.find(id, of: context.user.id) else {
      throw StoreError.notFound
    }
    if case .full(let seconds) = try context.stores.uses.take(
      .connect, of: context.user.id, rate: Rate(count: 30, per: Interval(seconds: 60)))
    {
      return try page(id, connection, .tooMany(seconds), .tooManyRequests, retryAfter: seconds)
    }
    guard context.settings.outgoingPermits.take() else {
      return try page(id, connection, .busy, .serviceUnavailable, retryAfter: 1)
    }
    defer { context.settings.outgoingPermits.giveBack() }
    let note: AppNote =
      switch try context.providers.check(connection, by: context.actor) {
      case .works: .works
      case .refused: connection.isByCredentials ? .keysRefused : .checked
      case .damaged: .checked
      case .unknown: .notChecked
      }
    return .seeOther(context.links(.app(id), note: note))
  }

  private func page(
    _ id: AppID, _ connection: Connection, _ refusal: AppPage.Refusal,
    _ status: HTTPResponse.Status,
    retryAfter seconds: Int
  ) throws -> Response {
    var page = AppPage(
      shell: try context.shell(), app: try context.stores.apps.find(id), connection: connection)
    page.refusal = refusal
    return .page(page.render(), status: status).adding(.retryAfter, String(seconds))
  }
}
