import Domain
import Engine
import HTTPTypes
import Store

/// Choosing which of a provider's sites a connection works with.
struct SiteActions {
  let context: Context

  private var stores: Stores { context.stores }

  /// - Parameter attempt: The authorization that led here; its window is told of the end.
  func respond(
    _ id: AppID, attempt: ConnectRequest.ID?, isPost: Bool
  ) throws -> Response {
    let app = try stores.apps.find(id).app
    guard app.provider?.sites != nil,
      let connection = try stores.connections.find(id, of: context.user.id)
    else { throw StoreError.notFound }
    var page = SitePage(
      shell: try context.shell(), app: app, connection: connection,
      attempt: isPost ? try context.form.one("attempt").flatMap { .init($0) } : attempt)
    page.chosen = isPost ? try context.form.one("site") : nil
    if case .full(let seconds) = try stores.uses.take(
      .connect, of: context.user.id, rate: Rate(count: 30, per: Interval(seconds: 60)))
    {
      page.trouble = .tooMany(seconds)
      return .page(page.render(), status: .tooManyRequests).adding(.retryAfter, String(seconds))
    }
    guard context.settings.outgoingPermits.take() else {
      page.trouble = .busy
      return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "1")
    }
    defer { context.settings.outgoingPermits.giveBack() }
    switch try context.providers.sites(of: connection, by: context.actor) {
    case .needsReconnect: return .seeOther(context.links(.app(id), note: AppNote.checked))
    case .unavailable:
      page.trouble = .noAnswer
      return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "5")
    case .sites(let sites): page.sites = sites
    }
    return isPost ? try save(&page) : .page(page.render())
  }

  /// The list is the one that the provider has just given: a choice that is not in it is none.
  private func save(_ page: inout SitePage) throws -> Response {
    guard let site = page.sites.first(where: { $0.id == page.chosen }) else {
      page.errors = [
        FieldError(
          "site", page.chosen == nil ? "Choose a site" : "That site is not among these. Choose one")
      ]
      page.chosen = nil
      return .page(page.render(), status: .unprocessableContent)
    }
    try stores.connections.choose(site, for: page.connection, by: context.actor)
    if let attempt = try page.attempt.flatMap(find) {
      return .seeOther(context.links(.connect(attempt.id)))
    }
    return .seeOther(context.links(.app(page.app.id), note: AppNote.siteChosen))
  }

  /// nil for one that is over for long, or is of another app or another session.
  private func find(_ attempt: ConnectRequest.ID) throws -> ConnectRequest? {
    do {
      return try stores.connectRequests.find(
        attempt, of: context.user.id, in: context.visitor.session.id)
    } catch StoreError.notFound {
      return nil
    }
  }
}
